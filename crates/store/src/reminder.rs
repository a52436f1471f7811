//! Reminders (提醒) before and after a due: to the unit's people; when late, also to the office in charge and leaders.
//! Each stage reaches a person once, however often this runs.

use crate::commit::Transaction;
use crate::entity::{assignment, reminder, responsibility};
use crate::instant::date;
use crate::notification::{Notice, notify, people_of, people_over};
use crate::{Result, Store};
use domain::journal::Action;
use domain::progress::State;
use domain::role::{Actor, Role};
use domain::supervision::{Reminder, reminder as stage_of};
use domain::workday::Calendar;
use jiff::civil::Date;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter};
use std::collections::{BTreeMap, HashMap};

/// Sends what is due `today`; returns how many responsibilities were reminded of.
///
/// # Errors
/// The database's.
pub async fn send(store: &Store, calendar: &Calendar, today: Date) -> Result<usize> {
    let open = responsibility::Entity::find()
        .filter(responsibility::Column::State.is_in([State::NotStarted.word(), State::Underway.word()]))
        .filter(responsibility::Column::DueOn.is_not_null())
        .all(store.reader())
        .await?;
    let mut by_stage: BTreeMap<(i64, String), (Reminder, Vec<responsibility::Model>)> = BTreeMap::new();
    let mut due_cache: HashMap<String, Option<Reminder>> = HashMap::new();
    for share in open {
        let Some(due_on) = share.due_on.clone() else { continue };
        let stage = match due_cache.get(&due_on) {
            Some(stage) => *stage,
            None => {
                let stage = stage_of(calendar.working_days_left(today, date(&due_on)?).value);
                due_cache.insert(due_on, stage);
                stage
            }
        };
        if let Some(stage) = stage {
            let group = by_stage.entry((share.unit_id, stage.key())).or_insert_with(|| (stage, Vec::new()));
            group.1.push(share);
        }
    }
    if by_stage.is_empty() {
        return Ok(0);
    }
    let directory = crate::unit::directory(store).await?;
    store
        .commit(&Actor::System, move |transaction| {
            Box::pin(async move {
                let mut reminded = 0;
                for ((unit, _), (stage, shares)) in by_stage {
                    let late = matches!(stage, Reminder::Late(_));
                    let mut users = people_of(transaction, unit).await?;
                    if late {
                        users.extend(
                            people_over(transaction, &directory, unit, &[Role::Coordinator, Role::Leader])
                                .await?,
                        );
                    }
                    let unit_name = directory.unit(unit).map_or("", |unit| unit.name.as_str());
                    for share in shares {
                        if !first_time(transaction, share.id, &stage.key()).await? {
                            continue;
                        }
                        let key = format!("reminder-{}-{}", share.id, stage.key());
                        let words =
                            assignment::Entity::find_by_id(share.assignment_id).one(&transaction.db).await?;
                        let content = words.map(|row| row.content).unwrap_or_default();
                        let notice = Notice {
                            subject: format!("{unit_name}：{}", stage.label()),
                            body: content,
                            link: format!("/office/assignments/{}#r{}", share.assignment_id, share.id),
                            key,
                        };
                        notify(transaction, &users, &notice).await?;
                        transaction.note(Action::RemindersSent, "responsibility", share.id, &stage.label());
                        reminded += 1;
                    }
                }
                Ok(reminded)
            })
        })
        .await
}

/// Notes that a stage was sent; false when it had been.
async fn first_time(transaction: &Transaction, responsibility: i64, stage: &str) -> Result<bool> {
    let sent = reminder::Entity::find()
        .filter(reminder::Column::ResponsibilityId.eq(responsibility))
        .filter(reminder::Column::Stage.eq(stage))
        .one(&transaction.db)
        .await?;
    if sent.is_some() {
        return Ok(false);
    }
    let row = reminder::ActiveModel {
        id: NotSet,
        responsibility_id: Set(responsibility),
        stage: Set(stage.to_owned()),
        at: Set(transaction.now),
    };
    row.insert(&transaction.db).await?;
    Ok(true)
}
