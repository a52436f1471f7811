//! The interpretation rate (解读率) by unit and year, each number with the policy files behind it.

use super::{frame, unit_name};
use crate::app::App;
use crate::chart::bars::{self, Bars, Counted};
use crate::list::link;
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::session::Staff;
use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use domain::interpretation::{FileStanding, Rate, rates};
use domain::letter::written_date;
use domain::role::{Act, Denied};
use domain::unit::UnitId;
use serde::Deserialize;
use std::collections::BTreeMap;
use store::interpretation::PolicyRow;

/// Where the room is.
pub(super) const PATH: &str = "/office/interpretation";

pub(super) fn routes() -> Router<App> {
    Router::new().route(PATH, get(show))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Wanted {
    year: String,
    unit: String,
    standing: String,
}

/// A number with the files behind it.
struct Number {
    label: &'static str,
    count: usize,
    link: String,
}

/// A unit in the year.
struct Line {
    name: String,
    numbers: Vec<Number>,
    percent: String,
}

/// A policy file behind a number.
struct FileLine {
    link: String,
    title: String,
    unit: String,
    published: String,
    due: String,
    interpreted: String,
    standing: &'static str,
    class: &'static str,
}

#[derive(Template)]
#[template(path = "office/interpretation.html")]
struct RatesPage {
    page: Page,
    year: i16,
    years: Vec<i16>,
    bars: Option<Bars>,
    lines: Vec<Line>,
    files: Vec<FileLine>,
    behind: String,
}

fn address(year: i16, unit: UnitId, standing: &str) -> String {
    let query = [("year", year.to_string()), ("unit", unit.to_string()), ("standing", standing.to_owned())];
    format!("{}#files", link(PATH, &query))
}

fn line(staff: &Staff, rate: &Rate) -> Line {
    let number = |standing: &FileStanding| Number {
        label: standing.label(),
        count: rate.count(*standing),
        link: address(rate.year, rate.unit, standing.word()),
    };
    let percent = rate.per_mille().map(|rate| format!("{}.{}%", rate / 10, rate % 10));
    Line {
        name: unit_name(staff, rate.unit),
        numbers: FileStanding::ALL.iter().map(number).collect(),
        percent: percent.unwrap_or_else(|| "—".to_owned()),
    }
}

fn bar(staff: &Staff, rate: &Rate) -> bars::Row<FileStanding> {
    let count =
        |standing: &FileStanding| (*standing, u64::try_from(rate.count(*standing)).unwrap_or(u64::MAX));
    bars::Row {
        label: unit_name(staff, rate.unit),
        link: address(rate.year, rate.unit, ""),
        counts: FileStanding::ALL.iter().map(count).collect(),
    }
}

async fn show(
    State(app): State<App>,
    staff: Staff,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if !staff.may(Act::ReadDisclosure) {
        return Err(Denied { act: Act::ReadDisclosure }.into());
    }
    let visible = staff.units(Act::ReadDisclosure);
    let mut policies = store::interpretation::files(&app.store, None).await?;
    policies.retain(|policy| visible.contains(&policy.file.unit));
    let files: Vec<_> = policies.iter().map(|policy| policy.file.clone()).collect();
    let rates = rates(&files, app.today(), app.store.rules(), &app.calendar);
    let mut years: Vec<i16> = rates.iter().map(|rate| rate.year).collect();
    years.dedup();
    years.reverse();
    let newest = years.first().copied().unwrap_or_else(|| app.today().year());
    let year = wanted.year.parse().unwrap_or(newest);
    let of_year: Vec<&Rate> = rates.iter().filter(|rate| rate.year == year).collect();
    let policies: BTreeMap<i64, PolicyRow> =
        policies.into_iter().map(|policy| (policy.row.id, policy)).collect();
    let (unit, standing) = (wanted.unit.parse::<i64>().ok(), FileStanding::from_word(&wanted.standing));
    let mut behind = Vec::new();
    for rate in of_year.iter().filter(|rate| unit.is_some_and(|unit| unit == rate.unit)) {
        for file in rate.files.iter().filter(|file| standing.is_none_or(|only| only == file.standing)) {
            let Some(policy) = policies.get(&file.id) else { continue };
            behind.push(FileLine {
                link: format!("/office/disclosures/{}", file.id),
                title: policy.row.title.clone(),
                unit: unit_name(&staff, rate.unit),
                published: written_date(policy.file.published),
                due: written_date(file.due),
                interpreted: policy.file.interpreted.map(written_date).unwrap_or_default(),
                standing: file.standing.label(),
                class: file.standing.class(),
            });
        }
    }
    let words = unit.map(|unit| {
        let standing = standing.map_or("全部政策文件", FileStanding::label);
        format!("{}　{year}年　{standing}", unit_name(&staff, unit))
    });
    let bars: Vec<_> = of_year.iter().map(|rate| bar(&staff, rate)).collect();
    let template = RatesPage {
        page: frame(&app, &staff, &headers, "政策解读", PATH).await?,
        bars: Bars::draw("各单位政策文件解读情况", &bars),
        lines: of_year.iter().map(|rate| line(&staff, rate)).collect(),
        files: behind,
        behind: words.unwrap_or_default(),
        year,
        years,
    };
    page(&template)
}
