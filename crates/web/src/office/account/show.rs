//! An account: its entry, what is wanting in it, what waits for a decision, what was done to it; proposing and deciding.

use super::{PATH, cells, found};
use crate::app::App;
use crate::form::Form;
use crate::office::{Done, back, frame, left, moment, unit_name};
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::session::Staff;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::account::{Act as Deed, Decision, Field, State as Standing, check};
use domain::finding::Finding;
use domain::letter::written_date;
use domain::role::Act;
use serde::Deserialize;
use store::account::{EventRow, Filter, Proposal};

/// A proposal with its words.
struct Event {
    id: i64,
    deed: Deed,
    decision: Decision,
    reason: String,
    changes: Vec<(Field, String, String)>,
    proposed: String,
    decided: String,
    remark: String,
    own: bool,
}

fn event(staff: &Staff, found: EventRow) -> Event {
    let name = |unit| unit_name(staff, unit);
    Event {
        id: found.id,
        deed: found.act,
        decision: found.decision,
        reason: found.reason,
        changes: found.before.changes(&found.after, name),
        proposed: format!("{}　{}", found.proposed_by_name, moment(found.proposed_at)),
        decided: found
            .decided_at
            .map(|at| format!("{}　{}", found.decided_by_name, moment(at)))
            .unwrap_or_default(),
        remark: found.remark,
        own: found.proposed_by == Some(staff.person.user),
    }
}

#[derive(Template)]
#[template(path = "office/account/show.html")]
struct ShowPage {
    page: Page,
    csrf: String,
    id: i64,
    name: String,
    state: Standing,
    cells: Vec<(Field, String)>,
    /// The address, where it can be opened.
    address: Option<String>,
    findings: Vec<Finding>,
    audit: String,
    left: String,
    waiting: Option<Event>,
    history: Vec<Event>,
    /// What may be proposed without a form of its own, and what by the form of the entry.
    deeds: Vec<Deed>,
    entry: Option<&'static str>,
    may_approve: bool,
    /// How it is published to by program; `None` where nobody may see or set that.
    publisher: Option<&'static str>,
}

pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Query(done): Query<Done>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let row = found(&app, &staff, id, Act::ReadAccount).await?;
    let normal = Filter { state: Some(Standing::Normal), ..Filter::default() };
    let others = store::account::list(&app.store, &normal).await?;
    let others = others.iter().filter(|other| other.id != id).map(|other| &other.account);
    let kept = matches!(row.state, Standing::Absent | Standing::Normal);
    let findings = if kept { check(&row.account, others, app.today()) } else { Vec::new() };
    let events = store::account::events(&app.store, id).await?;
    let events = events.into_iter().map(|found| event(&staff, found));
    let (waiting, history): (Vec<_>, Vec<_>) = events.partition(|event| event.decision == Decision::Pending);
    let may_propose = staff.authorise_unit(Act::ProposeAccount, row.account.host).is_ok();
    let free = may_propose && waiting.is_empty();
    let by_entry = |deed: &Deed| matches!(deed, Deed::Open | Deed::Change);
    let entry = row.state.acts().find(by_entry).filter(|_| free);
    let address = &row.account.address;
    let sets = row.state == Standing::Normal
        && !row.account.platform.is_site()
        && staff.authorise_unit(Act::ApproveAccount, row.account.host).is_ok();
    let publisher = if sets {
        let publisher = store::account::publisher(&app.store, id).await?;
        Some(publisher.map_or("没有设置，由人员发布", |publisher| publisher.label()))
    } else {
        None
    };
    let opens = address.starts_with("https://") || address.starts_with("http://");
    let template = ShowPage {
        page: frame(&app, &staff, &headers, &row.account.name, PATH)
            .await?
            .under("平台矩阵", PATH)
            .with_done(done.done.as_deref()),
        csrf: staff.session.csrf.clone(),
        id,
        state: row.state,
        cells: cells(&staff, &row.account, row.state),
        address: opens.then(|| address.clone()),
        findings: findings.into_iter().map(|(_, finding)| finding).collect(),
        audit: row.audit_due.map(written_date).unwrap_or_default(),
        left: left(&app, row.audit_due),
        waiting: waiting.into_iter().next(),
        history,
        deeds: row.state.acts().filter(|deed| free && !by_entry(deed)).collect(),
        entry: entry.map(Deed::label),
        may_approve: staff.authorise_unit(Act::ApproveAccount, row.account.host).is_ok(),
        publisher,
        name: row.account.name,
    };
    page(&template)
}

#[derive(Deserialize)]
pub(super) struct ProposeForm {
    act: String,
    #[serde(default)]
    reason: String,
}

/// Proposes what needs no entry: an audit, a closing, a cancellation.
pub(super) async fn propose(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Form(form): Form<ProposeForm>,
) -> Result<Response, Problem> {
    found(&app, &staff, id, Act::ProposeAccount).await?;
    let act = Deed::from_word(&form.act).ok_or_else(|| Problem::not_found("这个操作"))?;
    let proposal = Proposal { act, after: None, reason: form.reason };
    store::account::propose(&app.store, &staff.actor, Some(id), proposal).await?;
    Ok(back(&format!("{PATH}/{id}"), "account-proposed"))
}

#[derive(Deserialize)]
pub(super) struct DecideForm {
    decision: String,
    #[serde(default)]
    remark: String,
}

/// Approves a proposal, sends it back, or takes the own one back.
pub(super) async fn decide(
    State(app): State<App>,
    staff: Staff,
    Path(event): Path<i64>,
    Form(form): Form<DecideForm>,
) -> Result<Response, Problem> {
    let of = store::account::find_event(&app.store, event).await?;
    let of = of.ok_or_else(|| Problem::not_found("这项申请"))?;
    let decision = Decision::from_word(&form.decision);
    let act = if decision == Some(Decision::TakenBack) { Act::ProposeAccount } else { Act::ApproveAccount };
    staff.authorise_unit(act, of.before.host)?;
    let (store, actor) = (&app.store, &staff.actor);
    let done = match decision {
        Some(Decision::Approved) => {
            store::account::approve(store, actor, event, &form.remark).await?;
            "account-approved"
        }
        Some(Decision::Returned) => {
            store::account::send_back(store, actor, event, &form.remark).await?;
            "account-returned"
        }
        Some(Decision::TakenBack) => {
            store::account::take_back(store, actor, event).await?;
            "account-taken-back"
        }
        Some(Decision::Pending) | None => return Err(Problem::bad_input("请选择批准或者退回。")),
    };
    Ok(back(&format!("{PATH}/{}", of.account), done))
}
