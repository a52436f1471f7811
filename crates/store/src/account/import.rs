//! A ledger taken over as it stands: what was on paper before, so each row holds at once. Rows that are on record stay
//! as they are on record.

use super::step::{cleaned, insert, known};
use super::{Recorded, rows};
use crate::entity::account_event;
use crate::instant::instant;
use crate::text::printable;
use crate::{Error, Result, Store};
use domain::account::{Account, Act, Decision, State};
use domain::clock::civil_date;
use domain::journal::Action;
use domain::limits::ACCOUNTS_MAX;
use domain::role::Actor;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::EntityTrait;

/// What became of a ledger's rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Imported {
    /// Registered.
    pub taken: usize,
    /// Left as they are on record, or doubled in the file.
    pub known: usize,
}

/// Takes over a ledger's rows; `file` is the file's name. The yearly audits run from today.
///
/// # Errors
/// Texts that are too long; more accounts than a ledger has.
pub async fn import(
    store: &Store,
    actor: &Actor,
    file: &str,
    accounts: Vec<(Account, State)>,
) -> Result<Imported> {
    let reason = format!("随清单“{}”导入", printable(file));
    let clean = |(account, state)| Ok((cleaned(account)?, state));
    let accounts = accounts.into_iter().map(clean).collect::<Result<Vec<_>>>()?;
    let rules = store.rules().clone();
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let rows = rows(&transaction.db, &rules).await?;
                if (rows.len() + accounts.len()) as u64 > ACCOUNTS_MAX {
                    return Err(Error::refused(format!("账号清单最多{ACCOUNTS_MAX}条，请检查文件。")));
                }
                let mut known = known(&rows, None);
                let today = civil_date(instant(transaction.now)?);
                let mut imported = Imported::default();
                let mut events = Vec::new();
                for (account, state) in accounts {
                    if known.find(&account).is_some() {
                        imported.known += 1;
                        continue;
                    }
                    let id = insert(transaction, &account, state, Some(today)).await?;
                    known.add(id, &account);
                    imported.taken += 1;
                    let content = serde_json::to_string(&account)?;
                    events.push(account_event::ActiveModel {
                        id: NotSet,
                        account_id: Set(id),
                        act: Set(Act::Open.word().to_owned()),
                        reason: Set(reason.clone()),
                        before: Set(content.clone()),
                        after: Set(content),
                        proposed_by: Set(transaction.user),
                        proposed_by_name: Set(transaction.user_name.clone()),
                        proposed_at: Set(transaction.now),
                        decision: Set(Decision::Approved.word().to_owned()),
                        decided_by_name: Set(String::new()),
                        decided_at: Set(None),
                        remark: Set(String::new()),
                    });
                    let after = Recorded::new(Act::Open, state, &reason, &account);
                    let none = None::<&()>;
                    transaction.record(Action::AccountImported, "account", id, none, Some(&after))?;
                }
                // SQLite takes at most 32,766 values a statement.
                for chunk in events.chunks(1_000) {
                    let chunk = account_event::Entity::insert_many(chunk.to_vec());
                    chunk.exec_without_returning(&transaction.db).await?;
                }
                Ok(imported)
            })
        })
        .await
}
