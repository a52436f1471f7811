//! Annual reports in the demonstration (示例数据): 2018 entered from before the platform, 2019 begun from it, for some units and
//! the region, what is carried over agreeing; both years of one unit and of the region published, the rest being written.

use super::disclosures::{Teller, to};
use anyhow::{Context, Result};
use domain::annual_report::{AnnualReport, Cell, Column, ProactiveCell, ReportRow, Standing, Working};
use domain::clock::Clock;
use domain::disclosure::File;
use domain::disclosure::state::State;
use domain::request::{ApplicantKind, Row};
use domain::role::{Actor, Scope};
use domain::unit::UnitId;
use store::annual_report::HandedIn;
use web::annual_report::Attached;

/// The units that write theirs, with what they enter of 2018 and 2019: requests by persons and companies, permits.
const UNITS: [(&str, [Figures; 2]); 3] = [
    (
        "民政局",
        [
            Figures { persons: 3, companies: 1, permits: 18 },
            Figures { persons: 4, companies: 0, permits: 22 },
        ],
    ),
    (
        "自然资源局",
        [
            Figures { persons: 6, companies: 2, permits: 105 },
            Figures { persons: 5, companies: 3, permits: 131 },
        ],
    ),
    (
        "嘎鲁图镇",
        [Figures { persons: 1, companies: 0, permits: 0 }, Figures { persons: 2, companies: 0, permits: 0 }],
    ),
];
/// The unit whose reports are published; the office that publishes the region's.
const PUBLISHED: &str = "民政局";
const OFFICE: &str = "政务服务局";

/// What a unit enters of a year.
#[derive(Clone, Copy)]
struct Figures {
    persons: u64,
    companies: u64,
    permits: u64,
}

/// Tells of both years.
pub(super) async fn tell(teller: &Teller<'_>) -> Result<()> {
    let directory = store::unit::directory(teller.store).await?;
    let county = directory.county();
    let region = Scope::Region(county.context("the demonstration has no county")?.id);
    let unit = |name: &str| {
        let found = directory.units().iter().find(|unit| unit.name.contains(name));
        found.map(|unit| unit.id).context("the demonstration has no such unit")
    };
    for (position, year) in [2018, 2019].into_iter().enumerate() {
        for (name, figures) in UNITS {
            let figures = *figures.get(position).context("a year is missing")?;
            let id = write(teller, Scope::Unit(unit(name)?), year, Some(figures)).await?;
            if name == PUBLISHED {
                publish(teller, id, unit(name)?).await?;
            }
        }
        let id = write(teller, region, year, None).await?;
        publish(teller, id, unit(OFFICE)?).await?;
    }
    Ok(())
}

/// Begins a report, enters figures, writes texts that quote the tables.
async fn write(teller: &Teller<'_>, scope: Scope, year: i16, figures: Option<Figures>) -> Result<i64> {
    let id = store::annual_report::begin(teller.store, &Actor::System, scope, year).await?;
    let row = store::annual_report::find(teller.store, id).await?.context("a report is missing")?;
    let mut working = row.working;
    if let Some(figures) = figures {
        enter(&mut working, figures);
    }
    let version = store::annual_report::edit(teller.store, &Actor::System, id, 1, working.clone()).await?;
    let built = store::annual_report::build(teller.store, scope, year).await?;
    let explanation = match built.waiting().count() {
        0 => String::new(),
        _ => "其余单位的年报在原网站公布，没有录入本平台，本级政府报告先行提交。（示例数据）".to_owned(),
    };
    let working = Working { entered: working.entered, explanation, ..texts(&built.report, built.fees) };
    store::annual_report::edit(teller.store, &Actor::System, id, version, working).await?;
    Ok(id)
}

/// One of the persons' requests is carried over, each year; what was carried in ends.
fn enter(working: &mut Working, figures: Figures) {
    let cell = |row, kind| Cell::Request(row, Column::Of(kind));
    let (person, company) = (ApplicantKind::Person, ApplicantKind::Company);
    let carried = working.entered.get(cell(ReportRow::CarriedIn, person)).unwrap_or(0);
    for (row, kind, number) in [
        (ReportRow::New, person, figures.persons),
        (ReportRow::Result(Row::Granted), person, figures.persons - 1 + carried),
        (ReportRow::CarriedOut, person, 1),
        (ReportRow::New, company, figures.companies),
        (ReportRow::Result(Row::NotHeld), company, figures.companies),
    ] {
        working.entered.set(cell(row, kind), (number > 0).then_some(number));
    }
    let permits = Cell::Proactive(ProactiveCell::Permits);
    working.entered.set(permits, (figures.permits > 0).then_some(figures.permits));
}

fn texts(report: &AnnualReport, fees: u64) -> Working {
    let proactive = report.proactive_sentence().unwrap_or_default();
    Working {
        overall: format!(
            "（一）主动公开\n{proactive}\n（二）依申请公开\n{}\n（三）政府信息管理\n对公开的信息定期清理，及时标明有效、失效、废止。\n（四）政府信息公开平台建设\n规范专栏设置，方便群众查阅、检索。\n（五）监督保障\n明确专人负责，开展业务培训。（示例数据）",
            report.requests_sentence()
        ),
        problems: "存在的主要问题：公开的内容还不够全面，解读形式比较单一。\n改进情况：对照标准目录逐项补齐，增加图解和问答。（示例数据）".to_owned(),
        others: report.fees_sentence(fees),
        ..Working::default()
    }
}

/// Hands a report in and brings it to the public.
async fn publish(teller: &Teller<'_>, id: i64, unit: UnitId) -> Result<()> {
    let row = store::annual_report::find(teller.store, id).await?.context("a report is missing")?;
    let built = store::annual_report::build(teller.store, row.scope, row.year).await?;
    let standing = Standing {
        year: row.year,
        today: teller.clock.today(),
        found: &built.found,
        waiting: built.waiting().count(),
    };
    if let Some(refused) = row.working.refusal(&standing) {
        anyhow::bail!("{refused} {:?}", built.found);
    }
    let (mut content, files) = web::annual_report::disclosure(
        &built.report,
        (teller.clock.today(), true),
        &print::Fonts::embedded(),
    )?;
    content.title.push_str("（示例数据）");
    for Attached { name, media_type, bytes } in files {
        let kept = store::attachment::put(teller.store, &Actor::System, &name, media_type, bytes).await?;
        content.files.push(File { id: kept.id, name: kept.name, hash: kept.hash, bytes: kept.bytes });
    }
    let handed = HandedIn { unit, content, marks: Vec::new() };
    let (store, calendar) = (teller.store, teller.calendar);
    let disclosure =
        store::annual_report::hand_in(store, &Actor::System, calendar, id, row.version, handed).await?;
    to(teller, disclosure, State::Published).await
}
