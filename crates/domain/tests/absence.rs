//! Being away and handing reviews on: for some days, to somebody suitable, and not on and on.

use domain::absence::{Absence, Refused, check};
use domain::role::{Delegated, Grant, Person, Role, Scope};
use domain::unit::{Directory, Region, Tier, Unit, UnitKind};
use jiff::civil::{Date, date};
use std::collections::BTreeSet;

const TODAY: Date = date(2020, 9, 21);

/// The county (region 1) with unit 1; a township below it (region 2) with units 2 and 3.
fn directory() -> Directory {
    let region =
        |id, tier, parent| Region { id, code: id.to_string(), name: format!("示例{id}"), tier, parent };
    let unit =
        |id, region, kind| Unit { id, region, name: format!("示例单位{id}"), kind, aliases: Vec::new() };
    Directory::new(
        vec![region(1, Tier::County, None), region(2, Tier::Township, Some(1))],
        vec![
            unit(1, 1, UnitKind::Department),
            unit(2, 2, UnitKind::Township),
            unit(3, 2, UnitKind::Department),
        ],
        Vec::new(),
    )
}

fn person(user: i64, unit: i64, role: Role) -> Person {
    let grants = BTreeSet::from([Grant { role, scope: Scope::Unit(unit) }]);
    Person { user, name: format!("示例{user}"), unit, grants, delegated: Vec::new() }
}

fn days(from: Date, until: Date) -> Absence {
    Absence { from, until, reason: "外出学习".into(), away: true, delegate: None }
}

#[test]
fn each_mistake_is_told() {
    let (reviewer, clerk) = (person(1, 2, Role::Reviewer), person(2, 2, Role::Clerk));
    let later = date(2020, 9, 30);
    let noted = [days(date(2020, 10, 9), date(2020, 10, 10))];
    let handed = |delegate| Absence { delegate: Some(delegate), ..days(TODAY, later) };
    for (new, by, delegate, wanted) in [
        (days(TODAY, later), &clerk, None, Ok(())),
        (days(TODAY, TODAY), &reviewer, None, Ok(())),
        (days(later, TODAY), &reviewer, None, Err(Refused::Days)),
        (days(date(2020, 9, 20), later), &reviewer, None, Err(Refused::Days)),
        (Absence { reason: " ".into(), ..days(TODAY, later) }, &reviewer, None, Err(Refused::NoReason)),
        (Absence { away: false, ..days(TODAY, later) }, &reviewer, None, Err(Refused::Nothing)),
        (days(later, date(2020, 10, 9)), &reviewer, None, Err(Refused::Overlap)),
        (days(later, date(2020, 10, 8)), &reviewer, None, Ok(())),
        (Absence { away: false, ..handed(2) }, &reviewer, Some(person(2, 2, Role::Clerk)), Ok(())),
        (handed(2), &clerk, Some(person(3, 2, Role::Clerk)), Err(Refused::NothingToHandOn)),
        (handed(9), &reviewer, None, Err(Refused::NotSuitable)),
        (handed(1), &reviewer, Some(reviewer.clone()), Err(Refused::NotSuitable)),
        (handed(4), &reviewer, Some(person(4, 1, Role::Leader)), Ok(())),
        (handed(4), &reviewer, Some(person(4, 3, Role::Clerk)), Err(Refused::NotSuitable)),
        (handed(5), &reviewer, Some(person(5, 1, Role::Auditor)), Err(Refused::NotSuitable)),
    ] {
        let found = check(&new, &noted, TODAY, &directory(), by, delegate.as_ref());
        assert_eq!(found, wanted, "{new:?}");
    }
}

#[test]
fn what_was_handed_to_a_person_cannot_be_handed_on() {
    let mut clerk = person(2, 2, Role::Clerk);
    let Person { user, name, grants, .. } = person(1, 2, Role::Reviewer);
    clerk.delegated.push(Delegated { user, name, grants });
    let on = Absence { delegate: Some(3), ..days(TODAY, TODAY) };
    let to = person(3, 2, Role::Clerk);
    let found = check(&on, &[], TODAY, &directory(), &clerk, Some(&to));
    assert_eq!(found, Err(Refused::NothingToHandOn));
}

#[test]
fn it_ends_by_itself() {
    let absence = days(TODAY, date(2020, 9, 22));
    let covered = [20, 21, 22, 23].map(|day| absence.covers(date(2020, 9, day)));
    assert_eq!(covered, [false, true, true, false]);
}
