//! Writing a disclosure: begun from what fell due or from nothing, kept while it is written, files attached.

use super::interpretation::{self, Fields};
use super::{FileLine, back, file_line, found, frame, unit_name};
use crate::app::App;
use crate::form::{Form, Upload, UploadedFile};
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::session::Staff;
use askama::Template;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use domain::disclosure::check::Field;
use domain::disclosure::{Disclosure, File, ItemLink, Kind, SUBJECTS};
use domain::finding::Finding;
use domain::interpretation::Scheme;
use domain::role::Act;
use domain::rulebook::Head;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use store::catalogue::Filter;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct From {
    obligation: i64,
    kind: String,
    /// Requests for the same information, by identity.
    requests: String,
}

/// What several requests asked for, to be made public (art. 44): the words and the unit of the first one, all numbers.
async fn asked_for(app: &App, staff: &Staff, ids: &str) -> Result<Option<(String, i64, String)>, Problem> {
    let mut asked: Option<(String, i64, String)> = None;
    for id in ids.split(',').filter_map(|id| id.parse().ok()).take(20) {
        let Some(case) = store::request::find(&app.store, id).await? else { continue };
        staff
            .authorise_unit(Act::HandleRequest, case.unit)
            .or_else(|_| staff.authorise_unit(Act::ApproveRequest, case.unit))?;
        asked = Some(match asked {
            None => (domain::text::head(&case.wanted, 100), case.unit, case.number),
            Some((wanted, unit, numbers)) => (wanted, unit, format!("{numbers}、{}", case.number)),
        });
    }
    Ok(asked)
}

#[derive(Template)]
#[template(path = "office/disclosure_new.html")]
struct NewPage {
    page: Page,
    csrf: String,
    units: Vec<(i64, String)>,
    unit: i64,
    title: String,
    about: String,
    obligation: i64,
    kind: Kind,
    /// The receipt numbers of the requests it answers.
    requests: String,
}

impl NewPage {
    fn kinds(&self) -> Vec<(&'static str, &'static str)> {
        Kind::ALL.iter().map(|kind| (kind.word(), kind.label())).collect()
    }
}

pub(super) async fn new(
    State(app): State<App>,
    staff: Staff,
    Query(from): Query<From>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if !staff.may(Act::WriteDisclosure) {
        return Err(domain::role::Denied { act: Act::WriteDisclosure }.into());
    }
    let obligation = store::obligation::find(&app.store, from.obligation).await?;
    if let Some(obligation) = &obligation {
        staff.authorise_unit(Act::WriteDisclosure, obligation.unit)?;
    }
    let writable = staff.units(Act::WriteDisclosure);
    let units = staff.directory.units().iter().filter(|unit| writable.contains(&unit.id));
    let (wanted, asked, requests) = asked_for(&app, &staff, &from.requests).await?.unwrap_or((
        String::new(),
        staff.person.unit,
        String::new(),
    ));
    let own = obligation.as_ref().map_or(asked, |obligation| obligation.unit);
    let template = NewPage {
        page: frame(&app, &staff, &headers, "新建公开信息", "/office/disclosures")
            .await?
            .under("公开信息", "/office/disclosures"),
        csrf: staff.session.csrf.clone(),
        units: units.map(|unit| (unit.id, unit.name.clone())).collect(),
        unit: own,
        title: obligation.as_ref().map_or(wanted, |found| found.about.clone()),
        requests,
        about: obligation.as_ref().map(|found| found.item_name.clone()).unwrap_or_default(),
        obligation: obligation.map_or(0, |found| found.id),
        kind: Kind::from_word(&from.kind).unwrap_or(Kind::Notice),
    };
    page(&template)
}

#[derive(Deserialize)]
pub(super) struct NewForm {
    unit: i64,
    title: String,
    kind: String,
    #[serde(default)]
    obligation: i64,
}

pub(super) async fn create(
    State(app): State<App>,
    staff: Staff,
    Form(form): Form<NewForm>,
) -> Result<Response, Problem> {
    staff.authorise_unit(Act::WriteDisclosure, form.unit)?;
    let mut content = Disclosure {
        title: form.title,
        kind: Kind::from_word(&form.kind).unwrap_or_default(),
        formed_on: Some(app.today()),
        ..Disclosure::default()
    };
    content.scheme = (content.kind == Kind::Policy).then(|| Scheme::of(form.unit));
    let obligation = match form.obligation {
        0 => None,
        id => store::obligation::find(&app.store, id).await?.filter(|found| found.unit == form.unit),
    };
    if let Some(found) = &obligation {
        content.items = vec![ItemLink {
            catalogue: found.catalogue,
            code: found.item.clone(),
            name: found.item_name.clone(),
        }];
        if found.cause != domain::obligation::Cause::Period {
            content.formed_on = Some(found.cause_on);
        }
    }
    if let Some(link) = content.items.first() {
        content.body = outline(&app, link).await?;
    }
    let obligation = obligation.map(|found| found.id);
    let id = store::disclosure::create(&app.store, &staff.actor, form.unit, obligation, content).await?;
    Ok(back(&format!("/office/disclosures/{id}/edit"), "disclosure-created"))
}

/// What the item asks for, as headings to write under: the catalogue's elements (公开内容).
async fn outline(app: &App, link: &ItemLink) -> Result<String, Problem> {
    let row = store::catalogue::find(&app.store, link.catalogue).await?;
    let Some(number) = row.and_then(|row| row.current) else { return Ok(String::new()) };
    let version = store::catalogue::version(&app.store, link.catalogue, number).await?;
    let Some(elements) = version.and_then(|(_, content)| Some(content.item(&link.code)?.elements.clone()))
    else {
        return Ok(String::new());
    };
    let heading = |element: &String| format!("<h2>{}</h2><p>（请填写）</p>", tables::rich::escape(element));
    Ok(elements.iter().map(heading).collect())
}

struct ItemChoice {
    value: String,
    name: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "office/disclosure_edit.html")]
struct EditPage {
    page: Page,
    csrf: String,
    id: i64,
    version: i64,
    unit: String,
    content: Disclosure,
    keywords: String,
    amends: String,
    repeals: String,
    items: Vec<(String, Vec<ItemChoice>)>,
    files: Vec<FileLine>,
    fields: Fields,
    findings: Vec<(Field, Finding)>,
    today: String,
    discardable: bool,
}

impl EditPage {
    fn kinds(&self) -> Vec<(&'static str, &'static str)> {
        Kind::ALL.iter().map(|kind| (kind.word(), kind.label())).collect()
    }

    fn heads(&self) -> &'static [Head] {
        Head::ALL
    }

    fn is_head(&self, head: &Head) -> bool {
        self.content.rule_head == Some(*head)
    }

    fn subjects(&self) -> [&'static str; 22] {
        SUBJECTS
    }

    fn is_subject(&self, subject: &str) -> bool {
        self.content.subject == subject
    }

    fn day(&self, day: &Option<Date>) -> String {
        day.map(|day| day.to_string()).unwrap_or_default()
    }
}

/// The items of the unit's catalogues in force, by catalogue.
async fn items(
    app: &App,
    unit: i64,
    chosen: &[ItemLink],
) -> Result<Vec<(String, Vec<(ItemLink, bool)>)>, Problem> {
    let filter = Filter { units: Some(vec![unit]), in_force: true, ..Filter::default() };
    let mut groups = Vec::new();
    for row in store::catalogue::list(&app.store, &filter).await? {
        let Some((_, content)) =
            store::catalogue::version(&app.store, row.id, row.current.unwrap_or(0)).await?
        else {
            continue;
        };
        let choice = |item: &domain::catalogue::Item| {
            let taken = chosen.iter().any(|link| link.catalogue == row.id && link.code == item.code);
            (ItemLink { catalogue: row.id, code: item.code.clone(), name: item.name() }, taken)
        };
        groups.push((content.title.clone(), content.items.iter().map(choice).collect()));
    }
    Ok(groups)
}

fn value(link: &ItemLink) -> String {
    format!("{}|{}", link.catalogue, link.code)
}

/// The numbers of some public disclosures, a line each, as the form shows them.
async fn numbers(app: &App, ids: &[i64]) -> Result<String, Problem> {
    let mut numbers = Vec::new();
    for id in ids {
        if let Some(found) = store::disclosure::find(&app.store, *id).await? {
            numbers.push(found.index_number);
        }
    }
    Ok(numbers.join("\n"))
}

pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Query(done): Query<crate::office::Done>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let row = found(&app, &staff, id, Act::WriteDisclosure).await?;
    let content = store::disclosure::draft(&app.store, id).await?;
    let content = content.filter(|_| row.state == domain::disclosure::state::State::Draft);
    let content = content
        .ok_or_else(|| Problem::bad_input(domain::disclosure::state::Refused::NotDraft.to_string()))?;
    let groups = items(&app, row.unit, &content.items).await?;
    let choice =
        |(link, chosen): (ItemLink, bool)| ItemChoice { value: value(&link), name: link.name, chosen };
    let link = format!("/office/disclosures/{id}");
    let title = if row.title.is_empty() { "（未填标题）" } else { &row.title };
    let template = EditPage {
        page: frame(&app, &staff, &headers, "编辑", "/office/disclosures")
            .await?
            .under("公开信息", "/office/disclosures")
            .under(title, &link)
            .with_done(done.done.as_deref()),
        csrf: staff.session.csrf.clone(),
        id,
        version: row.version,
        unit: unit_name(&staff, row.unit),
        keywords: content.keywords.join("、"),
        amends: numbers(&app, &content.amends).await?,
        repeals: numbers(&app, &content.repeals).await?,
        items: groups
            .into_iter()
            .map(|(title, links)| (title, links.into_iter().map(choice).collect()))
            .collect(),
        files: content.files.iter().map(file_line).collect(),
        fields: Fields::of(&app, &staff, &row, &content).await?,
        findings: interpretation::findings(&app, &content).await?,
        today: app.today().to_string(),
        discardable: row.current.is_none(),
        content,
    };
    page(&template)
}

#[derive(Deserialize)]
pub(super) struct EditForm {
    pub(super) version: i64,
    pub(super) title: String,
    pub(super) kind: String,
    #[serde(default)]
    pub(super) rule_head: String,
    #[serde(default)]
    pub(super) normative: bool,
    /// The kind for which the form was shown.
    #[serde(default)]
    pub(super) shown: String,
    #[serde(default)]
    pub(super) body: String,
    #[serde(default)]
    pub(super) subject: String,
    #[serde(default)]
    pub(super) document_number: String,
    #[serde(default)]
    pub(super) formed_on: String,
    #[serde(default)]
    pub(super) source: String,
    #[serde(default)]
    pub(super) keywords: String,
    #[serde(default)]
    pub(super) summary: String,
    #[serde(default)]
    pub(super) effective_on: String,
    #[serde(default)]
    pub(super) expires_on: String,
    #[serde(default)]
    pub(super) amends: String,
    #[serde(default)]
    pub(super) repeals: String,
    #[serde(default)]
    pub(super) items: Vec<String>,
    #[serde(default)]
    pub(super) need: String,
    #[serde(default)]
    pub(super) need_reason: String,
    #[serde(default)]
    pub(super) drafting: i64,
    #[serde(default)]
    pub(super) cooperating: Vec<i64>,
    #[serde(default)]
    pub(super) forms: Vec<String>,
    #[serde(default)]
    pub(super) interprets: Vec<i64>,
    #[serde(default)]
    pub(super) interprets_more: String,
    #[serde(default)]
    pub(super) background: String,
    #[serde(default)]
    pub(super) basis: String,
    #[serde(default)]
    pub(super) content: String,
    #[serde(default)]
    pub(super) beneficiaries: String,
    #[serde(default)]
    pub(super) how: String,
    #[serde(default)]
    pub(super) when: String,
    #[serde(default)]
    pub(super) contact: String,
}

fn day(label: &str, text: &str) -> Result<Option<Date>, Problem> {
    match text.trim() {
        "" => Ok(None),
        text => text
            .parse()
            .map(Some)
            .map_err(|_| Problem::bad_input(format!("{label}写法不对。请按“2020-09-04”的写法填写。"))),
    }
}

/// The public disclosures of some numbers, a line each.
async fn by_numbers(app: &App, text: &str) -> Result<Vec<i64>, Problem> {
    let mut ids = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let found = store::disclosure::public::by_number(&app.store, line).await?;
        ids.push(found.ok_or_else(|| {
            Problem::bad_input(format!("没有找到索引号或文号为“{line}”的公开文件。请核对后重新填写。"))
        })?);
    }
    Ok(ids)
}

#[derive(Serialize)]
struct Kept {
    version: i64,
}

/// Keeps what was written; a script that keeps it from time to time gets the new version as JSON.
pub(super) async fn save(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    headers: HeaderMap,
    Form(form): Form<EditForm>,
) -> Result<Response, Problem> {
    let row = found(&app, &staff, id, Act::WriteDisclosure).await?;
    let before = store::disclosure::draft(&app.store, id).await?.unwrap_or_default();
    let groups = items(&app, row.unit, &[]).await?;
    let known = groups.into_iter().flat_map(|(_, links)| links).map(|(link, _)| link);
    let kind = Kind::from_word(&form.kind).unwrap_or_default();
    let shown = Kind::from_word(&form.shown);
    let mut interprets = by_numbers(&app, &form.interprets_more).await?;
    interprets.extend(&form.interprets);
    let content = Disclosure {
        body: interpretation::text(&form, shown, &before),
        scheme: (kind == Kind::Policy).then(|| interpretation::scheme(&form, shown, row.unit, &before)),
        interprets: if shown == Some(Kind::Interpretation) { interprets } else { before.interprets.clone() },
        interpretation: (kind == Kind::Interpretation)
            .then(|| interpretation::structure(&form, shown, &before)),
        title: form.title,
        kind,
        rule_head: Head::from_word(&form.rule_head).filter(|_| kind == Kind::Rule),
        normative: form.normative && kind == Kind::Policy,
        items: known.filter(|link| form.items.contains(&value(link))).collect(),
        subject: form.subject,
        document_number: form.document_number,
        formed_on: day("成文日期", &form.formed_on)?,
        source: form.source,
        keywords: form.keywords.split(['、', '，', ',', ';', '；', ' ', '\n']).map(str::to_owned).collect(),
        summary: form.summary,
        effective_on: day("施行日期", &form.effective_on)?,
        expires_on: day("失效日期", &form.expires_on)?,
        amends: by_numbers(&app, &form.amends).await?,
        repeals: by_numbers(&app, &form.repeals).await?,
        files: before.files,
    };
    let version = store::disclosure::edit(&app.store, &staff.actor, id, form.version, content).await?;
    let json = headers.get(header::ACCEPT).is_some_and(|accept| accept == "application/json");
    if json {
        return Ok(Json(Kept { version }).into_response());
    }
    Ok(back(&format!("/office/disclosures/{id}"), "changed"))
}

/// Adds files to a draft.
pub(super) async fn attach(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    upload: Upload,
) -> Result<Response, Problem> {
    let row = found(&app, &staff, id, Act::WriteDisclosure).await?;
    let mut content = store::disclosure::draft(&app.store, id).await?.unwrap_or_default();
    if upload.files.is_empty() {
        return Err(Problem::bad_input("没有选择文件。请选择要公开的附件后再上传。"));
    }
    for file in &upload.files {
        refuse_unfit(file).await?;
    }
    for file in &upload.files {
        let media_type = crate::office::media_type(&file.name);
        let kept =
            store::attachment::put_file(&app.store, &staff.actor, &file.name, media_type, file.file.path())
                .await?;
        content.files.push(File { id: kept.id, name: kept.name, hash: kept.hash, bytes: kept.bytes });
    }
    store::disclosure::edit(&app.store, &staff.actor, id, row.version, content).await?;
    Ok(back(&format!("/office/disclosures/{id}/edit#files"), "attached"))
}

/// Refuses a file that could not be published whatever is done to it: locked, broken, with macros, not what it says.
async fn refuse_unfit(file: &UploadedFile) -> Result<(), Problem> {
    let (name, path) = (file.name.clone(), file.file.path().to_owned());
    let read = move || {
        let bytes = std::fs::read(path).map_err(|_| Problem::fault())?;
        let unfit = |refusal: tables::Refusal| Problem::bad_input(format!("“{name}”没有上传：{refusal}"));
        tables::attachment::read(&name, &bytes, &tables::Limits::default()).map(|_| ()).map_err(unfit)
    };
    tokio::task::spawn_blocking(read).await.map_err(|_| Problem::fault())?
}

#[derive(Deserialize)]
pub(super) struct VersionForm {
    version: i64,
}

/// Takes a file out of a draft.
pub(super) async fn detach(
    State(app): State<App>,
    staff: Staff,
    Path((id, file)): Path<(i64, i64)>,
    Form(form): Form<VersionForm>,
) -> Result<Response, Problem> {
    found(&app, &staff, id, Act::WriteDisclosure).await?;
    let mut content = store::disclosure::draft(&app.store, id).await?.unwrap_or_default();
    content.files.retain(|kept| kept.id != file);
    store::disclosure::edit(&app.store, &staff.actor, id, form.version, content).await?;
    Ok(back(&format!("/office/disclosures/{id}/edit#files"), "detached"))
}

/// Throws a draft away that was never public.
pub(super) async fn discard(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Form(form): Form<VersionForm>,
) -> Result<Response, Problem> {
    found(&app, &staff, id, Act::WriteDisclosure).await?;
    store::disclosure::discard(&app.store, &staff.actor, id, form.version).await?;
    Ok(back("/office/disclosures", "disclosure-discarded"))
}
