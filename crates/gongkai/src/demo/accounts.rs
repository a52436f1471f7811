//! The matrix of platforms in the demonstration (示例数据): a ledger taken over in the autumn before, so that its audits come
//! near; since then accounts opened, changed, audited, closed and cancelled; some proposals wait, one was sent back.

use super::disclosures::Teller;
use anyhow::{Context, Result};
use domain::account::{Account, Act, Platform, State};
use domain::role::{Actor, Person};
use domain::unit::{Directory, UnitId};
use jiff::civil::{Date, date};
use store::account::{EventRow, Proposal};
use store::{PageRequest, Store};

/// When the ledger was taken over.
pub(super) const LEDGER_DAY: Date = date(2019, 10, 8);

/// Host, platform, name, id.
type Entry = (&'static str, Platform, &'static str, &'static str);

const LEDGER: [Entry; 26] = [
    ("旗人民政府办公室", Platform::Portal, "乌审旗人民政府门户网站", "1506260000"),
    ("旗人民政府办公室", Platform::Wechat, "乌审旗发布", "shili-wsqfb"),
    ("旗人民政府办公室", Platform::Weibo, "乌审旗发布", "shili-wsqfb-weibo"),
    ("旗人民政府办公室", Platform::Toutiao, "乌审旗发布", "shili-wsqfb-toutiao"),
    ("政务服务局", Platform::Column, "政务公开", "/zwgk"),
    ("政务服务局", Platform::Column, "政务服务", "/zwfw"),
    ("政务服务局", Platform::Wechat, "乌审旗政务服务", "shili-zwfw"),
    ("政务服务局", Platform::MiniProgram, "乌审旗掌上办", "shili-zsb"),
    ("政务服务局", Platform::App, "乌审旗政务服务", "shili-zwfw-app"),
    ("自然资源局", Platform::Wechat, "乌审旗自然资源", "shili-zrzy"),
    ("自然资源局", Platform::Weibo, "乌审旗自然资源", "shili-zrzy-weibo"),
    ("发展和改革委员会", Platform::Wechat, "乌审旗发展改革", "shili-fgw"),
    ("财政局", Platform::Wechat, "乌审旗财政", "shili-cz"),
    ("应急管理局", Platform::Wechat, "乌审旗应急", "shili-yj"),
    ("应急管理局", Platform::Douyin, "乌审旗应急", "shili-yj-douyin"),
    ("旗民政局", Platform::Wechat, "乌审旗民政", "shili-mz"),
    ("文化和旅游局", Platform::Wechat, "乌审旗文旅", "shili-wl"),
    ("文化和旅游局", Platform::Douyin, "乌审旗文旅", "shili-wl-douyin"),
    ("文化和旅游局", Platform::Kuaishou, "乌审旗文旅", "shili-wl-kuaishou"),
    ("公安局", Platform::Wechat, "平安乌审", "shili-ga"),
    ("公安局", Platform::Weibo, "平安乌审", "shili-ga-weibo"),
    ("卫生健康委员会", Platform::Wechat, "健康乌审", "shili-wjw"),
    ("教育体育局", Platform::Wechat, "乌审旗教育体育", "shili-jt"),
    ("嘎鲁图镇人民政府", Platform::Wechat, "嘎鲁图镇", "shili-glt"),
    ("图克镇人民政府", Platform::Wechat, "图克镇", "shili-tk"),
    ("无定河镇人民政府", Platform::Group, "无定河镇村务公开群", ""),
];

/// What was done since, by what the proposal is and what became of it.
const SINCE: [(Entry, Act, Outcome); 10] = [
    (LEDGER[9], Act::Audit, Outcome::Approved),
    (LEDGER[10], Act::Close, Outcome::Approved),
    (LEDGER[18], Act::Close, Outcome::Approved),
    (LEDGER[18], Act::Cancel, Outcome::Approved),
    (LEDGER[15], Act::Audit, Outcome::Waiting),
    (LEDGER[20], Act::Close, Outcome::Returned),
    (("旗民政局", Platform::Douyin, "乌审旗民政", "shili-mz-douyin"), Act::Open, Outcome::Approved),
    (("嘎鲁图镇人民政府", Platform::Douyin, "嘎鲁图镇", "shili-glt-douyin"), Act::Open, Outcome::Waiting),
    (
        ("自然资源局", Platform::WechatVideo, "乌审旗自然资源", "shili-zrzy-video"),
        Act::Open,
        Outcome::Waiting,
    ),
    (("财政局", Platform::Weibo, "乌审旗财政", "shili-cz-weibo"), Act::Open, Outcome::Returned),
];

#[derive(Clone, Copy)]
enum Outcome {
    Approved,
    Returned,
    Waiting,
}

fn unit(directory: &Directory, name: &str) -> Result<UnitId> {
    let found = directory.units().iter().find(|unit| unit.name.contains(name));
    Ok(found.with_context(|| format!("the demonstration has no unit {name}"))?.id)
}

fn account(directory: &Directory, entry: Entry) -> Result<Account> {
    let (host, platform, name, number) = entry;
    Ok(Account {
        name: name.to_owned(),
        platform,
        number: number.to_owned(),
        host: unit(directory, host)?,
        supervisor: Some(unit(directory, "旗人民政府办公室")?),
        responsible: "示例责任人".to_owned(),
        phone: "0477-0000000".to_owned(),
        opened_on: Some(date(2018, 6, 1)),
        address: match platform {
            Platform::Portal => "https://www.example.invalid/".to_owned(),
            Platform::Column => format!("https://www.example.invalid{number}"),
            Platform::Weibo => format!("https://weibo.example.invalid/{number}"),
            _ => String::new(),
        },
        interactive: !matches!(platform, Platform::Column | Platform::Group),
    })
}

/// Takes the ledger over.
pub(super) async fn begin(store: &Store) -> Result<()> {
    let directory = store::unit::directory(store).await?;
    let rows = LEDGER.iter().map(|entry| Ok((account(&directory, *entry)?, State::Normal)));
    let rows = rows.collect::<Result<Vec<_>>>()?;
    store::account::import(store, &Actor::System, "政务新媒体清单（示例数据）.xlsx", rows).await?;
    Ok(())
}

/// Tells of what was done since.
pub(super) async fn tell(teller: &Teller<'_>) -> Result<()> {
    let store = teller.store;
    let directory = store::unit::directory(store).await?;
    for (entry, act, outcome) in SINCE {
        let account = account(&directory, entry)?;
        let rows = store::account::list(store, &store::account::Filter::default()).await?;
        let known = rows.iter().find(|row| row.account == account).map(|row| row.id);
        let proposal = Proposal {
            act,
            after: Some(account),
            reason: match act {
                Act::Open => "集中发布惠民政策（示例数据）",
                Act::Audit => "登记内容属实，按时更新，留言有回复（示例数据）",
                Act::Change | Act::Close | Act::Cancel => "并入“乌审旗发布”统一更新（示例数据）",
            }
            .to_owned(),
        };
        let id = store::account::propose(store, &proposer(store, entry.0).await?, known, proposal).await?;
        let event: EventRow =
            store::account::events(store, id).await?.into_iter().next().context("an event is missing")?;
        match outcome {
            Outcome::Approved => store::account::approve(store, &Actor::System, event.id, "同意").await?,
            Outcome::Returned => {
                let why = "先说明现有账号为什么不能满足需要（示例数据）";
                store::account::send_back(store, &Actor::System, event.id, why).await?;
            }
            Outcome::Waiting => {}
        }
    }
    Ok(())
}

/// The unit's clerk, or the office where it has none.
async fn proposer(store: &Store, host: &str) -> Result<Actor> {
    let login = match host {
        "自然资源局" => "ziran",
        "旗民政局" => "minzheng",
        "嘎鲁图镇人民政府" => "galutu",
        _ => "gongkai",
    };
    let found = store::user::list(store, None, login, PageRequest::default()).await?;
    let found = found.rows.into_iter().find(|user| user.login == login);
    let user = found.with_context(|| format!("the demonstration has no person {login}"))?;
    Ok(Actor::Person(Person {
        user: user.id,
        name: user.name,
        unit: user.unit,
        grants: user.grants,
        delegated: Vec::new(),
    }))
}
