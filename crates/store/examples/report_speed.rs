//! Time of a region's annual report over a hundred units with ten cases each: a figure for people. A line a figure: what, median,
//! range, tab-separated.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark prints its figures and may end on any fault"
)]

use domain::clock::FixedClock;
use domain::request::{ApplicantKind, Identity, Obtaining, Providing, Way};
use domain::role::{Actor, Scope};
use domain::rule::Rules;
use domain::unit::{Tier, UnitKind};
use domain::workday::Calendar;
use jiff::civil::date;
use std::sync::Arc;
use std::time::Instant;
use store::request::{Applicant, Submission};
use store::seal::SealKey;
use store::unit::{NewRegion, NewUnit};
use store::{Settings, Store};

const UNITS: usize = 100;
const CASES: usize = 10;
const RUNS: usize = 9;

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings {
        database: format!("sqlite:{}/record.db", folder.path().display()),
        attachments: folder.path().join("attachments"),
        rules: Rules::builtin().unwrap(),
        key: SealKey::at(&folder.path().join("personal.key")).unwrap(),
    };
    let clock = Arc::new(FixedClock::new("2020-08-03T01:00:00Z".parse().unwrap()));
    let store = Store::open(settings, clock).await.unwrap();
    store.migrate().await.unwrap();
    let region =
        NewRegion { code: "150626".into(), name: "示例旗".into(), tier: Tier::County, parent: None };
    let region = store::unit::create_region(&store, &Actor::System, region).await.unwrap();
    for number in 0..UNITS {
        let name = format!("示例旗第{number}局");
        let new = NewUnit { region, name, kind: UnitKind::Department, aliases: Vec::new() };
        let unit = store::unit::create_unit(&store, &Actor::System, new).await.unwrap();
        for case in 0..CASES {
            let asked = submission(unit, case);
            store::request::submit(&store, &Actor::System, &Calendar::builtin(), asked).await.unwrap();
        }
    }
    let mut times = Vec::new();
    for _ in 0..RUNS {
        let start = Instant::now();
        let built = store::annual_report::build(&store, Scope::Region(region), 2020).await.unwrap();
        times.push(start.elapsed());
        assert_eq!(built.units.len(), UNITS);
        assert!(built.found.is_empty());
    }
    times.sort_unstable();
    let milliseconds = |place: usize| times[place].as_millis();
    println!(
        "annual report of {UNITS} units, {} cases\t{} ms\t{}–{} ms",
        UNITS * CASES,
        milliseconds(RUNS / 2),
        milliseconds(0),
        milliseconds(RUNS - 1)
    );
}

fn submission(unit: i64, case: usize) -> Submission {
    Submission {
        unit,
        applicant: Applicant {
            kind: ApplicantKind::ALL[case % ApplicantKind::ALL.len()],
            name: "示例申请人".into(),
            identity: Identity::ResidentCard,
            identity_number: "11010519491231002X".into(),
            phone: "13800000000".into(),
            address: "示例旗示例镇".into(),
            email: String::new(),
        },
        wanted: format!("第{case}份示例信息"),
        way: Way::InPerson,
        arrived: date(2020, 8, 3),
        providing: Providing::Electronic,
        obtaining: Obtaining::Network,
        files: Vec::new(),
        form: None,
    }
}
