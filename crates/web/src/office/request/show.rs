//! One case: where it stands, its calendar with the article behind each date, what may be done now, and all that is on
//! record.

use super::paper::{Paper, paper};
use super::step::warnings;
use super::{Done, PATH, READ, found, frame, left, moment, unit_name, units};
use crate::app::App;
use crate::page::Page;
use crate::portal::size;
use crate::problem::{Problem, page};
use crate::request::{Month, months};
use crate::session::Staff;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::annual_report::{DisputeEnd, DisputeKind};
use domain::finding::Finding;
use domain::letter::written_date;
use domain::request::{Clock, EventKind, LetterKind, clock, step as allowed};
use domain::role::Act;
use jiff::civil::Date;
use std::collections::HashMap;
use store::request::{
    Applicant, Case, CaseRow, EventRow, Like, NoticeRow, ProposalRow, ProposalState, Purpose,
};

struct Action {
    link: String,
    label: &'static str,
    article: &'static str,
    until: String,
    approved: bool,
}

struct Step {
    label: &'static str,
    on: String,
    by: String,
    facts: Vec<String>,
    note: String,
}

struct Proposal {
    id: i64,
    label: String,
    by: String,
    state: ProposalState,
    reason: String,
    decided_by: String,
    note: String,
    papers: Vec<Paper>,
    /// What goes out with it: file and name.
    files: Vec<(i64, String)>,
    warnings: Vec<String>,
    own: bool,
}

struct FileLine {
    id: i64,
    name: String,
    size: String,
    purpose: Purpose,
    by: String,
    maskable: bool,
    removable: bool,
}

struct LetterLine {
    id: i64,
    kind: LetterKind,
    title: String,
    number: String,
    date: String,
    by: String,
    delivered: String,
    delivery: String,
}

struct DisputeLine {
    id: i64,
    kind: &'static str,
    body: String,
    number: String,
    started: String,
    ended: String,
    result: &'static str,
    remark: String,
}

#[derive(Template)]
#[template(path = "office/request/show.html")]
struct ShowPage {
    page: Page,
    csrf: String,
    row: CaseRow,
    unit: String,
    applicant: Applicant,
    code: String,
    clock: Clock,
    left: String,
    months: Vec<Month>,
    actions: Vec<Action>,
    proposals: Vec<Proposal>,
    steps: Vec<Step>,
    letters: Vec<LetterLine>,
    files: Vec<FileLine>,
    purposes: Vec<Purpose>,
    fixed: bool,
    notices: Vec<NoticeRow>,
    disputes: Vec<DisputeLine>,
    alike: Vec<Like>,
    findings: Vec<Finding>,
    handles: bool,
    approves: bool,
    today: String,
    tried: Tried,
}

/// A form of the page that was refused: which, of which letter or dispute, what was typed, why not.
#[derive(Default)]
pub(super) struct Tried {
    pub(super) form: &'static str,
    pub(super) of: i64,
    pub(super) typed: HashMap<String, String>,
    pub(super) problem: String,
}

impl ShowPage {
    /// Whether this is the form that was refused.
    fn tried(&self, form: &str, of: &i64) -> bool {
        self.tried.form == form && self.tried.of == *of
    }

    /// What was typed into a form that was refused.
    fn typed(&self, form: &str, of: &i64, name: &str) -> &str {
        let typed = self.tried.typed.get(name).filter(|_| self.tried(form, of));
        typed.map_or("", String::as_str)
    }

    fn day(&self, day: &Option<Date>) -> String {
        day.map(written_date).unwrap_or_default()
    }

    fn on(&self, day: &Date) -> String {
        written_date(*day)
    }

    fn when(&self, at: &jiff::Timestamp) -> String {
        moment(*at)
    }

    fn results(&self) -> [&'static str; 3] {
        super::dispute::ENDS.map(result)
    }

    fn dispute_kinds(&self) -> &'static [DisputeKind] {
        DisputeKind::ALL
    }

    /// Letters that go with no step; one receipt is enough.
    fn further_letters(&self) -> Vec<LetterKind> {
        let receipted = self.letters.iter().any(|letter| letter.kind == LetterKind::Receipt);
        let receipt = self.clock.received.is_some() && !receipted;
        let further = LetterKind::ALL.iter().copied().filter(|kind| kind.goes_alone());
        further.filter(|kind| *kind != LetterKind::Receipt || receipt).collect()
    }
}

pub(super) fn result(end: DisputeEnd) -> &'static str {
    domain::annual_report::DisputeResult::from(end).label()
}

fn step(row: &EventRow) -> Step {
    let event = &row.event;
    let mut facts = Vec::new();
    let mut say = |name: &str, value: Option<String>| {
        facts.extend(value.map(|value| format!("{name}{value}")));
    };
    say("方式：", event.way.map(|way| way.label().to_owned()));
    say("被征求意见的一方：", event.party.clone());
    say("工作日：", event.working_days.map(|days| days.to_string()));
    say("期限：", event.until.map(written_date));
    say("送达：", event.delivered.map(written_date));
    say("收到申请之日更正为：", event.received.map(written_date));
    say("处理结果：", event.outcome.map(|outcome| outcome.label().to_owned()));
    say("意见：", event.agrees.map(|agrees| if agrees { "同意公开" } else { "不同意公开" }.to_owned()));
    if event.justified == Some(true) {
        facts.push("逾期有正当理由".to_owned());
    }
    Step {
        label: event.kind.label(),
        on: written_date(event.on),
        by: if row.by_name.is_empty() { "申请人".to_owned() } else { row.by_name.clone() },
        facts,
        note: event.note.clone().unwrap_or_default(),
    }
}

async fn proposal(app: &App, staff: &Staff, case: &Case, row: &ProposalRow) -> Result<Proposal, Problem> {
    let (mut papers, mut noted) = (Vec::new(), Vec::new());
    if row.state == ProposalState::Pending {
        let (today, rules) = (app.today(), app.store.rules());
        // What is read here is what approving today issues.
        let after = allowed(&case.told(), row.approved_on(today), &app.calendar, rules, today);
        let letters = match &after {
            Ok(after) => store::request::dated(row.letters.clone(), after),
            Err(_) => row.letters.clone(),
        };
        for (index, draft) in letters.iter().enumerate() {
            papers.push(paper(app, case, draft, index).await?);
        }
        noted = match after {
            Ok(after) => warnings(app, case, &after),
            Err(refused) => vec![format!("现在批准不了：{refused}请退回。")],
        };
    }
    let outcome = row.event.outcome.map(|outcome| outcome.label().to_owned());
    let received = row.event.received.map(|day| format!("收到申请之日为{}", written_date(day)));
    let what = outcome.or(received).map(|what| format!("：{what}")).unwrap_or_default();
    Ok(Proposal {
        id: row.id,
        label: format!("{}{what}", row.event.kind.label()),
        by: format!("{}　{}", row.proposed_by_name, moment(row.proposed_at)),
        state: row.state,
        reason: row.reason.clone(),
        decided_by: row.decided_by_name.clone(),
        note: row.event.note.clone().unwrap_or_default(),
        papers,
        files: case
            .files
            .iter()
            .filter(|file| row.files.iter().any(|provided| provided.id == file.id))
            .map(|file| (file.id, file.name.clone()))
            .collect(),
        warnings: noted,
        own: row.proposed_by == Some(staff.person.user),
    })
}

/// The last day for a step and how far it is. What others let pass is over, not late.
fn last(app: &App, event: EventKind, day: Date) -> String {
    let theirs = matches!(event, EventKind::ThirdPartyAnswered | EventKind::AgencyAnswered);
    let how_far = if theirs && day < app.today() { "期限已过".to_owned() } else { left(app, Some(day)) };
    format!("{}前　{how_far}", written_date(day))
}

fn actions(app: &App, case: &Case) -> Vec<Action> {
    // What waits for approval is decided first.
    let waits = case.proposals.iter().any(|row| row.state == ProposalState::Pending);
    let found = domain::request::actions(&case.told(), &app.calendar, app.store.rules(), app.today());
    found
        .into_iter()
        .filter(|action| action.event != EventKind::Arrived && !(waits && action.event.needs_approval()))
        .map(|action| Action {
            link: format!("{PATH}/{}/steps/{}", case.row.id, action.event.word()),
            label: action.event.label(),
            article: action.article,
            until: action.until.map(|day| last(app, action.event, day)).unwrap_or_default(),
            approved: action.event.needs_approval(),
        })
        .collect()
}

pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Query(done): Query<Done>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let case = found(&app, &staff, id, READ).await?;
    case_page(&app, &staff, &headers, case, done.done.as_deref(), Tried::default()).await
}

/// The page again, with the form that was refused as it was sent.
pub(super) async fn refused(
    app: &App,
    staff: &Staff,
    headers: &HeaderMap,
    case: Case,
    tried: Tried,
) -> Result<Response, Problem> {
    let page = case_page(app, staff, headers, case, None, tried).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

async fn case_page(
    app: &App,
    staff: &Staff,
    headers: &HeaderMap,
    case: Case,
    done: Option<&str>,
    tried: Tried,
) -> Result<Response, Problem> {
    let may = |act| staff.authorise_unit(act, case.row.unit).is_ok();
    let (handles, approves) = (may(Act::HandleRequest), may(Act::ApproveRequest));
    let clock = clock(&case.told(), &app.calendar, app.store.rules(), app.today());
    let mut proposals = Vec::new();
    for row in &case.proposals {
        proposals.push(proposal(app, staff, &case, row).await?);
    }
    let fixed = case.fixes_reply();
    let files = case.files.iter().map(|file| FileLine {
        id: file.id,
        name: file.name.clone(),
        size: size(file.bytes),
        purpose: file.purpose,
        by: if file.by_name.is_empty() { "申请人".to_owned() } else { file.by_name.clone() },
        maskable: handles && file.purpose == Purpose::Reply && !fixed,
        removable: handles && (file.purpose == Purpose::Internal || file.purpose == Purpose::Reply && !fixed),
    });
    let letters = case.letters.iter().map(|letter| LetterLine {
        id: letter.id,
        kind: letter.kind,
        title: letter.letter.title.clone(),
        number: letter.number.clone(),
        date: written_date(letter.letter.date),
        by: letter.issued_by_name.clone(),
        delivered: letter.delivered_on.map(written_date).unwrap_or_default(),
        delivery: letter.delivery.clone(),
    });
    let disputes = case.disputes.iter().map(|row| DisputeLine {
        id: row.id,
        kind: row.draft.kind.label(),
        body: row.draft.body.clone(),
        number: row.draft.number.clone(),
        started: written_date(row.draft.started),
        ended: row.draft.ended.map(|(on, _)| written_date(on)).unwrap_or_default(),
        result: row.draft.ended.map(|(_, end)| result(end)).unwrap_or_default(),
        remark: row.draft.remark.clone(),
    });
    let template = ShowPage {
        page: frame(app, staff, headers, &format!("申请 {}", case.row.number), PATH)
            .await?
            .under("依申请公开", PATH)
            .with_done(done),
        csrf: staff.session.csrf.clone(),
        unit: unit_name(staff, case.row.unit),
        left: left(app, case.row.legal_on),
        months: months(&clock),
        actions: if handles { actions(app, &case) } else { Vec::new() },
        proposals,
        steps: case.events.iter().map(step).collect(),
        letters: letters.collect(),
        files: files.collect(),
        purposes: if fixed { vec![Purpose::Internal] } else { vec![Purpose::Reply, Purpose::Internal] },
        fixed,
        disputes: disputes.collect(),
        alike: store::request::similar(&app.store, case.row.id, &units(staff)).await?,
        findings: clock.findings.clone(),
        handles,
        approves,
        today: app.today().to_string(),
        notices: case.notices,
        applicant: case.applicant,
        code: case.code,
        row: case.row,
        clock,
        tried,
    };
    page(&template)
}
