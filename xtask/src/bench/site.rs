//! The static export beside hugo on the same articles; one changed document among a hundred thousand; and what the server
//! takes with so many.

use super::{Line, figures, median, memory, milliseconds, row, watched};
use crate::http::Client;
use anyhow::{Context, Result, bail};
use std::fmt::Write as _;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Articles for both, and documents of a large record.
const ARTICLES: usize = 10_000;
const DOCUMENTS: usize = 100_000;
/// Runs by turns.
const ROUNDS: usize = 3;
/// Changes among the hundred thousand.
const CHANGES: usize = 5;
/// The index of a hundred thousand documents is built at the first start.
const INDEX_PATIENCE: Duration = Duration::from_secs(900);

/// Measures; `record` is the helper that fills and publishes.
pub(super) fn run(program: &Path, record: &Path, folder: &Path) -> Result<Vec<Line>> {
    let mut lines = beside_hugo(program, record, &folder.join("articles"))?;
    lines.extend(large(program, record, &folder.join("large"))?);
    Ok(lines)
}

fn tool(record: &Path, words: &[&str]) -> Result<()> {
    let mut run = Command::new(record);
    run.args(words).stdout(Stdio::null());
    crate::step::run(run)
}

/// A record of so many documents and its configuration.
fn fill(record: &Path, folder: &Path, count: usize, port: u16) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    let (database, attachments) = (folder.join("record.db"), folder.join("attachments"));
    let path = |path: &Path| path.to_string_lossy().into_owned();
    tool(record, &["fill", &path(&database), &path(&attachments), &count.to_string()])?;
    let mut text = format!(
        "database = \"sqlite:{}\"\nattachments = \"{}\"\nlisten = \"127.0.0.1:{port}\"\n\
         public_url = \"https://www.example.gov.cn\"\nbehind_proxy = true\n[site]\n",
        database.display(),
        attachments.display()
    );
    for key in ["name", "domain", "id_code", "host_unit", "organiser", "contact", "icp", "police"] {
        writeln!(text, "{key} = \"示例旗政务公开平台\"")?;
    }
    Ok(std::fs::write(folder.join("site.toml"), text)?)
}

fn export(program: &Path, folder: &Path, out: &Path) -> Command {
    let mut export = Command::new(program);
    export.args(["export", "site", "--config"]).arg(folder.join("site.toml")).arg("--out").arg(out);
    export.env("RUST_LOG", "error");
    export
}

fn beside_hugo(program: &Path, record: &Path, folder: &Path) -> Result<Vec<Line>> {
    fill(record, folder, ARTICLES, 1)?;
    let out = folder.join("out");
    watched(export(program, folder, &out))?;
    let hugo = folder.join("hugo");
    let page = std::fs::read_to_string(out.join("current/pages/disclosures/2.html"))?;
    hugo_site(record, &hugo, &page)?;
    let (mut ours, mut theirs, mut our_peak, mut their_peak) = (Vec::new(), Vec::new(), 0.0_f64, 0.0_f64);
    // Each into a folder of its own: ext4 is slow where much was deleted a moment ago.
    for round in 0..ROUNDS {
        let (time, peak) = watched(export(program, folder, &folder.join(format!("out-{round}"))))?;
        ours.push(time);
        our_peak = our_peak.max(peak);
        let mut make = Command::new("hugo");
        make.arg("--quiet").arg("--source").arg(&hugo).args(["--destination", &format!("public-{round}")]);
        let (time, peak) = watched(make)?;
        theirs.push(time);
        their_peak = their_peak.max(peak);
    }
    let size = |path: std::path::PathBuf| -> Result<u64> { Ok(std::fs::metadata(path)?.len()) };
    let pages = (
        size(out.join("current/pages/disclosures/7.html"))?,
        size(hugo.join("public-0/disclosures/7/index.html"))?,
    );
    if pages.0.abs_diff(pages.1) * 10 > pages.0 {
        bail!("the pages are of different size: {pages:?}");
    }
    ours.sort_by(f64::total_cmp);
    theirs.sort_by(f64::total_cmp);
    let rate = |times: &[f64]| ARTICLES as f64 * 1_000.0 / median(times);
    let megabytes = |peak: f64| format!("{peak:.0} MB");
    Ok(vec![
        row(&format!("{ARTICLES} documents to a static site, compressed too, whole process"), &ours, ""),
        figures("their pages a second", format!("{:.0}", rate(&ours)), ""),
        row("the same articles by hugo, whole process", &theirs, ""),
        figures("its pages a second", format!("{:.0}", rate(&theirs)), ""),
        figures("our pages a second over hugo's", format!("{:.1}", rate(&ours) / rate(&theirs)), "5"),
        figures("most memory", megabytes(our_peak), ""),
        figures("hugo's", megabytes(their_peak), ""),
        figures("our memory over hugo's", format!("{:.2}", our_peak / their_peak), "0.25"),
    ])
}

/// A site whose layout is our own page with the article's parts in their places, so that both make pages of one size.
fn hugo_site(record: &Path, folder: &Path, page: &str) -> Result<()> {
    let content = folder.join("content/disclosures");
    tool(record, &["articles", &ARTICLES.to_string(), &content.to_string_lossy()])?;
    let (before, rest) = page.split_once("<div class=\"article-body\">").context("the page has a body")?;
    let (_, after) = rest.split_once("</div>").context("the body ends")?;
    let title = between(page, "<h1 class=\"article-title\">", "</h1>")?;
    let index = between(page, "<th scope=\"row\">索引号</th><td>", "</td>")?;
    let summary = between(page, "<meta name=\"Description\" content=\"", "\"")?;
    let layout = format!("{before}<div class=\"article-body\">{{{{ .Content }}}}</div>{after}")
        .replace(title, "{{ .Title }}")
        .replace(index, "{{ .Params.index }}")
        .replace(summary, "{{ .Summary }}");
    let list = format!(
        "{before}<ul class=\"news\">{{{{ range (.Paginate .Pages 50).Pages }}}}<li><a href=\"{{{{ .RelPermalink }}}}\">{{{{ .Title }}}}</a><time>{{{{ .Date.Format \"2006-01-02\" }}}}</time></li>{{{{ end }}}}</ul>{after}"
    )
    .replace(title, "{{ .Title }}");
    let layouts = folder.join("layouts/_default");
    std::fs::create_dir_all(&layouts)?;
    std::fs::write(layouts.join("single.html"), layout)?;
    std::fs::write(layouts.join("list.html"), list)?;
    let settings = "baseURL = \"https://www.example.gov.cn/\"\nlanguageCode = \"zh-CN\"\ntitle = \"示例\"\ndisableKinds = [\"taxonomy\", \"term\"]\n";
    Ok(std::fs::write(folder.join("config.toml"), settings)?)
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Result<&'a str> {
    let (_, rest) = text.split_once(start).with_context(|| format!("no {start}"))?;
    Ok(rest.split_once(end).with_context(|| format!("no {end}"))?.0)
}

fn large(program: &Path, record: &Path, folder: &Path) -> Result<Vec<Line>> {
    let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
    fill(record, folder, DOCUMENTS, port)?;
    let out = folder.join("out");
    let (whole, peak) = watched(export(program, folder, &out))?;
    let mut changes = Vec::new();
    for _ in 0..CHANGES {
        let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
        tool(record, &["publish", &path("record.db"), &path("attachments"), "1", "0"])?;
        changes.push(watched(export(program, folder, &out))?.0);
    }
    changes.sort_by(f64::total_cmp);
    let indexed = Server::start(program, folder, port)?;
    indexed.wait_for_index()?;
    drop(indexed);
    let mut starts = Vec::new();
    for _ in 0..ROUNDS {
        starts.push(Server::start(program, folder, port)?.first_page);
    }
    starts.sort_by(f64::total_cmp);
    let idle = Server::start(program, folder, port)?;
    std::thread::sleep(Duration::from_secs(3));
    let resident = memory(idle.child.id(), "VmRSS").context("no memory is told")?;
    let many = |what: &str| format!("{DOCUMENTS} documents: {what}");
    Ok(vec![
        figures(&many("a whole static site"), format!("{:.1} s", whole / 1_000.0), ""),
        figures(&many("most memory of that"), format!("{peak:.0} MB"), ""),
        row(&many("one changed, the site renewed, whole process"), &changes, "1000"),
        row(&many("start to first page"), &starts, "500"),
        figures(&many("memory, idle after the start"), format!("{resident:.0} MB"), "200 MB"),
    ])
}

/// The program serving the large record; ended when dropped.
struct Server {
    child: std::process::Child,
    port: u16,
    first_page: f64,
}

impl Server {
    fn start(program: &Path, folder: &Path, port: u16) -> Result<Self> {
        let mut serve = Command::new(program);
        serve.args(["serve", "--config"]).arg(folder.join("site.toml")).env("RUST_LOG", "error");
        let started = Instant::now();
        let mut server = Self { child: serve.stdout(Stdio::null()).spawn()?, port, first_page: 0.0 };
        while started.elapsed() < Duration::from_secs(120) {
            if Client::new(port).get("/").is_ok_and(|answer| answer.status == 200) {
                server.first_page = milliseconds(started);
                return Ok(server);
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        bail!("the server did not answer")
    }

    /// Waits until the last document is found.
    fn wait_for_index(&self) -> Result<()> {
        let started = Instant::now();
        let last = format!("/search?q=150626-001%2F2024-{}", DOCUMENTS - 1);
        while started.elapsed() < INDEX_PATIENCE {
            let found = Client::new(self.port).get(&last)?;
            if found.status == 200 && found.body.contains(&format!("/disclosures/{DOCUMENTS}\"")) {
                return Ok(());
            }
            std::thread::sleep(Duration::from_secs(2));
        }
        bail!("the index was not built in time")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        super::end(&mut self.child);
    }
}
