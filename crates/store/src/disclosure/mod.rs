//! Disclosures (公开信息): each has at most one draft, which goes through its reviews, and any number of versions, which never
//! change. Writing is in `draft`, the way through reviews to the public in `step`, whom it is told to in `notice`, what
//! publishing means for what fell due in `settle`, and everything the portal may read in `public`.

mod draft;
mod notice;
pub mod public;
mod settle;
mod step;
mod waiver;
pub mod whole;

pub(crate) use draft::put;
pub use draft::{create, discard, edit};
pub(crate) use settle::Basis;
pub(crate) use step::within;
pub use step::{Wanted, publish_scheduled, take};
pub use waiver::{Waiver, waive, waivers};

use crate::commit::Transaction;
use crate::entity::{disclosure, disclosure_review, disclosure_version};
use crate::instant::{instant, word};
use crate::like::holds;
use crate::{Error, Page, PageRequest, Result, Store};
use domain::disclosure::state::{Review, State};
use domain::disclosure::{Disclosure, Kind};
use domain::review::Stage;
use domain::unit::UnitId;
use jiff::Timestamp;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use std::collections::{BTreeMap, BTreeSet};

/// A disclosure without its content, as the office sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisclosureRow {
    /// Identity.
    pub id: i64,
    /// The unit that publishes it.
    pub unit: UnitId,
    /// Where it is.
    pub state: State,
    /// The draft's title, else the public one.
    pub title: String,
    /// The draft's kind, else the public one.
    pub kind: Kind,
    /// Why the draft of a next version was opened; public with that version.
    pub reason: String,
    /// The obligation it was begun for.
    pub obligation: Option<i64>,
    /// Who handed it in.
    pub submitted_by: Option<i64>,
    /// The reviews passed since.
    pub passed: Vec<Review>,
    /// The route it was handed in under, until it is returned or published.
    pub route: Option<Vec<Stage>>,
    /// When it is to be published.
    pub scheduled_at: Option<Timestamp>,
    /// The version the public sees.
    pub current: Option<u32>,
    /// 索引号; empty before the first publication.
    pub index_number: String,
    /// When it was first public.
    pub published_at: Option<Timestamp>,
    /// When and why it was taken back.
    pub withdrawn: Option<(Timestamp, String)>,
    /// Who changed it last.
    pub changed_by_name: String,
    /// When.
    pub changed_at: Timestamp,
    /// For optimistic locking.
    pub version: i64,
}

/// A version, without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionRow {
    /// Its number, from 1.
    pub number: u32,
    /// Why it was made; empty for the first.
    pub reason: String,
    /// When it became public.
    pub published_at: Timestamp,
}

/// A review as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewRow {
    /// Which.
    pub review: Review,
    /// Whether it passed.
    pub passed: bool,
    /// What the reviewer remarked.
    pub remark: String,
    /// Who.
    pub user_name: String,
    /// When.
    pub at: Timestamp,
}

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of these units only; `None` for all.
    pub units: Option<BTreeSet<UnitId>>,
    /// In this state.
    pub state: Option<State>,
    /// Whose title or numbers hold this text.
    pub text: String,
}

fn number(stored: i32) -> Result<u32> {
    u32::try_from(stored).map_err(|_| Error::Unreadable(format!("number {stored}")))
}

fn kind(stored: &str) -> Result<Kind> {
    word(Kind::from_word(stored), stored)
}

fn row(model: disclosure::Model) -> Result<DisclosureRow> {
    let title = if model.draft_title.is_empty() { model.title } else { model.draft_title };
    let withdrawn = model.withdrawn_at.map(instant).transpose()?;
    Ok(DisclosureRow {
        id: model.id,
        unit: model.unit_id,
        state: word(State::from_word(&model.state), &model.state)?,
        title,
        kind: kind(&model.kind)?,
        reason: model.reason,
        obligation: model.obligation_id,
        submitted_by: model.submitted_by,
        passed: serde_json::from_str(&model.passed)?,
        route: model.route.as_deref().map(serde_json::from_str).transpose()?,
        scheduled_at: model.scheduled_at.map(instant).transpose()?,
        current: model.current.map(number).transpose()?,
        index_number: model.index_number,
        published_at: model.published_at.map(instant).transpose()?,
        withdrawn: withdrawn.map(|at| (at, model.withdrawn_reason)),
        changed_by_name: model.changed_by_name,
        changed_at: instant(model.changed_at)?,
        version: model.version,
    })
}

fn version_row(model: &disclosure_version::Model) -> Result<VersionRow> {
    Ok(VersionRow {
        number: number(model.number)?,
        reason: model.reason.clone(),
        published_at: instant(model.published_at)?,
    })
}

fn select(filter: &Filter) -> Select<disclosure::Entity> {
    use disclosure::Column;
    let mut query = disclosure::Entity::find();
    if let Some(units) = &filter.units {
        query = query.filter(Column::UnitId.is_in(units.iter().copied()));
    }
    if !filter.text.is_empty() {
        let columns = [Column::DraftTitle, Column::Title, Column::IndexNumber, Column::DocumentNumber];
        let any =
            columns.into_iter().fold(Condition::any(), |any, column| any.add(holds(column, &filter.text)));
        query = query.filter(any);
    }
    query
}

/// Disclosures, last changed first.
///
/// # Errors
/// The database's.
pub async fn list(store: &Store, filter: &Filter, request: PageRequest) -> Result<Page<DisclosureRow>> {
    use disclosure::Column;
    let mut query = select(filter);
    if let Some(state) = filter.state {
        query = query.filter(Column::State.eq(state.word()));
    }
    let total = query.clone().count(store.reader()).await?;
    let found = query
        .order_by_desc(Column::ChangedAt)
        .order_by_desc(Column::Id)
        .offset(request.offset())
        .limit(request.size)
        .all(store.reader())
        .await?;
    Ok(Page::new(found.into_iter().map(row).collect::<Result<_>>()?, total, request))
}

/// How many are in which state; the filter's own state does not count.
///
/// # Errors
/// The database's.
pub async fn count_by_state(store: &Store, filter: &Filter) -> Result<BTreeMap<State, u64>> {
    use disclosure::Column;
    let counted: Vec<(String, i64)> = select(filter)
        .select_only()
        .column(Column::State)
        .column_as(Column::Id.count(), "count")
        .group_by(Column::State)
        .into_tuple()
        .all(store.reader())
        .await?;
    let mut counts: BTreeMap<State, u64> = State::ALL.into_iter().map(|state| (state, 0)).collect();
    for (state, count) in counted {
        counts.insert(word(State::from_word(&state), &state)?, u64::try_from(count).unwrap_or(0));
    }
    Ok(counts)
}

/// The disclosure of that id.
///
/// # Errors
/// The database's.
pub async fn find(store: &Store, id: i64) -> Result<Option<DisclosureRow>> {
    disclosure::Entity::find_by_id(id).one(store.reader()).await?.map(row).transpose()
}

/// The draft's content; `None` when there is no draft.
///
/// # Errors
/// The database's.
pub async fn draft(store: &Store, id: i64) -> Result<Option<Disclosure>> {
    let found = disclosure::Entity::find_by_id(id).one(store.reader()).await?;
    let draft = found.and_then(|found| found.draft);
    Ok(draft.map(|draft| serde_json::from_str(&draft)).transpose()?)
}

/// The versions, newest first.
///
/// # Errors
/// The database's.
pub async fn versions(store: &Store, id: i64) -> Result<Vec<VersionRow>> {
    let rows = disclosure_version::Entity::find()
        .filter(disclosure_version::Column::DisclosureId.eq(id))
        .order_by_desc(disclosure_version::Column::Number)
        .all(store.reader())
        .await?;
    rows.iter().map(version_row).collect()
}

/// A version with its content.
///
/// # Errors
/// The database's.
pub async fn version(store: &Store, id: i64, number: u32) -> Result<Option<(VersionRow, Disclosure)>> {
    let Ok(number) = i32::try_from(number) else { return Ok(None) };
    let found = version_of(store.reader(), id, number).await?;
    let Some(found) = found else { return Ok(None) };
    Ok(Some((version_row(&found)?, serde_json::from_str(&found.content)?)))
}

async fn version_of(
    db: &impl sea_orm::ConnectionTrait,
    id: i64,
    number: i32,
) -> Result<Option<disclosure_version::Model>> {
    let found = disclosure_version::Entity::find()
        .filter(disclosure_version::Column::DisclosureId.eq(id))
        .filter(disclosure_version::Column::Number.eq(number));
    Ok(found.one(db).await?)
}

/// The reviews recorded so far, oldest first.
///
/// # Errors
/// The database's.
pub async fn reviews(store: &Store, id: i64) -> Result<Vec<ReviewRow>> {
    let rows = disclosure_review::Entity::find()
        .filter(disclosure_review::Column::DisclosureId.eq(id))
        .order_by_asc(disclosure_review::Column::Id)
        .all(store.reader())
        .await?;
    let view = |row: disclosure_review::Model| {
        Ok(ReviewRow {
            review: word(Review::from_word(&row.review), &row.review)?,
            passed: row.outcome == PASSED,
            remark: row.remark,
            user_name: row.user_name,
            at: instant(row.at)?,
        })
    };
    rows.into_iter().map(view).collect()
}

/// The outcomes of a review.
const PASSED: &str = "passed";
const RETURNED: &str = "returned";

/// The units of the disclosures a file is or was attached to.
///
/// # Errors
/// The database's.
pub async fn units_of_attachment(store: &Store, attachment: i64) -> Result<Vec<UnitId>> {
    // Files are few and listed within the content: the mark narrows, the content decides.
    let mark = format!("\"id\":{attachment},");
    let drafts =
        disclosure::Entity::find().filter(holds(disclosure::Column::Draft, &mark)).all(store.reader());
    let mut units: BTreeSet<UnitId> = BTreeSet::new();
    for model in drafts.await? {
        let content: Option<Disclosure> = model.draft.as_deref().map(serde_json::from_str).transpose()?;
        if content.is_some_and(|content| content.files.iter().any(|file| file.id == attachment)) {
            units.insert(model.unit_id);
        }
    }
    let versions = disclosure_version::Entity::find()
        .filter(holds(disclosure_version::Column::Content, &mark))
        .all(store.reader())
        .await?;
    for version in versions {
        let content: Disclosure = serde_json::from_str(&version.content)?;
        if content.files.iter().any(|file| file.id == attachment)
            && let Some(of) = find(store, version.disclosure_id).await?
        {
            units.insert(of.unit);
        }
    }
    Ok(units.into_iter().collect())
}

/// The disclosure as the person saw it.
async fn load(transaction: &Transaction, id: i64, version: i64) -> Result<disclosure::Model> {
    let row = disclosure::Entity::find_by_id(id).one(&transaction.db).await?;
    let row = row.ok_or(Error::NotFound("这条公开信息"))?;
    if row.version != version {
        return Err(Error::Conflict {
            what: "这条公开信息",
            changed_by: row.changed_by_name,
            changed_at: instant(row.changed_at)?,
        });
    }
    Ok(row)
}
