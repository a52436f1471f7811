//! The form of an account's entry: a new account to be opened, one to be changed, one to be opened again.

use super::{PATH, authorise, found};
use crate::app::App;
use crate::form::Form;
use crate::office::obligation::day;
use crate::office::{back, frame};
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::session::Staff;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::account::{Account, Act as Deed, Platform, State as Standing};
use domain::role::Act;
use serde::Deserialize;
use store::account::Proposal;

/// What is asked of an account in one of these states.
fn deed(state: Standing) -> Deed {
    match state {
        Standing::Normal => Deed::Change,
        Standing::Absent | Standing::Closed | Standing::Cancelled => Deed::Open,
    }
}

#[derive(Template)]
#[template(path = "office/account/entry.html")]
struct EntryPage {
    page: Page,
    csrf: String,
    action: String,
    deed: Deed,
    account: Option<Account>,
    hosts: Vec<(i64, String)>,
    supervisors: Vec<(i64, String)>,
    /// With which of them is chosen.
    platforms: Vec<(Platform, bool)>,
}

impl EntryPage {
    fn text(&self, of: impl Fn(&Account) -> String) -> String {
        self.account.as_ref().map(of).unwrap_or_default()
    }

    fn host(&self) -> i64 {
        self.account.as_ref().map_or(0, |account| account.host)
    }

    fn supervisor(&self) -> i64 {
        self.account.as_ref().and_then(|account| account.supervisor).unwrap_or_default()
    }

    fn name(&self) -> String {
        self.text(|account| account.name.clone())
    }

    fn number(&self) -> String {
        self.text(|account| account.number.clone())
    }

    fn responsible(&self) -> String {
        self.text(|account| account.responsible.clone())
    }

    fn phone(&self) -> String {
        self.text(|account| account.phone.clone())
    }

    fn opened_on(&self) -> String {
        self.text(|account| account.opened_on.map(|day| day.to_string()).unwrap_or_default())
    }

    fn address(&self) -> String {
        self.text(|account| account.address.clone())
    }

    fn interactive(&self) -> bool {
        self.account.as_ref().is_none_or(|account| account.interactive)
    }
}

async fn entry_page(
    app: &App,
    staff: &Staff,
    headers: &HeaderMap,
    of: Option<(i64, Deed, Account)>,
) -> Result<Response, Problem> {
    let own = staff.units(Act::ProposeAccount);
    if own.is_empty() {
        return Err(domain::role::Denied { act: Act::ProposeAccount }.into());
    }
    let title = of.as_ref().map_or("登记账号", |(_, deed, _)| match deed {
        Deed::Change => "申请变更",
        _ => "申请开设",
    });
    let units = || staff.directory.units().iter().map(|unit| (unit.id, unit.name.clone()));
    let mut page_frame = frame(app, staff, headers, title, PATH).await?.under("平台矩阵", PATH);
    if let Some((id, _, account)) = &of {
        page_frame = page_frame.under(&account.name, &format!("{PATH}/{id}"));
    }
    let chosen = of.as_ref().map(|(_, _, account)| account.platform);
    let template = EntryPage {
        page: page_frame,
        csrf: staff.session.csrf.clone(),
        action: of.as_ref().map_or_else(|| format!("{PATH}/new"), |(id, ..)| format!("{PATH}/{id}/entry")),
        deed: of.as_ref().map_or(Deed::Open, |(_, deed, _)| *deed),
        account: of.map(|(_, _, account)| account),
        hosts: units().filter(|(id, _)| own.contains(id)).collect(),
        supervisors: units().collect(),
        platforms: Platform::ALL.iter().map(|platform| (*platform, chosen == Some(*platform))).collect(),
    };
    page(&template)
}

pub(super) async fn show_new(
    State(app): State<App>,
    staff: Staff,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    authorise(&staff)?;
    entry_page(&app, &staff, &headers, None).await
}

pub(super) async fn show_change(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let row = found(&app, &staff, id, Act::ProposeAccount).await?;
    entry_page(&app, &staff, &headers, Some((id, deed(row.state), row.account))).await
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub(super) struct EntryForm {
    name: String,
    platform: String,
    number: String,
    host: String,
    supervisor: String,
    responsible: String,
    phone: String,
    opened_on: String,
    address: String,
    interactive: String,
    reason: String,
}

impl EntryForm {
    /// The entry it says, and why.
    fn read(self) -> Result<(Account, String), Problem> {
        let missing = |what: &str| Problem::bad_input(format!("请选择{what}。"));
        let account = Account {
            name: self.name,
            platform: Platform::from_word(&self.platform).ok_or_else(|| missing("平台类型"))?,
            number: self.number,
            host: self.host.parse().map_err(|_| missing("主办单位"))?,
            supervisor: self.supervisor.parse().ok(),
            responsible: self.responsible,
            phone: self.phone,
            opened_on: if self.opened_on.trim().is_empty() { None } else { Some(day(&self.opened_on)?) },
            address: self.address,
            interactive: !self.interactive.is_empty(),
        };
        Ok((account, self.reason))
    }
}

pub(super) async fn open(
    State(app): State<App>,
    staff: Staff,
    Form(form): Form<EntryForm>,
) -> Result<Response, Problem> {
    let (account, reason) = form.read()?;
    staff.authorise_unit(Act::ProposeAccount, account.host)?;
    let proposal = Proposal { act: Deed::Open, after: Some(account), reason };
    let id = store::account::propose(&app.store, &staff.actor, None, proposal).await?;
    Ok(back(&format!("{PATH}/{id}"), "account-proposed"))
}

pub(super) async fn change(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Form(form): Form<EntryForm>,
) -> Result<Response, Problem> {
    let row = found(&app, &staff, id, Act::ProposeAccount).await?;
    let (account, reason) = form.read()?;
    // Another unit's account is not taken over without that unit, nor given away to one that is not asked.
    staff.authorise_unit(Act::ProposeAccount, account.host)?;
    let proposal = Proposal { act: deed(row.state), after: Some(account), reason };
    store::account::propose(&app.store, &staff.actor, Some(id), proposal).await?;
    Ok(back(&format!("{PATH}/{id}"), "account-proposed"))
}
