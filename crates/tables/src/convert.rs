//! Old formats (.doc, .wps, .rtf, …) through LibreOffice, where it is installed. The conversion runs in a process of
//! its own, in a folder of its own, for a limited time.

use crate::{Document, Kind, Limits, Refusal, kind};
use domain::finding::Finding;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// LibreOffice on this machine.
#[derive(Debug, Clone)]
pub struct Converter {
    /// The program: `soffice` or a path to it.
    pub program: PathBuf,
    /// How long one file may take.
    pub patience: Duration,
}

impl Converter {
    /// A converter with the usual patience.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self { program: program.into(), patience: Duration::from_secs(domain::limits::CONVERT_SECONDS_MAX) }
    }
}

/// Reads a file as [`crate::read`] does; what only LibreOffice understands is converted first, if there is one.
/// This blocks while the conversion runs.
///
/// # Errors
/// [`Refusal`], as [`crate::read`], and [`Refusal::ConversionFailed`].
pub fn read(
    name: &str,
    bytes: &[u8],
    limits: &Limits,
    converter: Option<&Converter>,
) -> Result<(Document, Vec<Finding>), Refusal> {
    let refusal = match crate::read(name, bytes, limits) {
        Err(refusal @ Refusal::LibreOfficeMissing { .. }) => refusal,
        read => return read,
    };
    let Some(converter) = converter else { return Err(refusal) };
    let kind = kind::of(bytes)?;
    let converted = convert(converter, kind, bytes, limits)?;
    let (document, mut findings) = crate::read("", &converted, limits)?;
    findings.push(Finding::info(
        "converted",
        format!("{}已借助 LibreOffice 转换后读取。请核对合并单元格和换行。", kind.label()),
    ));
    Ok((document, findings))
}

fn convert(converter: &Converter, kind: Kind, bytes: &[u8], limits: &Limits) -> Result<Vec<u8>, Refusal> {
    let failed = |why| Refusal::ConversionFailed { kind: kind.label(), why };
    let (from, to) = match kind {
        Kind::Rtf => ("rtf", "docx"),
        Kind::ExcelXml => ("xml", "xlsx"),
        Kind::OpenDocument if is_spreadsheet(bytes) => ("ods", "xlsx"),
        Kind::OpenDocument => ("odt", "docx"),
        _ => ("doc", "docx"),
    };
    let folder = tempfile::tempdir().map_err(|_| failed("无法建立临时目录"))?;
    let source = folder.path().join(format!("source.{from}"));
    std::fs::write(&source, bytes).map_err(|_| failed("无法写入临时文件"))?;
    let child = start(converter, folder.path(), &source, to).map_err(|_| failed("LibreOffice 无法启动"))?;
    if !wait(child, converter.patience) {
        return Err(failed("超时或异常退出"));
    }
    let result = folder.path().join(format!("out/source.{to}"));
    let size = std::fs::metadata(&result).map_err(|_| failed("没有得到结果"))?.len();
    if size > limits.bytes as u64 {
        return Err(failed("结果过大"));
    }
    std::fs::read(&result).map_err(|_| failed("没有得到结果"))
}

/// The mimetype is the first entry of an OpenDocument file and is stored as it is.
fn is_spreadsheet(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(200)).unwrap_or(bytes);
    String::from_utf8_lossy(head).contains("opendocument.spreadsheet")
}

fn start(converter: &Converter, folder: &Path, source: &Path, to: &str) -> std::io::Result<Child> {
    let mut command = Command::new(&converter.program);
    command
        .arg(format!("-env:UserInstallation=file://{}", folder.join("profile").display()))
        .args(["--headless", "--norestore", "--nolockcheck", "--nodefault", "--convert-to", to, "--outdir"])
        .arg(folder.join("out"))
        .arg(source)
        .current_dir(folder)
        .env("HOME", folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.spawn()
}

/// Whether the process ended well in time. One that did not is ended with everything it started.
fn wait(mut child: Child, patience: Duration) -> bool {
    let until = Instant::now() + patience;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) if Instant::now() < until => std::thread::sleep(Duration::from_millis(20)),
            _ => break,
        }
    }
    #[cfg(unix)]
    {
        let group = format!("-{}", child.id());
        let _ = Command::new("kill")
            .args(["-KILL", "--", &group])
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .status();
    }
    let _ = child.kill();
    let _ = child.wait();
    false
}
