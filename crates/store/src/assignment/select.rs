//! Which assignments a list holds, and in which order. A list first finds the ids of its page, from indexes alone, and
//! then reads only those rows: sorting whole rows is what takes time.

use super::{Filter, Sort};
use crate::entity::{assignment, plan, responsibility, task};
use crate::like::holds;
use crate::responsibility::stands;
use crate::{Result, Store};
use domain::unit::{Directory, RegionId, UnitId};
use jiff::civil::Date;
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use std::collections::BTreeSet;

/// What a person may see of the plans.
pub(super) enum Sight {
    /// Everything.
    Whole,
    /// These plans wholly; of the others, what names one of these units.
    Part { plans: Vec<i64>, units: BTreeSet<UnitId> },
}

/// What somebody sees to whom these units are visible. Whoever sees every unit of a region sees its plans wholly, with
/// the rows whose units nobody knows yet: who else should notice them?
pub(super) async fn sight(store: &Store, visible: Option<&BTreeSet<UnitId>>) -> Result<Sight> {
    let Some(visible) = visible else { return Ok(Sight::Whole) };
    let directory = crate::unit::directory(store).await?;
    let regions = whole_regions(&directory, visible);
    let plans: Vec<(i64, RegionId)> = plan::Entity::find()
        .select_only()
        .columns([plan::Column::Id, plan::Column::RegionId])
        .into_tuple()
        .all(store.reader())
        .await?;
    if !plans.is_empty() && plans.iter().all(|(_, region)| regions.contains(region)) {
        return Ok(Sight::Whole);
    }
    let plans = plans.into_iter().filter(|(_, region)| regions.contains(region)).map(|(id, _)| id).collect();
    Ok(Sight::Part { plans, units: visible.clone() })
}

/// The regions all of whose units, with those of the regions below, are visible.
fn whole_regions(directory: &Directory, visible: &BTreeSet<UnitId>) -> BTreeSet<RegionId> {
    let (mut whole, mut hidden) = (BTreeSet::new(), BTreeSet::new());
    for unit in directory.units() {
        let seen = visible.contains(&unit.id);
        for region in directory.chain(unit.region) {
            if seen {
                whole.insert(region)
            } else {
                hidden.insert(region)
            };
        }
    }
    whole.difference(&hidden).copied().collect()
}

pub(super) fn select(filter: &Filter, sight: &Sight, today: Date, soon: Date) -> Select<assignment::Entity> {
    use assignment::Column;
    let mut query = assignment::Entity::find();
    if let Some(plan) = filter.plan {
        query = query.filter(Column::PlanId.eq(plan));
    }
    if let Some(task) = filter.task {
        query = query.filter(Column::TaskId.eq(task));
    }
    if let Some(from) = filter.due_from {
        query = query.filter(Column::DueOn.gte(from.to_string()));
    }
    if let Some(to) = filter.due_to {
        query = query.filter(Column::DueOn.lte(to.to_string()));
    }
    let text = filter.text.trim();
    if !text.is_empty() {
        let tasks = Query::select()
            .column(task::Column::Id)
            .from(task::Entity)
            .and_where(holds(task::Column::Name, text))
            .take();
        let found = Condition::any()
            .add(holds(Column::Content, text))
            .add(holds(Column::Remark, text))
            .add(holds(Column::Mentions, text))
            .add(Column::TaskId.in_subquery(tasks));
        query = query.filter(found);
    }
    let mut shares = Condition::all();
    if let Some(unit) = filter.unit {
        shares = shares.add(responsibility::Column::UnitId.eq(unit));
    }
    if let Some(state) = filter.state {
        shares = shares.add(responsibility::Column::State.eq(state.word()));
    }
    if let Some(wanted) = filter.standing {
        shares = shares.add(stands(wanted, today, soon));
    }
    if !shares.is_empty() {
        query = query.filter(Column::Id.in_subquery(named(shares.clone())));
    }
    let Sight::Part { plans, units } = sight else { return query };
    // A share that answers the filter must itself be visible: a clerk learns nothing of other units' states.
    let own = named(shares.add(responsibility::Column::UnitId.is_in(units.iter().copied())));
    let seen =
        Condition::any().add(Column::PlanId.is_in(plans.iter().copied())).add(Column::Id.in_subquery(own));
    query.filter(seen)
}

/// The assignments of some responsibilities.
fn named(shares: Condition) -> sea_orm::sea_query::SelectStatement {
    Query::select()
        .column(responsibility::Column::AssignmentId)
        .from(responsibility::Entity)
        .cond_where(shares)
        .take()
}

pub(super) fn order(query: Select<assignment::Entity>, sort: Sort) -> Select<assignment::Entity> {
    use assignment::Column;
    let query = match sort {
        Sort::Position => query,
        // The two databases put missing dates at different ends.
        Sort::Due => query
            .order_by_asc(Expr::col((assignment::Entity, Column::DueOn)).is_null())
            .order_by_asc(Column::DueOn),
    };
    query.order_by_desc(Column::PlanId).order_by_asc(Column::Position)
}
