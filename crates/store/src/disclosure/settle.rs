//! What publishing and withdrawing mean for what fell due: an item whose information became public is kept, one whose
//! information was taken back is open again.

use crate::commit::Transaction;
use crate::entity::{catalogue, catalogue_version, obligation};
use crate::{Result, Store};
use domain::catalogue::Catalogue;
use domain::disclosure::Disclosure;
use domain::journal::Action;
use domain::obligation::{Cause, of_day};
use domain::rule::Rules;
use domain::workday::Calendar;
use jiff::ToSpan;
use jiff::civil::Date;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

/// What the working out of a due rests on.
#[derive(Clone)]
pub(crate) struct Basis {
    rules: Rules,
    calendar: Calendar,
}

impl Basis {
    pub(crate) fn new(store: &Store, calendar: &Calendar) -> Self {
        Self { rules: store.rules().clone(), calendar: calendar.clone() }
    }

    pub(super) fn rules(&self) -> &Rules {
        &self.rules
    }
}

/// The permanent address of a disclosure.
pub(super) fn address(id: i64) -> String {
    format!("/disclosures/{id}")
}

/// A period's information comes at most so early; what is published earlier belongs to the period before. A person who
/// knows better begins from the obligation itself.
const PERIOD_AHEAD_DAYS: i64 = 31;

/// Notes for each item that its information became public on `today`: for the obligation the disclosure was begun for, for
/// the period that is open, or as information formed on its day.
pub(super) async fn publish(
    transaction: &mut Transaction,
    (id, obligation): (i64, Option<i64>),
    content: &Disclosure,
    today: Date,
    basis: &Basis,
) -> Result<()> {
    let until = today.saturating_add(PERIOD_AHEAD_DAYS.days());
    let mut kept = None;
    if let Some(wanted) = obligation
        && let Some(row) = obligation::Entity::find_by_id(wanted).one(&transaction.db).await?
        && row.published_on.is_none()
    {
        kept = Some((row.catalogue_id, row.item_code.clone()));
        keep(transaction, row, id, today).await?;
    }
    for item in &content.items {
        if kept.as_ref().is_some_and(|(catalogue, code)| *catalogue == item.catalogue && *code == item.code) {
            continue;
        }
        let open = obligation::Entity::find()
            .filter(obligation::Column::CatalogueId.eq(item.catalogue))
            .filter(obligation::Column::ItemCode.eq(&item.code))
            .filter(obligation::Column::PublishedOn.is_null())
            .filter(obligation::Column::DueOn.lte(until.to_string()))
            .filter(obligation::Column::Cause.eq(Cause::Period.word()))
            .order_by_asc(obligation::Column::DueOn)
            .one(&transaction.db)
            .await?;
        match open {
            Some(row) => keep(transaction, row, id, today).await?,
            None => formed(transaction, id, item.catalogue, &item.code, content, today, basis).await?,
        }
    }
    Ok(())
}

async fn keep(transaction: &mut Transaction, row: obligation::Model, id: i64, today: Date) -> Result<()> {
    let (obligation, version) = (row.id, row.version);
    let mut change: obligation::ActiveModel = row.into();
    change.published_on = Set(Some(today.to_string()));
    change.address = Set(address(id));
    change.changed_by_name = Set(transaction.user_name.clone());
    change.changed_at = Set(transaction.now);
    change.version = Set(version + 1);
    change.update(&transaction.db).await?;
    transaction.record(
        Action::ObligationPublished,
        "obligation",
        obligation,
        None::<&()>,
        Some(&(today.to_string(), address(id))),
    )
}

/// Information formed on the disclosure's day, noted and kept at once.
async fn formed(
    transaction: &mut Transaction,
    id: i64,
    catalogue: i64,
    code: &str,
    content: &Disclosure,
    today: Date,
    basis: &Basis,
) -> Result<()> {
    let row = catalogue::Entity::find_by_id(catalogue).one(&transaction.db).await?;
    let Some(row) = row.filter(|row| row.current.is_some()) else { return Ok(()) };
    let version = catalogue_version::Entity::find()
        .filter(catalogue_version::Column::CatalogueId.eq(row.id))
        .filter(catalogue_version::Column::Number.eq(row.current.unwrap_or(0)))
        .one(&transaction.db)
        .await?;
    let Some(version) = version else { return Ok(()) };
    let in_force: Catalogue = serde_json::from_str(&version.content)?;
    let (Some(item), Some(on)) = (in_force.item(code), content.formed_on) else { return Ok(()) };
    if Cause::of(item) != Some(Cause::Formed) {
        return Ok(());
    }
    let Some(found) = of_day(item, on, &basis.rules, &basis.calendar) else { return Ok(()) };
    let same = obligation::Entity::find()
        .filter(obligation::Column::CatalogueId.eq(catalogue))
        .filter(obligation::Column::ItemCode.eq(code))
        .filter(obligation::Column::Cause.eq(found.cause.word()))
        .filter(obligation::Column::CauseOn.eq(on.to_string()))
        .filter(obligation::Column::About.eq(&content.title))
        .one(&transaction.db)
        .await?;
    match same {
        Some(same) if same.published_on.is_none() => keep(transaction, same, id, today).await,
        Some(_) => Ok(()),
        None => {
            let mut new = crate::obligation::row(&row, item, &content.title, &found, transaction);
            new.published_on = Set(Some(today.to_string()));
            new.address = Set(address(id));
            let noted = new.insert(&transaction.db).await?.id;
            let after = (&found, &content.title, address(id));
            transaction.record(Action::ObligationNoted, "obligation", noted, None::<&()>, Some(&after))
        }
    }
}

/// Opens again what this disclosure had kept.
pub(super) async fn withdraw(transaction: &mut Transaction, id: i64) -> Result<()> {
    let kept = obligation::Entity::find()
        .filter(obligation::Column::Address.eq(address(id)))
        .all(&transaction.db)
        .await?;
    for row in kept {
        let (obligation, version) = (row.id, row.version);
        let before = (row.published_on.clone(), row.address.clone());
        let mut change: obligation::ActiveModel = row.into();
        change.published_on = Set(None);
        change.address = Set(String::new());
        change.changed_by_name = Set(transaction.user_name.clone());
        change.changed_at = Set(transaction.now);
        change.version = Set(version + 1);
        change.update(&transaction.db).await?;
        let action = Action::ObligationPublished;
        transaction.record(action, "obligation", obligation, Some(&before), None::<&()>)?;
    }
    Ok(())
}
