//! Why a file is not read: one sentence saying what is wrong, one saying what to do.

/// A file that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nothing in it.
    #[error("文件是空的，没有任何内容。请确认选对了文件后重新上传。")]
    Empty,
    /// Larger than any real table.
    #[error("{what}超过{most}{measure}的上限，没有读取。请删去无关的工作表、图片或空行，或拆分后重新上传。")]
    TooLarge {
        /// What is too large: the file, a table's rows.
        what: &'static str,
        /// The limit.
        most: usize,
        /// What the limit counts.
        measure: &'static str,
    },
    /// The name's ending and the content differ.
    #[error(
        "文件名的后缀是“.{extension}”，内容却是“{kind}”。请核对是否选错了文件；确认无误的，改正后缀或另存为 {advice} 格式后重新上传。"
    )]
    NotWhatItSays {
        /// The ending of the name.
        extension: String,
        /// What the content is.
        kind: &'static str,
        /// What to save it as.
        advice: &'static str,
    },
    /// A kind of file that holds no readable table.
    #[error("这是“{kind}”，不能读取其中的表格。{advice}。")]
    Unsupported {
        /// What it is.
        kind: &'static str,
        /// What to do.
        advice: &'static str,
    },
    /// The end is missing.
    #[error("文件不完整，可能没有下载或复制完。请重新获取原文件，用 Word、Excel 或 WPS 确认能打开后再上传。")]
    Truncated,
    /// Broken inside.
    #[error("文件已损坏（{part}无法读取）。请用 Word、Excel 或 WPS 打开后另存为新文件，再重新上传。")]
    Damaged {
        /// Which part.
        part: &'static str,
    },
    /// Inflates to far more than it should.
    #[error(
        "文件解压后异常庞大，疑似压缩炸弹，已停止读取。请用 Word、Excel 或 WPS 打开原文件另存为新文件后重新上传。"
    )]
    ZipBomb,
    /// Nested deeper than any real file.
    #[error("文件内部结构嵌套过深，已停止读取。请把表格复制到一个新建的文件中再上传。")]
    TooDeep,
    /// Carries macros.
    #[error("文件带有宏，出于安全考虑不读取。请另存为不带宏的 .xlsx 或 .docx 文件后重新上传。")]
    MacroWorkbook,
    /// Needs a password.
    #[error("文件设有打开密码，无法读取。请取消密码保护后重新上传。")]
    Encrypted,
    /// No table in it.
    #[error(
        "文件中没有找到表格。请上传含有任务分解表的 Word、Excel、网页或文本文件；表格是图片的，请先录成文字。"
    )]
    NoTable,
    /// Text in no encoding known here.
    #[error("文本的编码无法识别，读出来会是乱码。请用记事本打开后另存为 UTF-8 编码，再重新上传。")]
    UnknownEncoding,
    /// Needs LibreOffice, which is not installed.
    #[error(
        "“{kind}”需要借助 LibreOffice 转换，本服务器没有安装。请另存为 .docx 或 .xlsx 后重新上传，或请管理员安装 LibreOffice。"
    )]
    LibreOfficeMissing {
        /// What the file is.
        kind: &'static str,
    },
    /// LibreOffice could not convert it.
    #[error("“{kind}”转换失败（{why}）。请用 Word、Excel 或 WPS 打开后另存为 .docx 或 .xlsx 再重新上传。")]
    ConversionFailed {
        /// What the file is.
        kind: &'static str,
        /// What happened.
        why: &'static str,
    },
}

impl Refusal {
    pub(crate) fn too_large(what: &'static str, most: usize, measure: &'static str) -> Self {
        Self::TooLarge { what, most, measure }
    }

    /// A stable word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLarge { .. } => "too-large",
            Self::NotWhatItSays { .. } => "not-what-it-says",
            Self::Unsupported { .. } => "unsupported",
            Self::Truncated => "truncated",
            Self::Damaged { .. } => "damaged",
            Self::ZipBomb => "zip-bomb",
            Self::TooDeep => "too-deep",
            Self::MacroWorkbook => "macro-workbook",
            Self::Encrypted => "encrypted",
            Self::NoTable => "no-table",
            Self::UnknownEncoding => "unknown-encoding",
            Self::LibreOfficeMissing { .. } => "libreoffice-missing",
            Self::ConversionFailed { .. } => "conversion-failed",
        }
    }
}
