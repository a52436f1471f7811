//! A unit's own catalogue against its sectors': what one has and the other lacks, and what they say differently. Missing
//! items are taken into the own draft with a click.

use super::sector_name;
use crate::app::App;
use crate::form::Form;
use crate::office::{Done, back, frame, unit_name};
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::session::Staff;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::catalogue::Catalogue;
use domain::catalogue::phase::Phase;
use domain::catalogue::reconcile::{Reconciliation, reconcile};
use domain::role::Act;
use domain::unit::UnitId;
use serde::Deserialize;
use std::collections::BTreeSet;
use store::catalogue::{CatalogueRow, Edit, Filter};

struct Missing {
    code: String,
    name: String,
    sector: &'static str,
}

struct Cell {
    label: &'static str,
    own: String,
    theirs: String,
}

struct Different {
    name: String,
    sector: &'static str,
    cells: Vec<Cell>,
}

#[derive(Template)]
#[template(path = "office/catalogue_reconcile.html")]
struct ReconcilePage {
    page: Page,
    csrf: String,
    unit: UnitId,
    unit_name: String,
    /// The unit's own catalogue, with its version, when it has one.
    own: Option<(i64, i64)>,
    sectors: Vec<&'static str>,
    missing: Vec<Missing>,
    own_only: Vec<String>,
    different: Vec<Different>,
    alike: usize,
    may_take: bool,
}

/// The unit's own catalogue and its sectors', each with its draft or the version in force.
struct Sides {
    own: Option<(CatalogueRow, Catalogue)>,
    sectors: Vec<(&'static str, Catalogue)>,
}

impl Sides {
    fn reconcile(&self) -> Reconciliation {
        let nothing = Catalogue::default();
        let own = self.own.as_ref().map_or(&nothing, |(_, content)| content);
        let sectors: Vec<&Catalogue> = self.sectors.iter().map(|(_, content)| content).collect();
        reconcile(own, &sectors)
    }

    fn sector(&self, at: usize) -> &'static str {
        self.sectors.get(at).map_or("", |(name, _)| *name)
    }
}

async fn sides(app: &App, unit: UnitId) -> Result<Sides, Problem> {
    let filter = Filter { units: Some(vec![unit]), ..Filter::default() };
    let mut sides = Sides { own: None, sectors: Vec::new() };
    for row in store::catalogue::list(&app.store, &filter).await? {
        let content = super::content(app, &row).await?;
        match row.sector.as_deref() {
            None => sides.own = Some((row, content)),
            Some(sector) => sides.sectors.push((sector_name(Some(sector)), content)),
        }
    }
    Ok(sides)
}

pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(unit): Path<UnitId>,
    Query(done): Query<Done>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    staff.authorise_unit(Act::ReadCatalogue, unit)?;
    let sides = sides(&app, unit).await?;
    let found = sides.reconcile();
    let missing = found.missing.iter().map(|(sector, item)| Missing {
        code: item.code.clone(),
        name: item.name(),
        sector: sides.sector(*sector),
    });
    let different = found.different.iter().map(|found| Different {
        name: found.own.name(),
        sector: sides.sector(found.sector),
        cells: found
            .fields
            .iter()
            .map(|field| Cell {
                label: field.label(),
                own: found.own.words(*field),
                theirs: found.theirs.words(*field),
            })
            .collect(),
    });
    let compiling = sides.own.as_ref().is_some_and(|(row, _)| row.phase == Phase::Compiling);
    let template = ReconcilePage {
        page: frame(&app, &staff, &headers, "目录对照", "/office/catalogues")
            .await?
            .under("标准目录", "/office/catalogues")
            .with_done(done.done.as_deref()),
        csrf: staff.session.csrf.clone(),
        unit,
        unit_name: unit_name(&staff, unit),
        own: sides.own.as_ref().map(|(row, _)| (row.id, row.version)),
        sectors: sides.sectors.iter().map(|(name, _)| *name).collect(),
        missing: missing.collect(),
        own_only: found.own_only.iter().map(domain::catalogue::Item::name).collect(),
        different: different.collect(),
        alike: found.alike,
        may_take: compiling && staff.authorise_unit(Act::EditCatalogue, unit).is_ok(),
    };
    page(&template)
}

#[derive(Deserialize)]
pub(super) struct TakeForm {
    version: i64,
    #[serde(default)]
    item: BTreeSet<String>,
}

/// Takes chosen items of the sectors into the unit's own draft, at its end.
pub(super) async fn take(
    State(app): State<App>,
    staff: Staff,
    Path(unit): Path<UnitId>,
    Form(form): Form<TakeForm>,
) -> Result<Response, Problem> {
    staff.authorise_unit(Act::EditCatalogue, unit)?;
    let sides = sides(&app, unit).await?;
    let chosen = sides.reconcile().missing.into_iter().map(|(_, item)| item);
    let chosen: Vec<_> = chosen.filter(|item| form.item.contains(&item.code)).collect();
    if chosen.is_empty() {
        return Err(Problem::bad_input("请至少选择一个事项。"));
    }
    let (row, mut content) = sides.own.ok_or_else(|| Problem::not_found("本单位目录"))?;
    content.items.extend(chosen.into_iter().map(|mut item| {
        item.code.clear();
        item
    }));
    let edit = Edit::Replace(Box::new(content));
    store::catalogue::edit(&app.store, &staff.actor, row.id, form.version, edit).await?;
    Ok(back(&format!("/office/catalogues/reconcile/{unit}"), "taken"))
}
