//! The parts of the editor for policy files and interpretations: the plan of the interpretation (解读方案), the sections of
//! which the text and the picture are made, the links between the two; and an interpretation begun from its policy file.

use super::edit::EditForm;
use super::{back, found, unit_name};
use crate::app::App;
use crate::form::Form;
use crate::problem::Problem;
use crate::session::Staff;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::disclosure::check::{self, Field};
use domain::disclosure::{Disclosure, Kind};
use domain::finding::Finding;
use domain::interpretation::{Form as Shape, Need, Scheme, Section, State as Stage, Structure, body};
use domain::role::Act;
use domain::unit::UnitId;
use serde::Deserialize;
use store::disclosure::DisclosureRow;
use store::interpretation::Linked;

/// Everything noticed in a draft: its fields, and the sections of an interpretation against what it interprets.
pub(super) async fn findings(app: &App, content: &Disclosure) -> Result<Vec<(Field, Finding)>, Problem> {
    let mut found = check::disclosure(content, app.today());
    let mut policies = String::new();
    for id in &content.interprets {
        let text = match store::disclosure::draft(&app.store, *id).await? {
            Some(draft) => Some(draft),
            None => match store::disclosure::public::find(&app.store, *id).await? {
                Some(store::disclosure::public::Found::Public(found)) => Some(found.1),
                _ => None,
            },
        };
        policies.extend(text.map(|text| text.text()));
    }
    found.extend(check::sections(content, &policies, app.store.rules()));
    Ok(found)
}

/// A choice of the form.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) chosen: bool,
}

/// A section as the form asks for it.
pub(super) struct SectionField {
    pub(super) word: &'static str,
    pub(super) label: &'static str,
    pub(super) hint: &'static str,
    pub(super) text: String,
    pub(super) required: bool,
}

/// What the form of an interpretation or a policy file shows beside the rest.
#[derive(Default)]
pub(super) struct Fields {
    pub(super) sections: Vec<SectionField>,
    pub(super) policies: Vec<Choice>,
    pub(super) need: &'static str,
    pub(super) need_reason: String,
    pub(super) drafting: Vec<Choice>,
    pub(super) cooperating: Vec<Choice>,
    pub(super) forms: Vec<Choice>,
}

/// The words of the form for whether there is a need.
const NEEDED: &str = "needed";
const NOT_NEEDED: &str = "not_needed";

impl Fields {
    pub(super) async fn of(
        app: &App,
        staff: &Staff,
        row: &DisclosureRow,
        content: &Disclosure,
    ) -> Result<Self, Problem> {
        match content.kind {
            Kind::Interpretation => {
                let structure = content.interpretation.clone().unwrap_or_default();
                let section = |section: &Section| SectionField {
                    word: section.word(),
                    label: section.label(),
                    hint: section.hint(),
                    text: structure.get(*section).to_owned(),
                    required: section.is_required(),
                };
                Ok(Self {
                    sections: Section::ALL.iter().map(section).collect(),
                    policies: policies(app, row, content).await?,
                    ..Self::default()
                })
            }
            Kind::Policy => {
                let scheme = content.scheme.clone().unwrap_or_else(|| Scheme::of(row.unit));
                let units = |chosen: &dyn Fn(UnitId) -> bool| -> Vec<Choice> {
                    let unit = |unit: &domain::unit::Unit| Choice {
                        value: unit.id.to_string(),
                        label: unit.name.clone(),
                        chosen: chosen(unit.id),
                    };
                    staff.directory.units().iter().map(unit).collect()
                };
                let shape = |shape: &Shape| Choice {
                    value: shape.word().to_owned(),
                    label: shape.label().to_owned(),
                    chosen: scheme.forms.contains(shape),
                };
                let (need, need_reason) = match &scheme.need {
                    None => ("", String::new()),
                    Some(Need::Needed) => (NEEDED, String::new()),
                    Some(Need::NotNeeded { reason }) => (NOT_NEEDED, reason.clone()),
                };
                Ok(Self {
                    need,
                    need_reason,
                    drafting: units(&|unit| unit == scheme.drafting),
                    cooperating: units(&|unit| scheme.cooperating.contains(&unit)),
                    forms: Shape::ALL.iter().map(shape).collect(),
                    ..Self::default()
                })
            }
            _ => Ok(Self::default()),
        }
    }
}

/// The policy files an interpretation may be linked to: its own first, then those of its unit changed last.
async fn policies(app: &App, row: &DisclosureRow, content: &Disclosure) -> Result<Vec<Choice>, Problem> {
    let mut linked = store::interpretation::policies(&app.store, &content.interprets).await?;
    for other in store::interpretation::offered(&app.store, row.unit).await? {
        if other.id != row.id && !content.interprets.contains(&other.id) {
            linked.push(other);
        }
    }
    let choice = |linked: Linked| Choice {
        value: linked.id.to_string(),
        label: format!("{}（{}）", named(&linked), standing(&linked)),
        chosen: content.interprets.contains(&linked.id),
    };
    Ok(linked.into_iter().map(choice).collect())
}

fn named(linked: &Linked) -> &str {
    if linked.title.is_empty() { "（未填标题）" } else { &linked.title }
}

fn standing(linked: &Linked) -> &'static str {
    if linked.state == Stage::Published { "已公开" } else { "未公开" }
}

/// The plan of a policy file's interpretation as the form says it.
pub(super) fn scheme(form: &EditForm, shown: Option<Kind>, unit: UnitId, before: &Disclosure) -> Scheme {
    let known = before.scheme.clone().unwrap_or_else(|| Scheme::of(unit));
    if shown != Some(Kind::Policy) {
        return known;
    }
    Scheme {
        need: match form.need.as_str() {
            NEEDED => Some(Need::Needed),
            NOT_NEEDED => Some(Need::NotNeeded { reason: form.need_reason.clone() }),
            _ => None,
        },
        drafting: form.drafting,
        cooperating: form.cooperating.clone(),
        forms: Shape::ALL
            .iter()
            .copied()
            .filter(|shape| form.forms.iter().any(|word| word == shape.word()))
            .collect(),
        alone: known.alone,
    }
}

/// The sections as the form says them. Where it showed a text instead, that is what the interpretation says.
pub(super) fn structure(form: &EditForm, shown: Option<Kind>, before: &Disclosure) -> Structure {
    if shown != Some(Kind::Interpretation) {
        let mut structure = before.interpretation.clone().unwrap_or_default();
        let text = Disclosure { body: tables::rich::clean(&form.body), ..Disclosure::default() };
        structure.set(Section::Content, &text.text());
        return structure;
    }
    let mut structure = Structure::default();
    for (section, text) in [
        (Section::Background, &form.background),
        (Section::Basis, &form.basis),
        (Section::Content, &form.content),
        (Section::Beneficiaries, &form.beneficiaries),
        (Section::How, &form.how),
        (Section::When, &form.when),
        (Section::Contact, &form.contact),
    ] {
        structure.set(section, text);
    }
    structure
}

/// The text as the form says it: of an interpretation, what its sections say.
pub(super) fn text(form: &EditForm, shown: Option<Kind>, before: &Disclosure) -> String {
    match shown {
        Some(Kind::Interpretation) => body(&structure(form, shown, before)),
        _ => tables::rich::clean(&form.body),
    }
}

/// A policy file or an interpretation at the other end of a link, as the page shows it.
pub(super) struct LinkLine {
    pub(super) link: String,
    pub(super) title: String,
    pub(super) unit: String,
    pub(super) state: &'static str,
}

/// What the page of a draft says of interpretation.
#[derive(Default)]
pub(super) struct Shown {
    /// The plan of a policy file, in words, line by line.
    pub(super) scheme: Vec<(&'static str, String)>,
    /// The other ends of its links.
    pub(super) links: Vec<LinkLine>,
    /// The policy file needs an interpretation that is not ready.
    pub(super) wanting: bool,
}

impl Shown {
    pub(super) async fn of(
        app: &App,
        staff: &Staff,
        row: &DisclosureRow,
        content: &Disclosure,
    ) -> Result<Self, Problem> {
        let linked = match content.kind {
            Kind::Policy => store::interpretation::of_policy(&app.store, row.id).await?,
            Kind::Interpretation => store::interpretation::policies(&app.store, &content.interprets).await?,
            _ => return Ok(Self::default()),
        };
        let best = linked.iter().map(|linked| linked.state).max().unwrap_or(Stage::Missing);
        let line = |linked: &Linked| LinkLine {
            link: format!("/office/disclosures/{}", linked.id),
            title: named(linked).to_owned(),
            unit: unit_name(staff, linked.unit),
            state: match content.kind {
                Kind::Policy => linked.state.label(),
                _ => standing(linked),
            },
        };
        let mut scheme = Vec::new();
        if let Some(plan) = &content.scheme {
            scheme.push((
                "是否需要解读",
                match &plan.need {
                    None => "没有说明".to_owned(),
                    Some(Need::Needed) => "需要".to_owned(),
                    Some(Need::NotNeeded { reason }) => format!("不需要：{reason}"),
                },
            ));
            scheme.push(("起草和解读单位", unit_name(staff, plan.drafting)));
            let names: Vec<String> = plan.cooperating.iter().map(|unit| unit_name(staff, *unit)).collect();
            scheme.push(("协办单位", names.join("、")));
            let forms: Vec<&str> = plan.forms.iter().map(|form| form.label()).collect();
            scheme.push(("解读形式", forms.join("、")));
            scheme.push(("先于解读公开的原因", plan.alone.clone()));
            scheme.retain(|(_, words)| !words.is_empty());
        }
        Ok(Self {
            scheme,
            links: linked.iter().map(line).collect(),
            wanting: row.current.is_none()
                && content.need() == Some(&Need::Needed)
                && !matches!(best, Stage::Approved | Stage::Published),
        })
    }
}

#[derive(Deserialize)]
pub(super) struct BeginForm {}

/// Begins the interpretation of a policy file, in the unit that drafted it.
pub(super) async fn begin(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Form(BeginForm {}): Form<BeginForm>,
) -> Result<Response, Problem> {
    let row = found(&app, &staff, id, Act::ReadDisclosure).await?;
    let draft = store::disclosure::draft(&app.store, id).await?;
    let current = match row.current {
        Some(number) => store::disclosure::version(&app.store, id, number).await?.map(|(_, content)| content),
        None => None,
    };
    let policy = draft.or(current).ok_or_else(|| Problem::not_found("这件政策文件"))?;
    let unit = policy.scheme.as_ref().map_or(row.unit, |scheme| scheme.drafting);
    staff.authorise_unit(Act::WriteDisclosure, unit)?;
    let content = Disclosure {
        title: format!("《{}》政策解读", policy.title),
        kind: Kind::Interpretation,
        subject: policy.subject,
        formed_on: Some(app.today()),
        interprets: vec![id],
        ..Disclosure::default()
    };
    let made = store::disclosure::create(&app.store, &staff.actor, unit, None, content).await?;
    Ok(back(&format!("/office/disclosures/{made}/edit"), "interpretation-begun"))
}
