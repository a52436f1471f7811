//! The ledger (清单) as a table: its columns with the names offices give them, a row read into an account, an account
//! written as a row. Sheets are `tables`' matter.

use super::{Account, Platform, State};
use crate::finding::Finding;
use crate::text::half_width;
use crate::unit::{Directory, Resolution, UnitId};
use crate::vocabulary::words;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

words! {
    /// A column of the ledger, in the order in which it is written.
    Field {
        /// Its name as people see it.
        Name = "name", "账号名称";
        /// Where it is.
        Platform = "platform", "平台类型";
        /// Its id there.
        Number = "number", "平台账号";
        /// The unit that answers for it.
        Host = "host", "主办单位";
        /// The unit above.
        Supervisor = "supervisor", "主管单位";
        /// The person.
        Responsible = "responsible", "责任人";
        /// The person's telephone.
        Phone = "phone", "联系电话";
        /// Since when.
        OpenedOn = "opened_on", "开设日期";
        /// Its address on the web.
        Address = "address", "网址";
        /// Whether the public can write to it.
        Interactive = "interactive", "互动功能";
        /// Where it stands.
        State = "state", "状态";
    }
}

/// Other headers of a column, in reading form.
const ALIASES: [(&str, Field); 37] = [
    ("名称", Field::Name),
    ("帐号名称", Field::Name),
    ("新媒体名称", Field::Name),
    ("网站名称", Field::Name),
    ("栏目名称", Field::Name),
    ("平台", Field::Platform),
    ("类型", Field::Platform),
    ("账号类型", Field::Platform),
    ("平台名称", Field::Platform),
    ("新媒体类型", Field::Platform),
    ("账号", Field::Number),
    ("帐号", Field::Number),
    ("账号id", Field::Number),
    ("微信号", Field::Number),
    ("网站标识码", Field::Number),
    ("主办单位名称", Field::Host),
    ("开办单位", Field::Host),
    ("运营单位", Field::Host),
    ("单位", Field::Host),
    ("主管部门", Field::Supervisor),
    ("上级主管单位", Field::Supervisor),
    ("负责人", Field::Responsible),
    ("联系人", Field::Responsible),
    ("责任人姓名", Field::Responsible),
    ("电话", Field::Phone),
    ("联系方式", Field::Phone),
    ("责任人电话", Field::Phone),
    ("开通日期", Field::OpenedOn),
    ("开设时间", Field::OpenedOn),
    ("开通时间", Field::OpenedOn),
    ("链接", Field::Address),
    ("域名", Field::Address),
    ("是否互动", Field::Interactive),
    ("是否有互动功能", Field::Interactive),
    ("账号状态", Field::State),
    ("运行状态", Field::State),
    ("是否正常", Field::State),
];

impl Field {
    /// The column a header names; `None` for a column of the office's own.
    ///
    /// ```
    /// use domain::account::Field;
    /// assert_eq!(Field::of_header("主办 单位"), Some(Field::Host));
    /// assert_eq!(Field::of_header("开通时间"), Some(Field::OpenedOn));
    /// assert_eq!(Field::of_header("粉丝数"), None);
    /// ```
    pub fn of_header(header: &str) -> Option<Self> {
        let plain: String = header.chars().filter_map(half_width).flat_map(char::to_lowercase).collect();
        let own = Self::ALL.iter().copied().find(|field| field.label() == plain);
        own.or_else(|| ALIASES.iter().find(|(alias, _)| *alias == plain).map(|(_, field)| *field))
    }
}

impl Account {
    /// The ledger's row, a cell for each of [`Field::ALL`], in words that [`read`] reads as the same.
    pub fn row(&self, state: State, unit_name: impl Fn(UnitId) -> String) -> Vec<String> {
        Field::ALL.iter().map(|field| self.cell(*field, state, &unit_name)).collect()
    }

    /// What a change changes: column, before, after.
    pub fn changes(
        &self,
        after: &Self,
        unit_name: impl Fn(UnitId) -> String,
    ) -> Vec<(Field, String, String)> {
        let rows = self.row(State::Normal, &unit_name).into_iter().zip(after.row(State::Normal, &unit_name));
        let changed = Field::ALL.iter().copied().zip(rows).filter(|(_, (before, after))| before != after);
        changed.map(|(field, (before, after))| (field, before, after)).collect()
    }

    fn cell(&self, field: Field, state: State, unit_name: impl Fn(UnitId) -> String) -> String {
        match field {
            Field::Name => self.name.clone(),
            Field::Platform => self.platform.label().to_owned(),
            Field::Number => self.number.clone(),
            Field::Host => unit_name(self.host),
            Field::Supervisor => self.supervisor.map(unit_name).unwrap_or_default(),
            Field::Responsible => self.responsible.clone(),
            Field::Phone => self.phone.clone(),
            Field::OpenedOn => self.opened_on.map(|day| day.to_string()).unwrap_or_default(),
            Field::Address => self.address.clone(),
            Field::Interactive => if self.interactive { "有" } else { "无" }.to_owned(),
            Field::State => state.label().to_owned(),
        }
    }
}

/// A row of the ledger as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// The account; `None` where the row does not tell whose it is, so it cannot be registered.
    pub account: Option<Account>,
    /// Where it stands; normal where the row does not say.
    pub state: State,
    /// What could not be understood, with the column.
    pub findings: Vec<(Field, Finding)>,
}

/// Reads a row.
pub fn read(row: &BTreeMap<Field, String>, directory: &Directory) -> Read {
    let mut findings = Vec::new();
    let cell = |field| row.get(&field).map_or("", |text| text.trim());
    let text = |field| cell(field).to_owned();
    let mut unit = |field: Field, required: bool| match directory.resolve(cell(field)) {
        Resolution::Unit(id) => Some(id),
        _ if cell(field).is_empty() && !required => None,
        _ => {
            let message = format!(
                "{}“{}”不在单位名录中。请改为名录中的单位，或者先登记单位。",
                field.label(),
                cell(field)
            );
            let finding = if required { Finding::error } else { Finding::warning };
            findings.push((field, finding("account-unit-unknown", message)));
            None
        }
    };
    let (host, supervisor) = (unit(Field::Host, true), unit(Field::Supervisor, false));
    let platform = Platform::read(cell(Field::Platform)).unwrap_or_else(|| {
        let message = format!("没有看懂平台类型“{}”，暂记为“其他”。请选择。", cell(Field::Platform));
        findings.push((Field::Platform, Finding::warning("account-platform-unknown", message)));
        Platform::Other
    });
    let opened_on = day(cell(Field::OpenedOn));
    if opened_on.is_none() && !cell(Field::OpenedOn).is_empty() {
        let message = format!("没有看懂开设日期“{}”。请写成2020-09-01这样。", cell(Field::OpenedOn));
        findings.push((Field::OpenedOn, Finding::warning("account-opened-unreadable", message)));
    }
    let interactive = cell(Field::Interactive);
    let account = host.map(|host| Account {
        name: text(Field::Name),
        platform,
        number: text(Field::Number),
        host,
        supervisor,
        responsible: text(Field::Responsible),
        phone: text(Field::Phone),
        opened_on,
        address: text(Field::Address),
        interactive: !interactive.is_empty()
            && !["无", "否", "没有", "不"].iter().any(|no| interactive.starts_with(no)),
    });
    let said = |words: &[&str]| words.iter().any(|word| cell(Field::State).contains(word));
    let state = if said(&["注销"]) {
        State::Cancelled
    } else if said(&["关停", "关闭", "停更"]) {
        State::Closed
    } else {
        State::Normal
    };
    Read { account, state, findings }
}

/// A day as offices write it: `2020-09-01`, `2020年9月1日`, `2020.9.1`, `2020/9/1`, with a time behind it or without.
fn day(words: &str) -> Option<Date> {
    // A time behind the day would run into it once the space between them is gone.
    let words = words.rsplit_once(' ').filter(|(_, time)| time.contains(':')).map_or(words, |(day, _)| day);
    let plain: Vec<char> = words.chars().filter_map(half_width).collect();
    let mut numbers = [0_u32; 3];
    let mut at = 0;
    for number in &mut numbers {
        let (value, length) = crate::text::number(plain.get(at..)?)?;
        *number = value;
        // The number and what parts it from the next.
        at += length + 1;
    }
    let [year, month, day] = numbers;
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::super::tests::account;
    use super::*;
    use crate::unit::{Region, Tier, Unit, UnitKind};
    use jiff::civil::date;

    fn directory() -> Directory {
        let region =
            Region {
                id: 1, code: "150626".into(), name: "示例旗".into(), tier: Tier::County, parent: None
            };
        let unit = |id, name: &str| Unit {
            id,
            region: 1,
            name: name.into(),
            kind: UnitKind::Department,
            aliases: Vec::new(),
        };
        Directory::new(vec![region], vec![unit(1, "示例旗财政局"), unit(2, "示例旗政务服务局")], Vec::new())
    }

    fn row(account: &Account, state: State) -> BTreeMap<Field, String> {
        let directory = directory();
        let name = |id| directory.unit(id).map(|unit| unit.name.clone()).unwrap_or_default();
        Field::ALL.iter().copied().zip(account.row(state, name)).collect()
    }

    #[test]
    fn a_row_written_is_read_as_the_same() {
        for platform in Platform::ALL {
            for (interactive, state) in
                [(true, State::Normal), (false, State::Closed), (true, State::Cancelled)]
            {
                let account = Account { platform: *platform, interactive, ..account() };
                let read = read(&row(&account, state), &directory());
                assert_eq!((read.account, read.state, read.findings), (Some(account), state, Vec::new()));
            }
        }
    }

    #[test]
    fn what_is_not_understood_is_said() {
        let mut cells = row(&account(), State::Normal);
        cells.insert(Field::Host, "无名局".into());
        cells.insert(Field::Platform, "示例平台".into());
        cells.insert(Field::OpenedOn, "去年".into());
        cells.insert(Field::State, "已于2021年注销".into());
        let read = read(&cells, &directory());
        assert_eq!((read.account, read.state), (None, State::Cancelled));
        let codes: Vec<_> = read.findings.iter().map(|(_, finding)| finding.code.as_ref()).collect();
        assert_eq!(codes, ["account-unit-unknown", "account-platform-unknown", "account-opened-unreadable"]);
    }

    #[test]
    fn days_are_read_as_offices_write_them() {
        for words in ["2020-09-01", "2020年9月1日", "2020.9.1", "2020/9/1 10:30", "２０２０年９月１日"]
        {
            assert_eq!(day(words), Some(date(2020, 9, 1)), "{words}");
        }
        for words in ["", "2020年", "2020-13-01", "九月"] {
            assert_eq!(day(words), None, "{words}");
        }
    }
}
