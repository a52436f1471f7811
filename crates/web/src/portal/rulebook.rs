//! The office's regulations on disclosure (公开制度), by their six heads, with validity.

use super::disclosure::{Line, lines};
use super::frame;
use super::platform::RULES;
use crate::app::App;
use crate::page::Page;
use crate::problem::{Problem, page};
use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::rulebook::Head;
use store::disclosure::public::{self, PublicRow};

/// The regulations of one head, and those without one at the end.
pub(crate) struct Group {
    pub(crate) label: &'static str,
    pub(crate) lines: Vec<RuleLine>,
}

/// A regulation with its versions.
pub(crate) struct RuleLine {
    pub(crate) line: Line,
    /// The number of versions.
    pub(crate) versions: u32,
    pub(crate) changes: String,
}

async fn group(app: &App, label: &'static str, rows: Vec<PublicRow>) -> Result<Group, Problem> {
    let versions: Vec<(u32, String)> = rows
        .iter()
        .map(|row| (row.number, format!("/disclosures/{}/versions/{}/changes", row.id, row.number)))
        .collect();
    let lines = lines(app, rows).await?.into_iter().zip(versions);
    let line = |(line, (versions, changes))| RuleLine { line, versions, changes };
    Ok(Group { label, lines: lines.map(line).collect() })
}

/// Every head with its regulations.
pub(crate) async fn groups(app: &App) -> Result<Vec<Group>, Problem> {
    let rules = public::rules(&app.store).await?;
    let of = |wanted: Option<Head>| {
        let of = rules.iter().filter(move |(_, head)| *head == wanted);
        of.map(|(row, _)| row.clone()).collect::<Vec<_>>()
    };
    let mut groups = Vec::new();
    for head in Head::ALL {
        groups.push(group(app, head.label(), of(Some(*head))).await?);
    }
    let others = of(None);
    if !others.is_empty() {
        groups.push(group(app, "其他", others).await?);
    }
    Ok(groups)
}

#[derive(Template)]
#[template(path = "portal/rules.html")]
struct RulesPage {
    page: Page,
    groups: Vec<Group>,
}

pub(super) async fn show(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    let frame = frame(&app, &headers, RULES.name, RULES.link).under("首页", "/");
    let groups = groups(&app).await?.into_iter().filter(|group| !group.lines.is_empty());
    page(&RulesPage { page: RULES.labelled(frame), groups: groups.collect() })
}
