//! The transparency log as citizens and a witness use it, and what is left of it after kill -9.

use crate::demo::config;
use crate::http::{OWN, get, post, sign_in};
use crate::program::{Demo, complained, printed, run};
use std::path::Path;

fn site(demo: &Demo) -> String {
    format!("http://127.0.0.1:{}", demo.port)
}

/// The version a page's forms are for.
fn version(demo: &Demo, id: i64, cookie: &str) -> Option<String> {
    let page = get(demo, &format!("/office/disclosures/{id}"), cookie)?.body;
    let (_, rest) = page.split_once("name=\"version\" value=\"")?;
    Some(rest.split('"').next()?.to_owned())
}

fn withdraw(demo: &Demo, id: i64, cookie: &str) -> Option<u16> {
    let version = version(demo, id, cookie)?;
    let form = [("version", version.as_str()), ("reason", "示例：内容有误")];
    Some(post(demo, &format!("/office/disclosures/{id}/withdraw"), cookie, OWN, &form)?.status)
}

fn log_verified(data: &Path) {
    let output = run(&["log", "verify", "--config", config(data).to_str().unwrap()]);
    assert!(printed(&output).contains("公开存证完整"), "{}", complained(&output));
}

/// What the search finds by the index number on a page.
fn found(demo: &Demo, page: &str) -> String {
    let (_, rest) = page.split_once("索引号</").unwrap();
    let number: String = rest
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(|c| c.is_ascii_digit() || "-/".contains(*c))
        .collect();
    get(demo, &format!("/search?q={number}"), "").unwrap().body
}

#[test]
fn a_citizen_verifies_online_and_offline() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(&folder.path().join("data"));
    let output = run(&["verify", &format!("{}/disclosures/1", site(&demo))]);
    assert!(output.status.success(), "{}", complained(&output));
    assert!(
        printed(&output).contains("核验通过") && printed(&output).contains("完全相同"),
        "{}",
        printed(&output)
    );

    let kept = folder.path().join("kept");
    let saved = run(&["verify", &format!("{}/disclosures/1", site(&demo)), "--save", kept.to_str().unwrap()]);
    assert!(saved.status.success(), "{}", complained(&saved));
    let file = |name: &str, text: &str| {
        let path = kept.join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let held = |name: &str| kept.join(name).to_str().unwrap().to_owned();
    let (proof_file, key_file, record_file) =
        (held("proof.tlog-proof"), held("log.key"), held("record.json"));
    let (proof, record) =
        (std::fs::read_to_string(&proof_file).unwrap(), std::fs::read_to_string(&record_file).unwrap());
    let tile = get(&demo, "/log/tile/0/001", "").unwrap();
    assert_eq!(
        (tile.status, get(&demo, "/log/tile/0/00", "").unwrap().status),
        (404, 404),
        "fewer than 512 entries"
    );
    drop(demo);

    // The site is gone; the proof still holds.
    let whole = run(&["verify", &proof_file, "--content", &record_file, "--key", &key_file]);
    assert!(printed(&whole).contains("核验通过"), "{}", complained(&whole));
    let changed = file("changed.json", &record.replacen("示例", "事例", 1));
    let refused = run(&["verify", &proof_file, "--content", &changed, "--key", &key_file]);
    assert!(
        !refused.status.success() && complained(&refused).contains("内容不符"),
        "{}",
        complained(&refused)
    );
    let forged = file("forged.tlog-proof", &proof.replacen("index ", "index 1", 1));
    assert!(!run(&["verify", &forged, "--key", &key_file]).status.success());
    assert!(complained(&run(&["verify", &proof_file])).contains("--key"));
}

#[test]
fn a_witness_follows_the_log_and_finds_another_past() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let demo = Demo::start(&data);
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path("key"), get(&demo, "/log/key", "").unwrap().body).unwrap();
    let see = |site: &str| {
        let arguments = ["log", "witness", site, "--state", &path("state"), "--key", &path("key")];
        run(&[arguments.as_slice(), &["--sign-with", &path("own"), "--name", "witness.example"]].concat())
    };
    let first = see(&site(&demo));
    assert!(
        printed(&first).contains("首次见证") && printed(&first).contains("— witness.example "),
        "{}",
        complained(&first)
    );
    assert_eq!(withdraw(&demo, 2, &sign_in(&demo, "gongkai")), Some(303));
    let second = see(&site(&demo));
    assert!(printed(&second).contains("以前的没有改动"), "{}", complained(&second));

    // Another record under the same key: the same name, another past.
    let other = folder.path().join("other");
    Demo::start(&other).kill();
    std::fs::copy(data.join("transparency.key"), other.join("transparency.key")).unwrap();
    let forked = Demo::start(&other);
    let alarm = see(&site(&forked));
    assert!(!alarm.status.success() && complained(&alarm).contains("回退"), "{}", complained(&alarm));
    let cookie = sign_in(&forked, "gongkai");
    assert_eq!(withdraw(&forked, 3, &cookie), Some(303));
    let alarm = see(&site(&forked));
    assert!(!alarm.status.success() && complained(&alarm).contains("分叉"), "{}", complained(&alarm));
}

#[test]
fn kill_9_while_the_public_record_changes_leaves_record_and_log_agreeing() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let demo = Demo::start(&data);
    let cookie = sign_in(&demo, "gongkai");
    let mut withdrawn = Vec::new();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let acknowledged = |id: &i64| withdraw(&demo, *id, &cookie) == Some(303);
            (1..100)
                .take_while(|id| get(&demo, "/healthz", "").is_some() || *id == 1)
                .filter(acknowledged)
                .collect::<Vec<i64>>()
        });
        std::thread::sleep(std::time::Duration::from_millis(1_200));
        demo.kill_now();
        withdrawn = writer.join().unwrap();
    });
    drop(demo);
    assert!(!withdrawn.is_empty());
    log_verified(&data);
    let again = Demo::start(&data);
    let log = get(&again, "/log", "").unwrap().body;
    // The index is a reader of the journal: it follows within a moment.
    let standing = get(&again, "/disclosures/110", "").unwrap().body;
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while !found(&again, &standing).contains("\"/disclosures/110\"") {
        assert!(std::time::Instant::now() < deadline, "what stands is found");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    std::thread::sleep(std::time::Duration::from_secs(1));
    for id in withdrawn {
        let page = get(&again, &format!("/disclosures/{id}"), "").unwrap();
        assert_eq!(page.status, 410, "{id} was withdrawn");
        assert!(
            !found(&again, &page.body).contains(&format!("\"/disclosures/{id}\"")),
            "{id} is still in the index"
        );
        assert!(
            log.contains(&format!("/disclosures/{id}\"")) || log.contains("page=2"),
            "{id} is in the log"
        );
    }
}
