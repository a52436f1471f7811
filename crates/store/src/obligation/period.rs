//! Periods: opened when a version comes into force and by the daily round, gone with the version.

use super::{content_in_force, row};
use crate::commit::Transaction;
use crate::entity::{catalogue, obligation};
use crate::instant::date;
use crate::{Result, Store};
use domain::catalogue::Catalogue;
use domain::journal::Action;
use domain::obligation::{Cause, of_day, of_periods};
use domain::role::Actor;
use domain::rule::Rules;
use domain::workday::Calendar;
use jiff::civil::Date;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use std::collections::{BTreeSet, HashMap};

/// Opens the next period of every periodic item in force, and works out anew the dues that could still move; returns how
/// many obligations changed. Run as often as one likes.
///
/// # Errors
/// The database's.
pub async fn renew(store: &Store, calendar: &Calendar, today: Date) -> Result<usize> {
    let in_force = catalogue::Entity::find()
        .filter(catalogue::Column::Current.is_not_null())
        .order_by_asc(catalogue::Column::Id)
        .all(store.reader())
        .await?;
    let mut changed = 0;
    for row in in_force {
        let content = content_in_force(store.reader(), &row).await?;
        let calendar = calendar.clone();
        let rules = store.rules().clone();
        changed += store
            .commit(&Actor::System, move |transaction| {
                Box::pin(async move {
                    let opened = open_periods(transaction, &row, &content, today).await?;
                    let moved = settle_dues(transaction, &row, &content, &rules, &calendar).await?;
                    Ok(opened + moved)
                })
            })
            .await?;
    }
    Ok(changed)
}

/// Opens the periods of a version in force: every due from the day it came into force up to the next one. Open periods
/// that the version no longer asks for go. A period is kept by its due and the limit's own words, so a changed limit
/// begins anew today.
pub(crate) async fn open_periods(
    transaction: &mut Transaction,
    row_of: &catalogue::Model,
    content: &Catalogue,
    today: Date,
) -> Result<usize> {
    use obligation::Column;
    let known: Vec<obligation::Model> = obligation::Entity::find()
        .filter(Column::CatalogueId.eq(row_of.id))
        .filter(Column::Cause.eq(Cause::Period.word()))
        .all(&transaction.db)
        .await?;
    let mut last: HashMap<(&str, &str), Date> = HashMap::new();
    for row in &known {
        let due = date(&row.due_on)?;
        let entry = last.entry((&row.item_code, &row.basis)).or_insert(due);
        *entry = due.max(*entry);
    }
    let mut new = Vec::new();
    let mut wanted: BTreeSet<(String, String)> = BTreeSet::new();
    for item in content.items.iter().filter(|item| Cause::of(item) == Some(Cause::Period)) {
        let dues = of_periods(item, today, today);
        let Some(next) = dues.last() else { continue };
        wanted.insert((item.code.clone(), next.basis.clone()));
        let from = match last.get(&(item.code.as_str(), next.basis.as_str())) {
            Some(due) => due.tomorrow().unwrap_or(*due),
            None => today,
        };
        if from <= next.due {
            new.extend(
                of_periods(item, from, today)
                    .into_iter()
                    .map(|found| row(row_of, item, "", &found, transaction)),
            );
        }
    }
    let today = today.to_string();
    let stale = |row: &&obligation::Model| {
        let key = (row.item_code.clone(), row.basis.clone());
        row.published_on.is_none() && row.due_on >= today && !wanted.contains(&key)
    };
    let stale: Vec<i64> = known.iter().filter(stale).map(|row| row.id).collect();
    let changed = new.len() + stale.len();
    if changed == 0 {
        return Ok(0);
    }
    obligation::Entity::delete_many().filter(Column::Id.is_in(stale)).exec(&transaction.db).await?;
    for chunk in new.chunks(1_000) {
        // The same day may come by old and new words of a limit alike: it is asked for once.
        let once = OnConflict::new().do_nothing().to_owned();
        obligation::Entity::insert_many(chunk.to_vec())
            .on_conflict(once)
            .try_insert()
            .exec_without_returning(&transaction.db)
            .await?;
    }
    transaction.note(Action::ObligationsRenewed, "catalogue", row_of.id, &format!("{changed}项"));
    Ok(changed)
}

/// No period of a catalogue that is in force no more falls due; what is late stays on record.
pub(crate) async fn close_periods(transaction: &Transaction, catalogue: i64, today: Date) -> Result<()> {
    use obligation::Column;
    obligation::Entity::delete_many()
        .filter(Column::CatalogueId.eq(catalogue))
        .filter(Column::Cause.eq(Cause::Period.word()))
        .filter(Column::PublishedOn.is_null())
        .filter(Column::DueOn.gte(today.to_string()))
        .exec(&transaction.db)
        .await?;
    Ok(())
}

/// Works out anew the dues that rested on a calendar not yet published.
async fn settle_dues(
    transaction: &mut Transaction,
    row_of: &catalogue::Model,
    content: &Catalogue,
    rules: &Rules,
    calendar: &Calendar,
) -> Result<usize> {
    let open = obligation::Entity::find()
        .filter(obligation::Column::CatalogueId.eq(row_of.id))
        .filter(obligation::Column::DueKnown.eq(false))
        .filter(obligation::Column::PublishedOn.is_null())
        .all(&transaction.db)
        .await?;
    let mut moved = 0;
    for row in open {
        let Some(item) = content.item(&row.item_code) else { continue };
        let Some(found) = of_day(item, date(&row.cause_on)?, rules, calendar).filter(|found| found.known)
        else {
            continue;
        };
        let (id, before) = (row.id, row.due_on.clone());
        let mut change: obligation::ActiveModel = row.into();
        change.due_on = Set(found.due.to_string());
        change.due_known = Set(true);
        change.update(&transaction.db).await?;
        let after = found.due.to_string();
        transaction.record(Action::ObligationsRenewed, "obligation", id, Some(&before), Some(&after))?;
        moved += 1;
    }
    Ok(moved)
}
