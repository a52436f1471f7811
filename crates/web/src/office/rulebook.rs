//! The office's regulations (公开制度): which of the six heads have one in force, and which have none yet.

use super::frame;
use crate::app::App;
use crate::page::Page;
use crate::portal::rulebook::{Group, groups};
use crate::problem::{Problem, page};
use crate::session::Staff;
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use domain::disclosure::Validity;
use domain::role::{Act, Denied};
use domain::rulebook::{Head, missing};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/office/rules", get(show))
}

#[derive(Template)]
#[template(path = "office/rules.html")]
struct RulesPage {
    page: Page,
    groups: Vec<Group>,
    missing: Vec<&'static str>,
    may_write: bool,
}

async fn show(State(app): State<App>, staff: Staff, headers: HeaderMap) -> Result<Response, Problem> {
    if !staff.may(Act::ReadDisclosure) {
        return Err(Denied { act: Act::ReadDisclosure }.into());
    }
    let groups = groups(&app).await?;
    let holds = |group: &Group| {
        let valid = [Validity::InForce, Validity::Amended];
        group.lines.iter().any(|rule| rule.line.validity.is_some_and(|validity| valid.contains(&validity)))
    };
    let covered = groups
        .iter()
        .filter(|group| holds(group))
        .filter_map(|group| Head::ALL.iter().copied().find(|head| head.label() == group.label));
    let template = RulesPage {
        page: frame(&app, &staff, &headers, "公开制度", "/office/disclosures")
            .await?
            .under("公开信息", "/office/disclosures"),
        missing: missing(covered).into_iter().map(Head::label).collect(),
        groups,
        may_write: staff.may(Act::WriteDisclosure),
    };
    page(&template)
}
