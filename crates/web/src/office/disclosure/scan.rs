//! The check before publication: what the scan found in the text and the files, put right at once or left with a reason.

use super::{Stage, back, found, frame};
use crate::app::App;
use crate::form::Form;
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::scan::{Choice, Group, Noticed, Scanned, mend};
use crate::session::Staff;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::disclosure::{Disclosure, File};
use domain::finding::Severity;
use domain::role::Act;
use serde::Deserialize;
use std::collections::BTreeMap;
use store::disclosure::Waiver;

/// What was found, as the page shows it.
struct Line {
    label: &'static str,
    severity: Severity,
    place: String,
    words: String,
    note: String,
    fix: Option<String>,
    mark: String,
    /// Why it was left as it is.
    waived: Option<String>,
}

struct Section {
    name: String,
    unread: Option<String>,
    cut: usize,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "office/disclosure_scan.html")]
struct ScanPage {
    page: Page,
    csrf: String,
    id: i64,
    version: i64,
    sections: Vec<Section>,
    marked: String,
    errors: usize,
    warnings: usize,
    mendable: usize,
    writing: bool,
}

fn section(group: Group, waivers: &BTreeMap<String, Waiver>) -> Section {
    let line = |noticed: Noticed| Line {
        waived: waivers.get(&noticed.mark).map(|waiver| format!("{}（{}）", waiver.reason, waiver.user_name)),
        label: noticed.label,
        severity: noticed.severity,
        place: noticed.place,
        words: noticed.words,
        note: noticed.note,
        fix: noticed.fix,
        mark: noticed.mark,
    };
    Section {
        name: group.file.map_or_else(|| "正文".to_owned(), |file| format!("附件：{}", file.name)),
        unread: group.unread,
        cut: group.cut,
        lines: group.noticed.into_iter().map(line).collect(),
    }
}

/// What was left as it is, by fingerprint.
async fn waived(app: &App, id: i64) -> Result<BTreeMap<String, Waiver>, Problem> {
    let waivers = store::disclosure::waivers(&app.store, id).await?;
    Ok(waivers.into_iter().map(|waiver| (waiver.mark.clone(), waiver)).collect())
}

/// What is not settled yet.
pub(super) struct Counts {
    /// What must be settled before the draft goes on.
    pub(super) errors: usize,
    /// What a person should look at.
    pub(super) warnings: usize,
}

/// What is not settled yet in a draft.
pub(super) async fn counts(app: &App, id: i64, content: &Disclosure) -> Result<Counts, Problem> {
    let scanned = app.scan.disclosure(&app.store, Some(id), content).await?;
    let waived = waived(app, id).await?;
    Ok(count(&scanned, &waived))
}

fn count(scanned: &Scanned, waived: &BTreeMap<String, Waiver>) -> Counts {
    let of = |severity| {
        let open = |noticed: &&Noticed| noticed.severity == severity && !waived.contains_key(&noticed.mark);
        scanned.all().filter(open).count()
    };
    Counts { errors: of(Severity::Error), warnings: of(Severity::Warning) }
}

pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Query(done): Query<crate::office::Done>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let row = found(&app, &staff, id, Act::ReadDisclosure).await?;
    let content = store::disclosure::draft(&app.store, id).await?;
    let content = content.ok_or_else(|| Problem::not_found("这条信息的草稿"))?;
    let scanned = app.scan.disclosure(&app.store, Some(id), &content).await?;
    let waived = waived(&app, id).await?;
    let Counts { errors, warnings } = count(&scanned, &waived);
    let link = format!("/office/disclosures/{id}");
    let title = if row.title.is_empty() { "（未填标题）" } else { &row.title };
    let template = ScanPage {
        page: frame(&app, &staff, &headers, "发布前检查", "/office/disclosures")
            .await?
            .under("公开信息", "/office/disclosures")
            .under(title, &link)
            .with_done(done.done.as_deref()),
        csrf: staff.session.csrf.clone(),
        id,
        version: row.version,
        marked: scanned.marked(&content.body),
        errors,
        warnings,
        mendable: scanned.all().filter(|noticed| noticed.fix.is_some()).count(),
        writing: row.state == Stage::Draft && staff.authorise_unit(Act::WriteDisclosure, row.unit).is_ok(),
        sections: scanned.groups.into_iter().map(|group| section(group, &waived)).collect(),
    };
    page(&template)
}

#[derive(Deserialize)]
pub(super) struct ScanForm {
    version: i64,
    #[serde(default)]
    marks: Vec<String>,
    #[serde(default)]
    reason: String,
    action: String,
}

/// Puts right what was chosen, or leaves it with a reason.
pub(super) async fn settle(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Form(form): Form<ScanForm>,
) -> Result<Response, Problem> {
    found(&app, &staff, id, Act::WriteDisclosure).await?;
    let content = store::disclosure::draft(&app.store, id).await?;
    let content = content.ok_or_else(|| Problem::not_found("这条信息的草稿"))?;
    let scanned = app.scan.disclosure(&app.store, Some(id), &content).await?;
    let to = format!("/office/disclosures/{id}/scan");
    if form.action == "everything" {
        put_right(&app, &staff, (id, form.version), content, &scanned, &Choice::Everything).await?;
        return Ok(back(&to, "scan-mended"));
    }
    if form.marks.is_empty() {
        return Err(Problem::bad_input("没有选中任何一项。请先勾选，再选择遮盖改正或者说明理由保留。"));
    }
    if form.action == "mend" {
        put_right(&app, &staff, (id, form.version), content, &scanned, &Choice::Marks(&form.marks)).await?;
        return Ok(back(&to, "scan-mended"));
    }
    let chosen = scanned.all().filter(|noticed| form.marks.contains(&noticed.mark));
    let found = chosen.map(|noticed| (noticed.mark.clone(), format!("{}：{}", noticed.place, noticed.label)));
    let found = found.collect();
    store::disclosure::waive(&app.store, &staff.actor, id, form.version, found, &form.reason).await?;
    Ok(back(&to, "scan-waived"))
}

async fn put_right(
    app: &App,
    staff: &Staff,
    (id, version): (i64, i64),
    content: Disclosure,
    scanned: &Scanned,
    choice: &Choice<'_>,
) -> Result<(), Problem> {
    let (mut mended, files) = mend(&app.store, &content, scanned, choice).await?;
    for file in files {
        let media_type = crate::office::media_type(&file.name);
        let kept =
            store::attachment::put(&app.store, &staff.actor, &file.name, media_type, file.bytes.into())
                .await?;
        for old in mended.files.iter_mut().filter(|old| old.id == file.file) {
            *old = File { id: kept.id, name: kept.name.clone(), hash: kept.hash.clone(), bytes: kept.bytes };
        }
    }
    store::disclosure::edit(&app.store, &staff.actor, id, version, mended).await?;
    Ok(())
}
