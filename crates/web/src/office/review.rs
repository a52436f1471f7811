//! Review routes (审查流程): what is set, who will review, and the form that sets it. Also the lines by which pages say who
//! can act on something under review.

use super::{back, frame, moment, unit_name};
use crate::app::App;
use crate::form::Form;
use crate::list::link;
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::session::Staff;
use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::{get, post};
use domain::disclosure::Kind;
use domain::disclosure::state::Review;
use domain::letter::written_date;
use domain::review::{Acting, By, Candidate, Right, Route, Stage, acting, in_force, route};
use domain::role::{Act, Denied, Place, Scope};
use serde::Deserialize;
use std::collections::BTreeSet;
use store::review::{RouteRow, able, place_of};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/office/reviews", get(show).post(set))
        .route("/office/reviews/{id}/remove", post(remove))
}

/// Somebody who can do a review now, as pages list them.
pub(super) struct ActingLine {
    pub(super) name: String,
    pub(super) unit: String,
    /// Why the person may, where it is not their own right; until when they are away.
    pub(super) note: String,
}

pub(super) fn acting_lines(staff: &Staff, acting: &[Acting<'_>]) -> Vec<ActingLine> {
    let line = |one: &Acting<'_>| {
        let right = match one.right {
            Right::Own => None,
            Right::For(principal) => Some(format!("受{principal}委托")),
            Right::StandIn => Some("审查人不在岗，代办".to_owned()),
        };
        let away = one.candidate.away_until.map(|until| format!("外出至{}", written_date(until)));
        ActingLine {
            name: one.candidate.person.name.clone(),
            unit: unit_name(staff, one.candidate.person.unit),
            note: right.into_iter().chain(away).collect::<Vec<_>>().join("，"),
        }
    };
    acting.iter().map(line).collect()
}

/// Who does a review, in words.
pub(super) fn by_words(by: &By, people: &[Candidate]) -> String {
    match by {
        By::Anyone => "有审查权限的人员".to_owned(),
        By::Unit => "本单位审查人".to_owned(),
        By::Office => "政务公开办".to_owned(),
        By::Named(users) => {
            let name = |user: &i64| {
                let found = people.iter().find(|candidate| candidate.person.user == *user);
                found.map_or("（已停用的人员）", |candidate| candidate.person.name.as_str())
            };
            users.iter().map(name).collect::<Vec<_>>().join("、")
        }
    }
}

/// The review as its act names it: 领导审签 is not everybody's who may review.
fn by_label(stage: &Stage, people: &[Candidate]) -> String {
    match (&stage.by, stage.review) {
        (By::Anyone, Review::Leader) => "分管领导".to_owned(),
        (By::Unit, Review::Leader) => "本单位领导".to_owned(),
        (By::Office, Review::Leader) => "本级领导".to_owned(),
        (by, _) => by_words(by, people),
    }
}

/// A stage as pages show it.
pub(super) struct StageLine {
    pub(super) review: Review,
    pub(super) by: String,
    /// Who can act; empty for a region, whose units differ.
    pub(super) acting: Vec<ActingLine>,
}

pub(super) fn stage_lines(
    staff: &Staff,
    people: &[Candidate],
    stages: &[Stage],
    place: &Place,
) -> Vec<StageLine> {
    let line = |stage: &Stage| StageLine {
        review: stage.review,
        by: by_label(stage, people),
        acting: match place.unit {
            Some(_) => acting_lines(staff, &acting(people, stage, place, None)),
            None => Vec::new(),
        },
    };
    stages.iter().map(line).collect()
}

struct RouteLine {
    id: i64,
    version: i64,
    scope: String,
    kind: &'static str,
    stages: String,
    basis: String,
    changed: String,
    change: String,
    may_remove: bool,
}

/// What holds for some kinds at the chosen place.
struct Preview {
    kinds: String,
    source: String,
    stages: Vec<StageLine>,
}

struct NamedChoice {
    value: String,
    name: String,
    note: String,
    chosen: bool,
}

struct StageChoice {
    review: Review,
    chosen: bool,
    by: Vec<(String, String, bool)>,
    named: Vec<NamedChoice>,
    naming: bool,
}

/// The form for one scope and kind.
struct Editing {
    title: String,
    previews: Vec<Preview>,
    stages: Vec<StageChoice>,
    basis: String,
    version: i64,
    may_loosen: bool,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Wanted {
    place: String,
    kind: String,
    done: Option<String>,
}

#[derive(Template)]
#[template(path = "office/reviews.html")]
struct ReviewsPage {
    page: Page,
    csrf: String,
    wanted: Wanted,
    lines: Vec<RouteLine>,
    places: Vec<(String, String)>,
    kinds: Vec<(&'static str, &'static str)>,
    editing: Option<Editing>,
}

pub(super) fn scope_of(word: &str) -> Option<Scope> {
    let id = |rest: &str| rest.parse().ok();
    match word.split_at_checked(1)? {
        ("u", rest) => id(rest).map(Scope::Unit),
        ("r", rest) => id(rest).map(Scope::Region),
        _ => None,
    }
}

pub(super) fn scope_word(scope: Scope) -> String {
    match scope {
        Scope::Unit(unit) => format!("u{unit}"),
        Scope::Region(region) => format!("r{region}"),
    }
}

pub(super) fn scope_name(staff: &Staff, scope: Scope) -> String {
    match scope {
        Scope::Unit(unit) => unit_name(staff, unit),
        Scope::Region(region) => {
            let name = staff.directory.region(region).map_or("—", |region| region.name.as_str());
            format!("{name}全域")
        }
    }
}

fn kind_label(kind: Option<Kind>) -> &'static str {
    kind.map_or("全部种类", Kind::label)
}

/// Whether the person may set the route of that scope at all.
fn authorise(staff: &Staff, scope: Scope) -> Result<(), Denied> {
    match scope {
        Scope::Unit(unit) => staff.authorise_unit(Act::TightenReviewRoute, unit),
        Scope::Region(region) => staff.authorise_region(Act::SetReviewRoute, region),
    }
}

/// Whether the person may loosen it, and take it back.
fn may_loosen(staff: &Staff, scope: Scope) -> bool {
    let place = place_of(&staff.directory, scope);
    domain::role::authorise(&staff.actor, Act::SetReviewRoute, &place).is_ok()
}

async fn show(
    State(app): State<App>,
    staff: Staff,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if !staff.may(Act::TightenReviewRoute) {
        return Err(Denied { act: Act::TightenReviewRoute }.into());
    }
    let rows = store::review::list(&app.store).await?;
    let people = store::review::candidates_today(&app.store).await?;
    let editing = match scope_of(&wanted.place) {
        None => None,
        Some(scope) => {
            authorise(&staff, scope)?;
            Some(editing(&staff, &rows, &people, scope, Kind::from_word(&wanted.kind)))
        }
    };
    let units = staff.units(Act::TightenReviewRoute);
    let regions: BTreeSet<i64> =
        units.iter().flat_map(|unit| store::unit::place(&staff.directory, *unit).regions).collect();
    let seen = |scope: Scope| match scope {
        Scope::Unit(unit) => units.contains(&unit),
        Scope::Region(region) => regions.contains(&region),
    };
    let lines = rows.iter().filter(|row| seen(row.route.scope)).map(|row| route_line(&staff, &people, row));
    let of_region = staff.directory.regions().iter().map(|region| Scope::Region(region.id));
    let of_unit = staff.directory.units().iter().map(|unit| Scope::Unit(unit.id));
    let places = of_region.chain(of_unit).filter(|scope| authorise(&staff, *scope).is_ok());
    let template = ReviewsPage {
        page: frame(&app, &staff, &headers, "审查流程", "/office/reviews")
            .await?
            .with_done(wanted.done.as_deref()),
        csrf: staff.session.csrf.clone(),
        lines: lines.collect(),
        places: places.map(|scope| (scope_word(scope), scope_name(&staff, scope))).collect(),
        kinds: Kind::ALL.iter().map(|kind| (kind.word(), kind.label())).collect(),
        editing,
        wanted,
    };
    page(&template)
}

fn route_line(staff: &Staff, people: &[Candidate], row: &RouteRow) -> RouteLine {
    let stage = |stage: &Stage| format!("{}（{}）", stage.review.label(), by_label(stage, people));
    let route = &row.route;
    let place = [
        ("place", scope_word(route.scope)),
        ("kind", route.kind.map(|kind| kind.word().to_owned()).unwrap_or_default()),
    ];
    RouteLine {
        id: row.id,
        version: row.version,
        scope: scope_name(staff, route.scope),
        kind: kind_label(route.kind),
        stages: route.stages.iter().map(stage).collect::<Vec<_>>().join(" → "),
        basis: route.basis.clone(),
        changed: format!("{}　{}", row.changed_by_name, moment(row.changed_at)),
        change: if authorise(staff, route.scope).is_ok() {
            format!("{}#set", link("/office/reviews", &place))
        } else {
            String::new()
        },
        may_remove: may_loosen(staff, route.scope),
    }
}

fn editing(
    staff: &Staff,
    rows: &[RouteRow],
    people: &[Candidate],
    scope: Scope,
    kind: Option<Kind>,
) -> Editing {
    let place = place_of(&staff.directory, scope);
    let routes: Vec<Route> = rows.iter().map(|row| row.route.clone()).collect();
    let own = rows.iter().find(|row| row.route.scope == scope && row.route.kind == kind);
    // A new one for every kind begins with what policy files ask for, so that it loosens nothing unawares.
    let begun = || route(&routes, &place, kind.unwrap_or(Kind::Policy));
    let stages = own.map_or_else(begun, |row| row.route.stages.clone());
    let choice = |review: Review| stage_choice(people, &stages, review, &place);
    Editing {
        title: format!("{}　{}", scope_name(staff, scope), kind_label(kind)),
        previews: previews(staff, &routes, people, &place, kind),
        stages: Review::ALL.into_iter().map(choice).collect(),
        basis: own.map(|row| row.route.basis.clone()).unwrap_or_default(),
        version: own.map_or(0, |row| row.version),
        may_loosen: may_loosen(staff, scope),
    }
}

/// What holds there, kinds with the same together.
fn previews(
    staff: &Staff,
    routes: &[Route],
    people: &[Candidate],
    place: &Place,
    kind: Option<Kind>,
) -> Vec<Preview> {
    let mut groups: Vec<(Vec<Kind>, Option<&Route>, Vec<Stage>)> = Vec::new();
    for kind in Kind::ALL.iter().copied().filter(|one| kind.is_none_or(|only| only == *one)) {
        let (source, stages) = (in_force(routes, place, kind), route(routes, place, kind));
        match groups.iter_mut().find(|(_, of, same)| *of == source && *same == stages) {
            Some((kinds, _, _)) => kinds.push(kind),
            None => groups.push((vec![kind], source, stages)),
        }
    }
    let preview = |(kinds, source, stages): (Vec<Kind>, Option<&Route>, Vec<Stage>)| Preview {
        kinds: kinds.iter().map(|kind| kind.label()).collect::<Vec<_>>().join("、"),
        source: source.map_or_else(
            || "通常流程".to_owned(),
            |route| format!("按{}（{}）的设置", scope_name(staff, route.scope), kind_label(route.kind)),
        ),
        stages: stage_lines(staff, people, &stages, place),
    };
    groups.into_iter().map(preview).collect()
}

fn stage_choice(people: &[Candidate], stages: &[Stage], review: Review, place: &Place) -> StageChoice {
    let set = stages.iter().find(|stage| stage.review == review);
    let by = set.map_or(&By::Anyone, |stage| &stage.by);
    let option = |(word, of): (&str, By)| {
        let chosen = std::mem::discriminant(by) == std::mem::discriminant(&of);
        let label = match of {
            By::Named(_) => "指定人员（在下面选）".to_owned(),
            of => by_label(&Stage { review, by: of }, people),
        };
        (format!("{}:{word}", review.word()), label, chosen)
    };
    let words =
        [("anyone", By::Anyone), ("unit", By::Unit), ("office", By::Office), ("named", By::Named([].into()))];
    let named = |user: i64| matches!(by, By::Named(users) if users.contains(&user));
    let choice = |person: &domain::role::Person| {
        let away = people.iter().find(|candidate| candidate.person.user == person.user);
        let away = away.and_then(|candidate| candidate.away_until);
        NamedChoice {
            value: format!("{}:{}", review.word(), person.user),
            name: person.name.clone(),
            note: away.map(|until| format!("外出至{}", written_date(until))).unwrap_or_default(),
            chosen: named(person.user),
        }
    };
    StageChoice {
        review,
        chosen: set.is_some(),
        by: words.into_iter().map(option).collect(),
        named: able(people, review, place).into_iter().map(choice).collect(),
        naming: matches!(by, By::Named(_)),
    }
}

#[derive(Deserialize)]
struct SetForm {
    place: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    review: Vec<String>,
    #[serde(default)]
    by: Vec<String>,
    #[serde(default)]
    named: Vec<String>,
    #[serde(default)]
    grounds: String,
    version: i64,
}

impl SetForm {
    /// The stages as chosen: `by` and `named` hold `review:choice`.
    fn stages(&self) -> Vec<Stage> {
        let of = |values: &[String], review: Review| -> Vec<String> {
            let rest =
                |value: &String| value.strip_prefix(review.word())?.strip_prefix(':').map(str::to_owned);
            values.iter().filter_map(rest).collect()
        };
        let chosen = |review: &Review| self.review.iter().any(|word| word == review.word());
        let stage = |review: Review| Stage {
            review,
            by: match of(&self.by, review).first().map(String::as_str) {
                Some("unit") => By::Unit,
                Some("office") => By::Office,
                Some("named") => {
                    By::Named(of(&self.named, review).iter().filter_map(|user| user.parse().ok()).collect())
                }
                _ => By::Anyone,
            },
        };
        Review::ALL.into_iter().filter(chosen).map(stage).collect()
    }
}

async fn set(State(app): State<App>, staff: Staff, Form(form): Form<SetForm>) -> Result<Response, Problem> {
    let scope = scope_of(&form.place).ok_or_else(|| Problem::bad_input("请选择适用范围。"))?;
    authorise(&staff, scope)?;
    let kind = Kind::from_word(&form.kind);
    let new = Route { scope, kind, stages: form.stages(), basis: form.grounds };
    store::review::set(&app.store, &staff.actor, new, form.version).await?;
    let place = [("place", form.place), ("kind", form.kind)];
    Ok(back(&link("/office/reviews", &place), "review-route-set"))
}

#[derive(Deserialize)]
struct RemoveForm {
    version: i64,
}

async fn remove(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Form(form): Form<RemoveForm>,
) -> Result<Response, Problem> {
    let rows = store::review::list(&app.store).await?;
    let row = rows.into_iter().find(|row| row.id == id);
    let row = row.ok_or_else(|| Problem::not_found("这条审查流程"))?;
    if !may_loosen(&staff, row.route.scope) {
        return Err(Denied { act: Act::SetReviewRoute }.into());
    }
    store::review::remove(&app.store, &staff.actor, id, form.version).await?;
    Ok(back("/office/reviews", "review-route-removed"))
}
