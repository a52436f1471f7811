//! The demonstration: its starts, its doors, and what survives kill -9.

use crate::http::{OWN, get, post, sign_in};
use crate::program::{Demo, complained, printed, run};
use std::path::{Path, PathBuf};

/// A configuration for the demonstration's record.
pub(crate) fn config(data: &Path) -> PathBuf {
    let config = data.join("verify.toml");
    let text = format!(
        "database = \"sqlite:{0}/gongkai.db\"\nattachments = \"{0}/attachments\"\npublic_url = \"http://x\"\n[site]\nname='x'\ndomain='x'\nid_code='x'\nhost_unit='x'\norganiser='x'\ncontact='x'\nicp='x'\npolice='x'\n",
        data.display()
    );
    std::fs::write(&config, text).unwrap();
    config
}

fn verified(data: &Path) -> String {
    let config = config(data);
    let output = run(&["journal", "verify", "--config", config.to_str().unwrap()]);
    assert!(output.status.success(), "{}", complained(&output));
    printed(&output)
}

#[test]
fn a_second_start_keeps_the_data_and_a_taken_port_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let demo = Demo::start(&data);
    let cookie = sign_in(&demo, "gongkai");
    let form = [("text", "请各单位抓紧")];
    assert_eq!(post(&demo, "/office/assignments/1/comments", &cookie, OWN, &form).unwrap().status, 303);
    let port = demo.port.to_string();
    let other = folder.path().join("other");
    let taken = run(&["demo", "--data", other.to_str().unwrap(), "--port", &port]);
    assert!(!taken.status.success());
    assert!(complained(&taken).contains(&format!("端口 {port} 已被其他程序占用")), "{}", complained(&taken));
    demo.kill();
    let again = Demo::start(&data);
    let cookie = sign_in(&again, "gongkai");
    let page = get(&again, "/office/assignments/1", &cookie).unwrap();
    assert!(page.body.contains("请各单位抓紧"), "what was written is still there");
    again.kill();
    assert!(verified(&data).contains("操作日志完整"));
}

#[test]
fn kill_9_loses_no_acknowledged_write() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let demo = Demo::start(&data);
    let cookie = sign_in(&demo, "gongkai");
    let writers: Vec<_> = (0..4)
        .map(|writer| {
            let (cookie, port) = (cookie.clone(), demo.port);
            std::thread::spawn(move || {
                let mut acknowledged = Vec::new();
                for turn in 0.. {
                    let text = format!("意见-{writer}-{turn}-完");
                    match crate::http::comment(port, &cookie, &text) {
                        Some(303) => acknowledged.push(text),
                        _ => break,
                    }
                }
                acknowledged
            })
        })
        .collect();
    std::thread::sleep(std::time::Duration::from_millis(1_500));
    demo.kill();
    let acknowledged: Vec<String> = writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect();
    assert!(acknowledged.len() > 10, "only {} writes were acknowledged", acknowledged.len());
    assert!(verified(&data).contains("操作日志完整"));
    let again = Demo::start(&data);
    let page = get(&again, "/office/assignments/1", &sign_in(&again, "gongkai")).unwrap().body;
    for text in acknowledged {
        assert!(page.contains(&text), "{text} was acknowledged and is gone");
    }
}

#[test]
fn a_page_the_browser_has_is_not_sent_again_until_it_changes() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(&folder.path().join("data"));
    let first = get(&demo, "/disclosures/1", "").unwrap();
    let tag = first.header("etag").unwrap().to_owned();
    assert_eq!(first.header("cache-control"), Some("no-cache"));
    let again = |path: &str, tag: &str| crate::http::get_if_changed(&demo, path, tag).unwrap();
    let same = again("/disclosures/1", &tag);
    assert_eq!((same.status, same.body.as_str(), same.header("etag")), (304, "", Some(tag.as_str())));
    assert_eq!(again("/disclosures/1", "\"other\"").status, 200);
    assert_eq!(again("/disclosures/2", &tag).status, 200, "another page");
    let cookie = sign_in(&demo, "gongkai");
    let page = get(&demo, "/office/disclosures/1", &cookie).unwrap().body;
    let version =
        page.split_once("name=\"version\" value=\"").unwrap().1.split('"').next().unwrap().to_owned();
    let form = [("version", version.as_str()), ("reason", "示例：内容有误")];
    assert_eq!(post(&demo, "/office/disclosures/1/withdraw", &cookie, OWN, &form).unwrap().status, 303);
    assert_eq!(again("/disclosures/1", &tag).status, 410);
}

#[test]
fn doors_are_shut_to_strangers_other_sites_and_other_units() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(&folder.path().join("data"));
    let away = get(&demo, "/office/plans", "").unwrap();
    assert_eq!(away.status, 303);
    assert_eq!(away.header("location"), Some("/office/sign-in?next=%2Foffice%2Fplans"));
    let clerk = sign_in(&demo, "ziran");
    let comment = [("text", "x")];
    let foreign = "Sec-Fetch-Site: cross-site\r\n";
    assert_eq!(post(&demo, "/office/assignments/1/comments", &clerk, foreign, &comment).unwrap().status, 403);
    assert_eq!(post(&demo, "/office/assignments/1/comments", &clerk, "", &comment).unwrap().status, 403);
    for path in ["/office/journal", "/office/users", "/office/plans/import"] {
        assert_eq!(get(&demo, path, &clerk).unwrap().status, 403, "{path}");
    }
    // The clerk's page names the own share; every other share is refused.
    let page = get(&demo, "/office/assignments/1", &clerk).unwrap().body;
    let own: Vec<i64> = shares(&page);
    assert_eq!(own.len(), 1, "a clerk sees the own unit's share only");
    let form = [("version", "1"), ("percent", "50"), ("text", "越权")];
    for share in (1..=6).filter(|share| !own.contains(share)) {
        let path = format!("/office/responsibilities/{share}/report");
        assert_eq!(post(&demo, &path, &clerk, OWN, &form).unwrap().status, 403, "{path}");
    }
    let home = get(&demo, "/", "").unwrap();
    let policy = home.header("content-security-policy").unwrap();
    assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(get(&demo, "/office", &clerk).unwrap().header("cache-control"), Some("no-store"));
    for path in ["/nothing", "/plans/99", "/office/assignments/99999"] {
        let answer = get(&demo, path, &clerk).unwrap();
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.body.contains("请检查地址"), "{path} says what to do");
    }
    assert!(get(&demo, "/metrics", "").unwrap().body.contains("http_requests_total"));
    assert_eq!(get(&demo, "/readyz", "").unwrap().status, 200);
}

#[test]
fn review_routes_are_set_by_the_office_and_tightened_by_the_own_reviewers_only() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(&folder.path().join("data"));
    let [office, clerk, reviewer, leader] =
        ["gongkai", "minzheng", "shenhe", "fenguan"].map(|login| sign_in(&demo, login));
    let page = get(&demo, "/office/reviews", &office).unwrap().body;
    let place = |name: &str| {
        let before = page.split_once(&format!("\">{name}</option>")).unwrap().0;
        before.rsplit_once('"').unwrap().1.to_owned()
    };
    let (own, other, region) = (place("乌审旗民政局"), place("乌审旗财政局"), place("乌审旗全域"));
    let set = |cookie: &str, place: &str, issue: &str| {
        let form = [
            ("place", place),
            ("kind", "notice"),
            ("version", "0"),
            ("review", "secrecy"),
            ("review", "legality"),
            ("review", issue),
        ];
        post(&demo, "/office/reviews", cookie, OWN, &form).unwrap().status
    };
    for (who, cookie) in [("a clerk", &clerk), ("a leader with another's reviews", &leader)] {
        assert_eq!(get(&demo, "/office/reviews", cookie).unwrap().status, 403, "{who}");
        assert_eq!(set(cookie, &own, "issue"), 403, "{who}");
    }
    assert_eq!((set(&reviewer, &other, "issue"), set(&reviewer, &region, "issue")), (403, 403));
    assert_eq!(set(&reviewer, &own, "none"), 422, "no issue is looser");
    assert_eq!(set(&reviewer, &own, "issue"), 303);
    let remove = [("version", "1")];
    for cookie in [&clerk, &reviewer] {
        assert_eq!(post(&demo, "/office/reviews/2/remove", cookie, OWN, &remove).unwrap().status, 403);
    }
    assert_eq!(post(&demo, "/office/reviews/2/remove", &office, OWN, &remove).unwrap().status, 303);
}

fn shares(page: &str) -> Vec<i64> {
    page.split("id=\"r").skip(1).filter_map(|rest| rest.split('"').next()?.parse().ok()).collect()
}
