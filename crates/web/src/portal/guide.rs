//! The disclosure guide (公开指南), composed from what units and regions say of themselves and from the numbers of the rules.

use super::frame;
use super::platform::GUIDE;
use crate::app::App;
use crate::page::Page;
use crate::problem::{Problem, page};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::guide::{Field, Guide};
use domain::letter::written_date;
use domain::request::{Band, Fees};
use domain::role::Scope;
use domain::rule::{Rule, Rules};
use domain::unit::Directory;
use store::guide::GuideRow;

/// A sentence of the rules with what it rests on.
struct Sentence {
    text: String,
    basis: String,
}

fn sentences(rules: &[&Rule]) -> Vec<Sentence> {
    let sentence = |rule: &&Rule| Sentence { text: rule.text.clone(), basis: rule.basis.clone() };
    rules.iter().map(sentence).collect()
}

#[derive(Template)]
#[template(path = "portal/guide.html")]
struct GuidePage {
    page: Page,
    /// What is public of it; empty as long as it is not complete.
    guide: Guide,
    changed_on: String,
    proactive: Vec<Sentence>,
    requests: Vec<Sentence>,
    remedies: Vec<Sentence>,
    fees: Vec<String>,
    fee_basis: String,
    others: Vec<(String, String)>,
}

impl GuidePage {
    /// The fields of the table of the office, those it says something of.
    fn contact(&self) -> Vec<(&'static str, &str)> {
        let fields = Field::ALL.iter().filter(|field| !field.is_shared());
        let said = fields.map(|field| (field.label(), self.guide.get(*field)));
        said.filter(|(_, text)| !text.is_empty()).collect()
    }

    fn lines(&self, word: &str) -> Vec<&str> {
        let field = Field::from_word(word);
        field.map_or_else(Vec::new, |field| self.guide.get(field).lines().collect())
    }
}

/// `第1至10件每件0元` and so on, a band a line.
fn fee_lines(fees: &Fees) -> Vec<String> {
    let part = |bands: &[Band], measure: &str| {
        let next = bands.iter().skip(1).map(|band| Some(band.from - 1)).chain([None]);
        let line = |(band, until): (&Band, Option<u64>)| {
            let range = until.map_or_else(
                || format!("第{}{measure}起", band.from),
                |until| format!("第{}至{until}{measure}", band.from),
            );
            match band.price {
                0 => format!("{range}不收费"),
                price => format!("{range}每{measure}{price}元"),
            }
        };
        bands.iter().zip(next).map(line).collect::<Vec<_>>().join("，")
    };
    vec![
        format!(
            "按件计收（同一申请人一个自然月内累计）：{}；此后每满{}件为一档，每档每件再提高{}元。",
            part(&fees.items, "件"),
            fees.further_items,
            fees.further_price
        ),
        format!("按量计收（每件申请）：{}。", part(&fees.pages, "页")),
        "一件申请只按其中一种方式计收。".to_owned(),
    ]
}

fn address(scope: Scope) -> String {
    match scope {
        Scope::Unit(unit) => format!("/guide/{unit}"),
        Scope::Region(_) => GUIDE.link.to_owned(),
    }
}

fn compose(
    app: &App,
    page: Page,
    directory: &Directory,
    rows: &[GuideRow],
    scope: Scope,
) -> Result<GuidePage, Problem> {
    let region = directory.county().map(|region| Scope::Region(region.id));
    let guide = public(rows, region, scope);
    let changed = rows.iter().filter(|row| row.scope == scope || Some(row.scope) == region);
    let changed = changed.map(|row| row.changed_at).max().filter(|_| guide.is_some());
    let rules: &Rules = app.store.rules();
    let fees = Fees::builtin().map_err(|error| {
        tracing::error!(%error, "the fees could not be read");
        Problem::fault()
    })?;
    let other = |row: &GuideRow| {
        public(rows, region, row.scope).filter(|_| row.scope != scope)?;
        match row.scope {
            Scope::Unit(unit) => Some((address(row.scope), directory.unit(unit)?.name.clone())),
            Scope::Region(of) if Some(row.scope) == region => {
                Some((address(row.scope), directory.region(of)?.name.clone()))
            }
            Scope::Region(_) => None,
        }
    };
    Ok(GuidePage {
        page: GUIDE.labelled(page),
        changed_on: changed.map(|at| written_date(domain::clock::civil_date(at))).unwrap_or_default(),
        proactive: sentences(&[&rules.disclosure_period]),
        requests: sentences(&[
            &rules.request_supplement_ask,
            &rules.request_reply,
            &rules.request_extension,
            &rules.request_third_party,
        ]),
        remedies: sentences(&[
            &rules.request_review,
            &rules.request_lawsuit_after_review,
            &rules.request_lawsuit,
        ]),
        fees: fee_lines(&fees),
        fee_basis: fees.basis,
        others: rows.iter().filter_map(other).collect(),
        guide: guide.unwrap_or_default(),
    })
}

/// The guide of a unit or region as the public sees it.
fn public(rows: &[GuideRow], region: Option<Scope>, scope: Scope) -> Option<Guide> {
    let of = |scope: Scope| rows.iter().find(|row| row.scope == scope).map(|row| row.guide.clone());
    let shared = region.filter(|region| *region != scope).and_then(of).and_then(|guide| guide.public(None));
    of(scope)?.public(shared.as_ref())
}

pub(super) async fn show(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    let directory = store::unit::directory(&app.store).await?;
    let county = directory.county().ok_or_else(|| Problem::not_found("这份公开指南"))?;
    let rows = store::guide::list(&app.store).await?;
    let frame = frame(&app, &headers, GUIDE.name, GUIDE.link).under("首页", "/");
    page(&compose(&app, frame, &directory, &rows, Scope::Region(county.id))?)
}

pub(super) async fn show_unit(
    State(app): State<App>,
    Path(unit): Path<i64>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let directory = store::unit::directory(&app.store).await?;
    let rows = store::guide::list(&app.store).await?;
    let scope = Scope::Unit(unit);
    let region = directory.county().map(|region| Scope::Region(region.id));
    let known = directory.unit(unit).filter(|_| public(&rows, region, scope).is_some());
    let known = known.ok_or_else(|| Problem::not_found("这个单位的公开指南"))?;
    let frame = frame(&app, &headers, &format!("{}公开指南", known.name), &address(scope))
        .under("首页", "/")
        .under(GUIDE.name, GUIDE.link);
    page(&compose(&app, frame, &directory, &rows, scope)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fees_are_told_band_by_band() {
        let lines = fee_lines(&Fees::builtin().unwrap());
        assert_eq!(
            lines[0],
            "按件计收（同一申请人一个自然月内累计）：第1至10件不收费，第11至30件每件100元，第31件起每件200元；此后每满10件为一档，每档每件再提高100元。"
        );
        assert!(lines[1].ends_with("第101至200页每页20元，第201页起每页40元。"), "{}", lines[1]);
    }
}
