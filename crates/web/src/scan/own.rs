//! What is no news in a file that goes with a page: properties that say what the page says, and slips of the pen in files
//! that were made from the page's own text, where they are told already.

use super::{Noticed, Target};
use domain::disclosure::{Disclosure, Kind};
use domain::finding::Severity;
use store::Store;

/// What the page says of itself, and whether its files were made from it.
pub(super) struct Page {
    title: String,
    unit: String,
    made_here: bool,
}

impl Page {
    /// Of a disclosure, known by its identity where it is kept already.
    pub(super) async fn of(store: &Store, own: Option<i64>, content: &Disclosure) -> store::Result<Self> {
        let title = content.title.trim().to_owned();
        let row = match own {
            Some(id) => store::disclosure::find(store, id).await?,
            None => None,
        };
        let Some(row) = row else { return Ok(Self { title, unit: String::new(), made_here: false }) };
        let directory = store::unit::directory(store).await?;
        let report = match content.kind {
            Kind::AnnualReport => store::annual_report::find_handed_in(store, row.id).await?,
            _ => None,
        };
        Ok(Self {
            title,
            unit: directory.unit(row.unit).map(|unit| unit.name.clone()).unwrap_or_default(),
            made_here: report.is_some(),
        })
    }

    /// Whether something found in one of the files is worth a person's time. What must be settled always is.
    pub(super) fn is_news(&self, noticed: &Noticed) -> bool {
        if noticed.severity == Severity::Error {
            return true;
        }
        match noticed.target {
            Target::Hidden => !self.says(&noticed.words),
            Target::Words(_) => !self.made_here,
            _ => true,
        }
    }

    /// Whether a property (`标题：…`, shortened) only repeats the title, its beginning or the unit.
    fn says(&self, property: &str) -> bool {
        let Some((_, value)) = property.split_once('：') else { return false };
        let value = value.trim_end_matches('…').trim();
        !value.is_empty() && (value == self.unit || self.title.starts_with(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noticed(words: &str, severity: Severity, target: Target) -> Noticed {
        Noticed {
            label: "文档属性",
            severity,
            place: String::new(),
            words: words.to_owned(),
            note: String::new(),
            fix: None,
            mark: String::new(),
            personal: true,
            target,
        }
    }

    #[test]
    fn only_what_the_page_does_not_say_is_news() {
        let page = Page {
            title: "示例局2019年政府信息公开工作年度报告（示例数据）".to_owned(),
            unit: "示例旗政务服务局".to_owned(),
            made_here: true,
        };
        let hidden = |words: &str| page.is_news(&noticed(words, Severity::Warning, Target::Hidden));
        assert!(!hidden("标题：示例局2019年政府信息公开工作年度报告"));
        assert!(!hidden("作者：示例局") && !hidden("单位：示例旗政务服务局"));
        assert!(hidden("作者：张某某") && hidden("作者："));
        let words =
            || Target::Words(tables::attachment::Edit { segment: 0, range: 0..1, with: String::new() });
        assert!(!page.is_news(&noticed("（", Severity::Warning, words())));
        assert!(page.is_news(&noticed("身份证号", Severity::Error, words())));
        let uploaded = Page { made_here: false, ..page };
        assert!(uploaded.is_news(&noticed("（", Severity::Warning, words())));
    }
}
