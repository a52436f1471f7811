//! What is found of a page: whether it opens, its links, words, labels, footer, dates, guide, and whether all can read it.

use super::Inspector;
use super::found::Found;
use super::indicator::Check;
use super::seen::{FooterMark, PageKind, PageSeen};
use super::site::missing;
use crate::finding::Severity;
use crate::letter::written_date;
use crate::unit::UnitId;

impl PageSeen {
    /// Whether it was there.
    pub(super) fn is_open(&self) -> bool {
        self.status.is_some_and(is_success)
    }

    /// Whether it was taken away, so that nothing is wrong with it any more.
    pub(super) fn is_gone(&self) -> bool {
        matches!(self.status, Some(404 | 410))
    }
}

fn is_success(status: u16) -> bool {
    (200..400).contains(&status)
}

/// Statuses by which a server keeps programs out; people may well get in.
const KEPT_OUT: [u16; 4] = [401, 403, 405, 429];

impl Inspector<'_> {
    /// What is found of a page; `site` is the unit that answers where the page names none.
    pub fn page(&self, page: &PageSeen, site: UnitId) -> Vec<Found> {
        let mut found = Vec::new();
        let unit = page.unit.unwrap_or(site);
        let mut say = |check, detail: &str, words: String| {
            found.push(self.found(check, unit, &page.address, detail, words));
        };
        if !page.is_open() {
            let why = page.status.map_or_else(|| "没有应答".to_owned(), |status| format!("返回状态{status}"));
            say(Check::PageUnreachable, "", format!("页面打不开，{why}。"));
            return found;
        }
        for link in page.links.iter().filter(|link| !link.status.is_some_and(opens)) {
            let (check, what) =
                if link.file { (Check::AttachmentMissing, "附件") } else { (Check::LinkDead, "链接") };
            say(check, &link.address, format!("{what}“{}”打不开：{}。", link.words, link.address));
        }
        for seen in page.words.iter().filter(|seen| seen.rule.severity() != Severity::Info) {
            let check = if seen.rule.is_personal() { Check::PersonalData } else { Check::Wording };
            say(check, &seen.words, format!("{}：{}。", seen.rule.label(), seen.words));
        }
        for (label, words) in self.labels(page) {
            say(Check::LabelMissing, label, words);
        }
        if page.kind != PageKind::Other {
            for mark in FooterMark::ALL.iter().filter(|mark| !page.footer.contains(mark)) {
                say(Check::FooterIncomplete, mark.word(), format!("页脚没有{}。", mark.label()));
            }
        }
        match page.published {
            None if page.kind == PageKind::Article => {
                say(Check::DateDoubtful, "", "文章没有发布日期。".to_owned());
            }
            Some(day) if day > self.today => {
                say(Check::DateDoubtful, "", format!("发布日期{}晚于检查当日。", written_date(day)));
            }
            _ => {}
        }
        for element in missing(page) {
            say(Check::GuideIncomplete, element.word(), format!("办事指南没有{}。", element.label()));
        }
        for image in &page.images_without_words {
            say(Check::ImageWithoutWords, image, format!("图片没有替代文字：{image}。"));
        }
        if let Some(words) = headings(&page.headings) {
            say(Check::HeadingOrder, "", words);
        }
        for (is_missing, word, what) in [
            (page.title.trim().is_empty(), "title", "标题"),
            (page.language.trim().is_empty(), "language", "语言"),
        ] {
            if is_missing {
                say(Check::PageUnnamed, word, format!("页面没有标明{what}。"));
            }
        }
        found
    }

    /// The labels that are wanting or written wrongly, each with a sentence.
    fn labels(&self, page: &PageSeen) -> Vec<(&str, String)> {
        let labels = &self.indicators.labels;
        let own = match page.kind {
            PageKind::Column => Some(&labels.column),
            PageKind::Article => Some(&labels.article),
            PageKind::Home | PageKind::Guide | PageKind::Other => None,
        };
        let needed = labels.site.iter().chain(own.into_iter().flatten());
        let fault = |label: &String| match page.labels.get(label).map(|content| content.trim()) {
            None => Some(format!("没有标签{label}。")),
            Some("") => Some(format!("标签{label}没有内容。")),
            Some(content) if !is_well_written(label, content) => {
                Some(format!("标签{label}的写法不对：{content}。"))
            }
            Some(_) => None,
        };
        needed.filter_map(|label| Some((label.as_str(), fault(label)?))).collect()
    }
}

fn opens(status: u16) -> bool {
    is_success(status) || KEPT_OUT.contains(&status)
}

/// The labels whose form is fixed: the identification code (10 digits, or `bm` and 8), the time (`2026-09-30 17:18`).
fn is_well_written(label: &str, content: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match label {
        "SiteIDCode" => content.len() == 10 && digits(content.strip_prefix("bm").unwrap_or(content)),
        "PubDate" => {
            content.len() == 16 && jiff::civil::DateTime::strptime("%Y-%m-%d %H:%M", content).is_ok()
        }
        _ => true,
    }
}

/// What is wrong with the headings of a page.
fn headings(levels: &[u8]) -> Option<String> {
    if !levels.contains(&1) {
        return Some("页面没有一级标题。".to_owned());
    }
    let jump = levels.windows(2).find(|pair| matches!(pair, [before, after] if *after > before + 1))?;
    let [before, after] = jump else { return None };
    Some(format!("标题从{before}级跳到{after}级。"))
}
