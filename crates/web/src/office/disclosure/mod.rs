//! Disclosures (公开信息) in the office: what is being written, reviewed and public. Writing is in `edit`, the way to the
//! public in `step`.

mod edit;
mod interpretation;
mod scan;
mod share;
mod step;

use super::review::{ActingLine, StageLine, acting_lines, stage_lines};
use super::{back, frame, moment, unit_name};
use crate::app::App;
use crate::chart::diagram::Diagram;
use crate::list::{Pages, link};
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::session::Staff;
use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::{get, post};
use domain::disclosure::check::Field;
use domain::disclosure::difference::{self, Change, Difference};
use domain::disclosure::state::{Review, State as Stage};
use domain::disclosure::{Disclosure, File, Kind};
use domain::finding::Finding;
use domain::letter::written_date;
use domain::review::right_to_return;
use domain::role::Act;
use serde::Deserialize;
use store::PageRequest;
use store::disclosure::{DisclosureRow, Filter, ReviewRow, VersionRow};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/office/disclosures", get(list))
        .route("/office/disclosures/new", get(edit::new).post(edit::create))
        .route("/office/disclosures/{id}", get(show))
        .route("/office/disclosures/{id}/edit", get(edit::show).post(edit::save))
        .route("/office/disclosures/{id}/files", post(edit::attach).layer(DefaultBodyLimit::disable()))
        .route("/office/disclosures/{id}/files/{file}/remove", post(edit::detach))
        .route("/office/disclosures/{id}/scan", get(scan::show).post(scan::settle))
        .route("/office/disclosures/{id}/share", get(share::show).post(share::note))
        .route("/office/disclosures/{id}/interpret", post(interpretation::begin))
        .route("/office/disclosures/{id}/discard", post(edit::discard))
        .route("/office/disclosures/{id}/{step}", post(step::take))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Wanted {
    page: u64,
    q: String,
    unit: String,
    state: String,
}

struct Row {
    link: String,
    title: String,
    unit: String,
    kind: &'static str,
    state: Stage,
    note: String,
    index_number: String,
    changed: String,
}

fn row(staff: &Staff, found: DisclosureRow) -> Row {
    let note = match (found.state, found.scheduled_at) {
        (Stage::Scheduled, Some(at)) => format!("定于 {}", moment(at)),
        (Stage::Draft | Stage::Reviewing | Stage::Approved, _) if found.current.is_some() => {
            "修订".to_owned()
        }
        _ => String::new(),
    };
    Row {
        link: format!("/office/disclosures/{}", found.id),
        unit: unit_name(staff, found.unit),
        kind: found.kind.label(),
        state: found.state,
        note,
        index_number: found.index_number,
        changed: format!("{}　{}", found.changed_by_name, moment(found.changed_at)),
        title: if found.title.is_empty() { "（未填标题）".to_owned() } else { found.title },
    }
}

#[derive(Template)]
#[template(path = "office/disclosures.html")]
struct ListPage {
    page: Page,
    wanted: Wanted,
    tiles: Vec<(Stage, u64, String)>,
    rows: Vec<Row>,
    pages: Pages,
    units: Vec<(String, String)>,
    filtered: bool,
    may_write: bool,
    may_push: bool,
}

async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(wanted): Query<Wanted>,
    Query(done): Query<super::Done>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if !staff.may(Act::ReadDisclosure) {
        return Err(domain::role::Denied { act: Act::ReadDisclosure }.into());
    }
    let visible = staff.units(Act::ReadDisclosure);
    let mut units = visible.clone();
    if let Ok(unit) = wanted.unit.parse::<i64>() {
        units.retain(|known| *known == unit);
    }
    let filter = Filter {
        units: Some(units),
        state: Stage::from_word(&wanted.state),
        text: wanted.q.trim().chars().take(domain::limits::NAME_CHARACTERS_MAX).collect(),
    };
    let found = store::disclosure::list(&app.store, &filter, PageRequest::number(wanted.page)).await?;
    let counts = store::disclosure::count_by_state(&app.store, &filter).await?;
    let query = [("q", wanted.q.clone()), ("unit", wanted.unit.clone()), ("state", wanted.state.clone())];
    let tile = |(state, count): (Stage, u64)| {
        let query =
            [("q", wanted.q.clone()), ("unit", wanted.unit.clone()), ("state", state.word().to_owned())];
        (state, count, link("/office/disclosures", &query))
    };
    let named = staff.directory.units().iter().filter(|unit| visible.contains(&unit.id));
    let template = ListPage {
        page: frame(&app, &staff, &headers, "公开信息", "/office/disclosures")
            .await?
            .with_done(done.done.as_deref()),
        tiles: counts.into_iter().map(tile).collect(),
        pages: Pages::of(&found, "/office/disclosures", &query),
        rows: found.rows.into_iter().map(|found| row(&staff, found)).collect(),
        units: named.map(|unit| (unit.id.to_string(), unit.name.clone())).collect(),
        filtered: query.iter().any(|(_, value)| !value.is_empty()),
        may_write: staff.may(Act::WriteDisclosure),
        may_push: super::webhook::authorise(&staff).is_ok(),
        wanted,
    };
    page(&template)
}

/// The disclosure, when the person may do this with it.
async fn found(app: &App, staff: &Staff, id: i64, act: Act) -> Result<DisclosureRow, Problem> {
    let found = store::disclosure::find(&app.store, id).await?;
    let found = found.ok_or_else(|| Problem::not_found("这条公开信息"))?;
    staff.authorise_unit(act, found.unit)?;
    Ok(found)
}

struct ReviewLine {
    label: &'static str,
    outcome: &'static str,
    remark: String,
    by: String,
    at: String,
}

fn review_line(row: ReviewRow) -> ReviewLine {
    ReviewLine {
        label: row.review.label(),
        outcome: if row.passed { "通过" } else { "退回" },
        remark: row.remark,
        by: row.user_name,
        at: moment(row.at),
    }
}

struct VersionLine {
    number: u32,
    link: String,
    reason: String,
    at: String,
}

/// What a reviewer of an annual report has to know of its numbers.
struct ReportChecked {
    link: String,
    /// How many do not agree.
    broken: usize,
    /// Units of a region that have not handed in theirs.
    waiting: usize,
    explanation: String,
}

impl ReportChecked {
    /// Of the report handed in as this disclosure, if it is one.
    async fn of(app: &App, row: &DisclosureRow) -> Result<Option<Self>, Problem> {
        if row.kind != Kind::AnnualReport {
            return Ok(None);
        }
        let Some(report) = store::annual_report::find_handed_in(&app.store, row.id).await? else {
            return Ok(None);
        };
        let built = store::annual_report::build(&app.store, report.scope, report.year).await?;
        Ok(Some(Self {
            link: format!("/office/annual-reports/{}", report.id),
            broken: built.found.len(),
            waiting: built.waiting().count(),
            explanation: report.working.explanation,
        }))
    }
}

/// A file as pages list it.
struct FileLine {
    id: i64,
    name: String,
    size: String,
    link: String,
}

fn file_line(file: &File) -> FileLine {
    FileLine {
        id: file.id,
        name: file.name.clone(),
        size: crate::portal::size(file.bytes),
        link: format!("/office/attachments/{}", file.id),
    }
}

#[derive(Template)]
#[template(path = "office/disclosure.html")]
struct ShowPage {
    page: Page,
    csrf: String,
    id: i64,
    version: i64,
    state: Stage,
    title: String,
    unit: String,
    content: Disclosure,
    formed_on: String,
    effective_on: String,
    expires_on: String,
    index_number: String,
    reason: String,
    changed: String,
    files: Vec<FileLine>,
    report: Option<ReportChecked>,
    interpretation: interpretation::Shown,
    diagram: Option<Diagram>,
    findings: Vec<(Field, Finding)>,
    scanned: Option<scan::Counts>,
    difference: Option<Difference>,
    reviews: Vec<ReviewLine>,
    versions: Vec<VersionLine>,
    public: bool,
    withdrawn: Option<(String, String)>,
    scheduled: String,
    stages: Vec<StageLine>,
    passed: Vec<Review>,
    next: Option<Review>,
    acting: Vec<ActingLine>,
    may_write: bool,
    may_pass: bool,
    may_return: bool,
    may_withdraw: bool,
    own: bool,
    tomorrow: String,
}

impl ShowPage {
    /// Where a review stands.
    fn standing(&self, review: &Review) -> &'static str {
        match (self.passed.contains(review), self.next == Some(*review)) {
            (true, _) => "已通过",
            (false, true) => "待办理",
            (false, false) => "未到",
        }
    }

    fn is_next(&self, review: &Review) -> bool {
        self.next == Some(*review)
    }
}

/// The route of a draft: which reviews, who can act now, and whether that is the person who looks.
#[derive(Default)]
struct UnderReview {
    stages: Vec<StageLine>,
    next: Option<Review>,
    acting: Vec<ActingLine>,
    may_pass: bool,
    may_return: bool,
}

impl UnderReview {
    async fn of(app: &App, staff: &Staff, row: &DisclosureRow) -> Result<Self, Problem> {
        let written = row.state == Stage::Draft;
        let reviewed = matches!(row.state, Stage::Reviewing | Stage::Approved | Stage::Scheduled);
        if !written && !reviewed {
            return Ok(Self::default());
        }
        let people = store::review::candidates_today(&app.store).await?;
        let stages = store::review::stages(&app.store, row).await?;
        let place = store::unit::place(&staff.directory, row.unit);
        let lines = stage_lines(staff, &people, &stages, &place);
        if written {
            return Ok(Self { stages: lines, ..Self::default() });
        }
        let user = staff.person.user;
        let next = store::review::next(&people, &staff.directory, row, &stages);
        let (next, acting) = next.map_or((None, Vec::new()), |(review, acting)| (Some(review), acting));
        let stage = stages.iter().find(|stage| Some(stage.review) == next);
        Ok(Self {
            stages: lines,
            next,
            may_pass: acting.iter().any(|one| one.candidate.person.user == user),
            may_return: right_to_return(&people, user, stage, &place).is_some(),
            acting: acting_lines(staff, &acting),
        })
    }
}

async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Query(done): Query<super::Done>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let row = found(&app, &staff, id, Act::ReadDisclosure).await?;
    let draft = store::disclosure::draft(&app.store, id).await?;
    let current = match row.current {
        Some(number) => store::disclosure::version(&app.store, id, number).await?.map(|(_, content)| content),
        None => None,
    };
    let findings = match &draft {
        Some(draft) => interpretation::findings(&app, draft).await?,
        None => Vec::new(),
    };
    let difference = match (&draft, &current) {
        (Some(draft), Some(current)) => Some(difference::between(current, draft)),
        _ => None,
    };
    let scanned = match &draft {
        Some(draft) => Some(scan::counts(&app, id, draft).await?),
        None => None,
    };
    let content = draft.or(current).unwrap_or_default();
    let report = ReportChecked::of(&app, &row).await?;
    let interpretation = interpretation::Shown::of(&app, &staff, &row, &content).await?;
    let under_review = UnderReview::of(&app, &staff, &row).await?;
    let versions = store::disclosure::versions(&app.store, id).await?;
    let line = |version: VersionRow| VersionLine {
        number: version.number,
        link: format!("/disclosures/{id}/versions/{}", version.number),
        reason: version.reason,
        at: moment(version.published_at),
    };
    let day = |day: Option<jiff::civil::Date>| day.map(written_date).unwrap_or_default();
    let title = if row.title.is_empty() { "（未填标题）".to_owned() } else { row.title.clone() };
    let may = |act| staff.authorise_unit(act, row.unit).is_ok();
    let public = row.current.is_some() && row.withdrawn.is_none();
    let template = ShowPage {
        page: frame(&app, &staff, &headers, &title, "/office/disclosures")
            .await?
            .under("公开信息", "/office/disclosures")
            .with_done(done.done.as_deref()),
        csrf: staff.session.csrf.clone(),
        id,
        version: row.version,
        state: row.state,
        title,
        unit: unit_name(&staff, row.unit),
        formed_on: day(content.formed_on),
        effective_on: day(content.effective_on),
        expires_on: day(content.expires_on),
        index_number: row.index_number,
        reason: row.reason,
        changed: format!("{}　{}", row.changed_by_name, moment(row.changed_at)),
        files: content.files.iter().map(file_line).collect(),
        report,
        interpretation,
        diagram: content.interpretation.as_ref().and_then(Diagram::draw),
        findings,
        scanned,
        difference: difference.filter(|difference| !difference.is_empty()),
        reviews: store::disclosure::reviews(&app.store, id).await?.into_iter().map(review_line).collect(),
        versions: if public { versions.into_iter().map(line).collect() } else { Vec::new() },
        public,
        withdrawn: row.withdrawn.map(|(at, reason)| (moment(at), reason)),
        scheduled: row.scheduled_at.map(moment).unwrap_or_default(),
        stages: under_review.stages,
        next: under_review.next,
        acting: under_review.acting,
        may_pass: under_review.may_pass,
        may_return: under_review.may_return,
        passed: row.passed,
        may_write: may(Act::WriteDisclosure),
        may_withdraw: may(Act::WithdrawDisclosure),
        own: row.submitted_by == Some(staff.person.user),
        tomorrow: app.today().tomorrow().map(|day| format!("{day}T09:00")).unwrap_or_default(),
        content,
    };
    page(&template)
}
