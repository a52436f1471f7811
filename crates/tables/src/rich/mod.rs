//! Text with structure as people paste it from Word, WPS and web pages: headings, paragraphs, lists and tables are kept;
//! styles, scripts, comments and office markup are dropped. What comes out is safe to show and never changes when cleaned
//! again.

pub mod block;

use ammonia::{Builder, UrlRelative};
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// Elements that carry meaning.
const ELEMENTS: [&str; 27] = [
    "a",
    "b",
    "blockquote",
    "br",
    "caption",
    "em",
    "h2",
    "h3",
    "h4",
    "hr",
    "i",
    "li",
    "ol",
    "p",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
    "colgroup",
];

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = Builder::empty();
    cleaner
        .tags(HashSet::from(ELEMENTS))
        .clean_content_tags(HashSet::from([
            "script", "style", "title", "head", "xml", "noscript", "template",
        ]))
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href"])),
            ("td", HashSet::from(["rowspan", "colspan"])),
            ("th", HashSet::from(["rowspan", "colspan"])),
        ]))
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .url_relative(UrlRelative::PassThrough)
        .link_rel(Some("noopener noreferrer"))
        .strip_comments(true);
    cleaner
});

/// Pasted markup as clean HTML. Text without any markup becomes paragraphs.
///
/// ```
/// let word = r#"<p class=MsoNormal style='margin:0'><span lang=EN-US>甲<o:p></o:p></span></p><script>alert(1)</script>"#;
/// assert_eq!(tables::rich::clean(word), "<p>甲</p>");
/// ```
pub fn clean(pasted: &str) -> String {
    let marked = pasted.match_indices('<').any(|(at, _)| {
        let next = pasted.get(at + 1..).and_then(|rest| rest.chars().next());
        next.is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'))
    });
    if !marked {
        return from_text(pasted);
    }
    let mut cleaned = CLEANER.clean(&headings(pasted)).to_string();
    // Cleaning is repeated until nothing moves: what is taken out may join what was apart.
    for _ in 0..4 {
        let settled = settle(&cleaned.replace("&nbsp;", " ").replace('\u{a0}', " "));
        let again = CLEANER.clean(&settled).to_string();
        if again == cleaned {
            break;
        }
        cleaned = again;
    }
    if cleaned.contains('<') { cleaned } else { paragraphs(&cleaned) }
}

/// Plain text as paragraphs, a line each.
pub fn from_text(text: &str) -> String {
    paragraphs(&escape(text))
}

/// Text as it stands in markup.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn paragraphs(escaped: &str) -> String {
    let lines = escaped.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| format!("<p>{line}</p>")).collect()
}

/// A page has one heading of the first level, its title: those of the text begin below it.
fn headings(html: &str) -> String {
    let mut out = html.to_owned();
    for (from, to) in [("h1", "h2"), ("h5", "h4"), ("h6", "h4")] {
        for form in [from.to_owned(), from.to_ascii_uppercase()] {
            for end in [">", " ", "\n"] {
                out = out.replace(&format!("<{form}{end}"), &format!("<{to}{end}"));
            }
            out = out.replace(&format!("</{form}>"), &format!("</{to}>"));
        }
    }
    out
}

/// Elements with nothing in them go, as does white space around blocks.
fn settle(html: &str) -> String {
    let mut out = html.to_owned();
    loop {
        let mut next = out.clone();
        for name in [
            "p",
            "strong",
            "b",
            "em",
            "i",
            "u",
            "h2",
            "h3",
            "h4",
            "li",
            "ul",
            "ol",
            "blockquote",
            "sup",
            "sub",
        ] {
            next = without_empty(&next, name);
        }
        if next == out {
            return out.trim().to_owned();
        }
        out = next;
    }
}

fn without_empty(html: &str, name: &str) -> String {
    let open = format!("<{name}>");
    let close = format!("</{name}>");
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(&open) {
        let (before, from) = rest.split_at(at);
        let inner = from.get(open.len()..).unwrap_or_default();
        let bare = inner.trim_start().trim_start_matches("<br>").trim_start();
        out.push_str(before);
        match bare.strip_prefix(close.as_str()) {
            Some(after) => rest = after,
            None => {
                out.push_str(&open);
                rest = inner;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn structure_is_kept_and_the_rest_dropped() {
        for (pasted, expected) in [
            ("第一行\n\n第二行 <", "<p>第一行</p><p>第二行 &lt;</p>"),
            ("<h1 style='color:red'>标题</h1><p>甲</p>", "<h2>标题</h2><p>甲</p>"),
            ("<p><span style='mso-x'>甲</span>&nbsp;</p><p>&nbsp;</p><p><br></p>", "<p>甲 </p>"),
            ("<p onclick='x()'>甲<img src=x onerror=alert(1)></p>", "<p>甲</p>"),
            ("<a href='javascript:alert(1)'>甲</a>", "<a rel=\"noopener noreferrer\">甲</a>"),
            ("<!--[if gte mso 9]><xml><w:x>丙</w:x></xml><![endif]--><p>乙</p>", "<p>乙</p>"),
            ("<iframe src=//x></iframe><svg><script>1</script></svg>甲<form><input></form>", "<p>甲</p>"),
        ] {
            assert_eq!(clean(pasted), expected, "{pasted}");
        }
        let table = "<table border=1><tr><td colspan=2 style='x'>甲</td></tr></table>";
        assert_eq!(clean(table), "<table><tbody><tr><td colspan=\"2\">甲</td></tr></tbody></table>");
    }

    proptest! {
        #[test]
        fn cleaning_again_changes_nothing(text in "(<(p|h1|b|td|table|tr|script|a href='x'|li|ul|/p|/b|/td|/script|!--|x:y)>|[甲乙 &<>\"'a]|&nbsp;|&lt;){0,24}") {
            let once = clean(&text);
            prop_assert_eq!(clean(&once), once);
        }

        #[test]
        fn nothing_that_acts_survives(text in ".{0,200}") {
            let cleaned = clean(&format!("<p>{text}</p>")).to_lowercase();
            prop_assert!(!cleaned.contains("<script") && !cleaned.contains("onerror=\"") && !cleaned.contains("<iframe"));
        }
    }
}
