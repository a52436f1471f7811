//! Pages that are kept: answered as they were first sent, made once for all who ask, and gone with the next public act,
//! whoever commits it.

use crate::demo::config;
use crate::http::{Answer, OWN, ask, get, post, sign_in};
use crate::program::{Demo, complained, run};
use std::time::{Duration, Instant};

/// What the metrics count under a name with these labels.
fn counted(demo: &Demo, start: &str) -> u64 {
    let metrics = get(demo, "/metrics", "").unwrap().body;
    let line = metrics.lines().find(|line| line.starts_with(start));
    line.and_then(|line| line.rsplit(' ').next()?.parse().ok()).unwrap_or(0)
}

fn from_cache(demo: &Demo) -> u64 {
    counted(demo, "gongkai_pages_from_cache")
}

/// How often the router made a page of this route.
fn made(demo: &Demo, route: &str) -> u64 {
    counted(demo, &format!("http_request_seconds_count{{method=\"GET\",route=\"{route}\",status=\"200\"}}"))
}

/// The head without what belongs to one answer alone.
fn head(answer: &Answer) -> Vec<String> {
    let mut lines: Vec<String> = answer.head.lines().map(str::to_ascii_lowercase).collect();
    lines.retain(|line| !line.starts_with("date:"));
    lines.sort();
    lines
}

const ENCODINGS: [(&str, Option<&str>); 4] = [
    ("Accept-Encoding: gzip, deflate, br\r\n", Some("br")),
    ("Accept-Encoding: gzip, br;q=0\r\n", Some("gzip")),
    ("Accept-Encoding: gzip;q=0\r\n", None),
    ("", None),
];

#[test]
fn a_kept_page_is_answered_as_it_was_first_sent() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(&folder.path().join("data"));
    let mut bodies = Vec::new();
    for cookie in ["", "Cookie: gongkai_elder=1; other=2\r\n"] {
        for (encodings, encoding) in ENCODINGS {
            let headers = format!("{cookie}{encodings}");
            let page = |method: &str, more: &str| {
                ask(&demo, method, "/disclosures/1", &format!("{headers}{more}")).unwrap()
            };
            let first = page("GET", "");
            assert_eq!((first.status, first.header("content-encoding")), (200, encoding), "{headers}");
            assert_eq!(first.header("vary"), Some("accept-encoding"));
            assert_eq!(first.header("x-frame-options"), Some("DENY"));
            assert_eq!(first.header("content-length"), Some(first.bytes.len().to_string().as_str()));
            let before = from_cache(&demo);
            let second = page("GET", "");
            assert_eq!((head(&second), &second.bytes), (head(&first), &first.bytes), "{headers}");
            let no_body = page("HEAD", "");
            assert_eq!((head(&no_body), no_body.bytes.len()), (head(&first), 0), "{headers}");
            let tag = first.header("etag").unwrap().to_owned();
            let unchanged = page("GET", &format!("If-None-Match: \"x\", W/{tag}\r\n"));
            assert_eq!((unchanged.status, unchanged.bytes.len()), (304, 0));
            assert_eq!(unchanged.header("etag"), Some(tag.as_str()));
            assert_eq!(unchanged.header("x-frame-options"), Some("DENY"));
            assert_eq!(from_cache(&demo), before + 3);
            bodies.push((encoding, cookie.len(), first.bytes));
        }
    }
    assert_eq!(
        made(&demo, "/disclosures/{id}"),
        6,
        "two looks, three encodings; the fourth asked for the third"
    );
    for (place, one) in bodies.iter().enumerate() {
        for other in bodies.iter().skip(place + 1) {
            assert_eq!(one.2 == other.2, (one.0, one.1) == (other.0, other.1));
        }
    }
    assert!(
        counted(&demo, "http_requests_total{method=\"HEAD\",route=\"/disclosures/{id}\",status=\"200\"}") > 0
    );
    assert!(
        counted(&demo, "http_requests_total{method=\"GET\",route=\"/disclosures/{id}\",status=\"304\"}") > 0
    );
}

#[test]
fn a_page_asked_for_by_many_is_made_once() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(&folder.path().join("data"));
    std::thread::scope(|scope| {
        let visitors: Vec<_> =
            (0..40).map(|_| scope.spawn(|| get(&demo, "/disclosures/2", "").unwrap())).collect();
        let answers: Vec<Answer> = visitors.into_iter().map(|visitor| visitor.join().unwrap()).collect();
        assert!(answers.iter().all(|answer| answer.status == 200 && answer.bytes == answers[0].bytes));
    });
    assert_eq!(made(&demo, "/disclosures/{id}"), 1);
    assert_eq!(from_cache(&demo), 39);
}

#[test]
fn what_staff_see_is_never_kept() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(&folder.path().join("data"));
    let (office, clerk) = (sign_in(&demo, "gongkai"), sign_in(&demo, "ziran"));
    let mine = get(&demo, "/office", &office).unwrap();
    assert_ne!(mine.body, get(&demo, "/office", &clerk).unwrap().body);
    assert_eq!(mine.header("cache-control"), Some("no-store"));
    assert_eq!(get(&demo, "/office", "").unwrap().status, 303);
    get(&demo, "/search?q=x", "").unwrap();
    get(&demo, "/search?q=x", "").unwrap();
    assert_eq!(from_cache(&demo), 0);
}

#[test]
fn an_act_of_ones_own_is_seen_by_the_next_request() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(&folder.path().join("data"));
    let cookie = sign_in(&demo, "gongkai");
    for id in 1..=10 {
        let (path, list) = (format!("/disclosures/{id}"), "/log?page=1");
        assert_eq!(get(&demo, &path, "").unwrap().status, 200);
        let before = get(&demo, list, "").unwrap().body;
        let page = get(&demo, &format!("/office{path}"), &cookie).unwrap().body;
        let version = page.split_once("name=\"version\" value=\"").unwrap().1.split('"').next().unwrap();
        let form = [("version", version), ("reason", "示例：内容有误")];
        let done = post(&demo, &format!("/office{path}/withdraw"), &cookie, OWN, &form).unwrap();
        assert_eq!((done.status, get(&demo, &path, "").unwrap().status), (303, 410), "{id}");
        assert_ne!(get(&demo, list, "").unwrap().body, before);
    }
}

#[test]
fn what_a_draft_says_is_not_on_a_public_page() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(&folder.path().join("data"));
    let cookie = sign_in(&demo, "gongkai");
    let list = get(&demo, "/catalogues", "").unwrap().body;
    let id = list.split_once("href=\"/catalogues/").unwrap().1.split('"').next().unwrap();
    let office = format!("/office/catalogues/{id}");
    let act = |path: &str, fields: [(&str, &str); 2]| {
        let page = get(&demo, &office, &cookie).unwrap().body;
        let version = page.split_once("name=\"version\" value=\"").unwrap().1.split('"').next().unwrap();
        let form = [("version", version), fields[0], fields[1]];
        assert_eq!(post(&demo, &format!("{office}/{path}"), &cookie, OWN, &form).unwrap().status, 303);
    };
    act("step", [("step", "adjust"), ("reason", "示例：职能调整")]);
    act("rows", [("act", "add"), ("code", "")]);
    act("rows", [("act", "title"), ("title", "还没有公布的名称")]);
    // Something public moves the epoch, so that the list is made anew.
    let page = get(&demo, "/office/disclosures/1", &cookie).unwrap().body;
    let version = page.split_once("name=\"version\" value=\"").unwrap().1.split('"').next().unwrap();
    let form = [("version", version), ("reason", "示例：内容有误")];
    assert_eq!(post(&demo, "/office/disclosures/1/withdraw", &cookie, OWN, &form).unwrap().status, 303);
    assert_eq!(get(&demo, "/catalogues", "").unwrap().body, list);
}

#[test]
fn an_act_of_another_process_is_seen_within_the_bound() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let demo = Demo::start(&data);
    get(&demo, "/about", "").unwrap();
    get(&demo, "/about", "").unwrap();
    assert_eq!(made(&demo, "/about"), 1);
    let table = format!("{}/../../data/pilot/plan.xlsx", env!("CARGO_MANIFEST_DIR"));
    let done = run(&["plan", "import", &table, "--config", config(&data).to_str().unwrap()]);
    assert!(done.status.success(), "{}", complained(&done));
    // The bound is 200 ms; the machine may be busy.
    let committed = Instant::now();
    while made(&demo, "/about") == 1 {
        assert!(committed.elapsed() < Duration::from_secs(2), "another process's act is not seen");
        get(&demo, "/about", "").unwrap();
    }
}
