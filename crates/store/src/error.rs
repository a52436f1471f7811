//! What can go wrong with the record. Sentences that a person may see are Chinese and say what to do; the rest goes to
//! the log.

use domain::clock::civil_time;
use jiff::Timestamp;

/// The result of a command or a read.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a command or a read failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Somebody changed it in the meantime; what the person wrote is still on the page.
    #[error(
        "{what}已由{changed_by}于{}修改，您的修改没有保存，以免覆盖他人的内容。请打开最新内容核对后再改，您填写的文字可在上一页复制。",
        civil_time(*.changed_at).strftime("%Y年%-m月%-d日 %H:%M")
    )]
    Conflict {
        /// What was changed.
        what: &'static str,
        /// By whom.
        changed_by: String,
        /// When.
        changed_at: Timestamp,
    },
    /// A rule of the domain says no; its sentence.
    #[error("{0}")]
    Refused(String),
    /// No such row.
    #[error("没有找到{0}。")]
    NotFound(&'static str),
    /// The disk or the database is full.
    #[error("存储空间不足，内容没有保存。")]
    Full,
    /// The database failed.
    #[error("数据库出错：{0}")]
    Database(sea_orm::DbErr),
    /// The attachments' store failed.
    #[error("附件存储出错：{0}")]
    Files(#[from] object_store::Error),
    /// A file could not be read or written.
    #[error("文件读写出错：{0}")]
    Input(std::io::Error),
    /// A row holds what this program cannot read; the record was changed from outside or by a newer version.
    #[error("记录中有本程序不能识别的内容：{0}")]
    Unreadable(String),
}

impl Error {
    /// A rule's refusal.
    pub fn refused(rule: impl std::fmt::Display) -> Self {
        Self::Refused(rule.to_string())
    }
}

impl From<sea_orm::DbErr> for Error {
    fn from(error: sea_orm::DbErr) -> Self {
        let text = error.to_string();
        if text.contains("database or disk is full") || text.contains("53100") {
            return Self::Full;
        }
        Self::Database(error)
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::StorageFull { Self::Full } else { Self::Input(error) }
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Unreadable(error.to_string())
    }
}
