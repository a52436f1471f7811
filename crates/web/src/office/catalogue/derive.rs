//! A lower tier's catalogue: begun from the upper one by tier and by the powers taken over, and following its new
//! versions with what both sides changed side by side.

use super::{content, found, sector_name};
use crate::app::App;
use crate::form::{Form, Upload};
use crate::office::{back, frame, media_type, unit_name};
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::reading;
use crate::session::Staff;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use domain::catalogue::merge::{ConflictKind, Merged, TakenKind};
use domain::catalogue::{Catalogue, Field};
use domain::role::Act;
use domain::unit::UnitId;
use serde::Deserialize;
use std::collections::BTreeSet;
use store::catalogue::{CatalogueRow, Filter, NewDerived};
use tables::catalogue::Starter;

struct Choice {
    code: String,
    name: String,
    tiers: String,
    held: bool,
}

#[derive(Template)]
#[template(path = "office/catalogue_derive.html")]
struct DerivePage {
    page: Page,
    csrf: String,
    units: Vec<(UnitId, String)>,
    uppers: Vec<(i64, String)>,
    unit: i64,
    upper: i64,
    title: String,
    items: Vec<Choice>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Wanted {
    unit: i64,
    upper: i64,
}

/// The catalogues in force that a unit's may come from: of the regions above its own.
async fn uppers(app: &App, staff: &Staff, units: &[(UnitId, String)]) -> Result<Vec<CatalogueRow>, Problem> {
    let mut above = BTreeSet::new();
    for (unit, _) in units {
        let region = staff.directory.unit(*unit).map(|unit| unit.region);
        above.extend(region.into_iter().flat_map(|region| staff.directory.chain(region).into_iter().skip(1)));
    }
    let found = store::catalogue::list(&app.store, &Filter { in_force: true, ..Filter::default() }).await?;
    Ok(found.into_iter().filter(|row| above.contains(&row.region)).collect())
}

pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let editable = staff.units(Act::EditCatalogue);
    let below = |region| staff.directory.chain(region).len() > 1;
    let units =
        staff.directory.units().iter().filter(|unit| editable.contains(&unit.id) && below(unit.region));
    let units: Vec<(UnitId, String)> = units.map(|unit| (unit.id, unit.name.clone())).collect();
    let uppers = uppers(&app, &staff, &units).await?;
    let chosen = uppers.iter().find(|row| row.id == wanted.upper);
    let unit = staff.directory.unit(wanted.unit).filter(|unit| editable.contains(&unit.id));
    let mut items = Vec::new();
    let mut title = String::new();
    if let (Some(row), Some(unit)) = (chosen, unit) {
        let content = in_force(&app, row).await?;
        let tier = staff.directory.region(unit.region).map(|region| region.tier);
        title = format!("{}{}领域标准目录", unit.name, sector_name(row.sector.as_deref()));
        items = content
            .items
            .iter()
            .map(|item| Choice {
                code: item.code.clone(),
                name: item.name(),
                tiers: item.words(Field::Tiers),
                held: tier.is_some_and(|tier| item.tiers.contains(&tier)),
            })
            .collect();
    }
    let named = |row: &CatalogueRow| {
        (row.id, format!("{}（{}）", sector_name(row.sector.as_deref()), unit_name(&staff, row.unit)))
    };
    let template = DerivePage {
        page: frame(&app, &staff, &headers, "从上级目录编制", "/office/catalogues")
            .await?
            .under("标准目录", "/office/catalogues"),
        csrf: staff.session.csrf.clone(),
        uppers: uppers.iter().map(named).collect(),
        units,
        unit: wanted.unit,
        upper: wanted.upper,
        title,
        items,
    };
    page(&template)
}

/// The version the public sees; what a lower catalogue comes from.
async fn in_force(app: &App, row: &CatalogueRow) -> Result<Catalogue, Problem> {
    let version = store::catalogue::version(&app.store, row.id, row.current.unwrap_or(0)).await?;
    version.map(|(_, content)| content).ok_or_else(|| Problem::not_found("上级目录"))
}

#[derive(Deserialize)]
pub(super) struct DeriveForm {
    unit: i64,
    upper: i64,
    title: String,
    #[serde(default)]
    power: Vec<String>,
}

pub(super) async fn derive(
    State(app): State<App>,
    staff: Staff,
    Form(form): Form<DeriveForm>,
) -> Result<Response, Problem> {
    staff.authorise_unit(Act::EditCatalogue, form.unit)?;
    let title = form.title.trim().to_owned();
    if title.is_empty() {
        return Err(Problem::bad_input("请填写目录标题。"));
    }
    let new =
        NewDerived { unit: form.unit, upper: form.upper, powers: form.power.into_iter().collect(), title };
    let id = store::catalogue::begin_derived(&app.store, &staff.actor, new).await?;
    Ok(Redirect::to(&format!("/office/catalogues/{id}")).into_response())
}

/// The newest guide of the catalogue's sector, as a draft of its unit's: a file of the person's own, or the one that comes
/// with the program.
async fn guide(
    app: &App,
    staff: &Staff,
    row: &CatalogueRow,
    file: Option<i64>,
) -> Result<Option<Catalogue>, Problem> {
    let unit = unit_name(staff, row.unit);
    let Some(file) = file else {
        let starter = row.sector.as_deref().and_then(Starter::of);
        return Ok(starter.map(|starter| starter.draft_for(&unit)).transpose()?);
    };
    let own = store::attachment::find_own(&app.store, &staff.actor, file).await?;
    own.ok_or_else(|| Problem::not_found("您上传的这个文件"))?;
    let (own, bytes) = store::attachment::read(&app.store, file).await?;
    let mut reads = reading::read_catalogues(app, &own.name, bytes).await?.reads;
    let of_sector = reads.iter().position(|read| read.catalogue.sector == row.sector);
    if reads.is_empty() {
        return Ok(None);
    }
    let mut guide = reads.swap_remove(of_sector.unwrap_or(0)).catalogue;
    guide.items.iter_mut().for_each(|item| item.publisher = vec![unit.clone()]);
    Ok(Some(guide))
}

/// Keeps a newer guide's file and goes on to what it would bring.
pub(super) async fn take_guide(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    upload: Upload,
) -> Result<Response, Problem> {
    let row = found(&app, &staff, id).await?;
    staff.authorise_unit(Act::EditCatalogue, row.unit)?;
    let file = upload.file("file").ok_or_else(|| Problem::bad_input("请先选择一个文件。"))?;
    let (name, kind) = (file.name.as_str(), media_type(&file.name));
    let kept = store::attachment::put_file(&app.store, &staff.actor, name, kind, file.file.path()).await?;
    Ok(Redirect::to(&format!("/office/catalogues/{id}/follow?guide={}", kept.id)).into_response())
}

/// Which guide is meant; the program's own when none.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct WantedGuide {
    guide: Option<i64>,
}

/// What the guide brings since the catalogue was begun from it, when it brings anything.
pub(super) async fn guide_news(
    app: &App,
    staff: &Staff,
    row: &CatalogueRow,
    file: Option<i64>,
) -> Result<Option<Merged>, Problem> {
    if !row.from_guide {
        return Ok(None);
    }
    match guide(app, staff, row, file).await? {
        Some(guide) => Ok(store::catalogue::guide_proposal(&app.store, row.id, &guide).await?),
        None => Ok(None),
    }
}

struct Clash {
    name: String,
    label: &'static str,
    choice: Option<String>,
    ours: String,
    theirs: String,
}

#[derive(Template)]
#[template(path = "office/catalogue_follow.html")]
struct FollowPage {
    page: Page,
    csrf: String,
    id: i64,
    version: i64,
    /// What there is to follow, in a sentence.
    news: String,
    /// Where it is shown what the upper office changed.
    changes: Option<String>,
    /// The guide's file, when it is the person's own.
    guide: Option<i64>,
    /// The upper version; 0 for a guide.
    to: u32,
    taken: Vec<(String, String)>,
    clashes: Vec<Clash>,
    may_edit: bool,
}

pub(super) async fn show_follow(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Query(wanted): Query<WantedGuide>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let row = found(&app, &staff, id).await?;
    let now = content(&app, &row).await?;
    let upper = match wanted.guide {
        Some(_) => None,
        None => store::catalogue::proposal(&app.store, id).await?,
    };
    let (merged, news, changes, to) = match upper {
        Some(found) => {
            let changes = format!("/catalogues/{}/versions/{}/changes", found.upper.id, found.to);
            let news = format!("《{}》已从第 {} 版更新到第 {} 版", found.upper.title, found.from, found.to);
            (found.merged, news, Some(changes), found.to)
        }
        None => {
            let found = guide_news(&app, &staff, &row, wanted.guide).await?;
            let found =
                found.ok_or_else(|| Problem::bad_input("上级目录和标准指引没有新的内容，不需要跟进。"))?;
            let news = if wanted.guide.is_some() {
                "上传的标准指引有新的内容"
            } else {
                "国家标准指引的范本已更新"
            };
            (found, news.to_owned(), None, 0)
        }
    };
    let name = |code: &str| {
        let item = merged.catalogue.item(code).or_else(|| now.item(code));
        item.map_or_else(|| code.to_owned(), domain::catalogue::Item::name)
    };
    let taken = merged.taken.iter().map(|taken| {
        let what = match taken.kind {
            TakenKind::Added => "新增这一项".to_owned(),
            TakenKind::Dropped => "取消这一项".to_owned(),
            TakenKind::Cell(field) => {
                let words =
                    merged.catalogue.item(&taken.code).map(|item| item.words(field)).unwrap_or_default();
                format!("{}改为“{words}”", field.label())
            }
        };
        (name(&taken.code), what)
    });
    let clashes = merged.conflicts.iter().map(|conflict| {
        let words = |item: &Option<domain::catalogue::Item>, field| {
            item.as_ref().map(|item| item.words(field)).unwrap_or_default()
        };
        let name = conflict.ours.as_ref().or(conflict.theirs.as_ref()).map(domain::catalogue::Item::name);
        let name = name.unwrap_or_default();
        match conflict.kind {
            ConflictKind::Cell(field) => Clash {
                name,
                label: field.label(),
                choice: Some(format!("{} {}", conflict.code, field.word())),
                ours: words(&conflict.ours, field),
                theirs: words(&conflict.theirs, field),
            },
            ConflictKind::DroppedAbove => Clash {
                name,
                label: "整项",
                choice: None,
                ours: "保留（本单位改过）".to_owned(),
                theirs: "上级已取消".to_owned(),
            },
            ConflictKind::DroppedHere => Clash {
                name,
                label: "整项",
                choice: None,
                ours: "已删除".to_owned(),
                theirs: "上级作了修改".to_owned(),
            },
        }
    });
    let template = FollowPage {
        page: frame(&app, &staff, &headers, "跟进上级目录", "/office/catalogues")
            .await?
            .under("标准目录", "/office/catalogues")
            .under(&row.title, &format!("/office/catalogues/{id}")),
        csrf: staff.session.csrf.clone(),
        id,
        version: row.version,
        news,
        changes,
        guide: wanted.guide,
        to,
        taken: taken.collect(),
        clashes: clashes.collect(),
        may_edit: staff.authorise_unit(Act::EditCatalogue, row.unit).is_ok(),
    };
    page(&template)
}

#[derive(Deserialize)]
pub(super) struct FollowForm {
    version: i64,
    to: u32,
    #[serde(default)]
    theirs: Vec<String>,
}

pub(super) async fn follow(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Query(wanted): Query<WantedGuide>,
    Form(form): Form<FollowForm>,
) -> Result<Response, Problem> {
    let row = found(&app, &staff, id).await?;
    staff.authorise_unit(Act::EditCatalogue, row.unit)?;
    let cell = |choice: &String| {
        let (code, field) = choice.split_once(' ')?;
        Some((code.to_owned(), Field::from_word(field)?))
    };
    let theirs: Vec<(String, Field)> = form.theirs.iter().filter_map(cell).collect();
    if form.to == 0 {
        let newer = guide(&app, &staff, &row, wanted.guide)
            .await?
            .ok_or_else(|| Problem::not_found("这个领域的标准指引"))?;
        store::catalogue::follow_guide(&app.store, &staff.actor, id, form.version, &newer, &theirs).await?;
    } else {
        store::catalogue::follow(&app.store, &staff.actor, id, form.version, form.to, &theirs).await?;
    }
    Ok(back(&format!("/office/catalogues/{id}"), "followed"))
}
