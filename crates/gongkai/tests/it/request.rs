//! Requests for disclosure: what the command line says is what the rules say; what a person tells is found nowhere.

use crate::http::{OWN, get, multipart, post, sign_in};
use crate::program::{Demo, printed, run};
use domain::request::clock_of_json;
use domain::rule::Rules;
use domain::workday::Calendar;
use jiff::civil::date;
use std::path::Path;
use std::process::{Command, Stdio};

#[test]
fn the_command_line_prints_what_the_rules_say() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("events.json");
    let events = r#"[{"on":"2026-09-18","kind":"received"},{"on":"2026-09-22","kind":"third_party_asked"},{"on":"2026-12-01","kind":"replied"},{"on":"2026-09-24","kind":"nothing"}]"#;
    std::fs::write(&file, events).unwrap();
    let output = run(&["request", "clock", file.to_str().unwrap(), "--json", "--today", "2026-09-30"]);
    let clock = clock_of_json(events, &Calendar::builtin(), &Rules::builtin().unwrap(), date(2026, 9, 30));
    assert_eq!(printed(&output).trim_end(), serde_json::to_string_pretty(&clock).unwrap());
    let codes: Vec<&str> = clock.findings.iter().map(|finding| finding.code.as_ref()).collect();
    assert!(codes.contains(&"event-in-future") && codes.contains(&"event-kind-unknown"), "{codes:?}");
    let output = run(&["request", "clock", file.to_str().unwrap(), "--today", "2026-09-30"]);
    assert!(printed(&output).contains("状态：征求意见中"), "{}", printed(&output));
}

/// Every byte below a folder.
fn everything(folder: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { all.extend(everything(&path)) } else { all.extend(std::fs::read(path).unwrap()) }
    }
    all
}

fn holds(bytes: &[u8], words: &str) -> bool {
    bytes.windows(words.len()).any(|window| window == words.as_bytes())
}

#[test]
fn what_a_person_tells_is_in_no_file_no_log_and_no_count() {
    let folder = tempfile::tempdir().unwrap();
    let (data, log) = (folder.path().join("data"), folder.path().join("log.txt"));
    let mut command = Command::new("sh");
    command.args([
        "-c",
        "RUST_LOG=debug exec \"$0\" \"$@\"",
        env!("CARGO_BIN_EXE_gongkai"),
        "demo",
        "--port",
        "0",
        "--data",
    ]);
    command.arg(&data).stderr(Stdio::from(std::fs::File::create(&log).unwrap()));
    let demo = Demo::of(command);
    let planted = [
        "戊己庚辛",
        "11010519491231002X",
        "13912345670",
        "wujigengxin@example.com",
        "示例壬癸路8号",
        "甲乙丙丁的安置协议",
    ];
    let [name, identity, phone, email, address, wanted] = planted;
    let step = post(&demo, "/requests/check", "", OWN, &[("unit", "2"), ("wanted", wanted)]).unwrap();
    assert_eq!(step.status, 200, "{}", step.body);
    let form = step.body.split_once("name=\"form\" value=\"").unwrap().1.split('"').next().unwrap();
    let fields = [
        ("unit", "2"),
        ("form", form),
        ("wanted", wanted),
        ("kind", "person"),
        ("applicant", name),
        ("identity", "resident_card"),
        ("identity_number", identity),
        ("phone", phone),
        ("email", email),
        ("address", address),
        ("providing", "paper"),
        ("obtaining", "post"),
    ];
    let program = multipart(&demo, "/requests", "", &fields, ("files", "证件.pdf", b"MZ\x90\0a program"));
    assert_eq!(program.status, 422, "{}", program.head);
    assert!(program.body.contains("不能接收"), "{}", program.body);
    let copy = format!("{name}{identity}");
    let trapped: Vec<_> = fields.iter().copied().chain([("website", "http://spam.example")]).collect();
    let file = (("files"), "戊己庚辛的证件.txt", copy.as_bytes());
    assert_eq!(multipart(&demo, "/requests", "", &trapped, file).status, 422);
    let sent = multipart(&demo, "/requests", "", &fields, file);
    assert_eq!(sent.status, 303, "{}", sent.body);
    let cookie = sent.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    assert_eq!(sent.header("location"), Some("/requests/mine"), "the code is in no address");
    let own = get(&demo, "/requests/mine", &cookie).unwrap();
    assert!(own.body.contains(wanted) && own.body.contains("戊己庚辛的证件.txt"), "{}", own.body);
    assert_eq!(own.header("cache-control"), Some("no-store"));
    let code = own.body.matches("class=\"code\">").count();
    assert_eq!(code, 2, "number and code are shown");
    let clerk = sign_in(&demo, "shenji");
    assert_eq!(get(&demo, "/office/requests", &clerk).unwrap().status, 403, "an auditor reads no requests");
    let journal = get(&demo, "/office/journal", &clerk).unwrap().body;
    let metrics = get(&demo, "/metrics", "").unwrap().body;
    let feed = get(&demo, "/disclosures/feed/json", "").unwrap().body;
    let mut all = everything(&data);
    all.extend(std::fs::read(&log).unwrap());
    for text in [&journal, &metrics, &feed] {
        all.extend(text.as_bytes());
    }
    assert!(
        holds(&all, "request.received") && journal.contains("收到公开申请") && holds(&all, "/requests/mine")
    );
    for words in planted {
        assert!(!holds(&all, words), "{words} lies in clear");
    }
    let report = [("page", "/"), ("kind", "link"), ("text", "示例：打不开")];
    let answer =
        post(&demo, "/error-reports", "", OWN, &report).unwrap().header("location").unwrap().to_owned();
    let shown = get(&demo, &answer, "").unwrap();
    assert_eq!((shown.status, shown.header("cache-control")), (200, Some("no-store")));
    assert_eq!(
        shown.header("referrer-policy"),
        Some("strict-origin"),
        "our own forms say where they come from"
    );
    let token = "/subscriptions/EenTokenDatNiemandKent";
    let gone = get(&demo, token, "").unwrap();
    assert_eq!((gone.status, gone.header("cache-control")), (404, Some("no-store")));
    let logged = std::fs::read(&log).unwrap();
    assert!(holds(&logged, "/subscriptions/{token}") && holds(&logged, "/error-reports/{code}"));
    for capability in [token, answer.as_str()] {
        assert!(!holds(&logged, capability), "{capability} is in the log");
    }
    let refused = (0..40).any(|_| {
        post(&demo, "/requests/find", "", OWN, &[("number", "1"), ("code", "1")]).unwrap().status == 429
    });
    assert!(refused, "an address that sends without end is told to wait");
}

#[test]
fn an_officers_form_sent_twice_is_one_request_and_nothing_is_guessed() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(&folder.path().join("data"));
    let clerk = sign_in(&demo, "galutu");
    let page = get(&demo, "/office/requests/new", &clerk).unwrap().body;
    let after = |text: &str| page.split_once(text).unwrap().1.split('"').next().unwrap().to_owned();
    let form = after("name=\"form\" value=\"");
    let (before, _) = page.split_once("\" selected>").unwrap();
    let unit = before.rsplit_once("value=\"").unwrap().1.to_owned();
    let fields = |wanted| {
        [
            ("form", form.as_str()),
            ("unit", unit.as_str()),
            ("way", "in_person"),
            ("arrived", "2020-09-20"),
            ("wanted", wanted),
            ("kind", "person"),
            ("applicant", "示例申请人"),
            ("identity", "other"),
            ("identity_number", "示例身份证明"),
            ("phone", "13800000000"),
            ("providing", "paper"),
            ("obtaining", "in_person"),
        ]
    };
    let send = |fields: &[(&str, &str)]| {
        multipart(&demo, "/office/requests/new", &clerk, fields, ("files", "无.txt", b""))
    };
    let place = |wanted| {
        let answer = send(&fields(wanted));
        assert_eq!(answer.status, 303, "{}", answer.body);
        // A case that is received at once goes on to its receipt.
        let next = answer.header("location").unwrap().split('?').next().unwrap();
        next.strip_suffix("/letters").unwrap().to_owned()
    };
    let one = place("示例立项批复");
    assert_eq!(place("示例立项批复"), one);
    assert_ne!(place("示例验收结果"), one, "what was changed is another request");
    let unchosen: Vec<_> = fields("示例批复").into_iter().filter(|(name, _)| *name != "kind").collect();
    let refused = send(&unchosen);
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(refused.body.contains("请选择申请人类别"), "{}", refused.body);
    let dispute = [("kind", ""), ("body", "示例旗人民政府"), ("started", "2020-09-20")];
    let refused = post(&demo, &format!("{one}/disputes"), &clerk, OWN, &dispute).unwrap();
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(refused.body.contains("请选择是行政复议还是行政诉讼"), "{}", refused.body);
}
