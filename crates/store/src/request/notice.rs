//! What an applicant is told: on the page under the query code always, by mail when there is an address and a server is
//! set up. A notice says that something happened and by when to act, never what was asked or by whom.

use super::{intake, number};
use crate::commit::Transaction;
use crate::entity::request_notice::{ActiveModel, Column, Entity};
use crate::entity::{request, request_applicant};
use crate::instant::instant;
use crate::lease;
use crate::retry::MAIL;
use crate::{Result, Store};
use domain::letter::written_date;
use domain::request::{Clock, Event, EventKind};
use jiff::Timestamp;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

/// A notice as the applicant reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeRow {
    /// What is said.
    pub text: String,
    /// When.
    pub at: Timestamp,
}

/// A mail that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeMail {
    /// The notice.
    pub id: i64,
    /// To whom.
    pub address: String,
    /// The receipt number.
    pub number: String,
    /// What is said.
    pub text: String,
}

const NONE: &str = "none";
const PENDING: &str = "pending";
const SENT: &str = "sent";
const FAILED: &str = "failed";

/// What an event means to the applicant.
pub(super) fn words(event: &Event, clock: &Clock) -> String {
    let day = |day: Option<jiff::civil::Date>| day.map(written_date).unwrap_or_default();
    match event.kind {
        EventKind::Arrived if clock.received.is_none() => {
            "您的申请已经提交，承办机关将与您确认收到申请的日期。".to_owned()
        }
        EventKind::Arrived | EventKind::Confirmed | EventKind::Received => format!(
            "承办机关已经收到您的申请，收到申请之日为{}，答复期限到{}。",
            day(clock.received),
            day(clock.due)
        ),
        EventKind::SupplementAsked => {
            format!(
                "申请内容需要补正，补正事项和期限见补正告知书（今天收到的，到{}为止，含当日）。",
                day(clock.waits_until)
            )
        }
        EventKind::SupplementReceived => {
            format!("已经收到您的补正，答复期限重新计算，到{}。", day(clock.due))
        }
        EventKind::ReasonsAsked => "请您说明申请的理由，见说明理由告知书。".to_owned(),
        EventKind::ReasonsGiven => "已经收到您说明的理由。".to_owned(),
        EventKind::FeeNoticed => {
            format!(
                "需要缴纳信息处理费，金额和期限见收费通知（今天收到的，到{}为止，含当日）。",
                day(clock.waits_until)
            )
        }
        EventKind::FeePaid => format!("已经收到您缴纳的费用，答复期限到{}。", day(clock.due)),
        EventKind::Extended => format!("答复期限已经延长，到{}，见延期答复告知书。", day(clock.due)),
        EventKind::Delayed => format!("承办机关确定了延迟答复的期限，到{}。", day(clock.due)),
        EventKind::ThirdPartyAsked | EventKind::AgencyAsked if clock.is_past(event.on) => format!(
            "{}。答复期限已于{}届满，征求意见的时间不能从答复期限中扣除，承办机关应当尽快答复。",
            event.kind.label(),
            day(clock.due)
        ),
        EventKind::ThirdPartyAsked => "正在征求第三方意见，所需时间不计算在答复期限内。".to_owned(),
        EventKind::AgencyAsked => "正在征求共同制作机关意见，所需时间不计算在答复期限内。".to_owned(),
        EventKind::ThirdPartyAnswered | EventKind::AgencyAnswered if clock.is_past(event.on) => {
            format!("征求意见已有答复。答复期限已于{}届满，承办机关应当尽快答复。", day(clock.due))
        }
        EventKind::ThirdPartyAnswered | EventKind::AgencyAnswered => {
            format!("征求意见已有答复，答复期限接着计算，到{}。", day(clock.due))
        }
        EventKind::Replied => "承办机关已经答复，请查看答复书。".to_owned(),
        EventKind::Corrected => {
            format!("收到申请之日的登记有误，更正为{}，答复期限到{}。", day(clock.received), day(clock.due))
        }
        EventKind::Withdrawn => "您已撤回申请，办理终止。".to_owned(),
    }
}

/// Tells an applicant something, within a transaction.
pub(super) async fn tell(transaction: &Transaction, id: i64, text: &str, has_mail: bool) -> Result<()> {
    let model = ActiveModel {
        id: NotSet,
        request_id: Set(id),
        text: Set(text.to_owned()),
        at: Set(transaction.now),
        mail_state: Set(if has_mail { PENDING } else { NONE }.to_owned()),
        mail_attempts: Set(0),
        mail_next_at: Set(transaction.now),
    };
    Entity::insert(model).exec_without_returning(&transaction.db).await?;
    Ok(())
}

/// The notices of a case, newest first.
pub(super) async fn of(store: &Store, id: i64) -> Result<Vec<NoticeRow>> {
    let query = Entity::find().filter(Column::RequestId.eq(id)).order_by_desc(Column::Id);
    let rows = query.all(store.reader()).await?;
    rows.into_iter().map(|row| Ok(NoticeRow { text: row.text, at: instant(row.at)? })).collect()
}

/// Takes mails to applicants whose time has come. Where the address was taken out meanwhile, the notice stays on the page
/// only.
///
/// # Errors
/// The database's.
pub async fn mail_pending(store: &Store, limit: u64) -> Result<Vec<NoticeMail>> {
    let waiting = Entity::find().filter(Column::MailState.eq(PENDING));
    let rows = lease::take(store, waiting, (Column::Id, Column::MailNextAt), limit).await?;
    let mut mails = Vec::new();
    for row in rows {
        let case = request::Entity::find_by_id(row.request_id).one(store.reader()).await?;
        let kept = request_applicant::Entity::find_by_id(row.request_id).one(store.reader()).await?;
        let (Some(case), Some(kept)) = (case, kept) else { continue };
        let (applicant, _) = intake::open(store.key(), &kept.content)?;
        if applicant.email.is_empty() {
            change(store, row.id, |change, _| change.mail_state = Set(NONE.to_owned())).await?;
            continue;
        }
        mails.push(NoticeMail {
            id: row.id,
            address: applicant.email,
            number: number(case.year, case.serial),
            text: row.text,
        });
    }
    Ok(mails)
}

/// A mail was taken by the server.
///
/// # Errors
/// The database's.
pub async fn mail_sent(store: &Store, id: i64) -> Result<()> {
    change(store, id, |change, _| change.mail_state = Set(SENT.to_owned())).await
}

/// A mail was not taken: tried again later, and given up in the end; the notice stays on the page.
///
/// # Errors
/// The database's.
pub async fn mail_failed(store: &Store, id: i64) -> Result<()> {
    change(store, id, |change, now| {
        let attempts = change.mail_attempts.clone().take().unwrap_or(0) + 1;
        change.mail_state = Set(if MAIL.given_up(attempts) { FAILED } else { PENDING }.to_owned());
        change.mail_attempts = Set(attempts);
        change.mail_next_at = Set(now + MAIL.wait(attempts));
    })
    .await
}

async fn change(
    store: &Store,
    id: i64,
    how: impl FnOnce(&mut ActiveModel, i64) + Send + 'static,
) -> Result<()> {
    store
        .bookkeep(move |transaction| {
            Box::pin(async move {
                let Some(row) = Entity::find_by_id(id).one(&transaction.db).await? else { return Ok(()) };
                let mut model: ActiveModel = row.into();
                how(&mut model, transaction.now);
                model.update(&transaction.db).await?;
                Ok(())
            })
        })
        .await
}
