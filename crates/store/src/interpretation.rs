//! Policy interpretation (政策解读): which interpretation belongs to which policy file, drafts included; whether a policy file
//! may go out, and what goes out with it; the files behind the rate. An interpretation is itself a disclosure.

use crate::commit::Transaction;
use crate::disclosure::public::{self, PublicRow};
use crate::entity::{disclosure, disclosure_link, disclosure_version, error_report};
use crate::instant::{date, instant};
use crate::{Error, Result, Store};
use domain::clock::{civil_date, start_of_day};
use domain::disclosure::state::State as Stage;
use domain::disclosure::{Disclosure, Kind};
use domain::interpretation::{PolicyFile, Refused, State, due, may_link, may_publish};
use domain::unit::UnitId;
use domain::workday::Calendar;
use jiff::civil::Date;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use std::collections::{BTreeMap, BTreeSet};

/// The link of a public interpretation to its policy file.
pub(crate) const PUBLIC: &str = "interprets";
/// The same as a draft has it: nobody outside sees it.
const PLANNED: &str = "to_interpret";

/// A policy file or an interpretation at the other end of a link, as the office sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked {
    /// The disclosure.
    pub id: i64,
    /// Whose.
    pub unit: UnitId,
    /// The public title, else the draft's.
    pub title: String,
    /// Where it stands.
    pub state: State,
}

fn linked(row: &disclosure::Model, state: State) -> Linked {
    let title = if row.title.is_empty() { &row.draft_title } else { &row.title };
    Linked { id: row.id, unit: row.unit_id, title: title.clone(), state }
}

fn stage(row: &disclosure::Model) -> State {
    if row.current.is_some() {
        State::Published
    } else if is_ready(row) {
        State::Approved
    } else {
        State::Drafting
    }
}

fn is_ready(row: &disclosure::Model) -> bool {
    row.state == Stage::Approved.word() || row.state == Stage::Scheduled.word()
}

/// Keeps what a draft is to interpret; called whenever a draft is kept.
pub(crate) async fn plan(transaction: &Transaction, id: i64, content: &Disclosure) -> Result<()> {
    forget_plan(transaction, id).await?;
    if content.kind != Kind::Interpretation {
        return Ok(());
    }
    use disclosure_link::Column;
    let ids: Vec<i64> = content.interprets.iter().copied().chain([id]).collect();
    let touching =
        Condition::any().add(Column::FromId.is_in(ids.iter().copied())).add(Column::ToId.is_in(ids));
    let pairs: Vec<(i64, i64)> = disclosure_link::Entity::find()
        .filter(Column::Kind.is_in([PUBLIC, PLANNED]))
        .filter(touching)
        .all(&transaction.db)
        .await?
        .into_iter()
        .filter(|link| link.from_id != id)
        .map(|link| (link.to_id, link.from_id))
        .collect();
    if pairs.iter().any(|(policy, _)| *policy == id) {
        return Err(Error::refused(Refused::IsPolicy));
    }
    for policy in &content.interprets {
        may_link(*policy, id, &pairs).map_err(Error::refused)?;
        let row = disclosure::Entity::find_by_id(*policy).one(&transaction.db).await?;
        let row = row.filter(|row| row.withdrawn_at.is_none()).ok_or_else(|| {
            Error::refused("被解读的文件不在记录中，或者已经撤回，没有保存。请核对后重新选择。")
        })?;
        if row.kind == Kind::Interpretation.word() {
            return Err(Error::refused(Refused::OfInterpretation));
        }
        let link = disclosure_link::ActiveModel {
            id: NotSet,
            from_id: Set(id),
            to_id: Set(*policy),
            kind: Set(PLANNED.to_owned()),
        };
        link.insert(&transaction.db).await?;
    }
    Ok(())
}

/// Forgets what a draft was to interpret.
pub(crate) async fn forget_plan(transaction: &Transaction, id: i64) -> Result<()> {
    disclosure_link::Entity::delete_many()
        .filter(disclosure_link::Column::FromId.eq(id))
        .filter(disclosure_link::Column::Kind.eq(PLANNED))
        .exec(&transaction.db)
        .await?;
    Ok(())
}

/// Refuses to throw a draft away that an interpretation is written for.
pub(crate) async fn refuse_needed(transaction: &Transaction, id: i64) -> Result<()> {
    let found = disclosure_link::Entity::find().filter(disclosure_link::Column::ToId.eq(id));
    match found.one(&transaction.db).await? {
        None => Ok(()),
        Some(_) => Err(Error::refused(
            "有解读材料关联着这件政策文件，没有删除。请先在解读材料中取消关联，或者先删除解读材料。",
        )),
    }
}

/// The interpretations of a policy file, drafts included, each with where it stands for this file.
async fn of(db: &impl ConnectionTrait, policy: i64) -> Result<Vec<(disclosure::Model, State)>> {
    use disclosure_link::Column;
    let links = disclosure_link::Entity::find()
        .filter(Column::ToId.eq(policy))
        .filter(Column::Kind.is_in([PUBLIC, PLANNED]))
        .all(db)
        .await?;
    let ids: BTreeSet<i64> = links.iter().map(|link| link.from_id).collect();
    let rows = disclosure::Entity::find()
        .filter(disclosure::Column::Id.is_in(ids))
        .filter(disclosure::Column::WithdrawnAt.is_null())
        .order_by_asc(disclosure::Column::Id)
        .all(db)
        .await?;
    let standing = |row: disclosure::Model| {
        let public = links.iter().any(|link| link.from_id == row.id && link.kind == PUBLIC);
        let state = match (public, is_ready(&row)) {
            (true, _) => State::Published,
            (false, true) => State::Approved,
            (false, false) => State::Drafting,
        };
        (row, state)
    };
    Ok(rows.into_iter().map(standing).collect())
}

/// The interpretations of a policy file as the office sees them, drafts included.
///
/// # Errors
/// The database's.
pub async fn of_policy(store: &Store, policy: i64) -> Result<Vec<Linked>> {
    Ok(of(store.reader(), policy).await?.iter().map(|(row, state)| linked(row, *state)).collect())
}

/// These policy files, drafts included.
///
/// # Errors
/// The database's.
pub async fn policies(store: &Store, ids: &[i64]) -> Result<Vec<Linked>> {
    let rows = disclosure::Entity::find()
        .filter(disclosure::Column::Id.is_in(ids.iter().copied()))
        .order_by_asc(disclosure::Column::Id)
        .all(store.reader())
        .await?;
    Ok(rows.iter().map(|row| linked(row, stage(row))).collect())
}

/// Policy files a form offers at most.
const OFFERED: u64 = 30;

/// The policy files of a unit that were changed last, drafts included.
///
/// # Errors
/// The database's.
pub async fn offered(store: &Store, unit: UnitId) -> Result<Vec<Linked>> {
    use disclosure::Column;
    let rows = disclosure::Entity::find()
        .filter(Column::Kind.eq(Kind::Policy.word()))
        .filter(Column::UnitId.eq(unit))
        .filter(Column::WithdrawnAt.is_null())
        .order_by_desc(Column::ChangedAt)
        .order_by_desc(Column::Id)
        .limit(OFFERED)
        .all(store.reader())
        .await?;
    Ok(rows.iter().map(|row| linked(row, stage(row))).collect())
}

/// Refuses a policy file that goes out without the interpretation it needs and without a reason.
pub(crate) async fn refuse_alone(db: &impl ConnectionTrait, policy: i64, content: &Disclosure) -> Result<()> {
    let best = of(db, policy).await?.into_iter().map(|(_, state)| state).max();
    let alone = content.scheme.as_ref().map_or("", |scheme| &scheme.alone);
    may_publish(content.need(), best.unwrap_or(State::Missing), alone).map_err(Error::refused)
}

/// Refuses an interpretation that would be public before anything it interprets.
pub(crate) async fn refuse_early(db: &impl ConnectionTrait, content: &Disclosure) -> Result<()> {
    use disclosure::Column;
    let public = disclosure::Entity::find()
        .filter(Column::Id.is_in(content.interprets.iter().copied()))
        .filter(Column::Current.is_not_null())
        .filter(Column::WithdrawnAt.is_null());
    if content.interprets.is_empty() || public.one(db).await?.is_some() {
        return Ok(());
    }
    Err(Error::refused(
        "被解读的政策文件还没有公开。请在政策文件的页面办理公开，已审签的解读随文件一起公开。",
    ))
}

/// The interpretations that are approved and go out with a policy file, with their versions.
pub(crate) async fn ready(db: &impl ConnectionTrait, policy: i64) -> Result<Vec<(i64, i64)>> {
    let ready = of(db, policy).await?.into_iter().filter(|(_, state)| *state == State::Approved);
    Ok(ready.map(|(row, _)| (row.id, row.version)).collect())
}

/// The drafts that go out with a policy file.
///
/// # Errors
/// The database's.
pub async fn going_with(store: &Store, policy: i64) -> Result<Vec<(i64, Disclosure)>> {
    let ready = of(store.reader(), policy).await?.into_iter().filter(|(_, state)| *state == State::Approved);
    let draft = |(row, _): (disclosure::Model, State)| {
        Ok((row.id, serde_json::from_str(row.draft.as_deref().unwrap_or_default())?))
    };
    ready.map(draft).collect()
}

/// A public policy file as the rate counts it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyRow {
    /// As lists show it.
    pub row: PublicRow,
    /// As the rate counts it.
    pub file: PolicyFile,
}

/// Every public policy file published since a day, the earliest first.
///
/// # Errors
/// The database's.
pub async fn files(store: &Store, since: Option<Date>) -> Result<Vec<PolicyRow>> {
    use disclosure::Column;
    let mut query = public::visible().filter(Column::Kind.eq(Kind::Policy.word()));
    if let Some(since) = since.and_then(start_of_day) {
        query = query.filter(Column::PublishedAt.gte(since.as_microsecond()));
    }
    let rows = query.order_by_asc(Column::PublishedAt).order_by_asc(Column::Id).all(store.reader()).await?;
    let mut files = Vec::with_capacity(rows.len());
    for rows in rows.chunks(500) {
        let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
        let interpreted = interpreted(store, &ids).await?;
        let mut schemes = schemes(store, rows).await?;
        for row in rows {
            let scheme = schemes.remove(&row.id).flatten();
            files.push(PolicyRow {
                file: PolicyFile {
                    id: row.id,
                    unit: scheme.as_ref().map_or(row.unit_id, |scheme| scheme.drafting),
                    published: civil_date(instant(row.published_at.unwrap_or_default())?),
                    need: scheme.and_then(|scheme| scheme.need),
                    interpreted: interpreted.get(&row.id).copied(),
                },
                row: public::row(row.clone())?,
            });
        }
    }
    Ok(files)
}

/// The day on which each of these policy files was first interpreted.
async fn interpreted(store: &Store, policies: &[i64]) -> Result<BTreeMap<i64, Date>> {
    use disclosure_link::Column;
    let links = disclosure_link::Entity::find()
        .filter(Column::ToId.is_in(policies.iter().copied()))
        .filter(Column::Kind.eq(PUBLIC))
        .all(store.reader())
        .await?;
    let from: Vec<i64> = links.iter().map(|link| link.from_id).collect();
    let days: BTreeMap<i64, Date> = public::rows(store, &from)
        .await?
        .into_iter()
        .map(|row| (row.id, civil_date(row.published_at)))
        .collect();
    let mut first: BTreeMap<i64, Date> = BTreeMap::new();
    for link in links {
        if let Some(day) = days.get(&link.from_id) {
            first.entry(link.to_id).and_modify(|known| *known = (*known).min(*day)).or_insert(*day);
        }
    }
    Ok(first)
}

async fn schemes(
    store: &Store,
    rows: &[disclosure::Model],
) -> Result<BTreeMap<i64, Option<domain::interpretation::Scheme>>> {
    use disclosure_version::Column;
    let versions = disclosure_version::Entity::find()
        .filter(Column::DisclosureId.is_in(rows.iter().map(|row| row.id)))
        .all(store.reader())
        .await?;
    let current: BTreeMap<i64, Option<i32>> = rows.iter().map(|row| (row.id, row.current)).collect();
    let in_view = versions
        .into_iter()
        .filter(|version| current.get(&version.disclosure_id).copied().flatten() == Some(version.number));
    in_view
        .map(|version| {
            let content: Disclosure = serde_json::from_str(&version.content)?;
            Ok((version.disclosure_id, content.scheme))
        })
        .collect()
}

/// No clock of an interpretation or of an error report runs longer, whatever holidays come between.
const CLOCK_DAYS: i64 = 60;

/// The public policy files of which something becomes late by the calendar alone after one day and up to another: their
/// interpretation, or the answer to an error report on their page.
///
/// # Errors
/// The database's.
pub async fn turning(store: &Store, calendar: &Calendar, after: Date, until: Date) -> Result<Vec<i64>> {
    let since = after.saturating_sub(jiff::ToSpan::days(CLOCK_DAYS));
    let late = files(store, Some(since)).await?.into_iter().filter(|policy| {
        let due = due(policy.file.published, store.rules(), calendar).date;
        after <= due && due < until
    });
    let mut ids: Vec<i64> = late.map(|policy| policy.file.id).collect();
    let reports = error_report::Entity::find()
        .filter(error_report::Column::DueOn.gte(after.to_string()))
        .filter(error_report::Column::DueOn.lt(until.to_string()))
        .all(store.reader())
        .await?;
    ids.extend(reports.iter().filter_map(|report| reported(&report.path)));
    Ok(ids)
}

/// The disclosure whose page a report is about.
fn reported(path: &str) -> Option<i64> {
    path.strip_prefix("/disclosures/")?.parse().ok()
}

/// The disclosures whose pages these error reports are about.
///
/// # Errors
/// The database's.
pub async fn of_reports(store: &Store, reports: &[i64]) -> Result<Vec<i64>> {
    let mut ids = Vec::new();
    for some in reports.chunks(500) {
        let rows = error_report::Entity::find()
            .filter(error_report::Column::Id.is_in(some.iter().copied()))
            .all(store.reader())
            .await?;
        ids.extend(rows.iter().filter_map(|report| reported(&report.path)));
    }
    Ok(ids)
}

/// What came after the publication of a policy file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Following {
    /// Platforms it went to, and those it is still to go to.
    pub platforms: [usize; 2],
    /// What readers found wrong on its page: the last day for the answer, `None` once it is answered.
    pub reports: Vec<Option<Date>>,
}

/// What came after the publication of these policy files; of those where nothing did, there is none.
pub(crate) async fn following(store: &Store, policies: &[i64]) -> Result<BTreeMap<i64, Following>> {
    use crate::entity::dispatch;
    use domain::disclosure::dispatch::State as Sent;
    let mut following: BTreeMap<i64, Following> = BTreeMap::new();
    if policies.is_empty() {
        return Ok(following);
    }
    let sent = dispatch::Entity::find()
        .filter(dispatch::Column::DisclosureId.is_in(policies.iter().copied()))
        .all(store.reader())
        .await?;
    for row in sent {
        let of = &mut following.entry(row.disclosure_id).or_default().platforms;
        match Sent::from_word(&row.state) {
            Some(Sent::Done) => of[0] += 1,
            Some(Sent::Planned | Sent::Drafted) => of[1] += 1,
            Some(Sent::Dropped) | None => {}
        }
    }
    let pages = policies.iter().map(|id| format!("/disclosures/{id}"));
    let reports = error_report::Entity::find()
        .filter(error_report::Column::Path.is_in(pages))
        .order_by_asc(error_report::Column::Id)
        .all(store.reader())
        .await?;
    for row in reports {
        let Some(id) = reported(&row.path) else { continue };
        let open = if row.answered_at.is_none() { Some(date(&row.due_on)?) } else { None };
        following.entry(id).or_default().reports.push(open);
    }
    Ok(following)
}
