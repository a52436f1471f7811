//! What a unit's letters say of the unit: who signs, the agency word of the numbers, where an applicant may turn, whom to
//! call, how to pay.

use crate::entity::request_office::{ActiveModel, Entity, Model};
use crate::text::printable;
use crate::{Error, Result, Store};
use domain::journal::Action;
use domain::limits::NAME_CHARACTERS_MAX;
use domain::role::Actor;
use domain::unit::UnitId;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, EntityTrait};
use serde::Serialize;

/// The agency word of units that have not set one.
const WORD: &str = "依申请公开";

/// What a unit's letters say of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Office {
    /// Who signs.
    pub agency: String,
    /// The agency word (机关代字) of the numbers: `乌自然资公复`.
    pub word: String,
    /// Where to apply for review (复议机关).
    pub reviewer: String,
    /// Where to sue (管辖法院).
    pub court: String,
    /// Whom to ask for.
    pub contact_name: String,
    /// The telephone.
    pub contact_phone: String,
    /// Where to hand in and to fetch.
    pub address: String,
    /// How to pay.
    pub payment: String,
}

impl Office {
    /// The number of the year's n-th letter.
    pub fn number(&self, year: i16, serial: i64) -> String {
        format!("{}〔{year}〕{serial}号", self.word)
    }
}

/// What a unit's letters say; where nothing is set, the unit's name and the usual word.
///
/// # Errors
/// The database's.
pub async fn office(store: &Store, unit: UnitId) -> Result<Office> {
    let directory = crate::unit::directory(store).await?;
    let name = directory.unit(unit).map(|unit| unit.name.clone()).unwrap_or_default();
    office_of(store.reader(), unit, name).await
}

pub(super) async fn office_of(db: &impl ConnectionTrait, unit: UnitId, name: String) -> Result<Office> {
    Ok(Entity::find_by_id(unit)
        .one(db)
        .await?
        .map_or_else(|| Office { agency: name, word: WORD.to_owned(), ..Office::default() }, view))
}

fn view(row: Model) -> Office {
    Office {
        agency: row.agency,
        word: row.word,
        reviewer: row.reviewer,
        court: row.court,
        contact_name: row.contact_name,
        contact_phone: row.contact_phone,
        address: row.address,
        payment: row.payment,
    }
}

/// Sets what a unit's letters say.
///
/// # Errors
/// Nobody who signs, no agency word.
pub async fn set_office(store: &Store, actor: &Actor, unit: UnitId, office: Office) -> Result<()> {
    let tidy = |text: String| -> String {
        printable(text.trim()).replace('\n', " ").chars().take(NAME_CHARACTERS_MAX * 2).collect()
    };
    let office = Office {
        agency: tidy(office.agency),
        word: tidy(office.word),
        reviewer: tidy(office.reviewer),
        court: tidy(office.court),
        contact_name: tidy(office.contact_name),
        contact_phone: tidy(office.contact_phone),
        address: tidy(office.address),
        payment: tidy(office.payment),
    };
    if office.agency.is_empty() || office.word.is_empty() {
        return Err(Error::refused("请填写发文机关和机关代字，文书须写明由谁发出、编什么号。"));
    }
    let directory = crate::unit::directory(store).await?;
    let name = directory.unit(unit).ok_or(Error::NotFound("该单位"))?.name.clone();
    store
        .commit(actor, move |transaction| {
            Box::pin(async move {
                let before = office_of(&transaction.db, unit, name).await?;
                let row = ActiveModel {
                    unit_id: Set(unit),
                    agency: Set(office.agency.clone()),
                    word: Set(office.word.clone()),
                    reviewer: Set(office.reviewer.clone()),
                    court: Set(office.court.clone()),
                    contact_name: Set(office.contact_name.clone()),
                    contact_phone: Set(office.contact_phone.clone()),
                    address: Set(office.address.clone()),
                    payment: Set(office.payment.clone()),
                    changed_by_name: Set(transaction.user_name.clone()),
                    changed_at: Set(transaction.now),
                };
                use crate::entity::request_office::Column;
                let again = OnConflict::column(Column::UnitId)
                    .update_columns([
                        Column::Agency,
                        Column::Word,
                        Column::Reviewer,
                        Column::Court,
                        Column::ContactName,
                        Column::ContactPhone,
                        Column::Address,
                        Column::Payment,
                        Column::ChangedByName,
                        Column::ChangedAt,
                    ])
                    .to_owned();
                Entity::insert(row).on_conflict(again).exec_without_returning(&transaction.db).await?;
                transaction.record(
                    Action::RequestOfficeChanged,
                    "request_office",
                    unit,
                    Some(&before),
                    Some(&office),
                )
            })
        })
        .await
}
