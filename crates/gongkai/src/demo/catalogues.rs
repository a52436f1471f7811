//! The catalogues of the demonstration (示例数据): sectors in every phase, one adjusted, townships' and villages'
//! derived.

use anyhow::{Context, Result};
use domain::catalogue::Field;
use domain::catalogue::phase::Step;
use domain::role::Actor;
use domain::unit::{Tier, Unit};
use std::collections::BTreeSet;
use store::Store;
use store::catalogue::{Edit, NewCatalogue, NewDerived};

/// Sectors whose catalogue is public, approved, under review and being compiled, with who writes them.
const PUBLIC: [(&str, &str); 8] = [
    ("employment", "人力资源和社会保障局"),
    ("social-assistance", "民政局"),
    ("budget", "财政局"),
    ("compulsory-education", "教育体育局"),
    ("health", "卫生健康委员会"),
    ("agricultural-subsidies", "农牧局"),
    ("household-registration", "公安局"),
    ("social-insurance", "人力资源和社会保障局"),
];
const APPROVED: [(&str, &str); 2] = [("elderly-care", "民政局"), ("legal-services", "司法局")];
const REVIEWED: [(&str, &str); 3] =
    [("work-safety", "应急管理局"), ("culture", "文化和旅游局"), ("environment", "生态环境局")];
const COMPILED: [(&str, &str); 3] = [
    ("urban-rural-planning", "自然资源局"),
    ("disaster-relief", "应急管理局"),
    ("food-drug-safety", "市场监督管理局"),
];

/// The sector whose unit has a catalogue of its own too.
const OWN: (&str, &str) = ("social-assistance", "民政局");

/// The public sector that lower tiers have derived theirs from, how many townships and how many villages of
/// each; the first township is left for visitors to try.
const DERIVED: &str = "social-assistance";
const TOWNSHIPS: usize = 3;
const VILLAGES: usize = 2;

/// Sectors' catalogues begin from their starters; the first has been adjusted since.
pub(super) async fn compile(store: &Store) -> Result<()> {
    let directory = store::unit::directory(store).await?;
    let county =
        |unit: &&Unit| directory.region(unit.region).is_some_and(|region| region.tier == Tier::County);
    let find =
        |name: &str| directory.units().iter().filter(county).find(|unit| unit.name.contains(name)).cloned();
    let way = [
        (&PUBLIC[..], &[Step::Submit, Step::Approve, Step::Publish][..]),
        (&APPROVED, &[Step::Submit, Step::Approve]),
        (&REVIEWED, &[Step::Submit]),
        (&COMPILED, &[]),
    ];
    for (sectors, steps) in way {
        for (sector, unit) in sectors {
            let unit = find(unit).with_context(|| format!("the demonstration has no {unit}"))?;
            let starter = tables::catalogue::Starter::of(sector).context("a starter is missing")?;
            let mut content = starter.draft_for(&unit.name)?;
            content.title = format!("{}（示例数据）", content.title);
            let new = NewCatalogue {
                region: unit.region,
                unit: unit.id,
                content,
                parent: None,
                powers: BTreeSet::new(),
                from_guide: true,
            };
            let id = store::catalogue::create(store, &Actor::System, new).await?;
            for wanted in steps {
                step(store, id, wanted.clone()).await?;
            }
            if *sector == PUBLIC[0].0 {
                adjust(store, id).await?;
            }
            if *sector == DERIVED {
                derive(store, id).await?;
            }
        }
    }
    let unit = find(OWN.1).context("the demonstration has no such unit")?;
    own(store, &unit).await
}

/// A unit's own catalogue, not yet brought together with its sector's: some items short, one limit otherwise.
async fn own(store: &Store, unit: &Unit) -> Result<()> {
    let starter = tables::catalogue::Starter::of(OWN.0).context("a starter is missing")?;
    let mut content = starter.draft_for(&unit.name)?;
    content.sector = None;
    content.title = format!("{}政务公开事项标准目录（示例数据）", unit.name);
    content.items.truncate(8);
    if let Some(item) = content.items.first_mut() {
        item.write(Field::Limit, "及时公开");
    }
    let mut duties = content.items.first().cloned().unwrap_or_default();
    duties.code.clear();
    duties.write(Field::Level1, "机构职能");
    duties.write(Field::Level2, "内设机构和联系方式");
    duties.write(Field::Elements, "机构名称；职责；办公地址；办公时间；联系电话");
    content.items.insert(0, duties);
    let (region, id) = (unit.region, unit.id);
    let new =
        NewCatalogue { region, unit: id, content, parent: None, powers: BTreeSet::new(), from_guide: false };
    store::catalogue::create(store, &Actor::System, new).await?;
    Ok(())
}

async fn step(store: &Store, id: i64, wanted: Step) -> Result<()> {
    let row = store::catalogue::find(store, id).await?.context("a catalogue is missing")?;
    Ok(store::catalogue::take(store, &Actor::System, id, row.version, wanted).await?)
}

/// A second version: a limit made shorter, an item added, one dropped.
async fn adjust(store: &Store, id: i64) -> Result<()> {
    let reason = "《保障农民工工资支付条例》施行，欠薪维权信息列入公开（示例数据）".to_owned();
    step(store, id, Step::Adjust { reason }).await?;
    let mut content = store::catalogue::draft(store, id).await?.context("a draft is missing")?;
    if let Some(item) = content.items.get_mut(1) {
        item.write(Field::Limit, "自信息形成或变更之日起1个工作日内");
    }
    if let Some(mut item) = content.items.pop() {
        item.code.clear();
        item.write(Field::Level1, "劳动权益保障");
        item.write(Field::Level2, "拖欠工资投诉渠道");
        item.write(Field::Elements, "受理机构；投诉电话；受理范围；办理流程；办理结果");
        item.write(Field::Basis, "《保障农民工工资支付条例》（国令第724号）");
        item.write(Field::Audience, "全社会");
        content.items.push(item);
    }
    let version = store::catalogue::find(store, id).await?.context("a catalogue is missing")?.version;
    store::catalogue::edit(store, &Actor::System, id, version, Edit::Replace(Box::new(content))).await?;
    for wanted in [Step::Submit, Step::Approve, Step::Publish] {
        step(store, id, wanted).await?;
    }
    Ok(())
}

/// Townships derive theirs from the county's, villages from their township's.
async fn derive(store: &Store, upper: i64) -> Result<()> {
    let directory = store::unit::directory(store).await?;
    let directory = directory.as_ref();
    let of_tier = |tier| {
        let units = directory.units().iter();
        units.filter(move |unit| directory.region(unit.region).is_some_and(|region| region.tier == tier))
    };
    for township in of_tier(Tier::Township).skip(1).take(TOWNSHIPS) {
        let id = derived(store, upper, township).await?;
        let below = |unit: &&Unit| directory.chain(unit.region).contains(&township.region);
        for village in of_tier(Tier::Village).filter(below).take(VILLAGES) {
            derived(store, id, village).await?;
        }
    }
    Ok(())
}

async fn derived(store: &Store, upper: i64, unit: &Unit) -> Result<i64> {
    let new = NewDerived {
        unit: unit.id,
        upper,
        powers: BTreeSet::new(),
        title: format!("{}社会救助领域标准目录（示例数据）", unit.name),
    };
    let id = store::catalogue::begin_derived(store, &Actor::System, new).await?;
    for wanted in [Step::Submit, Step::Approve, Step::Publish] {
        step(store, id, wanted).await?;
    }
    Ok(id)
}
