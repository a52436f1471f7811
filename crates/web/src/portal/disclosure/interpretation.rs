//! A policy file's whole way on one page (制定、发布、解读、回应、公开、监督), and an interpretation's handout for printing.

use super::document::{Related, Scene, related};
use super::find_public;
use crate::app::App;
use crate::page::{Page, wants_elder};
use crate::portal::platform::DISCLOSURES;
use crate::problem::Problem;
use askama::Template;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse, Response};
use domain::clock::civil_date;
use domain::disclosure::{Disclosure, Kind};
use domain::interpretation::{self, Facts, Form, Link, Need, Section, Standing};
use domain::unit::UnitId;
use store::disclosure::public::PublicRow;
use store::disclosure::whole::Whole;

#[derive(Template)]
#[template(path = "portal/disclosure_chain.html")]
struct ChainPage {
    page: Page,
    title: String,
    link: String,
    drafting: String,
    cooperating: Vec<String>,
    forms: Vec<&'static str>,
    stages: Vec<Link>,
    interpretations: Vec<Related>,
    alone: String,
}

impl ChainPage {
    /// The class of a badge, which has its colour and mark.
    fn class(&self, standing: &Standing) -> &'static str {
        match standing {
            Standing::Done => "done",
            Standing::Running => "underway",
            Standing::Overdue => "overdue",
            Standing::Idle => "undated",
        }
    }
}

/// What the record says of a policy file's way.
fn facts(scene: &Scene<'_>, whole: &Whole, content: &Disclosure) -> Facts {
    let (app, row) = (scene.app, &whole.row);
    let published = civil_date(row.published_at);
    let need = content.need().cloned();
    let unneeded = matches!(need, Some(Need::NotNeeded { .. }));
    let today = app.today();
    let mut reports = [0; 3];
    for due in &whole.following.reports {
        match due {
            None => reports[0] += 1,
            Some(due) if today <= *due => reports[1] += 1,
            Some(_) => reports[2] += 1,
        }
    }
    Facts {
        drafting: scene.unit(drafting(row, content)),
        formed_on: row.formed_on,
        published_on: Some(published),
        interpretation_due: (!unneeded)
            .then(|| interpretation::due(published, app.store.rules(), &app.calendar).date),
        need,
        interpreted_on: whole.links.interpreted_by.iter().map(|row| civil_date(row.published_at)).min(),
        questions: [0; 3],
        platforms: whole.following.platforms,
        reports,
    }
}

fn drafting(row: &PublicRow, content: &Disclosure) -> UnitId {
    content.scheme.as_ref().map_or(row.unit, |scheme| scheme.drafting)
}

impl Scene<'_> {
    /// The whole way of a policy file.
    pub(crate) fn chain(&self, whole: &Whole) -> Result<String, Problem> {
        let row = &whole.row;
        let version = whole.version(row.number).filter(|_| row.kind == Kind::Policy);
        let content = version.ok_or_else(|| Problem::not_found("这件政策文件"))?.content()?;
        let base = format!("/disclosures/{}", row.id);
        let frame = self
            .frame("政策全过程", &format!("{base}/chain"))
            .under(DISCLOSURES.name, DISCLOSURES.link)
            .under(row.kind.label(), &format!("/disclosures?kind={}", row.kind.word()))
            .under(&row.title, &base);
        let facts = facts(self, whole, &content);
        let scheme = content.scheme.as_ref();
        let template = ChainPage {
            page: DISCLOSURES.labelled(frame),
            title: row.title.clone(),
            link: base,
            drafting: facts.drafting.clone(),
            cooperating: scheme
                .map(|scheme| scheme.cooperating.iter().map(|unit| self.unit(*unit)).collect())
                .unwrap_or_default(),
            forms: scheme
                .filter(|scheme| scheme.need == Some(Need::Needed))
                .map(|scheme| scheme.forms.iter().copied().map(Form::label).collect())
                .unwrap_or_default(),
            stages: interpretation::chain(&facts, self.app.today()),
            interpretations: related(&whole.links.interpreted_by),
            alone: scheme.map(|scheme| scheme.alone.clone()).unwrap_or_default(),
        };
        Ok(template.render()?)
    }

    /// An interpretation on one page of paper; `None` for what is none.
    fn handout(&self, whole: &Whole) -> Result<Option<print::Handout>, Problem> {
        let Some(version) = whole.version(whole.row.number) else { return Ok(None) };
        let content = version.content()?;
        let Some(structure) = &content.interpretation else { return Ok(None) };
        let section = |(section, text): (Section, &str)| {
            let steps = interpretation::steps(text);
            let numbered = section == Section::How && steps.len() > 1;
            let lines: Vec<&str> = if numbered { steps } else { text.lines().collect() };
            print::HandoutSection {
                heading: section.label().to_owned(),
                lines: lines.into_iter().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect(),
                numbered,
            }
        };
        let explains = |row: &PublicRow| match row.document_number.as_str() {
            "" => row.title.clone(),
            number => format!("{}（{number}）", row.title),
        };
        let address = format!("{}/disclosures/{}", self.app.settings.public_url, whole.row.id);
        Ok(Some(print::Handout {
            title: content.title.clone(),
            unit: self.unit(whole.row.unit),
            explains: whole.links.interprets.iter().map(explains).collect(),
            sections: interpretation::handout(structure).into_iter().map(section).collect(),
            code: crate::qr::printed(&address),
            address,
            date: civil_date(version.row.published_at),
            sample: self.app.settings.site.sample,
        }))
    }
}

pub(in crate::portal) async fn chain(
    State(app): State<App>,
    Path(id): Path<i64>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let directory = store::unit::directory(&app.store).await?;
    let scene = Scene { app: &app, directory: &directory, elder: wants_elder(&headers) };
    Ok(Html(scene.chain(&*find_public(&app, id).await?)?).into_response())
}

pub(in crate::portal) async fn handout(
    State(app): State<App>,
    Path(id): Path<i64>,
) -> Result<Response, Problem> {
    let directory = store::unit::directory(&app.store).await?;
    let scene = Scene { app: &app, directory: &directory, elder: false };
    let found = scene.handout(&*find_public(&app, id).await?)?;
    let handout = found.ok_or_else(|| Problem::not_found("这份解读的一页通"))?;
    let (name, fonts) = (format!("{}（一页通）.pdf", handout.title), app.fonts.clone());
    match tokio::task::spawn_blocking(move || print::handout(&handout, &fonts)).await {
        Ok(Ok(pdf)) => Ok(crate::office::sent_as_file(&name, "application/pdf", Body::from(pdf.bytes))),
        Ok(Err(error)) => {
            tracing::error!(?error, "a handout could not be printed");
            Err(Problem::bad_input(error.to_string()))
        }
        Err(error) => {
            tracing::error!(?error, "printing broke off");
            Err(Problem::fault())
        }
    }
}
