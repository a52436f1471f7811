//! The words under which a disclosure goes to the accounts (两微一端): the portal is first, they point to it.

use super::Disclosure;

/// Characters of the text in an article: what is read without opening it.
const ARTICLE_CHARACTERS: usize = 400;
/// Characters of a short post, the address not counted: what fits one post whole.
const SHORT_CHARACTERS: usize = 110;

/// A text for a WeChat article: title, unit, the beginning of the text, where the whole is.
pub fn article(disclosure: &Disclosure, unit: &str, address: &str) -> String {
    let text = crate::text::head(disclosure.text().trim(), ARTICLE_CHARACTERS);
    let mut out = format!("{}\n\n{text}\n\n来源：{unit}\n全文：{address}\n", disclosure.title);
    if !disclosure.files.is_empty() {
        out.push_str(&format!("附件{}个，请在全文页面查看、下载。\n", disclosure.files.len()));
    }
    out
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
    fn a_short_post_fits() {
        let text = short(&disclosure(), "示例局", "https://x.cn/disclosures/1");
        assert!(text.starts_with("【关于发放示例补贴的公告】现将"));
        assert!(text.chars().count() < 150, "{}", text.chars().count());
        let long = Disclosure { title: "长".repeat(120), ..disclosure() };
        assert!(short(&long, "示例局", "x").ends_with("】（示例局）x"));
    }
}
