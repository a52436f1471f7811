//! The columns of the disclosure platform in the demonstration (示例数据): the region's guide and one unit's; a regulation for each
//! of the six heads, one of them revised, one repealed by a later one.

use super::disclosures::{Teller, begin, step, to};
use anyhow::{Context, Result};
use domain::disclosure::state::{State, Step};
use domain::disclosure::{Disclosure, Kind};
use domain::guide::{Field, Guide};
use domain::role::{Actor, Scope};
use domain::rulebook::Head;
use jiff::civil::{Date, date};

/// The office that writes the regulations.
const OFFICE: &str = "政务服务局";

/// Tells of the guide and the regulations.
pub(super) async fn tell(teller: &Teller<'_>) -> Result<()> {
    guides(teller).await?;
    rules(teller).await
}

const GUIDE: [(Field, &str); 14] = [
    (Field::Office, "乌审旗政务公开办公室（设在乌审旗政务服务局，示例）"),
    (Field::Address, "鄂尔多斯市乌审旗嘎鲁图镇政务服务中心一楼（示例）"),
    (Field::Hours, "工作日8:30—12:00，14:30—17:30"),
    (Field::Phone, "0477-0000000（示例）"),
    (Field::Fax, "0477-0000001（示例）"),
    (Field::PostCode, "017300"),
    (Field::Mail, "gongkai@example.invalid（示例）"),
    (Field::Web, "政务新媒体“乌审旗发布”（示例）"),
    (
        Field::Arrangement,
        "主动公开的政府信息按种类（政策文件、通知公告、结果公示等）、主题（22个大类）、领域（26个试点领域）、发布机构和年份编排；每条信息有索引号、主题分类、发布机构、成文日期、标题、文号、发布日期和有效性。",
    ),
    (
        Field::Ways,
        "乌审旗政务公开平台（本网站）\n政务新媒体账号\n旗政务服务中心和苏木镇便民服务站的公开查阅点\n嘎查村公示栏",
    ),
    (
        Field::ReadingPlaces,
        "乌审旗档案馆政府信息查阅室（示例），0477-0000002，工作日8:30—17:30\n乌审旗图书馆（示例），0477-0000003，每日9:00—18:00\n旗政务服务中心一楼公开查阅点（示例），0477-0000000，工作日8:30—17:30",
    ),
    (Field::Complaints, "乌审旗政务服务局监督室（示例），0477-0000004，嘎鲁图镇政务服务中心三楼"),
    (Field::ReviewAuthority, "乌审旗人民政府（示例）"),
    (Field::Court, "乌审旗人民法院（示例）"),
];

const OWN_GUIDE: [(Field, &str); 7] = [
    (Field::Office, "乌审旗自然资源局办公室（示例）"),
    (Field::Address, "嘎鲁图镇自然资源局二楼（示例）"),
    (Field::Hours, "工作日8:30—12:00，14:30—17:30"),
    (Field::Phone, "0477-0000010（示例）"),
    (Field::Fax, "0477-0000011（示例）"),
    (Field::PostCode, "017300"),
    (Field::Mail, "ziran@example.invalid（示例）"),
];

async fn guides(teller: &Teller<'_>) -> Result<()> {
    let directory = store::unit::directory(teller.store).await?;
    let county = directory.county();
    let county = county.context("the demonstration has no county")?;
    let land = directory.units().iter().find(|unit| unit.name.contains("自然资源局"));
    let land = land.context("the demonstration has no such unit")?;
    for (scope, fields) in
        [(Scope::Region(county.id), GUIDE.as_slice()), (Scope::Unit(land.id), OWN_GUIDE.as_slice())]
    {
        let mut guide = Guide::default();
        for (field, text) in fields {
            guide.set(*field, text);
        }
        store::guide::put(teller.store, &Actor::System, scope, guide, 0).await?;
    }
    Ok(())
}

/// Head, number, title, day, and which earlier one it repeals.
type Rule = (Head, &'static str, &'static str, Date, Option<usize>);

const RULES: [Rule; 7] = [
    (Head::Publication, "乌政务发〔2018〕5号", "政府信息发布工作规程（试行）", date(2018, 4, 12), None),
    (Head::Management, "乌政务发〔2019〕12号", "政府信息公开管理办法", date(2019, 6, 20), None),
    (Head::Response, "乌政务发〔2019〕18号", "政策解读和回应关切工作制度", date(2019, 9, 16), None),
    (Head::Request, "乌政务发〔2019〕20号", "政府信息公开申请办理工作规程", date(2019, 10, 15), None),
    (Head::Participation, "乌政务发〔2020〕3号", "公众参与行政决策工作制度", date(2020, 3, 9), None),
    (Head::Supervision, "乌政务发〔2020〕6号", "政务公开监督考核办法", date(2020, 4, 22), None),
    (Head::Publication, "乌政务发〔2020〕11号", "政府信息发布工作规程", date(2020, 8, 31), Some(0)),
];

/// Which of them is revised after its publication.
const REVISED: usize = 3;

async fn rules(teller: &Teller<'_>) -> Result<()> {
    let directory = store::unit::directory(teller.store).await?;
    let office = directory.units().iter().find(|unit| unit.name.contains(OFFICE));
    let office = office.context("the demonstration has no such unit")?;
    let mut ids: Vec<i64> = Vec::new();
    for (head, number, title, formed_on, repeals) in RULES {
        let content = Disclosure {
            title: format!("乌审旗{title}（示例数据）"),
            body: format!(
                "<h2>第一章　总则</h2><p>第一条　为规范{}工作，依据《中华人民共和国政府信息公开条例》，结合本旗实际，制定本制度。本页为示例数据。</p><h2>第二章　职责</h2><p>第二条　旗政务公开办负责组织、指导、监督，各苏木镇、各部门负责本单位的落实。</p><h2>第三章　附则</h2><p>第三条　本制度自印发之日起施行。</p>",
                head.label()
            ),
            kind: Kind::Rule,
            rule_head: Some(head),
            subject: "综合政务".to_owned(),
            document_number: number.to_owned(),
            formed_on: Some(formed_on),
            effective_on: Some(formed_on),
            repeals: repeals.and_then(|earlier| ids.get(earlier).copied()).into_iter().collect(),
            summary: format!("规范{}的职责、程序和要求。", head.label()),
            ..Disclosure::default()
        };
        let id = begin(teller, office.id, content).await?;
        to(teller, id, State::Published).await?;
        ids.push(id);
    }
    let id = *ids.get(REVISED).context("a regulation is missing")?;
    step(teller, id, Step::Revise { reason: "增加网上申请的受理程序（示例数据）".to_owned() }).await?;
    let row = store::disclosure::find(teller.store, id).await?.context("a disclosure is missing")?;
    let mut content = store::disclosure::draft(teller.store, id).await?.context("a draft is missing")?;
    content.body = content
        .body
        .replace("第三条　本制度", "第三条　网上提交的申请，自双方确认之日起算。</p><p>第四条　本制度");
    store::disclosure::edit(teller.store, &Actor::System, id, row.version, content).await?;
    to(teller, id, State::Published).await
}
