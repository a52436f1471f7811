//! What the portal may read of disclosures: what is public, and what is left of what was taken back.

use super::{VersionRow, kind, number, version_of};
use crate::entity::{disclosure, disclosure_item, disclosure_link, disclosure_version};
use crate::instant::{date_or_none, instant};
use crate::like::holds;
use crate::{Page, PageRequest, Result, Store};
use domain::disclosure::{Disclosure, File, Kind, Validity, validity};
use domain::rulebook::Head;
use domain::unit::UnitId;
use jiff::Timestamp;
use jiff::civil::Date;
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use std::collections::{BTreeMap, BTreeSet};

/// A disclosure as public lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicRow {
    /// Identity; its address is `/disclosures/{id}`.
    pub id: i64,
    /// The publishing unit.
    pub unit: UnitId,
    /// 标题.
    pub title: String,
    /// What kind it is.
    pub kind: Kind,
    /// 主题分类.
    pub subject: String,
    /// 文号.
    pub document_number: String,
    /// 索引号.
    pub index_number: String,
    /// A sentence or two.
    pub summary: String,
    /// 成文日期.
    pub formed_on: Option<Date>,
    /// From when a policy file holds.
    pub effective_on: Option<Date>,
    /// Its last day.
    pub expires_on: Option<Date>,
    /// 发布日期: when it was first public.
    pub published_at: Timestamp,
    /// When the version in view became public, if it is a later one.
    pub revised_at: Option<Timestamp>,
    /// The version in view.
    pub number: u32,
}

/// What is left of a disclosure that was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tombstone {
    /// The unit.
    pub unit: UnitId,
    /// 索引号.
    pub index_number: String,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
}

/// What stands at a permanent address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// A public disclosure with its content.
    Public(Box<(PublicRow, Disclosure)>),
    /// One that was taken back.
    Withdrawn(Tombstone),
}

/// How a policy file stands, with the files that made it so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    /// Files this one amends.
    pub amends: Vec<PublicRow>,
    /// Files this one repeals.
    pub repeals: Vec<PublicRow>,
    /// Later files that amended this one.
    pub amended_by: Vec<PublicRow>,
    /// Later files that repealed this one.
    pub repealed_by: Vec<PublicRow>,
    /// Files this one interprets.
    pub interprets: Vec<PublicRow>,
    /// What interprets this one.
    pub interpreted_by: Vec<PublicRow>,
}

impl Links {
    /// How the file stands on a day.
    pub fn validity(&self, row: &PublicRow, day: Date) -> Validity {
        let days = (row.effective_on, row.expires_on);
        validity::on(day, days, !self.amended_by.is_empty(), !self.repealed_by.is_empty())
    }
}

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of these kinds only; empty for all.
    pub kinds: Vec<Kind>,
    /// Of one unit.
    pub unit: Option<UnitId>,
    /// Of one sector.
    pub sector: Option<String>,
    /// Of one subject.
    pub subject: Option<String>,
    /// First public in this year.
    pub year: Option<i16>,
    /// Answering to this item of this catalogue.
    pub item: Option<(i64, String)>,
    /// Of these ids only.
    pub ids: Option<Vec<i64>>,
    /// With this in the document number; empty for any.
    pub number: String,
}

pub(crate) fn row(model: disclosure::Model) -> Result<PublicRow> {
    Ok(PublicRow {
        id: model.id,
        unit: model.unit_id,
        title: model.title,
        kind: kind(&model.kind)?,
        subject: model.subject,
        document_number: model.document_number,
        index_number: model.index_number,
        summary: model.summary,
        formed_on: date_or_none(model.formed_on.as_ref())?,
        effective_on: date_or_none(model.effective_on.as_ref())?,
        expires_on: date_or_none(model.expires_on.as_ref())?,
        published_at: instant(model.published_at.unwrap_or_default())?,
        revised_at: model.revised_at.map(instant).transpose()?,
        number: number(model.current.unwrap_or(0))?,
    })
}

/// The rows the public may see.
pub(crate) fn visible() -> Select<disclosure::Entity> {
    use disclosure::Column;
    disclosure::Entity::find().filter(Column::Current.is_not_null()).filter(Column::WithdrawnAt.is_null())
}

/// The first instants of a year and of the next, in China.
fn year_bounds(year: i16) -> Option<(i64, i64)> {
    let start = |year: i16| {
        let day = Date::new(year, 1, 1).ok()?;
        Some(domain::clock::start_of_day(day)?.as_microsecond())
    };
    Some((start(year)?, start(year.checked_add(1)?)?))
}

fn select(filter: &Filter) -> Select<disclosure::Entity> {
    use disclosure::Column;
    let mut query = visible();
    if !filter.kinds.is_empty() {
        query = query.filter(Column::Kind.is_in(filter.kinds.iter().map(|kind| kind.word())));
    }
    if let Some(unit) = filter.unit {
        query = query.filter(Column::UnitId.eq(unit));
    }
    if !filter.number.is_empty() {
        query = query.filter(holds(Column::DocumentNumber, &filter.number));
    }
    if let Some(ids) = &filter.ids {
        query = query.filter(Column::Id.is_in(ids.iter().copied()));
    }
    if let Some(subject) = &filter.subject {
        query = query.filter(Column::Subject.eq(subject));
    }
    if let Some((from, until)) = filter.year.and_then(year_bounds) {
        query = query.filter(Column::PublishedAt.gte(from)).filter(Column::PublishedAt.lt(until));
    }
    let answering = |condition: Condition| {
        let mut answering = Query::select();
        answering
            .column(disclosure_item::Column::DisclosureId)
            .from(disclosure_item::Entity)
            .cond_where(condition);
        Expr::col(Column::Id).in_subquery(answering)
    };
    if let Some(sector) = &filter.sector {
        let of = Condition::all().add(disclosure_item::Column::Sector.eq(sector));
        query = query.filter(answering(of));
    }
    if let Some((catalogue, code)) = &filter.item {
        let of = Condition::all()
            .add(disclosure_item::Column::CatalogueId.eq(*catalogue))
            .add(disclosure_item::Column::ItemCode.eq(code));
        query = query.filter(answering(of));
    }
    query
}

/// Public disclosures, the newest first.
///
/// # Errors
/// The database's.
pub async fn list(store: &Store, filter: &Filter, request: PageRequest) -> Result<Page<PublicRow>> {
    use disclosure::Column;
    let query = select(filter);
    let total = query.clone().count(store.reader()).await?;
    let found = query
        .order_by_desc(Column::PublishedAt)
        .order_by_desc(Column::Id)
        .offset(request.offset())
        .limit(request.size)
        .all(store.reader())
        .await?;
    Ok(Page::new(found.into_iter().map(row).collect::<Result<_>>()?, total, request))
}

/// The newest public disclosures, without counting the others.
///
/// # Errors
/// The database's.
pub async fn newest(store: &Store, filter: &Filter, limit: u64) -> Result<Vec<PublicRow>> {
    use disclosure::Column;
    let query = select(filter).order_by_desc(Column::PublishedAt).order_by_desc(Column::Id).limit(limit);
    query.all(store.reader()).await?.into_iter().map(row).collect()
}

/// How many are public of each kind.
///
/// # Errors
/// The database's.
pub async fn count_by_kind(store: &Store) -> Result<BTreeMap<Kind, u64>> {
    use disclosure::Column;
    let counted: Vec<(String, i64)> = visible()
        .select_only()
        .column(Column::Kind)
        .column_as(Column::Id.count(), "count")
        .group_by(Column::Kind)
        .into_tuple()
        .all(store.reader())
        .await?;
    counted.into_iter().map(|(word, count)| Ok((kind(&word)?, u64::try_from(count).unwrap_or(0)))).collect()
}

/// How many are public of each sector.
///
/// # Errors
/// The database's.
pub async fn count_by_sector(store: &Store) -> Result<BTreeMap<String, u64>> {
    use disclosure_item::Column;
    let counted: Vec<(String, i64)> = disclosure_item::Entity::find()
        .select_only()
        .column(Column::Sector)
        .column_as(Expr::col(Column::DisclosureId).count_distinct(), "count")
        .filter(Column::Sector.ne(""))
        .group_by(Column::Sector)
        .into_tuple()
        .all(store.reader())
        .await?;
    Ok(counted.into_iter().map(|(sector, count)| (sector, u64::try_from(count).unwrap_or(0))).collect())
}

/// What stands at the address of that id; `None` where nothing was ever public.
///
/// # Errors
/// The database's.
pub async fn find(store: &Store, id: i64) -> Result<Option<Found>> {
    let Some(model) = disclosure::Entity::find_by_id(id).one(store.reader()).await? else {
        return Ok(None);
    };
    if let Some(at) = model.withdrawn_at {
        return Ok(Some(Found::Withdrawn(Tombstone {
            unit: model.unit_id,
            index_number: model.index_number,
            at: instant(at)?,
            reason: model.withdrawn_reason,
        })));
    }
    let Some(current) = model.current else { return Ok(None) };
    let Some(version) = version_of(store.reader(), id, current).await? else { return Ok(None) };
    let content = serde_json::from_str(&version.content)?;
    Ok(Some(Found::Public(Box::new((row(model)?, content)))))
}

/// The versions of a public disclosure, newest first; none of one that was taken back.
///
/// # Errors
/// The database's.
pub async fn versions(store: &Store, id: i64) -> Result<Vec<VersionRow>> {
    match find(store, id).await? {
        Some(Found::Public(_)) => super::versions(store, id).await,
        _ => Ok(Vec::new()),
    }
}

/// A version of a public disclosure with its content.
///
/// # Errors
/// The database's.
pub async fn version(store: &Store, id: i64, wanted: u32) -> Result<Option<(VersionRow, Disclosure)>> {
    match find(store, id).await? {
        Some(Found::Public(_)) => super::version(store, id, wanted).await,
        _ => Ok(None),
    }
}

/// The public disclosures of these ids, in their order; those that are not public are left out.
///
/// # Errors
/// The database's.
pub async fn rows(store: &Store, ids: &[i64]) -> Result<Vec<PublicRow>> {
    let found =
        visible().filter(disclosure::Column::Id.is_in(ids.iter().copied())).all(store.reader()).await?;
    let mut found: BTreeMap<i64, disclosure::Model> = found.into_iter().map(|row| (row.id, row)).collect();
    ids.iter().filter_map(|id| found.remove(id)).map(row).collect()
}

/// Which of some policy files later ones amended and repealed: two sets of ids.
///
/// # Errors
/// The database's.
pub async fn touched(store: &Store, ids: &[i64]) -> Result<(BTreeSet<i64>, BTreeSet<i64>)> {
    use disclosure_link::Column;
    let found = disclosure_link::Entity::find()
        .filter(Column::ToId.is_in(ids.iter().copied()))
        .all(store.reader())
        .await?;
    let of = |kind: &str| found.iter().filter(|link| link.kind == kind).map(|link| link.to_id).collect();
    Ok((of("amends"), of("repeals")))
}

/// The file of a public disclosure's version in view, by its attachment's id.
///
/// # Errors
/// The database's.
pub async fn file(store: &Store, id: i64, attachment: i64) -> Result<Option<File>> {
    let Some(Found::Public(found)) = find(store, id).await? else { return Ok(None) };
    Ok(found.1.files.into_iter().find(|file| file.id == attachment))
}

/// The public regulations on disclosure (公开制度) with their heads, the newest first, those without a day last.
///
/// # Errors
/// The database's.
pub async fn rules(store: &Store) -> Result<Vec<(PublicRow, Option<Head>)>> {
    use disclosure::Column;
    let models = visible()
        .filter(Column::Kind.eq(Kind::Rule.word()))
        .order_by_asc(Column::FormedOn.is_null())
        .order_by_desc(Column::FormedOn)
        .order_by_desc(Column::Id)
        .all(store.reader())
        .await?;
    let mut found = Vec::new();
    for model in models {
        let version = version_of(store.reader(), model.id, model.current.unwrap_or(0)).await?;
        let content =
            version.map(|version| serde_json::from_str::<Disclosure>(&version.content)).transpose()?;
        found.push((row(model)?, content.and_then(|content| content.rule_head)));
    }
    Ok(found)
}

/// Disclosures whose contents are held at once.
const CHUNK: usize = 500;

/// A page of the public disclosures that have a file of one of these endings, with their files, the newest first. Only
/// what names such a file is read at all.
///
/// # Errors
/// The database's.
pub async fn with_files(
    store: &Store,
    endings: &[&str],
    request: PageRequest,
) -> Result<Page<(PublicRow, Vec<File>)>> {
    use disclosure::Column;
    use disclosure_version::Column as Version;
    // A file's entry is `"name":"….csv","hash":"…"`: within the text of a page quotation marks are written otherwise.
    let content = || Func::lower(Expr::col((disclosure_version::Entity, Version::Content)));
    let named = endings.iter().fold(Condition::any(), |condition, ending| {
        condition.add(Expr::expr(content()).like(format!("%.{ending}\",\"hash\":%")))
    });
    let current = Query::select()
        .expr(Expr::val(1))
        .from(disclosure_version::Entity)
        .and_where(
            Expr::col((disclosure_version::Entity, Version::DisclosureId))
                .equals((disclosure::Entity, Column::Id)),
        )
        .and_where(
            Expr::col((disclosure_version::Entity, Version::Number))
                .equals((disclosure::Entity, Column::Current)),
        )
        .cond_where(named.clone())
        .to_owned();
    let query =
        visible().filter(Expr::exists(current)).order_by_desc(Column::PublishedAt).order_by_desc(Column::Id);
    let total = query.clone().count(store.reader()).await?;
    let models = query.offset(request.offset()).limit(request.size).all(store.reader()).await?;
    let mut found = Vec::new();
    for chunk in models.chunks(CHUNK) {
        let versions = disclosure_version::Entity::find()
            .filter(Version::DisclosureId.is_in(chunk.iter().map(|model| model.id)))
            .filter(named.clone())
            .all(store.reader())
            .await?;
        let mut contents: BTreeMap<(i64, i32), String> = versions
            .into_iter()
            .map(|version| ((version.disclosure_id, version.number), version.content))
            .collect();
        for model in chunk {
            let Some(content) = contents.remove(&(model.id, model.current.unwrap_or(0))) else { continue };
            let content: Disclosure = serde_json::from_str(&content)?;
            found.push((row(model.clone())?, content.files));
        }
    }
    Ok(Page::new(found, total, request))
}

/// Every public disclosure's id and when it was last changed, for the site map; oldest first.
///
/// # Errors
/// The database's.
pub async fn addresses(store: &Store) -> Result<Vec<(i64, Timestamp)>> {
    use disclosure::Column;
    let found: Vec<(i64, Option<i64>, Option<i64>)> = visible()
        .select_only()
        .columns([Column::Id, Column::PublishedAt, Column::RevisedAt])
        .order_by_asc(Column::Id)
        .into_tuple()
        .all(store.reader())
        .await?;
    let at = |(id, published, revised): (i64, Option<i64>, Option<i64>)| {
        Ok((id, instant(revised.or(published).unwrap_or_default())?))
    };
    found.into_iter().map(at).collect()
}

/// A public disclosure of that title, other than `own`.
///
/// # Errors
/// The database's.
pub async fn same_title(store: &Store, title: &str, own: Option<i64>) -> Result<Option<PublicRow>> {
    use disclosure::Column;
    let mut query = visible().filter(Column::Title.eq(title));
    if let Some(own) = own {
        query = query.filter(Column::Id.ne(own));
    }
    query.order_by_desc(Column::PublishedAt).one(store.reader()).await?.map(row).transpose()
}

/// The years in which something was first public, newest first.
///
/// # Errors
/// The database's.
pub async fn years(store: &Store) -> Result<Vec<i16>> {
    use disclosure::Column;
    let bounds: Option<(Option<i64>, Option<i64>)> = visible()
        .select_only()
        .column_as(Column::PublishedAt.min(), "first")
        .column_as(Column::PublishedAt.max(), "last")
        .into_tuple()
        .one(store.reader())
        .await?;
    let Some((Some(first), Some(last))) = bounds else { return Ok(Vec::new()) };
    let year = |at: i64| -> Result<i16> { Ok(domain::clock::civil_date(instant(at)?).year()) };
    Ok((year(first)?..=year(last)?).rev().collect())
}

/// The public disclosure of an index number or a document number.
///
/// # Errors
/// The database's.
pub async fn by_number(store: &Store, written: &str) -> Result<Option<i64>> {
    use disclosure::Column;
    let numbered = domain::document_number::DocumentNumber::read(written);
    let numbered = numbered.map_or_else(|| written.to_owned(), |number| number.to_string());
    let found = visible()
        .filter(
            Condition::any().add(Column::IndexNumber.eq(written)).add(Column::DocumentNumber.eq(numbered)),
        )
        .order_by_desc(Column::PublishedAt)
        .one(store.reader())
        .await?;
    Ok(found.map(|found| found.id))
}
