//! Texts people write, as they are kept: without control characters, which nobody types, PostgreSQL refuses (NUL) and
//! a browser's form adds (CR before each line break).

use crate::{Error, Result};
use domain::limits::TEXT_CHARACTERS_MAX;
use domain::plan::Plan;
use domain::scan::{self, Scanner};
use std::sync::LazyLock;

/// The text without control characters; line breaks and tabs stay.
pub(crate) fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

/// A text a person wrote, trimmed; may be empty.
///
/// # Errors
/// One that belongs in a file.
pub(crate) fn written(text: &str) -> Result<String> {
    let text = printable(text.trim());
    if text.chars().count() > TEXT_CHARACTERS_MAX {
        return Err(Error::refused("填写的文字过长，请删减，或作为附件上传。"));
    }
    Ok(text)
}

/// A text without personal data, as the journal and what is counted keep it.
pub(crate) fn masked(text: &str) -> String {
    static SCANNER: LazyLock<Scanner> = LazyLock::new(Scanner::default);
    scan::mask(text, &SCANNER.scan(text))
}

/// Checks the address of a page on the web: http or https, with a host and nobody's name, in one piece.
///
/// # Errors
/// Anything else.
pub(crate) fn web_address(url: &str) -> Result<()> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
    if host.contains(['@', '\\']) {
        return Err(Error::refused("网页链接中不能带用户名和密码（“@”前面的部分），请去掉后重新填写。"));
    }
    if host.is_empty() || url.len() > 2_000 || url.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(Error::refused("网页链接应以 http:// 或 https:// 开头，请从浏览器地址栏完整复制。"));
    }
    Ok(())
}

/// A plan whose texts can be kept.
pub(crate) fn printable_plan(mut plan: Plan) -> Plan {
    let clean = |text: &mut String| {
        if text.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\t')) {
            *text = printable(text);
        }
    };
    clean(&mut plan.title);
    for task in &mut plan.tasks {
        clean(&mut task.number);
        clean(&mut task.name);
        clean(&mut task.section);
        for assignment in &mut task.assignments {
            clean(&mut assignment.content);
            clean(&mut assignment.due.text);
            clean(&mut assignment.remark);
            assignment.units.iter_mut().for_each(|mention| clean(&mut mention.text));
            for extra in &mut assignment.extra {
                clean(&mut extra.name);
                clean(&mut extra.text);
            }
        }
    }
    plan
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_a_host_and_nobody() {
        for good in
            ["https://a.example", "http://a.example:8080/x?y=a@b.example", "https://a.example/@someone"]
        {
            assert!(web_address(good).is_ok(), "{good}");
        }
        for wrong in [
            "ftp://a.example",
            "https://",
            "https://u:p@a.example",
            "https://u@a.example/",
            "https://a.example\\@b.example/",
        ] {
            assert!(web_address(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_cannot_be_kept_is_dropped_and_the_rest_stays() {
        assert_eq!(written(" 第一行\r\n第二\u{0}行\t \n").unwrap(), "第一行\n第二行");
        assert!(written(&"长".repeat(TEXT_CHARACTERS_MAX + 1)).is_err());
    }
}
