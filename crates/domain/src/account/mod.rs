//! Accounts of the platform matrix (平台矩阵): the portal, its columns and every account in new media, each with the unit
//! that answers for it. What is done to one is in `state`, the ledger as a table in `ledger`.

mod known;
mod ledger;
mod platform;
mod publisher;
mod state;

pub use known::Known;
pub use ledger::{Field, Read, read};
pub use platform::Platform;
pub use publisher::{Publisher, WECHAT_API};
pub use state::{Act, Decision, Refused, State, approve, audit_due, propose, step};

use crate::finding::Finding;
use crate::text::half_width;
use crate::unit::UnitId;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// An account, as the ledger (清单) names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// 账号名称.
    pub name: String,
    /// 平台.
    pub platform: Platform,
    /// The account's id on its platform, the site's identification code, or the column's path.
    pub number: String,
    /// 主办单位.
    pub host: UnitId,
    /// 主管单位; none for the county's own.
    pub supervisor: Option<UnitId>,
    /// 责任人.
    pub responsible: String,
    /// 联系电话.
    pub phone: String,
    /// 开设日期.
    pub opened_on: Option<Date>,
    /// Where it is found.
    pub address: String,
    /// Whether the public can write to it.
    pub interactive: bool,
}

/// Whether somebody who looks for these words means an account of that name and id: a part of either.
///
/// ```
/// use domain::account::is_called;
/// assert!(is_called("示例发布", "shili-fabu", "ＳＨＩＬＩ"));
/// assert!(is_called("示例发布", "", "示例"));
/// assert!(!is_called("示例发布", "", " "));
/// ```
pub fn is_called(name: &str, number: &str, words: &str) -> bool {
    let words = plain(words);
    !words.is_empty() && (plain(name).contains(&words) || plain(number).contains(&words))
}

/// Names and ids in the form in which they are compared.
fn plain(words: &str) -> String {
    words.chars().filter_map(half_width).flat_map(char::to_lowercase).collect()
}

/// What is wanting in an account's entry, and what 国办发〔2018〕123号 asks of it; `others` are the normal ones of the
/// ledger without itself.
pub fn check<'a>(
    account: &Account,
    others: impl IntoIterator<Item = &'a Account>,
    today: Date,
) -> Vec<(Field, Finding)> {
    let mut found = Vec::new();
    let mut say = |field, finding| found.push((field, finding));
    if account.name.trim().is_empty() {
        say(Field::Name, Finding::error("account-name-missing", "没有账号名称。请照平台上显示的名称填写。"));
    }
    if account.responsible.trim().is_empty() {
        let message = "没有责任人，出了问题找不到人。请填写主办单位指定的责任人。";
        say(Field::Responsible, Finding::error("account-responsible-missing", message));
    }
    if account.phone.trim().is_empty() {
        say(Field::Phone, Finding::error("account-phone-missing", "没有联系电话。请填写责任人的办公电话。"));
    }
    if account.number.trim().is_empty() && account.platform.has_number() {
        let message = "没有平台账号（微信号、网站标识码等），以后难以认出是不是同一个账号。请填写。";
        say(Field::Number, Finding::warning("account-number-missing", message));
    }
    if account.address.trim().is_empty() && account.platform.has_address() {
        let message = "没有网址，不能自动检查是否能打开、是否按时更新。请填写账号主页的网址。";
        say(Field::Address, Finding::warning("account-address-missing", message));
    }
    match account.opened_on {
        None => {
            let message = "没有开设日期。请填写平台上的开通日期；查不到的，填写报备日期。";
            say(Field::OpenedOn, Finding::warning("account-opened-missing", message));
        }
        Some(day) if day > today => {
            let message = "开设日期晚于今天。请核对；尚未开通的，开通后再登记。";
            say(Field::OpenedOn, Finding::error("account-opened-future", message));
        }
        Some(_) => {}
    }
    if !account.interactive && account.platform.is_new_media() {
        let message = "没有互动功能。未提供有效互动功能的政务新媒体，检查时单项否决（国办秘函〔2019〕19号）。请开通留言、评论或私信。";
        say(Field::Interactive, Finding::warning("account-not-interactive", message));
    }
    if account.platform.is_third_party() {
        let same = |other: &&Account| other.host == account.host && other.platform == account.platform;
        if let Some(other) = others.into_iter().find(same) {
            let message = format!(
                "主办单位在{}已有账号“{}”。一个单位在同一第三方平台只开设一个账号（国办发〔2018〕123号）。请合并或关停其中一个。",
                account.platform.label(),
                other.name
            );
            say(Field::Platform, Finding::warning("account-second", message));
        }
    }
    found
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use jiff::civil::date;

    pub(crate) fn account() -> Account {
        Account {
            name: "示例发布".into(),
            platform: Platform::Wechat,
            number: "shili-fabu".into(),
            host: 1,
            supervisor: Some(2),
            responsible: "示例责任人".into(),
            phone: "0477-0000000".into(),
            opened_on: Some(date(2018, 5, 1)),
            address: "https://mp.example/shili/".into(),
            interactive: true,
        }
    }

    fn codes(account: &Account, others: &[Account]) -> Vec<String> {
        let found = check(account, others, date(2020, 9, 7));
        found.into_iter().map(|(_, finding)| finding.code.into_owned()).collect()
    }

    #[test]
    fn what_is_wanting_is_said() {
        assert_eq!(codes(&account(), &[]), Vec::<String>::new());
        let bare = Account {
            name: " ".into(),
            platform: Platform::Weibo,
            number: String::new(),
            responsible: String::new(),
            phone: String::new(),
            opened_on: None,
            address: String::new(),
            interactive: false,
            ..account()
        };
        assert_eq!(codes(&bare, &[]).len(), 7);
        let ahead = Account { opened_on: Some(date(2020, 9, 8)), ..account() };
        assert_eq!(codes(&ahead, &[]), ["account-opened-future"]);
        let column = Account { platform: Platform::Column, interactive: false, ..account() };
        assert_eq!(codes(&column, &[]), Vec::<String>::new());
    }

    #[test]
    fn a_unit_has_one_account_a_platform() {
        let second = Account { name: "示例微观".into(), ..account() };
        assert_eq!(codes(&second, &[account()]), ["account-second"]);
        let elsewhere = Account { platform: Platform::Weibo, ..account() };
        assert_eq!(codes(&elsewhere, &[account()]), Vec::<String>::new());
        let (app, other) = (Platform::App, Account { platform: Platform::App, ..account() });
        assert_eq!(codes(&Account { platform: app, ..account() }, &[other]), Vec::<String>::new());
    }

    #[test]
    fn a_change_says_what_was_and_what_is() {
        let after = Account { phone: "0477-1111111".into(), host: 3, ..account() };
        let changes = account().changes(&after, |unit| format!("单位{unit}"));
        assert_eq!(
            changes,
            [
                (Field::Host, "单位1".to_owned(), "单位3".to_owned()),
                (Field::Phone, "0477-0000000".to_owned(), "0477-1111111".to_owned()),
            ]
        );
    }
}
