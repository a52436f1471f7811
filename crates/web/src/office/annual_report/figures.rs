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
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::annual_report::{
    Amount, AnnualReport, Cell, Entered, ProactiveCell, Refused, State as Stage, Working,
};
use domain::role::{Act, Scope};
use domain::text::half_width;
use serde::Deserialize;
use std::collections::BTreeMap;
use store::annual_report::ReportRow;

#[derive(Template)]
#[template(path = "office/annual_report_figures.html")]
struct FiguresPage {
    page: Page,
    csrf: String,
    id: i64,
    version: i64,
    is_region: bool,
    /// Cells that hold no number: where each stands, and what is wrong.
    wrong: Vec<(String, String)>,
    tables: Vec<(&'static str, String)>,
}

fn is_fees(cell: Cell) -> bool {
    cell == Cell::Proactive(ProactiveCell::Fees)
}

/// A number as people write it; the fees in 万元.
fn typed(cell: Cell, number: u64) -> String {
    if is_fees(cell) { Amount { fen: number }.to_string() } else { number.to_string() }
}

/// What a person typed into a cell, in whatever width and with or without commas between thousands; nothing is no number.
///
/// # Errors
/// What the cell takes, for a text that is none.
fn number(cell: Cell, text: &str) -> Result<Option<u64>, String> {
    let plain: String = text.chars().filter_map(half_width).filter(|c| *c != ',').collect();
    if plain.is_empty() {
        return Ok(None);
    }
    let read = if is_fees(cell) {
        plain.parse::<Amount>().ok().map(|amount| amount.fen)
    } else {
        plain.parse().ok().filter(|_| plain.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let takes =
        if is_fees(cell) { "0或者正数，单位万元，例如12.5" } else { "0或正整数，例如12" };
    read.map(Some).ok_or_else(|| format!("应填{takes}；现在填的是“{}”。其他数字已保留。", text.trim()))
}

/// What stands in the form: what a person typed, or what is kept.
struct Typed {
    texts: BTreeMap<String, String>,
    wrong: BTreeMap<String, String>,
}

impl Typed {
    fn kept(entered: &Entered) -> Self {
        let text = |cell: Cell| Some((cell.word(), typed(cell, entered.get(cell)?)));
        Self { texts: Cell::all().filter_map(text).collect(), wrong: BTreeMap::new() }
    }
}

/// The field of a cell, with what the record counts and what is wrong with what was typed.
fn input(cell: Cell, counted: i128, shown: &str, typed: &Typed) -> String {
    let word = cell.word();
    let value =
        tables::rich::escape(typed.texts.get(&word).map_or("", String::as_str)).replace('"', "&quot;");
    // Nothing is said of a zero: two hundred of them would hide the rest.
    let counted = if counted == 0 {
        String::new()
    } else {
        format!("<span class=\"counted\">系统 {}</span>", tables::rich::escape(shown))
    };
    let (state, error) = match typed.wrong.get(&word) {
        Some(error) => {
            let id = format!("{}-error", word.replace('.', "-"));
            (
                format!(" aria-invalid=\"true\" aria-describedby=\"{id}\""),
                format!("<span class=\"field-error\" id=\"{id}\">{}</span>", tables::rich::escape(error)),
            )
        }
        None => (String::new(), String::new()),
    };
    format!(
        "<input class=\"figure\" id=\"{}\" name=\"{word}\" value=\"{value}\" inputmode=\"decimal\" maxlength=\"14\" aria-label=\"{}，{}\"{state}>{counted}{error}",
        super::anchor(cell),
        cell.row(),
        cell.column()
    )
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
    let typed = Typed::kept(&row.working.entered);
    let template = form(&app, &staff, &headers, &row, row.version, &typed).await?;
    page(&FiguresPage { page: template.page.with_done(done.done.as_deref()), ..template })
}

/// The form with these texts in it.
async fn form(
    app: &App,
    staff: &Staff,
    headers: &HeaderMap,
    row: &ReportRow,
    version: i64,
    typed: &Typed,
) -> Result<FiguresPage, Problem> {
    let counted = store::annual_report::build(&app.store, row.scope, row.year).await?.counted;
    let field = |cell: Cell, text: &str| Some(input(cell, counted.number(cell), text, typed));
    let wrong = Cell::all().filter_map(|cell| Some((cell, typed.wrong.get(&cell.word())?.clone())));
    Ok(FiguresPage {
        page: frame(app, staff, headers, "录入数字", LIST)
            .await?
            .under("年度报告", &format!("{LIST}?year={}", row.year))
            .under(
                &format!("{}{}年", super::name_of(staff, row.scope), row.year),
                &format!("{LIST}/{}", row.id),
            ),
        csrf: staff.session.csrf.clone(),
        id: row.id,
        version,
        is_region: matches!(row.scope, Scope::Region(_)),
        wrong: wrong
            .map(|(cell, error)| (super::anchor(cell), format!("{}，{}：{error}", cell.row(), cell.column())))
            .collect(),
        tables: super::tables(&counted, &field),
    })
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
    headers: HeaderMap,
    Form(sent): Form<FiguresForm>,
) -> Result<Response, Problem> {
    let row = found(&app, &staff, id, Act::WriteDisclosure).await?;
    let mut entered = Entered::default();
    let mut typed = Typed { texts: sent.figures, wrong: BTreeMap::new() };
    for cell in Cell::all() {
        match number(cell, typed.texts.get(&cell.word()).map_or("", String::as_str)) {
            Ok(number) => entered.set(cell, number),
            Err(error) => {
                typed.wrong.insert(cell.word(), error);
            }
        }
    }
    if !typed.wrong.is_empty() {
        let template = form(&app, &staff, &headers, &row, sent.version, &typed).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&template)?).into_response());
    }
    let working = Working { entered, ..row.working };
    store::annual_report::edit(&app.store, &staff.actor, id, sent.version, working).await?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_type_them() {
        let permits = Cell::Proactive(ProactiveCell::Permits);
        let fees = Cell::Proactive(ProactiveCell::Fees);
        for (text, read) in [
            ("", None),
            (" 12 ", Some(12)),
            ("１２", Some(12)),
            ("1,234", Some(1_234)),
            ("１，２３４", Some(1_234)),
        ] {
            assert_eq!(number(permits, text), Ok(read), "{text}");
        }
        assert_eq!(number(fees, "１．５"), Ok(Some(1_500_000)));
        assert_eq!(
            number(permits, "-1").unwrap_err(),
            "应填0或正整数，例如12；现在填的是“-1”。其他数字已保留。"
        );
        for text in ["一二", "+1", "1.5", "12件"] {
            assert!(number(permits, text).is_err(), "{text}");
        }
    }
}
