//! Taking a step: its particulars, the letters that go with it filled in and looked at, then issued at once or handed to
//! whoever approves. Nothing is kept before.

use super::file::unmasked;
use super::paper::{LetterForm, drafts, letter_forms};
use super::{HANDLE, PATH, READ, back, found, frame};
use crate::app::App;
use crate::form::Form;
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::session::Staff;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::request::{
    Charge, Clock, Event, EventKind, Fees, LetterKind, Outcome, Way, clock, outcomes, step as allowed,
};
use domain::role::Act;
use serde::Deserialize;
use std::collections::HashMap;
use store::request::Case;

#[derive(Template)]
#[template(path = "office/request/step.html")]
struct StepPage {
    page: Page,
    csrf: String,
    id: i64,
    version: i64,
    kind: EventKind,
    article: &'static str,
    typed: HashMap<String, String>,
    outcomes: Vec<Outcome>,
    parties: Vec<String>,
    letters: Vec<LetterForm>,
    prepared: bool,
    problem: Option<String>,
    warnings: Vec<String>,
    today: String,
    items_before: u64,
    /// What the applicant was told to pay, in yuan.
    charged: Option<u64>,
}

impl StepPage {
    fn typed(&self, name: &str) -> &str {
        self.typed.get(name).map_or("", String::as_str)
    }

    fn has(&self, field: &str) -> bool {
        self.kind.fields().contains(&field)
    }

    fn ways(&self) -> &'static [Way] {
        Way::ALL
    }

    fn has_letters(&self) -> bool {
        self.kind == EventKind::Replied || !LetterKind::of_event(self.kind, None).is_empty()
    }
}

/// The event a form describes.
///
/// # Errors
/// A day that cannot be read, an outcome that is not chosen.
fn event(app: &App, kind: EventKind, typed: &HashMap<String, String>) -> Result<Event, String> {
    let text = |name: &str| typed.get(name).map(|text| text.trim()).filter(|text| !text.is_empty());
    let day = |name: &str, label: &str| {
        text(name)
            .map(|text| text.parse().map_err(|_| format!("{label}写法不对，应写成 2020-09-21 的样子。")))
            .transpose()
    };
    let on = if kind.needs_approval() { None } else { day("on", "日期")? };
    let working_days = text("working_days")
        .map(|text| text.parse().map_err(|_| "工作日应为整数。".to_owned()))
        .transpose()?;
    let yuan = text("yuan")
        .map(|text| text.parse().map_err(|_| "缴费金额应为整数，单位为元。".to_owned()))
        .transpose()?;
    let outcome = text("outcome").and_then(Outcome::from_word);
    if kind == EventKind::Replied && outcome.is_none() {
        return Err("请选定处理结果。".to_owned());
    }
    let has = |field: &str| kind.fields().contains(&field);
    if has("party")
        && kind != EventKind::ThirdPartyAnswered
        && kind != EventKind::AgencyAnswered
        && text("party").is_none()
    {
        return Err("请写明向谁征求意见。".to_owned());
    }
    Ok(Event {
        way: text("way").and_then(Way::from_word).filter(|_| has("way")),
        working_days: working_days.filter(|_| has("working_days")),
        until: day("until", "期限")?.filter(|_| has("until")),
        received: day("received", "收到日期")?.filter(|_| has("received")),
        party: text("party").map(str::to_owned).filter(|_| has("party")),
        agrees: text("agrees").map(|answer| answer == "yes").filter(|_| has("agrees")),
        justified: text("justified").map(|_| true).filter(|_| has("justified")),
        yuan: yuan.filter(|_| kind == EventKind::FeePaid),
        outcome: outcome.filter(|_| has("outcome")),
        note: text("note").map(str::to_owned),
        ..Event::new(on.unwrap_or_else(|| app.today()), kind)
    })
}

/// Fields of a letter with their words.
type Said = Vec<(&'static str, String)>;

/// What a fee comes to, as the notice says it.
fn fee(typed: &HashMap<String, String>, before: u64) -> Result<(u64, Said), String> {
    let fees = Fees::builtin().map_err(|error| error.to_string())?;
    let count: u64 = typed
        .get("count")
        .and_then(|text| text.trim().parse().ok())
        .filter(|count| *count > 0)
        .ok_or("请填写计收的件数或者页数。")?;
    let by_pages = typed.get("charge").is_none_or(|charge| charge != "items");
    let (charge, way, unit) = if by_pages {
        (Charge::Pages { pages: count }, "按量计收", "页")
    } else {
        (Charge::Items { before, items: count }, "按件计收", "件")
    };
    let lines = fees.lines(charge).map_err(|error| error.to_string())?;
    let amount: u64 = lines.iter().map(|line| line.amount).sum();
    if amount == 0 {
        return Err(format!("{count}{unit}在免费范围内，不收费，不必发收费通知。"));
    }
    let lines = lines.iter().map(|line| {
        format!("第{}至{}{unit}，每{unit}{}元，计{}元", line.from, line.to, line.price, line.amount)
    });
    let said = vec![
        ("计收方式", way.to_owned()),
        ("计收数量", format!("{count}{unit}")),
        ("收费明细", lines.collect::<Vec<_>>().join("；")),
        ("收费金额", amount.to_string()),
    ];
    Ok((amount, said))
}

/// A form as far as it is filled in, and why it cannot go on.
#[derive(Default)]
struct Filled {
    typed: HashMap<String, String>,
    letters: Vec<LetterForm>,
    problem: Option<String>,
    warnings: Vec<String>,
}

/// What an event would add to what should be known of a case; shown before it is entered.
pub(super) fn warnings(app: &App, case: &Case, after: &Clock) -> Vec<String> {
    let before = clock(&case.told(), &app.calendar, app.store.rules(), app.today());
    let new = after.findings.iter().filter(|finding| !before.findings.contains(finding));
    new.map(|finding| finding.message.to_string()).collect()
}

async fn step_page(
    app: &App,
    staff: &Staff,
    headers: &HeaderMap,
    case: &Case,
    kind: EventKind,
    Filled { typed, letters, problem, warnings }: Filled,
) -> Result<Response, Problem> {
    let mut parties: Vec<String> = case.events.iter().filter_map(|row| row.event.party.clone()).collect();
    parties.dedup();
    let link = format!("{PATH}/{}", case.row.id);
    let template = StepPage {
        page: frame(app, staff, headers, kind.label(), PATH)
            .await?
            .under("依申请公开", PATH)
            .under(&format!("申请 {}", case.row.number), &link),
        csrf: staff.session.csrf.clone(),
        id: case.row.id,
        version: case.row.version,
        kind,
        article: kind.article(),
        typed,
        outcomes: outcomes(&case.told(), &app.calendar, app.store.rules(), app.today()),
        parties,
        prepared: !letters.is_empty(),
        letters,
        items_before: if kind == EventKind::FeeNoticed {
            store::request::fee_items_before(&app.store, case.row.id).await?
        } else {
            0
        },
        charged: case.events.iter().rev().find_map(|row| row.event.yuan),
        problem,
        warnings,
        today: app.today().to_string(),
    };
    page(&template)
}

fn event_kind(word: &str) -> Result<EventKind, Problem> {
    let kind = EventKind::from_word(word).filter(|kind| *kind != EventKind::Arrived);
    kind.ok_or_else(|| Problem::not_found("这一步"))
}

pub(super) async fn form(
    State(app): State<App>,
    staff: Staff,
    Path((id, kind)): Path<(i64, String)>,
    Query(mut typed): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let case = found(&app, &staff, id, HANDLE).await?;
    let kind = event_kind(&kind)?;
    if kind == EventKind::SupplementAsked {
        let usual = app.store.rules().request_supplement_give.value.to_string();
        typed.entry("working_days".to_owned()).or_insert(usual);
    }
    step_page(&app, &staff, &headers, &case, kind, Filled { typed, ..Filled::default() }).await
}

pub(super) async fn send(
    State(app): State<App>,
    staff: Staff,
    Path((id, kind)): Path<(i64, String)>,
    headers: HeaderMap,
    Form(typed): Form<HashMap<String, String>>,
) -> Result<Response, Problem> {
    let case = found(&app, &staff, id, HANDLE).await?;
    let kind = event_kind(&kind)?;
    let refused = async |typed, letters, problem: String| {
        let filled = Filled { typed, letters, problem: Some(problem), ..Filled::default() };
        let page = step_page(&app, &staff, &headers, &case, kind, filled).await?;
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    };
    let mut event = match event(&app, kind, &typed) {
        Ok(event) => event,
        Err(problem) => return refused(typed, Vec::new(), problem).await,
    };
    let mut further = Vec::new();
    if kind == EventKind::FeeNoticed {
        match fee(&typed, store::request::fee_items_before(&app.store, id).await?) {
            Ok((yuan, said)) => {
                event.yuan = Some(yuan);
                further = said;
            }
            Err(problem) => return refused(typed, Vec::new(), problem).await,
        }
        if event.note.is_none() {
            let said =
                |field: &str| further.iter().find(|(name, _)| *name == field).map_or("", |(_, words)| words);
            event.note = Some(format!("{}{}，{}元", said("计收方式"), said("计收数量"), said("收费金额")));
        }
    }
    let after = match allowed(&case.told(), event.clone(), &app.calendar, app.store.rules(), app.today()) {
        Ok(after) => after,
        Err(problem) => return refused(typed, Vec::new(), problem.to_string()).await,
    };
    let letters = LetterKind::of_event(kind, event.outcome);
    let now = (Some(&event), &after);
    let drafts = drafts(&app, &case, letters, now, &typed, &further).await?;
    let (forms, unfilled) = letter_forms(&app, &case, &drafts, now, &further).await?;
    let issuing = typed.get("do").is_some_and(|act| act == "issue");
    if !issuing {
        // Who sees the letters for the first time has left nothing out yet.
        let again = typed.keys().any(|name| name.contains(':'));
        let warnings = warnings(&app, &case, &after);
        let filled = Filled { typed, letters: forms, problem: unfilled.filter(|_| again), warnings };
        return step_page(&app, &staff, &headers, &case, kind, filled).await;
    }
    let unmasked = if kind == EventKind::Replied { unmasked(&app, &case).await? } else { None };
    if let Some(problem) = unfilled.or(unmasked) {
        return refused(typed, forms, problem).await;
    }
    let version = typed.get("version").and_then(|version| version.parse().ok());
    let to = format!("{PATH}/{id}");
    let outcome = if kind.needs_approval() {
        let proposed =
            store::request::propose(&app.store, &staff.actor, &app.calendar, id, version, event, drafts)
                .await;
        proposed.map(|_| "request-proposed")
    } else {
        let taken =
            store::request::take(&app.store, &staff.actor, &app.calendar, id, version, event, drafts).await;
        taken.map(|_| "request-stepped")
    };
    match outcome {
        Ok(done) => Ok(back(&to, done)),
        Err(store::Error::Refused(problem)) => refused(typed, forms, problem).await,
        Err(error) => Err(error.into()),
    }
}

#[derive(Deserialize)]
pub(super) struct Decision {
    action: String,
    #[serde(default)]
    reason: String,
}

pub(super) async fn decide(
    State(app): State<App>,
    staff: Staff,
    Path((id, proposal)): Path<(i64, i64)>,
    Form(form): Form<Decision>,
) -> Result<Response, Problem> {
    let case = found(&app, &staff, id, READ).await?;
    let to = format!("{PATH}/{id}");
    let own =
        case.proposals.iter().any(|row| row.id == proposal && row.proposed_by == Some(staff.person.user));
    if form.action == "approve" || !own {
        staff.authorise_unit(Act::ApproveRequest, case.row.unit)?;
    }
    if form.action == "approve" {
        let reply =
            case.proposals.iter().any(|row| row.id == proposal && row.event.kind == EventKind::Replied);
        if reply && let Some(problem) = unmasked(&app, &case).await? {
            return Err(Problem::bad_input(problem));
        }
        store::request::approve(&app.store, &staff.actor, &app.calendar, id, proposal).await?;
        return Ok(back(&to, "request-approved"));
    }
    store::request::return_(&app.store, &staff.actor, id, proposal, &form.reason).await?;
    Ok(back(&to, "request-returned"))
}
