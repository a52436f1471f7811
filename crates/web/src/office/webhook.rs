//! Addresses of other systems that are told what becomes public (推送), and how each message fared.

use super::{Done, back, frame, moment};
use crate::app::App;
use crate::form::Form;
use crate::list::Pages;
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::session::Staff;
use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::{get, post};
use domain::role::{Act, Denied};
use serde::Deserialize;
use store::PageRequest;
use store::webhook::{DeliveryState, WebhookRow};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/office/webhooks", get(list).post(add))
        .route("/office/webhooks/{id}", get(show).post(change))
        .route("/office/webhooks/{id}/deliveries/{delivery}/repeat", post(repeat))
}

/// Whether the person manages the addresses; they are told of every unit's disclosures.
pub(super) fn authorise(staff: &Staff) -> Result<(), Denied> {
    staff.authorise_county(Act::ManageWebhooks)
}

#[derive(Template)]
#[template(path = "office/webhooks.html")]
struct ListPage {
    page: Page,
    csrf: String,
    rows: Vec<WebhookRow>,
}

async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(done): Query<Done>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    authorise(&staff)?;
    let template = ListPage {
        page: frame(&app, &staff, &headers, "推送地址", "/office/disclosures")
            .await?
            .under("公开信息", "/office/disclosures")
            .with_done(done.done.as_deref()),
        csrf: staff.session.csrf.clone(),
        rows: store::webhook::list(&app.store).await?,
    };
    page(&template)
}

#[derive(Deserialize)]
struct AddForm {
    name: String,
    url: String,
}

async fn add(
    State(app): State<App>,
    staff: Staff,
    headers: HeaderMap,
    Form(form): Form<AddForm>,
) -> Result<Response, Problem> {
    authorise(&staff)?;
    let (id, secret) = store::webhook::add(&app.store, &staff.actor, &form.name, &form.url).await?;
    secret_page(&app, &staff, &headers, id, secret).await
}

/// Shows a secret the one time it is told.
#[derive(Template)]
#[template(path = "office/webhook_secret.html")]
struct SecretPage {
    page: Page,
    id: i64,
    secret: String,
}

async fn secret_page(
    app: &App,
    staff: &Staff,
    headers: &HeaderMap,
    id: i64,
    secret: String,
) -> Result<Response, Problem> {
    let page_frame = frame(app, staff, headers, "签名密钥", "/office/disclosures")
        .await?
        .under("公开信息", "/office/disclosures")
        .under("推送地址", "/office/webhooks");
    page(&SecretPage { page: page_frame, id, secret })
}

struct Delivery {
    id: i64,
    sequence: i64,
    what: String,
    state: DeliveryState,
    class: &'static str,
    attempts: i32,
    answer: String,
    at: String,
}

#[derive(Template)]
#[template(path = "office/webhook.html")]
struct ShowPage {
    page: Page,
    csrf: String,
    row: WebhookRow,
    created: String,
    deliveries: Vec<Delivery>,
    pages: Pages,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Wanted {
    page: u64,
}

/// What a message tells of: its type and title, as it was sent.
fn what(body: &str) -> String {
    let said: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let act = domain::journal::Action::from_word(&text(&said["type"]));
    let name = [&said["data"]["title"], &said["data"]["index_number"]].map(text);
    let name = name.into_iter().find(|name| !name.is_empty()).unwrap_or_default();
    format!("{}　{name}", act.map_or("", domain::journal::Action::label)).trim().to_owned()
}

async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Query(wanted): Query<Wanted>,
    Query(done): Query<Done>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    authorise(&staff)?;
    let found = store::webhook::find(&app.store, id).await?;
    let row = found.ok_or_else(|| Problem::not_found("这个推送地址"))?;
    let found = store::webhook::deliveries(&app.store, id, PageRequest::number(wanted.page)).await?;
    let delivery = |row: &store::webhook::DeliveryRow| Delivery {
        id: row.id,
        sequence: row.sequence,
        what: what(&row.body),
        state: row.state,
        class: match row.state {
            DeliveryState::Pending => "due_soon",
            DeliveryState::Sent => "done",
            DeliveryState::Failed => "overdue",
        },
        attempts: row.attempts,
        answer: match (row.status, row.error.as_str()) {
            (Some(status), "") => format!("状态码 {status}"),
            (Some(status), reason) => format!("状态码 {status}：{reason}"),
            (None, reason) => reason.to_owned(),
        },
        at: moment(row.sent_at.unwrap_or(row.next_at)),
    };
    let base = format!("/office/webhooks/{id}");
    let template = ShowPage {
        page: frame(&app, &staff, &headers, &row.name, "/office/disclosures")
            .await?
            .under("公开信息", "/office/disclosures")
            .under("推送地址", "/office/webhooks")
            .with_done(done.done.as_deref()),
        csrf: staff.session.csrf.clone(),
        created: format!("{}　{}", row.created_by_name, moment(row.created_at)),
        deliveries: found.rows.iter().map(delivery).collect(),
        pages: Pages::of(&found, &base, &[]),
        row,
    };
    page(&template)
}

#[derive(Deserialize)]
struct ChangeForm {
    act: String,
}

async fn change(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    headers: HeaderMap,
    Form(form): Form<ChangeForm>,
) -> Result<Response, Problem> {
    authorise(&staff)?;
    let active = match form.act.as_str() {
        "secret" => {
            let secret = store::webhook::renew_secret(&app.store, &staff.actor, id).await?;
            return secret_page(&app, &staff, &headers, id, secret).await;
        }
        "remove" => {
            store::webhook::remove(&app.store, &staff.actor, id).await?;
            return Ok(back("/office/webhooks", "webhook-removed"));
        }
        act => act == "start",
    };
    store::webhook::set_active(&app.store, &staff.actor, id, active).await?;
    Ok(back(&format!("/office/webhooks/{id}"), "changed"))
}

async fn repeat(
    State(app): State<App>,
    staff: Staff,
    Path((id, delivery)): Path<(i64, i64)>,
    Form(()): Form<()>,
) -> Result<Response, Problem> {
    authorise(&staff)?;
    store::webhook::repeat(&app.store, id, delivery).await?;
    Ok(back(&format!("/office/webhooks/{id}"), "webhook-repeated"))
}
