//! The fields of a request's letters: which a person writes, which follow from the case and its clock, which the outcome
//! and the rules fill in by themselves.

use super::letter::LetterKind;

/// Fields every letter may use.
const COMMON: [&str; 6] = ["申请人", "收到日期", "申请编号", "申请内容", "联系人", "联系电话"];
/// Where whoever is told may turn, for letters with remedies.
pub(super) const REMEDY: [&str; 2] = ["复议机关", "管辖法院"];
/// Fields that follow from the case and its clock: where the case tells them, nobody writes others.
const FOLLOWING: [&str; 19] = [
    "收到日期",
    "申请编号",
    "提交方式",
    "答复期限",
    "补正期限",
    "延长工作日",
    "计收方式",
    "计收数量",
    "收费明细",
    "收费金额",
    "第三方",
    "被征求机关",
    "被征求意见方",
    "发出日期",
    "期限说明",
    "文书名称",
    "通知文号",
    "通知日期",
    "截止日期",
];

/// Whether a field follows from the case and its clock.
pub fn follows(field: &str) -> bool {
    FOLLOWING.contains(&field)
}

/// Whether a field may be left empty: the agency in charge is named where it can be told (art. 36 (5)).
pub fn is_optional(field: &str) -> bool {
    field == "负责机关"
}

impl LetterKind {
    /// The fields of its own, beside those every letter may use.
    pub fn own_fields(self) -> &'static [&'static str] {
        match self {
            Self::Receipt => &["提交方式", "答复期限"],
            Self::SupplementNotice => &["补正事项", "补正期限"],
            Self::ReasonsNotice => &["申请情况", "说明期限"],
            Self::ExtensionNotice => &["延期理由", "延长工作日", "答复期限"],
            Self::DelayNotice => &["延期理由", "答复期限"],
            Self::ThirdPartyOpinion => &["第三方", "征求事项"],
            Self::ThirdPartyDecision => &["第三方", "公开内容", "公开理由"],
            Self::AgencyOpinion => &["被征求机关", "征求事项"],
            Self::ConsultationNotice => &["被征求意见方", "发出日期", "期限说明"],
            Self::FeeNotice => &["计收方式", "计收数量", "收费明细", "收费金额", "缴费方式"],
            Self::ReplyAlreadyPublic | Self::ReplyPublication => &["获取途径"],
            Self::ReplyGranted => &["公开内容", "提供方式"],
            Self::ReplyPartial => &["公开内容", "提供方式", "不予公开内容", "不予公开理由"],
            Self::ReplyRefused => &["不予公开理由"],
            Self::ReplyOwnProcedure => &["办理依据", "办理途径"],
            Self::ReplyNotHeld => &["检索情况"],
            Self::ReplyNotResponsible => &["处理理由", "负责机关"],
            Self::ReplyNeedsMaking => &["另行制作说明"],
            Self::ReplyStillUnclear => &["补正情况"],
            Self::ReplyPetition => &["反映途径"],
            Self::ReplyNotProcessed => &["不予处理理由"],
            Self::ReplyOther => &["处理理由", "适用条款"],
            Self::NotGovernmentInformation => &["处理理由"],
            Self::NoFurther => &["文书名称", "通知文号", "通知日期", "截止日期"],
            Self::Forward => &["更正内容", "转送机关"],
            Self::Correction => &["更正内容", "更正结果"],
            Self::ServiceReturn => &["送达文书", "文书编号", "送达方式", "送达地点", "受送达人"],
        }
    }

    /// What the program fills in: the day, what the outcome means, what the rules say.
    pub fn automatic(self) -> Vec<&'static str> {
        let mut fields = vec!["文书日期"];
        if self.has_remedies() {
            fields.push("救济途径");
        }
        if !self.outcomes().is_empty() {
            fields.extend(["处理情形", "依据条款"]);
        }
        match self {
            Self::FeeNotice => fields.push("缴费工作日"),
            Self::ThirdPartyOpinion | Self::AgencyOpinion => fields.push("意见工作日"),
            Self::ReplyNotResponsible => fields.push("负责机关告知"),
            _ => {}
        }
        fields
    }

    /// Every field a template of this letter may use.
    pub fn fields(self) -> Vec<&'static str> {
        let remedy: &[&str] = if self.has_remedies() { &REMEDY } else { &[] };
        COMMON.iter().chain(self.own_fields()).chain(remedy).copied().chain(self.automatic()).collect()
    }
}
