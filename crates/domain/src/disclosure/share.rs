//! The words under which a disclosure goes to the accounts (两微一端): the portal is first, they point to it.

use super::Disclosure;
use serde::Serialize;

/// Characters of the text in an article: what is read without opening it.
const ARTICLE_CHARACTERS: usize = 400;
/// Characters of a short post, the address not counted: what fits one post whole.
const SHORT_CHARACTERS: usize = 110;
/// Characters of a draft's title, author and digest that WeChat takes.
const DRAFT_TITLE: usize = 32;
const DRAFT_AUTHOR: usize = 16;
const DRAFT_DIGEST: usize = 120;

/// A text for a WeChat article: title, unit, the beginning of the text, where the whole is.
pub fn article(disclosure: &Disclosure, unit: &str, address: &str) -> String {
    let text = cut(&without_tables(disclosure).text(), ARTICLE_CHARACTERS);
    let mut out = format!("{}\n\n{text}\n\n来源：{unit}\n全文：{address}\n", disclosure.title);
    if !disclosure.files.is_empty() {
        out.push_str(&format!("附件{}个，请在全文页面查看、下载。\n", disclosure.files.len()));
    }
    out
}

/// The disclosure without its tables: an article has no columns, and a table's cells in a row say nothing.
fn without_tables(disclosure: &Disclosure) -> Disclosure {
    let mut body = String::with_capacity(disclosure.body.len());
    let mut rest = disclosure.body.as_str();
    while let Some(start) = rest.find("<table") {
        let (before, table) = rest.split_at(start);
        body.push_str(before);
        // A table within a table ends with the outer one's words left out at most.
        rest = table.find("</table>").map_or("", |end| table.get(end + "</table>".len()..).unwrap_or(""));
    }
    body.push_str(rest);
    Disclosure { body, ..Disclosure::default() }
}

/// Whole blocks, a line of space between them, up to so many characters; the last one ends with a sentence.
fn cut(text: &str, characters: usize) -> String {
    let mut kept: Vec<String> = Vec::new();
    let mut left = characters;
    for line in text.lines() {
        let length = line.chars().count();
        if length <= left {
            kept.push(line.to_owned());
            left -= length;
            continue;
        }
        let beginning: String = line.chars().take(left).collect();
        let end = beginning.rfind(['。', '！', '？', '；']).map(|at| at + '。'.len_utf8());
        match end.and_then(|end| beginning.get(..end)) {
            Some(sentences) => kept.push(sentences.to_owned()),
            // Better a sentence that goes on than nothing at all.
            None if kept.is_empty() => kept.push(format!("{beginning}…")),
            None => {}
        }
        break;
    }
    kept.join("\n\n")
}

/// An article as WeChat's interface for drafts takes it (draft/add), save for its cover.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Draft {
    /// Its title, cut where it is too long.
    pub title: String,
    /// Who published it.
    pub author: String,
    /// What is read without opening it.
    pub digest: String,
    /// The whole, HTML.
    pub content: String,
    /// 阅读原文.
    pub content_source_url: String,
}

/// A disclosure as a draft: the whole text, and where it stands.
pub fn draft(disclosure: &Disclosure, unit: &str, address: &str) -> Draft {
    let cut = |text: &str, characters: usize| text.chars().take(characters).collect::<String>();
    // A title that is cut stands in the article whole.
    let (title, whole) = if disclosure.title.chars().count() > DRAFT_TITLE {
        let whole = format!("<p><strong>{}</strong></p>", crate::text::escaped(&disclosure.title));
        (crate::text::head(&disclosure.title, DRAFT_TITLE - 1), whole)
    } else {
        (disclosure.title.clone(), String::new())
    };
    let source = crate::text::escaped(unit);
    Draft {
        title,
        author: cut(unit, DRAFT_AUTHOR),
        digest: crate::text::head(&disclosure.head(), DRAFT_DIGEST - 1),
        content: format!("{whole}{}<p>来源：{source}</p>", disclosure.body),
        content_source_url: address.to_owned(),
    }
}

/// A short post with the address.
pub fn short(disclosure: &Disclosure, unit: &str, address: &str) -> String {
    let lead = format!("【{}】", disclosure.title);
    let left = SHORT_CHARACTERS.saturating_sub(lead.chars().count() + unit.chars().count());
    let text = if left > 10 { crate::text::head(&disclosure.head(), left) } else { String::new() };
    format!("{lead}{text}（{unit}）{address}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn disclosure() -> Disclosure {
        Disclosure {
            title: "关于发放示例补贴的公告".into(),
            body: format!("<p>{}</p>", "现将有关事项公告如下。".repeat(60)),
            ..Disclosure::default()
        }
    }

    #[test]
    fn an_article_says_where_the_whole_is() {
        let text = article(&disclosure(), "示例局", "https://x.cn/disclosures/1");
        assert!(text.starts_with("关于发放示例补贴的公告\n\n现将"));
        assert!(text.ends_with("来源：示例局\n全文：https://x.cn/disclosures/1\n"));
        assert!(text.chars().count() < 480);
    }

    #[test]
    fn an_article_keeps_blocks_apart_and_ends_with_a_sentence() {
        let body = "<p>一、发放对象</p><p>低保家庭。</p><table><tr><th>标准</th><td>三百元</td></tr></table><p>二、时间</p>";
        let disclosure = Disclosure { body: body.into(), ..disclosure() };
        let text = article(&disclosure, "示例局", "x");
        assert!(text.contains("\n\n一、发放对象\n\n低保家庭。\n\n二、时间\n\n来源"), "{text}");
        let long = article(&self::disclosure(), "示例局", "x");
        let (words, _) = long.split_once("\n\n来源").unwrap();
        assert!(words.ends_with("如下。"), "{words}");
        assert_eq!(cut(&"长".repeat(20), 5), "长长长长长…");
        assert_eq!(cut("短。\n长长长长长长", 5), "短。");
    }

    #[test]
    fn a_draft_keeps_to_the_limits_and_loses_nothing() {
        let long = Disclosure { title: "关于<示例>".repeat(12), ..disclosure() };
        let made = draft(&long, "鄂尔多斯市生态环境局示例旗分局办公室", "https://x.cn/disclosures/1");
        assert!(made.title.chars().count() <= 32, "{}", made.title);
        assert_eq!(made.author.chars().count(), 16);
        assert!(made.digest.chars().count() <= 120);
        assert!(made.content.contains(&"关于&lt;示例&gt;".repeat(12)) && made.content.contains(&long.body));
        let short = draft(&disclosure(), "示例局", "https://x.cn/disclosures/1");
        assert_eq!(short.title, "关于发放示例补贴的公告");
        assert!(short.content.starts_with("<p>现将"));
    }

    #[test]
    fn a_short_post_fits() {
        let text = short(&disclosure(), "示例局", "https://x.cn/disclosures/1");
        assert!(text.starts_with("【关于发放示例补贴的公告】现将"));
        assert!(text.chars().count() < 150, "{}", text.chars().count());
        let long = Disclosure { title: "长".repeat(120), ..disclosure() };
        assert!(short(&long, "示例局", "x").ends_with("】（示例局）x"));
    }
}
