//! Days away and reviews handed on (外出与委托): a person's own, and what others hand to them.

use super::{Done, back, frame, unit_name};
use crate::app::App;
use crate::form::Form;
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::session::Staff;
use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::{get, post};
use domain::absence::{Absence, may_delegate};
use domain::letter::written_date;
use domain::role::Person;
use jiff::civil::Date;
use serde::Deserialize;
use store::absence::AbsenceRow;

pub(super) fn routes() -> Router<App> {
    Router::new().route("/office/absence", get(show).post(note)).route("/office/absence/{id}/end", post(end))
}

struct Line {
    id: i64,
    who: String,
    days: String,
    reason: String,
    away: bool,
    delegate: String,
    state: &'static str,
    open: bool,
}

fn line(row: AbsenceRow, today: Date) -> Line {
    let absence = &row.absence;
    let open = !row.ended && absence.until >= today;
    Line {
        id: row.id,
        days: format!("{}至{}", written_date(absence.from), written_date(absence.until)),
        away: absence.away,
        delegate: row.delegate_name.unwrap_or_default(),
        state: match (row.ended, open, absence.from <= today) {
            (true, ..) => "提前结束",
            (false, false, _) => "已结束",
            (false, true, true) => "生效中",
            (false, true, false) => "未开始",
        },
        open,
        who: row.user_name,
        reason: row.absence.reason,
    }
}

#[derive(Template)]
#[template(path = "office/absence.html")]
struct AbsencePage {
    page: Page,
    csrf: String,
    today: String,
    own: Vec<Line>,
    handed: Vec<Line>,
    delegates: Vec<(i64, String)>,
    may_delegate: bool,
}

/// What the person is told on their first page while they are away.
pub(super) async fn away_words(app: &App, staff: &Staff) -> Result<Option<String>, Problem> {
    let today = app.today();
    let own = store::absence::of(&app.store, staff.person.user).await?;
    let now = own.into_iter().find(|row| !row.ended && row.absence.away && row.absence.covers(today));
    Ok(now.map(|row| {
        let until = written_date(row.absence.until);
        let meanwhile = row.delegate_name.map(|name| format!("，审查由{name}代办")).unwrap_or_default();
        format!("您登记了外出，至{until}{meanwhile}。")
    }))
}

async fn show(
    State(app): State<App>,
    staff: Staff,
    Query(done): Query<Done>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (today, user) = (app.today(), staff.person.user);
    let lines = |rows: Vec<AbsenceRow>| rows.into_iter().map(|row| line(row, today)).collect();
    let suitable = store::absence::suitable(&app.store, &staff.person).await?;
    let people = store::review::candidates_today(&app.store).await?;
    let delegate = |person: Person| {
        let known = people.iter().find(|one| one.person.user == person.user);
        let until = known.and_then(|one| one.away_until);
        let away = until.map(|day| format!("，外出至{}", written_date(day))).unwrap_or_default();
        (person.user, format!("{}（{}{away}）", person.name, unit_name(&staff, person.unit)))
    };
    let template = AbsencePage {
        page: frame(&app, &staff, &headers, "外出与委托", "/office/absence")
            .await?
            .with_done(done.done.as_deref()),
        csrf: staff.session.csrf.clone(),
        today: today.to_string(),
        own: lines(store::absence::of(&app.store, user).await?),
        handed: lines(store::absence::handed_to(&app.store, user, today).await?),
        delegates: suitable.into_iter().map(delegate).collect(),
        may_delegate: may_delegate(&staff.person),
    };
    page(&template)
}

#[derive(Deserialize)]
struct NoteForm {
    from: String,
    until: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    away: bool,
    #[serde(default)]
    delegate: String,
}

async fn note(State(app): State<App>, staff: Staff, Form(form): Form<NoteForm>) -> Result<Response, Problem> {
    let day = |text: &str| {
        text.trim()
            .parse::<Date>()
            .map_err(|_| Problem::bad_input("日期没有填写或写法不对，没有登记。请按“2020-09-21”的写法填写。"))
    };
    let new = Absence {
        from: day(&form.from)?,
        until: day(&form.until)?,
        reason: form.reason,
        away: form.away,
        delegate: form.delegate.parse().ok(),
    };
    store::absence::note(&app.store, &staff.person, new).await?;
    Ok(back("/office/absence", "absence-noted"))
}

#[derive(Deserialize)]
struct Nothing {}

async fn end(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    store::absence::end(&app.store, &staff.person, id).await?;
    Ok(back("/office/absence", "absence-ended"))
}
