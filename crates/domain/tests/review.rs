//! Review routes: the most specific wins, tightening is free, loosening asks for a basis, the secrecy review stays; who can
//! act with people away and others acting for them.

use domain::disclosure::Kind;
use domain::disclosure::state::Review;
use domain::review::{
    By, Candidate, Refused, Route, Stage, acting, check, in_force, reviews, route, to_tell, usual,
};
use domain::role::{Delegated, Grant, Person, Place, Role, Scope};
use jiff::civil::date;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Unit 7 of a township (region 2) in the county (region 1).
fn place() -> Place {
    Place { unit: Some(7), regions: vec![2, 1] }
}

fn stages(list: &[(Review, By)]) -> Vec<Stage> {
    list.iter().map(|(review, by)| Stage { review: *review, by: by.clone() }).collect()
}

fn set(scope: Scope, kind: Option<Kind>, list: &[Review], basis: &str) -> Route {
    let list: Vec<_> = list.iter().map(|review| (*review, By::Anyone)).collect();
    Route { scope, kind, stages: stages(&list), basis: basis.into() }
}

const TWO: &[Review] = &[Review::Secrecy, Review::Issue];
const THREE: &[Review] = &[Review::Secrecy, Review::Legality, Review::Issue];

#[test]
fn the_most_specific_route_wins() {
    let kind = Some(Kind::Policy);
    let order = [
        (Scope::Unit(7), kind),
        (Scope::Unit(7), None),
        (Scope::Region(2), kind),
        (Scope::Region(2), None),
        (Scope::Region(1), kind),
        (Scope::Region(1), None),
    ];
    let mut routes: Vec<Route> =
        order.iter().rev().map(|(scope, kind)| set(*scope, *kind, &Review::ALL, "")).collect();
    routes.push(set(Scope::Unit(8), None, TWO, ""));
    routes.push(set(Scope::Region(3), kind, TWO, ""));
    for wanted in order {
        let found = in_force(&routes, &place(), Kind::Policy).unwrap();
        assert_eq!((found.scope, found.kind), wanted);
        routes.retain(|route| (route.scope, route.kind) != wanted);
    }
    assert_eq!(in_force(&routes, &place(), Kind::Policy), None);
    assert_eq!(reviews(&route(&routes, &place(), Kind::Policy)), THREE);
    assert_eq!(reviews(&route(&routes, &place(), Kind::Notice)), TWO);
}

#[test]
fn tightening_is_free_and_loosening_asks_for_a_basis() {
    use Kind::{Notice, Policy};
    let unit = Scope::Unit(7);
    let all = &Review::ALL[..];
    let above = [set(Scope::Region(1), Some(Notice), THREE, "")];
    let no_basis =
        |review: Review, kind: Kind| Err(Refused::NoBasis { review: review.label(), kind: kind.label() });
    let only_tighter =
        |review: Review, kind: Kind| Err(Refused::OnlyTighter { review: review.label(), kind: kind.label() });
    for (list, kind, basis, office, own) in [
        (all, None, "", Ok(()), Ok(())),
        (THREE, Some(Policy), "", Ok(()), Ok(())),
        (TWO, Some(Policy), "", no_basis(Review::Legality, Policy), only_tighter(Review::Legality, Policy)),
        (TWO, Some(Policy), "乌政办发〔2020〕1号", Ok(()), only_tighter(Review::Legality, Policy)),
        (TWO, Some(Notice), " ", no_basis(Review::Legality, Notice), only_tighter(Review::Legality, Notice)),
        (&[Review::Secrecy], Some(Kind::List), "某文件", Ok(()), only_tighter(Review::Issue, Kind::List)),
        (&[Review::Issue], Some(Kind::List), "某文件", Err(Refused::Secrecy), Err(Refused::Secrecy)),
        (&[Review::Issue, Review::Secrecy], None, "某文件", Err(Refused::Order), Err(Refused::Order)),
    ] {
        let new = set(unit, kind, list, basis);
        assert_eq!(check(&above, &new, &place(), true), office, "the office: {new:?}");
        assert_eq!(check(&above, &new, &place(), false), own, "the unit: {new:?}");
    }
}

#[test]
fn leaving_a_review_to_others_is_loosening_too() {
    let by = |by| Route {
        scope: Scope::Unit(7),
        kind: Some(Kind::Notice),
        stages: stages(&[(Review::Secrecy, By::Anyone), (Review::Issue, by)]),
        basis: String::new(),
    };
    let named = |users: &[i64]| By::Named(users.iter().copied().collect());
    for (old, new, allowed) in [
        (By::Anyone, By::Unit, true),
        (By::Office, By::Unit, false),
        (By::Office, By::Anyone, false),
        (named(&[1, 2]), named(&[2]), true),
        (named(&[1]), named(&[1, 2]), false),
        (By::Unit, By::Unit, true),
    ] {
        let set = check(&[by(old.clone())], &by(new.clone()), &place(), false);
        assert_eq!(set.is_ok(), allowed, "{old:?} to {new:?}: {set:?}");
    }
    assert_eq!(check(&[], &by(named(&[])), &place(), true), Err(Refused::Nobody("签发")));
    assert_eq!(check(&[by(By::Office)], &by(By::Unit), &place(), true), Ok(()), "the office's own to change");
}

fn candidate(user: i64, role: Role, scope: Scope) -> Candidate {
    let grants = BTreeSet::from([Grant { role, scope }]);
    let person = Person { user, name: format!("示例{user}"), unit: 7, grants, delegated: Vec::new() };
    Candidate { person, away_until: None }
}

fn hand_on(from: &Candidate, to: &mut Candidate) {
    let Person { user, name, grants, .. } = from.person.clone();
    to.person.delegated.push(Delegated { user, name, grants });
}

/// Users and the names they sign with.
fn signed(people: &[Candidate], stage: &Stage, author: Option<i64>) -> Vec<String> {
    let found = acting(people, stage, &place(), author);
    found.into_iter().map(|one| one.right.signature(&one.candidate.person.name)).collect()
}

#[test]
fn a_review_is_done_by_those_the_route_leaves_it_to_and_whom_they_asked() {
    let office = candidate(1, Role::Coordinator, Scope::Region(1));
    let reviewer = candidate(2, Role::Reviewer, Scope::Unit(7));
    let mut clerk = candidate(3, Role::Clerk, Scope::Unit(7));
    hand_on(&reviewer, &mut clerk);
    let leader = candidate(4, Role::Leader, Scope::Region(2));
    let other = candidate(5, Role::Reviewer, Scope::Unit(8));
    let people = [office, reviewer, clerk, leader, other];
    let by = |review, by| Stage { review, by };
    for (stage, author, wanted) in [
        (by(Review::Issue, By::Anyone), None, &["示例1", "示例2", "示例3（受示例2委托）"][..]),
        (by(Review::Issue, By::Unit), None, &["示例2", "示例3（受示例2委托）"]),
        (by(Review::Issue, By::Office), None, &["示例1"]),
        (by(Review::Issue, By::Named([2].into())), None, &["示例2", "示例3（受示例2委托）"]),
        (by(Review::Issue, By::Named([3].into())), None, &["示例1（审查人不在岗，代办）"]),
        (by(Review::Leader, By::Anyone), None, &["示例4"]),
        (by(Review::Issue, By::Anyone), Some(3), &["示例1", "示例2"]),
        (by(Review::Issue, By::Anyone), Some(2), &["示例1"]),
    ] {
        assert_eq!(signed(&people, &stage, author), wanted, "{stage:?} {author:?}");
    }
}

#[test]
fn nothing_waits_for_somebody_who_is_away() {
    let mut office = candidate(1, Role::Coordinator, Scope::Region(1));
    let mut reviewer = candidate(2, Role::Reviewer, Scope::Unit(7));
    let mut second = candidate(3, Role::Reviewer, Scope::Unit(7));
    let stage = Stage { review: Review::Secrecy, by: By::Named([2].into()) };
    let told = |people: &[Candidate]| to_tell(&acting(people, &stage, &place(), None));
    assert_eq!(told(&[office.clone(), reviewer.clone(), second.clone()]), BTreeSet::from([2]));
    reviewer.away_until = Some(date(2020, 9, 30));
    assert_eq!(told(&[office.clone(), reviewer.clone(), second.clone()]), BTreeSet::from([1]));
    hand_on(&reviewer, &mut second);
    let people = [office.clone(), reviewer.clone(), second.clone()];
    assert_eq!(told(&people), BTreeSet::from([3]), "the delegate");
    assert_eq!(signed(&people, &stage, None), ["示例2", "示例3（受示例2委托）"]);
    second.away_until = reviewer.away_until;
    office.away_until = reviewer.away_until;
    assert_eq!(told(&[office, reviewer, second]), BTreeSet::from([2, 3]), "nobody there: it is not lost");
}

fn any_route() -> impl Strategy<Value = Route> {
    let scope = prop_oneof![(6_i64..9).prop_map(Scope::Unit), (1_i64..4).prop_map(Scope::Region),];
    let kind = prop_oneof![Just(None), Just(Some(Kind::Policy)), Just(Some(Kind::Notice))];
    let by = prop_oneof![
        6 => Just(By::Anyone),
        1 => Just(By::Unit),
        1 => Just(By::Office),
        1 => prop::collection::btree_set(1_i64..4, 0..3).prop_map(By::Named),
    ];
    let basis = prop_oneof![Just(String::new()), Just("某文件".to_owned())];
    let list = prop::collection::vec(prop::option::weighted(0.85, by), 4);
    (scope, kind, list, basis).prop_map(|(scope, kind, list, basis)| {
        let pairs = Review::ALL.into_iter().zip(list);
        let stages = pairs.filter_map(|(review, by)| Some(Stage { review, by: by? })).collect();
        Route { scope, kind, stages, basis }
    })
}

/// Routes as a record holds them: one for a scope and a kind.
fn any_routes() -> impl Strategy<Value = Vec<Route>> {
    prop::collection::vec(any_route(), 0..12).prop_map(|mut routes| {
        routes.sort_by_key(|route| (route.scope, route.kind));
        routes.dedup_by_key(|route| (route.scope, route.kind));
        routes
    })
}

fn after(routes: &[Route], new: &Route) -> Vec<Route> {
    let mut routes = routes.to_vec();
    routes.retain(|route| (route.scope, route.kind) != (new.scope, new.kind));
    routes.push(new.clone());
    routes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_matching_route_is_more_specific_than_the_one_in_force(routes in any_routes()) {
        let rank = |route: &Route| {
            let near = match route.scope {
                Scope::Unit(7) => 0,
                Scope::Region(2) => 1,
                Scope::Region(1) => 2,
                _ => return None,
            };
            let general = match route.kind {
                Some(Kind::Policy) => 0,
                None => 1,
                Some(_) => return None,
            };
            Some((near, general))
        };
        let best = routes.iter().filter_map(rank).min();
        prop_assert_eq!(in_force(&routes, &place(), Kind::Policy).and_then(rank), best);
    }

    #[test]
    fn a_unit_never_asks_less_of_itself(routes in any_routes(), new in any_route()) {
        let new = Route { scope: Scope::Unit(7), ..new };
        if check(&routes, &new, &place(), false).is_err() {
            return Ok(());
        }
        for kind in [Kind::Policy, Kind::Notice, Kind::List] {
            let before = reviews(&route(&routes, &place(), kind));
            let now = reviews(&route(&after(&routes, &new), &place(), kind));
            prop_assert!(before.iter().all(|review| now.contains(review)), "{:?} {:?}", before, now);
        }
    }

    #[test]
    fn the_legal_minimum_stays(routes in any_routes(), new in any_route(), may_loosen: bool) {
        let new = Route { scope: Scope::Unit(7), ..new };
        if check(&routes, &new, &place(), may_loosen).is_err() {
            return Ok(());
        }
        prop_assert!(reviews(&new.stages).contains(&Review::Secrecy));
        for kind in [Kind::Policy, Kind::Notice, Kind::List] {
            let now = after(&routes, &new);
            if new.basis.is_empty() && in_force(&now, &place(), kind) == Some(&new) {
                let now = reviews(&new.stages);
                prop_assert!(usual(kind).iter().all(|stage| now.contains(&stage.review)), "{:?}", now);
            }
        }
    }
}
