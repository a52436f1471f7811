//! The transparency log (公开存证): what was published, revised and withdrawn, entered in the same transaction as the act
//! itself, so that record and log cannot part. The hashes of complete subtrees are kept; roots and proofs are put together
//! from them.

use crate::commit::Transaction;
use crate::entity::{catalogue_version, disclosure_version, log_entry, log_node};
use crate::instant::instant;
use crate::secret::hex;
use crate::{Error, Page, PageRequest, Result, Store};
use domain::transparency::checkpoint::Checkpoint;
use domain::transparency::note::Signer;
use domain::transparency::proof::{Proof, content_hash};
use domain::transparency::tile::{self, Tile};
use domain::transparency::tree::{self, Hash, Node};
use domain::transparency::{Act, Entry};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use std::collections::HashMap;
use std::fmt;
use std::ops::Range;

/// A public act about to be entered.
pub(crate) struct Public<'a> {
    pub(crate) act: Act,
    /// The room and the row.
    pub(crate) subject: (&'static str, i64),
    /// The version.
    pub(crate) number: i32,
    pub(crate) index_number: &'a str,
    pub(crate) unit: &'a str,
    /// The version's record, as it is kept.
    pub(crate) content: &'a str,
    pub(crate) reason: &'a str,
}

/// An entry with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// From 0.
    pub position: u64,
    /// What it says.
    pub entry: Entry,
}

/// Where the log and the record part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Broken {
    /// An entry is missing, or its place is.
    Missing(u64),
    /// A hash does not follow from what is below it.
    Hash(u64),
    /// An entry cannot be read.
    Unreadable(u64),
    /// What it speaks of has other content now, or none.
    Content {
        /// The entry.
        position: u64,
        /// What it speaks of.
        address: String,
    },
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(position) => write!(f, "缺少第{position}号存证。"),
            Self::Hash(position) => write!(f, "第{position}号存证的校验值不符。"),
            Self::Unreadable(position) => write!(f, "第{position}号存证无法识别。"),
            Self::Content { position, address } => {
                write!(f, "第{position}号存证所指的内容（{address}）与现在的记录不同。")
            }
        }
    }
}

const LEVEL_BITS: u32 = 48;

fn place(node: Node) -> Result<i64> {
    let position = i64::try_from(node.position).ok().filter(|position| *position < 1 << LEVEL_BITS);
    let position = position.ok_or_else(|| Error::Unreadable(format!("log position {}", node.position)))?;
    Ok(i64::from(node.level) << LEVEL_BITS | position)
}

fn read_hash(text: &str) -> Result<Hash> {
    let unreadable = || Error::Unreadable(format!("hash {text}"));
    let mut hash = [0; 32];
    if text.len() != 64 {
        return Err(unreadable());
    }
    for (at, byte) in hash.iter_mut().enumerate() {
        let digits = text.get(2 * at..2 * at + 2).ok_or_else(unreadable)?;
        *byte = u8::from_str_radix(digits, 16).map_err(|_| unreadable())?;
    }
    Ok(hash)
}

async fn size_in(db: &impl ConnectionTrait) -> Result<u64> {
    let last: Option<Option<i64>> = log_entry::Entity::find()
        .select_only()
        .column_as(log_entry::Column::Position.max(), "last")
        .into_tuple()
        .one(db)
        .await?;
    Ok(last.flatten().map_or(0, |last| u64::try_from(last).unwrap_or(0) + 1))
}

/// The hashes of some subtrees.
async fn hashes(db: &impl ConnectionTrait, wanted: &[Node]) -> Result<HashMap<Node, Hash>> {
    let places: HashMap<i64, Node> =
        wanted.iter().map(|node| Ok((place(*node)?, *node))).collect::<Result<_>>()?;
    let mut found = HashMap::new();
    let keys: Vec<i64> = places.keys().copied().collect();
    for some in keys.chunks(500) {
        let rows = log_node::Entity::find().filter(log_node::Column::Place.is_in(some.iter().copied()));
        for row in rows.all(db).await? {
            if let Some(node) = places.get(&row.place) {
                found.insert(*node, read_hash(&row.hash)?);
            }
        }
    }
    Ok(found)
}

/// The hashes of ranges, each put together from complete subtrees.
async fn ranges(db: &impl ConnectionTrait, ranges: &[Range<u64>]) -> Result<Vec<Hash>> {
    let nodes: Vec<Vec<Node>> = ranges.iter().cloned().map(tree::nodes).collect();
    let found = hashes(db, &nodes.concat()).await?;
    let missing = |node: &Node| Error::Unreadable(format!("log node {node:?}"));
    let one = |nodes: &Vec<Node>| {
        let parts: Result<Vec<Hash>> =
            nodes.iter().map(|node| found.get(node).copied().ok_or_else(|| missing(node))).collect();
        Ok(tree::join(&parts?))
    };
    nodes.iter().map(one).collect()
}

/// Enters a public act.
pub(crate) async fn append(transaction: &Transaction, public: &Public<'_>) -> Result<()> {
    let (kind, id) = public.subject;
    let entry = Entry {
        act: public.act,
        address: format!("/{kind}s/{id}"),
        version: u32::try_from(public.number).unwrap_or(0),
        index_number: public.index_number.to_owned(),
        unit: public.unit.to_owned(),
        at: instant(transaction.now)?.to_string(),
        content: content_hash(public.content.as_bytes()),
        reason: public.reason.to_owned(),
    };
    let size = size_in(&transaction.db).await?;
    let halves = tree::left_halves(size);
    let found = hashes(&transaction.db, &halves).await?;
    let left: Vec<Hash> = halves
        .iter()
        .map(|node| found.get(node).copied().ok_or_else(|| Error::Unreadable(format!("log node {node:?}"))))
        .collect::<Result<_>>()?;
    let bytes = entry.bytes();
    let row = log_entry::ActiveModel {
        position: Set(i64::try_from(size).map_err(|_| Error::Unreadable(format!("log size {size}")))?),
        entry: Set(String::from_utf8_lossy(&bytes).into_owned()),
        subject_kind: Set(kind.to_owned()),
        subject_id: Set(id),
        number: Set(public.number),
    };
    log_entry::Entity::insert(row).exec_without_returning(&transaction.db).await?;
    for (node, hash) in tree::added(size, tree::leaf_hash(&bytes), &left) {
        let row = log_node::ActiveModel { place: Set(place(node)?), hash: Set(hex(&hash)) };
        log_node::Entity::insert(row).exec_without_returning(&transaction.db).await?;
    }
    Ok(())
}

/// A new signing key under a name.
///
/// # Errors
/// The system's source of random bytes.
pub fn new_signer(name: &str) -> Result<Signer> {
    Ok(Signer::from_seed(name, crate::secret::random()?))
}

/// How many entries there are.
///
/// # Errors
/// The database's.
pub async fn size(store: &Store) -> Result<u64> {
    size_in(store.reader()).await
}

/// The head of the log, under the signing key's name.
///
/// # Errors
/// The database's.
pub async fn checkpoint(store: &Store, signer: &Signer) -> Result<Checkpoint> {
    let size = size(store).await?;
    let root = ranges(store.reader(), std::slice::from_ref(&(0..size))).await?;
    let root = root.first().copied().unwrap_or_else(tree::empty_root);
    Ok(Checkpoint { origin: signer.verifier().name().to_owned(), size, root })
}

fn logged(row: &log_entry::Model) -> Result<Logged> {
    let entry = Entry::read(row.entry.as_bytes());
    let entry = entry.ok_or_else(|| Error::Unreadable(format!("log entry {}", row.position)))?;
    Ok(Logged { position: u64::try_from(row.position).unwrap_or(0), entry })
}

/// The newest entries first.
///
/// # Errors
/// The database's.
pub async fn list(store: &Store, request: PageRequest) -> Result<Page<Logged>> {
    let query = log_entry::Entity::find();
    let total = query.clone().count(store.reader()).await?;
    let rows = query
        .order_by_desc(log_entry::Column::Position)
        .offset(request.offset())
        .limit(request.size)
        .all(store.reader())
        .await?;
    Ok(Page::new(rows.iter().map(logged).collect::<Result<_>>()?, total, request))
}

/// The entries of a row of a room (`disclosure`, `catalogue`), oldest first.
///
/// # Errors
/// The database's.
pub async fn of(store: &Store, kind: &str, id: i64) -> Result<Vec<Logged>> {
    let rows = log_entry::Entity::find()
        .filter(log_entry::Column::SubjectKind.eq(kind))
        .filter(log_entry::Column::SubjectId.eq(id))
        .order_by_asc(log_entry::Column::Position)
        .all(store.reader())
        .await?;
    rows.iter().map(logged).collect()
}

/// The proof that an entry is in the log as it is now.
///
/// # Errors
/// No such entry; the database's.
pub async fn proof(store: &Store, signer: &Signer, position: u64) -> Result<Proof> {
    let key = i64::try_from(position).map_err(|_| Error::NotFound("这条存证"))?;
    let row = log_entry::Entity::find_by_id(key).one(store.reader()).await?;
    let row = row.ok_or(Error::NotFound("这条存证"))?;
    let head = checkpoint(store, signer).await?;
    Ok(Proof {
        entry: row.entry.into_bytes(),
        index: position,
        path: ranges(store.reader(), &tree::inclusion(position, head.size)).await?,
        checkpoint: head.sign(signer),
    })
}

/// The proof that the log of `new` entries begins with that of `old`.
///
/// # Errors
/// More entries than there are.
pub async fn consistency(store: &Store, old: u64, new: u64) -> Result<Vec<Hash>> {
    if new > size(store).await? || old > new {
        return Err(Error::refused("存证没有这么多条。请核对数字。"));
    }
    ranges(store.reader(), &tree::consistency(old, new)).await
}

/// The bytes of a tile; `None` where the log does not reach so far.
///
/// # Errors
/// The database's.
pub async fn tile(store: &Store, wanted: Tile) -> Result<Option<Vec<u8>>> {
    if !wanted.is_within(size(store).await?) {
        return Ok(None);
    }
    let nodes = wanted.nodes();
    if !nodes.is_empty() {
        let found = hashes(store.reader(), &nodes).await?;
        let hashes: Option<Vec<Hash>> = nodes.iter().map(|node| found.get(node).copied()).collect();
        return Ok(hashes.map(|hashes| tile::hashes(&hashes)));
    }
    let Some(range) = wanted.range() else { return Ok(None) };
    let bound = |position: u64| i64::try_from(position).unwrap_or(i64::MAX);
    let rows = log_entry::Entity::find()
        .filter(log_entry::Column::Position.gte(bound(range.start)))
        .filter(log_entry::Column::Position.lt(bound(range.end)))
        .order_by_asc(log_entry::Column::Position)
        .all(store.reader())
        .await?;
    Ok(tile::bundle(rows.iter().map(|row| row.entry.as_bytes())))
}

/// The record of a public version, as it is hashed.
///
/// # Errors
/// The database's.
pub async fn record(store: &Store, kind: &str, id: i64, number: u32) -> Result<Option<String>> {
    let number = i32::try_from(number).unwrap_or(0);
    Ok(match kind {
        "disclosure" => disclosure_version::Entity::find()
            .filter(disclosure_version::Column::DisclosureId.eq(id))
            .filter(disclosure_version::Column::Number.eq(number))
            .one(store.reader())
            .await?
            .map(|version| version.content),
        _ => catalogue_version::Entity::find()
            .filter(catalogue_version::Column::CatalogueId.eq(id))
            .filter(catalogue_version::Column::Number.eq(number))
            .one(store.reader())
            .await?
            .map(|version| version.content),
    })
}

/// Checks every entry against the tree and against the record; how many there are.
///
/// # Errors
/// The database's.
pub async fn verify(store: &Store) -> Result<std::result::Result<u64, Broken>> {
    let size = size(store).await?;
    let mut checked = 0;
    while checked < size {
        let from = i64::try_from(checked).unwrap_or(i64::MAX);
        let rows = log_entry::Entity::find()
            .filter(log_entry::Column::Position.gte(from))
            .order_by_asc(log_entry::Column::Position)
            .limit(256)
            .all(store.reader())
            .await?;
        if rows.is_empty() {
            return Ok(Err(Broken::Missing(checked)));
        }
        for row in rows {
            if let Some(broken) = check(store, &row, checked).await? {
                return Ok(Err(broken));
            }
            checked += 1;
        }
    }
    Ok(Ok(size))
}

async fn check(store: &Store, row: &log_entry::Model, expected: u64) -> Result<Option<Broken>> {
    if u64::try_from(row.position).ok() != Some(expected) {
        return Ok(Some(Broken::Missing(expected)));
    }
    let Ok(logged) = logged(row) else { return Ok(Some(Broken::Unreadable(expected))) };
    let leaf = tree::leaf_hash(row.entry.as_bytes());
    // The leaf, and every parent it completed, follow from what is below.
    let halves = tree::left_halves(expected);
    let found = hashes(store.reader(), &halves).await?;
    let left: Option<Vec<Hash>> = halves.iter().map(|node| found.get(node).copied()).collect();
    let Some(left) = left else { return Ok(Some(Broken::Hash(expected))) };
    let nodes = tree::added(expected, leaf, &left);
    let kept = hashes(store.reader(), &nodes.iter().map(|(node, _)| *node).collect::<Vec<_>>()).await?;
    if nodes.iter().any(|(node, hash)| kept.get(node) != Some(hash)) {
        return Ok(Some(Broken::Hash(expected)));
    }
    let record =
        record(store, &row.subject_kind, row.subject_id, u32::try_from(row.number).unwrap_or(0)).await?;
    let same = record.is_some_and(|record| content_hash(record.as_bytes()) == logged.entry.content);
    Ok((!same).then_some(Broken::Content { position: expected, address: logged.entry.address }))
}
