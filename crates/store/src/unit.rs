//! Regions, units, groups: the directory and its changes.

use crate::commit::{Transaction, Work};
use crate::entity::{counter, region, unit, unit_alias, unit_group, unit_group_alias, unit_group_member};
use crate::instant::word;
use crate::journal::conflict;
use crate::text::printable;
use crate::{Error, Result, Store};
use domain::journal::Action;
use domain::role::{Actor, Place, Scope};
use domain::unit::{Directory, GroupId, Region, RegionId, Tier, Unit, UnitGroup, UnitId, UnitKind};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, PoisonError};

/// The counter that is raised with each change of the directory.
const DIRECTORY_COUNTER: &str = "directory";

/// A region about to be registered.
#[derive(Debug, Clone, Serialize)]
pub struct NewRegion {
    /// Official code.
    pub code: String,
    /// Official name.
    pub name: String,
    /// County, township, village.
    pub tier: Tier,
    /// The region above.
    pub parent: Option<RegionId>,
}

/// A unit about to be registered, or its new state.
#[derive(Debug, Clone, Serialize)]
pub struct NewUnit {
    /// The region it serves.
    pub region: RegionId,
    /// Official full name.
    pub name: String,
    /// Department, township, village.
    pub kind: UnitKind,
    /// Other names.
    pub aliases: Vec<String>,
}

/// A group about to be registered, or its new state.
#[derive(Debug, Clone, Serialize)]
pub struct NewGroup {
    /// The usual name.
    pub name: String,
    /// Other ways to say it.
    pub aliases: Vec<String>,
    /// Its units.
    pub members: Vec<UnitId>,
}

fn tier_word(tier: Tier) -> &'static str {
    match tier {
        Tier::County => "county",
        Tier::Township => "township",
        Tier::Village => "village",
    }
}

fn kind_word(kind: UnitKind) -> &'static str {
    match kind {
        UnitKind::Department => "department",
        UnitKind::Township => "township",
        UnitKind::Village => "village",
    }
}

fn tier_of(text: &str) -> Option<Tier> {
    [Tier::County, Tier::Township, Tier::Village].into_iter().find(|tier| tier_word(*tier) == text)
}

fn kind_of(text: &str) -> Option<UnitKind> {
    [UnitKind::Department, UnitKind::Township, UnitKind::Village]
        .into_iter()
        .find(|kind| kind_word(*kind) == text)
}

/// The directory as it stands; kept until a change anywhere raises the counter.
///
/// # Errors
/// The database's.
pub async fn directory(store: &Store) -> Result<Arc<Directory>> {
    let counted = counter::Entity::find_by_id(DIRECTORY_COUNTER).one(store.reader()).await?;
    let stamp = counted.map_or(0, |counter| counter.value);
    {
        let cached = store.cached_directory().read().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, directory)) = cached.as_ref().filter(|(of, _)| *of == stamp) {
            debug_assert_eq!(*of, stamp);
            return Ok(Arc::clone(directory));
        }
    }
    let directory = Arc::new(load(store.reader()).await?);
    let mut cached = store.cached_directory().write().unwrap_or_else(PoisonError::into_inner);
    *cached = Some((stamp, Arc::clone(&directory)));
    Ok(directory)
}

async fn load(db: &impl ConnectionTrait) -> Result<Directory> {
    let regions = region::Entity::find().order_by_asc(region::Column::Code).all(db).await?;
    let units = unit::Entity::find().order_by_asc(unit::Column::Id).all(db).await?;
    let groups = unit_group::Entity::find().order_by_asc(unit_group::Column::Id).all(db).await?;
    let mut aliases: HashMap<UnitId, Vec<String>> = HashMap::new();
    for alias in unit_alias::Entity::find().order_by_asc(unit_alias::Column::Id).all(db).await? {
        aliases.entry(alias.unit_id).or_default().push(alias.name);
    }
    let mut group_aliases: HashMap<GroupId, Vec<String>> = HashMap::new();
    for alias in unit_group_alias::Entity::find().order_by_asc(unit_group_alias::Column::Id).all(db).await? {
        group_aliases.entry(alias.group_id).or_default().push(alias.name);
    }
    let mut members: HashMap<GroupId, Vec<UnitId>> = HashMap::new();
    for member in
        unit_group_member::Entity::find().order_by_asc(unit_group_member::Column::Id).all(db).await?
    {
        members.entry(member.group_id).or_default().push(member.unit_id);
    }
    let regions = regions.into_iter().map(|row| {
        Ok(Region {
            id: row.id,
            tier: word(tier_of(&row.tier), &row.tier)?,
            code: row.code,
            name: row.name,
            parent: row.parent_id,
        })
    });
    let units = units.into_iter().map(|row| {
        Ok(Unit {
            id: row.id,
            region: row.region_id,
            kind: word(kind_of(&row.kind), &row.kind)?,
            name: row.name,
            aliases: aliases.remove(&row.id).unwrap_or_default(),
        })
    });
    let units = units.collect::<Result<Vec<_>>>()?;
    let groups = groups.into_iter().map(|row| UnitGroup {
        id: row.id,
        name: row.name,
        aliases: group_aliases.remove(&row.id).unwrap_or_default(),
        members: members.remove(&row.id).unwrap_or_default(),
    });
    Ok(Directory::new(regions.collect::<Result<_>>()?, units, groups.collect()))
}

/// Where a unit's matters are decided.
pub fn place(directory: &Directory, unit: UnitId) -> Place {
    let regions = directory.unit(unit).map(|unit| directory.chain(unit.region)).unwrap_or_default();
    Place { unit: Some(unit), regions }
}

/// The units that the scopes cover.
pub fn visible(directory: &Directory, scopes: &[Scope]) -> BTreeSet<UnitId> {
    let covered = |unit: &&Unit| {
        let chain = directory.chain(unit.region);
        scopes.iter().any(|scope| match scope {
            Scope::Unit(id) => *id == unit.id,
            Scope::Region(id) => chain.contains(id),
        })
    };
    directory.units().iter().filter(covered).map(|unit| unit.id).collect()
}

async fn raise(transaction: &Transaction) -> Result<()> {
    let raised = counter::Entity::update_many()
        .col_expr(counter::Column::Value, Expr::col(counter::Column::Value).add(1))
        .filter(counter::Column::Name.eq(DIRECTORY_COUNTER))
        .exec(&transaction.db)
        .await?;
    if raised.rows_affected == 0 {
        let first = counter::ActiveModel { name: Set(DIRECTORY_COUNTER.to_owned()), value: Set(1) };
        counter::Entity::insert(first).exec_without_returning(&transaction.db).await?;
    }
    Ok(())
}

fn named(name: &str) -> Result<String> {
    let name = printable(name.trim());
    if name.is_empty() || name.chars().count() > domain::limits::NAME_CHARACTERS_MAX {
        return Err(Error::refused("名称不能为空，也不能过长，请填写正式名称。"));
    }
    Ok(name)
}

/// Registers a region.
///
/// # Errors
/// A code that is taken, an empty name.
pub async fn create_region(store: &Store, actor: &Actor, new: NewRegion) -> Result<RegionId> {
    let name = named(&new.name)?;
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let taken = region::Entity::find().filter(region::Column::Code.eq(&new.code));
                if taken.one(&transaction.db).await?.is_some() {
                    return Err(Error::refused("该行政区划代码已经登记。"));
                }
                let row = region::ActiveModel {
                    id: NotSet,
                    code: Set(new.code.clone()),
                    name: Set(name),
                    tier: Set(tier_word(new.tier).to_owned()),
                    parent_id: Set(new.parent),
                };
                let id = row.insert(&transaction.db).await?.id;
                raise(transaction).await?;
                transaction.record(Action::RegionCreated, "region", id, None::<&()>, Some(&new))?;
                Ok(id)
            })
        })
        .await
}

/// Registers a unit.
///
/// # Errors
/// A name that is taken, an empty name.
pub async fn create_unit(store: &Store, actor: &Actor, new: NewUnit) -> Result<UnitId> {
    let name = named(&new.name)?;
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                refuse_taken_name(transaction, &name, None).await?;
                let row = unit::ActiveModel {
                    id: NotSet,
                    region_id: Set(new.region),
                    name: Set(name),
                    kind: Set(kind_word(new.kind).to_owned()),
                    version: Set(1),
                };
                let id = row.insert(&transaction.db).await?.id;
                write_aliases(transaction, id, &new.aliases).await?;
                raise(transaction).await?;
                transaction.record(Action::UnitCreated, "unit", id, None::<&()>, Some(&new))?;
                Ok(id)
            })
        })
        .await
}

async fn refuse_taken_name(transaction: &Transaction, name: &str, own: Option<UnitId>) -> Result<()> {
    let taken = unit::Entity::find().filter(unit::Column::Name.eq(name)).one(&transaction.db).await?;
    match taken {
        Some(row) if Some(row.id) != own => Err(Error::refused(format!("已有名为“{name}”的单位。"))),
        _ => Ok(()),
    }
}

/// Names without the empty and the doubled ones.
fn distinct(names: &[String]) -> Result<BTreeSet<String>> {
    names.iter().filter(|name| !name.trim().is_empty()).map(|name| named(name)).collect()
}

async fn write_aliases(transaction: &Transaction, id: UnitId, aliases: &[String]) -> Result<()> {
    unit_alias::Entity::delete_many().filter(unit_alias::Column::UnitId.eq(id)).exec(&transaction.db).await?;
    for alias in distinct(aliases)? {
        let row = unit_alias::ActiveModel { id: NotSet, unit_id: Set(id), name: Set(alias) };
        row.insert(&transaction.db).await?;
    }
    Ok(())
}

/// The version of a unit, for [`change_unit`].
///
/// # Errors
/// The database's.
pub async fn unit_version(store: &Store, id: UnitId) -> Result<Option<i64>> {
    Ok(unit::Entity::find_by_id(id).one(store.reader()).await?.map(|row| row.version))
}

/// Changes a unit's name and aliases as the person saw them.
///
/// # Errors
/// [`Error::Conflict`] when somebody changed it since `version`; a name that is taken.
pub async fn change_unit(store: &Store, actor: &Actor, id: UnitId, seen: i64, new: NewUnit) -> Result<()> {
    let name = named(&new.name)?;
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let row = unit::Entity::find_by_id(id).one(&transaction.db).await?;
                let row = row.ok_or(Error::NotFound("该单位"))?;
                if seen != row.version {
                    let actions = [Action::UnitCreated, Action::UnitChanged];
                    return Err(conflict(transaction, "该单位", "unit", id, &actions).await);
                }
                refuse_taken_name(transaction, &name, Some(id)).await?;
                let before = row.clone();
                let version = row.version;
                let mut row: unit::ActiveModel = row.into();
                row.name = Set(name);
                row.kind = Set(kind_word(new.kind).to_owned());
                row.region_id = Set(new.region);
                row.version = Set(version + 1);
                row.update(&transaction.db).await?;
                write_aliases(transaction, id, &new.aliases).await?;
                raise(transaction).await?;
                transaction.record(Action::UnitChanged, "unit", id, Some(&before), Some(&new))
            })
        })
        .await
}

/// Registers one more name of a unit, as learnt from a table.
///
/// # Errors
/// The database's.
pub async fn add_alias(store: &Store, actor: &Actor, id: UnitId, alias: &str) -> Result<()> {
    let alias = named(alias)?;
    store.commit(actor, move |transaction| Box::pin(add_alias_in(transaction, id, alias))).await
}

pub(crate) async fn add_alias_in(transaction: &mut Transaction, id: UnitId, alias: String) -> Result<()> {
    let known = unit_alias::Entity::find()
        .filter(unit_alias::Column::UnitId.eq(id))
        .filter(unit_alias::Column::Name.eq(&alias))
        .one(&transaction.db)
        .await?;
    if known.is_some() {
        return Ok(());
    }
    let row = unit_alias::ActiveModel { id: NotSet, unit_id: Set(id), name: Set(alias.clone()) };
    row.insert(&transaction.db).await?;
    raise(transaction).await?;
    transaction.note(Action::AliasAdded, "unit", id, &alias);
    Ok(())
}

/// Registers a group.
///
/// # Errors
/// A name that is taken, an empty name.
pub async fn create_group(store: &Store, actor: &Actor, new: NewGroup) -> Result<GroupId> {
    let name = named(&new.name)?;
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                refuse_taken_group(transaction, &name, None).await?;
                let row = unit_group::ActiveModel { id: NotSet, name: Set(name), version: Set(1) };
                let id = row.insert(&transaction.db).await?.id;
                write_group(transaction, id, &new).await?;
                raise(transaction).await?;
                transaction.record(Action::GroupCreated, "unit_group", id, None::<&()>, Some(&new))?;
                Ok(id)
            })
        })
        .await
}

/// The version of a group, for [`change_group`].
///
/// # Errors
/// The database's.
pub async fn group_version(store: &Store, id: GroupId) -> Result<Option<i64>> {
    Ok(unit_group::Entity::find_by_id(id).one(store.reader()).await?.map(|row| row.version))
}

/// [`change_group`] as the person saw it.
///
/// # Errors
/// [`Error::Conflict`] when somebody changed it since `version`; a name that is taken.
pub async fn change_group(store: &Store, actor: &Actor, id: GroupId, seen: i64, new: NewGroup) -> Result<()> {
    let name = named(&new.name)?;
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let row = unit_group::Entity::find_by_id(id).one(&transaction.db).await?;
                let row = row.ok_or(Error::NotFound("该单位组"))?;
                if seen != row.version {
                    let actions = [Action::GroupCreated, Action::GroupChanged];
                    return Err(conflict(transaction, "该单位组", "unit_group", id, &actions).await);
                }
                refuse_taken_group(transaction, &name, Some(id)).await?;
                let before = row.clone();
                let version = row.version;
                let mut row: unit_group::ActiveModel = row.into();
                row.name = Set(name);
                row.version = Set(version + 1);
                row.update(&transaction.db).await?;
                write_group(transaction, id, &new).await?;
                raise(transaction).await?;
                transaction.record(Action::GroupChanged, "unit_group", id, Some(&before), Some(&new))
            })
        })
        .await
}

async fn refuse_taken_group(transaction: &Transaction, name: &str, own: Option<GroupId>) -> Result<()> {
    let taken =
        unit_group::Entity::find().filter(unit_group::Column::Name.eq(name)).one(&transaction.db).await?;
    match taken {
        Some(row) if Some(row.id) != own => Err(Error::refused(format!("已有名为“{name}”的单位组。"))),
        _ => Ok(()),
    }
}

fn write_group<'t>(transaction: &'t Transaction, id: GroupId, new: &'t NewGroup) -> Work<'t, ()> {
    Box::pin(async move {
        let db = &transaction.db;
        unit_group_alias::Entity::delete_many()
            .filter(unit_group_alias::Column::GroupId.eq(id))
            .exec(db)
            .await?;
        unit_group_member::Entity::delete_many()
            .filter(unit_group_member::Column::GroupId.eq(id))
            .exec(db)
            .await?;
        for alias in distinct(&new.aliases)? {
            let row = unit_group_alias::ActiveModel { id: NotSet, group_id: Set(id), name: Set(alias) };
            row.insert(db).await?;
        }
        for member in new.members.iter().collect::<BTreeSet<_>>() {
            let row = unit_group_member::ActiveModel { id: NotSet, group_id: Set(id), unit_id: Set(*member) };
            row.insert(db).await?;
        }
        Ok(())
    })
}
