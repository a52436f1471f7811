//! `gongkai verify`: checks a proof, offline when it is a file; and `gongkai log`: the log on the server, and a witness of it
//! on another machine.

use super::{Place, say};
use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::{Args, Subcommand};
use domain::clock::civil_time;
use domain::transparency::checkpoint::Checkpoint;
use domain::transparency::note::{Signer, Verifier};
use domain::transparency::proof::Proof;
use domain::transparency::tree::Hash;
use domain::transparency::{Entry, witness};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What is asked of a site at most.
const ANSWER_BYTES_MAX: u64 = 20_000_000;
const WAIT: Duration = Duration::from_secs(30);

#[derive(Args)]
#[command(after_help = "示例：\n  \
    gongkai verify 12.tlog-proof --content record.json --key 公钥   不联网核验\n  \
    gongkai verify https://www.example.gov.cn/disclosures/1         核验网上的一条信息")]
pub(crate) struct Verify {
    /// A proof's file, or a page's address.
    #[arg(value_name = "文件或网址", help = "证明文件（.tlog-proof），或公开信息的网址")]
    proof: String,
    /// The record, when it is to be checked too.
    #[arg(long, value_name = "文件", help = "原始记录（record.json）")]
    content: Option<PathBuf>,
    /// The log's public key, or a file with it.
    #[arg(long, value_name = "公钥", help = "存证公钥，或保存公钥的文件；核验网址时可以不写")]
    key: Option<String>,
    /// A folder for the proof, the record and the key of a page.
    #[arg(
        long,
        value_name = "目录",
        help = "核验网址时，把证明、原始记录和公钥保存到这个目录，以后可以不联网核验"
    )]
    save: Option<PathBuf>,
}

/// What to do with the log.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Checks the log against the record.
    #[command(about = "逐条核验公开存证：校验值相符、无缺失，所指内容与记录相同")]
    Verify(Place),
    /// Watches a log from another machine.
    #[command(about = "在另一台机器上见证：核对存证只增不改，并对摘要加签")]
    Witness(Witness),
}

#[derive(Args)]
pub(crate) struct Witness {
    /// The site.
    #[arg(value_name = "网址", help = "网站地址，例如 https://www.example.gov.cn")]
    site: String,
    /// Where the last head is remembered.
    #[arg(long, value_name = "文件", help = "记住上次摘要的文件")]
    state: PathBuf,
    /// The log's public key, or a file with it.
    #[arg(long, value_name = "公钥", help = "存证公钥，或保存公钥的文件")]
    key: String,
    /// The witness's own key; made when there is none.
    #[arg(long, value_name = "文件", help = "见证方的签名密钥文件；没有时新建")]
    sign_with: Option<PathBuf>,
    /// The witness's name.
    #[arg(
        long,
        value_name = "名称",
        default_value = "witness",
        help = "见证方名称，例如 archive.example.gov.cn"
    )]
    name: String,
}

fn key(text: &str) -> Result<Verifier> {
    if let Ok(key) = text.parse() {
        return Ok(key);
    }
    let file = std::fs::read_to_string(text).context("公钥写法不对，也没有这个名字的文件。请核对。")?;
    Ok(file.parse()?)
}

/// Asks a site; a page that is not there is told apart.
fn fetch(address: &str) -> Result<String> {
    let agent: ureq::Agent =
        ureq::Agent::config_builder().timeout_global(Some(WAIT)).https_only(false).build().into();
    let mut answer =
        agent.get(address).call().with_context(|| format!("打不开 {address}。请核对网址和网络。"))?;
    let body = answer.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_string();
    body.with_context(|| format!("{address} 的内容没有读完。请稍后再试。"))
}

/// Runs `gongkai verify`.
pub(crate) fn verify(arguments: &Verify) -> Result<()> {
    let given = arguments.key.as_deref().map(key).transpose()?;
    let content = match &arguments.content {
        Some(path) => Some(std::fs::read(path).with_context(|| format!("读不到文件 {}。", path.display()))?),
        None => None,
    };
    if arguments.proof.starts_with("http://") || arguments.proof.starts_with("https://") {
        return verify_site(&arguments.proof, given, arguments.save.as_deref());
    }
    let key = given.context("请用 --key 给出存证公钥。公钥印在公报上，也登在网站的“公开存证”页。")?;
    let text = std::fs::read_to_string(&arguments.proof)
        .with_context(|| format!("读不到证明文件 {}。", arguments.proof))?;
    let (entry, head) = Proof::read(&text)?.check(&key, content.as_deref())?;
    tell(&entry, &head, content.is_some());
    Ok(())
}

/// An instant of the log as people here read it.
fn beijing(at: &str) -> String {
    let at: Result<jiff::Timestamp, _> = at.parse();
    at.map_or_else(
        |_| String::new(),
        |at| civil_time(at).strftime("%Y年%-m月%-d日 %H:%M（北京时间）").to_string(),
    )
}

fn tell(entry: &Entry, head: &Checkpoint, content: bool) {
    say(&format!(
        "核验通过：{}于 {} {}了 {}（第{}版）。",
        entry.unit,
        beijing(&entry.at),
        entry.act.label(),
        entry.address,
        entry.version
    ));
    if !entry.index_number.is_empty() {
        say(&format!("索引号：{}", entry.index_number));
    }
    if !entry.reason.is_empty() {
        say(&format!("原因：{}", entry.reason));
    }
    say(&format!("存证：{}，共 {} 条。", head.origin, head.size));
    say(if content {
        "内容：与存证时公开的完全相同。"
    } else {
        "内容：没有给出原始记录，只核验了存证本身。用 --content 给出 record.json 可以一并核验。"
    });
}

fn verify_site(address: &str, given: Option<Verifier>, save: Option<&Path>) -> Result<()> {
    let (scheme, rest) = address.split_once("://").unwrap_or(("http", address));
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let site = format!("{scheme}://{host}");
    let page = fetch(address)?;
    let link = |start: &str| {
        let at = page.find(&format!("href=\"{start}"))? + 6;
        page.get(at..)?.split('"').next().map(str::to_owned)
    };
    let proof =
        link("/log/proof/").context("这个页面没有存证。请给出一条公开信息的网址，例如 /disclosures/1。")?;
    let record = page
        .split("href=\"")
        .filter_map(|part| part.split('"').next())
        .find(|link| link.ends_with("/record.json"))
        .map(str::to_owned)
        .context("这个页面没有原始记录。")?;
    let trusted = given.is_some();
    let key = match given {
        Some(key) => key,
        None => fetch(&format!("{site}/log/key"))?.parse()?,
    };
    let proof = Proof::read(&fetch(&format!("{site}{proof}"))?)?;
    let record = fetch(&format!("{site}{record}"))?;
    let (entry, head) = proof.check(&key, Some(record.as_bytes()))?;
    let page_path = format!("/{}", path.split(['?', '#']).next().unwrap_or_default());
    if !page_path.starts_with(&entry.address) {
        bail!("存证不符：这份证明是 {} 的，不是这个页面的。", entry.address);
    }
    tell(&entry, &head, true);
    if let Some(folder) = save {
        std::fs::create_dir_all(folder).context("保存的目录不能建立。")?;
        for (name, text) in
            [("proof.tlog-proof", proof.to_text()), ("record.json", record), ("log.key", format!("{key}\n"))]
        {
            write_whole(&folder.join(name), &text)?;
        }
        say(&format!("证明、原始记录和公钥已保存到 {}。", folder.display()));
    }
    if !trusted {
        say("公钥取自该网站，没有另行核对。要防网站本身作假，请用 --key 给出印在公报上的公钥。");
    }
    Ok(())
}

/// Runs `gongkai log`.
pub(crate) async fn run(command: Command) -> Result<()> {
    match command {
        Command::Verify(place) => {
            let (_, store) = place.open().await?;
            match store::transparency::verify(&store).await? {
                Ok(size) => say(&format!("公开存证完整：共 {size} 条，与记录相符。")),
                Err(broken) => {
                    bail!("公开存证未通过核验。{broken}请立即停用系统、保全数据，并与最近的备份比对。")
                }
            }
            Ok(())
        }
        Command::Witness(arguments) => tokio::task::spawn_blocking(move || see(&arguments)).await?,
    }
}

/// Looks at the log once and remembers its head.
fn see(arguments: &Witness) -> Result<()> {
    let key = key(&arguments.key)?;
    let site = arguments.site.trim_end_matches('/');
    let last = match std::fs::read_to_string(&arguments.state) {
        Ok(text) => {
            Some(Checkpoint::open(&text, &key).context("上次的摘要文件不能使用。请核对是否被改动。")?)
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(error).context("读不到上次的摘要文件。"),
    };
    let signed = fetch(&format!("{site}/log/checkpoint"))?;
    let size = Checkpoint::open(&signed, &key)?.size;
    let proof = match &last {
        Some(last) if last.size < size => {
            let lines = fetch(&format!("{site}/log/consistency?old={}&new={size}", last.size))?;
            hashes(&lines)?
        }
        _ => Vec::new(),
    };
    let seen = witness::check(&key, last.as_ref(), &signed, &proof)?;
    write_whole(&arguments.state, &signed)?;
    say(&match last {
        Some(last) => format!("见证通过：存证由 {} 条增至 {} 条，以前的没有改动。", last.size, seen.size),
        None => format!("首次见证：存证共 {} 条，已记住。以后每次都与这次核对。", seen.size),
    });
    if let Some(path) = &arguments.sign_with {
        let signer = match std::fs::read_to_string(path) {
            Ok(text) => Signer::from_text(&text).context("见证方的密钥文件不能使用。")?,
            Err(_) => {
                let signer = store::transparency::new_signer(&arguments.name)?;
                crate::serve::write_private(path, &signer.to_text()).context("见证方的密钥不能写入。")?;
                signer
            }
        };
        let now = u64::try_from(domain::clock::Clock::now(&crate::clock::SystemClock).as_second())?;
        say(&format!("见证方公钥：{}", signer.witness()));
        say(&format!("{signed}{}", witness::cosign(&signer, &seen, now)));
    }
    Ok(())
}

fn hashes(lines: &str) -> Result<Vec<Hash>> {
    let one = |line: &str| -> Result<Hash> {
        STANDARD.decode(line)?.try_into().map_err(|_| anyhow::anyhow!("存证的一致性证明格式不对。"))
    };
    lines.lines().map(one).collect()
}

/// Puts a file in the place of another at once.
fn write_whole(path: &Path, text: &str) -> Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).context("摘要文件不能写入。")?;
    std::io::Write::write_all(&mut file, text.as_bytes())?;
    file.persist(path).context("摘要文件不能写入。")?;
    Ok(())
}
