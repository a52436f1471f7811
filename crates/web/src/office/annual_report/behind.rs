//! What is behind a number of a report: the cases or policy files that the record counts in it.

use super::{LIST, found, name_of};
use crate::app::App;
use crate::office::{frame, unit_name};
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::session::Staff;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::annual_report::{Cell, ProactiveCell};
use domain::letter::written_date;
use domain::role::{Act, Scope};
use domain::unit::UnitId;
use serde::Deserialize;
use std::collections::BTreeSet;
use store::request::CountedCase;

#[derive(Deserialize)]
pub(super) struct Wanted {
    cell: String,
}

struct Line {
    /// Nothing for a case the person does not work on.
    link: Option<String>,
    title: String,
    unit: String,
    day: String,
}

#[derive(Template)]
#[template(path = "office/annual_report_behind.html")]
struct BehindPage {
    page: Page,
    heading: String,
    lines: Vec<Line>,
    /// Of what the number is made, where not only of what is listed.
    composed: Option<String>,
}

/// `18 ＝ 系统记录 10 条（列在下面）＋ 录入 8 件（没有明细）`; nothing where the list says it all.
fn composed(number: i128, listed: usize) -> Option<String> {
    let entered = number - i128::try_from(listed).unwrap_or(i128::MAX);
    match entered {
        0 => None,
        1.. => Some(format!("{number} ＝ 系统记录 {listed} 条（列在下面）＋ 录入 {entered} 件（没有明细）")),
        _ => Some(format!("{number} 是另行填写的，系统记录 {listed} 条（列在下面），两者不一致，请核对。")),
    }
}

pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let row = found(&app, &staff, id, Act::ReadDisclosure).await?;
    let cell = Cell::from_word(&wanted.cell).ok_or_else(|| Problem::not_found("这个数字"))?;
    let units: BTreeSet<UnitId> = match row.scope {
        Scope::Unit(unit) => BTreeSet::from([unit]),
        Scope::Region(region) => {
            store::annual_report::reporting(&staff.directory, region).into_iter().collect()
        }
    };
    let lines = match cell {
        Cell::Proactive(cell) => policies(&app, &staff, &units, cell, row.year).await?,
        cell => cases(&app, &staff, &units, cell, row.year).await?,
    };
    let built = store::annual_report::build(&app.store, row.scope, row.year).await?;
    let template = BehindPage {
        page: frame(&app, &staff, &headers, "数字的明细", LIST)
            .await?
            .under("年度报告", &format!("{LIST}?year={}", row.year))
            .under(&format!("{}{}年", name_of(&staff, row.scope), row.year), &format!("{LIST}/{id}")),
        heading: format!("{}：{}", cell.row(), cell.column()),
        composed: composed(built.report.number(cell), lines.len()),
        lines,
    };
    page(&template)
}

async fn policies(
    app: &App,
    staff: &Staff,
    units: &BTreeSet<UnitId>,
    cell: ProactiveCell,
    year: i16,
) -> Result<Vec<Line>, Problem> {
    let policies = store::annual_report::policies(&app.store).await?;
    let counted =
        policies.into_iter().filter(|policy| units.contains(&policy.unit) && policy.file.counts(cell, year));
    let line = |policy: store::annual_report::PolicyRow| Line {
        link: Some(format!("/disclosures/{}", policy.id)),
        title: policy.title,
        unit: unit_name(staff, policy.unit),
        day: written_date(policy.file.issued_on),
    };
    Ok(counted.map(line).collect())
}

async fn cases(
    app: &App,
    staff: &Staff,
    units: &BTreeSet<UnitId>,
    cell: Cell,
    year: i16,
) -> Result<Vec<Line>, Problem> {
    let counted = store::request::counted(&app.store, units, year).await?;
    let line = |case: CountedCase| {
        // Whoever does not work on requests sees that there is a case, not whose.
        let handles = [Act::HandleRequest, Act::ApproveRequest]
            .into_iter()
            .any(|act| staff.authorise_unit(act, case.unit).is_ok());
        Line {
            link: handles.then(|| format!("/office/requests/{}", case.id)),
            title: format!("{}　{}", case.number, case.summary.applicant.label()),
            unit: unit_name(staff, case.unit),
            day: written_date(case.summary.received),
        }
    };
    Ok(counted.into_iter().filter(|case| case.summary.counts(cell, year)).map(line).collect())
}

#[cfg(test)]
mod tests {
    use super::composed;

    #[test]
    fn a_number_and_its_list_are_told_apart() {
        assert_eq!(composed(10, 10), None);
        assert_eq!(
            composed(18, 10).as_deref(),
            Some("18 ＝ 系统记录 10 条（列在下面）＋ 录入 8 件（没有明细）")
        );
        assert!(composed(3, 10).is_some_and(|words| words.contains("两者不一致")));
    }
}
