//! Times and memory of the built program, and of a peer on the same file. No test: figures for people, kept as text in
//! bench/RESULTS.md. Whole processes are measured, start included; a page is measured from connecting to its last byte.

mod portal;
mod site;

use crate::browser::target;
use crate::http::{Client, field};
use crate::step::{command, output, root};
use anyhow::{Context, Result, bail};
use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Rows of the large table.
const ROWS: u32 = 10_000;
/// Repetitions of what is short, and of what takes seconds.
const MANY: usize = 30;
const FEW: usize = 10;
/// The Python reader that is the peer.
const PEER: &str = "openpyxl==3.1.5";
/// A start that takes longer has failed; the first one makes the demonstration's record.
const START_PATIENCE: Duration = Duration::from_secs(120);
/// The demonstration's password, which the program prints.
const PASSWORD: &str = "Yanshi-2026";

/// A line of the report: what, median, range, goal.
type Line = [String; 4];

/// Builds the program and the helper that fills records.
fn build(profile: &str) -> Result<(PathBuf, PathBuf)> {
    // In one call, so that both are built with the same parts.
    let both = ["--package", "gongkai", "--package", "store", "--bins", "--example", "record"];
    crate::step::run(command(
        "cargo",
        &[["build", "--locked", "--profile", profile].as_slice(), &both].concat(),
    ))?;
    let built = target().join(profile);
    Ok((built.join("gongkai"), built.join("examples/record")))
}

/// Measures one part, and prints it.
pub fn part(profile: &str, name: &str) -> Result<()> {
    crate::setup::bench()?;
    let (program, record) = build(profile)?;
    let folder = tempfile::Builder::new().prefix("gongkai-bench-").tempdir()?;
    let lines = match name {
        "portal" => portal::run(&program, &record, folder.path())?,
        "site" => site::run(&program, &record, folder.path())?,
        other => bail!("`{other}` is no part; the parts are portal and site"),
    };
    for line in lines {
        println!("{}", line.join(" | "));
    }
    Ok(())
}

/// Builds with a profile, measures, prints and writes the results.
pub fn run(profile: &str) -> Result<()> {
    crate::setup::bench()?;
    let (program, record) = build(profile)?;
    let folder = tempfile::Builder::new().prefix("gongkai-bench-").tempdir()?;
    let python = python(folder.path())?;
    let large = folder.path().join("large.xlsx");
    let script = |name: &str| root().join("bench").join(name);
    let mut make = Command::new(&python);
    make.arg(script("make_table.py")).arg(&large).arg(ROWS.to_string());
    crate::step::run(make)?;

    let mut lines = vec![["what", "median", "range", "goal"].map(str::to_owned)];
    for form in ["txt", "docx", "xlsx"] {
        let file = root().join("data/pilot").join(format!("plan.{form}"));
        let runs = repeat(MANY, || Ok(read(&program, &file)?.0))?;
        lines.push(row(&format!("pilot's table read, .{form}, whole process"), &runs, "20"));
    }
    let mut peaks = Vec::new();
    let ours = repeat(FEW, || {
        let (time, peak) = read(&program, &large)?;
        peaks.push(peak);
        Ok(time)
    })?;
    lines.push(row(&format!("{ROWS} rows of .xlsx to a plan, whole process"), &ours, "1000"));
    let peak = peaks.into_iter().fold(0.0, f64::max);
    lines.push([
        format!("{ROWS} rows of .xlsx, most memory"),
        format!("{peak:.0} MB"),
        String::new(),
        "150 MB".to_owned(),
    ]);
    let peers = repeat(FEW, || {
        let mut peer = Command::new(&python);
        peer.arg(script("read_table.py")).arg(&large);
        let started = Instant::now();
        output(peer)?;
        Ok(milliseconds(started))
    })?;
    lines.push(row(&format!("the same cells by {PEER}, whole process"), &peers, ""));
    let ratio = median(&peers) / median(&ours);
    lines.push([
        "that peer's time over ours".to_owned(),
        format!("{ratio:.1}"),
        String::new(),
        String::new(),
    ]);

    let data = folder.path().join("demo");
    drop(Running::start(&program, &data)?);
    let starts = repeat(FEW, || Ok(Running::start(&program, &data)?.first_page))?;
    lines.push(row("start to first page, existing database", &starts, "300"));
    import(&program, &data, &large, folder.path())?;
    lines.extend(pages(&program, &data)?);
    lines.extend(portal::run(&program, &record, folder.path())?);
    lines.extend(site::run(&program, &record, folder.path())?);
    lines.extend(example(profile, "tables", "catalogue_speed", &["", "", "1.5", "100 ms", "1000 ms"])?);
    lines.extend(example(profile, "store", "report_speed", &["2000 ms"])?);
    lines.extend(example(profile, "domain", "scan_speed", &["100 MB/s"])?);
    lines.extend(example(profile, "search", "search_speed", &[])?);

    let text = report(profile, &lines)?;
    println!("\n{text}");
    Ok(std::fs::write(root().join("bench/RESULTS.md"), text)?)
}

/// What an example of a crate measures in one process, beside its peer: its own lines with the goals, in their order.
fn example(profile: &str, package: &str, name: &str, goals: &[&str]) -> Result<Vec<[String; 4]>> {
    let example = ["run", "--locked", "--package", package, "--example", name, "--profile", profile];
    let said = output(command("cargo", &example))?;
    let goals = goals.iter().copied().chain(std::iter::repeat(""));
    let lines = said.lines().zip(goals).map(|(line, goal)| {
        let mut parts = line.split('\t').map(str::to_owned);
        let mut next = || parts.next().unwrap_or_default();
        [next(), next(), next(), goal.to_owned()]
    });
    Ok(lines.collect())
}

/// A Python with the peer, outside the machine's own.
fn python(folder: &Path) -> Result<PathBuf> {
    let home = folder.join("python");
    let advice = "the peer needs Python with venv and pip: apt-get install python3-venv";
    output(command("python3", &["-m", "venv", &home.to_string_lossy()])).context(advice)?;
    let python = home.join("bin/python");
    output(command(&python.to_string_lossy(), &["-m", "pip", "install", "--quiet", PEER])).context(advice)?;
    Ok(python)
}

/// Reads a table with the program: milliseconds, and the most memory in MB.
fn read(program: &Path, file: &Path) -> Result<(f64, f64)> {
    let mut reading = Command::new(program);
    reading.args(["plan", "read", "--json"]).arg(file).stderr(Stdio::null());
    watched(reading)
}

/// Runs a command to its end: milliseconds, and the most memory in MB.
fn watched(mut command: Command) -> Result<(f64, f64)> {
    let started = Instant::now();
    let mut child = command.stdout(Stdio::null()).spawn()?;
    let mut peak = 0.0;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        peak = memory(child.id(), "VmHWM").unwrap_or(peak);
        std::thread::sleep(Duration::from_micros(200));
    };
    let time = milliseconds(started);
    if !status.success() {
        bail!("{command:?} failed with {status}");
    }
    Ok((time, peak))
}

/// Puts the large table into force in the demonstration's record.
fn import(program: &Path, data: &Path, file: &Path, folder: &Path) -> Result<()> {
    let configuration = folder.join("bench.toml");
    let site = ["name", "domain", "id_code", "host_unit", "organiser", "contact", "icp", "police"];
    let site: String = site.iter().map(|key| format!("{key} = \"bench\"\n")).collect();
    let text = format!(
        "database = \"sqlite:{data}/gongkai.db\"\nattachments = \"{data}/attachments\"\n\
         public_url = \"http://127.0.0.1\"\n[site]\n{site}",
        data = data.display()
    );
    std::fs::write(&configuration, text)?;
    let mut import = Command::new(program);
    import.args(["plan", "import", "--config"]).arg(configuration).arg(file);
    output(import).map(drop)
}

/// Memory and the office's list, with the large table in the record.
fn pages(program: &Path, data: &Path) -> Result<Vec<[String; 4]>> {
    let running = Running::start(program, data)?;
    std::thread::sleep(Duration::from_secs(3));
    let idle = memory(running.child.id(), "VmRSS").context("no memory is told")?;
    let mut client = Client::new(running.port);
    let form = client.get("/office/sign-in")?.page("the sign-in page")?;
    let token = field(&form, "token")?.to_owned();
    let fields =
        [("token", token.as_str()), ("next", "/office"), ("login", "gongkai"), ("password", PASSWORD)];
    let signed_in = client.post("/office/sign-in", &fields)?;
    if signed_in.status != 303 {
        bail!("signing in answered {}", signed_in.status);
    }
    let mut lines = Vec::new();
    let many = |what: &str| format!("{ROWS} assignments: {what}");
    for (what, path, goal) in [
        (many("list, in the table's order"), "/office/assignments", "50"),
        (many("list, nearest due first"), "/office/assignments?sort=due", "50"),
        (many("list, its 100th page"), "/office/assignments?page=100", "50"),
        (many("list, words looked for"), "/office/assignments?q=%E7%AC%AC9999%E9%A1%B9", "50"),
        (many("today"), "/office", ""),
        (many("the portal's first page"), "/", ""),
        ("who is how far with catalogues".to_owned(), "/office/catalogues", ""),
        ("how the catalogues in force are kept".to_owned(), "/office/coverage", ""),
        ("a sector's public page, from the cache".to_owned(), "/catalogues/1", ""),
    ] {
        let runs = repeat(MANY, || {
            // The program lets one address ask 50 times a second.
            std::thread::sleep(Duration::from_millis(20));
            let started = Instant::now();
            client.get(path)?.page(path)?;
            Ok(milliseconds(started))
        })?;
        lines.push(row(&what, &runs, goal));
    }
    let used = memory(running.child.id(), "VmRSS").context("no memory is told")?;
    let memory = |what: &str, megabytes: f64, goal: &str| {
        [what.to_owned(), format!("{megabytes:.0} MB"), String::new(), goal.to_owned()]
    };
    lines.push(memory("memory, idle after the start", idle, "80 MB"));
    lines.push(memory("memory, after those pages", used, ""));
    Ok(lines)
}

/// A demonstration under way; ended when dropped.
struct Running {
    child: Child,
    port: u16,
    /// Milliseconds from starting the process to the last byte of `/`.
    first_page: f64,
}

impl Running {
    fn start(program: &Path, data: &Path) -> Result<Self> {
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let mut demo = Command::new(program);
        demo.args(["demo", "--port", &port.to_string(), "--data"]).arg(data).env("RUST_LOG", "warn");
        let started = Instant::now();
        let child = demo.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let mut running = Self { child, port, first_page: 0.0 };
        while started.elapsed() < START_PATIENCE {
            if let Some(status) = running.child.try_wait()? {
                bail!("the demonstration ended with {status}");
            }
            if Client::new(port).get("/").is_ok_and(|answer| answer.status == 200) {
                running.first_page = milliseconds(started);
                return Ok(running);
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        bail!("the demonstration did not answer within {} s", START_PATIENCE.as_secs())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// Asks a process to end, as in life, so that databases are closed, and waits for it.
fn end(child: &mut Child) {
    let asked = command("kill", &[&child.id().to_string()]).status();
    if asked.is_err() || child.wait().is_err() {
        eprintln!("process {} could not be ended", child.id());
    }
}

/// A figure of /proc/PID/status in MB.
fn memory(process: u32, what: &str) -> Option<f64> {
    let file = std::fs::File::open(format!("/proc/{process}/status")).ok()?;
    let line = BufReader::new(file).lines().map_while(Result::ok).find(|line| line.starts_with(what))?;
    let kilobytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes / 1024.0)
}

fn milliseconds(started: Instant) -> f64 {
    started.elapsed().as_secs_f64() * 1000.0
}

/// One run to warm up, then the figures of `times` runs, sorted.
fn repeat(times: usize, mut run: impl FnMut() -> Result<f64>) -> Result<Vec<f64>> {
    run()?;
    let mut figures = (0..times).map(|_| run()).collect::<Result<Vec<f64>>>()?;
    figures.sort_by(f64::total_cmp);
    Ok(figures)
}

fn median(sorted: &[f64]) -> f64 {
    let middle = sorted.len() / 2;
    match sorted {
        [] => f64::NAN,
        _ if sorted.len().is_multiple_of(2) => f64::midpoint(sorted[middle - 1], sorted[middle]),
        _ => sorted[middle],
    }
}

/// A line of the report with one figure.
fn figures(what: &str, figure: String, goal: &str) -> Line {
    [what.to_owned(), figure, String::new(), goal.to_owned()]
}

/// A line of the report, from sorted milliseconds.
fn row(what: &str, sorted: &[f64], goal: &str) -> Line {
    let (least, most) =
        (sorted.first().copied().unwrap_or(f64::NAN), sorted.last().copied().unwrap_or(f64::NAN));
    let goal = if goal.is_empty() { String::new() } else { format!("{goal} ms") };
    let range = format!("{least:.1}–{most:.1}, {} runs", sorted.len());
    [what.to_owned(), format!("{:.1} ms", median(sorted)), range, goal]
}

fn report(profile: &str, lines: &[[String; 4]]) -> Result<String> {
    let processor = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processor.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let mut text = format!(
        "# Results\n\n`cargo xtask bench {profile}`, {}, {}, {cores} cores ({}), {}, load at the end {}.\n\
         How each is measured, and what the peer does: [README.md](README.md).\n\n",
        output(command("date", &["+%Y-%m-%d"]))?.trim(),
        output(command("git", &["rev-parse", "--short", "HEAD"]))?.trim(),
        model.map_or("unknown", |(_, name)| name.trim()),
        output(command("rustc", &["--version"]))?.trim(),
        load.split(' ').next().unwrap_or_default(),
    );
    for (number, line) in lines.iter().enumerate() {
        writeln!(text, "| {} |", line.join(" | "))?;
        if number == 0 {
            text.push_str("| --- | ---: | --- | ---: |\n");
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_median_is_the_middle() {
        assert!((median(&[1.0, 2.0, 9.0]) - 2.0).abs() < f64::EPSILON);
        assert!((median(&[1.0, 2.0, 4.0, 9.0]) - 3.0).abs() < f64::EPSILON);
    }
}
