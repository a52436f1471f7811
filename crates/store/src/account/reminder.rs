//! Reminders of yearly audits (年度审核) that are near or past: one notification a unit, stage and day.

use super::{AccountRow, Filter, list};
use crate::commit::Transaction;
use crate::entity::notification;
use crate::notification::{Notice, notify, people_of, people_over};
use crate::{Result, Store};
use domain::journal::Action;
use domain::role::{Actor, Role};
use domain::supervision::{Reminder, reminder as stage_of};
use domain::unit::Directory;
use domain::workday::Calendar;
use jiff::ToSpan;
use jiff::civil::Date;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use std::collections::BTreeMap;
use std::sync::Arc;

/// No reminder goes out earlier than this before a due, holidays included.
const DAYS_AHEAD: i64 = 60;

/// Sends what is due `today`; returns of how many accounts.
///
/// # Errors
/// The database's.
pub async fn remind(store: &Store, calendar: &Calendar, today: Date) -> Result<usize> {
    let until = Some(today.saturating_add(DAYS_AHEAD.days()));
    let mut groups: BTreeMap<String, (Reminder, Date, Vec<AccountRow>)> = BTreeMap::new();
    for row in list(store, &Filter { audit_until: until, ..Filter::default() }).await? {
        // One that is being audited or closed waits for the office in charge.
        let Some(due) = row.audit_due.filter(|_| row.pending.is_none()) else { continue };
        let left = calendar.working_days_left(today, due).value;
        if let Some(stage) = stage_of(left, store.rules()) {
            let key = format!("account-audit-{}-{due}-{}", row.account.host, stage.key());
            groups.entry(key).or_insert_with(|| (stage, due, Vec::new())).2.push(row);
        }
    }
    let directory = crate::unit::directory(store).await?;
    let mut reminded = 0;
    for (key, (stage, due, rows)) in groups {
        let known = notification::Entity::find().filter(notification::Column::DedupKey.eq(&key));
        if known.one(store.reader()).await?.is_some() {
            continue;
        }
        let directory = Arc::clone(&directory);
        reminded += store
            .commit(&Actor::System, move |transaction| {
                Box::pin(async move { send(transaction, &directory, key, stage, due, &rows).await })
            })
            .await?;
    }
    Ok(reminded)
}

async fn send(
    transaction: &mut Transaction,
    directory: &Directory,
    key: String,
    stage: Reminder,
    due: Date,
    rows: &[AccountRow],
) -> Result<usize> {
    let Some(unit) = rows.first().map(|row| row.account.host) else { return Ok(0) };
    let mut users = people_of(transaction, unit).await?;
    if matches!(stage, Reminder::Late(_)) {
        users.extend(people_over(transaction, directory, unit, &[Role::Coordinator, Role::Leader]).await?);
    }
    if users.is_empty() {
        return Ok(0);
    }
    let name = directory.unit(unit).map_or("", |unit| unit.name.as_str());
    let label = stage.label().replace("完成时限", "审核期限");
    let last = due.strftime("%Y年%-m月%-d日");
    let line = |row: &AccountRow| {
        format!("{}“{}”（审核期限：{last}）", row.account.platform.label(), row.account.name)
    };
    let link = match rows {
        [only] => format!("/office/accounts/{}", only.id),
        _ => format!("/office/accounts/list?unit={unit}&audit=1"),
    };
    let notice = Notice {
        subject: format!("{name}：{}个账号年度审核{label}", rows.len()),
        body: rows.iter().map(line).collect::<Vec<_>>().join("\n"),
        link,
        key,
    };
    notify(transaction, &users, &notice).await?;
    for row in rows {
        transaction.note(Action::RemindersSent, "account", row.id, &label);
    }
    Ok(rows.len())
}
