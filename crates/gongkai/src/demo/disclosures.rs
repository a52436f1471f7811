//! The disclosures of the demonstration (示例数据): what the items of catalogues in force ask for, published day by day, some
//! late, some not yet; policy files that amend and repeal one another; one revised, one taken back, some under way.

use super::{interpretations, morning};
use anyhow::{Context, Result};
use domain::catalogue::Item;
use domain::clock::FixedClock;
use domain::disclosure::state::{Review, State, Step, next_review};
use domain::disclosure::{Disclosure, File, ItemLink, Kind};
use domain::obligation::Cause;
use domain::review::reviews;
use domain::role::Actor;
use domain::unit::UnitId;
use domain::workday::Calendar;
use jiff::civil::{Date, date};
use jiff::{SignedDuration, ToSpan};
use store::Store;
use store::obligation::Noted;

/// The working days on which units publish.
const DAYS: [Date; 8] = [
    date(2020, 9, 9),
    date(2020, 9, 10),
    date(2020, 9, 11),
    date(2020, 9, 14),
    date(2020, 9, 15),
    date(2020, 9, 16),
    date(2020, 9, 17),
    date(2020, 9, 18),
];

/// Something to be published.
struct Planned {
    day: Date,
    unit: UnitId,
    content: Disclosure,
    /// The same figures as a table for programs.
    table: Option<String>,
}

/// Who tells the story: the record, its clock, working days.
pub(super) struct Teller<'a> {
    pub(super) store: &'a Store,
    pub(super) clock: &'a FixedClock,
    pub(super) calendar: &'a Calendar,
}

/// Tells of the days on which information is published.
pub(super) async fn tell(teller: &Teller<'_>) -> Result<()> {
    let mut planned = of_catalogues(teller).await?;
    planned.extend(of_other_sectors(teller).await?);
    planned.sort_by_key(|planned| planned.day);
    let mut first = None;
    let mut minutes = 0;
    let mut day = None;
    for planned in planned {
        minutes = if day == Some(planned.day) { minutes + 4 } else { 0 };
        day = Some(planned.day);
        teller.clock.set(morning(planned.day)?.checked_add(SignedDuration::from_mins(minutes))?);
        let mut content = planned.content;
        if let Some(table) = planned.table {
            let name = format!("{}.csv", content.title.trim_end_matches("（示例数据）"));
            content.files.push(attach(teller, &name, "text/csv; charset=utf-8", table.into()).await?);
        }
        let id = begin(teller, planned.unit, content).await?;
        to(teller, id, State::Published).await?;
        first = first.or(Some((id, planned.unit)));
    }
    teller.clock.set(morning(date(2020, 9, 18))?.checked_add(SignedDuration::from_hours(6))?);
    policies(teller).await?;
    plan_with_files(teller).await?;
    if let Some((id, unit)) = first {
        revise(teller, id).await?;
        withdraw(teller, unit).await?;
        under_way(teller, unit).await?;
    }
    Ok(())
}

/// What the items ask for: most of it published in time, every seventh late, every fifth not yet, every sixth never.
async fn of_catalogues(teller: &Teller<'_>) -> Result<Vec<Planned>> {
    let filter = store::catalogue::Filter { in_force: true, ..Default::default() };
    let mut planned = Vec::new();
    for catalogue in store::catalogue::list(teller.store, &filter).await? {
        let number = catalogue.current.unwrap_or(0);
        let version = store::catalogue::version(teller.store, catalogue.id, number).await?;
        let (_, content) = version.context("a version is missing")?;
        let formed = content.items.iter().filter(|item| Cause::of(item) == Some(Cause::Formed));
        for (position, item) in formed.enumerate() {
            let day = DAYS.get((position + usize::try_from(catalogue.id)?) % DAYS.len()).copied();
            let day = day.context("a day is missing")?;
            let before = |days: usize| -> Result<Date> { Ok(day.checked_sub(i64::try_from(days)?.days())?) };
            let formed_on = match position {
                position if position % 6 == 5 => continue,
                position if position % 5 == 3 => {
                    let about = format!("{}（示例数据）", item.level2);
                    let on = before(12 + position % 3 * 14)?;
                    let noted = Noted {
                        catalogue: catalogue.id,
                        item: item.code.clone(),
                        about,
                        on,
                        published: None,
                    };
                    store::obligation::note(teller.store, &Actor::System, teller.calendar, noted).await?;
                    continue;
                }
                position if position % 7 == 2 => before(45)?,
                position => before(position % 2)?,
            };
            let link = ItemLink { catalogue: catalogue.id, code: item.code.clone(), name: item.name() };
            let mut content = written(item, catalogue.sector.as_deref().unwrap_or_default(), formed_on);
            content.items = vec![link];
            let table = table(item, content.kind, position);
            planned.push(Planned { day, unit: catalogue.unit, content, table });
        }
    }
    Ok(planned)
}

/// Items of each sector whose catalogue is not in force yet that are published already.
const EARLY: usize = 6;

/// The sectors nobody in the demonstration has begun a catalogue for, with the unit that is responsible.
const UNBEGUN: [(&str, &str); 10] = [
    ("land-expropriation", "自然资源局"),
    ("major-projects", "发展和改革委员会"),
    ("municipal-services", "住房和城乡建设局"),
    ("public-resource-trading", "公共资源交易中心"),
    ("taxation", "税务局"),
    ("rural-housing", "住房和城乡建设局"),
    ("building-expropriation", "住房和城乡建设局"),
    ("affordable-housing", "住房和城乡建设局"),
    ("poverty-relief", "扶贫开发综合服务中心"),
    ("urban-enforcement", "城市管理综合执法局"),
];

/// Sectors whose catalogue is still under way publish all the same, as the law asks; what they publish answers to no item yet.
async fn of_other_sectors(teller: &Teller<'_>) -> Result<Vec<Planned>> {
    let mut planned = Vec::new();
    let all = store::catalogue::list(teller.store, &store::catalogue::Filter::default()).await?;
    for catalogue in all.iter().filter(|catalogue| catalogue.current.is_none()) {
        let (Some(sector), Some(content)) =
            (&catalogue.sector, store::catalogue::draft(teller.store, catalogue.id).await?)
        else {
            continue;
        };
        early(&mut planned, catalogue.unit, sector, &content.items)?;
    }
    let directory = store::unit::directory(teller.store).await?;
    for (sector, name) in UNBEGUN {
        let unit = directory.units().iter().find(|known| known.name.contains(name));
        let unit = unit.with_context(|| format!("the demonstration has no unit {name}"))?;
        let starter = tables::catalogue::Starter::of(sector).context("a starter is missing")?;
        early(&mut planned, unit.id, sector, &starter.draft_for(&unit.name)?.items)?;
    }
    Ok(planned)
}

fn early(planned: &mut Vec<Planned>, unit: UnitId, sector: &str, items: &[Item]) -> Result<()> {
    for (position, item) in items.iter().take(EARLY).enumerate() {
        let day =
            DAYS.get((position * 3 + planned.len()) % DAYS.len()).copied().context("a day is missing")?;
        let formed_on = day.checked_sub(i64::try_from(position % 4)?.days())?;
        let content = written(item, sector, formed_on);
        let table = table(item, content.kind, position);
        planned.push(Planned { day, unit, content, table });
    }
    Ok(())
}

/// The head of the State Council's list a sector's information stands under.
fn subject(sector: &str) -> &'static str {
    match sector {
        "urban-rural-planning"
        | "municipal-services"
        | "urban-enforcement"
        | "environment"
        | "affordable-housing"
        | "rural-housing"
        | "building-expropriation" => "城乡建设、环境保护",
        "land-expropriation" => "国土资源、能源",
        "major-projects" => "国民经济管理、国有资产监管",
        "budget" | "taxation" | "public-resource-trading" => "财政、金融、审计",
        "work-safety" | "food-drug-safety" => "市场监管、安全生产监管",
        "disaster-relief" | "social-assistance" | "elderly-care" | "poverty-relief" => "民政、扶贫、救灾",
        "culture" => "文化、广电、新闻出版",
        "legal-services" | "household-registration" => "公安、安全、司法",
        "employment" | "social-insurance" => "劳动、人事、监察",
        "agricultural-subsidies" => "农业、林业、水利",
        "compulsory-education" => "科技、教育",
        "health" => "卫生、体育",
        _ => "综合政务",
    }
}

/// The head under which a department's own policy files stand.
fn of_department(unit: &str) -> &'static str {
    let heads = [
        ("民政局", "民政、扶贫、救灾"),
        ("财政局", "财政、金融、审计"),
        ("教育体育局", "科技、教育"),
        ("农牧局", "农业、林业、水利"),
    ];
    heads.into_iter().find(|(name, _)| unit.contains(name)).map_or("综合政务", |(_, head)| head)
}

/// Figures for an item's elements: place, element, number.
fn figures(item: &Item) -> impl Iterator<Item = (usize, &str, usize)> {
    (1_usize..).zip(&item.elements).map(|(position, element)| {
        (position, element.as_str(), (position * 37 + item.level2.chars().count() * 11) % 260 + 3)
    })
}

/// Every third list, budget or statistic comes with its figures as a file.
fn table(item: &Item, kind: Kind, position: usize) -> Option<String> {
    if !matches!(kind, Kind::List | Kind::Statistics | Kind::Budget) || position % 3 != 1 {
        return None;
    }
    let mut text = "序号,内容,数量,备注\n".to_owned();
    for (position, element, count) in figures(item) {
        text.push_str(&format!("{position},{},{count},示例\n", element.replace([',', '"'], "，")));
    }
    Some(text)
}

async fn attach(teller: &Teller<'_>, name: &str, media_type: &str, content: Vec<u8>) -> Result<File> {
    let kept = store::attachment::put(teller.store, &Actor::System, name, media_type, content.into()).await?;
    Ok(File { id: kept.id, name: name.to_owned(), hash: kept.hash, bytes: kept.bytes })
}

/// The pilot's own table, as Word and Excel, with the notice that carries it.
async fn plan_with_files(teller: &Teller<'_>) -> Result<()> {
    let directory = store::unit::directory(teller.store).await?;
    let unit = directory.units().iter().find(|known| known.name.contains("政务服务局"));
    let unit = unit.context("the demonstration has no such unit")?.id;
    let word: &[u8] = include_bytes!("../../../../data/pilot/plan.docx");
    let excel: &[u8] = include_bytes!("../../../../data/pilot/plan.xlsx");
    let name = "基层政务公开标准化规范化重点任务分解表";
    let mut files = Vec::new();
    for (ending, kind, bytes) in
        [("docx", "wordprocessingml.document", word), ("xlsx", "spreadsheetml.sheet", excel)]
    {
        let file = format!("{name}.{ending}");
        let media_type = &format!("application/vnd.openxmlformats-officedocument.{kind}");
        files.push(attach(teller, &file, media_type, bytes.to_vec()).await?);
    }
    let content = Disclosure {
        title: "关于公布今年政务公开重点任务的通知（示例数据）".to_owned(),
        body: "<p>现将重点任务分解表公布如下，请各责任单位按时限落实，并接受社会监督。附件可以直接预览、下载。</p>".to_owned(),
        kind: Kind::Notice,
        subject: "综合政务".to_owned(),
        formed_on: Some(date(2020, 9, 16)),
        keywords: vec!["任务分解表".to_owned(), "基层政务公开".to_owned()],
        files,
        ..Disclosure::default()
    };
    let id = begin(teller, unit, content).await?;
    to(teller, id, State::Published).await
}

/// A plausible text for an item: what it rests on, then its elements, as a list or a table.
fn written(item: &Item, sector: &str, formed_on: Date) -> Disclosure {
    let kind = kind_of(&item.level2);
    let basis = item.basis.first().map(|basis| format!("根据{basis}，")).unwrap_or_default();
    let mut body = format!(
        "<p>{basis}现将“{}”有关情况公开如下。本页为示例数据，仅供演示，不作为办事依据。</p>",
        escaped(&item.level2)
    );
    if matches!(kind, Kind::List | Kind::Statistics | Kind::Budget | Kind::Result) {
        body.push_str(
            "<table><thead><tr><th>序号</th><th>内容</th><th>数量</th><th>备注</th></tr></thead><tbody>",
        );
        for (position, element, count) in figures(item) {
            body.push_str(&format!(
                "<tr><td>{position}</td><td>{}</td><td>{count}</td><td>示例</td></tr>",
                escaped(element)
            ));
        }
        body.push_str("</tbody></table>");
    } else {
        for element in &item.elements {
            body.push_str(&format!(
                "<h2>{0}</h2><p>{0}的具体内容由{1}负责解释，公众可以到政务服务大厅查阅，也可以在工作时间咨询。</p>",
                escaped(element),
                escaped(item.publisher.first().map_or("发布机构", String::as_str))
            ));
        }
    }
    body.push_str("<p>公开内容如有变化，将及时更新。</p>");
    Disclosure {
        title: format!("{}（示例数据）", item.level2),
        body,
        kind,
        subject: subject(sector).to_owned(),
        formed_on: Some(formed_on),
        keywords: vec![item.level1.clone(), item.level2.clone()],
        ..Disclosure::default()
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn kind_of(name: &str) -> Kind {
    let told = [
        (&["名单", "清单", "目录", "名录"][..], Kind::List),
        (&["结果", "公示", "审核", "审批"], Kind::Result),
        (&["预算", "决算", "资金", "收支"], Kind::Budget),
        (&["统计", "数据", "数量"], Kind::Statistics),
        (&["处罚", "强制", "执法", "检查"], Kind::Enforcement),
        (&["规划", "计划"], Kind::Plan),
        (&["采购", "招标"], Kind::Procurement),
        (&["指南", "办理", "服务", "程序", "流程", "申请", "登记"], Kind::Guide),
        (&["招聘", "招录"], Kind::Personnel),
        (&["预警", "应急", "灾"], Kind::Emergency),
    ];
    let found = told.into_iter().find(|(words, _)| words.iter().any(|word| name.contains(word)));
    found.map_or(Kind::Notice, |(_, kind)| kind)
}

pub(super) async fn begin(teller: &Teller<'_>, unit: UnitId, content: Disclosure) -> Result<i64> {
    Ok(store::disclosure::create(teller.store, &Actor::System, unit, None, content).await?)
}

pub(super) async fn step(teller: &Teller<'_>, id: i64, wanted: Step) -> Result<()> {
    let row = store::disclosure::find(teller.store, id).await?.context("a disclosure is missing")?;
    Ok(store::disclosure::take(teller.store, &Actor::System, teller.calendar, id, row.version, wanted)
        .await?)
}

/// As far as a state.
pub(super) async fn to(teller: &Teller<'_>, id: i64, wanted: State) -> Result<()> {
    loop {
        let row = store::disclosure::find(teller.store, id).await?.context("a disclosure is missing")?;
        if row.state == wanted {
            return Ok(());
        }
        let next = match row.state {
            State::Draft => Step::Submit,
            State::Reviewing => {
                let stages = store::review::stages(teller.store, &row).await?;
                let review = next_review(&reviews(&stages), &row.passed).unwrap_or(Review::Issue);
                Step::Pass { review }
            }
            _ => Step::Publish,
        };
        step(teller, id, next).await?;
    }
}

/// Policy files of three departments, with how they stand to one another.
async fn policies(teller: &Teller<'_>) -> Result<()> {
    let directory = store::unit::directory(teller.store).await?;
    let mut ids = Vec::new();
    for (unit, number, title, formed_on, expires_on, amends, repeals) in POLICIES {
        let unit = directory.units().iter().find(|known| known.name.contains(unit));
        let unit = unit.context("the demonstration has no such unit")?;
        let earlier = |positions: &[usize]| positions.iter().filter_map(|at| ids.get(*at).copied()).collect();
        let content = Disclosure {
            title: format!("{}{title}（示例数据）", unit.name),
            body: format!(
                "<h2>一、总则</h2><p>为规范有关工作，保障群众知情权，结合本旗实际，制定本办法。本页为示例数据，不作为办事依据。</p><h2>二、职责分工</h2><p>{}负责组织实施，各苏木镇按照职责做好落实。</p><h2>三、工作要求</h2><ol><li>坚持公开为常态、不公开为例外。</li><li>依法、准确、及时公开，接受社会监督。</li><li>工作情况纳入年度考核。</li></ol><h2>四、附则</h2><p>本办法自印发之日起施行。</p>",
                unit.name
            ),
            kind: Kind::Policy,
            normative: true,
            subject: of_department(&unit.name).to_owned(),
            document_number: number.to_owned(),
            formed_on: Some(formed_on),
            effective_on: Some(formed_on),
            expires_on,
            amends: earlier(amends),
            repeals: earlier(repeals),
            summary: "规范有关工作的职责、程序和要求。".to_owned(),
            scheme: Some(interpretations::scheme(number, unit.id)),
            ..Disclosure::default()
        };
        let id = begin(teller, unit.id, content.clone()).await?;
        interpretations::prepare(teller, (id, unit.id), &content, formed_on).await?;
        to(teller, id, State::Published).await?;
        ids.push(id);
    }
    Ok(())
}

/// Unit, number, title, day, last day, and which earlier ones it amends and repeals.
type Policy =
    (&'static str, &'static str, &'static str, Date, Option<Date>, &'static [usize], &'static [usize]);

const POLICIES: [Policy; 8] = [
    ("民政局", "乌民发〔2017〕21号", "临时救助工作规程", date(2017, 5, 10), None, &[], &[]),
    ("财政局", "乌财发〔2018〕9号", "惠民惠农财政补贴资金管理办法", date(2018, 3, 6), None, &[], &[]),
    (
        "教育体育局",
        "乌教发〔2018〕33号",
        "义务教育招生入学工作办法（试行）",
        date(2018, 6, 1),
        Some(date(2020, 5, 31)),
        &[],
        &[],
    ),
    ("农牧局", "乌农发〔2019〕15号", "草原生态保护补助奖励资金发放办法", date(2019, 4, 18), None, &[], &[]),
    ("民政局", "乌民发〔2019〕40号", "最低生活保障审核确认工作规程", date(2019, 9, 2), None, &[], &[]),
    (
        "财政局",
        "乌财发〔2020〕12号",
        "关于修改惠民惠农财政补贴资金管理办法的决定",
        date(2020, 4, 13),
        None,
        &[1],
        &[],
    ),
    ("民政局", "乌民发〔2020〕26号", "临时救助工作办法", date(2020, 7, 20), None, &[], &[0]),
    (
        "教育体育局",
        "乌教发〔2020〕30号",
        "义务教育招生入学工作办法",
        date(2020, 6, 5),
        Some(date(2025, 6, 4)),
        &[],
        &[],
    ),
];

/// A figure corrected after publication.
async fn revise(teller: &Teller<'_>, id: i64) -> Result<()> {
    let reason = "更正联系方式，补充办公时间（示例数据）".to_owned();
    step(teller, id, Step::Revise { reason }).await?;
    let row = store::disclosure::find(teller.store, id).await?.context("a disclosure is missing")?;
    let mut content = store::disclosure::draft(teller.store, id).await?.context("a draft is missing")?;
    content.body = content.body.replace("也可以在工作时间咨询", "也可以在工作日8:30—17:30咨询");
    content.body.push_str("<p>办公时间：工作日8:30—12:00，14:30—17:30。</p>");
    store::disclosure::edit(teller.store, &Actor::System, id, row.version, content).await?;
    to(teller, id, State::Published).await
}

/// One published by mistake and taken back.
async fn withdraw(teller: &Teller<'_>, unit: UnitId) -> Result<()> {
    let content = Disclosure {
        title: "重复公开的通知（示例数据）".to_owned(),
        body: "<p>本条与已公开的信息重复。</p>".to_owned(),
        kind: Kind::Notice,
        subject: "综合政务".to_owned(),
        formed_on: Some(date(2020, 9, 17)),
        ..Disclosure::default()
    };
    let id = begin(teller, unit, content).await?;
    to(teller, id, State::Published).await?;
    let reason = "与已公开的信息重复，请以原信息为准（示例数据）。".to_owned();
    step(teller, id, Step::Withdraw { reason }).await
}

/// One being written, one under review, one that may be published.
async fn under_way(teller: &Teller<'_>, unit: UnitId) -> Result<()> {
    for (title, wanted) in [
        ("关于组织技能培训的通知（示例数据）", State::Draft),
        ("关于征求公共服务意见的公告（示例数据）", State::Reviewing),
        ("关于公布服务窗口的通知（示例数据）", State::Approved),
    ] {
        let content = Disclosure {
            title: title.to_owned(),
            body: "<p>现将有关事项通知如下。</p><p>一、时间安排另行通知。</p>".to_owned(),
            kind: Kind::Notice,
            subject: "综合政务".to_owned(),
            formed_on: Some(date(2020, 9, 18)),
            ..Disclosure::default()
        };
        let id = begin(teller, unit, content).await?;
        to(teller, id, wanted).await?;
    }
    Ok(())
}
