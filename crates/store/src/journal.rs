//! Reading the journal (操作日志): lists, the history of a row, verification, the epoch.

use crate::commit::{Transaction, read_hash};
use crate::entity::journal::{Column, Entity, Model};
use crate::entity::journal_head;
use crate::instant::instant;
use crate::like::holds;
use crate::{Error, Page, PageRequest, Result, Store};
use domain::journal::{Action, Broken, Entry, Hash, ORIGIN, Verifier};
use jiff::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::BTreeMap;

/// An entry as people read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryView {
    /// Position.
    pub sequence: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor_name: String,
    /// What, in the words people read.
    pub action: String,
    /// The room.
    pub subject_kind: String,
    /// The row.
    pub subject_id: i64,
    /// State before, JSON.
    pub before: Option<String>,
    /// State after, JSON.
    pub after: Option<String>,
}

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Part of the actor's name.
    pub actor: String,
    /// The action's word.
    pub action: Option<Action>,
    /// The room.
    pub subject_kind: String,
    /// From this instant.
    pub from: Option<Timestamp>,
    /// Before this instant.
    pub until: Option<Timestamp>,
}

/// What [`verify`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// How many entries there are.
    pub entries: i64,
    /// The hash of the last.
    pub head: Hash,
}

fn view(row: Model) -> Result<EntryView> {
    let label = Action::from_word(&row.action).map_or(row.action.clone(), |action| action.label().to_owned());
    Ok(EntryView {
        sequence: row.sequence,
        at: instant(row.at)?,
        actor_name: row.actor_name,
        action: label,
        subject_kind: row.subject_kind,
        subject_id: row.subject_id,
        before: row.before,
        after: row.after,
    })
}

/// Entries, newest first.
///
/// # Errors
/// The database's.
pub async fn list(store: &Store, filter: &Filter, request: PageRequest) -> Result<Page<EntryView>> {
    let mut query = Entity::find();
    if !filter.actor.is_empty() {
        query = query.filter(holds(Column::ActorName, &filter.actor));
    }
    if let Some(action) = filter.action {
        query = query.filter(Column::Action.eq(action.word()));
    }
    if !filter.subject_kind.is_empty() {
        query = query.filter(Column::SubjectKind.eq(&filter.subject_kind));
    }
    if let Some(from) = filter.from {
        query = query.filter(Column::At.gte(from.as_microsecond()));
    }
    if let Some(until) = filter.until {
        query = query.filter(Column::At.lt(until.as_microsecond()));
    }
    let total = query.clone().count(store.reader()).await?;
    let rows = query
        .order_by_desc(Column::Sequence)
        .offset(request.offset())
        .limit(request.size)
        .all(store.reader())
        .await?;
    Ok(Page::new(rows.into_iter().map(view).collect::<Result<_>>()?, total, request))
}

/// What was done to some rows of a room, oldest first.
///
/// # Errors
/// The database's.
pub async fn history(store: &Store, subject_kind: &str, ids: &[i64]) -> Result<Vec<EntryView>> {
    let rows = Entity::find()
        .filter(Column::SubjectKind.eq(subject_kind))
        .filter(Column::SubjectId.is_in(ids.iter().copied()))
        .order_by_asc(Column::Sequence)
        .limit(domain::limits::EXPORT_ROWS_MAX)
        .all(store.reader())
        .await?;
    rows.into_iter().map(view).collect()
}

/// Checks every entry from the first to the head.
///
/// # Errors
/// The database's; a journal that does not hold is `Ok(Err(Broken))`.
pub async fn verify(store: &Store) -> Result<Result<Verified, Broken>> {
    let mut verifier = Verifier::default();
    // Read first: others may go on writing meanwhile, and what they add must hold too.
    let noted = head(store).await?;
    let mut at_head = (noted.sequence == 0).then_some(ORIGIN);
    loop {
        let (checked, _) = verifier.head();
        let rows = Entity::find()
            .filter(Column::Sequence.gt(checked))
            .order_by_asc(Column::Sequence)
            .limit(5_000)
            .all(store.reader())
            .await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            if let Err(broken) = verifier.check(&entry(row)?) {
                return Ok(Err(broken));
            }
            if verifier.head().0 == noted.sequence {
                at_head = Some(verifier.head().1);
            }
        }
    }
    let (entries, hash) = verifier.head();
    let Some(at_head) = at_head else {
        return Ok(Err(Broken::Sequence { expected: entries + 1, found: noted.sequence }));
    };
    if read_hash(&noted.hash)? != at_head {
        return Ok(Err(Broken::Content { sequence: noted.sequence }));
    }
    if head(store).await?.sequence < entries {
        return Ok(Err(Broken::Sequence { expected: noted.sequence, found: entries }));
    }
    Ok(Ok(Verified { entries, head: hash }))
}

pub(crate) fn entry(row: Model) -> Result<Entry> {
    Ok(Entry {
        sequence: row.sequence,
        at: row.at,
        actor: row.actor_id,
        actor_name: row.actor_name,
        action: row.action,
        subject_kind: row.subject_kind,
        subject_id: row.subject_id,
        before: row.before,
        after: row.after,
        previous: read_hash(&row.previous)?,
        hash: read_hash(&row.hash)?,
    })
}

/// The conflict to report when a row that does not note its last change itself was changed since it was seen: who and
/// when come from the last entry of these actions.
pub(crate) async fn conflict(
    transaction: &Transaction,
    what: &'static str,
    subject_kind: &str,
    id: i64,
    actions: &[Action],
) -> Error {
    let last = Entity::find()
        .filter(Column::SubjectKind.eq(subject_kind))
        .filter(Column::SubjectId.eq(id))
        .filter(Column::Action.is_in(actions.iter().map(|action| action.word())))
        .order_by_desc(Column::Sequence)
        .one(&transaction.db)
        .await;
    match last {
        Ok(Some(row)) => match instant(row.at) {
            Ok(changed_at) => Error::Conflict { what, changed_by: row.actor_name, changed_at },
            Err(error) => error,
        },
        Ok(None) => Error::NotFound(what),
        Err(error) => error.into(),
    }
}

async fn head(store: &Store) -> Result<journal_head::Model> {
    let head = journal_head::Entity::find_by_id(1).one(store.reader()).await?;
    head.ok_or_else(|| Error::Unreadable("journal head".to_owned()))
}

/// Which rows of a room changed for the public after a sequence, each once, and the sequence they are as of.
///
/// # Errors
/// The database's.
pub async fn changed(store: &Store, room: &str, after: i64) -> Result<(Vec<i64>, i64)> {
    // The head first: what comes between is seen again next time.
    let epoch = epoch(store).await?;
    let public = Action::ALL.iter().filter(|action| action.is_public()).map(|action| action.word());
    let ids: Vec<i64> = Entity::find()
        .select_only()
        .column(Column::SubjectId)
        .filter(Column::SubjectKind.eq(room))
        .filter(Column::Sequence.gt(after))
        .filter(Column::Sequence.lte(epoch))
        .filter(Column::Action.is_in(public))
        .group_by(Column::SubjectId)
        .into_tuple()
        .all(store.reader())
        .await?;
    Ok((ids, epoch))
}

/// Every room in which rows changed for the public after a sequence, with the rows, and the sequence they are as of.
///
/// # Errors
/// The database's.
pub async fn changed_rooms(store: &Store, after: i64) -> Result<(BTreeMap<String, Vec<i64>>, i64)> {
    // The head first: what comes between is seen again next time.
    let epoch = epoch(store).await?;
    let public = Action::ALL.iter().filter(|action| action.is_public()).map(|action| action.word());
    let found: Vec<(String, i64)> = Entity::find()
        .select_only()
        .columns([Column::SubjectKind, Column::SubjectId])
        .filter(Column::Sequence.gt(after))
        .filter(Column::Sequence.lte(epoch))
        .filter(Column::Action.is_in(public))
        .group_by(Column::SubjectKind)
        .group_by(Column::SubjectId)
        .into_tuple()
        .all(store.reader())
        .await?;
    let mut rooms: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for (room, id) in found {
        rooms.entry(room).or_default().push(id);
    }
    Ok((rooms, epoch))
}

/// The epoch as it is known without asking the database; `None` when the last look at it is too old.
pub fn known_epoch(store: &Store) -> Option<i64> {
    store.epoch().known()
}

/// The epoch, never older than a commit of our own and a fraction of a second behind those of other processes. Those who
/// ask while a look is under way wait for that one.
///
/// # Errors
/// The database's.
pub async fn recent_epoch(store: &Store) -> Result<i64> {
    let look = store.epoch().look().await;
    match store.epoch().known() {
        Some(epoch) => Ok(epoch),
        None => Ok(look.found(epoch(store).await?)),
    }
}

/// The hash of an entry, as the tables keep it; empty where there is none.
///
/// # Errors
/// The database's.
pub async fn hash_at(store: &Store, sequence: i64) -> Result<String> {
    let row = Entity::find_by_id(sequence).one(store.reader()).await?;
    Ok(row.map(|row| row.hash).unwrap_or_default())
}

/// The sequence of the last public entry: as long as it stands, every public page stands.
///
/// # Errors
/// The database's.
pub async fn epoch(store: &Store) -> Result<i64> {
    Ok(head(store).await?.epoch)
}
