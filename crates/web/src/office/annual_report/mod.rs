//! Annual reports (年度报告): who owes one, the texts beside last year's, the tables with what was found and what is behind
//! each number. What is behind a number is in `behind`, figures are entered
//! in `figures`, the way to the public is in `step`.

mod behind;
mod figures;
mod step;

use super::review::{scope_name, scope_of, scope_word};
use super::{Done, back, frame, moment};
use crate::annual_report::{Format, title, write};
use crate::app::App;
use crate::form::Form;
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::session::Staff;
use askama::Template;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::{get, post};
use domain::annual_report::{
    AnnualReport, Cell, PARTS, ProactiveCell, Reporter, State as Stage, due, with_sentence,
};
use domain::finding::Severity;
use domain::letter::written_date;
use domain::role::{Act, Denied, Scope};
use serde::Deserialize;
use store::annual_report::{Built, ReportRow};
use tables::annual_report::table_html;

const LIST: &str = "/office/annual-reports";

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/office/annual-reports", get(list).post(begin))
        .route("/office/annual-reports/{id}", get(show).post(save))
        .route("/office/annual-reports/{id}/figures", get(figures::show).post(figures::save))
        .route("/office/annual-reports/{id}/read", post(figures::read))
        .route("/office/annual-reports/{id}/behind", get(behind::show))
        .route("/office/annual-reports/{id}/submit", post(step::submit))
        .route("/office/annual-reports/{id}/correct", post(step::correct))
        .route("/office/annual-reports/{id}/files/{format}", get(download))
}

fn authorise(staff: &Staff, act: Act, scope: Scope) -> Result<(), Denied> {
    match scope {
        Scope::Unit(unit) => staff.authorise_unit(act, unit),
        Scope::Region(region) => staff.authorise_region(act, region),
    }
}

fn name_of(staff: &Staff, scope: Scope) -> String {
    match scope {
        Scope::Unit(_) => scope_name(staff, scope),
        Scope::Region(region) => {
            let name = staff.directory.region(region).map_or("—", |region| region.name.as_str());
            format!("{name}（本级政府）")
        }
    }
}

/// The report, when the person may do this with it.
async fn found(app: &App, staff: &Staff, id: i64, act: Act) -> Result<ReportRow, Problem> {
    let row = store::annual_report::find(&app.store, id).await?;
    let row = row.ok_or_else(|| Problem::not_found("这份年报"))?;
    authorise(staff, act, row.scope)?;
    Ok(row)
}

struct Line {
    name: String,
    word: String,
    state: Option<Stage>,
    link: String,
    may_begin: bool,
}

#[derive(Template)]
#[template(path = "office/annual_reports.html")]
struct ListPage {
    page: Page,
    csrf: String,
    year: i16,
    years: Vec<i16>,
    due_unit: String,
    due_region: String,
    left_unit: String,
    left_region: String,
    lines: Vec<Line>,
    owing: usize,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Wanted {
    year: i16,
}

/// Years that can be chosen beside those with reports: enough for what comes from before the platform.
const YEARS: i16 = 8;

async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(wanted): Query<Wanted>,
    Query(done): Query<Done>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if !staff.may(Act::ReadDisclosure) {
        return Err(Denied { act: Act::ReadDisclosure }.into());
    }
    let this = app.today().year();
    let year = if (1..=this).contains(&wanted.year) { wanted.year } else { this.saturating_sub(1) };
    let rows = store::annual_report::list(&app.store, Some(year)).await?;
    let county = staff.directory.county();
    let units = county.map(|county| store::annual_report::reporting(&staff.directory, county.id));
    let region = county.map(|county| Scope::Region(county.id));
    let scopes = region.into_iter().chain(units.unwrap_or_default().into_iter().map(Scope::Unit));
    let line = |scope: Scope| {
        let row = rows.iter().find(|row| row.scope == scope);
        Line {
            name: name_of(&staff, scope),
            word: scope_word(scope),
            state: row.map(|row| row.state),
            link: row.map(|row| format!("{LIST}/{}", row.id)).unwrap_or_default(),
            may_begin: authorise(&staff, Act::WriteDisclosure, scope).is_ok(),
        }
    };
    let visible = scopes.filter(|scope| authorise(&staff, Act::ReadDisclosure, *scope).is_ok());
    let lines: Vec<Line> = visible.map(line).collect();
    let (unit, region) =
        (due(year, Reporter::Unit, app.store.rules()), due(year, Reporter::Region, app.store.rules()));
    let template = ListPage {
        page: frame(&app, &staff, &headers, "年度报告", LIST).await?.with_done(done.done.as_deref()),
        csrf: staff.session.csrf.clone(),
        year,
        years: (this.saturating_sub(YEARS)..=this).rev().collect(),
        due_unit: written_date(unit),
        due_region: written_date(region),
        left_unit: super::left(&app, Some(unit)),
        left_region: super::left(&app, Some(region)),
        owing: lines.iter().filter(|line| line.state != Some(Stage::Published)).count(),
        lines,
    };
    page(&template)
}

#[derive(Deserialize)]
struct BeginForm {
    place: String,
    year: i16,
}

async fn begin(
    State(app): State<App>,
    staff: Staff,
    Form(form): Form<BeginForm>,
) -> Result<Response, Problem> {
    let scope = scope_of(&form.place).ok_or_else(|| Problem::bad_input("请选择单位或者区域。"))?;
    authorise(&staff, Act::WriteDisclosure, scope)?;
    let id = store::annual_report::begin(&app.store, &staff.actor, scope, form.year).await?;
    Ok(back(&format!("{LIST}/{id}"), "report-begun"))
}

/// A text with last year's beside it.
struct Text {
    name: &'static str,
    label: &'static str,
    text: String,
    last: String,
    /// Sentences drafted from the tables.
    drafted: Vec<String>,
}

struct FindingLine {
    badge: &'static str,
    label: &'static str,
    message: String,
    /// Where the number stands on the page.
    anchor: String,
}

struct UnitLine {
    name: String,
    link: Option<String>,
    state: Option<Stage>,
    numbers: [i128; 4],
}

#[derive(Template)]
#[template(path = "office/annual_report.html")]
struct ShowPage {
    page: Page,
    csrf: String,
    row: ReportRow,
    title: String,
    due: String,
    texts: Vec<Text>,
    findings: Vec<FindingLine>,
    tables: Vec<(&'static str, String)>,
    units: Vec<UnitLine>,
    /// Units that have not handed in theirs.
    waiting: Vec<String>,
    is_region: bool,
    may_write: bool,
    changed: String,
}

/// Where a number leads: to the cases or policy files behind it. Of the rest the record holds nothing.
fn behind(row: &ReportRow, cell: Cell) -> Option<String> {
    let known = match cell {
        Cell::Proactive(cell) => matches!(
            cell,
            ProactiveCell::NormativeIssued
                | ProactiveCell::NormativeRepealed
                | ProactiveCell::NormativeInForce
        ),
        Cell::Request(..) | Cell::Dispute(..) => true,
    };
    known.then(|| format!("{LIST}/{}/behind?cell={}", row.id, cell.word()))
}

/// The address of a number within the page.
fn anchor(cell: Cell) -> String {
    cell.word().replace('.', "-")
}

/// A number as the tables of the page show it: led to what is behind it, marked where it was entered or does not agree.
fn shown(row: &ReportRow, built: &Built, cell: Cell, text: &str) -> String {
    let entered = row.working.entered.touches(cell);
    let broken = built.found.iter().any(|one| one.cell == cell);
    let text = tables::rich::escape(text);
    let counted = built.counted.number(cell) != 0;
    let number = match behind(row, cell).filter(|_| counted) {
        Some(link) => format!(
            "<a href=\"{}\" aria-label=\"{}，{}：{text}，查看明细\">{text}</a>",
            link.replace('&', "&amp;"),
            cell.row(),
            cell.column()
        ),
        None => text,
    };
    let entered = if entered { "<span class=\"entered\">录入</span>" } else { "" };
    let broken = if broken { "<span class=\"badge error\">不符</span>" } else { "" };
    format!("<span id=\"{}\">{number}</span>{entered}{broken}", anchor(cell))
}

/// The three tables with the parts they stand in.
fn tables(report: &AnnualReport, mark: &dyn Fn(Cell, &str) -> Option<String>) -> Vec<(&'static str, String)> {
    let parts = PARTS.iter().copied().skip(1).take(3).enumerate();
    parts.map(|(table, part)| (part, table_html(report, table, mark))).collect()
}

fn texts(row: &ReportRow, built: &Built) -> Vec<Text> {
    let report = &built.report;
    let last =
        |of: fn(&AnnualReport) -> &String| built.previous.as_ref().map(of).cloned().unwrap_or_default();
    vec![
        Text {
            name: "overall",
            label: PARTS[0],
            text: row.working.overall.clone(),
            last: last(|report| &report.overall),
            drafted: report.overall_sentences(),
        },
        Text {
            name: "problems",
            label: PARTS[4],
            text: row.working.problems.clone(),
            last: last(|report| &report.problems),
            drafted: Vec::new(),
        },
        Text {
            name: "others",
            label: PARTS[5],
            text: row.working.others.clone(),
            last: last(|report| &report.others),
            drafted: vec![report.fees_sentence(built.fees)],
        },
    ]
}

async fn unit_lines(app: &App, staff: &Staff, year: i16, built: &Built) -> Result<Vec<UnitLine>, Problem> {
    use domain::annual_report::{Column, ReportRow as Row};
    let rows = store::annual_report::list(&app.store, Some(year)).await?;
    let rows_of = [Row::New, Row::CarriedIn, Row::ResultsTotal, Row::CarriedOut];
    let line = |unit: &store::annual_report::UnitReport| UnitLine {
        name: super::unit_name(staff, unit.unit),
        link: rows
            .iter()
            .find(|row| row.scope == Scope::Unit(unit.unit))
            .map(|row| format!("{LIST}/{}", row.id)),
        state: unit.state,
        numbers: rows_of.map(|row| unit.report.number(Cell::Request(row, Column::Total))),
    };
    Ok(built.units.iter().map(line).collect())
}

async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Query(done): Query<Done>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let row = found(&app, &staff, id, Act::ReadDisclosure).await?;
    let built = store::annual_report::build(&app.store, row.scope, row.year).await?;
    let finding = |one: &domain::annual_report::Discrepancy| {
        let finding = one.finding();
        FindingLine {
            badge: if finding.severity == Severity::Error { "error" } else { "warning" },
            label: finding.severity.label(),
            message: finding.message,
            anchor: anchor(one.cell),
        }
    };
    let is_region = matches!(row.scope, Scope::Region(_));
    let reporter = if is_region { Reporter::Region } else { Reporter::Unit };
    let units = unit_lines(&app, &staff, row.year, &built).await?;
    let mark = |cell: Cell, text: &str| Some(shown(&row, &built, cell, text));
    let template = ShowPage {
        page: frame(&app, &staff, &headers, &title(&built.report), LIST)
            .await?
            .under("年度报告", &format!("{LIST}?year={}", row.year))
            .with_done(done.done.as_deref()),
        csrf: staff.session.csrf.clone(),
        title: title(&built.report),
        due: written_date(due(row.year, reporter, app.store.rules())),
        texts: texts(&row, &built),
        findings: built.found.iter().map(finding).collect(),
        tables: tables(&built.report, &mark),
        waiting: built.waiting().map(|unit| super::unit_name(&staff, unit)).collect(),
        units,
        is_region,
        may_write: row.state == Stage::Draft && authorise(&staff, Act::WriteDisclosure, row.scope).is_ok(),
        changed: format!("{}　{}", row.changed_by_name, moment(row.changed_at)),
        row,
    };
    page(&template)
}

#[derive(Deserialize)]
struct TextForm {
    version: i64,
    overall: String,
    problems: String,
    others: String,
    #[serde(default)]
    explanation: String,
    /// The text and the place of the drafted sentence that is to stand in it: `overall.1`.
    #[serde(default)]
    replace: String,
}

/// A text with the drafted sentence that was asked for in the place of the one that quotes the same numbers.
fn replaced(text: String, name: &str, wanted: &str, drafted: &[String]) -> String {
    let place = wanted.strip_prefix(name).and_then(|rest| rest.strip_prefix('.'));
    match place.and_then(|place| drafted.get(place.parse::<usize>().ok()?)) {
        Some(sentence) => with_sentence(&text, sentence),
        None => text,
    }
}

async fn save(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Form(form): Form<TextForm>,
) -> Result<Response, Problem> {
    let row = found(&app, &staff, id, Act::WriteDisclosure).await?;
    let built = store::annual_report::build(&app.store, row.scope, row.year).await?;
    let fees = [built.report.fees_sentence(built.fees)];
    let working = domain::annual_report::Working {
        overall: replaced(form.overall, "overall", &form.replace, &built.report.overall_sentences()),
        problems: form.problems,
        others: replaced(form.others, "others", &form.replace, &fees),
        explanation: form.explanation,
        entered: row.working.entered,
    };
    store::annual_report::edit(&app.store, &staff.actor, id, form.version, working).await?;
    Ok(back(&format!("{LIST}/{id}"), "changed"))
}

/// The report as a file, as it stands now.
async fn download(
    State(app): State<App>,
    staff: Staff,
    Path((id, format)): Path<(i64, String)>,
) -> Result<Response, Problem> {
    let row = found(&app, &staff, id, Act::ReadDisclosure).await?;
    let format = Format::from_word(&format).ok_or_else(|| Problem::not_found("这种格式"))?;
    let report = store::annual_report::build(&app.store, row.scope, row.year).await?.report;
    let name = format!("{}.{}", title(&report), format.word());
    let (about, fonts) = ((app.today(), app.settings.site.sample), app.fonts.clone());
    let written = tokio::task::spawn_blocking(move || write(&report, format, about, &fonts)).await;
    let bytes = step::written(written)?;
    Ok(super::sent_as_file(&name, super::media_type(&name), Body::from(bytes)))
}
