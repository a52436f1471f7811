//! The indicators: what is checked, on what, with which limit, what it costs, until when it is to be put right, and on what
//! that rests. Read from `data/inspection.toml`; an office replaces single ones by its own.

use crate::rule::Unit;
use crate::vocabulary::words;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

words! {
    /// What is checked.
    Check {
        /// Entered by a person, never found by the program.
        Severe = "severe", "安全、泄密事故等严重问题";
        /// The site does not open.
        Unreachable = "unreachable", "站点无法访问";
        /// Nothing new on the home page.
        HomeStale = "home_stale", "首页不更新";
        /// Too many stale columns of news and notices.
        ColumnsStale = "columns_stale", "栏目不更新";
        /// Too many other columns long stale.
        ColumnsLongStale = "columns_long_stale", "多个栏目长期不更新";
        /// Too many blank columns.
        ColumnsBlank = "columns_blank", "多个空白栏目";
        /// Nowhere to write to.
        InteractionMissing = "interaction_missing", "没有互动渠道";
        /// No services.
        ServicesMissing = "services_missing", "没有办事服务";
        /// Too many incomplete guides.
        GuidesIncomplete = "guides_incomplete", "多个办事指南要素不全";
        /// A column of news is stale.
        ColumnNewsStale = "column_news_stale", "动态要闻类栏目不更新";
        /// A column of notices or policy files is stale.
        ColumnNoticeStale = "column_notice_stale", "通知、政策类栏目不更新";
        /// Another column is long stale.
        ColumnLongStale = "column_long_stale", "栏目长期不更新";
        /// A column is blank.
        ColumnBlank = "column_blank", "空白栏目";
        /// A page does not open.
        PageUnreachable = "page_unreachable", "页面打不开";
        /// A link leads nowhere.
        LinkDead = "link_dead", "链接打不开";
        /// A file is not there.
        AttachmentMissing = "attachment_missing", "附件打不开";
        /// Wrong words.
        Wording = "wording", "表述错误";
        /// Personal data.
        PersonalData = "personal_data", "泄露个人信息";
        /// Page labels.
        LabelMissing = "label_missing", "页面标签不全";
        /// The footer.
        FooterIncomplete = "footer_incomplete", "页脚要素不全";
        /// No date, or one ahead.
        DateDoubtful = "date_doubtful", "发布日期缺失或可疑";
        /// A guide lacks something.
        GuideIncomplete = "guide_incomplete", "办事指南要素不全";
        /// A picture without words.
        ImageWithoutWords = "image_without_words", "图片没有替代文字";
        /// Headings out of order.
        HeadingOrder = "heading_order", "标题层级不当";
        /// No title or language.
        PageUnnamed = "page_unnamed", "页面没有标题或语言";
        /// A message waits.
        MessageSlow = "message_slow", "留言答复慢";
        /// A message waits far too long.
        MessageUnanswered = "message_unanswered", "留言长期未答复";
        /// What readers reported and no other check names.
        Reported = "reported", "网民找错";
        /// Nothing new in an account.
        AccountStale = "account_stale", "新媒体账号不更新";
        /// Nowhere to write to in an account.
        AccountMute = "account_mute", "新媒体账号没有互动功能";
        /// An account does not open.
        AccountUnreachable = "account_unreachable", "新媒体账号打不开";
        /// An account was not looked through for a year.
        AccountUnaudited = "account_unaudited", "新媒体账号未年度审核";
    }
}

words! {
    /// On what something is checked.
    Subject {
        /// A site as a whole.
        Site = "site", "网站";
        /// A column.
        Column = "column", "栏目";
        /// A page.
        Page = "page", "页面";
        /// A message.
        Message = "message", "留言";
        /// An account in new media.
        Account = "account", "新媒体账号";
    }
}

words! {
    /// A part of the score.
    Part {
        /// What is published.
        Publication = "publication", "发布解读";
        /// Services.
        Service = "service", "办事服务";
        /// Messages.
        Interaction = "interaction", "互动交流";
        /// How the site works.
        Design = "design", "功能设计";
    }
}

/// Where an indicator draws the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// The number.
    pub value: i64,
    /// What it counts.
    pub unit: Unit,
}

impl Limit {
    /// The first day of the period that ends on a day: what is older is stale. A limit that counts no time begins there.
    pub fn before(self, today: Date) -> Date {
        match self.unit {
            Unit::Day => today.saturating_sub(self.value.days()),
            Unit::Month => today.saturating_sub(self.value.months()),
            _ => today,
        }
    }
}

/// An indicator.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    /// What is checked.
    pub id: Check,
    /// On what.
    pub on: Subject,
    /// Whether it alone fails the site or account (单项否决).
    #[serde(default)]
    pub veto: bool,
    /// The part of the score it belongs to, where it costs points.
    pub part: Option<Part>,
    /// What each place costs.
    #[serde(default)]
    pub points: u32,
    /// What all of them cost at most.
    #[serde(default)]
    pub most: u32,
    /// Where the line is.
    pub limit: Option<Limit>,
    /// Working days to put it right.
    pub correct: u32,
    /// Article, standard or practice.
    pub basis: String,
    /// One sentence for people.
    pub text: String,
    /// What to do.
    pub advice: String,
}

/// How the score is judged.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frame {
    /// Points below which a site fails.
    pub pass: u32,
    /// Points above which bonus points count.
    pub bonus_over: u32,
    /// The most bonus points.
    pub bonus_most: u32,
    /// Article, standard or practice.
    pub basis: String,
}

/// How a site is probed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Probing {
    /// For so many days.
    pub days: u32,
    /// At least so often a day.
    pub a_day: u32,
    /// After so many seconds without an answer it counts as down.
    pub slow_seconds: u32,
    /// Article, standard or practice.
    pub basis: String,
}

/// What a part of the score is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartPoints {
    /// Which.
    pub id: Part,
    /// Its points.
    pub points: u32,
}

/// The labels that pages of a kind must bear.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Labels {
    pub(super) site: Vec<String>,
    pub(super) column: Vec<String>,
    pub(super) article: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    frame: Frame,
    probe: Probing,
    part: Vec<PartPoints>,
    labels: Labels,
    indicator: Vec<Indicator>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Own {
    indicator: Vec<Indicator>,
}

/// Why indicators were not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IndicatorError {
    /// Not the form of `data/inspection.toml`.
    #[error("检查指标文件写法不对：{0}。每条写 [[indicator]]，写法见 data/inspection.toml。")]
    Syntax(String),
    /// A check without its indicator.
    #[error("缺少检查指标“{}”。", .0.label())]
    Missing(Check),
    /// An indicator twice.
    #[error("检查指标“{}”写了两次。", .0.label())]
    Twice(Check),
    /// An own one that looks at something else, counts something else, or says not on what it rests.
    #[error("检查指标“{}”的检查对象和界限单位应与原指标相同，并写明依据。", .0.label())]
    Unlike(Check),
}

/// Every indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indicators {
    /// How the score is judged.
    pub frame: Frame,
    /// How a site is probed.
    pub probing: Probing,
    /// What each part is worth.
    pub parts: Vec<PartPoints>,
    pub(super) labels: Labels,
    by_check: BTreeMap<Check, Indicator>,
    /// Answers where a check has none: never, as reading looks for each.
    none: Indicator,
}

impl Indicators {
    /// The indicators shipped with the program.
    ///
    /// # Errors
    /// None for a program whose tests passed: one of them reads the file.
    ///
    /// ```
    /// use domain::inspection::{Check, Indicators};
    /// let indicators = Indicators::builtin().unwrap();
    /// assert_eq!(indicators.of(Check::HomeStale).limit.unwrap().value, 14);
    /// ```
    pub fn builtin() -> Result<Self, IndicatorError> {
        Self::read(include_str!("../../../../data/inspection.toml"))
    }

    fn read(text: &str) -> Result<Self, IndicatorError> {
        let file: File =
            toml::from_str(text).map_err(|error| IndicatorError::Syntax(error.message().to_owned()))?;
        let none = file.indicator.first().cloned().ok_or(IndicatorError::Missing(Check::Severe))?;
        let by_check = by_check(file.indicator)?;
        if let Some(missing) = Check::ALL.iter().find(|check| !by_check.contains_key(check)) {
            return Err(IndicatorError::Missing(*missing));
        }
        Ok(Self {
            frame: file.frame,
            probing: file.probe,
            parts: file.part,
            labels: file.labels,
            by_check,
            none,
        })
    }

    /// Replaces the indicators an office's own file names (same form).
    ///
    /// # Errors
    /// [`IndicatorError`]; then nothing is replaced.
    pub fn overridden(mut self, text: &str) -> Result<Self, IndicatorError> {
        let own: Own =
            toml::from_str(text).map_err(|error| IndicatorError::Syntax(error.message().to_owned()))?;
        for (check, own) in by_check(own.indicator)? {
            let shipped = self.of(check);
            let unit = |indicator: &Indicator| indicator.limit.map(|limit| limit.unit);
            if own.on != shipped.on || unit(&own) != unit(shipped) || own.basis.trim().is_empty() {
                return Err(IndicatorError::Unlike(check));
            }
            self.by_check.insert(check, own);
        }
        Ok(self)
    }

    /// The indicator of a check.
    pub fn of(&self, check: Check) -> &Indicator {
        self.by_check.get(&check).unwrap_or(&self.none)
    }

    /// Every indicator, in the order of the checks: for the page that lists them with their basis.
    pub fn all(&self) -> impl Iterator<Item = &Indicator> {
        self.by_check.values()
    }
}

fn by_check(indicators: Vec<Indicator>) -> Result<BTreeMap<Check, Indicator>, IndicatorError> {
    let mut by_check = BTreeMap::new();
    for indicator in indicators {
        let check = indicator.id;
        if by_check.insert(check, indicator).is_some() {
            return Err(IndicatorError::Twice(check));
        }
    }
    Ok(by_check)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn each_indicator_is_whole() {
        let indicators = Indicators::builtin().unwrap();
        assert_eq!(indicators.all().count(), Check::ALL.len());
        assert_eq!(indicators.parts.iter().map(|part| part.points).sum::<u32>(), 100);
        assert_eq!(indicators.parts.len(), Part::ALL.len());
        for indicator in indicators.all() {
            let id = indicator.id;
            assert!(!indicator.basis.is_empty() && indicator.advice.ends_with('。'), "{id:?}");
            assert!(indicator.text.ends_with('。') && indicator.correct > 0, "{id:?}");
            // What vetoes costs no points, what costs some belongs to a part.
            assert!(!(indicator.veto && indicator.points > 0), "{id:?}");
            assert_eq!(indicator.part.is_some(), indicator.points > 0, "{id:?}");
            assert!(indicator.points <= indicator.most, "{id:?}");
            if let Some(limit) = indicator.limit {
                assert!(indicator.text.contains(&limit.value.to_string()), "{id:?}");
            }
        }
    }

    #[test]
    fn a_period_begins_on_a_day() {
        let today = date(2020, 8, 31);
        let before = |value, unit| Limit { value, unit }.before(today);
        assert_eq!(before(14, Unit::Day), date(2020, 8, 17));
        assert_eq!(before(6, Unit::Month), date(2020, 2, 29));
    }

    #[test]
    fn an_office_replaces_one_by_its_own() {
        let own = |on: &str, unit: &str, basis: &str| {
            let text = format!(
                "[[indicator]]\nid = 'account_stale'\non = '{on}'\nveto = true\nlimit = {{ value = 10, unit = '{unit}' }}\n\
                 correct = 1\nbasis = '{basis}'\ntext = '账号10日内没有更新。'\nadvice = '请更新。'\n"
            );
            Indicators::builtin().unwrap().overridden(&text)
        };
        let tightened = own("account", "day", "示例市规定").unwrap();
        assert_eq!(tightened.of(Check::AccountStale).limit.unwrap().value, 10);
        let unlike = Err(IndicatorError::Unlike(Check::AccountStale));
        assert_eq!(own("site", "day", "示例市规定"), unlike);
        assert_eq!(own("account", "month", "示例市规定"), unlike);
        assert_eq!(own("account", "day", " "), unlike);
        let unknown = "[[indicator]]\nid = 'nothing'\n";
        assert!(matches!(Indicators::builtin().unwrap().overridden(unknown), Err(IndicatorError::Syntax(_))));
    }
}
