//! Whom the steps of a disclosure are told to.

use crate::Result;
use crate::commit::Transaction;
use crate::entity::disclosure;
use crate::instant::instant;
use crate::notification::{Notice, notify, people_of};
use crate::review::candidates;
use crate::unit::place;
use domain::clock::civil_date;
use domain::journal::Action;
use domain::review::{Stage, acting, to_tell};
use domain::unit::Directory;

/// Tells those who have to act next; `next` is the review that comes next, of what is under review.
pub(super) async fn tell(
    transaction: &Transaction,
    directory: &Directory,
    action: Action,
    (row, author): (&disclosure::Model, Option<i64>),
    next: Option<&Stage>,
    reason: &str,
) -> Result<()> {
    // What the program does by itself, on time or for a demonstration, nobody has to act on.
    if transaction.user.is_none() {
        return Ok(());
    }
    let title = if row.draft_title.is_empty() { &row.title } else { &row.draft_title };
    let (users, subject) = match (action, next) {
        (Action::DisclosureSubmitted | Action::DisclosurePassed, Some(stage)) => {
            let people = candidates(&transaction.db, civil_date(instant(transaction.now)?)).await?;
            let place = place(directory, row.unit_id);
            let users = to_tell(&acting(&people, stage, &place, author));
            (users, format!("《{title}》待{}", stage.review.label()))
        }
        (Action::DisclosurePassed, None) => {
            (people_of(transaction, row.unit_id).await?, format!("《{title}》已通过审查，可以公开"))
        }
        (Action::DisclosureReturned, _) => {
            (people_of(transaction, row.unit_id).await?, format!("《{title}》被退回，请修改"))
        }
        (Action::DisclosureWithdrawn, _) => {
            (people_of(transaction, row.unit_id).await?, format!("《{title}》已撤回"))
        }
        _ => return Ok(()),
    };
    let notice = Notice {
        subject,
        body: reason.to_owned(),
        link: format!("/office/disclosures/{}", row.id),
        key: format!("{}-{}-{}", action.word(), row.id, transaction.now),
    };
    notify(transaction, &users, &notice).await
}
