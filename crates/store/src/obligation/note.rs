//! Noting what was formed and what became public.

use super::{Filter, Noted, Publication, content_in_force, row, select};
use crate::commit::Transaction;
use crate::entity::{catalogue, obligation};
use crate::instant::{date, date_or_none, instant, word};
use crate::text::{web_address, written};
use crate::{Error, Result, Store};
use domain::clock::civil_date;
use domain::journal::Action;
use domain::obligation::{Cause, Refused, check_days, of_day};
use domain::role::Actor;
use domain::workday::Calendar;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter};

fn checked(publication: &Publication) -> Result<Publication> {
    let address = written(&publication.address)?;
    if !address.is_empty() {
        web_address(&address)?;
    }
    Ok(Publication { on: publication.on, address })
}

/// Notes that information was formed or changed, or an event set; returns the obligation's id.
///
/// # Errors
/// An item that is not in force or never falls due so; days out of order; the same information noted before.
pub async fn note(store: &Store, actor: &Actor, calendar: &Calendar, noted: Noted) -> Result<i64> {
    let about = written(&noted.about)?;
    if about.is_empty() {
        return Err(Error::refused("请写明是什么信息，如文件标题或信息名称。"));
    }
    let published = noted.published.as_ref().map(checked).transpose()?;
    let (rules, calendar) = (store.rules().clone(), calendar.clone());
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let today = civil_date(instant(transaction.now)?);
                let row_of = catalogue::Entity::find_by_id(noted.catalogue).one(&transaction.db).await?;
                let in_force = row_of.filter(|row| row.current.is_some());
                let in_force = in_force.ok_or(Error::NotFound("这份公布的目录"))?;
                let content = content_in_force(&transaction.db, &in_force).await?;
                let item = content.item(&noted.item).ok_or(Error::NotFound("现行目录中的这个事项"))?;
                let cause = Cause::of(item).ok_or(Refused::OnRequest).map_err(Error::refused)?;
                check_days(cause, noted.on, published.as_ref().map(|found| found.on), today)
                    .map_err(Error::refused)?;
                let found = of_day(item, noted.on, &rules, &calendar);
                let found = found.ok_or(Refused::Periodic).map_err(Error::refused)?;
                let same = select(&Filter {
                    catalogue: Some(in_force.id),
                    item: Some(item.code.clone()),
                    ..Filter::default()
                });
                let same = same
                    .filter(obligation::Column::Cause.eq(found.cause.word()))
                    .filter(obligation::Column::CauseOn.eq(noted.on.to_string()))
                    .filter(obligation::Column::About.eq(&about));
                if same.one(&transaction.db).await?.is_some() {
                    return Err(Error::refused("这条信息已经登记过，请在应公开事项中找到它，登记公开情况。"));
                }
                let mut new = row(&in_force, item, &about, &found, transaction);
                if let Some(published) = &published {
                    new.published_on = Set(Some(published.on.to_string()));
                    new.address = Set(published.address.clone());
                }
                let id = new.insert(&transaction.db).await?.id;
                let after = (&found, &about, &published);
                transaction.record(Action::ObligationNoted, "obligation", id, None::<&()>, Some(&after))?;
                Ok(id)
            })
        })
        .await
}

async fn load(transaction: &Transaction, id: i64, version: i64) -> Result<obligation::Model> {
    let row = obligation::Entity::find_by_id(id).one(&transaction.db).await?;
    let row = row.ok_or(Error::NotFound("这条应公开事项"))?;
    if row.version != version {
        let changed_at = instant(row.changed_at)?;
        return Err(Error::Conflict {
            what: "这条应公开事项", changed_by: row.changed_by_name, changed_at
        });
    }
    Ok(row)
}

/// Notes when and where an obligation became public; written again, it corrects what was written before.
///
/// # Errors
/// [`Error::Conflict`]; days out of order; an address that is none.
pub async fn publish(
    store: &Store,
    actor: &Actor,
    id: i64,
    version: i64,
    publication: Publication,
) -> Result<()> {
    let publication = checked(&publication)?;
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let row = load(transaction, id, version).await?;
                let today = civil_date(instant(transaction.now)?);
                let cause = word(Cause::from_word(&row.cause), &row.cause)?;
                check_days(cause, date(&row.cause_on)?, Some(publication.on), today)
                    .map_err(Error::refused)?;
                let before = match date_or_none(row.published_on.as_ref())? {
                    Some(on) => Some(Publication { on, address: row.address.clone() }),
                    None => None,
                };
                let mut change: obligation::ActiveModel = row.into();
                change.published_on = Set(Some(publication.on.to_string()));
                change.address = Set(publication.address.clone());
                change.changed_by_name = Set(transaction.user_name.clone());
                change.changed_at = Set(transaction.now);
                change.version = Set(version + 1);
                change.update(&transaction.db).await?;
                let action = Action::ObligationPublished;
                transaction.record(action, "obligation", id, before.as_ref(), Some(&publication))
            })
        })
        .await
}

/// Takes back what was noted by mistake; what is public or comes by the calendar stays.
///
/// # Errors
/// [`Error::Conflict`]; no reason; a period or a published one.
pub async fn cancel(store: &Store, actor: &Actor, id: i64, version: i64, reason: &str) -> Result<()> {
    let reason = written(reason)?;
    if reason.is_empty() {
        return Err(Error::refused("请写明原因，以便日后查考。"));
    }
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let row = load(transaction, id, version).await?;
                if row.published_on.is_some() || row.cause == Cause::Period.word() {
                    return Err(Error::refused(
                        "已经公开的和按期公开的不能取消登记。日期有误的，请更正公开情况。",
                    ));
                }
                let before = serde_json::to_value(&row)?;
                obligation::Entity::delete_by_id(id).exec(&transaction.db).await?;
                transaction.record(
                    Action::ObligationCancelled,
                    "obligation",
                    id,
                    Some(&before),
                    Some(&reason),
                )
            })
        })
        .await
}
