//! Everything the pages of a disclosure are made of, read for many at once: a static export goes through all of them,
//! and a visitor asks for one.

use super::public::{self, Links, PublicRow, Tombstone};
use super::{VersionRow, version_row};
use crate::entity::{disclosure, disclosure_link, disclosure_version, log_entry};
use crate::instant::instant;
use crate::interpretation::{self, Following};
use crate::{Error, Result, Store};
use domain::disclosure::{Disclosure, Kind};
use domain::transparency::{Act, Entry};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::{BTreeMap, BTreeSet};

/// What stands at a disclosure's addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// A public disclosure.
    Public(Box<Whole>),
    /// One that was taken back.
    Withdrawn(i64, Tombstone),
}

/// A public disclosure with all its versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    /// As lists show it.
    pub row: PublicRow,
    /// Its versions, newest first.
    pub versions: Vec<Version>,
    /// The policy files it touches and is touched by.
    pub links: Links,
    /// The places of its versions in the transparency log.
    pub positions: BTreeMap<u32, u64>,
    /// What came after its publication; for policy files only.
    pub following: Following,
}

/// A version as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Without its content.
    pub row: VersionRow,
    /// Its record, byte for byte as it is hashed.
    pub record: String,
}

impl Version {
    /// What it says.
    ///
    /// # Errors
    /// A record that cannot be read.
    pub fn content(&self) -> Result<Disclosure> {
        Ok(serde_json::from_str(&self.record)?)
    }
}

impl Whole {
    /// The version of that number.
    pub fn version(&self, number: u32) -> Option<&Version> {
        self.versions.iter().find(|version| version.row.number == number)
    }
}

/// The ids of disclosures that are or were public, after `id`, in their order.
///
/// # Errors
/// The database's.
pub async fn ids_after(store: &Store, id: i64, limit: u64) -> Result<Vec<i64>> {
    use disclosure::Column;
    let ids = disclosure::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Id.gt(id))
        .filter(Column::Current.is_not_null())
        .order_by_asc(Column::Id)
        .limit(limit);
    Ok(ids.into_tuple().all(store.reader()).await?)
}

/// The ids of disclosures that were taken back, in their order.
///
/// # Errors
/// The database's.
pub async fn withdrawn(store: &Store) -> Result<Vec<i64>> {
    use disclosure::Column;
    let ids = disclosure::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Current.is_not_null())
        .filter(Column::WithdrawnAt.is_not_null())
        .order_by_asc(Column::Id);
    Ok(ids.into_tuple().all(store.reader()).await?)
}

/// What stands at the addresses of these ids, in their order; those that were never public are left out.
///
/// # Errors
/// The database's, a record that cannot be read.
pub async fn standing(store: &Store, ids: &[i64]) -> Result<Vec<Standing>> {
    use disclosure::Column;
    let models = disclosure::Entity::find()
        .filter(Column::Id.is_in(ids.iter().copied()))
        .filter(Column::Current.is_not_null())
        .order_by_asc(Column::Id)
        .all(store.reader())
        .await?;
    let public: Vec<i64> =
        models.iter().filter(|model| model.withdrawn_at.is_none()).map(|model| model.id).collect();
    let mut versions = versions(store, &public).await?;
    let mut links = links(store, &public).await?;
    let mut positions = positions(store, &public).await?;
    let policies = models.iter().filter(|model| model.kind == Kind::Policy.word());
    let policies: Vec<i64> = policies.map(|model| model.id).collect();
    let mut following = interpretation::following(store, &policies).await?;
    let standing = |model: disclosure::Model| {
        if let Some(at) = model.withdrawn_at {
            let left = Tombstone {
                unit: model.unit_id,
                index_number: model.index_number,
                at: instant(at)?,
                reason: model.withdrawn_reason,
            };
            return Ok(Standing::Withdrawn(model.id, left));
        }
        let id = model.id;
        Ok(Standing::Public(Box::new(Whole {
            row: public::row(model)?,
            versions: versions.remove(&id).unwrap_or_default(),
            links: links.remove(&id).unwrap_or_default(),
            positions: positions.remove(&id).unwrap_or_default(),
            following: following.remove(&id).unwrap_or_default(),
        })))
    };
    models.into_iter().map(standing).collect()
}

/// What stands at the address of that id; `None` where nothing was ever public.
///
/// # Errors
/// As [`standing`].
pub async fn find(store: &Store, id: i64) -> Result<Option<Standing>> {
    Ok(standing(store, &[id]).await?.pop())
}

async fn versions(store: &Store, ids: &[i64]) -> Result<BTreeMap<i64, Vec<Version>>> {
    let mut versions: BTreeMap<i64, Vec<Version>> = BTreeMap::new();
    let found = disclosure_version::Entity::find()
        .filter(disclosure_version::Column::DisclosureId.is_in(ids.iter().copied()))
        .order_by_desc(disclosure_version::Column::Number);
    for model in found.all(store.reader()).await? {
        let version = Version { row: version_row(&model)?, record: model.content };
        versions.entry(model.disclosure_id).or_default().push(version);
    }
    Ok(versions)
}

async fn links(store: &Store, ids: &[i64]) -> Result<BTreeMap<i64, Links>> {
    use disclosure_link::Column;
    let either = Condition::any()
        .add(Column::FromId.is_in(ids.iter().copied()))
        .add(Column::ToId.is_in(ids.iter().copied()));
    let found =
        disclosure_link::Entity::find().filter(either).order_by_asc(Column::Id).all(store.reader()).await?;
    let mut links: BTreeMap<i64, Links> = BTreeMap::new();
    if found.is_empty() {
        return Ok(links);
    }
    let named: BTreeSet<i64> = found.iter().flat_map(|link| [link.from_id, link.to_id]).collect();
    let rows = public::rows(store, &named.into_iter().collect::<Vec<_>>()).await?;
    let rows: BTreeMap<i64, PublicRow> = rows.into_iter().map(|row| (row.id, row)).collect();
    let wanted: BTreeSet<i64> = ids.iter().copied().collect();
    for link in found {
        if let Some(to) = rows.get(&link.to_id).filter(|_| wanted.contains(&link.from_id)) {
            let of = links.entry(link.from_id).or_default();
            match link.kind.as_str() {
                "repeals" => of.repeals.push(to.clone()),
                "amends" => of.amends.push(to.clone()),
                interpretation::PUBLIC => of.interprets.push(to.clone()),
                _ => {}
            }
        }
        if let Some(from) = rows.get(&link.from_id).filter(|_| wanted.contains(&link.to_id)) {
            let of = links.entry(link.to_id).or_default();
            match link.kind.as_str() {
                "repeals" => of.repealed_by.push(from.clone()),
                "amends" => of.amended_by.push(from.clone()),
                interpretation::PUBLIC => of.interpreted_by.push(from.clone()),
                _ => {}
            }
        }
    }
    Ok(links)
}

async fn positions(store: &Store, ids: &[i64]) -> Result<BTreeMap<i64, BTreeMap<u32, u64>>> {
    use log_entry::Column;
    let found = log_entry::Entity::find()
        .filter(Column::SubjectKind.eq("disclosure"))
        .filter(Column::SubjectId.is_in(ids.iter().copied()))
        .order_by_asc(Column::Position)
        .all(store.reader())
        .await?;
    let mut positions: BTreeMap<i64, BTreeMap<u32, u64>> = BTreeMap::new();
    for row in found {
        let unreadable = || Error::Unreadable(format!("log entry {}", row.position));
        let entry = Entry::read(row.entry.as_bytes()).ok_or_else(unreadable)?;
        let position = u64::try_from(row.position).map_err(|_| unreadable())?;
        if entry.act != Act::Withdraw {
            positions.entry(row.subject_id).or_default().insert(entry.version, position);
        }
    }
    Ok(positions)
}

/// The disclosures whose pages name one of these, or did: policy files and interpretations that touch it, and those that
/// any version of it touches, for a link ends when its file is revised or taken back.
///
/// # Errors
/// The database's, a record that cannot be read.
pub async fn neighbours(store: &Store, ids: &[i64]) -> Result<BTreeSet<i64>> {
    let mut named = BTreeSet::new();
    for some in ids.chunks(200) {
        let links = disclosure_link::Entity::find()
            .filter(disclosure_link::Column::ToId.is_in(some.iter().copied()))
            .all(store.reader())
            .await?;
        named.extend(links.iter().map(|link| link.from_id));
        for version in versions(store, some).await?.into_values().flatten() {
            let content = version.content()?;
            named.extend(content.amends);
            named.extend(content.repeals);
            named.extend(content.interprets);
        }
    }
    Ok(named)
}

/// The public policy files whose validity changes by the calendar alone after one day and up to another.
///
/// # Errors
/// The database's.
pub async fn turning(store: &Store, after: jiff::civil::Date, until: jiff::civil::Date) -> Result<Vec<i64>> {
    use disclosure::Column;
    let (after, until) = (after.to_string(), until.to_string());
    let begins = Condition::all().add(Column::EffectiveOn.gt(&after)).add(Column::EffectiveOn.lte(&until));
    // The last day still holds, so that a file has ended on the day after.
    let ends = Condition::all().add(Column::ExpiresOn.gte(&after)).add(Column::ExpiresOn.lt(&until));
    let found = disclosure::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Current.is_not_null())
        .filter(Condition::any().add(begins).add(ends))
        .into_tuple()
        .all(store.reader())
        .await?;
    Ok(found)
}

/// A public disclosure as an index over all of them needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indexed {
    /// Identity.
    pub id: i64,
    /// The word of its kind.
    pub kind: String,
    /// When it was first public, in microseconds.
    pub published_at: i64,
    /// When it was changed last.
    pub changed_at: i64,
    /// The sectors of the items it answers to.
    pub sectors: BTreeSet<String>,
}

/// Those of these ids that are public, or all with `None`.
///
/// # Errors
/// The database's.
pub async fn indexed(store: &Store, ids: Option<&[i64]>) -> Result<Vec<Indexed>> {
    use crate::entity::disclosure_item;
    use disclosure::Column;
    let mut query = public::visible()
        .select_only()
        .columns([Column::Id, Column::Kind, Column::PublishedAt, Column::RevisedAt])
        .order_by_asc(Column::Id);
    let mut items = disclosure_item::Entity::find()
        .select_only()
        .columns([disclosure_item::Column::DisclosureId, disclosure_item::Column::Sector])
        .filter(disclosure_item::Column::Sector.ne(""));
    if let Some(ids) = ids {
        query = query.filter(Column::Id.is_in(ids.iter().copied()));
        items = items.filter(disclosure_item::Column::DisclosureId.is_in(ids.iter().copied()));
    }
    let rows: Vec<(i64, String, Option<i64>, Option<i64>)> = query.into_tuple().all(store.reader()).await?;
    let items: Vec<(i64, String)> = items.into_tuple().all(store.reader()).await?;
    let mut sectors: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
    for (id, sector) in items {
        sectors.entry(id).or_default().insert(sector);
    }
    let one = |(id, kind, published, revised): (i64, String, Option<i64>, Option<i64>)| {
        let published_at = published.unwrap_or_default();
        let changed_at = revised.unwrap_or(published_at);
        Indexed { id, kind, published_at, changed_at, sectors: sectors.remove(&id).unwrap_or_default() }
    };
    Ok(rows.into_iter().map(one).collect())
}
