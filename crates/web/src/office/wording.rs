//! The lists of words (词表) that are found before publication: those that ship with the program, and the office's own.

use super::{back, frame, moment};
use crate::app::App;
use crate::form::Form;
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::session::Staff;
use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use domain::role::Act;
use domain::scan::{Entry, Rule, WordLists};
use serde::Deserialize;

pub(super) fn routes() -> Router<App> {
    Router::new().route("/office/wording", get(show).post(put))
}

/// The rules a word may be found as.
const RULES: [Rule; 3] = [Rule::Wrong, Rule::Forbidden, Rule::Outdated];

struct Line {
    word: String,
    right: String,
    rule: &'static str,
    rule_word: &'static str,
    reason: String,
    /// Who added it, and when; empty for what ships.
    own: String,
    removed: bool,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Wanted {
    q: String,
}

#[derive(Template)]
#[template(path = "office/wording.html")]
struct WordingPage {
    page: Page,
    csrf: String,
    q: String,
    own: Vec<Line>,
    usual: Vec<Line>,
    total: usize,
    rules: Vec<(&'static str, &'static str)>,
    may_manage: bool,
}

/// Lines of the shipped list shown at once; more are found by searching.
const SHOWN: usize = 60;

async fn show(
    State(app): State<App>,
    staff: Staff,
    Query(wanted): Query<Wanted>,
    Query(done): Query<super::Done>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if !staff.may(Act::ReadDisclosure) {
        return Err(domain::role::Denied { act: Act::ReadDisclosure }.into());
    }
    let changed = store::wording::list(&app.store).await?;
    let usual = WordLists::usual();
    let q = wanted.q.trim().to_owned();
    let matches = |entry: &Entry| q.is_empty() || entry.word.contains(&q) || entry.right.contains(&q);
    let line = |rule: Rule, entry: &Entry, own: String, removed| Line {
        word: entry.word.clone(),
        right: entry.right.clone(),
        rule: rule.label(),
        rule_word: rule.word(),
        reason: entry.reason.clone(),
        own,
        removed,
    };
    let shipped = usual
        .entries()
        .iter()
        .filter(|(_, entry)| matches(entry) && !changed.iter().any(|own| own.entry.word == entry.word));
    let shipped: Vec<Line> = shipped.map(|(rule, entry)| line(*rule, entry, String::new(), false)).collect();
    let own = changed
        .iter()
        .filter(|own| matches(&own.entry))
        .map(|own| line(own.rule, &own.entry, format!("{}　{}", own.user_name, moment(own.at)), own.removed));
    let template = WordingPage {
        page: frame(&app, &staff, &headers, "词表", "/office/disclosures")
            .await?
            .under("公开信息", "/office/disclosures")
            .with_done(done.done.as_deref()),
        csrf: staff.session.csrf.clone(),
        own: own.collect(),
        total: shipped.len(),
        usual: shipped.into_iter().take(SHOWN).collect(),
        rules: RULES.iter().map(|rule| (rule.word(), rule.label())).collect(),
        may_manage: staff.authorise_county(Act::ManageWording).is_ok(),
        q,
    };
    page(&template)
}

#[derive(Deserialize)]
struct PutForm {
    word: String,
    rule: String,
    #[serde(default)]
    right: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    removed: bool,
}

async fn put(State(app): State<App>, staff: Staff, Form(form): Form<PutForm>) -> Result<Response, Problem> {
    staff.authorise_county(Act::ManageWording)?;
    let rule = RULES.into_iter().find(|rule| rule.word() == form.rule).unwrap_or(Rule::Wrong);
    let entry = Entry { word: form.word, right: form.right, reason: form.reason, except: Vec::new() };
    store::wording::put(&app.store, &staff.actor, rule, entry, form.removed).await?;
    Ok(back("/office/wording", "wording-changed"))
}
