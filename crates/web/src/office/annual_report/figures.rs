//! Figures a person enters: what the record does not hold, above all cases from before the platform; typed cell by cell, or
//! read from a report that was published elsewhere.

use super::{LIST, found};
use crate::app::App;
use crate::form::{Form, Upload};
use crate::office::{Done, back, frame};
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::session::Staff;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::annual_report::{
    Amount, AnnualReport, Cell, Entered, ProactiveCell, Refused, State as Stage, Working,
};
use domain::role::{Act, Scope};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "office/annual_report_figures.html")]
struct FiguresPage {
    page: Page,
    csrf: String,
    id: i64,
    version: i64,
    is_region: bool,
    tables: Vec<(&'static str, String)>,
}

fn is_fees(cell: Cell) -> bool {
    cell == Cell::Proactive(ProactiveCell::Fees)
}

/// A number as people write it; the fees in 万元.
fn typed(cell: Cell, number: u64) -> String {
    if is_fees(cell) { Amount { fen: number }.to_string() } else { number.to_string() }
}

/// What a person typed into a cell; nothing is no number.
fn number(cell: Cell, text: &str) -> Result<Option<u64>, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let read =
        if is_fees(cell) { text.parse::<Amount>().ok().map(|amount| amount.fen) } else { text.parse().ok() };
    read.map(Some).ok_or_else(|| {
        Problem::bad_input(format!(
            "“{}”的“{}”填的是“{text}”，不是非负的数，没有保存。请改正。",
            cell.row(),
            cell.column()
        ))
    })
}

pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Query(done): Query<Done>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let row = found(&app, &staff, id, Act::WriteDisclosure).await?;
    if row.state != Stage::Draft {
        return Err(Problem::bad_input(Refused::NotDraft.to_string()));
    }
    let counted = store::annual_report::build(&app.store, row.scope, row.year).await?.counted;
    let input = |cell: Cell, text: &str| {
        let entered = row.working.entered.get(cell).map(|number| typed(cell, number)).unwrap_or_default();
        // Nothing is said of a zero: two hundred of them would hide the rest.
        let counted = if counted.number(cell) == 0 {
            String::new()
        } else {
            format!("<span class=\"counted\">系统 {}</span>", tables::rich::escape(text))
        };
        Some(format!(
            "<input class=\"figure\" name=\"{}\" value=\"{entered}\" inputmode=\"decimal\" maxlength=\"14\" aria-label=\"{}，{}\">{counted}",
            cell.word(),
            cell.row(),
            cell.column()
        ))
    };
    let template = FiguresPage {
        page: frame(&app, &staff, &headers, "录入数字", LIST)
            .await?
            .under("年度报告", &format!("{LIST}?year={}", row.year))
            .under(&format!("{}{}年", super::name_of(&staff, row.scope), row.year), &format!("{LIST}/{id}"))
            .with_done(done.done.as_deref()),
        csrf: staff.session.csrf.clone(),
        id,
        version: row.version,
        is_region: matches!(row.scope, Scope::Region(_)),
        tables: super::tables(&counted, &input),
    };
    page(&template)
}

#[derive(Deserialize)]
pub(super) struct FiguresForm {
    version: i64,
    #[serde(flatten)]
    figures: BTreeMap<String, String>,
}

pub(super) async fn save(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Form(form): Form<FiguresForm>,
) -> Result<Response, Problem> {
    let row = found(&app, &staff, id, Act::WriteDisclosure).await?;
    let mut entered = Entered::default();
    for cell in Cell::all() {
        let text = form.figures.get(&cell.word()).map_or("", String::as_str);
        entered.set(cell, number(cell, text)?);
    }
    let working = Working { entered, ..row.working };
    store::annual_report::edit(&app.store, &staff.actor, id, form.version, working).await?;
    Ok(back(&format!("{LIST}/{id}"), "figures-kept"))
}

/// Takes figures and texts from a report that was published elsewhere.
pub(super) async fn read(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    upload: Upload,
) -> Result<Response, Problem> {
    let row = found(&app, &staff, id, Act::WriteDisclosure).await?;
    let file =
        upload.files.first().ok_or_else(|| Problem::bad_input("没有选择文件。请选择已公布的年报。"))?;
    let (name, path) = (file.name.clone(), file.file.path().to_owned());
    let libreoffice = app.settings.libreoffice.clone();
    let read = move || {
        let bytes = std::fs::read(path).map_err(|_| Problem::fault())?;
        let converter = libreoffice.as_deref().map(tables::convert::Converter::new);
        let (document, _) =
            tables::convert::read(&name, &bytes, &tables::Limits::default(), converter.as_ref())?;
        Ok::<_, Problem>(tables::annual_report::read(&document))
    };
    let (report, findings) = tokio::task::spawn_blocking(read).await.map_err(|_| Problem::fault())??;
    if let Some(error) = findings.iter().find(|one| one.severity == domain::finding::Severity::Error) {
        return Err(Problem::bad_input(format!("这份年报没有读入：{}", error.message)));
    }
    if report.year != 0 && report.year != row.year {
        return Err(Problem::bad_input(format!(
            "文件是{}年的年报，这里是{}年的。请核对后重新选择。",
            report.year, row.year
        )));
    }
    let working = taken(row.working, &report);
    store::annual_report::edit(&app.store, &staff.actor, id, row.version, working).await?;
    Ok(back(&format!("{LIST}/{id}"), "figures-read"))
}

/// What a person wrote, with the figures of a published report, and its texts where none are written yet.
fn taken(working: Working, report: &AnnualReport) -> Working {
    let text = |own: String, read: &String| if own.trim().is_empty() { read.clone() } else { own };
    Working {
        overall: text(working.overall, &report.overall),
        problems: text(working.problems, &report.problems),
        others: text(working.others, &report.others),
        entered: Entered::from_report(report),
        explanation: working.explanation,
    }
}
