//! The phases of a catalogue: handed in, returned, approved, published, adjusted, withdrawn. What publishing means for
//! the plan is in `settle`, for what falls due in `obligation`.

use super::load;
use super::settle::{Settled, settle_plan};
use crate::commit::Transaction;
use crate::entity::{catalogue, catalogue_item, catalogue_version};
use crate::instant::{instant, word};
use crate::notification::{Notice, coordinators_of, notify, people_of};
use crate::text::written;
use crate::transparency::{self, Public};
use crate::{Error, Result, Store};
use domain::catalogue::phase::{Draft, Phase, Step, step};
use domain::catalogue::{Catalogue, change, check};
use domain::clock::civil_date;
use domain::finding::Severity;
use domain::journal::Action;
use domain::obligation;
use domain::role::Actor;
use domain::transparency::Act;
use domain::unit::{Directory, UnitId};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde::Serialize;
use std::collections::BTreeSet;

/// What the journal keeps of a step.
#[derive(Serialize)]
struct Recorded<'a> {
    phase: Phase,
    #[serde(skip_serializing_if = "str::is_empty")]
    reason: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<i32>,
}

/// Takes a step.
///
/// # Errors
/// [`Error::Conflict`] when somebody changed the catalogue since `version`; the domain's refusal.
pub async fn take(store: &Store, actor: &Actor, id: i64, version: i64, wanted: Step) -> Result<()> {
    let directory = crate::unit::directory(store).await?;
    let statutory = obligation::period(store.rules());
    let reason = match &wanted {
        Step::Return { reason } | Step::Adjust { reason } | Step::Withdraw { reason } => written(reason)?,
        _ => String::new(),
    };
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let row = load(transaction, id, version).await?;
                let content: Option<Catalogue> =
                    row.draft.as_deref().map(serde_json::from_str).transpose()?;
                let old = word(Phase::from_word(&row.phase), &row.phase)?;
                let new = step(old, &wanted, state_of(&row, content.as_ref(), statutory))
                    .map_err(Error::refused)?;
                let (unit, sector, kept_reason) = (row.unit_id, row.sector.clone(), row.reason.clone());
                let current = row.current;
                let title = row.title.clone();
                let mut coming_into_force = None;
                let mut change: catalogue::ActiveModel = row.into();
                change.phase = Set(new.word().to_owned());
                change.reason = Set(reason.clone());
                let (action, number) = match &wanted {
                    Step::Submit => {
                        change.reason = Set(kept_reason);
                        (Action::CatalogueSubmitted, current)
                    }
                    Step::Return { .. } => (Action::CatalogueReturned, current),
                    Step::Approve => {
                        change.reason = Set(kept_reason);
                        (Action::CatalogueApproved, current)
                    }
                    Step::Publish => {
                        let content = content.unwrap_or_default();
                        let number = publish(transaction, id, &content, current, &kept_reason).await?;
                        coming_into_force = Some(content);
                        change.current = Set(Some(number));
                        change.draft = Set(None);
                        change.reason = Set(String::new());
                        (Action::CataloguePublished, Some(number))
                    }
                    Step::Adjust { .. } => {
                        change.draft = Set(Some(in_force(transaction, id, current).await?.content));
                        (Action::CatalogueAdjusted, current)
                    }
                    Step::Abandon => {
                        let version = in_force(transaction, id, current).await?;
                        let kept: Catalogue = serde_json::from_str(&version.content)?;
                        change.draft = Set(None);
                        change.title = Set(kept.title.clone());
                        change.items = Set(i32::try_from(kept.items.len()).unwrap_or(i32::MAX));
                        (Action::CatalogueAbandoned, current)
                    }
                    Step::Withdraw { .. } => {
                        let version = in_force(transaction, id, current).await?;
                        change.draft = Set(Some(version.content.clone()));
                        change.current = Set(None);
                        let mut version: catalogue_version::ActiveModel = version.into();
                        version.withdrawn_at = Set(Some(transaction.now));
                        version.withdrawn_reason = Set(reason.clone());
                        version.update(&transaction.db).await?;
                        (Action::CatalogueWithdrawn, None)
                    }
                };
                change.changed_by_name = Set(transaction.user_name.clone());
                change.changed_at = Set(transaction.now);
                change.version = Set(version + 1);
                let row = change.update(&transaction.db).await?;
                let before = Recorded { phase: old, reason: "", number: current };
                let after = Recorded { phase: new, reason: &reason, number };
                transaction.record(action, "catalogue", id, Some(&before), Some(&after))?;
                if let Some(number) = number.or(current).filter(|_| action.is_public()) {
                    log(transaction, &directory, action, &row, (number, &reason)).await?;
                }
                let today = civil_date(instant(transaction.now)?);
                if let Some(content) = &coming_into_force {
                    crate::obligation::open_periods(transaction, &row, content, today).await?;
                }
                if action == Action::CatalogueWithdrawn {
                    crate::obligation::close_periods(transaction, id, today).await?;
                }
                if action == Action::CataloguePublished || action == Action::CatalogueWithdrawn {
                    let settled = Settled { unit, sector: &sector, title: &title, number, reason: &reason };
                    settle_plan(transaction, &settled).await?;
                }
                tell(transaction, &directory, action, unit, id, &title, &reason).await
            })
        })
        .await
}

/// Enters what came into force, or is so no longer, in the transparency log.
async fn log(
    transaction: &Transaction,
    directory: &Directory,
    action: Action,
    row: &catalogue::Model,
    (number, reason): (i32, &str),
) -> Result<()> {
    let version = catalogue_version::Entity::find()
        .filter(catalogue_version::Column::CatalogueId.eq(row.id))
        .filter(catalogue_version::Column::Number.eq(number))
        .one(&transaction.db)
        .await?
        .ok_or(Error::NotFound("这份目录的版本"))?;
    let public = Public {
        act: match action {
            Action::CatalogueWithdrawn => Act::Withdraw,
            _ if number > 1 => Act::Revise,
            _ => Act::Publish,
        },
        subject: ("catalogue", row.id),
        number,
        index_number: "",
        unit: directory.unit(row.unit_id).map_or("", |unit| unit.name.as_str()),
        content: &version.content,
        reason: if action == Action::CatalogueWithdrawn { reason } else { &version.reason },
    };
    transparency::append(transaction, &public).await
}

fn state_of(row: &catalogue::Model, content: Option<&Catalogue>, statutory: u32) -> Draft {
    let errors = content.is_some_and(|content| {
        let found = check::catalogue(content, statutory);
        found.iter().any(|found| found.finding.severity == Severity::Error)
    });
    Draft { items: content.map_or(0, |content| content.items.len()), errors, in_force: row.current.is_some() }
}

async fn in_force(
    transaction: &Transaction,
    id: i64,
    current: Option<i32>,
) -> Result<catalogue_version::Model> {
    let found = catalogue_version::Entity::find()
        .filter(catalogue_version::Column::CatalogueId.eq(id))
        .filter(catalogue_version::Column::Number.eq(current.unwrap_or(0)))
        .one(&transaction.db)
        .await?;
    found.ok_or(Error::NotFound("该目录的现行版本"))
}

/// Makes the next version; returns its number.
async fn publish(
    transaction: &Transaction,
    id: i64,
    content: &Catalogue,
    current: Option<i32>,
    reason: &str,
) -> Result<i32> {
    let last: Option<i32> = catalogue_version::Entity::find()
        .select_only()
        .column_as(catalogue_version::Column::Number.max(), "last")
        .filter(catalogue_version::Column::CatalogueId.eq(id))
        .into_tuple::<Option<i32>>()
        .one(&transaction.db)
        .await?
        .flatten();
    let number = last.unwrap_or(0) + 1;
    let summary = match current {
        Some(_) => {
            let before = in_force(transaction, id, current).await?;
            change::between(&serde_json::from_str(&before.content)?, content).summary()
        }
        None => format!("共{}项", content.items.len()),
    };
    let row = catalogue_version::ActiveModel {
        id: NotSet,
        catalogue_id: Set(id),
        number: Set(number),
        content: Set(serde_json::to_string(content)?),
        reason: Set(reason.to_owned()),
        summary: Set(summary),
        published_by_name: Set(transaction.user_name.clone()),
        published_at: Set(transaction.now),
        withdrawn_at: Set(None),
        withdrawn_reason: Set(String::new()),
    };
    row.insert(&transaction.db).await?;
    index_items(transaction, id, content, number).await?;
    Ok(number)
}

/// Notes which items the version holds, for their permanent addresses.
async fn index_items(transaction: &Transaction, id: i64, content: &Catalogue, number: i32) -> Result<()> {
    use catalogue_item::Column;
    let known: Vec<String> = catalogue_item::Entity::find()
        .select_only()
        .column(Column::Code)
        .filter(Column::CatalogueId.eq(id))
        .into_tuple()
        .all(&transaction.db)
        .await?;
    let known: BTreeSet<String> = known.into_iter().collect();
    let (old, new): (Vec<_>, Vec<_>) = content.items.iter().partition(|item| known.contains(&item.code));
    let old: Vec<&str> = old.iter().map(|item| item.code.as_str()).collect();
    for chunk in old.chunks(1_000) {
        catalogue_item::Entity::update_many()
            .col_expr(Column::LastNumber, sea_orm::sea_query::Expr::value(number))
            .filter(Column::CatalogueId.eq(id))
            .filter(Column::Code.is_in(chunk.iter().copied()))
            .exec(&transaction.db)
            .await?;
    }
    let rows: Vec<catalogue_item::ActiveModel> = new
        .iter()
        .map(|item| catalogue_item::ActiveModel {
            id: NotSet,
            code: Set(item.code.clone()),
            catalogue_id: Set(id),
            first_number: Set(number),
            last_number: Set(number),
            name: Set(item.name()),
        })
        .collect();
    for chunk in rows.chunks(1_000) {
        catalogue_item::Entity::insert_many(chunk.to_vec()).exec_without_returning(&transaction.db).await?;
    }
    Ok(())
}

/// Tells those who have to act next.
async fn tell(
    transaction: &Transaction,
    directory: &Directory,
    action: Action,
    unit: UnitId,
    id: i64,
    title: &str,
    reason: &str,
) -> Result<()> {
    let (users, subject) = match action {
        Action::CatalogueSubmitted => {
            (coordinators_of(transaction, directory, unit).await?, format!("《{title}》已提交，请审查"))
        }
        Action::CatalogueReturned => {
            (people_of(transaction, unit).await?, format!("《{title}》被退回，请修改"))
        }
        Action::CatalogueApproved => (people_of(transaction, unit).await?, format!("《{title}》已通过审查")),
        Action::CataloguePublished => (people_of(transaction, unit).await?, format!("《{title}》已公布")),
        Action::CatalogueWithdrawn => (people_of(transaction, unit).await?, format!("《{title}》已撤回")),
        _ => return Ok(()),
    };
    let notice = Notice {
        subject,
        body: reason.to_owned(),
        link: format!("/office/catalogues/{id}"),
        key: format!("{}-{id}-{}", action.word(), transaction.now),
    };
    notify(transaction, &users, &notice).await
}
