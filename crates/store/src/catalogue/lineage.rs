//! Catalogues that come from an upper one or from a guide: begun by derivation, and following new versions by a three-way
//! merge that keeps the office's own wording.

use super::draft::give_codes;
use super::{CatalogueRow, find, load, version};
use crate::commit::Transaction;
use crate::entity::catalogue;
use crate::{Error, Result, Store};
use domain::catalogue::change::between;
use domain::catalogue::lineage::{Derivation, derive, may_derive};
use domain::catalogue::merge::{Merged, merge};
use domain::catalogue::phase::Phase;
use domain::catalogue::{Catalogue, Field, Item};
use domain::journal::Action;
use domain::role::Actor;
use domain::unit::UnitId;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, EntityTrait};
use serde::Serialize;
use std::collections::BTreeSet;

/// A catalogue to derive.
#[derive(Debug, Clone)]
pub struct NewDerived {
    /// The unit that will hold it.
    pub unit: UnitId,
    /// The catalogue it comes from.
    pub upper: i64,
    /// Codes of the items whose powers the unit has taken over.
    pub powers: BTreeSet<String>,
    /// Its title.
    pub title: String,
}

/// What following the upper catalogue would bring.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The upper catalogue.
    pub upper: CatalogueRow,
    /// The upper version the catalogue stands on.
    pub from: u32,
    /// The upper version in force.
    pub to: u32,
    /// The merge; in its conflicts the office's wording stands.
    pub merged: Merged,
}

/// Begins a catalogue with the items of an upper one that its tier holds or whose powers it has taken over; returns its
/// id.
///
/// # Errors
/// An upper catalogue that is not in force or does not lie above; a second catalogue for the same sector; nothing to
/// hold.
pub async fn begin_derived(store: &Store, actor: &Actor, new: NewDerived) -> Result<i64> {
    let directory = crate::unit::directory(store).await?;
    let upper = find(store, new.upper).await?.ok_or(Error::NotFound("上级目录"))?;
    let number = upper.current.ok_or_else(|| Error::refused("上级目录还没有公布，公布后才能据以编制。"))?;
    let unit = directory.unit(new.unit).ok_or(Error::NotFound("该单位"))?;
    let chain = directory.chain(unit.region);
    may_derive(&chain, upper.region, &regions_above(store, &upper).await?).map_err(Error::refused)?;
    let content = derived(store, &directory, &upper, number, new.unit, &new.powers).await?;
    if content.items.is_empty() {
        return Err(Error::refused(
            "上级目录中没有属于本级的事项，也没有选择承接的权力。请核对公开层级和权力清单。",
        ));
    }
    let content = Catalogue { title: new.title, ..content };
    let begun = super::NewCatalogue {
        region: unit.region,
        unit: new.unit,
        content,
        parent: Some((new.upper, number)),
        powers: new.powers,
        from_guide: false,
    };
    super::create(store, actor, begun).await
}

/// The regions an upper catalogue comes from itself.
async fn regions_above(store: &Store, upper: &CatalogueRow) -> Result<Vec<i64>> {
    let mut regions = Vec::new();
    let mut seen = BTreeSet::from([upper.id]);
    let mut next = upper.parent;
    while let Some((id, _)) = next.filter(|(id, _)| seen.insert(*id)) {
        let Some(row) = find(store, id).await? else { break };
        regions.push(row.region);
        next = row.parent;
    }
    Ok(regions)
}

/// What a unit's catalogue would be, had the upper version been taken over as it is.
async fn derived(
    store: &Store,
    directory: &domain::unit::Directory,
    upper: &CatalogueRow,
    number: u32,
    unit: UnitId,
    powers: &BTreeSet<String>,
) -> Result<Catalogue> {
    let (_, content) = version(store, upper.id, number).await?.ok_or(Error::NotFound("上级目录的这一版"))?;
    let unit = directory.unit(unit).ok_or(Error::NotFound("该单位"))?;
    let region = directory.region(unit.region).ok_or(Error::NotFound("该行政区划"))?;
    let derivation = Derivation {
        tier: Some(region.tier),
        powers: powers.clone(),
        publisher: unit.name.clone(),
        title: String::new(),
    };
    Ok(derive(&content, &derivation))
}

/// What following the upper catalogue's version in force would bring; `None` when there is nothing to follow.
///
/// # Errors
/// The database's.
pub async fn proposal(store: &Store, id: i64) -> Result<Option<Proposal>> {
    let Some(row) = find(store, id).await? else { return Ok(None) };
    let Some((upper, from)) = row.parent else { return Ok(None) };
    let Some(upper) = find(store, upper).await? else { return Ok(None) };
    let Some(to) = upper.current.filter(|to| *to != from) else { return Ok(None) };
    let directory = crate::unit::directory(store).await?;
    let base = derived(store, &directory, &upper, from, row.unit, &row.powers).await?;
    let theirs = derived(store, &directory, &upper, to, row.unit, &row.powers).await?;
    let Some(ours) = own(store, &row).await? else { return Ok(None) };
    // The upper title says whose it is; the office's own stays.
    let titled = |catalogue: Catalogue| Catalogue { title: ours.title.clone(), ..catalogue };
    let merged = merge(&titled(base), &titled(theirs), &ours);
    Ok(Some(Proposal { upper, from, to, merged }))
}

/// The draft, else the version in force.
async fn own(store: &Store, row: &CatalogueRow) -> Result<Option<Catalogue>> {
    if let Some(draft) = super::draft(store, row.id).await? {
        return Ok(Some(draft));
    }
    Ok(version(store, row.id, row.current.unwrap_or(0)).await?.map(|(_, content)| content))
}

/// What a newer guide would bring to a catalogue that was begun from an older one; `None` when it was not, or when the
/// two guides say the same. `newer` is the guide as a draft of the unit's.
///
/// # Errors
/// The database's.
pub async fn guide_proposal(store: &Store, id: i64, newer: &Catalogue) -> Result<Option<Merged>> {
    let Some(found) = catalogue::Entity::find_by_id(id).one(store.reader()).await? else { return Ok(None) };
    let Some(base) = found.guide.as_deref() else { return Ok(None) };
    let base: Catalogue = serde_json::from_str(base)?;
    let row = super::row(found)?;
    let Some(ours) = own(store, &row).await? else { return Ok(None) };
    let theirs =
        Catalogue { title: ours.title.clone(), notes: ours.notes.clone(), ..identified(newer, &base, &ours) };
    let base = Catalogue { title: ours.title.clone(), notes: ours.notes.clone(), ..base };
    let changed = !between(&base, &theirs).is_empty();
    Ok(changed.then(|| merge(&base, &theirs, &ours)))
}

/// A newer guide with codes: those of the older one's items of the same name, and marks of its own for new ones, which
/// get codes when they are kept. Who publishes is not the guide's to say: it names kinds of departments at best.
fn identified(newer: &Catalogue, base: &Catalogue, ours: &Catalogue) -> Catalogue {
    let mut newer = coded(newer, base, ours);
    for item in &mut newer.items {
        if let Some(known) = base.item(&item.code) {
            item.publisher.clone_from(&known.publisher);
        }
    }
    newer
}

fn coded(newer: &Catalogue, base: &Catalogue, ours: &Catalogue) -> Catalogue {
    let mut newer = newer.clone();
    newer.items.iter_mut().for_each(|item| item.code.clear());
    let known: Vec<Item> = base.items.iter().chain(&ours.items).cloned().collect();
    let mut number = 0;
    newer.identify(&known, || {
        number += 1;
        format!("{NEW}{number}")
    });
    newer
}

/// What the code of an item begins with that has none yet.
const NEW: &str = "new:";

/// Takes a newer guide into the draft, as [`follow`] does an upper catalogue's version.
///
/// # Errors
/// As [`follow`]'s; nothing to follow.
pub async fn follow_guide(
    store: &Store,
    actor: &Actor,
    id: i64,
    version: i64,
    newer: &Catalogue,
    theirs: &[(String, Field)],
) -> Result<()> {
    let found = guide_proposal(store, id, newer).await?;
    let mut merged = found.ok_or_else(|| Error::refused("标准指引没有新的内容，不需要跟进。"))?;
    let followed =
        Followed { upper: None, number: None, taken: merged.taken.len(), conflicts: merged.conflicts.len() };
    for (code, field) in theirs {
        merged.take_theirs(code, *field);
    }
    let mut content = merged.catalogue;
    let guide = newer.clone();
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let row = load(transaction, id, version).await?;
                refuse_under_review(&row)?;
                let added = content.items.iter_mut().filter(|item| item.code.starts_with(NEW));
                added.for_each(|item| item.code.clear());
                give_codes(transaction, row.region_id, row.unit_id, &row.sector, &mut content, &[]).await?;
                // The guide keeps the codes of what it became.
                let base: Catalogue =
                    row.guide.as_deref().map(serde_json::from_str).transpose()?.unwrap_or_default();
                let guide = identified(&guide, &base, &content);
                let mut change: catalogue::ActiveModel = row.into();
                change.guide = Set(Some(serde_json::to_string(&guide)?));
                take_into(transaction, change, &content, "跟进标准指引".to_owned(), version).await?;
                transaction.record(Action::CatalogueFollowed, "catalogue", id, None::<&()>, Some(&followed))
            })
        })
        .await
}

fn refuse_under_review(row: &catalogue::Model) -> Result<()> {
    if row.phase == Phase::Compiling.word() || row.phase == Phase::Published.word() {
        return Ok(());
    }
    Err(Error::refused("目录正在审查，办结或退回后再跟进。"))
}

/// Writes what following made as the draft.
async fn take_into(
    transaction: &Transaction,
    mut change: catalogue::ActiveModel,
    content: &Catalogue,
    reason: String,
    version: i64,
) -> Result<()> {
    change.phase = Set(Phase::Compiling.word().to_owned());
    change.draft = Set(Some(serde_json::to_string(content)?));
    change.items = Set(i32::try_from(content.items.len()).unwrap_or(i32::MAX));
    change.reason = Set(reason);
    change.changed_by_name = Set(transaction.user_name.clone());
    change.changed_at = Set(transaction.now);
    change.version = Set(version + 1);
    change.update(&transaction.db).await?;
    Ok(())
}

/// What the journal keeps of following.
#[derive(Serialize)]
struct Followed {
    #[serde(skip_serializing_if = "Option::is_none")]
    upper: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<u32>,
    taken: usize,
    conflicts: usize,
}

/// Takes the proposal into the draft; `theirs` names the cells in conflict for which the upper wording is chosen. A
/// catalogue in force gets a draft for it; what is public stays.
///
/// # Errors
/// [`Error::Conflict`] when somebody changed the catalogue since `version`; a catalogue under review; an upper version
/// that is not the one the person saw.
pub async fn follow(
    store: &Store,
    actor: &Actor,
    id: i64,
    version: i64,
    to: u32,
    theirs: &[(String, Field)],
) -> Result<()> {
    let found = proposal(store, id).await?;
    let mut proposal = found.ok_or_else(|| Error::refused("上级目录没有新的版本，不需要跟进。"))?;
    if proposal.to != to {
        return Err(Error::refused("上级目录又公布了新的一版。请重新打开本页，按最新版本核对。"));
    }
    let followed = Followed {
        upper: Some(proposal.upper.id),
        number: Some(to),
        taken: proposal.merged.taken.len(),
        conflicts: proposal.merged.conflicts.len(),
    };
    for (code, field) in theirs {
        proposal.merged.take_theirs(code, *field);
    }
    let content = proposal.merged.catalogue;
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let row = load(transaction, id, version).await?;
                refuse_under_review(&row)?;
                let mut change: catalogue::ActiveModel = row.into();
                change.parent_number = Set(i32::try_from(to).ok());
                take_into(transaction, change, &content, format!("跟进上级目录第{to}版"), version).await?;
                transaction.record(Action::CatalogueFollowed, "catalogue", id, None::<&()>, Some(&followed))
            })
        })
        .await
}

/// The catalogues that come from one, by id.
///
/// # Errors
/// The database's.
pub async fn lower(store: &Store, id: i64) -> Result<Vec<CatalogueRow>> {
    use sea_orm::{ColumnTrait, QueryFilter, QueryOrder};
    let rows = catalogue::Entity::find()
        .filter(catalogue::Column::ParentId.eq(id))
        .order_by_asc(catalogue::Column::Id)
        .all(store.reader())
        .await?;
    rows.into_iter().map(super::row).collect()
}
