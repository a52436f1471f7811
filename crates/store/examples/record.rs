//! Records for benchmarks, past the commands where those would take an hour.
//!
//! `record fill DATABASE ATTACHMENTS COUNT` makes a county with one unit and COUNT public disclosures of some 800
//! characters; `record publish DATABASE ATTACHMENTS COUNT SECONDS` publishes COUNT more through the usual commands, one
//! every so many seconds; `record articles COUNT FOLDER` writes the same texts as a hugo site's content.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a benchmark's helper prints, asks the real time, and may end on any fault"
)]

use domain::clock::Clock;
use domain::disclosure::state::{Review, State, Step, next_review};
use domain::disclosure::{Disclosure, Kind, SUBJECTS};
use domain::interpretation::{Need, Scheme};
use domain::role::Actor;
use domain::rule::Rules;
use domain::transparency::proof::content_hash;
use domain::transparency::tree::{self, Hash, Node};
use domain::transparency::{Act, Entry};
use domain::unit::{Tier, UnitId, UnitKind};
use domain::workday::Calendar;
use jiff::{Timestamp, ToSpan};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, TransactionTrait};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use store::seal::SealKey;
use store::unit::{NewRegion, NewUnit};
use store::{Settings, Store};

struct Now;

impl Clock for Now {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

#[tokio::main]
async fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["fill", database, attachments, count] => {
            fill(database, attachments, count.parse().unwrap()).await;
        }
        ["publish", database, attachments, count, seconds] => {
            let store = open(database, attachments).await;
            let unit = store::unit::directory(&store).await.unwrap().units().first().unwrap().id;
            for number in 0..count.parse().unwrap() {
                publish(&store, unit, 1_000_000 + number).await;
                println!("{number}");
                tokio::time::sleep(Duration::from_secs_f64(seconds.parse().unwrap())).await;
            }
            store.close().await.unwrap();
        }
        ["articles", count, folder] => articles(count.parse().unwrap(), Path::new(folder)),
        other => panic!("not understood: {other:?}"),
    }
}

async fn open(database: &str, attachments: &str) -> Store {
    let settings = Settings {
        database: format!("sqlite:{database}"),
        attachments: attachments.into(),
        rules: Rules::builtin().unwrap(),
        key: SealKey::at(&Path::new(attachments).with_file_name("personal.key")).unwrap(),
    };
    let store = Store::open(settings, Arc::new(Now)).await.unwrap();
    store.migrate().await.unwrap();
    store
}

const CLAUSES: [&str; 16] = [
    "为进一步规范基层政务公开工作",
    "结合本地实际制定本方案",
    "各单位应当在规定时限内公开相关信息",
    "补贴资金通过一卡通发放到户",
    "申请人持有效证件到窗口办理",
    "公示期不少于七个工作日",
    "村民委员会应当及时公布收支情况",
    "对弄虚作假的依法依规处理",
    "农牧业主管部门负责组织实施",
    "财政部门做好资金保障和监督检查",
    "征地补偿标准按照最新区片综合地价执行",
    "就业培训面向城乡劳动者免费开展",
    "义务教育阶段实行划片就近入学",
    "草原生态保护补助奖励资金按面积核定",
    "饮用水水源水质每季度监测一次",
    "食品安全抽检结果定期向社会公布",
];

/// Some 800 characters in eight paragraphs, the same for the same number.
fn paragraphs(number: usize) -> Vec<String> {
    let mut state = number as u64 * 2_654_435_761 + 12_345;
    let mut draw = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize
    };
    let mut paragraph = |_| {
        let mut text = String::new();
        while text.chars().count() < 100 {
            text.push_str(CLAUSES[draw() % CLAUSES.len()]);
            let _ = write!(text, "，涉及资金{}万元；", draw() % 9_000 + 100);
        }
        text
    };
    (0..8).map(&mut paragraph).collect()
}

fn title(number: usize) -> String {
    format!("关于做好第{number}号示例事项办理工作的通知")
}

fn content(number: usize) -> Disclosure {
    // Of interpretations the text is made of sections, and policy files wait for one.
    let kind = match Kind::ALL[number % Kind::ALL.len()] {
        Kind::Interpretation => Kind::Notice,
        kind => kind,
    };
    let policy = kind == Kind::Policy;
    Disclosure {
        title: title(number),
        body: paragraphs(number).iter().map(|text| format!("<p>{text}</p>")).collect(),
        kind,
        subject: SUBJECTS[number % SUBJECTS.len()].to_owned(),
        document_number: if policy { format!("示政发〔2024〕{number}号") } else { String::new() },
        formed_on: Some(jiff::civil::date(2024, 5, 6)),
        effective_on: policy.then(|| jiff::civil::date(2024, 6, 1)),
        scheme: policy.then(|| Scheme {
            need: Some(Need::NotNeeded { reason: "示例数据".to_owned() }),
            ..Scheme::of(0)
        }),
        keywords: vec!["示例".to_owned(), "政务公开".to_owned()],
        ..Disclosure::default()
    }
}

/// All the way from a draft to the public.
async fn publish(store: &Store, unit: UnitId, number: usize) -> i64 {
    let calendar = Calendar::builtin();
    let system = Actor::System;
    let id = store::disclosure::create(store, &system, unit, None, content(number)).await.unwrap();
    loop {
        let row = store::disclosure::find(store, id).await.unwrap().unwrap();
        let step = match row.state {
            State::Draft => Step::Submit,
            State::Published => return id,
            State::Reviewing => {
                let review =
                    next_review(&domain::review::reviews(&domain::review::usual(row.kind)), &row.passed)
                        .unwrap_or(Review::Issue);
                Step::Pass { review }
            }
            _ => Step::Publish,
        };
        store::disclosure::take(store, &system, &calendar, id, row.version, step).await.unwrap();
    }
}

/// The first disclosure by the commands; the others as rows like its own, with their entries in the transparency log.
async fn fill(database: &str, attachments: &str, count: usize) {
    let store = open(database, attachments).await;
    let region =
        NewRegion { code: "150626".into(), name: "示例旗".into(), tier: Tier::County, parent: None };
    let region = store::unit::create_region(&store, &Actor::System, region).await.unwrap();
    let unit =
        NewUnit {
            region, name: "示例旗政务服务局".into(), kind: UnitKind::Department, aliases: Vec::new()
        };
    let unit = store::unit::create_unit(&store, &Actor::System, unit).await.unwrap();
    publish(&store, unit, 0).await;
    let signer = store::transparency::new_signer("bench").unwrap();
    let first = store::transparency::proof(&store, &signer, 0).await.unwrap();
    store.close().await.unwrap();

    let mut nodes: HashMap<Node, Hash> =
        tree::added(0, tree::leaf_hash(&first.entry), &[]).into_iter().collect();
    let raw = Database::connect(ConnectOptions::new(format!("sqlite://{database}"))).await.unwrap();
    let start: Timestamp = "2024-05-06T01:00:00Z".parse().unwrap();
    let numbers: Vec<usize> = (1..count).collect();
    for some in numbers.chunks(500) {
        let mut sql = [const { String::new() }; 4];
        for number in some {
            let at = start + (i64::try_from(*number).unwrap() * 5).minutes();
            row(*number, unit, at, &mut nodes, &mut sql);
        }
        let transaction = raw.begin().await.unwrap();
        let heads = [
            "INSERT INTO disclosure (id, unit_id, state, draft_title, reason, passed, current, index_number, title, kind, subject, document_number, summary, formed_on, effective_on, published_at, withdrawn_reason, changed_by_name, changed_at, version) VALUES ",
            "INSERT INTO disclosure_version (disclosure_id, number, content, reason, published_by_name, published_at) VALUES ",
            "INSERT INTO log_entry (position, entry, subject_kind, subject_id, number) VALUES ",
            "INSERT INTO log_node (place, hash) VALUES ",
        ];
        for (head, rows) in heads.iter().zip(sql) {
            transaction.execute_unprepared(&format!("{head}{}", rows.trim_end_matches(','))).await.unwrap();
        }
        transaction.commit().await.unwrap();
    }
    raw.close().await.unwrap();
    println!("{count}");
}

fn row(number: usize, unit: UnitId, at: Timestamp, nodes: &mut HashMap<Node, Hash>, sql: &mut [String; 4]) {
    let content = content(number);
    let record = serde_json::to_string(&content).unwrap();
    let id = number + 1;
    let index_number = format!("150626-{unit:03}/2024-{number:05}");
    let micros = at.as_microsecond();
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
    let date = |date: Option<jiff::civil::Date>| date.map_or("NULL".to_owned(), |date| format!("'{date}'"));
    let _ = write!(
        sql[0],
        "({id}, {unit}, 'published', '', '', '[]', 1, {}, {}, '{}', {}, {}, {}, {}, {}, {micros}, '', '系统', {micros}, 5),",
        quoted(&index_number),
        quoted(&content.title),
        content.kind.word(),
        quoted(&content.subject),
        quoted(&content.document_number),
        quoted(&content.head()),
        date(content.formed_on),
        date(content.effective_on),
    );
    let _ = write!(sql[1], "({id}, 1, {}, '', '系统', {micros}),", quoted(&record));
    let entry = Entry {
        act: Act::Publish,
        address: format!("/disclosures/{id}"),
        version: 1,
        index_number,
        unit: "示例旗政务服务局".to_owned(),
        at: at.to_string(),
        content: content_hash(record.as_bytes()),
        reason: String::new(),
    };
    let bytes = entry.bytes();
    let position = number as u64;
    let left: Vec<Hash> = tree::left_halves(position).iter().map(|node| nodes[node]).collect();
    let _ = write!(
        sql[2],
        "({position}, {}, 'disclosure', {id}, 1),",
        quoted(std::str::from_utf8(&bytes).unwrap())
    );
    for (node, hash) in tree::added(position, tree::leaf_hash(&bytes), &left) {
        let place = i64::from(node.level) << 48 | i64::try_from(node.position).unwrap();
        let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        let _ = write!(sql[3], "({place}, '{hex}'),");
        nodes.insert(node, hash);
    }
}

/// The same texts as Markdown with a head, as hugo reads them.
fn articles(count: usize, folder: &Path) {
    std::fs::create_dir_all(folder).unwrap();
    for number in 0..count {
        let content = content(number);
        let text = format!(
            "---\ntitle: {}\ndate: 2024-05-06T09:00:00+08:00\nunit: 示例旗政务服务局\nkind: {}\nsubject: {}\nindex: 150626-001/2024-{number:05}\nsummary: {}\n---\n\n{}\n",
            content.title,
            content.kind.label(),
            content.subject,
            content.head(),
            paragraphs(number).join("\n\n")
        );
        std::fs::write(folder.join(format!("{}.md", number + 1)), text).unwrap();
    }
}
