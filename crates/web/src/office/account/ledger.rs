//! The ledger as a matrix of units and platforms, as a list that can be filtered and printed, and as the official workbook.

use super::{PATH, authorise, cells};
use crate::app::App;
use crate::list::link;
use crate::office::{Done, frame, left, media_type, sent_as_file, unit_name};
use crate::page::Page;
use crate::problem::{Problem, page};
use crate::session::Staff;
use askama::Template;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::account::{Platform, State as Standing};
use domain::letter::written_date;
use domain::role::Act;
use domain::unit::UnitId;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use store::account::{AccountRow, Filter};

/// The list's address.
const LIST: &str = "/office/accounts/list";

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Wanted {
    q: String,
    unit: String,
    platform: String,
    state: String,
    /// Only those for which something waits.
    pending: String,
    /// Only those to be audited soon.
    audit: String,
}

impl Wanted {
    fn query(&self) -> [(&'static str, String); 6] {
        [
            ("q", self.q.clone()),
            ("unit", self.unit.clone()),
            ("platform", self.platform.clone()),
            ("state", self.state.clone()),
            ("pending", self.pending.clone()),
            ("audit", self.audit.clone()),
        ]
    }

    fn filter(&self, app: &App, staff: &Staff) -> Filter {
        let mut units = staff.units(Act::ReadAccount);
        if let Ok(unit) = self.unit.parse::<i64>() {
            units.retain(|known| *known == unit);
        }
        Filter {
            units: Some(units),
            platform: Platform::from_word(&self.platform),
            state: Standing::from_word(&self.state),
            words: self.q.trim().chars().take(domain::limits::NAME_CHARACTERS_MAX).collect(),
            pending: !self.pending.is_empty(),
            audit_until: (!self.audit.is_empty()).then(|| app.soon()),
        }
    }
}

/// The cell of a unit and a platform.
struct Cell {
    platform: &'static str,
    link: String,
    normal: usize,
    ended: usize,
    waiting: bool,
}

/// A unit's row of the matrix.
struct UnitLine {
    name: String,
    link: String,
    cells: Vec<Option<Cell>>,
    total: usize,
}

struct Tile {
    class: &'static str,
    count: usize,
    label: &'static str,
    link: String,
}

#[derive(Template)]
#[template(path = "office/account/matrix.html")]
struct MatrixPage {
    page: Page,
    tiles: Vec<Tile>,
    platforms: Vec<(Platform, usize)>,
    lines: Vec<UnitLine>,
    total: usize,
    may_propose: bool,
    may_import: bool,
}

fn tiles(app: &App, rows: &[AccountRow]) -> Vec<Tile> {
    let count = |test: &dyn Fn(&AccountRow) -> bool| rows.iter().filter(|row| test(row)).count();
    let soon = app.soon();
    let tile = |class, count, label, name, value: &str| Tile {
        class,
        count,
        label,
        link: link(LIST, &[(name, value.to_owned())]),
    };
    let normal = count(&|row| row.state == Standing::Normal);
    let ended = count(&|row| row.state == Standing::Closed);
    let gone = count(&|row| row.state == Standing::Cancelled);
    vec![
        tile("done", normal, "正常", "state", Standing::Normal.word()),
        tile("awaiting", count(&|row| row.pending.is_some()), "待审批", "pending", "1"),
        tile(
            "due_soon",
            count(&|row| row.audit_due.is_some_and(|due| due <= soon)),
            "年审临近或逾期",
            "audit",
            "1",
        ),
        tile("", ended, "已关停", "state", Standing::Closed.word()),
        tile("", gone, "已注销", "state", Standing::Cancelled.word()),
    ]
}

fn lines(staff: &Staff, rows: &[AccountRow], platforms: &[(Platform, usize)]) -> Vec<UnitLine> {
    let mut by_unit: BTreeMap<UnitId, BTreeMap<Platform, Vec<&AccountRow>>> = BTreeMap::new();
    for row in rows {
        let of_unit = by_unit.entry(row.account.host).or_default();
        of_unit.entry(row.account.platform).or_default().push(row);
    }
    let cell = |unit: UnitId, platform: Platform, found: &Vec<&AccountRow>| Cell {
        platform: platform.label(),
        link: link(LIST, &[("unit", unit.to_string()), ("platform", platform.word().to_owned())]),
        normal: found.iter().filter(|row| row.state == Standing::Normal).count(),
        ended: found.iter().filter(|row| matches!(row.state, Standing::Closed | Standing::Cancelled)).count(),
        waiting: found.iter().any(|row| row.pending.is_some()),
    };
    let line = |(unit, of_unit): (UnitId, BTreeMap<Platform, Vec<&AccountRow>>)| UnitLine {
        name: unit_name(staff, unit),
        link: link(LIST, &[("unit", unit.to_string())]),
        cells: platforms
            .iter()
            .map(|(platform, _)| of_unit.get(platform).map(|found| cell(unit, *platform, found)))
            .collect(),
        total: of_unit.values().flatten().filter(|row| row.state == Standing::Normal).count(),
    };
    by_unit.into_iter().map(line).collect()
}

pub(super) async fn matrix(
    State(app): State<App>,
    staff: Staff,
    Query(done): Query<Done>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    authorise(&staff)?;
    let units = Some(staff.units(Act::ReadAccount));
    let rows = store::account::list(&app.store, &Filter { units, ..Filter::default() }).await?;
    let used: BTreeSet<Platform> = rows.iter().map(|row| row.account.platform).collect();
    let normal = |platform: Platform| {
        let of = |row: &&AccountRow| row.account.platform == platform && row.state == Standing::Normal;
        (platform, rows.iter().filter(of).count())
    };
    let platforms: Vec<_> = used.into_iter().map(normal).collect();
    let template = MatrixPage {
        page: frame(&app, &staff, &headers, "平台矩阵", PATH).await?.with_done(done.done.as_deref()),
        tiles: tiles(&app, &rows),
        lines: lines(&staff, &rows, &platforms),
        total: platforms.iter().map(|(_, count)| count).sum(),
        platforms,
        may_propose: staff.may(Act::ProposeAccount),
        may_import: staff.may(Act::ApproveAccount),
    };
    page(&template)
}

struct Row {
    link: String,
    name: String,
    number: String,
    platform: Platform,
    host: String,
    responsible: String,
    phone: String,
    opened: String,
    state: Standing,
    pending: Option<&'static str>,
    audit: String,
    left: String,
    near: bool,
}

#[derive(Template)]
#[template(path = "office/account/list.html")]
struct ListPage {
    page: Page,
    wanted: Wanted,
    rows: Vec<Row>,
    units: Vec<(String, String)>,
    platforms: &'static [Platform],
    states: &'static [Standing],
    export: String,
    filtered: bool,
    may_propose: bool,
}

pub(super) async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(wanted): Query<Wanted>,
    Query(done): Query<Done>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    authorise(&staff)?;
    let found = store::account::list(&app.store, &wanted.filter(&app, &staff)).await?;
    let soon = app.soon();
    let row = |found: AccountRow| Row {
        link: format!("{PATH}/{}", found.id),
        host: unit_name(&staff, found.account.host),
        name: found.account.name,
        number: found.account.number,
        platform: found.account.platform,
        responsible: found.account.responsible,
        phone: found.account.phone,
        opened: found.account.opened_on.map(|day| day.to_string()).unwrap_or_default(),
        state: found.state,
        pending: found.pending.map(domain::account::Act::label),
        audit: found.audit_due.map(written_date).unwrap_or_default(),
        near: found.audit_due.is_some_and(|due| due <= soon),
        left: left(&app, found.audit_due),
    };
    let visible = staff.units(Act::ReadAccount);
    let units = staff.directory.units().iter().filter(|unit| visible.contains(&unit.id));
    let query = wanted.query();
    let template = ListPage {
        page: frame(&app, &staff, &headers, "账号清单", PATH).await?.with_done(done.done.as_deref()),
        rows: found.into_iter().map(row).collect(),
        units: units.map(|unit| (unit.id.to_string(), unit.name.clone())).collect(),
        platforms: Platform::ALL,
        states: Standing::ALL,
        export: link("/office/accounts/export.xlsx", &query),
        filtered: query.iter().any(|(_, value)| !value.is_empty()),
        may_propose: staff.may(Act::ProposeAccount),
        wanted,
    };
    page(&template)
}

/// The official ledger of what the list shows; what is not opened is not on it.
pub(super) async fn export(
    State(app): State<App>,
    staff: Staff,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    authorise(&staff)?;
    let found = store::account::list(&app.store, &wanted.filter(&app, &staff)).await?;
    let opened = found.iter().filter(|row| row.state != Standing::Absent);
    let rows = opened.map(|row| {
        cells(&staff, &row.account, row.state).into_iter().map(|(_, text)| text).collect::<Vec<_>>()
    });
    let site = &app.settings.site;
    let about = format!("填报单位：{}　　填报日期：{}", site.organiser, written_date(app.today()));
    let title = "政府网站与政务新媒体账号清单";
    let bytes = tables::account::write_xlsx(title, &about, rows).map_err(|error| {
        tracing::error!(?error, "the ledger could not be written as xlsx");
        Problem::fault()
    })?;
    let name = format!("{title}{}.xlsx", app.today());
    Ok(sent_as_file(&name, media_type(&name), Body::from(bytes)))
}
