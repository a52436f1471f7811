//! How an account is published to by program: the form, and the secret with which messages are signed.

use super::{PATH, found};
use crate::app::App;
use crate::form::Form;
use crate::office::{back, frame};
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::session::Staff;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::account::{Platform, Publisher, WECHAT_API};
use domain::role::Act;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "office/account/publisher.html")]
struct PublisherPage {
    page: Page,
    csrf: String,
    id: i64,
    name: String,
    kind: &'static str,
    takes_drafts: bool,
    api: String,
    app_id: String,
    cover: String,
    url: String,
    /// The secret of messages, for who checks them.
    secret: String,
}

pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let row = found(&app, &staff, id, Act::ApproveAccount).await?;
    let mut template = PublisherPage {
        page: frame(&app, &staff, &headers, "自动发布", PATH)
            .await?
            .under("平台矩阵", PATH)
            .under(&row.account.name, &format!("{PATH}/{id}")),
        csrf: staff.session.csrf.clone(),
        id,
        kind: "none",
        takes_drafts: row.account.platform == Platform::Wechat,
        name: row.account.name,
        api: WECHAT_API.to_owned(),
        app_id: String::new(),
        cover: String::new(),
        url: String::new(),
        secret: String::new(),
    };
    match store::account::publisher(&app.store, id).await? {
        // The secret of the official account is shown to nobody again.
        Some(Publisher::Wechat { api, app_id, cover, .. }) => {
            (template.kind, template.api, template.app_id, template.cover) = ("wechat", api, app_id, cover);
        }
        Some(Publisher::Webhook { url, secret }) => {
            (template.kind, template.url, template.secret) = ("webhook", url, secret);
        }
        None => {}
    }
    page(&template)
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct PublisherForm {
    kind: String,
    api: String,
    app_id: String,
    app_secret: String,
    cover: String,
    url: String,
}

pub(super) async fn set(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Form(form): Form<PublisherForm>,
) -> Result<Response, Problem> {
    found(&app, &staff, id, Act::ApproveAccount).await?;
    let trimmed = |text: &str| text.trim().to_owned();
    let new = match form.kind.as_str() {
        "wechat" => Some(Publisher::Wechat {
            api: trimmed(&form.api),
            app_id: trimmed(&form.app_id),
            secret: trimmed(&form.app_secret),
            cover: trimmed(&form.cover),
        }),
        "webhook" => Some(Publisher::Webhook { url: trimmed(&form.url), secret: String::new() }),
        _ => None,
    };
    store::account::set_publisher(&app.store, &staff.actor, id, new).await?;
    Ok(back(&format!("{PATH}/{id}"), "account-publisher"))
}
