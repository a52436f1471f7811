//! Review routes (审查流程): set and taken back by offices and units; who can act on what is under review, today.

use crate::absence;
use crate::commit::Transaction;
use crate::disclosure::DisclosureRow;
use crate::entity::review_route;
use crate::instant::{instant, word};
use crate::text::written;
use crate::unit::place;
use crate::user::{holders, people};
use crate::{Error, PageRequest, Result, Store};
use domain::clock::civil_date;
use domain::disclosure::Kind;
use domain::disclosure::state::{Review, State, next_review};
use domain::journal::Action;
use domain::review::{self, Acting, By, Candidate, Right, Route, Stage, acting, check};
use domain::role::{Act, Actor, Person, Place, Role, Scope, authorise, roles_for, scopes};
use domain::unit::{Directory, UnitId};
use jiff::Timestamp;
use jiff::civil::Date;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, ModelTrait, QueryOrder};
use std::collections::BTreeSet;

/// A route as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteRow {
    /// Identity.
    pub id: i64,
    /// The route.
    pub route: Route,
    /// Who set it.
    pub changed_by_name: String,
    /// When.
    pub changed_at: Timestamp,
    /// For optimistic locking.
    pub version: i64,
}

/// Something a person can review now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// What.
    pub disclosure: DisclosureRow,
    /// Which review comes next.
    pub review: Review,
    /// For whom the person would act; `None` in their own right, or as the office.
    pub principal: Option<String>,
}

fn view(row: &review_route::Model) -> Result<RouteRow> {
    let scope = row.unit_id.map(Scope::Unit).or(row.region_id.map(Scope::Region));
    let kind = row.kind.as_deref().map(|kind| word(Kind::from_word(kind), kind)).transpose()?;
    Ok(RouteRow {
        id: row.id,
        route: Route {
            scope: word(scope, "scope")?,
            kind,
            stages: serde_json::from_str(&row.stages)?,
            basis: row.basis.clone(),
        },
        changed_by_name: row.changed_by_name.clone(),
        changed_at: instant(row.changed_at)?,
        version: row.version,
    })
}

async fn rows(db: &impl ConnectionTrait) -> Result<Vec<RouteRow>> {
    let rows = review_route::Entity::find().order_by_asc(review_route::Column::Id).all(db).await?;
    rows.iter().map(view).collect()
}

/// Every route, as set.
pub(crate) async fn routes(db: &impl ConnectionTrait) -> Result<Vec<Route>> {
    Ok(rows(db).await?.into_iter().map(|row| row.route).collect())
}

/// Every route, oldest first.
///
/// # Errors
/// The database's.
pub async fn list(store: &Store) -> Result<Vec<RouteRow>> {
    rows(store.reader()).await
}

/// What a route is for, as a place.
pub fn place_of(directory: &Directory, scope: Scope) -> Place {
    match scope {
        Scope::Unit(unit) => place(directory, unit),
        Scope::Region(region) => Place { unit: None, regions: directory.chain(region) },
    }
}

/// The people who have to do with reviews today: who may review or sign, and who acts for one of them.
pub(crate) async fn candidates(db: &impl ConnectionTrait, today: Date) -> Result<Vec<Candidate>> {
    let acts = [Act::ReviewDisclosure, Act::SignDisclosure];
    let roles: BTreeSet<Role> = acts.into_iter().flat_map(roles_for).collect();
    let mut users = holders(db, &roles).await?;
    users.extend(absence::delegates(db, today).await?);
    let mut found = people(db, users).await?;
    absence::hand_on(db, &mut found, today).await?;
    let away = absence::away(db, today).await?;
    let candidate = |person: Person| Candidate { away_until: away.get(&person.user).copied(), person };
    Ok(found.into_iter().map(candidate).collect())
}

/// The people who have to do with reviews today.
///
/// # Errors
/// The database's.
pub async fn candidates_today(store: &Store) -> Result<Vec<Candidate>> {
    candidates(store.reader(), civil_date(instant(store.now())?)).await
}

/// What a draft goes through: the route it was handed in under, before that the one in force.
///
/// # Errors
/// The database's.
pub async fn stages(store: &Store, row: &DisclosureRow) -> Result<Vec<Stage>> {
    if let Some(route) = &row.route {
        return Ok(route.clone());
    }
    let directory = crate::unit::directory(store).await?;
    Ok(review::route(&routes(store.reader()).await?, &place(&directory, row.unit), row.kind))
}

/// Sets the route of a scope and a kind, in place of what was set there before. `version` is that of the route it
/// replaces, 0 for none. Drafts under review keep theirs.
///
/// # Errors
/// The domain's refusal; named persons who may not review; [`Error::Conflict`].
pub async fn set(store: &Store, actor: &Actor, mut new: Route, version: i64) -> Result<()> {
    new.basis = written(&new.basis)?;
    let directory = crate::unit::directory(store).await?;
    let place = place_of(&directory, new.scope);
    let may_loosen = authorise(actor, Act::SetReviewRoute, &place).is_ok();
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let rows = rows(&transaction.db).await?;
                let old = rows.iter().find(|row| row.route.scope == new.scope && row.route.kind == new.kind);
                unchanged(old, version)?;
                let routes: Vec<Route> = rows.iter().map(|row| row.route.clone()).collect();
                check(&routes, &new, &place, may_loosen).map_err(Error::refused)?;
                refuse_unfit(transaction, &new, &place).await?;
                let (unit, region) = match new.scope {
                    Scope::Unit(unit) => (Some(unit), None),
                    Scope::Region(region) => (None, Some(region)),
                };
                let row = review_route::ActiveModel {
                    id: old.map_or(NotSet, |old| Set(old.id)),
                    unit_id: Set(unit),
                    region_id: Set(region),
                    kind: Set(new.kind.map(|kind| kind.word().to_owned())),
                    stages: Set(serde_json::to_string(&new.stages)?),
                    basis: Set(new.basis.clone()),
                    changed_by_name: Set(transaction.user_name.clone()),
                    changed_at: Set(transaction.now),
                    version: Set(version + 1),
                };
                let row = if old.is_some() {
                    row.update(&transaction.db).await?
                } else {
                    row.insert(&transaction.db).await?
                };
                let before = old.map(|old| &old.route);
                transaction.record(Action::ReviewRouteSet, "review_route", row.id, before, Some(&new))
            })
        })
        .await
}

fn unchanged(old: Option<&RouteRow>, version: i64) -> Result<()> {
    match old {
        Some(old) if old.version != version => Err(Error::Conflict {
            what: "这条审查流程",
            changed_by: old.changed_by_name.clone(),
            changed_at: old.changed_at,
        }),
        None if version != 0 => Err(Error::NotFound("这条审查流程")),
        _ => Ok(()),
    }
}

/// Named persons are those who may do the review in their own right.
async fn refuse_unfit(transaction: &Transaction, new: &Route, place: &Place) -> Result<()> {
    let people = candidates(&transaction.db, civil_date(instant(transaction.now)?)).await?;
    for stage in &new.stages {
        let By::Named(users) = &stage.by else { continue };
        let able = able(&people, stage.review, place);
        if let Some(unknown) = users.iter().find(|user| !able.iter().any(|person| person.user == **user)) {
            tracing::debug!(unknown, "named for a review without the right to it");
            let label = stage.review.label();
            return Err(Error::refused(format!(
                "为“{label}”指定的人员没有这项权限或者已停用。请重新选择，或请系统管理员先调整授权。"
            )));
        }
    }
    Ok(())
}

/// Those who may do a review at a place in their own right: whom a route may name.
pub fn able<'a>(people: &'a [Candidate], review: Review, place: &Place) -> Vec<&'a Person> {
    let any = Stage { review, by: By::Anyone };
    let own = |person: &&Person| matches!(review::right(person, &any, place, None), Some((Right::Own, _)));
    people.iter().map(|candidate| &candidate.person).filter(own).collect()
}

/// Takes a route back: what is set above it, or the usual, holds again.
///
/// # Errors
/// [`Error::Conflict`] when somebody changed it since `version`.
pub async fn remove(store: &Store, actor: &Actor, id: i64, version: i64) -> Result<()> {
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let row = review_route::Entity::find_by_id(id).one(&transaction.db).await?;
                let row = row.ok_or(Error::NotFound("这条审查流程"))?;
                let old = view(&row)?;
                unchanged(Some(&old), version)?;
                row.delete(&transaction.db).await?;
                let before = Some(&old.route);
                transaction.record(Action::ReviewRouteRemoved, "review_route", id, before, None::<&()>)
            })
        })
        .await
}

/// Who can do the next review of a draft, and which it is; nobody and nothing when none is left.
pub fn next<'a>(
    people: &'a [Candidate],
    directory: &Directory,
    row: &DisclosureRow,
    stages: &[Stage],
) -> Option<(Review, Vec<Acting<'a>>)> {
    let review = next_review(&review::reviews(stages), &row.passed)?;
    let stage = stages.iter().find(|stage| stage.review == review)?;
    Some((review, acting(people, stage, &place(directory, row.unit), row.submitted_by)))
}

/// Rows looked through for one person.
const LOOKED_AT: PageRequest = PageRequest { page: 1, size: 200 };

/// What waits for a review this person can do now, last handed in first.
///
/// # Errors
/// The database's.
pub async fn waiting(store: &Store, person: &Person) -> Result<Vec<Waiting>> {
    let directory = crate::unit::directory(store).await?;
    let scopes: Vec<Scope> = [Act::ReviewDisclosure, Act::SignDisclosure]
        .into_iter()
        .flat_map(|act| scopes(person, act))
        .collect();
    let units: BTreeSet<UnitId> = crate::unit::visible(&directory, &scopes);
    if units.is_empty() {
        return Ok(Vec::new());
    }
    let filter =
        crate::disclosure::Filter { units: Some(units), state: Some(State::Reviewing), ..Default::default() };
    let found = crate::disclosure::list(store, &filter, LOOKED_AT).await?.rows;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let people = candidates_today(store).await?;
    let mut waiting = Vec::new();
    for disclosure in found {
        let stages = stages(store, &disclosure).await?;
        let Some((review, acting)) = next(&people, &directory, &disclosure, &stages) else { continue };
        let Some(own) = acting.iter().find(|one| one.candidate.person.user == person.user) else { continue };
        let principal = match own.right {
            Right::For(name) => Some(name.to_owned()),
            Right::Own | Right::StandIn => None,
        };
        waiting.push(Waiting { disclosure, review, principal });
    }
    Ok(waiting)
}
