//! The five columns of the disclosure platform (国办公开办函〔2019〕61号): one navigation on all of them and on the home page,
//! and the page labels that say which is which.

use crate::page::Page;
use domain::disclosure::Kind;

/// A column.
pub(crate) struct Column {
    /// Where it is.
    pub(crate) link: &'static str,
    /// Its name, also as the page label ColumnName.
    pub(crate) name: &'static str,
    /// The page label ColumnType.
    pub(super) kind: &'static str,
    about: &'static str,
    keywords: &'static str,
}

/// 政府信息公开指南.
pub(super) const GUIDE: Column = Column {
    link: "/guide",
    name: "政府信息公开指南",
    kind: "信息公开指南",
    about: "政府信息的分类、编排体系、获取方式，公开工作机构的名称、地址、时间和联系方式",
    keywords: "公开指南,公开工作机构,联系方式,获取方式",
};

/// 政府信息公开制度.
pub(super) const RULES: Column = Column {
    link: "/rules",
    name: "政府信息公开制度",
    kind: "信息公开制度",
    about: "政府信息公开的各项制度，按类别列出，标明是否有效",
    keywords: "公开制度,信息发布,依申请公开,监督考核",
};

/// 法定主动公开内容.
pub(super) const DISCLOSURES: Column = Column {
    link: "/disclosures",
    name: "法定主动公开内容",
    kind: "信息公开目录",
    about: "依法主动公开的政府信息，按种类、单位、领域、主题和年份查找",
    keywords: "政府信息公开,主动公开,政策文件,通知公告",
};

/// 政府信息公开年报.
pub(super) const REPORTS: Column = Column {
    link: "/annual-reports",
    name: "政府信息公开年报",
    kind: "信息公开年报",
    about: "本级政府和各单位的政府信息公开工作年度报告，按年份和单位查找",
    keywords: "公开年报,年度报告,政府信息公开工作",
};

/// 依申请公开.
pub(super) const REQUESTS: Column = Column {
    link: "/requests",
    name: "依申请公开",
    kind: "依申请公开",
    about: "网上提交政府信息公开申请，查询办理情况",
    keywords: "依申请公开,申请表,办理情况",
};

/// Policy files, which have a ColumnType of their own within [`DISCLOSURES`].
const POLICIES: Column = Column { kind: "政策文件", ..DISCLOSURES };
/// Interpretations, likewise.
const INTERPRETATIONS: Column = Column { kind: "政策解读", ..DISCLOSURES };

/// In which column disclosures of a kind stand.
pub(super) fn of(kind: Option<Kind>) -> Column {
    match kind {
        Some(Kind::Rule) => RULES,
        Some(Kind::AnnualReport) => REPORTS,
        Some(Kind::Policy) => POLICIES,
        Some(Kind::Interpretation) => INTERPRETATIONS,
        _ => DISCLOSURES,
    }
}

/// The columns, in their order.
const COLUMNS: [Column; 5] = [GUIDE, RULES, DISCLOSURES, REPORTS, REQUESTS];

impl Column {
    /// Labels a page as this column's.
    pub(super) fn labelled(&self, page: Page) -> Page {
        page.labelled("ColumnName", self.name)
            .labelled("ColumnDescription", self.about)
            .labelled("ColumnKeywords", self.keywords)
            .labelled("ColumnType", self.kind)
    }
}

impl Page {
    /// The platform's columns, each with whether the page is in it.
    pub(crate) fn columns(&self) -> impl Iterator<Item = (Column, bool)> {
        let under = |link: &str| {
            let rest = self.path.strip_prefix(link);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        COLUMNS.into_iter().map(move |column| {
            let here = under(column.link);
            (column, here)
        })
    }

    /// Whether the page is in any of the columns.
    pub(crate) fn is_of_platform(&self) -> bool {
        self.columns().any(|(_, here)| here)
    }
}
