//! What goes to the accounts after the portal: a text for WeChat and Weibo, the address, its QR code.

use super::{found, frame};
use crate::app::App;
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::session::Staff;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::disclosure::share;
use domain::role::Act;
use store::disclosure::public::{self, Found};

#[derive(Template)]
#[template(path = "office/disclosure_share.html")]
struct SharePage {
    page: Page,
    title: String,
    address: String,
    wechat: String,
    weibo: String,
    qr: Option<String>,
}

pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let row = found(&app, &staff, id, Act::ReadDisclosure).await?;
    let Some(Found::Public(public)) = public::find(&app.store, id).await? else {
        return Err(Problem::bad_input("这条信息还没有公开。请先在网站公开，再转发到其他渠道。"));
    };
    let (_, content) = *public;
    let address = format!("{}/disclosures/{id}", app.settings.public_url);
    let unit = staff.directory.unit(row.unit).map(|unit| unit.name.clone()).unwrap_or_default();
    let template = SharePage {
        page: frame(&app, &staff, &headers, "转发", "/office/disclosures")
            .await?
            .under("公开信息", "/office/disclosures")
            .under(&row.title, &format!("/office/disclosures/{id}")),
        qr: crate::qr::svg(&address, &format!("{}的网址二维码", content.title)),
        wechat: share::article(&content, &unit, &address),
        weibo: share::short(&content, &unit, &address),
        title: content.title,
        address,
    };
    page(&template)
}
