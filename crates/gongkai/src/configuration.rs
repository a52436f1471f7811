//! The configuration file (TOML): where the record lies, how the site is called, which mail server sends reminders.
//! Unknown keys are refused, so that a typing error is not silently ignored.

use anyhow::{Context, Result};
use domain::network::Reachable;
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use web::page::Site;

/// The whole file. Paths are relative to the folder the program is started in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Configuration {
    /// `sqlite:FILE` or `postgres://user:password@host/database`.
    pub(crate) database: String,
    /// Folder of attachments.
    pub(crate) attachments: PathBuf,
    /// Address and port to listen on.
    #[serde(default = "default_listen")]
    pub(crate) listen: SocketAddr,
    /// Address under which people reach the site.
    pub(crate) public_url: String,
    /// Names and marks of the site.
    pub(crate) site: SiteTable,
    /// Supervision notices.
    #[serde(default)]
    pub(crate) supervision: SupervisionTable,
    /// Mail; without it, reminders stay in the program.
    pub(crate) smtp: Option<SmtpTable>,
    /// Folder with the office's own fonts (仿宋, 小标宋).
    pub(crate) fonts: Option<PathBuf>,
    /// Folder with calendar files of later years.
    pub(crate) calendars: Option<PathBuf>,
    /// The office's own numbers, in the form of `data/rules.toml`.
    pub(crate) rules: Option<PathBuf>,
    /// LibreOffice's program, for `.doc`, `.wps`, `.et`; looked for when not given.
    pub(crate) libreoffice: Option<PathBuf>,
    /// File of the key that signs the transparency log; made beside the attachments' folder when there is none.
    pub(crate) log_key: Option<PathBuf>,
    /// File of the key that seals personal data; made beside the attachments' folder when there is none.
    pub(crate) personal_key: Option<PathBuf>,
    /// Folder of the search index; beside the attachments' folder when not given. It can be deleted and is then built anew.
    pub(crate) search: Option<PathBuf>,
    /// Networks, addresses and hosts of the local network that messages may be sent to.
    #[serde(default)]
    pub(crate) internal_receivers: Reachable,
    /// A reverse proxy in front reports the client's address.
    #[serde(default)]
    pub(crate) behind_proxy: bool,
}

fn default_listen() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 8080))
}

/// `[site]`: see RULES §7 for the marks every page bears.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SiteTable {
    pub(crate) name: String,
    pub(crate) domain: String,
    pub(crate) id_code: String,
    pub(crate) host_unit: String,
    pub(crate) organiser: String,
    pub(crate) contact: String,
    pub(crate) icp: String,
    pub(crate) police: String,
}

impl SiteTable {
    /// The site as pages show it.
    pub(crate) fn site(&self, sample: bool) -> Site {
        let table = self.clone();
        Site {
            name: table.name,
            domain: table.domain,
            id_code: table.id_code,
            host_unit: table.host_unit,
            organiser: table.organiser,
            contact: table.contact,
            icp: table.icp,
            police: table.police,
            sample,
        }
    }
}

/// `[supervision]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SupervisionTable {
    /// Agency words (机关代字) of the notices' numbers.
    pub(crate) agency: String,
    /// The office that signs them.
    pub(crate) issuer: String,
}

impl Default for SupervisionTable {
    fn default() -> Self {
        Self {
            agency: "政公开督".to_owned(), issuer: "政务公开工作领导小组办公室".to_owned()
        }
    }
}

/// `[smtp]`.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SmtpTable {
    pub(crate) host: String,
    #[serde(default = "default_smtp_port")]
    pub(crate) port: u16,
    pub(crate) user: Option<String>,
    pub(crate) password: Option<String>,
    /// Sender, e.g. `政务公开平台 <gongkai@example.invalid>`.
    pub(crate) from: String,
    /// `tls` (from the first byte), `starttls`, or `none` (a relay on the same machine).
    #[serde(default)]
    pub(crate) security: SmtpSecurity,
}

fn default_smtp_port() -> u16 {
    465
}

impl std::fmt::Debug for SmtpTable {
    /// Without the password.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("SmtpTable")
            .field("host", &self.host)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}

/// How the mail server is spoken to.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SmtpSecurity {
    #[default]
    Tls,
    Starttls,
    None,
}

impl Configuration {
    /// Reads the file.
    ///
    /// # Errors
    /// A sentence naming the file and what is wrong in it.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| {
            format!(
                "读不到配置文件 {}。请用 --config 指明它的位置；样例见 docs/operations.md。",
                path.display()
            )
        })?;
        toml::from_str(&text).with_context(|| format!("配置文件 {} 有误，请按提示的行修改。", path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sample of the operations handbook, so that what it shows works.
    fn sample() -> &'static str {
        let handbook = include_str!("../../../docs/operations.md");
        handbook.split("```toml").nth(1).and_then(|rest| rest.split("```").next()).unwrap()
    }

    #[test]
    fn the_handbooks_sample_is_read() {
        let configuration: Configuration = toml::from_str(sample()).unwrap();
        assert!(configuration.database.starts_with("postgres://"));
        assert!(configuration.smtp.is_some());
    }

    #[test]
    fn what_is_no_network_is_named() {
        let wrong = sample().replace("10.20.0.0/16", "10.20.0.0/99");
        let error = toml::from_str::<Configuration>(&wrong).unwrap_err().to_string();
        assert!(error.contains("10.20.0.0/99"), "{error}");
    }

    #[test]
    fn a_typing_error_is_named() {
        let error = toml::from_str::<Configuration>("databse = 'x'").unwrap_err().to_string();
        assert!(error.contains("databse"), "{error}");
    }

    #[test]
    fn the_mail_password_is_never_printed() {
        let smtp: SmtpTable = toml::from_str("host='h'\nuser='u'\npassword='geheim'\nfrom='a@b.c'").unwrap();
        assert!(!format!("{smtp:?}").contains("geheim"));
    }
}
