//! Requests like one another: those a person should compare a case with, and topics asked for so often that the
//! information should be public to all (政府信息公开条例 art. 44).

use super::{WANTED, number};
use crate::entity::request::{Column, Entity, Model};
use crate::{Error, Result, Store};
use domain::limits::REQUESTS_COMPARED_MAX;
use domain::request::{Outcome, State, groups, similar as like};
use domain::unit::UnitId;
use jiff::civil::Date;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::BTreeSet;

/// A case like another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Like {
    /// Which.
    pub id: i64,
    /// Its receipt number.
    pub number: String,
    /// The agency asked.
    pub unit: UnitId,
    /// How much, in percent.
    pub percent: u32,
    /// Where it stands.
    pub state: State,
    /// Whether the same applicant asks.
    pub same_applicant: bool,
}

/// Something asked for again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// What was asked for, in the words of the latest request.
    pub wanted: String,
    /// The cases, the latest first: identity, receipt number, how it ended.
    pub cases: Vec<(i64, String, Option<Outcome>)>,
    /// By how many applicants.
    pub applicants: usize,
}

/// The open and recent cases that are like this one.
///
/// # Errors
/// No such case; the database's.
pub async fn similar(store: &Store, id: i64, units: &BTreeSet<UnitId>) -> Result<Vec<Like>> {
    let own = Entity::find_by_id(id).one(store.reader()).await?.ok_or(Error::NotFound("这件申请"))?;
    let recent = Entity::find()
        .filter(Column::Id.ne(id))
        .filter(Column::UnitId.is_in(units.iter().copied()))
        .order_by_desc(Column::Id)
        .limit(REQUESTS_COMPARED_MAX)
        .all(store.reader())
        .await?;
    let key = store.key().clone();
    let rules = store.rules().clone();
    let compared = tokio::task::spawn_blocking(move || {
        let wanted = key.open(WANTED, &own.wanted)?;
        let texts: Vec<(usize, String)> = recent
            .iter()
            .enumerate()
            .map(|(index, row)| Ok((index, key.open(WANTED, &row.wanted)?)))
            .collect::<Result<_>>()?;
        let found = like(&wanted, texts, &rules);
        let view = |found: domain::request::Similar<usize>| {
            let row = recent.get(found.id)?;
            Some(Like {
                id: row.id,
                number: number(row.year, row.serial),
                unit: row.unit_id,
                percent: found.percent,
                state: State::from_word(&row.state)?,
                same_applicant: row.identity_tag == own.identity_tag,
            })
        };
        Ok(found.into_iter().filter_map(view).collect())
    });
    compared.await.map_err(|error| Error::Input(std::io::Error::other(error)))?
}

fn named(row: &Model) -> (i64, String, Option<Outcome>) {
    (row.id, number(row.year, row.serial), row.outcome.as_deref().and_then(Outcome::from_word))
}

/// What was asked for so often by cases of these units that came since a day that it should be public to all
/// (`request_topic_least` in `data/rules.toml`), the most often first.
///
/// # Errors
/// The database's.
pub async fn topics(store: &Store, units: &BTreeSet<UnitId>, since: Date) -> Result<Vec<Topic>> {
    let rows = Entity::find()
        .filter(Column::UnitId.is_in(units.iter().copied()))
        .filter(Column::ArrivedOn.gte(since.to_string()))
        .order_by_desc(Column::Id)
        .limit(REQUESTS_COMPARED_MAX)
        .all(store.reader())
        .await?;
    let key = store.key().clone();
    let rules = store.rules().clone();
    let least = usize::try_from(rules.request_topic_least.value).unwrap_or(usize::MAX);
    let grouped = tokio::task::spawn_blocking(move || {
        let texts: Vec<String> =
            rows.iter().map(|row| key.open(WANTED, &row.wanted)).collect::<Result<_>>()?;
        let mut topics: Vec<Topic> = groups(&texts, &rules)
            .into_iter()
            .filter(|group| group.len() >= least)
            .map(|group| {
                let members: Vec<_> = group.iter().filter_map(|index| rows.get(*index)).collect();
                let applicants: BTreeSet<&str> =
                    members.iter().map(|row| row.identity_tag.as_str()).collect();
                Topic {
                    wanted: group.first().and_then(|first| texts.get(*first)).cloned().unwrap_or_default(),
                    cases: members.iter().map(|row| named(row)).collect(),
                    applicants: applicants.len(),
                }
            })
            .collect();
        topics.sort_by_key(|topic| std::cmp::Reverse(topic.cases.len()));
        Ok(topics)
    });
    grouped.await.map_err(|error| Error::Input(std::io::Error::other(error)))?
}
