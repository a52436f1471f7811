//! What fees need of the record: how many requests an applicant made to an agency before in the month, and what was paid in a year.

use super::case::events_of;
use crate::entity::request::{Column, Entity};
use crate::entity::request_event;
use crate::instant::date_or_none;
use crate::{Error, Result, Store};
use domain::request::{Event, EventKind};
use domain::unit::UnitId;
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, QueryTrait};
use std::collections::BTreeSet;

/// How many earlier requests the same applicant made to this agency in the calendar month of this one; for the fee by item.
/// The rule counts an applicant's requests and each agency charges for its own; what was asked of others is not told it.
///
/// # Errors
/// No such case; the database's.
pub async fn fee_items_before(store: &Store, id: i64) -> Result<u64> {
    let own = Entity::find_by_id(id).one(store.reader()).await?.ok_or(Error::NotFound("这件申请"))?;
    let Some(received) = date_or_none(own.received_on.as_ref())? else { return Ok(0) };
    let month = received.first_of_month().to_string();
    let earlier = Condition::any()
        .add(Column::ReceivedOn.lt(received.to_string()))
        .add(Condition::all().add(Column::ReceivedOn.eq(received.to_string())).add(Column::Id.lt(id)));
    Ok(Entity::find()
        .filter(Column::IdentityTag.eq(own.identity_tag))
        .filter(Column::UnitId.eq(own.unit_id))
        .filter(Column::ReceivedOn.gte(month))
        .filter(earlier)
        .count(store.reader())
        .await?)
}

/// Yuan that these units' applicants paid in a year (信息处理费).
///
/// # Errors
/// The database's.
pub async fn fees_paid(store: &Store, units: &BTreeSet<UnitId>, year: i16) -> Result<u64> {
    let of_units = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::UnitId.is_in(units.iter().copied()))
        .into_query();
    let paid: Vec<i64> = request_event::Entity::find()
        .select_only()
        .column(request_event::Column::RequestId)
        .distinct()
        .filter(request_event::Column::RequestId.in_subquery(of_units))
        .filter(request_event::Column::Kind.eq(EventKind::FeePaid.word()))
        .filter(request_event::Column::OnDay.between(format!("{year:04}-01-01"), format!("{year:04}-12-31")))
        .into_tuple()
        .all(store.reader())
        .await?;
    let of_cases = events_of(store.reader(), store.key(), &paid).await?;
    let paid = of_cases.into_values().map(|rows| {
        let events: Vec<Event> = rows.into_iter().map(|row| row.event).collect();
        domain::request::fees_paid(&events, year)
    });
    Ok(paid.fold(0, u64::saturating_add))
}
