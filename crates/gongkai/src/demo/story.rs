//! Some weeks of work on the pilot's table (示例数据), told through the same commands that people's clicks call: reports,
//! evidence, confirmations, a supervision notice with its answer. The clock is set to each day as it is told.

use super::requests::Requests;
use super::{accounts, annual_reports, catalogues, disclosures, morning, platform, reviews};
use anyhow::{Context, Result};
use domain::clock::FixedClock;
use domain::plan::Plan;
use domain::progress::State;
use domain::role::Actor;
use domain::supervision::NoticeDraft;
use domain::unit::{UnitId, UnitKind};
use domain::workday::Calendar;
use jiff::civil::{Date, date};
use store::evidence::Proof;
use store::responsibility::ResponsibilityView;
use store::{PageRequest, Store};

/// Tells what happened until `today`.
pub(super) async fn tell(
    store: &Store,
    clock: &FixedClock,
    plan: i64,
    today: Date,
    requests: &mut Requests<'_>,
) -> Result<()> {
    let contents = store::plan::content(store, plan).await?;
    let until = |day: Date| day < today;
    if until(date(2020, 8, 20)) {
        requests.tell_until(date(2020, 8, 20)).await?;
        clock.set(morning(date(2020, 8, 20))?);
        begin(store, plan, &contents).await?;
    }
    if until(date(2020, 9, 3)) {
        requests.tell_until(date(2020, 9, 3)).await?;
        clock.set(morning(date(2020, 9, 3))?);
        complete_catalogues(store, plan).await?;
    }
    if until(date(2020, 9, 4)) {
        requests.tell_until(date(2020, 9, 4)).await?;
        clock.set(morning(date(2020, 9, 4))?);
        catalogues::compile(store).await?;
    }
    let calendar = Calendar::builtin();
    if until(date(2020, 9, 7)) {
        requests.tell_until(date(2020, 9, 7)).await?;
        clock.set(morning(date(2020, 9, 7))?);
        store::reminder::send(store, &calendar, date(2020, 9, 7)).await?;
    }
    if until(date(2020, 9, 8)) {
        requests.tell_until(date(2020, 9, 8)).await?;
        clock.set(morning(date(2020, 9, 8))?);
        supervise(store, plan).await?;
    }
    if until(date(2020, 9, 18)) {
        let teller = disclosures::Teller { store, clock, calendar: &calendar };
        disclosures::tell(&teller).await?;
        reviews::tell(&teller).await?;
        platform::tell(&teller).await?;
        annual_reports::tell(&teller).await?;
        accounts::tell(&teller).await?;
    }
    requests.tell_until(today).await?;
    clock.set(morning(today)?);
    store::request::renew(store, &calendar, today).await?;
    Ok(())
}

/// The responsibilities of an assignment, by the position of its task in the table.
async fn shares(store: &Store, plan: i64, task: usize) -> Result<Vec<ResponsibilityView>> {
    let found = store::plan::find(store, plan).await?.context("the demonstration's plan is missing")?;
    let task = found.tasks.get(task).context("the pilot's table has fewer tasks than expected")?.id;
    let filter = store::assignment::Filter { plan: Some(plan), task: Some(task), ..Default::default() };
    let day = date(2020, 9, 1);
    let rows = store::assignment::list(store, &filter, day, day, PageRequest::whole()).await?.rows;
    let mut shares = Vec::new();
    for row in rows {
        let view = store::assignment::find(store, row.id).await?.context("an assignment is missing")?;
        shares.extend(view.responsibilities);
    }
    Ok(shares)
}

/// August: departments of the 26 sectors report that they have begun.
async fn begin(store: &Store, plan: i64, contents: &Plan) -> Result<()> {
    let sectors = contents.tasks.get(1).map_or(0, |task| task.assignments.len());
    let share_count = shares(store, plan, 1).await?.len();
    let begun = shares(store, plan, 1).await?.into_iter().take(sectors.min(share_count) * 2 / 3);
    for (position, share) in begun.enumerate() {
        let percent = u8::try_from(20 + position % 5 * 10).unwrap_or(20);
        let text = "已对照国务院部门标准指引梳理本领域公开事项，形成目录初稿（示例数据）。";
        store::responsibility::report(store, &Actor::System, share.id, share.version, percent, text).await?;
    }
    Ok(())
}

/// By 3 September most units have their own catalogue; some are confirmed, one waits, some are late.
async fn complete_catalogues(store: &Store, plan: i64) -> Result<()> {
    let shares = shares(store, plan, 0).await?;
    let whole = shares.len();
    for (position, share) in shares.into_iter().enumerate().take(whole * 3 / 4) {
        let proof = Proof::Link { url: format!("https://example.invalid/catalogue/{}", share.unit) };
        store::evidence::add(store, &Actor::System, share.id, proof, "政务公开事项标准目录（示例链接）")
            .await?;
        let text = "本单位政务公开事项标准目录已编制完成并在门户网站公开（示例数据）。";
        store::responsibility::submit(store, &Actor::System, share.id, share.version, text).await?;
        if position % 4 != 3 {
            let share = store::responsibility::find(store, share.id).await?.context("a share is missing")?;
            store::responsibility::confirm(store, &Actor::System, share.id, share.version, "已核对链接。")
                .await?;
        }
    }
    Ok(())
}

/// The first late township gets a notice and answers it.
async fn supervise(store: &Store, plan: i64) -> Result<()> {
    let directory = store::unit::directory(store).await?;
    let township = |unit: UnitId| directory.unit(unit).is_some_and(|unit| unit.kind == UnitKind::Township);
    let shares = shares(store, plan, 0).await?;
    let late = shares.into_iter().filter(|share| share.state == State::NotStarted);
    let mut late: Vec<ResponsibilityView> = late.collect();
    late.sort_by_key(|share| !township(share.unit));
    let requirement = "请明确责任人，抓紧编制并公开目录，在期限内书面答复办理情况，附公开链接。";
    for (position, share) in late.into_iter().take(2).enumerate() {
        let name = directory.unit(share.unit).map_or("", |unit| unit.name.as_str());
        let draft = NoticeDraft {
            facts: format!(
                "{name}应于2020年9月4日前编制完成本单位政务公开事项标准目录，截至9月8日仍未报送进展（示例数据）。"
            ),
            requirement: requirement.to_owned(),
            due_on: date(2020, 9, 25),
        };
        let notice = store::supervision::issue(store, &Actor::System, "乌政公开督", share.id, draft).await?;
        if position == 1 {
            let text = "目录初稿已完成，正在审核，9月24日前公开（示例数据）。";
            store::supervision::answer(store, &Actor::System, notice, 1, text, None).await?;
        }
    }
    Ok(())
}
