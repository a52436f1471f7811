//! What was seen of a site: probes, pages, columns, accounts, messages. Whoever fetches writes it down here; nothing is
//! judged yet.

use crate::scan;
use crate::unit::UnitId;
use crate::vocabulary::words;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

words! {
    /// What kind of page it is.
    PageKind {
        /// The home page.
        Home = "home", "首页";
        /// A list of a column.
        Column = "column", "栏目页";
        /// An article.
        Article = "article", "文章页";
        /// A service guide.
        Guide = "guide", "办事指南";
        /// Anything else: searches, forms, files shown as pages.
        Other = "other", "其他页面";
    }
}

words! {
    /// What a footer must show (国办发〔2017〕47号).
    FooterMark {
        /// The unit that answers for the site.
        Host = "host", "主办单位";
        /// The unit that runs it.
        Operator = "operator", "承办单位";
        /// Telephone or address.
        Contact = "contact", "联系方式";
        /// Ten digits.
        Code = "code", "网站标识码";
        /// The filing with the ministry.
        Icp = "icp", "ICP备案号";
        /// The filing with the police.
        Police = "police", "公安机关备案标识";
        /// The mark of party and government sites.
        Emblem = "emblem", "党政机关网站标识";
        /// Where readers report what is wrong.
        Report = "report", "“我为政府网站找错”入口";
        /// The map of the site.
        Map = "map", "网站地图";
    }
}

words! {
    /// What a service guide must say.
    GuideElement {
        /// What it is called.
        Name = "name", "事项名称";
        /// On what it rests.
        Basis = "basis", "设定依据";
        /// Who may apply.
        Conditions = "conditions", "申请条件";
        /// What to bring.
        Materials = "materials", "办理材料";
        /// Where.
        Place = "place", "办理地点";
        /// When it is open.
        Hours = "hours", "办理时间";
        /// Whom to ask.
        Phone = "phone", "联系电话";
        /// Step by step.
        Process = "process", "办理流程";
    }
}

words! {
    /// What a column is about, which says how often it must be renewed.
    ColumnKind {
        /// News.
        News = "news", "动态要闻";
        /// Notices and policy files.
        Notice = "notice", "通知公告、政策文件";
        /// Anything else that is renewed.
        Other = "other", "其他";
        /// What stays: the unit's functions, its leaders, its guide.
        Standing = "standing", "概况、机构、指南";
    }
}

/// One visit to a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probe {
    /// When.
    pub at: Timestamp,
    /// How long it took to answer, in milliseconds; `None` when it did not.
    pub millis: Option<u64>,
}

/// A link on a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkSeen {
    /// Where it leads.
    pub address: String,
    /// The words that are linked.
    pub words: String,
    /// The answer's status; `None` when there was no answer.
    pub status: Option<u16>,
    /// Whether it is a file to download.
    pub file: bool,
}

/// Words on a page or in a file of it that the scanner stopped at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WordsSeen {
    /// By which rule.
    pub rule: scan::Rule,
    /// The words, personal data masked.
    pub words: String,
}

/// A page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageSeen {
    /// Its address.
    pub address: String,
    /// What kind it is.
    pub kind: PageKind,
    /// The unit that answers for it; the site's where it is not known.
    pub unit: Option<UnitId>,
    /// The answer's status; `None` when there was no answer.
    pub status: Option<u16>,
    /// Its title.
    pub title: String,
    /// Its language (`lang`), as it says.
    pub language: String,
    /// Its labels (`meta`): name and content.
    pub labels: BTreeMap<String, String>,
    /// Its links.
    pub links: Vec<LinkSeen>,
    /// Since when it is public, as it says.
    pub published: Option<Date>,
    /// What its footer shows.
    pub footer: BTreeSet<FooterMark>,
    /// Pictures without words, by their address.
    pub images_without_words: Vec<String>,
    /// The levels of its headings, in order.
    pub headings: Vec<u8>,
    /// Words the scanner stopped at.
    pub words: Vec<WordsSeen>,
    /// What a guide says; nothing for other pages.
    pub elements: BTreeSet<GuideElement>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnSeen {
    /// Its name.
    pub name: String,
    /// Its address.
    pub address: String,
    /// The unit that answers for it.
    pub unit: UnitId,
    /// What it is about.
    pub kind: ColumnKind,
    /// How many articles it lists.
    pub items: u64,
    /// The date of the newest.
    pub newest: Option<Date>,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountSeen {
    /// Which, in the ledger.
    pub id: i64,
    /// Its name with its platform.
    pub name: String,
    /// The unit that answers for it.
    pub unit: UnitId,
    /// The date of its newest item; `None` when it has none or could not be looked at, which `looked_at` tells.
    pub newest: Option<Date>,
    /// Whether somebody or something looked at it: platforms keep programs out.
    pub looked_at: bool,
    /// Whether it opened.
    pub opened: bool,
    /// Whether the public can write to it.
    pub interactive: bool,
    /// When it was last audited, or opened.
    pub audited: Option<Date>,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageSeen {
    /// Its number.
    pub number: String,
    /// The unit that answers.
    pub unit: UnitId,
    /// When it came.
    pub received: Date,
    /// When it was answered.
    pub answered: Option<Date>,
}

/// A site with all that was seen of it. What was not looked at is empty, and says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteSeen {
    /// Its name.
    pub name: String,
    /// The unit that answers for it.
    pub unit: UnitId,
    /// Visits of the days before.
    pub probes: Vec<Probe>,
    /// The date of the newest item on its home page, or on all second-level pages where that only leads on.
    pub home_newest: Option<Date>,
    /// Whether the public can write to it.
    pub interaction: bool,
    /// Whether it has services; `None` for a unit without any for the public.
    pub services: Option<bool>,
    /// Its pages.
    pub pages: Vec<PageSeen>,
    /// Its columns.
    pub columns: Vec<ColumnSeen>,
    /// Its accounts.
    pub accounts: Vec<AccountSeen>,
    /// Messages without an answer, and those answered of the last year.
    pub messages: Vec<MessageSeen>,
}
