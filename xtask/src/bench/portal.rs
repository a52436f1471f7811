//! A document's page from the program's warm cache beside nginx, which serves the same bytes from disk; then again while
//! a document a second is published by another process.

use super::{Line, Running, figures, median};
use crate::http::Client;
use crate::step::{command, output};
use anyhow::{Context, Result, bail};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Rounds by turns, and seconds of each.
const ROUNDS: usize = 5;
const SECONDS: u64 = 4;
/// The page.
const PAGE: &str = "/disclosures/1";

/// Measures; `record` is the helper that publishes.
pub(super) fn run(program: &Path, record: &Path, folder: &Path) -> Result<Vec<Line>> {
    let data = folder.join("portal");
    let running = Running::start(program, &data)?;
    let ours = format!("http://127.0.0.1:{}{PAGE}", running.port);
    let nginx = Nginx::start(&ours, folder)?;
    let theirs = format!("http://127.0.0.1:{}{PAGE}", nginx.port);
    let (mut quiet, mut peer, mut published) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let (one, other) = (load(&ours, SECONDS)?, load(&theirs, SECONDS)?);
        // The first round warms up.
        if round > 0 {
            quiet.push(one);
            peer.push(other);
        }
    }
    let database = data.join("gongkai.db");
    let publisher = Publisher::start(record, &database, &data.join("attachments"))?;
    for _ in 0..ROUNDS {
        published.push(load(&ours, SECONDS)?);
    }
    drop(publisher);
    for list in [&mut quiet, &mut peer, &mut published] {
        list.sort_by(f64::total_cmp);
    }
    let ratio = |of: &[f64]| format!("{:.2}", median(of) / median(&peer));
    let line = |what: &str, of: &[f64]| {
        let range = format!("{:.0}–{:.0}, {} runs", of[0], of[of.len() - 1], of.len());
        [what.to_owned(), format!("{:.0}/s", median(of)), range, String::new()]
    };
    Ok(vec![
        line("a document's page from the cache, wrk -t2 -c64", &quiet),
        line("the same bytes by nginx from disk", &peer),
        figures("that page over nginx's", ratio(&quiet), "1.0"),
        line("the page while a document a second is published", &published),
        figures("that over nginx's in quiet", ratio(&published), "0.7"),
    ])
}

/// Requests a second.
fn load(url: &str, seconds: u64) -> Result<f64> {
    let duration = format!("-d{seconds}s");
    let said = output(command("wrk", &["-t2", "-c64", &duration, "-H", "Accept-Encoding: gzip", url]))?;
    if said.contains("Non-2xx") || said.contains("Socket errors") {
        bail!("wrk on {url} met errors:\n{said}");
    }
    let rate = said.lines().find_map(|line| line.trim().strip_prefix("Requests/sec:"));
    Ok(rate.context("wrk tells no rate")?.trim().parse()?)
}

/// nginx with the page's bytes; ended when dropped.
struct Nginx {
    child: Child,
    port: u16,
}

impl Nginx {
    fn start(page: &str, folder: &Path) -> Result<Self> {
        let home = folder.join("nginx");
        let file = home.join("pages").join(format!("{}.gz", PAGE.trim_start_matches('/')));
        std::fs::create_dir_all(file.parent().context("a folder")?)?;
        let asked = ["-sS", "--fail", "-H", "Accept-Encoding: gzip", "-D"];
        let heads = home.join("head");
        let mut fetch = command("curl", &asked);
        fetch.arg(&heads).arg("-o").arg(&file).arg(page);
        output(fetch)?;
        let heads = std::fs::read_to_string(heads)?;
        // What nginx gives by itself, or the file is, is not added.
        let own =
            ["content-length", "content-encoding", "content-type", "date", "etag", "vary", "connection"];
        let headers: String = heads
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(": "))
            .filter(|(name, _)| !own.contains(&name.to_ascii_lowercase().as_str()))
            .map(|(name, value)| format!("add_header {name} \"{}\";\n", value.trim()))
            .collect();
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let home = home.display();
        let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|what| format!("{what}_temp_path {home}/{what};\n"))
            .concat();
        let user = if crate::setup::is_root() { "user root;\n" } else { "" };
        let settings = format!(
            "{user}daemon off;\nworker_processes 2;\npid {home}/pid;\nerror_log {home}/error.log;\n\
             events {{ worker_connections 1024; }}\n\
             http {{\naccess_log off;\nsendfile on;\ntcp_nopush on;\nkeepalive_requests 100000000;\n\
             open_file_cache max=100;\n{temporary}\
             server {{\nlisten 127.0.0.1:{port} backlog=1024;\nroot {home}/pages;\n\
             default_type \"text/html; charset=utf-8\";\ngzip_static always;\ngzip_vary on;\n{headers}}}\n}}\n"
        );
        let path = folder.join("nginx/nginx.conf");
        std::fs::write(&path, settings)?;
        let mut start = Command::new("/usr/sbin/nginx");
        start.arg("-p").arg(folder.join("nginx")).arg("-c").arg(path);
        let nginx = Self { child: start.stdout(Stdio::null()).spawn()?, port };
        let started = Instant::now();
        while Client::new(port).get(PAGE).is_err() {
            if started.elapsed() > Duration::from_secs(10) {
                bail!("nginx does not answer");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(nginx)
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        super::end(&mut self.child);
    }
}

/// Publishes a document a second until it is dropped.
struct Publisher(Child);

impl Publisher {
    fn start(record: &Path, database: &Path, attachments: &Path) -> Result<Self> {
        let mut publish = Command::new(record);
        publish.arg("publish").arg(database).arg(attachments).args(["100000", "1"]);
        Ok(Self(publish.stdout(Stdio::null()).spawn()?))
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        super::end(&mut self.0);
    }
}
