//! One item of a draft: every column in a field, with what was noticed beside it.

use super::comment::{Remark, remark};
use super::{content, found};
use crate::app::App;
use crate::form::Form;
use crate::office::{Done, back, frame};
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::session::Staff;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::catalogue::phase::Phase;
use domain::catalogue::{Field, check};
use domain::finding::Severity;
use domain::obligation;
use domain::role::Act;
use std::collections::BTreeMap;
use store::catalogue::CellChange;

struct Line {
    word: &'static str,
    label: &'static str,
    hint: &'static str,
    words: String,
    long: bool,
    notes: Vec<(Severity, String)>,
}

#[derive(Template)]
#[template(path = "office/catalogue_item.html")]
struct ItemPage {
    page: Page,
    csrf: String,
    id: i64,
    version: i64,
    code: String,
    number: String,
    elements: usize,
    name: String,
    lines: Vec<Line>,
    remarks: Vec<Remark>,
    may_edit: bool,
    may_comment: bool,
    may_settle: bool,
}

/// How a field is to be written.
fn hint(field: Field) -> &'static str {
    match field {
        Field::Elements => "每条用分号隔开，或每行一条",
        Field::Basis => "写法律法规全称，每条用分号隔开",
        Field::Limit => "如：自信息形成或变更之日起20个工作日内；每季度首月20日；每年1月31日前",
        Field::Publisher => "多个单位用顿号或分号隔开",
        Field::Channels => "如：政府网站；两微一端；其他：嘎查微信群",
        Field::Audience => "全社会，或特定群体的名称",
        Field::Mode => "主动、依申请，可以都写",
        Field::Tiers => "县级、乡级、村级，可以写几个",
        Field::Extra => "每行一列，列名后加冒号",
        Field::Level1 | Field::Level2 => "",
    }
}

pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    Path((id, code)): Path<(i64, String)>,
    Query(done): Query<Done>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let row = found(&app, &staff, id).await?;
    let content = content(&app, &row).await?;
    let at = content.items.iter().position(|item| item.code == code);
    let at = at.ok_or_else(|| Problem::not_found("这个事项"))?;
    let item = content.items.get(at).ok_or_else(|| Problem::not_found("这个事项"))?;
    let findings = check::catalogue(&content, obligation::period(app.store.rules()));
    let own: Vec<_> = findings.into_iter().filter(|found| found.item == at).collect();
    let line = |field: Field| Line {
        word: field.word(),
        label: field.label(),
        hint: hint(field),
        words: item.words(field),
        long: matches!(field, Field::Elements | Field::Basis | Field::Channels | Field::Extra),
        notes: own
            .iter()
            .filter(|found| found.field == Some(field))
            .map(|found| (found.finding.severity, found.finding.message.clone()))
            .collect(),
    };
    let mut remarks = store::catalogue::comments(&app.store, id).await?;
    remarks.retain(|comment| comment.item == code);
    let editing = row.phase == Phase::Compiling;
    let name = if item.name().is_empty() { "新事项".to_owned() } else { item.name() };
    let template = ItemPage {
        page: frame(&app, &staff, &headers, &name, "/office/catalogues")
            .await?
            .under("标准目录", "/office/catalogues")
            .under(&content.title, &format!("/office/catalogues/{id}"))
            .with_done(done.done.as_deref()),
        csrf: staff.session.csrf.clone(),
        id,
        version: row.version,
        number: item.number.clone(),
        elements: item.elements.len(),
        lines: Field::ALL.into_iter().map(line).collect(),
        remarks: remarks.into_iter().map(remark).collect(),
        may_comment: row.phase != Phase::Published && staff.authorise_unit(Act::Comment, row.unit).is_ok(),
        may_settle: [Act::EditCatalogue, Act::ReviewCatalogue]
            .into_iter()
            .any(|act| staff.authorise_unit(act, row.unit).is_ok()),
        may_edit: editing && staff.authorise_unit(Act::EditCatalogue, row.unit).is_ok(),
        name,
        code,
    };
    page(&template)
}

/// Changes the cells that differ from what the page showed; a cell somebody else changed meanwhile is refused and the
/// words are given back.
pub(super) async fn change(
    State(app): State<App>,
    staff: Staff,
    Path((id, code)): Path<(i64, String)>,
    Form(form): Form<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    let row = found(&app, &staff, id).await?;
    staff.authorise_unit(Act::EditCatalogue, row.unit)?;
    // Browsers send line breaks as CR LF.
    let sent = |name: &str| form.get(name).map(|words| words.replace("\r\n", "\n"));
    for field in Field::ALL {
        let before = sent(&format!("was_{}", field.word()));
        let (Some(after), Some(before)) = (sent(field.word()), before) else { continue };
        if after.trim() == before.trim() {
            continue;
        }
        let change = CellChange { code: code.clone(), field, before, after };
        store::catalogue::change_cell(&app.store, &staff.actor, id, change).await?;
    }
    Ok(back(&format!("/office/catalogues/{id}#{code}"), "changed"))
}
