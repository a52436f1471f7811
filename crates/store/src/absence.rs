//! Days away and reviews handed to somebody else (外出与委托): noted and ended by the person themselves; what holds on a day
//! is read anew each time, so that it ends by itself.

use crate::commit::Transaction;
use crate::entity::{absence, user};
use crate::instant::{date, instant};
use crate::notification::{Notice, notify};
use crate::text::{masked, written};
use crate::user::{people, people_of_units};
use crate::{Error, Result, Store};
use domain::absence::{Absence, check, is_suitable, may_delegate};
use domain::clock::civil_date;
use domain::journal::Action;
use domain::letter::written_date;
use domain::role::{Actor, Delegated, Person, is_apart};
use jiff::civil::Date;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Days of a person, as their page shows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbsenceRow {
    /// Identity.
    pub id: i64,
    /// Whose.
    pub user_name: String,
    /// What was noted.
    pub absence: Absence,
    /// Who does the reviews meanwhile.
    pub delegate_name: Option<String>,
    /// Whether it was ended before its last day.
    pub ended: bool,
}

/// Rows of a person's page.
const SHOWN: u64 = 50;

fn read(row: &absence::Model) -> Result<Absence> {
    Ok(Absence {
        from: date(&row.from_on)?,
        until: date(&row.until_on)?,
        reason: row.reason.clone(),
        away: row.away,
        delegate: row.delegate_id,
    })
}

/// What holds on a day.
fn on(day: Date) -> Select<absence::Entity> {
    let day = day.to_string();
    absence::Entity::find()
        .filter(absence::Column::FromOn.lte(day.clone()))
        .filter(absence::Column::UntilOn.gte(day))
        .filter(absence::Column::EndedAt.is_null())
}

/// Gives each of the people what is handed to them on a day: the own grants of active people, to nobody who is kept apart.
pub(crate) async fn hand_on(db: &impl ConnectionTrait, to: &mut [Person], day: Date) -> Result<()> {
    let delegates = to.iter().map(|person| person.user);
    let rows = on(day)
        .filter(absence::Column::DelegateId.is_in(delegates))
        .order_by_asc(absence::Column::Id)
        .all(db)
        .await?;
    if rows.is_empty() {
        return Ok(());
    }
    let principals = people(db, rows.iter().map(|row| row.user_id)).await?;
    for row in rows {
        let principal = principals.iter().find(|person| person.user == row.user_id);
        let delegate = to.iter_mut().find(|person| Some(person.user) == row.delegate_id);
        let (Some(principal), Some(delegate)) = (principal, delegate) else { continue };
        if !is_apart(&delegate.grants) {
            delegate.delegated.push(Delegated {
                user: principal.user,
                name: principal.name.clone(),
                grants: principal.grants.clone(),
            });
        }
    }
    Ok(())
}

/// Who is away on a day, and until when.
pub(crate) async fn away(db: &impl ConnectionTrait, day: Date) -> Result<BTreeMap<i64, Date>> {
    let rows = on(day).filter(absence::Column::Away.eq(true)).all(db).await?;
    rows.iter().map(|row| Ok((row.user_id, date(&row.until_on)?))).collect()
}

/// Who acts for somebody on a day.
pub(crate) async fn delegates(db: &impl ConnectionTrait, day: Date) -> Result<BTreeSet<i64>> {
    let rows: Vec<i64> = on(day)
        .filter(absence::Column::DelegateId.is_not_null())
        .select_only()
        .column(absence::Column::DelegateId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// Notes days of the person's own; returns their id. The delegate is told.
///
/// # Errors
/// The domain's refusal.
pub async fn note(store: &Store, person: &Person, mut new: Absence) -> Result<i64> {
    new.reason = written(&new.reason)?;
    let directory = crate::unit::directory(store).await?;
    let (user, name) = (person.user, person.name.clone());
    store
        .commit(&Actor::Person(person.clone()), move |transaction| {
            Box::pin(async move {
                let today = civil_date(instant(transaction.now)?);
                let noted = absence::Entity::find()
                    .filter(absence::Column::UserId.eq(user))
                    .filter(absence::Column::EndedAt.is_null())
                    .filter(absence::Column::UntilOn.gte(today.to_string()))
                    .all(&transaction.db)
                    .await?;
                let noted = noted.iter().map(read).collect::<Result<Vec<_>>>()?;
                let found = people(&transaction.db, [user].into_iter().chain(new.delegate)).await?;
                let of = |id: i64| found.iter().find(|person| person.user == id);
                let person = of(user).ok_or(Error::NotFound("该人员"))?;
                let delegate = new.delegate.and_then(of);
                check(&new, &noted, today, &directory, person, delegate).map_err(Error::refused)?;
                let row = absence::ActiveModel {
                    id: NotSet,
                    user_id: Set(user),
                    from_on: Set(new.from.to_string()),
                    until_on: Set(new.until.to_string()),
                    reason: Set(new.reason.clone()),
                    away: Set(new.away),
                    delegate_id: Set(new.delegate),
                    noted_at: Set(transaction.now),
                    ended_at: Set(None),
                };
                let id = row.insert(&transaction.db).await?.id;
                let recorded = Absence { reason: masked(&new.reason), ..new.clone() };
                transaction.record(Action::AbsenceNoted, "absence", id, None::<&()>, Some(&recorded))?;
                tell(transaction, id, &name, &new).await?;
                Ok(id)
            })
        })
        .await
}

/// Tells the delegate.
async fn tell(transaction: &Transaction, id: i64, name: &str, new: &Absence) -> Result<()> {
    let days = format!("{}至{}", written_date(new.from), written_date(new.until));
    let notice = Notice {
        subject: format!("{name}委托您办理公开信息审查（{days}）"),
        body: new.reason.clone(),
        link: "/office/absence".to_owned(),
        key: format!("{}-{id}", Action::AbsenceNoted.word()),
    };
    notify(transaction, &new.delegate.into_iter().collect(), &notice).await
}

/// Ends days of the person's own before their last day, from now on.
///
/// # Errors
/// Somebody else's, or ended already.
pub async fn end(store: &Store, person: &Person, id: i64) -> Result<()> {
    let user = person.user;
    store
        .commit(&Actor::Person(person.clone()), move |transaction| {
            Box::pin(async move {
                let row = absence::Entity::find_by_id(id)
                    .filter(absence::Column::UserId.eq(user))
                    .filter(absence::Column::EndedAt.is_null())
                    .one(&transaction.db)
                    .await?;
                let row = row.ok_or(Error::NotFound("这条登记"))?;
                let before = read(&row)?;
                let mut change: absence::ActiveModel = row.into();
                change.ended_at = Set(Some(transaction.now));
                change.update(&transaction.db).await?;
                let before = Absence { reason: masked(&before.reason), ..before };
                transaction.record(Action::AbsenceEnded, "absence", id, Some(&before), None::<&()>)
            })
        })
        .await
}

async fn views(db: &impl ConnectionTrait, rows: Vec<absence::Model>) -> Result<Vec<AbsenceRow>> {
    let users = rows.iter().flat_map(|row| [Some(row.user_id), row.delegate_id]).flatten();
    let named = user::Entity::find().filter(user::Column::Id.is_in(users)).all(db).await?;
    let names: HashMap<i64, String> = named.into_iter().map(|user| (user.id, user.name)).collect();
    let name = |id: i64| names.get(&id).cloned().unwrap_or_default();
    let view = |row: &absence::Model| {
        Ok(AbsenceRow {
            id: row.id,
            user_name: name(row.user_id),
            absence: read(row)?,
            delegate_name: row.delegate_id.map(name),
            ended: row.ended_at.is_some(),
        })
    };
    rows.iter().map(view).collect()
}

/// What a person noted, newest first.
///
/// # Errors
/// The database's.
pub async fn of(store: &Store, user: i64) -> Result<Vec<AbsenceRow>> {
    let rows = absence::Entity::find()
        .filter(absence::Column::UserId.eq(user))
        .order_by_desc(absence::Column::Id)
        .limit(SHOWN)
        .all(store.reader())
        .await?;
    views(store.reader(), rows).await
}

/// What others hand to a person, today or later.
///
/// # Errors
/// The database's.
pub async fn handed_to(store: &Store, user: i64, today: Date) -> Result<Vec<AbsenceRow>> {
    let rows = absence::Entity::find()
        .filter(absence::Column::DelegateId.eq(user))
        .filter(absence::Column::UntilOn.gte(today.to_string()))
        .filter(absence::Column::EndedAt.is_null())
        .order_by_asc(absence::Column::FromOn)
        .limit(SHOWN)
        .all(store.reader())
        .await?;
    views(store.reader(), rows).await
}

/// The people who may do a person's reviews; none when there is nothing to hand on.
///
/// # Errors
/// The database's.
pub async fn suitable(store: &Store, person: &Person) -> Result<Vec<Person>> {
    if !may_delegate(person) {
        return Ok(Vec::new());
    }
    let directory = crate::unit::directory(store).await?;
    let above = directory.unit(person.unit).map(|unit| directory.chain(unit.region)).unwrap_or_default();
    let units =
        directory.units().iter().filter(|unit| unit.id == person.unit || above.contains(&unit.region));
    let mut found = people_of_units(store.reader(), units.map(|unit| unit.id)).await?;
    found.retain(|delegate| is_suitable(&directory, person, delegate));
    Ok(found)
}
