//! Administrative reviews and lawsuits over a case, with their results: what table 4 of the annual report counts.

use super::{DISPUTE_BODY, DISPUTE_NUMBER, DISPUTE_REMARK, SUBJECT};
use crate::entity::request_dispute::{ActiveModel, Column, Entity, Model};
use crate::instant::{date, date_or_none, from_json_word, json_word, word};
use crate::text::written;
use crate::{Error, Result, Store};
use domain::annual_report::{Dispute, DisputeEnd, DisputeKind};
use domain::journal::Action;
use domain::letter::written_date;
use domain::request::Refused;
use domain::role::Actor;
use jiff::civil::Date;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::Serialize;

/// A review or lawsuit as it is entered.
#[derive(Debug, Clone, Serialize)]
pub struct DisputeDraft {
    /// Which.
    pub kind: DisputeKind,
    /// The reviewing agency or the court.
    pub body: String,
    /// Its number.
    pub number: String,
    /// When it was admitted.
    pub started: Date,
    /// When and how it ended.
    pub ended: Option<(Date, DisputeEnd)>,
    /// What else is to be known.
    pub remark: String,
}

/// A review or lawsuit on record.
#[derive(Debug, Clone)]
pub struct DisputeRow {
    /// Identity.
    pub id: i64,
    /// What it is.
    pub draft: DisputeDraft,
}

pub(super) fn summary(row: &Model) -> Result<Dispute> {
    let ended = date_or_none(row.ended_on.as_ref())?;
    let result = row.result.as_deref().map(from_json_word::<DisputeEnd>).transpose()?;
    Ok(Dispute {
        kind: word(DisputeKind::from_word(&row.kind), &row.kind)?,
        started: date(&row.started_on)?,
        ended: ended.zip(result),
    })
}

/// The reviews and lawsuits over a case.
pub(super) async fn of(store: &Store, id: i64) -> Result<Vec<DisputeRow>> {
    let query = Entity::find().filter(Column::RequestId.eq(id)).order_by_asc(Column::Id);
    let rows = query.all(store.reader()).await?;
    let key = store.key();
    rows.into_iter()
        .map(|row| {
            let Dispute { kind, started, ended } = summary(&row)?;
            let body = key.open(DISPUTE_BODY, &row.body)?;
            let number = key.open(DISPUTE_NUMBER, &row.number)?;
            let remark = key.open(DISPUTE_REMARK, &row.remark)?;
            Ok(DisputeRow { id: row.id, draft: DisputeDraft { kind, body, number, started, ended, remark } })
        })
        .collect()
}

/// Enters a review or lawsuit, or what became of it when `dispute` names one of the case.
///
/// # Errors
/// A day in the future or before the request's receipt, an end before the start, nobody who decides, a lawsuit after a
/// review without one; no such dispute.
pub async fn dispute(
    store: &Store,
    actor: &Actor,
    id: i64,
    dispute: Option<i64>,
    mut draft: DisputeDraft,
) -> Result<()> {
    draft.body = written(&draft.body)?;
    draft.number = written(&draft.number)?;
    draft.remark = written(&draft.remark)?;
    if draft.body.is_empty() {
        return Err(Error::refused("请填写复议机关或者法院。"));
    }
    let today = store.clock().today();
    let last = draft.ended.map_or(draft.started, |(on, _)| on.max(draft.started));
    if last > today {
        return Err(Error::refused(Refused::Future));
    }
    if draft.ended.is_some_and(|(on, _)| on < draft.started) {
        return Err(Error::refused("审结日期早于受理日期，请核对。"));
    }
    let case = super::find(store, id).await?.ok_or(Error::NotFound("这件申请"))?;
    let received = case.received_on.unwrap_or(case.arrived_on);
    if draft.started < received {
        return Err(Error::refused(format!(
            "受理日期早于收到申请之日（{}），请核对。",
            written_date(received)
        )));
    }
    if draft.kind == DisputeKind::LawsuitAfterReview {
        let before = of(store, id).await?;
        let review = before.iter().filter(|row| row.draft.kind == DisputeKind::Review);
        if !review.filter_map(|row| row.draft.ended).any(|(on, _)| on <= draft.started) {
            return Err(Error::refused(
                "“复议后起诉”须先有审结的复议，请先登记复议和它的结果；没有经过复议的，请选“未经复议直接起诉”。",
            ));
        }
    }
    let result = draft.ended.map(|(_, end)| json_word(&end)).transpose()?;
    let key = store.key();
    let body = key.seal(DISPUTE_BODY, &draft.body)?;
    let number = key.seal(DISPUTE_NUMBER, &draft.number)?;
    let remark = key.seal(DISPUTE_REMARK, &draft.remark)?;
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let mut change = match dispute {
                    None => ActiveModel { id: NotSet, request_id: Set(id), ..Default::default() },
                    Some(dispute) => {
                        let row = Entity::find_by_id(dispute).one(&transaction.db).await?;
                        let row = row.filter(|row| row.request_id == id);
                        row.ok_or(Error::NotFound("这件复议或者诉讼"))?.into()
                    }
                };
                change.kind = Set(draft.kind.word().to_owned());
                change.body = Set(body);
                change.number = Set(number);
                change.started_on = Set(draft.started.to_string());
                change.ended_on = Set(draft.ended.map(|(on, _)| on.to_string()));
                change.result = Set(result);
                change.remark = Set(remark);
                change.by_name = Set(transaction.user_name.clone());
                change.at = Set(transaction.now);
                if dispute.is_some() {
                    change.update(&transaction.db).await?;
                } else {
                    change.insert(&transaction.db).await?;
                }
                let said = format!("{} {}", draft.kind.label(), draft.started);
                transaction.note(Action::RequestDisputed, SUBJECT, id, &said);
                Ok(())
            })
        })
        .await
}
