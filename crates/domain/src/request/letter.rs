//! The letters a request takes (登记回执, 补正告知书 … 送达回证): when each is issued, the fields it needs, and how a template
//! and the fields become a [`Letter`] that `tables` and `print` can write.

use super::event::EventKind;
use super::field::{REMEDY, is_optional};
use super::outcome::Outcome;
use super::template::{Template, holes};
use crate::letter::{Block, Fact, Letter, paragraphs};
use crate::rule::Rules;
use crate::vocabulary::words;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

words! {
    /// A letter; the label is its title unless the template says another.
    LetterKind {
        /// To the applicant: it is registered.
        Receipt = "receipt", "政府信息公开申请登记回执";
        /// Art. 30.
        SupplementNotice = "supplement_notice", "政府信息公开申请补正告知书";
        /// Art. 35.
        ReasonsNotice = "reasons_notice", "政府信息公开申请说明理由告知书";
        /// Art. 33.
        ExtensionNotice = "extension_notice", "政府信息公开延期答复告知书";
        /// Art. 35.
        DelayNotice = "delay_notice", "政府信息公开延迟答复告知书";
        /// Art. 32, to the third party.
        ThirdPartyOpinion = "third_party_opinion", "政府信息公开征求第三方意见书";
        /// Art. 32, to the third party whose objection did not prevail.
        ThirdPartyDecision = "third_party_decision", "政府信息公开第三方告知书";
        /// Art. 34, to a jointly making agency.
        AgencyOpinion = "agency_opinion", "政府信息公开征求其他机关意见书";
        /// To the applicant: somebody is being asked.
        ConsultationNotice = "consultation_notice", "政府信息公开征求意见告知书";
        /// 109号 art. 6.
        FeeNotice = "fee_notice", "政府信息公开信息处理费收费通知";
        /// Art. 36 (1).
        ReplyAlreadyPublic = "reply_already_public", "政府信息公开申请答复书（已主动公开）";
        /// Art. 36 (2).
        ReplyGranted = "reply_granted", "政府信息公开申请答复书（予以公开）";
        /// Art. 37.
        ReplyPartial = "reply_partial", "政府信息公开申请答复书（部分公开）";
        /// Arts 14–16, 36 (3).
        ReplyRefused = "reply_refused", "政府信息公开申请答复书（不予公开）";
        /// Art. 36 (7).
        ReplyOwnProcedure = "reply_own_procedure", "政府信息公开申请答复书（行政查询事项）";
        /// Art. 36 (4).
        ReplyNotHeld = "reply_not_held", "政府信息公开申请答复书（本机关不掌握）";
        /// Art. 36 (5).
        ReplyNotResponsible = "reply_not_responsible", "政府信息公开申请答复书（不属于本机关负责公开）";
        /// Art. 38.
        ReplyNeedsMaking = "reply_needs_making", "政府信息公开申请答复书（需要另行制作）";
        /// Art. 30.
        ReplyStillUnclear = "reply_still_unclear", "政府信息公开申请答复书（补正后仍不明确）";
        /// Art. 39 (1).
        ReplyPetition = "reply_petition", "政府信息公开申请告知书（信访、举报、投诉类）";
        /// Arts 35, 36 (6).
        ReplyNotProcessed = "reply_not_processed", "政府信息公开申请不予处理告知书";
        /// Art. 39 (2).
        ReplyPublication = "reply_publication", "政府信息公开申请告知书（公开出版物）";
        /// Any other outcome.
        ReplyOther = "reply_other", "政府信息公开申请答复书";
        /// Art. 2.
        NotGovernmentInformation = "not_government_information", "非政府信息告知书";
        /// Given up: supplement or payment overdue.
        NoFurther = "no_further", "政府信息公开申请不再处理告知书";
        /// Art. 41: the records of oneself are another agency's to correct.
        Forward = "forward", "政府信息更正申请转送告知书";
        /// Art. 41: corrected.
        Correction = "correction", "政府信息更正告知书";
        /// Proof that a letter reached its addressee.
        ServiceReturn = "service_return", "送达回证";
    }
}

impl LetterKind {
    /// The event that issues it; none for what goes with another letter.
    pub fn event(self) -> Option<EventKind> {
        Some(match self {
            Self::Receipt => EventKind::Received,
            Self::SupplementNotice => EventKind::SupplementAsked,
            Self::ReasonsNotice => EventKind::ReasonsAsked,
            Self::ExtensionNotice => EventKind::Extended,
            Self::DelayNotice => EventKind::Delayed,
            Self::ThirdPartyOpinion => EventKind::ThirdPartyAsked,
            Self::AgencyOpinion => EventKind::AgencyAsked,
            Self::FeeNotice => EventKind::FeeNoticed,
            Self::ThirdPartyDecision
            | Self::ConsultationNotice
            | Self::NoFurther
            | Self::Forward
            | Self::Correction
            | Self::ServiceReturn => return None,
            _ => EventKind::Replied,
        })
    }

    /// The letters that go with an event; a reply's follows from its outcome.
    pub fn of_event(event: EventKind, outcome: Option<Outcome>) -> Vec<Self> {
        match event {
            EventKind::Confirmed | EventKind::Received => vec![Self::Receipt],
            EventKind::ThirdPartyAsked => vec![Self::ThirdPartyOpinion, Self::ConsultationNotice],
            EventKind::AgencyAsked => vec![Self::AgencyOpinion, Self::ConsultationNotice],
            EventKind::Replied => outcome.and_then(Outcome::letter).into_iter().collect(),
            event => Self::ALL.iter().copied().filter(|kind| kind.event() == Some(event)).collect(),
        }
    }

    /// Whether the applicant reads it: letters to third parties and other agencies are none of the applicant's.
    pub fn is_for_applicant(self) -> bool {
        !matches!(
            self,
            Self::ThirdPartyOpinion | Self::ThirdPartyDecision | Self::AgencyOpinion | Self::ServiceReturn
        )
    }

    /// The outcomes it tells of.
    pub fn outcomes(self) -> Vec<Outcome> {
        Outcome::ALL.iter().copied().filter(|outcome| outcome.letter() == Some(self)).collect()
    }

    /// Whether it names where whoever is told may turn: the applicant, or the third party whose objection did not prevail.
    pub fn has_remedies(self) -> bool {
        self == Self::ThirdPartyDecision || !self.outcomes().is_empty()
    }

    /// Whether it may be issued beside the steps; a receipt too, for what was received the moment it was registered.
    pub fn goes_alone(self) -> bool {
        matches!(
            self,
            Self::Receipt
                | Self::ThirdPartyDecision
                | Self::ConsultationNotice
                | Self::ServiceReturn
                | Self::Forward
                | Self::Correction
        )
    }
}

words! {
    /// Where an applicant may turn against a reply.
    Remedies {
        /// Administrative review, then litigation (refusals under arts 14–16).
        ReviewFirst = "review_first", "复议前置";
        /// Either of both.
        ReviewOrLawsuit = "review_or_lawsuit", "可以复议，也可以直接起诉";
    }
}

/// The paragraph of a letter that names the remedies.
pub fn remedies(kind: LetterKind, remedies: Remedies, reviewer: &str, court: &str, rules: &Rules) -> String {
    let (what, paper) =
        if kind.label().contains("告知书") { ("告知", "告知书") } else { ("答复", "答复") };
    let (review, lawsuit) = (rules.request_review.value, rules.request_lawsuit.value);
    let after = rules.request_lawsuit_after_review.value;
    match remedies {
        Remedies::ReviewFirst => format!(
            "如不服本{what}，根据《中华人民共和国行政复议法》第二十三条第一款第四项的规定，应当先申请行政复议：可以自收到本{paper}之日起{review}日内向{reviewer}申请行政复议；对行政复议决定不服的，可以自收到行政复议决定书之日起{after}日内向{court}提起行政诉讼。"
        ),
        Remedies::ReviewOrLawsuit => format!(
            "如不服本{what}，可以自收到本{paper}之日起{review}日内向{reviewer}申请行政复议，或者自收到本{paper}之日起{lawsuit}个月内向{court}提起行政诉讼。"
        ),
    }
}

/// What goes into a letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fields {
    /// Who signs; stands in the red head too.
    pub agency: String,
    /// The letter's number as written.
    pub number: Option<String>,
    /// The day it is formed.
    pub date: Date,
    /// How the request ended, for replies.
    pub outcome: Option<Outcome>,
    /// The fields by name.
    pub values: BTreeMap<String, String>,
    /// Invented data.
    pub sample: bool,
}

/// Why no letter was made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// Fields the template uses and nobody filled.
    #[error("还有没有填写的内容：{}。请填写后再生成文书。", .0.join("、"))]
    Unfilled(Vec<String>),
    /// Fields this letter does not have.
    #[error("“{}”没有这些内容：{}。请核对名称。", .kind.label(), .names.join("、"))]
    Unknown {
        /// The letter.
        kind: LetterKind,
        /// The names.
        names: Vec<String>,
    },
    /// The template is another letter's.
    #[error("模板是“{}”的，不能用来生成“{}”。", .template.label(), .kind.label())]
    Template {
        /// Wanted.
        kind: LetterKind,
        /// Given.
        template: LetterKind,
    },
    /// The letter does not tell of this outcome, or a reply has none.
    #[error("“{}”与处理结果不符，请先选定处理结果，再选用对应的文书。", .0.label())]
    Outcome(LetterKind),
    /// Nobody signs.
    #[error("请填写发文机关。")]
    NoAgency,
}

/// Makes the letter.
///
/// # Errors
/// [`RenderError`], which names every field that is missing or unknown.
pub fn render(
    kind: LetterKind,
    fields: &Fields,
    template: &Template,
    rules: &Rules,
) -> Result<Letter, RenderError> {
    if template.kind != kind {
        return Err(RenderError::Template { kind, template: template.kind });
    }
    if fields.agency.trim().is_empty() {
        return Err(RenderError::NoAgency);
    }
    let told = kind.outcomes();
    if fields.outcome.is_some_and(|outcome| !told.contains(&outcome))
        || !told.is_empty() && fields.outcome.is_none()
    {
        return Err(RenderError::Outcome(kind));
    }
    let known = kind.fields();
    let automatic = kind.automatic();
    let given_by_hand = |name: &str| known.contains(&name) && !automatic.contains(&name);
    let unknown: Vec<String> = fields.values.keys().filter(|name| !given_by_hand(name)).cloned().collect();
    if !unknown.is_empty() {
        return Err(RenderError::Unknown { kind, names: unknown });
    }
    let values = filled(kind, fields, rules);
    let mut used: BTreeSet<String> = template.texts().flat_map(holes).collect();
    if used.remove("救济途径") {
        used.extend(REMEDY.map(str::to_owned));
    }
    let unfilled = used.into_iter().filter(|name| !values.contains_key(name) && !is_optional(name));
    let unfilled: Vec<String> = unfilled.collect();
    if !unfilled.is_empty() {
        return Err(RenderError::Unfilled(unfilled));
    }
    let put = |text: &str| put(text, &values);
    let mut body = paragraphs(&put(&template.body));
    if !template.facts.is_empty() {
        let facts =
            template.facts.iter().map(|fact| Fact { name: fact.name.clone(), value: put(&fact.value) });
        body.push(Block::Facts(facts.collect()));
    }
    body.extend(paragraphs(&put(&template.closing)));
    let optional = |text: &str| Some(put(text)).filter(|text| !text.trim().is_empty());
    Ok(Letter {
        agency: fields.agency.clone(),
        number: fields.number.clone(),
        title: put(template.title.as_deref().unwrap_or(kind.label())),
        addressee: optional(&template.addressee),
        body,
        attachments: template.attachments.iter().map(|name| put(name)).collect(),
        signature: fields.agency.clone(),
        date: fields.date,
        note: optional(&template.note),
        copies: None,
        sample: fields.sample,
    })
}

/// The fields that have words in them, with what follows from the outcome and the rules.
fn filled(kind: LetterKind, fields: &Fields, rules: &Rules) -> BTreeMap<String, String> {
    let given = fields.values.iter().filter(|(_, value)| !value.trim().is_empty());
    let mut values: BTreeMap<String, String> =
        given.map(|(name, value)| (name.clone(), value.trim().to_owned())).collect();
    values.insert("文书日期".to_owned(), crate::letter::written_date(fields.date));
    if let Some(outcome) = fields.outcome {
        values.insert("处理情形".to_owned(), outcome.ground().to_owned());
        values.insert("依据条款".to_owned(), outcome.article().to_owned());
    }
    if let (Some(reviewer), Some(court)) = (values.get("复议机关"), values.get("管辖法院")) {
        let open = fields.outcome.map_or(Remedies::ReviewOrLawsuit, Outcome::remedies);
        values.insert("救济途径".to_owned(), remedies(kind, open, reviewer, court, rules));
    }
    let responsible = values.get("负责机关").map(|agency| format!("负责公开该信息的机关：{agency}。"));
    values.insert("负责机关告知".to_owned(), responsible.unwrap_or_default());
    values.insert("缴费工作日".to_owned(), rules.request_fee_pay.value.to_string());
    let opinion =
        if kind == LetterKind::AgencyOpinion { &rules.request_agency } else { &rules.request_third_party };
    values.insert("意见工作日".to_owned(), opinion.value.to_string());
    values
}

/// The text with its fields filled in; what is put in is not looked at again.
fn put(text: &str, values: &BTreeMap<String, String>) -> String {
    let mut whole = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        whole.push_str(before);
        let Some((name, after)) = after.split_once("}}") else {
            whole.push_str("{{");
            rest = after;
            continue;
        };
        whole.push_str(values.get(name.trim()).map_or("", String::as_str));
        rest = after;
    }
    whole.push_str(rest);
    whole
}
