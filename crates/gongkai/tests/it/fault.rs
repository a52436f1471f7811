//! Faults injected while something is made public: the disk full, the clock set back. Record, journal, transparency log and
//! index agree afterwards, and nothing is half public.

use crate::demo::config;
use crate::http::{get, sign_in};
use crate::program::{Demo, complained, printed, run};
use crate::reader::{publish, take};
use std::io::Write;
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

fn all_agree(data: &Path) {
    let config = config(data);
    for (command, words) in [("journal", "操作日志完整"), ("log", "公开存证完整")] {
        let output = run(&[command, "verify", "--config", config.to_str().unwrap()]);
        assert!(printed(&output).contains(words), "{command}: {}", complained(&output));
    }
}

fn found(demo: &Demo, words: &str, id: i64) {
    let deadline = Instant::now() + Duration::from_secs(30);
    let hit = format!("\"/disclosures/{id}\"");
    while !get(demo, &format!("/search?q={words}"), "").unwrap().body.contains(&hit) {
        assert!(Instant::now() < deadline, "{id} is not found");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// The demonstration on a small disk of its own, which only its process sees.
fn on_small_disk(data: &Path, megabytes: u64) -> Demo {
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--mount", "sh", "-c"]);
    command.arg(
        "cp -a \"$1\" \"$1.kept\" && mount -t tmpfs -o size=\"$2\"m tmpfs \"$1\" && cp -a \"$1.kept/.\" \"$1\" && exec \"$3\" demo --port 0 --data \"$1\"",
    );
    command.arg("sh").arg(data).arg(megabytes.to_string()).arg(env!("CARGO_BIN_EXE_gongkai"));
    Demo::of(command)
}

#[test]
fn a_full_disk_while_publishing_leaves_nothing_half_done() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    Demo::start(&data).kill();
    let bytes = |folder: &Path| -> u64 {
        let entries = walk(folder);
        entries.iter().map(|file| file.metadata().map(|about| about.len()).unwrap_or(0)).sum()
    };
    let demo = on_small_disk(&data, bytes(&data) / 1_000_000 + 60);
    let inside = Path::new("/proc").join(demo.process().to_string()).join("root");
    let inside = inside.join(data.strip_prefix("/").unwrap());
    assert!(inside.join("gongkai.db").is_file(), "the disk is seen through its process");

    let before = get(&demo, "/disclosures", "").unwrap().body;
    let office = sign_in(&demo, "gongkai");
    let filler = inside.join("filler");
    let fill = || {
        // As much as there is room for, then to the last byte.
        let mut file = std::fs::File::create(&filler).unwrap();
        for size in [1 << 20, 1 << 12, 1] {
            while file.write_all(&vec![0; size]).is_ok() {}
        }
    };
    fill();
    let mut refused = None;
    // The log ahead of the database has some room left: it takes a few acts until the disk is really full.
    for id in 1..100 {
        let answer = take(&demo, id, &office, "withdraw", &[("reason", "示例：磁盘已满时撤回")]);
        if answer.status != 303 {
            refused = Some((id, answer));
            break;
        }
        fill();
    }
    let (id, answer) = refused.expect("a full disk refuses in the end");
    assert_eq!(answer.status, 507, "{}", answer.body);
    assert!(answer.body.contains("内容没有保存"));
    assert_eq!(get(&demo, &format!("/disclosures/{id}"), "").unwrap().status, 200, "it is still public");
    let shown = get(&demo, "/disclosures", "").unwrap();
    assert_eq!(shown.status, 200, "reading goes on: {}", before.len());

    std::fs::remove_file(&filler).unwrap();
    let after = take(&demo, id, &office, "withdraw", &[("reason", "示例：腾出空间后撤回")]);
    assert_eq!(after.status, 303, "{}", after.body);
    assert_eq!(get(&demo, &format!("/disclosures/{id}"), "").unwrap().status, 410);
    let new = publish(&demo, "腾出空间后公开的示例公告");
    found(&demo, "%E8%85%BE%E5%87%BA%E7%A9%BA%E9%97%B4", new);
    let rescued = folder.path().join("rescued");
    let copied = Command::new("cp").arg("-a").arg(&inside).arg(&rescued).status().unwrap();
    assert!(copied.success());
    demo.kill();
    all_agree(&rescued);
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(walk(&path));
        } else {
            found.push(path);
        }
    }
    found
}

#[test]
fn a_clock_set_back_changes_no_order() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let demo = Demo::start(&data);
    let first = publish(&demo, "时钟回拨以前的示例公告");
    assert_eq!(get(&demo, &format!("/disclosures/{first}"), "").unwrap().status, 200);
    demo.kill();
    let mark = data.join("demo.toml");
    let text = std::fs::read_to_string(&mark).unwrap();
    let shift: i64 = text.trim().strip_prefix("shift_seconds = ").unwrap().parse().unwrap();
    std::fs::write(&mark, format!("shift_seconds = {}\n", shift - 2 * 24 * 3600)).unwrap();
    let demo = Demo::start(&data);
    assert_eq!(get(&demo, &format!("/disclosures/{first}"), "").unwrap().status, 200);
    let second = publish(&demo, "时钟回拨以后的示例公告");
    for (id, words) in
        [(first, "%E5%9B%9E%E6%8B%A8%E4%BB%A5%E5%89%8D"), (second, "%E5%9B%9E%E6%8B%A8%E4%BB%A5%E5%90%8E")]
    {
        found(&demo, words, id);
    }
    let log = get(&demo, "/log", "").unwrap().body;
    let place = |id: i64| log.find(&format!("/disclosures/{id}\"")).unwrap();
    assert!(place(second) < place(first), "the log goes by the order of acts, not by the clock");
    demo.kill();
    all_agree(&data);
}

#[test]
fn a_visitor_who_takes_no_answer_does_not_hold_the_stop() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(&folder.path().join("data"));
    let mut visitor = TcpStream::connect(("127.0.0.1", demo.port)).unwrap();
    // Far more answers than what lies between takes: one is stuck half-way.
    visitor.write_all(&b"GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(2_000)).unwrap();
    std::thread::sleep(Duration::from_secs(5));
    assert!(demo.stops_within(Duration::from_secs(50)));
    drop(visitor);
}

#[test]
fn questions_no_browser_sends_get_an_answer() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(&folder.path().join("data"));
    let long = "a".repeat(10_000_000);
    // The server may close while the question is still being sent.
    let answer = get(&demo, &format!("/search?q={long}"), "");
    assert!(answer.is_none_or(|answer| (400..500).contains(&answer.status)));
    for query in [
        "q=%FF%FE",
        "q=%22%22%22",
        "q=(((",
        "q=a+AND+OR",
        "q=%00",
        "page=-1",
        "page=99999999999999999999",
        "q=x&sort=;drop",
    ] {
        let answer = get(&demo, &format!("/search?{query}"), "").unwrap();
        assert!(answer.status < 500, "{query}: {}", answer.status);
    }
    assert_eq!(get(&demo, "/search?q=%E8%A1%A5%E8%B4%B4", "").unwrap().status, 200);
    assert!(demo.peak_megabytes() < 400, "{} MB", demo.peak_megabytes());
}
