//! Reminders (提醒) before and after a due: to the unit's people; when late, also to the office in charge and leaders.
//! Each stage reaches a person once, however often this runs.

use crate::commit::Transaction;
use crate::entity::{assignment, notification, reminder, responsibility};
use crate::instant::{date, date_or_none};
use crate::notification::{Notice, notify, people_of, people_over, people_over_region};
use crate::obligation::ObligationView;
use crate::responsibility::KEYS;
use crate::{Result, Store};
use domain::annual_report::{Reporter, State as ReportState, due};
use domain::interpretation::{self, Need};
use domain::journal::Action;
use domain::progress::State;
use domain::role::{Actor, Role, Scope};
use domain::supervision::{Reminder, reminder as stage_of};
use domain::unit::{Directory, UnitId};
use domain::workday::Calendar;
use jiff::ToSpan;
use jiff::civil::Date;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// A responsibility that may need a reminder.
#[derive(FromQueryResult)]
struct Share {
    id: i64,
    unit_id: UnitId,
    assignment_id: i64,
    due_on: String,
}

/// No reminder goes out earlier than this before a due, holidays included.
const DAYS_AHEAD: i64 = 60;
/// Assignments named in one notification; the rest is counted.
const NAMED: usize = 10;

/// Sends what is due `today`; returns how many responsibilities were reminded of. The responsibilities of a unit that
/// stand alike come as one notification, each unit in a transaction of its own, so that nobody's work waits long.
///
/// # Errors
/// The database's.
pub async fn send(store: &Store, calendar: &Calendar, today: Date) -> Result<usize> {
    let mut groups: BTreeMap<(UnitId, String), (Reminder, Vec<Share>)> = BTreeMap::new();
    let mut stages: HashMap<String, Option<Reminder>> = HashMap::new();
    for share in open_shares(store, today).await? {
        let stage = match stages.get(&share.due_on) {
            Some(stage) => *stage,
            None => {
                let stage =
                    stage_of(calendar.working_days_left(today, date(&share.due_on)?).value, store.rules());
                stages.insert(share.due_on.clone(), stage);
                stage
            }
        };
        let Some(stage) = stage else { continue };
        groups.entry((share.unit_id, stage.key())).or_insert_with(|| (stage, Vec::new())).1.push(share);
    }
    let directory = crate::unit::directory(store).await?;
    let mut reminded = 0;
    for ((unit, _), (stage, shares)) in groups {
        let ids: Vec<i64> = shares.iter().map(|share| share.id).collect();
        let known = sent(store.reader(), &ids, &stage.key()).await?;
        if ids.iter().all(|id| known.contains(id)) {
            continue;
        }
        let directory = Arc::clone(&directory);
        reminded += store
            .commit(&Actor::System, move |transaction| {
                Box::pin(async move { remind(transaction, &directory, unit, stage, shares).await })
            })
            .await?;
    }
    Ok(reminded)
}

/// Open responsibilities with a due that is near or past.
async fn open_shares(store: &Store, today: Date) -> Result<Vec<Share>> {
    use responsibility::Column;
    let until = today.saturating_add(DAYS_AHEAD.days());
    let shares = responsibility::Entity::find()
        .select_only()
        .columns([Column::Id, Column::UnitId, Column::AssignmentId, Column::DueOn])
        .filter(Column::State.is_in([State::NotStarted.word(), State::Underway.word()]))
        .filter(Column::DueOn.lte(until.to_string()))
        .order_by_asc(Column::DueOn)
        .order_by_asc(Column::Id)
        .into_model()
        .all(store.reader())
        .await?;
    Ok(shares)
}

/// Which of some responsibilities had this stage.
async fn sent(db: &impl ConnectionTrait, ids: &[i64], stage: &str) -> Result<BTreeSet<i64>> {
    let mut sent = BTreeSet::new();
    for chunk in ids.chunks(KEYS) {
        let known: Vec<i64> = reminder::Entity::find()
            .select_only()
            .column(reminder::Column::ResponsibilityId)
            .filter(reminder::Column::ResponsibilityId.is_in(chunk.iter().copied()))
            .filter(reminder::Column::Stage.eq(stage))
            .into_tuple()
            .all(db)
            .await?;
        sent.extend(known);
    }
    Ok(sent)
}

/// Reminds a unit, and those above it when it is late, of what has not had this stage.
async fn remind(
    transaction: &mut Transaction,
    directory: &Directory,
    unit: UnitId,
    stage: Reminder,
    mut shares: Vec<Share>,
) -> Result<usize> {
    let ids: Vec<i64> = shares.iter().map(|share| share.id).collect();
    let known = sent(&transaction.db, &ids, &stage.key()).await?;
    shares.retain(|share| !known.contains(&share.id));
    let Some(first) = shares.first() else { return Ok(0) };
    let rows: Vec<_> = shares
        .iter()
        .map(|share| reminder::ActiveModel {
            id: NotSet,
            responsibility_id: Set(share.id),
            stage: Set(stage.key()),
            at: Set(transaction.now),
        })
        .collect();
    for chunk in rows.chunks(1_000) {
        reminder::Entity::insert_many(chunk.to_vec()).exec_without_returning(&transaction.db).await?;
    }
    let mut users = people_of(transaction, unit).await?;
    if matches!(stage, Reminder::Late(_)) {
        users.extend(people_over(transaction, directory, unit, &[Role::Coordinator, Role::Leader]).await?);
    }
    let name = directory.unit(unit).map_or("", |unit| unit.name.as_str());
    let (subject, link) = if shares.len() == 1 {
        let link = format!("/office/assignments/{}#r{}", first.assignment_id, first.id);
        (format!("{name}：{}", stage.label()), link)
    } else {
        let link = format!("/office/assignments?unit={unit}&sort=due");
        (format!("{name}：{}项任务{}", shares.len(), stage.label()), link)
    };
    let body = contents(transaction, &shares).await?;
    let key = format!("reminder-{unit}-{}-{}", stage.key(), first.id);
    notify(transaction, &users, &Notice { subject, body, link, key }).await?;
    for share in &shares {
        transaction.note(Action::RemindersSent, "responsibility", share.id, &stage.label());
    }
    Ok(shares.len())
}

/// The contents of the first assignments with their last days, one a line.
async fn contents(transaction: &Transaction, shares: &[Share]) -> Result<String> {
    let rows: Vec<(String, Option<String>)> = assignment::Entity::find()
        .select_only()
        .columns([assignment::Column::Content, assignment::Column::DueOn])
        .filter(assignment::Column::Id.is_in(shares.iter().take(NAMED).map(|share| share.assignment_id)))
        .order_by_asc(assignment::Column::DueOn.is_null())
        .order_by_asc(assignment::Column::DueOn)
        .order_by_asc(assignment::Column::Id)
        .into_tuple()
        .all(&transaction.db)
        .await?;
    let mut lines = Vec::new();
    for (content, due_on) in rows {
        let due_on = date_or_none(due_on.as_ref())?;
        let last = due_on.map(|day| day.strftime("（完成时限：%Y年%-m月%-d日）").to_string());
        lines.push(content + &last.unwrap_or_default());
    }
    if shares.len() > NAMED {
        lines.push(format!("……共{}项", shares.len()));
    }
    Ok(lines.join("\n"))
}

/// Sends reminders of obligations that are near or past their due; returns how many. What one unit owes by the same day
/// comes as one notification.
///
/// # Errors
/// The database's.
pub async fn send_for_obligations(store: &Store, calendar: &Calendar, today: Date) -> Result<usize> {
    let open = crate::obligation::open_until(store, today.saturating_add(DAYS_AHEAD.days())).await?;
    let mut groups: BTreeMap<String, (Reminder, Vec<ObligationView>)> = BTreeMap::new();
    for row in open {
        let left = calendar.working_days_left(today, row.due_on).value;
        if let Some(stage) = stage_of(left, store.rules()) {
            let key = format!("obligation-{}-{}-{}", row.unit, row.due_on, stage.key());
            groups.entry(key).or_insert_with(|| (stage, Vec::new())).1.push(row);
        }
    }
    let directory = crate::unit::directory(store).await?;
    let mut reminded = 0;
    for (key, (stage, rows)) in groups {
        let known = notification::Entity::find().filter(notification::Column::DedupKey.eq(&key));
        if known.one(store.reader()).await?.is_some() {
            continue;
        }
        let directory = Arc::clone(&directory);
        reminded += store
            .commit(&Actor::System, move |transaction| {
                Box::pin(async move { remind_of(transaction, &directory, key, stage, &rows).await })
            })
            .await?;
    }
    Ok(reminded)
}

/// Reminds of annual reports on last year that are not public: units before and after their day, as long as the region's
/// has not come; regions before theirs and once after. Returns how many were reminded.
///
/// # Errors
/// The database's.
pub async fn send_for_reports(store: &Store, calendar: &Calendar, today: Date) -> Result<usize> {
    let year = today.year().saturating_sub(1);
    let (of_unit, of_region) =
        (due(year, Reporter::Unit, store.rules()), due(year, Reporter::Region, store.rules()));
    let stage = |day: Date| stage_of(calendar.working_days_left(today, day).value, store.rules());
    let directory = crate::unit::directory(store).await?;
    let public = crate::annual_report::list(store, Some(year)).await?;
    let public: Vec<Scope> =
        public.into_iter().filter(|row| row.state == ReportState::Published).map(|row| row.scope).collect();
    let county = directory.county();
    let mut owing = Vec::new();
    if let (Some(county), Some(stage)) = (county, stage(of_unit).filter(|_| today <= of_region)) {
        let units = crate::annual_report::reporting(&directory, county.id).into_iter();
        owing.extend(units.map(|unit| (Scope::Unit(unit), stage, of_unit)));
    }
    if let (Some(county), Some(stage)) = (county, stage(of_region)) {
        // Once late is late: the office in charge reminds others, nobody reminds it for ever.
        if !matches!(stage, Reminder::Late(days) if days > 1) {
            owing.push((Scope::Region(county.id), stage, of_region));
        }
    }
    let mut reminded = 0;
    for (scope, stage, day) in owing.into_iter().filter(|(scope, _, _)| !public.contains(scope)) {
        let word = match scope {
            Scope::Unit(unit) => format!("u{unit}"),
            Scope::Region(region) => format!("r{region}"),
        };
        let key = format!("annual-report-{word}-{year}-{}", stage.key());
        let known = notification::Entity::find().filter(notification::Column::DedupKey.eq(&key));
        if known.one(store.reader()).await?.is_some() {
            continue;
        }
        let directory = Arc::clone(&directory);
        let owed = Owed { scope, stage, year, day, key };
        reminded += store
            .commit(&Actor::System, move |transaction| {
                Box::pin(async move { remind_of_report(transaction, &directory, owed).await })
            })
            .await?;
    }
    Ok(reminded)
}

/// Reminds the units that drafted public policy files of the interpretations they owe, before and after the last day, until
/// the clock has been over for so long that a supervision notice is due. Returns how many were reminded of.
///
/// # Errors
/// The database's.
pub async fn send_for_interpretations(store: &Store, calendar: &Calendar, today: Date) -> Result<usize> {
    let since = today.saturating_sub(DAYS_AHEAD.days());
    let directory = crate::unit::directory(store).await?;
    let mut reminded = 0;
    for policy in crate::interpretation::files(store, Some(since)).await? {
        if policy.file.need != Some(Need::Needed) || policy.file.interpreted.is_some() {
            continue;
        }
        let day = interpretation::due(policy.file.published, store.rules(), calendar).date;
        let Some(stage) = stage_of(calendar.working_days_left(today, day).value, store.rules()) else {
            continue;
        };
        let key = format!("interpretation-{}-{}", policy.row.id, stage.key());
        let known = notification::Entity::find().filter(notification::Column::DedupKey.eq(&key));
        if known.one(store.reader()).await?.is_some() {
            continue;
        }
        let label = stage.label().replace("完成时限", "解读期限");
        let notice = Notice {
            subject: format!("《{}》{label}", policy.row.title),
            body: format!(
                "政策文件已经公开，应在{}前公开解读（谁起草谁解读）。",
                day.strftime("%Y年%-m月%-d日")
            ),
            link: format!("/office/disclosures/{}", policy.row.id),
            key,
        };
        let (directory, late) = (Arc::clone(&directory), matches!(stage, Reminder::Late(_)));
        let (unit, id) = (policy.file.unit, policy.row.id);
        reminded += store
            .commit(&Actor::System, move |transaction| {
                Box::pin(async move {
                    let mut users = people_of(transaction, unit).await?;
                    if late {
                        let over = &[Role::Coordinator, Role::Leader];
                        users.extend(people_over(transaction, &directory, unit, over).await?);
                    }
                    if users.is_empty() {
                        return Ok(0);
                    }
                    notify(transaction, &users, &notice).await?;
                    transaction.note(Action::RemindersSent, "disclosure", id, &label);
                    Ok(1)
                })
            })
            .await?;
    }
    Ok(reminded)
}

/// An annual report that is owed.
struct Owed {
    scope: Scope,
    stage: Reminder,
    year: i16,
    day: Date,
    key: String,
}

async fn remind_of_report(transaction: &mut Transaction, directory: &Directory, owed: Owed) -> Result<usize> {
    let (users, name, id) = match owed.scope {
        Scope::Unit(unit) => {
            let mut users = people_of(transaction, unit).await?;
            if matches!(owed.stage, Reminder::Late(_)) {
                users.extend(
                    people_over(transaction, directory, unit, &[Role::Coordinator, Role::Leader]).await?,
                );
            }
            (users, directory.unit(unit).map_or("", |unit| unit.name.as_str()), unit)
        }
        Scope::Region(region) => {
            let users = people_over_region(transaction, directory, region, &[Role::Coordinator]).await?;
            (users, directory.region(region).map_or("", |region| region.name.as_str()), region)
        }
    };
    if users.is_empty() {
        return Ok(0);
    }
    let label = owed.stage.label().replace("完成时限", "公布期限");
    let last = owed.day.strftime("%Y年%-m月%-d日");
    let year = owed.year;
    let notice = Notice {
        subject: format!("{name}：{year}年政府信息公开工作年度报告{label}"),
        body: format!("{year}年年度报告应在{last}前向社会公布（政府信息公开条例第四十九条）。"),
        link: format!("/office/annual-reports?year={year}"),
        key: owed.key,
    };
    notify(transaction, &users, &notice).await?;
    transaction.note(Action::RemindersSent, "annual_report", id, &label);
    Ok(1)
}

/// Reminds a unit, and those above it when it is late, of what falls due on one day.
async fn remind_of(
    transaction: &mut Transaction,
    directory: &Directory,
    key: String,
    stage: Reminder,
    rows: &[ObligationView],
) -> Result<usize> {
    let Some(first) = rows.first() else { return Ok(0) };
    let mut users = people_of(transaction, first.unit).await?;
    if matches!(stage, Reminder::Late(_)) {
        users.extend(
            people_over(transaction, directory, first.unit, &[Role::Coordinator, Role::Leader]).await?,
        );
    }
    if users.is_empty() {
        return Ok(0);
    }
    let name = directory.unit(first.unit).map_or("", |unit| unit.name.as_str());
    let label = stage.label().replace("完成时限", "公开期限");
    let mut lines: Vec<String> = rows
        .iter()
        .take(NAMED)
        .map(|row| {
            let joint = if row.about.is_empty() { "" } else { "：" };
            let last = row.due_on.strftime("%Y年%-m月%-d日");
            format!("{}{joint}{}（公开期限：{last}）", row.item_name, row.about)
        })
        .collect();
    if rows.len() > NAMED {
        lines.push(format!("……共{}项", rows.len()));
    }
    let link = match rows {
        [only] => format!("/office/obligations/{}", only.id),
        _ => format!("/office/obligations?unit={}", first.unit),
    };
    let subject = format!("{name}：{}项应公开事项{label}", rows.len());
    notify(transaction, &users, &Notice { subject, body: lines.join("\n"), link, key }).await?;
    for row in rows {
        transaction.note(Action::RemindersSent, "obligation", row.id, &label);
    }
    Ok(rows.len())
}
