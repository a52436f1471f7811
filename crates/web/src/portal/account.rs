//! The matrix of platforms for the public: which accounts are the government's, where they are, and whether one is genuine.

use super::frame;
use crate::app::App;
use crate::page::Page;
use crate::problem::{Problem, page};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::account::{Platform, State as Standing, is_called};
use domain::letter::written_date;
use domain::unit::Directory;
use serde::Deserialize;
use std::collections::BTreeMap;
use store::account::PublicAccount;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Wanted {
    /// What a reader looks for: a name or an id.
    q: String,
}

/// An account as the page shows it.
struct Line {
    name: String,
    number: String,
    platform: Platform,
    unit: String,
    opened: String,
    /// Where it is, where that can be opened.
    address: Option<String>,
    state: Standing,
}

fn line(directory: &Directory, found: &PublicAccount) -> Line {
    let opens = found.address.starts_with("https://") || found.address.starts_with("http://");
    Line {
        name: found.name.clone(),
        number: found.number.clone(),
        platform: found.platform,
        unit: directory.unit(found.host).map(|unit| unit.name.clone()).unwrap_or_default(),
        opened: found.opened_on.map(written_date).unwrap_or_default(),
        address: opens.then(|| found.address.clone()),
        state: found.state,
    }
}

#[derive(Template)]
#[template(path = "portal/accounts.html")]
struct AccountsPage {
    page: Page,
    q: String,
    found: Vec<Line>,
    platforms: Vec<(Platform, usize)>,
    units: Vec<(String, Vec<Line>)>,
    ended: Vec<Line>,
}

pub(super) async fn show(
    State(app): State<App>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let directory = store::unit::directory(&app.store).await?;
    let accounts = store::account::public(&app.store).await?;
    let q: String = wanted.q.trim().chars().take(domain::limits::NAME_CHARACTERS_MAX).collect();
    let line = |account: &PublicAccount| line(&directory, account);
    let called = accounts.iter().filter(|account| is_called(&account.name, &account.number, &q));
    let (normal, ended): (Vec<_>, Vec<_>) =
        accounts.iter().partition(|account| account.state == Standing::Normal);
    let mut platforms: BTreeMap<Platform, usize> = BTreeMap::new();
    let mut units: Vec<(i64, Vec<Line>)> = Vec::new();
    for account in normal {
        *platforms.entry(account.platform).or_default() += 1;
        match units.last_mut() {
            Some((host, lines)) if *host == account.host => lines.push(line(account)),
            _ => units.push((account.host, vec![line(account)])),
        }
    }
    let name = |(host, lines): (i64, Vec<Line>)| {
        (directory.unit(host).map(|unit| unit.name.clone()).unwrap_or_default(), lines)
    };
    let template = AccountsPage {
        page: frame(&app, &headers, "平台矩阵", "/accounts")
            .labelled("ColumnName", "平台矩阵")
            .labelled("ColumnDescription", "本地区政府网站和政务新媒体账号清单，核验账号真伪")
            .labelled("ColumnKeywords", "政务新媒体,政府网站,账号核验")
            .labelled("ColumnType", "概况信息")
            .under("首页", "/"),
        found: called.map(line).collect(),
        platforms: platforms.into_iter().collect(),
        units: units.into_iter().map(name).collect(),
        ended: ended.into_iter().map(line).collect(),
        q,
    };
    page(&template)
}
