//! Review routes (审查流程): which reviews the disclosures of a unit and kind go through, who does each, and who can act
//! now, with people away and others acting for them. The steps themselves are `disclosure::state`'s matter.

use crate::disclosure::Kind;
use crate::disclosure::state::Review;
use crate::role::{Act, Hand, Person, Place, Scope};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Who does a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// Everybody who may.
    Anyone,
    /// Those of them whose grants end at the unit (本单位审查人).
    Unit,
    /// Those of them whose grants cover the unit's region (政务公开办).
    Office,
    /// Those of them named here.
    Named(BTreeSet<i64>),
}

impl By {
    /// Whether it leaves the review to no other people than `wider` does.
    fn is_within(&self, wider: &Self) -> bool {
        match (self, wider) {
            (_, Self::Anyone) => true,
            (Self::Named(few), Self::Named(many)) => few.is_subset(many),
            _ => self == wider,
        }
    }

    fn admits(&self, hand: &Hand<'_>, act: Act, place: &Place) -> bool {
        match self {
            Self::Anyone => hand.may(act, place),
            Self::Unit => hand.may(act, &Place { unit: place.unit, regions: Vec::new() }),
            Self::Office => hand.may(act, &Place { unit: None, regions: place.regions.clone() }),
            Self::Named(users) => users.contains(&hand.user) && hand.may(act, place),
        }
    }
}

/// One review of a route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// Which.
    pub review: Review,
    /// Who does it.
    pub by: By,
}

/// What an office or a unit has set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// Whose disclosures: a unit's, or those of a region with all below it.
    pub scope: Scope,
    /// Of this kind only; `None` for every kind.
    pub kind: Option<Kind>,
    /// The reviews, in their order.
    pub stages: Vec<Stage>,
    /// What it rests on where it asks less than is usual; empty elsewhere.
    pub basis: String,
}

/// What is reviewed where nothing else was set: secrecy and issue always, legality for policy files, by whoever may.
pub fn usual(kind: Kind) -> Vec<Stage> {
    let reviews = match kind {
        Kind::Policy => &[Review::Secrecy, Review::Legality, Review::Issue][..],
        _ => &[Review::Secrecy, Review::Issue],
    };
    reviews.iter().map(|review| Stage { review: *review, by: By::Anyone }).collect()
}

/// The most specific route for a place and a kind: the unit's own before its regions', the nearest region first, at each
/// of them the kind's own before that for every kind. `None` where the usual holds.
pub fn in_force<'a>(routes: &'a [Route], place: &Place, kind: Kind) -> Option<&'a Route> {
    let regions = place.regions.iter().map(|region| Scope::Region(*region));
    let scopes = place.unit.map(Scope::Unit).into_iter().chain(regions);
    let mut wanted = scopes.flat_map(|scope| [(scope, Some(kind)), (scope, None)]);
    wanted.find_map(|(scope, kind)| routes.iter().find(|route| route.scope == scope && route.kind == kind))
}

/// What a disclosure of that kind goes through there.
pub fn route(routes: &[Route], place: &Place, kind: Kind) -> Vec<Stage> {
    in_force(routes, place, kind).map_or_else(|| usual(kind), |route| route.stages.clone())
}

/// The reviews of some stages.
pub fn reviews(stages: &[Stage]) -> Vec<Review> {
    stages.iter().map(|stage| stage.review).collect()
}

/// Why a route was not set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// No secrecy review.
    #[error(
        "保密审查不能取消（政府信息公开条例第十七条：先审查、后公开）。审查流程没有保存，请保留保密审查。"
    )]
    Secrecy,
    /// A review twice, or out of order.
    #[error("审查流程中各项审查应各列一次，依次为保密审查、法制审核、领导审签、签发。请重新选择。")]
    Order,
    /// Named persons without a name.
    #[error("“{0}”选了指定人员，但没有选人。请选定人员，或改选其他办理人。")]
    Nobody(&'static str),
    /// A unit asks less of itself than what was set for it.
    #[error(
        "新的流程在“{review}”上比现行流程宽（适用于{kind}）。本单位只能加严；确需放宽的，请政务公开办设置并写明依据。"
    )]
    OnlyTighter {
        /// Where.
        review: &'static str,
        /// For which kind.
        kind: &'static str,
    },
    /// Looser, and no basis.
    #[error("新的流程在“{review}”上比通常的要求宽（适用于{kind}），须写明放宽的依据，例如文件名称和文号。")]
    NoBasis {
        /// Where.
        review: &'static str,
        /// For which kind.
        kind: &'static str,
    },
}

/// Whether a route may be set among the others. Tightening is free; whoever may loosen writes down what it rests on; the
/// secrecy review stays in any case. `place` is what the route is for.
///
/// # Errors
/// [`Refused`], a sentence for the person who tried.
pub fn check(routes: &[Route], new: &Route, place: &Place, may_loosen: bool) -> Result<(), Refused> {
    let set = reviews(&new.stages);
    if !set.contains(&Review::Secrecy) {
        return Err(Refused::Secrecy);
    }
    if !set.is_sorted_by(|one, next| one < next) {
        return Err(Refused::Order);
    }
    if let Some(stage) = new.stages.iter().find(|stage| stage.by == By::Named(BTreeSet::new())) {
        return Err(Refused::Nobody(stage.review.label()));
    }
    let replaced = |route: &&Route| route.scope == new.scope && route.kind == new.kind;
    let others: Vec<Route> = routes.iter().filter(|route| !replaced(route)).cloned().collect();
    let mut next = others.clone();
    next.push(new.clone());
    // The office may take back what it set itself; a unit keeps to what is set for it now.
    let before = if may_loosen { &others } else { routes };
    for kind in Kind::ALL.iter().copied().filter(|kind| new.kind.is_none_or(|only| only == *kind)) {
        if in_force(&next, place, kind) != Some(new) {
            continue;
        }
        for floor in [usual(kind), route(before, place, kind)] {
            let Some(review) = loosened(&floor, &new.stages) else { continue };
            let (review, kind) = (review.label(), kind.label());
            if !may_loosen {
                return Err(Refused::OnlyTighter { review, kind });
            }
            if new.basis.trim().is_empty() {
                return Err(Refused::NoBasis { review, kind });
            }
        }
    }
    Ok(())
}

/// The first review that is missing, or left to others than before.
fn loosened(floor: &[Stage], new: &[Stage]) -> Option<Review> {
    let kept = |old: &Stage| new.iter().any(|new| new.review == old.review && new.by.is_within(&old.by));
    floor.iter().find(|old| !kept(old)).map(|old| old.review)
}

/// A person as far as reviews go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Who, with what is handed to them today.
    pub person: Person,
    /// The last day they are away, when they are away today.
    pub away_until: Option<Date>,
}

/// In what right a person can do a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right<'a> {
    /// The own.
    Own,
    /// That of the person of this name, who handed it on.
    For(&'a str),
    /// The office's, because nobody whose matter it is, is there.
    StandIn,
}

impl Right<'_> {
    /// The name under which it is recorded.
    pub fn signature(self, name: &str) -> String {
        match self {
            Self::Own => name.to_owned(),
            Self::For(principal) => format!("{name}（受{principal}委托）"),
            Self::StandIn => format!("{name}（审查人不在岗，代办）"),
        }
    }
}

/// Somebody who can do a review now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Acting<'a> {
    /// Who.
    pub candidate: &'a Candidate,
    /// In what right.
    pub right: Right<'a>,
    /// As the office in charge, not as one of the unit's own reviewers.
    pub office: bool,
}

/// The right in which a person can do a stage of what `author` handed in. Who wrote it does not review it, neither
/// with the own hand nor through another's.
pub fn right<'a>(
    person: &'a Person,
    stage: &Stage,
    place: &Place,
    author: Option<i64>,
) -> Option<(Right<'a>, bool)> {
    let act = stage.review.act();
    let able = |hand: &Hand<'_>| Some(hand.user) != author && stage.by.admits(hand, act, place);
    let hand = person.hands().find(able).filter(|_| Some(person.user) != author)?;
    Some((hand.principal.map_or(Right::Own, Right::For), !hand.may_from_below(act, place)))
}

/// Who can do a stage now. Where all of them are away, the office in charge steps in, so that nothing waits for one
/// absent person.
pub fn acting<'a>(
    people: &'a [Candidate],
    stage: &Stage,
    place: &Place,
    author: Option<i64>,
) -> Vec<Acting<'a>> {
    let able = people.iter().filter_map(|candidate| {
        let (right, office) = right(&candidate.person, stage, place, author)?;
        Some(Acting { candidate, right, office })
    });
    let mut acting: Vec<Acting<'_>> = able.collect();
    if acting.iter().any(|one| one.candidate.away_until.is_none()) {
        return acting;
    }
    let office = Stage { review: Review::Issue, by: By::Office };
    for candidate in people.iter().filter(|candidate| candidate.away_until.is_none()) {
        if matches!(right(&candidate.person, &office, place, author), Some((Right::Own, _))) {
            acting.push(Acting { candidate, right: Right::StandIn, office: true });
        }
    }
    acting
}

/// The right in which a person can send back what waits at `stage`, or has passed every review: that of whoever does the
/// stage, or else of whoever may review there.
pub fn right_to_return<'a>(
    people: &'a [Candidate],
    user: i64,
    stage: Option<&Stage>,
    place: &Place,
) -> Option<Right<'a>> {
    let any = Stage { review: Review::Secrecy, by: By::Anyone };
    let of = |stage: &Stage| {
        let acting = acting(people, stage, place, None);
        acting.into_iter().find(|one| one.candidate.person.user == user).map(|one| one.right)
    };
    stage.and_then(of).or_else(|| of(&any))
}

/// Whom a new review is told to: of those who are there, the unit's own reviewers, else the office; nobody there, all.
pub fn to_tell(acting: &[Acting<'_>]) -> BTreeSet<i64> {
    let there = |one: &&Acting<'_>| one.candidate.away_until.is_none();
    let own = |one: &&Acting<'_>| there(one) && !one.office;
    let users = |found: Vec<&Acting<'_>>| -> BTreeSet<i64> {
        found.into_iter().map(|one| one.candidate.person.user).collect()
    };
    let choices = [
        users(acting.iter().filter(own).collect()),
        users(acting.iter().filter(there).collect()),
        users(acting.iter().collect()),
    ];
    choices.into_iter().find(|users| !users.is_empty()).unwrap_or_default()
}
