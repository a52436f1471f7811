//! Writing a catalogue's draft: cells, rows, codes.

use super::undo::Cell;
use super::{conflict, load};
use crate::commit::Transaction;
use crate::entity::{catalogue, counter, region};
use crate::text::printable;
use crate::{Error, Result, Store};
use domain::catalogue::change::between;
use domain::catalogue::phase::Phase;
use domain::catalogue::{Catalogue, Field, Item};
use domain::journal::Action;
use domain::role::Actor;
use domain::sector;
use domain::unit::{RegionId, UnitId};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter};
use std::collections::BTreeSet;

/// A catalogue to begin.
#[derive(Debug, Clone)]
pub struct NewCatalogue {
    /// The region it is for.
    pub region: RegionId,
    /// The unit that writes it.
    pub unit: UnitId,
    /// What it begins with; its sector decides whose catalogue it is.
    pub content: Catalogue,
    /// The catalogue and version it is derived from.
    pub parent: Option<(i64, u32)>,
    /// Codes of the items whose powers the unit has taken over from above.
    pub powers: BTreeSet<String>,
    /// It begins with the guide as it is: newer guides are merged against this.
    pub from_guide: bool,
}

/// One cell, as the person saw it and as it is to be.
#[derive(Debug, Clone)]
pub struct CellChange {
    /// The item.
    pub code: String,
    /// The column.
    pub field: Field,
    /// What stood there when the person began, in words.
    pub before: String,
    /// What is to stand there.
    pub after: String,
}

/// A change to the rows of a draft.
#[derive(Debug, Clone)]
pub enum Edit {
    /// A new item below another, or at the end; it takes over the level-1 name.
    Add {
        /// The code of the item above.
        below: Option<String>,
    },
    /// The same item again, below, with a code of its own.
    Copy {
        /// Which.
        code: String,
    },
    /// An item's elements in two: what comes after the n-th goes into a new item below.
    Split {
        /// Which.
        code: String,
        /// How many elements stay.
        elements: usize,
    },
    /// An item to another place.
    Move {
        /// Which.
        code: String,
        /// Its new place, from 0.
        to: usize,
    },
    /// An item out.
    Remove {
        /// Which.
        code: String,
    },
    /// The title.
    Title(String),
    /// Everything at once: undo, another file, a merge. Items keep the codes they bear.
    Replace(Box<Catalogue>),
}

/// The catalogue as it can be kept.
fn clean(mut content: Catalogue) -> Catalogue {
    content.title = printable(&content.title);
    for item in &mut content.items {
        for text in [&mut item.number, &mut item.level1, &mut item.level2] {
            *text = printable(text);
        }
        for list in [&mut item.elements, &mut item.basis, &mut item.publisher, &mut item.audience.groups] {
            list.iter_mut().for_each(|entry| *entry = printable(entry));
        }
    }
    content
}

/// Begins a catalogue; returns its id. A unit has one for each sector and one of its own.
///
/// # Errors
/// A sector nobody knows; a second catalogue for the same sector.
pub async fn create(store: &Store, actor: &Actor, new: NewCatalogue) -> Result<i64> {
    let sector = new.content.sector.clone().unwrap_or_default();
    if !sector.is_empty() && sector::find(&sector).is_none() {
        return Err(Error::refused("没有这个领域。请从26个领域中选择。"));
    }
    let mut content = clean(new.content);
    refuse_too_many(&content)?;
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let same = catalogue::Entity::find()
                    .filter(catalogue::Column::UnitId.eq(new.unit))
                    .filter(catalogue::Column::Sector.eq(&sector));
                if same.one(&transaction.db).await?.is_some() {
                    return Err(Error::refused("本单位已有这个领域的目录，请在原目录中修改，不要另建。"));
                }
                give_codes(transaction, new.region, new.unit, &sector, &mut content, &[]).await?;
                let draft = serde_json::to_string(&content)?;
                let parent_number = new.parent.and_then(|(_, number)| i32::try_from(number).ok());
                let row = catalogue::ActiveModel {
                    id: NotSet,
                    region_id: Set(new.region),
                    unit_id: Set(new.unit),
                    sector: Set(sector),
                    title: Set(content.title.clone()),
                    phase: Set(Phase::Compiling.word().to_owned()),
                    guide: Set(new.from_guide.then(|| draft.clone())),
                    draft: Set(Some(draft)),
                    reason: Set(String::new()),
                    items: Set(count(&content)),
                    current: Set(None),
                    parent_id: Set(new.parent.map(|(id, _)| id)),
                    parent_number: Set(parent_number),
                    powers: Set(serde_json::to_string(&new.powers)?),
                    changed_by_name: Set(transaction.user_name.clone()),
                    changed_at: Set(transaction.now),
                    version: Set(1),
                };
                let id = row.insert(&transaction.db).await?.id;
                transaction.record(Action::CatalogueCreated, "catalogue", id, None::<&()>, Some(&content))?;
                Ok(id)
            })
        })
        .await
}

fn refuse_too_many(content: &Catalogue) -> Result<()> {
    let (items, most) = (content.items.len(), domain::limits::CATALOGUE_ITEMS_MAX);
    if items > most {
        let reason = format!("一份目录最多{most}项，这份有{items}项，没有写入。请按领域或科室分开编制。");
        return Err(Error::refused(reason));
    }
    Ok(())
}

fn count(content: &Catalogue) -> i32 {
    i32::try_from(content.items.len()).unwrap_or(i32::MAX)
}

/// Gives every item without a code one: that of the same-named item among `known`, else a new one of the region's.
pub(super) async fn give_codes(
    transaction: &Transaction,
    region: RegionId,
    unit: UnitId,
    sector: &str,
    content: &mut Catalogue,
    known: &[Item],
) -> Result<()> {
    if content.items.iter().all(|item| !item.code.is_empty()) && known.is_empty() {
        let mut codes: Vec<&str> = content.items.iter().map(|item| item.code.as_str()).collect();
        codes.sort_unstable();
        if codes.windows(2).all(|pair| pair[0] != pair[1]) {
            return Ok(());
        }
    }
    let region = region::Entity::find_by_id(region).one(&transaction.db).await?;
    let region = region.ok_or(Error::NotFound("该行政区划"))?;
    let prefix = match sector {
        "" => format!("own-{}-{unit}", region.code),
        sector => format!("{sector}-{}-{unit}", region.code),
    };
    let name = format!("catalogue:{prefix}");
    let counted = counter::Entity::find_by_id(&name).one(&transaction.db).await?;
    let mut last = counted.as_ref().map_or(0, |counted| counted.value);
    content.identify(known, || {
        last += 1;
        format!("{prefix}-{last:03}")
    });
    match counted {
        Some(counted) if counted.value == last => {}
        Some(counted) => {
            let mut counted: counter::ActiveModel = counted.into();
            counted.value = Set(last);
            counted.update(&transaction.db).await?;
        }
        None => {
            let first = counter::ActiveModel { name: Set(name), value: Set(last) };
            counter::Entity::insert(first).exec_without_returning(&transaction.db).await?;
        }
    }
    Ok(())
}

/// The draft being compiled.
pub(super) fn compiling(row: &catalogue::Model) -> Result<Catalogue> {
    match &row.draft {
        Some(draft) if row.phase == Phase::Compiling.word() => Ok(serde_json::from_str(draft)?),
        _ => Err(Error::refused(domain::catalogue::phase::Refused::NotCompiling)),
    }
}

pub(super) async fn keep(
    transaction: &Transaction,
    row: catalogue::Model,
    content: &Catalogue,
) -> Result<i64> {
    let version = row.version + 1;
    let mut row: catalogue::ActiveModel = row.into();
    row.title = Set(content.title.clone());
    row.draft = Set(Some(serde_json::to_string(content)?));
    row.items = Set(count(content));
    row.changed_by_name = Set(transaction.user_name.clone());
    row.changed_at = Set(transaction.now);
    row.version = Set(version);
    row.update(&transaction.db).await?;
    Ok(version)
}

/// Changes one cell; returns the draft's new version. Two people may work on one catalogue at once, as long as it is not
/// on the same cell: what counts is the cell's words, not the draft's version.
///
/// # Errors
/// [`Error::Conflict`] when the cell no longer says what the person saw; a draft that is not being compiled.
pub async fn change_cell(store: &Store, actor: &Actor, id: i64, change: CellChange) -> Result<i64> {
    let change = CellChange { after: printable(&change.after), ..change };
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let row = catalogue::Entity::find_by_id(id).one(&transaction.db).await?;
                let row = row.ok_or(Error::NotFound("该目录"))?;
                let mut content = compiling(&row)?;
                let found = content.items.iter_mut().find(|item| item.code == change.code);
                let item = found.ok_or(Error::NotFound("该事项，可能已被删除"))?;
                let words = item.words(change.field);
                if words == change.after && item.unknown.iter().all(|column| column.field() != change.field) {
                    return Ok(row.version);
                }
                if words != change.before {
                    return Err(conflict(row)?);
                }
                item.write(change.field, &change.after);
                let cell = |words| Cell { code: change.code.clone(), field: change.field, words };
                let (before, after) = (cell(words), cell(item.words(change.field)));
                transaction.record(Action::CatalogueChanged, "catalogue", id, Some(&before), Some(&after))?;
                keep(transaction, row, &content).await
            })
        })
        .await
}

/// Changes the rows of a draft; returns its new version.
///
/// # Errors
/// [`Error::Conflict`] when somebody changed it since `version`; an item that is not there.
pub async fn edit(store: &Store, actor: &Actor, id: i64, version: i64, edit: Edit) -> Result<i64> {
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let row = load(transaction, id, version).await?;
                let before = compiling(&row)?;
                let mut content = before.clone();
                let known: Vec<Item> =
                    if matches!(edit, Edit::Replace(_)) { before.items.clone() } else { Vec::new() };
                apply(&mut content, edit)?;
                refuse_too_many(&content)?;
                give_codes(transaction, row.region_id, row.unit_id, &row.sector, &mut content, &known)
                    .await?;
                // Before: what takes the change back; after: what it did.
                let (back, done) = (between(&content, &before), between(&before, &content));
                transaction.record(Action::CatalogueChanged, "catalogue", id, Some(&back), Some(&done))?;
                keep(transaction, row, &content).await
            })
        })
        .await
}

fn apply(content: &mut Catalogue, edit: Edit) -> Result<()> {
    let place = |content: &Catalogue, code: &str| {
        content.items.iter().position(|item| item.code == code).ok_or(Error::NotFound("该事项，可能已被删除"))
    };
    match edit {
        Edit::Add { below } => {
            let at =
                below.map(|code| place(content, &code)).transpose()?.map_or(content.items.len(), |at| at + 1);
            let level1 =
                at.checked_sub(1).and_then(|above| content.items.get(above)).map(|item| item.level1.clone());
            let item = Item { level1: level1.unwrap_or_default(), ..Item::default() };
            content.items.insert(at, item);
        }
        Edit::Copy { code } => {
            let at = place(content, &code)?;
            let copy = content.items.get(at).cloned().unwrap_or_default();
            content.items.insert(at + 1, Item { code: String::new(), ..copy });
        }
        Edit::Split { code, elements } => {
            let at = place(content, &code)?;
            let Some(item) = content.items.get_mut(at) else { return Ok(()) };
            if elements == 0 || elements >= item.elements.len() {
                return Err(Error::refused("拆分处应在两条公开内容之间。请选择从第几条起另成一项。"));
            }
            let rest = item.elements.split_off(elements);
            let new = Item { code: String::new(), elements: rest, ..item.clone() };
            content.items.insert(at + 1, new);
        }
        Edit::Move { code, to } => {
            let at = place(content, &code)?;
            let item = content.items.remove(at);
            content.items.insert(to.min(content.items.len()), item);
        }
        Edit::Remove { code } => {
            let at = place(content, &code)?;
            content.items.remove(at);
        }
        Edit::Title(title) => content.title = printable(title.trim()),
        Edit::Replace(new) => *content = Catalogue { sector: content.sector.clone(), ..clean(*new) },
    }
    for (number, item) in (1_usize..).zip(&mut content.items) {
        item.number = number.to_string();
    }
    Ok(())
}
