//! Writing a disclosure's draft.

use super::load;
use crate::attachment::refuse_foreign;
use crate::commit::Transaction;
use crate::entity::{annual_report, attachment, catalogue, disclosure, disclosure_review};
use crate::interpretation;
use crate::text::{self, printable};
use crate::{Error, Result, Store};
use domain::disclosure::state::{Refused, State};
use domain::disclosure::{Disclosure, File, Kind};
use domain::interpretation::{Need, Structure, body};
use domain::journal::Action;
use domain::limits::{DISCLOSURE_BODY_BYTES_MAX, DISCLOSURE_FILES_MAX};
use domain::role::Actor;
use domain::unit::UnitId;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter};

/// The content as it can be kept.
fn clean(mut content: Disclosure) -> Result<Disclosure> {
    for text in [
        &mut content.title,
        &mut content.subject,
        &mut content.document_number,
        &mut content.source,
        &mut content.summary,
    ] {
        *text = printable(text.trim());
    }
    fit(&mut content);
    content.body = printable(&content.body);
    if content.body.len() > DISCLOSURE_BODY_BYTES_MAX {
        return Err(Error::refused("正文过长，没有保存。请把大表格或长文作为附件上传，正文写明主要内容。"));
    }
    if content.files.len() > DISCLOSURE_FILES_MAX {
        let reason = format!("一条信息最多附{DISCLOSURE_FILES_MAX}个文件，没有保存。请合并或分条公开。");
        return Err(Error::refused(reason));
    }
    content.keywords = content.keywords.iter().map(|word| printable(word.trim())).collect();
    content.keywords.retain(|word| !word.is_empty());
    content.items.sort();
    content.items.dedup_by(|a, b| a.catalogue == b.catalogue && a.code == b.code);
    Ok(content)
}

/// Each kind has what is its own: a policy file its plan of interpretation, an interpretation its sections, of which its
/// text is made anew.
fn fit(content: &mut Disclosure) {
    if content.kind != Kind::Policy {
        content.scheme = None;
    }
    if let Some(scheme) = &mut content.scheme {
        scheme.alone = printable(scheme.alone.trim());
        scheme.cooperating.sort_unstable();
        scheme.cooperating.dedup();
        if let Some(Need::NotNeeded { reason }) = &mut scheme.need {
            *reason = printable(reason.trim());
        }
    }
    if content.kind != Kind::Interpretation {
        content.interpretation = None;
        content.interprets = Vec::new();
        return;
    }
    content.interprets.sort_unstable();
    content.interprets.dedup();
    let structure = sections(content.interpretation.as_ref(), printable);
    content.body = body(&structure);
    content.interpretation = Some(structure);
}

/// The sections with something done to each text.
fn sections(of: Option<&Structure>, change: impl Fn(&str) -> String) -> Structure {
    let mut changed = Structure::default();
    for (section, text) in of.into_iter().flat_map(Structure::sections) {
        changed.set(section, &change(text));
    }
    changed
}

/// The content as the journal keeps it: a draft may hold numbers that are masked before anyone else sees them.
fn masked(content: &Disclosure) -> Disclosure {
    Disclosure {
        title: text::masked(&content.title),
        body: text::masked(&content.body),
        summary: text::masked(&content.summary),
        interpretation: content.interpretation.as_ref().map(|of| sections(Some(of), text::masked)),
        ..content.clone()
    }
}

/// Begins a disclosure; returns its id.
///
/// # Errors
/// Content that cannot be kept.
pub async fn create(
    store: &Store,
    actor: &Actor,
    unit: UnitId,
    obligation: Option<i64>,
    content: Disclosure,
) -> Result<i64> {
    let content = clean(content)?;
    store.commit(actor, move |transaction| Box::pin(insert(transaction, unit, obligation, content))).await
}

/// The same within a transaction, of clean content.
async fn insert(
    transaction: &mut Transaction,
    unit: UnitId,
    obligation: Option<i64>,
    content: Disclosure,
) -> Result<i64> {
    let content = with_files(transaction, content, &[]).await?;
    refuse_foreign_items(transaction, unit, &content).await?;
    let row = disclosure::ActiveModel {
        id: NotSet,
        unit_id: Set(unit),
        state: Set(State::Draft.word().to_owned()),
        draft: Set(Some(serde_json::to_string(&content)?)),
        draft_title: Set(content.title.clone()),
        reason: Set(String::new()),
        obligation_id: Set(obligation),
        submitted_by: Set(None),
        passed: Set("[]".to_owned()),
        route: Set(None),
        scheduled_at: Set(None),
        current: Set(None),
        index_number: Set(String::new()),
        title: Set(String::new()),
        kind: Set(content.kind.word().to_owned()),
        subject: Set(String::new()),
        document_number: Set(String::new()),
        summary: Set(String::new()),
        formed_on: Set(None),
        effective_on: Set(None),
        expires_on: Set(None),
        published_at: Set(None),
        revised_at: Set(None),
        withdrawn_at: Set(None),
        withdrawn_reason: Set(String::new()),
        changed_by_name: Set(transaction.user_name.clone()),
        changed_at: Set(transaction.now),
        version: Set(1),
    };
    let id = row.insert(&transaction.db).await?.id;
    interpretation::plan(transaction, id, &content).await?;
    transaction.record(Action::DisclosureCreated, "disclosure", id, None::<&()>, Some(&masked(&content)))?;
    Ok(id)
}

/// Keeps what a person wrote; returns the new version. Nothing changed is nothing recorded.
///
/// # Errors
/// [`Error::Conflict`] when somebody changed it since `version`; a disclosure that is not being written.
pub async fn edit(store: &Store, actor: &Actor, id: i64, version: i64, content: Disclosure) -> Result<i64> {
    let content = clean(content)?;
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                refuse_report(transaction, id).await?;
                replace(transaction, id, version, content).await
            })
        })
        .await
}

/// The same within a transaction, of clean content.
async fn replace(transaction: &mut Transaction, id: i64, version: i64, content: Disclosure) -> Result<i64> {
    let row = load(transaction, id, version).await?;
    let before = writing(&row)?;
    let content = with_files(transaction, content, &before.files).await?;
    refuse_foreign_items(transaction, row.unit_id, &content).await?;
    if content == before {
        return Ok(version);
    }
    interpretation::plan(transaction, id, &content).await?;
    let mut change: disclosure::ActiveModel = row.into();
    change.draft = Set(Some(serde_json::to_string(&content)?));
    change.draft_title = Set(content.title.clone());
    change.kind = Set(content.kind.word().to_owned());
    change.changed_by_name = Set(transaction.user_name.clone());
    change.changed_at = Set(transaction.now);
    change.version = Set(version + 1);
    change.update(&transaction.db).await?;
    let action = Action::DisclosureChanged;
    transaction.record(action, "disclosure", id, Some(&masked(&before)), Some(&masked(&content)))?;
    Ok(version + 1)
}

/// Puts content into the draft of that id, or into a new one of the unit's where there is none; returns id and version.
///
/// # Errors
/// As [`edit`].
pub(crate) async fn put(
    transaction: &mut Transaction,
    unit: UnitId,
    known: Option<&disclosure::Model>,
    content: Disclosure,
) -> Result<(i64, i64)> {
    let content = clean(content)?;
    match known {
        Some(known) => Ok((known.id, replace(transaction, known.id, known.version, content).await?)),
        None => Ok((insert(transaction, unit, None, content).await?, 1)),
    }
}

/// A report's text and files say what its numbers say: they are changed where those are.
pub(super) async fn refuse_report(transaction: &Transaction, id: i64) -> Result<()> {
    let report = annual_report::Entity::find().filter(annual_report::Column::DisclosureId.eq(id));
    match report.one(&transaction.db).await? {
        None => Ok(()),
        Some(_) => {
            Err(Error::refused("这是一份年度报告。请在“年度报告”中修改数字和文字，再从那里报送审核。"))
        }
    }
}

/// Throws a draft away that was never public; its words stay in the journal.
///
/// # Errors
/// [`Error::Conflict`]; something public, or under review.
pub async fn discard(store: &Store, actor: &Actor, id: i64, version: i64) -> Result<()> {
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let row = load(transaction, id, version).await?;
                if row.current.is_some() || row.withdrawn_at.is_some() {
                    return Err(Error::refused("公开过的信息不能删除，可以撤回。"));
                }
                let before = writing(&row)?;
                interpretation::refuse_needed(transaction, id).await?;
                interpretation::forget_plan(transaction, id).await?;
                disclosure_review::Entity::delete_many()
                    .filter(disclosure_review::Column::DisclosureId.eq(id))
                    .exec(&transaction.db)
                    .await?;
                disclosure::Entity::delete_by_id(id).exec(&transaction.db).await?;
                transaction.record(
                    Action::DisclosureDiscarded,
                    "disclosure",
                    id,
                    Some(&masked(&before)),
                    None::<&()>,
                )
            })
        })
        .await
}

/// The draft being written.
pub(super) fn writing(row: &disclosure::Model) -> Result<Disclosure> {
    match &row.draft {
        Some(draft) if row.state == State::Draft.word() => Ok(serde_json::from_str(draft)?),
        _ if row.state == State::Withdrawn.word() => Err(Error::refused(Refused::Withdrawn)),
        _ => Err(Error::refused(Refused::NotDraft)),
    }
}

/// The content with its files as they are kept; those not known before must be the person's own.
async fn with_files(
    transaction: &Transaction,
    mut content: Disclosure,
    known: &[File],
) -> Result<Disclosure> {
    for file in &mut content.files {
        if let Some(same) = known.iter().find(|known| known.id == file.id) {
            file.clone_from(same);
            continue;
        }
        refuse_foreign(transaction, file.id).await?;
        let row = attachment::Entity::find_by_id(file.id).one(&transaction.db).await?;
        let row = row.ok_or(Error::NotFound("该附件"))?;
        *file = File { id: row.id, name: row.name, hash: row.hash, bytes: row.bytes };
    }
    Ok(content)
}

/// Items are those of the unit's own catalogues.
async fn refuse_foreign_items(transaction: &Transaction, unit: UnitId, content: &Disclosure) -> Result<()> {
    for item in &content.items {
        let found = catalogue::Entity::find_by_id(item.catalogue).one(&transaction.db).await?;
        if found.is_none_or(|found| found.unit_id != unit) {
            return Err(Error::refused("只能对应本单位目录中的事项。请重新选择。"));
        }
    }
    Ok(())
}
