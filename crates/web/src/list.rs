//! What lists share: pages that keep the filters, and query strings.

use store::Page;

/// Links to the other pages of a list.
#[derive(Debug, Clone)]
pub(crate) struct Pages {
    pub(crate) page: u64,
    pub(crate) pages: u64,
    pub(crate) total: u64,
    pub(crate) previous: Option<String>,
    pub(crate) next: Option<String>,
    /// The last page, for who asked for one behind it.
    pub(crate) beyond: Option<String>,
}

impl Pages {
    /// The links, with the filters of the query kept.
    pub(crate) fn of<T>(found: &Page<T>, path: &str, query: &[(&str, String)]) -> Self {
        let link = |page: u64| {
            let mut query = query.to_vec();
            query.push(("page", page.to_string()));
            link(path, &query)
        };
        Self {
            page: found.page,
            pages: found.pages(),
            total: found.total,
            previous: (found.page > 1).then(|| link(found.page - 1)),
            next: (found.page < found.pages()).then(|| link(found.page + 1)),
            beyond: (found.total > 0 && found.page > found.pages()).then(|| link(found.pages())),
        }
    }
}

/// A path with those of the query's values that are not empty.
pub(crate) fn link(path: &str, query: &[(&str, String)]) -> String {
    let mut written = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in query.iter().filter(|(_, value)| !value.is_empty()) {
        written.append_pair(name, value);
    }
    let written = written.finish();
    if written.is_empty() { path.to_owned() } else { format!("{path}?{written}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_keep_the_filters() {
        let found = Page { rows: vec![(); 50], total: 120, page: 2, size: 50 };
        let pages =
            Pages::of(&found, "/office/assignments", &[("q", "目录&".into()), ("unit", String::new())]);
        assert_eq!(pages.pages, 3);
        assert_eq!(pages.previous.as_deref(), Some("/office/assignments?q=%E7%9B%AE%E5%BD%95%26&page=1"));
        assert_eq!(pages.next.as_deref(), Some("/office/assignments?q=%E7%9B%AE%E5%BD%95%26&page=3"));
        assert_eq!(pages.beyond, None);
    }

    #[test]
    fn who_asks_for_a_page_that_is_not_there_is_led_to_the_last() {
        let beyond = |total, page| {
            Pages::of(&Page { rows: Vec::<()>::new(), total, page, size: 50 }, "/log", &[]).beyond
        };
        assert_eq!(beyond(240, 999).as_deref(), Some("/log?page=5"));
        assert_eq!(beyond(0, 999), None, "nothing is there at all");
        assert_eq!(beyond(240, 5), None);
    }
}
