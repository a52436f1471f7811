//! Where a public disclosure went after the portal (平台矩阵): an account, what became of it there, its address. The portal is
//! first: nothing is noted for what is not public.

use crate::entity::disclosure;
use crate::entity::dispatch::{ActiveModel, Column, Entity, Model};
use crate::instant::{instant, word};
use crate::text::{printable, web_address, written};
use crate::{Error, Result, Store};
use domain::account::Platform;
use domain::disclosure::dispatch::State;
use domain::journal::Action;
use domain::role::Actor;
use jiff::Timestamp;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::Serialize;

/// A dispatch as the office sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DispatchRow {
    /// Identity.
    pub id: i64,
    /// What kind of account.
    pub channel: Platform,
    /// Its name.
    pub account: String,
    /// What became of it.
    pub state: State,
    /// Its address there; may be empty.
    pub link: String,
    /// Why it was left out, or what else there is to say.
    pub remark: String,
    /// When it was out.
    pub done_at: Option<Timestamp>,
    /// Who noted it.
    pub changed_by_name: String,
    /// When.
    pub changed_at: Timestamp,
}

/// What a person notes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// What kind of account.
    pub channel: Platform,
    /// Its name.
    pub account: String,
    /// What became of it.
    pub state: State,
    /// Its address there.
    pub link: String,
    /// Why it was left out, or what else there is to say.
    pub remark: String,
}

fn row(model: Model) -> Result<DispatchRow> {
    Ok(DispatchRow {
        id: model.id,
        channel: word(Platform::from_word(&model.channel), &model.channel)?,
        account: model.account,
        state: word(State::from_word(&model.state), &model.state)?,
        link: model.link,
        remark: model.remark,
        done_at: model.done_at.map(instant).transpose()?,
        changed_by_name: model.changed_by_name,
        changed_at: instant(model.changed_at)?,
    })
}

fn note_of(model: &Model) -> Result<Note> {
    Ok(Note {
        channel: word(Platform::from_word(&model.channel), &model.channel)?,
        account: model.account.clone(),
        state: word(State::from_word(&model.state), &model.state)?,
        link: model.link.clone(),
        remark: model.remark.clone(),
    })
}

/// Notes where a disclosure is to go or went; the same account again changes its line.
///
/// # Errors
/// A disclosure that is not public, an account without a name, a link that is none, one left out without a reason.
pub async fn note(store: &Store, actor: &Actor, disclosure: i64, note: Note) -> Result<()> {
    let account: String = printable(note.account.trim());
    if account.is_empty() || account.chars().count() > domain::limits::NAME_CHARACTERS_MAX {
        return Err(Error::refused("请填写账号名称，例如“乌审发布”，不超过100字。"));
    }
    let link = note.link.trim().to_owned();
    if !link.is_empty() {
        web_address(&link)?;
    }
    let remark = written(&note.remark)?;
    if note.state == State::Dropped && remark.is_empty() {
        return Err(Error::refused("不在这个账号发布的，请写明原因。"));
    }
    let note = Note { account, link, remark, ..note };
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let of = disclosure::Entity::find_by_id(disclosure).one(&transaction.db).await?;
                let public = of.is_some_and(|of| of.current.is_some() && of.withdrawn_at.is_none());
                if !public {
                    return Err(Error::refused(
                        "这条信息还没有在网站公开。请先在网站公开，再转发到其他账号。",
                    ));
                }
                let known = Entity::find()
                    .filter(Column::DisclosureId.eq(disclosure))
                    .filter(Column::Channel.eq(note.channel.word()))
                    .filter(Column::Account.eq(&note.account))
                    .one(&transaction.db)
                    .await?;
                let before = known.as_ref().map(note_of).transpose()?;
                if before.as_ref() == Some(&note) {
                    return Ok(());
                }
                let was_done = known.as_ref().and_then(|known| known.done_at);
                let done_at = (note.state == State::Done).then(|| was_done.unwrap_or(transaction.now));
                let model = ActiveModel {
                    id: known.as_ref().map_or(NotSet, |known| Set(known.id)),
                    disclosure_id: Set(disclosure),
                    channel: Set(note.channel.word().to_owned()),
                    account: Set(note.account.clone()),
                    state: Set(note.state.word().to_owned()),
                    link: Set(note.link.clone()),
                    remark: Set(note.remark.clone()),
                    done_at: Set(done_at),
                    changed_by_name: Set(transaction.user_name.clone()),
                    changed_at: Set(transaction.now),
                };
                if known.is_some() {
                    model.update(&transaction.db).await?;
                } else {
                    model.insert(&transaction.db).await?;
                }
                transaction.record(
                    Action::DispatchNoted,
                    "disclosure",
                    disclosure,
                    before.as_ref(),
                    Some(&note),
                )
            })
        })
        .await
}

/// Where a disclosure went, in the order noted.
///
/// # Errors
/// The database's.
pub async fn list(store: &Store, disclosure: i64) -> Result<Vec<DispatchRow>> {
    let query = Entity::find().filter(Column::DisclosureId.eq(disclosure)).order_by_asc(Column::Id);
    query.all(store.reader()).await?.into_iter().map(row).collect()
}

/// The accounts noted before, by kind and name, for choosing from.
///
/// # Errors
/// The database's.
pub async fn accounts(store: &Store) -> Result<Vec<(Platform, String)>> {
    use sea_orm::QuerySelect;
    let found: Vec<(String, String)> = Entity::find()
        .select_only()
        .columns([Column::Channel, Column::Account])
        .group_by(Column::Channel)
        .group_by(Column::Account)
        .order_by_asc(Column::Account)
        .limit(200)
        .into_tuple()
        .all(store.reader())
        .await?;
    found
        .into_iter()
        .map(|(channel, account)| Ok((word(Platform::from_word(&channel), &channel)?, account)))
        .collect()
}
