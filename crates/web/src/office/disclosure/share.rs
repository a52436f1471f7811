//! What goes to the accounts after the portal: a text for WeChat and Weibo, the address, its QR code, and where it went.

use super::{back, found, frame, moment, step};
use crate::app::App;
use crate::form::Form;
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::session::Staff;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::account::{Platform, State as InUse};
use domain::disclosure::dispatch::State as Standing;
use domain::disclosure::share;
use domain::role::Act;
use serde::Deserialize;
use store::disclosure::public::{self, Found};
use store::dispatch::{DispatchRow, Note};

struct Row {
    channel: Platform,
    account: String,
    /// The account's page, where it is of the ledger.
    ledger: Option<String>,
    state: Standing,
    link: String,
    remark: String,
    planned: String,
    /// When the program sends it, and why it could not at the last try.
    sends: String,
    error: String,
    done: String,
    changed: String,
}

fn row(found: DispatchRow) -> Row {
    Row {
        channel: found.channel,
        account: found.account,
        ledger: found.account_id.map(|id| format!("/office/accounts/{id}")),
        state: found.state,
        link: found.link,
        remark: found.remark,
        planned: found.planned_at.map(moment).unwrap_or_default(),
        sends: found.next_at.map(moment).unwrap_or_default(),
        error: found.error,
        done: found.done_at.map(moment).unwrap_or_default(),
        changed: format!("{}　{}", found.changed_by_name, moment(found.changed_at)),
    }
}

#[derive(Template)]
#[template(path = "office/disclosure_share.html")]
struct SharePage {
    page: Page,
    csrf: String,
    id: i64,
    title: String,
    address: String,
    wechat: String,
    weibo: String,
    qr: Option<String>,
    rows: Vec<Row>,
    /// The accounts in use, the unit's own first.
    accounts: Vec<(i64, String)>,
    states: Vec<Standing>,
    may_write: bool,
}

pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Query(done): Query<super::super::Done>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let of = found(&app, &staff, id, Act::ReadDisclosure).await?;
    let Some(Found::Public(public)) = public::find(&app.store, id).await? else {
        return Err(Problem::bad_input("这条信息还没有公开。请先在网站公开，再转发到其他渠道。"));
    };
    let (_, content) = *public;
    let address = format!("{}/disclosures/{id}", app.settings.public_url);
    let unit = staff.directory.unit(of.unit).map(|unit| unit.name.clone()).unwrap_or_default();
    let in_use = store::account::Filter { state: Some(InUse::Normal), ..Default::default() };
    let mut accounts = store::account::list(&app.store, &in_use).await?;
    accounts.retain(|row| !row.account.platform.is_site());
    accounts.sort_by_key(|row| row.account.host != of.unit);
    let choice = |row: store::account::AccountRow| {
        (row.id, format!("{}　{}", row.account.platform.label(), row.account.name))
    };
    let template = SharePage {
        page: frame(&app, &staff, &headers, "转发", "/office/disclosures")
            .await?
            .under("公开信息", "/office/disclosures")
            .under(&of.title, &format!("/office/disclosures/{id}"))
            .with_done(done.done.as_deref()),
        csrf: staff.session.csrf.clone(),
        id,
        qr: crate::qr::svg(&address, &format!("{}的网址二维码", content.title)),
        wechat: share::article(&content, &unit, &address),
        weibo: share::short(&content, &unit, &address),
        title: content.title,
        address,
        rows: store::dispatch::list(&app.store, id).await?.into_iter().map(row).collect(),
        accounts: accounts.into_iter().map(choice).collect(),
        states: Standing::of_people().collect(),
        may_write: staff.authorise_unit(Act::WriteDisclosure, of.unit).is_ok(),
    };
    page(&template)
}

#[derive(Deserialize)]
pub(super) struct NoteForm {
    account: i64,
    state: String,
    #[serde(default)]
    at: String,
    #[serde(default)]
    link: String,
    #[serde(default)]
    reason: String,
}

/// Notes where it is to go or went.
pub(super) async fn note(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Form(form): Form<NoteForm>,
) -> Result<Response, Problem> {
    found(&app, &staff, id, Act::WriteDisclosure).await?;
    let note = Note {
        account: form.account,
        state: Standing::from_word(&form.state).unwrap_or(Standing::Planned),
        planned_at: if form.at.trim().is_empty() { None } else { Some(step::instant(&form.at)?) },
        link: form.link,
        remark: form.reason,
    };
    store::dispatch::note(&app.store, &staff.actor, id, note).await?;
    Ok(back(&format!("/office/disclosures/{id}/share#dispatch"), "dispatch-noted"))
}
