//! The office's own words (词表): added to those that ship with the program, or taken out of them.

use crate::entity::wording::{ActiveModel, Column, Entity, Model};
use crate::instant::{instant, word};
use crate::text::printable;
use crate::{Error, Result, Store};
use domain::journal::Action;
use domain::role::Actor;
use domain::scan::{Entry, Rule, WordLists};
use jiff::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, EntityTrait, QueryOrder};
use serde::Serialize;

/// A word an office added or took out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Wording {
    /// What it is found as.
    pub rule: Rule,
    /// The word, what should stand, why.
    pub entry: Entry,
    /// Whether it is no longer found.
    pub removed: bool,
    /// Who.
    pub user_name: String,
    /// When.
    pub at: Timestamp,
}

fn view(row: Model) -> Result<Wording> {
    let rule = Rule::ALL.iter().copied().find(|rule| rule.word() == row.rule);
    let except = if row.right.contains(&row.word) { vec![row.right.clone()] } else { Vec::new() };
    Ok(Wording {
        rule: word(rule, &row.rule)?,
        entry: Entry { word: row.word, right: row.right, reason: row.reason, except },
        removed: row.removed,
        user_name: row.user_name,
        at: instant(row.at)?,
    })
}

/// Every word an office added or took out, by word.
///
/// # Errors
/// The database's.
pub async fn list(store: &Store) -> Result<Vec<Wording>> {
    let rows = Entity::find().order_by_asc(Column::Word).all(store.reader()).await?;
    rows.into_iter().map(view).collect()
}

/// The lists in force: what ships, with the office's changes.
pub fn lists(own: &[Wording]) -> WordLists {
    let mut lists = WordLists::usual();
    for wording in own {
        if wording.removed {
            lists.remove(&wording.entry.word);
        } else {
            // Checked when it was added.
            let _ = lists.push(wording.rule, wording.entry.clone());
        }
    }
    lists
}

/// Adds a word, or takes one out.
///
/// # Errors
/// A word that would be found everywhere, or that is its own correction.
pub async fn put(store: &Store, actor: &Actor, rule: Rule, entry: Entry, removed: bool) -> Result<()> {
    let clean = |text: &str| printable(text.trim());
    let right = clean(&entry.right);
    let entry = Entry {
        word: clean(&entry.word),
        except: if right.contains(entry.word.trim()) { vec![right.clone()] } else { Vec::new() },
        right,
        reason: clean(&entry.reason),
    };
    if entry.word.chars().count() > 40
        || entry.right.chars().count() > 40
        || entry.reason.chars().count() > 200
    {
        return Err(Error::refused("词语过长。词语和正确写法各不超过40字，说明不超过200字。"));
    }
    if !removed {
        WordLists::default().push(rule, entry.clone()).map_err(Error::refused)?;
    }
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let known = Entity::find_by_id(entry.word.clone()).one(&transaction.db).await?;
                let row = ActiveModel {
                    word: Set(entry.word.clone()),
                    rule: Set(rule.word().to_owned()),
                    right: Set(entry.right.clone()),
                    reason: Set(entry.reason.clone()),
                    removed: Set(removed),
                    user_name: Set(transaction.user_name.clone()),
                    at: Set(transaction.now),
                };
                let before = known.map(view).transpose()?;
                if before.is_some() {
                    row.update(&transaction.db).await?;
                } else {
                    Entity::insert(row).exec_without_returning(&transaction.db).await?;
                }
                let after = (rule, &entry, removed);
                transaction.record(Action::WordingChanged, "wording", 0, before.as_ref(), Some(&after))
            })
        })
        .await
}
