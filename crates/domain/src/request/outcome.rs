//! How a request may end (政府信息公开条例 arts 30, 35–39): each outcome with its article, its row in the annual report's
//! table 3, the remedies its letter names and the letter itself.

use super::letter::{LetterKind, Remedies};
use crate::vocabulary::words;
use serde::{Deserialize, Serialize};

words! {
    /// How a request ended.
    Outcome {
        /// Art. 36 (1).
        AlreadyPublic = "already_public", "已主动公开，告知获取方式、途径";
        /// Art. 36 (2).
        Granted = "granted", "予以公开";
        /// Art. 37.
        Partial = "partial", "区分处理，部分公开";
        /// Art. 14.
        StateSecret = "state_secret", "不予公开：属于国家秘密";
        /// Art. 14.
        ForbiddenByLaw = "forbidden_by_law", "不予公开：其他法律、行政法规禁止公开";
        /// Art. 14.
        PublicSafety = "public_safety", "不予公开：公开后可能危及国家安全、公共安全、经济安全、社会稳定";
        /// Arts 15, 32.
        ThirdParty = "third_party", "不予公开：保护第三方合法权益";
        /// Art. 16 (1).
        InternalAffairs = "internal_affairs", "不予公开：属于三类内部事务信息";
        /// Art. 16 (2).
        ProcessInformation = "process_information", "不予公开：属于四类过程性信息";
        /// Art. 16 (2).
        EnforcementFile = "enforcement_file", "不予公开：属于行政执法案卷";
        /// Art. 36 (7).
        OwnProcedure = "own_procedure", "属于行政查询事项，告知依照有关规定办理";
        /// Art. 36 (4).
        NotHeld = "not_held", "经检索，本机关不掌握";
        /// Art. 36 (5).
        NotResponsible = "not_responsible", "不属于本机关负责公开";
        /// Art. 38.
        NeedsMaking = "needs_making", "没有现成信息，需要另行制作";
        /// Art. 30.
        StillUnclear = "still_unclear", "补正后申请内容仍不明确";
        /// Art. 39 (1).
        Petition = "petition", "不予处理：信访、举报、投诉类";
        /// Art. 36 (6).
        Repeated = "repeated", "不予处理：重复申请";
        /// Art. 39 (2).
        Publication = "publication", "不予处理：要求提供公开出版物";
        /// Art. 35.
        Unreasonable = "unreasonable", "不予处理：无正当理由大量、反复申请";
        /// What the applicant has is to be confirmed or issued again.
        Reissue = "reissue", "不予处理：要求确认或者重新出具已获取的信息";
        /// Art. 30.
        SupplementOverdue = "supplement_overdue", "逾期不补正，不再处理";
        /// 109号 art. 6.
        FeeOverdue = "fee_overdue", "逾期未缴费，不再处理";
        /// Art. 2.
        NotGovernmentInformation = "not_government_information", "不属于政府信息";
        /// The applicant took it back.
        Withdrawn = "withdrawn", "申请人撤回申请";
        /// Anything else.
        Other = "other", "其他处理";
    }
}

words! {
    /// The heads of the results in table 3.
    Group {
        /// （一）
        Granted = "granted", "（一）予以公开";
        /// （二）
        Partial = "partial", "（二）部分公开";
        /// （三）
        Refused = "refused", "（三）不予公开";
        /// （四）
        Unable = "unable", "（四）无法提供";
        /// （五）
        NotProcessed = "not_processed", "（五）不予处理";
        /// （六）
        Otherwise = "otherwise", "（六）其他处理";
    }
}

words! {
    /// The rows of results in the annual report's table 3, labels as the form prints them (国办公开办函〔2021〕30号).
    Row {
        /// （一）
        Granted = "granted", "（一）予以公开";
        /// （二）
        Partial = "partial", "（二）部分公开（区分处理的，只计这一情形，不计其他情形）";
        /// （三）1
        StateSecret = "state_secret", "1.属于国家秘密";
        /// （三）2
        ForbiddenByLaw = "forbidden_by_law", "2.其他法律行政法规禁止公开";
        /// （三）3
        PublicSafety = "public_safety", "3.危及“三安全一稳定”";
        /// （三）4
        ThirdParty = "third_party", "4.保护第三方合法权益";
        /// （三）5
        InternalAffairs = "internal_affairs", "5.属于三类内部事务信息";
        /// （三）6
        ProcessInformation = "process_information", "6.属于四类过程性信息";
        /// （三）7
        EnforcementFile = "enforcement_file", "7.属于行政执法案卷";
        /// （三）8
        OwnProcedure = "own_procedure", "8.属于行政查询事项";
        /// （四）1
        NotHeld = "not_held", "1.本机关不掌握相关政府信息";
        /// （四）2
        NeedsMaking = "needs_making", "2.没有现成信息需要另行制作";
        /// （四）3
        StillUnclear = "still_unclear", "3.补正后申请内容仍不明确";
        /// （五）1
        Petition = "petition", "1.信访举报投诉类申请";
        /// （五）2
        Repeated = "repeated", "2.重复申请";
        /// （五）3
        Publication = "publication", "3.要求提供公开出版物";
        /// （五）4
        Unreasonable = "unreasonable", "4.无正当理由大量反复申请";
        /// （五）5
        Reissue = "reissue", "5.要求行政机关确认或重新出具已获取信息";
        /// （六）1
        SupplementOverdue = "supplement_overdue", "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请";
        /// （六）2
        FeeOverdue = "fee_overdue", "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请";
        /// （六）3
        Other = "other", "3.其他";
    }
}

impl Row {
    /// Under which head it stands.
    pub fn group(self) -> Group {
        match self {
            Self::Granted => Group::Granted,
            Self::Partial => Group::Partial,
            Self::StateSecret
            | Self::ForbiddenByLaw
            | Self::PublicSafety
            | Self::ThirdParty
            | Self::InternalAffairs
            | Self::ProcessInformation
            | Self::EnforcementFile
            | Self::OwnProcedure => Group::Refused,
            Self::NotHeld | Self::NeedsMaking | Self::StillUnclear => Group::Unable,
            Self::Petition | Self::Repeated | Self::Publication | Self::Unreasonable | Self::Reissue => {
                Group::NotProcessed
            }
            Self::SupplementOverdue | Self::FeeOverdue | Self::Other => Group::Otherwise,
        }
    }
}

impl Outcome {
    /// The row in which the annual report counts it; separated information is counted as partial and nowhere else.
    pub fn row(self) -> Row {
        match self {
            Self::AlreadyPublic | Self::Granted => Row::Granted,
            Self::Partial => Row::Partial,
            Self::StateSecret => Row::StateSecret,
            Self::ForbiddenByLaw => Row::ForbiddenByLaw,
            Self::PublicSafety => Row::PublicSafety,
            Self::ThirdParty => Row::ThirdParty,
            Self::InternalAffairs => Row::InternalAffairs,
            Self::ProcessInformation => Row::ProcessInformation,
            Self::EnforcementFile => Row::EnforcementFile,
            Self::OwnProcedure => Row::OwnProcedure,
            Self::NotHeld | Self::NotResponsible => Row::NotHeld,
            Self::NeedsMaking => Row::NeedsMaking,
            Self::StillUnclear => Row::StillUnclear,
            Self::Petition => Row::Petition,
            Self::Repeated => Row::Repeated,
            Self::Publication => Row::Publication,
            Self::Unreasonable => Row::Unreasonable,
            Self::Reissue => Row::Reissue,
            Self::SupplementOverdue => Row::SupplementOverdue,
            Self::FeeOverdue => Row::FeeOverdue,
            Self::NotGovernmentInformation | Self::Withdrawn | Self::Other => Row::Other,
        }
    }

    /// The article that the reply names.
    pub fn article(self) -> &'static str {
        match self {
            Self::AlreadyPublic => "《中华人民共和国政府信息公开条例》第三十六条第一项",
            Self::Granted => "《中华人民共和国政府信息公开条例》第三十六条第二项",
            Self::Partial => "《中华人民共和国政府信息公开条例》第三十七条",
            Self::StateSecret | Self::ForbiddenByLaw | Self::PublicSafety => {
                "《中华人民共和国政府信息公开条例》第十四条、第三十六条第三项"
            }
            Self::ThirdParty => "《中华人民共和国政府信息公开条例》第十五条、第三十二条、第三十六条第三项",
            Self::InternalAffairs => "《中华人民共和国政府信息公开条例》第十六条第一款、第三十六条第三项",
            Self::ProcessInformation | Self::EnforcementFile => {
                "《中华人民共和国政府信息公开条例》第十六条第二款、第三十六条第三项"
            }
            Self::OwnProcedure => "《中华人民共和国政府信息公开条例》第三十六条第七项",
            Self::NotHeld => "《中华人民共和国政府信息公开条例》第三十六条第四项",
            Self::NotResponsible => "《中华人民共和国政府信息公开条例》第三十六条第五项",
            Self::NeedsMaking => "《中华人民共和国政府信息公开条例》第三十八条",
            Self::StillUnclear | Self::SupplementOverdue => "《中华人民共和国政府信息公开条例》第三十条",
            Self::Petition => "《中华人民共和国政府信息公开条例》第三十九条第一款",
            Self::Repeated => "《中华人民共和国政府信息公开条例》第三十六条第六项",
            Self::Publication => "《中华人民共和国政府信息公开条例》第三十九条第二款",
            Self::Unreasonable => "《中华人民共和国政府信息公开条例》第三十五条",
            Self::FeeOverdue => "《政府信息公开信息处理费管理办法》（国办函〔2020〕109号）第六条",
            Self::Reissue | Self::NotGovernmentInformation => "《中华人民共和国政府信息公开条例》第二条",
            Self::Withdrawn | Self::Other => "《中华人民共和国政府信息公开条例》第三十三条",
        }
    }

    /// What its letter says was found, as part of a sentence.
    pub fn ground(self) -> &'static str {
        match self {
            Self::StateSecret => "属于国家秘密",
            Self::ForbiddenByLaw => "属于其他法律、行政法规禁止公开的政府信息",
            Self::PublicSafety => "公开后可能危及国家安全、公共安全、经济安全、社会稳定",
            Self::ThirdParty => "涉及商业秘密、个人隐私等，公开会对第三方合法权益造成损害",
            Self::InternalAffairs => {
                "属于行政机关的内部事务信息（人事管理、后勤管理、内部工作流程等方面的信息）"
            }
            Self::ProcessInformation => {
                "属于行政机关在履行行政管理职能过程中形成的讨论记录、过程稿、磋商信函、请示报告等过程性信息"
            }
            Self::EnforcementFile => "属于行政执法案卷信息",
            Self::Repeated => "该申请与此前已经答复的申请内容相同，属于重复申请",
            Self::Unreasonable => "该申请的数量、频次明显超过合理范围，所说明的理由不合理",
            Self::Reissue => "该申请要求对已经获取的政府信息进行确认或者重新出具",
            Self::SupplementOverdue => "你（单位）没有补正，也没有说明正当理由",
            Self::FeeOverdue => "你（单位）没有缴纳费用",
            other => other.label(),
        }
    }

    /// Which remedies its letter names. A refusal under arts 14–16, in part too, goes to administrative review first
    /// (行政复议法 art. 23 (1) 4, since 2024-01-01; 法释〔2025〕8号).
    pub fn remedies(self) -> Remedies {
        match self {
            Self::Partial
            | Self::StateSecret
            | Self::ForbiddenByLaw
            | Self::PublicSafety
            | Self::ThirdParty
            | Self::InternalAffairs
            | Self::ProcessInformation
            | Self::EnforcementFile => Remedies::ReviewFirst,
            _ => Remedies::ReviewOrLawsuit,
        }
    }

    /// The letter that tells the applicant; none for a request taken back.
    pub fn letter(self) -> Option<LetterKind> {
        Some(match self {
            Self::AlreadyPublic => LetterKind::ReplyAlreadyPublic,
            Self::Granted => LetterKind::ReplyGranted,
            Self::Partial => LetterKind::ReplyPartial,
            Self::StateSecret
            | Self::ForbiddenByLaw
            | Self::PublicSafety
            | Self::ThirdParty
            | Self::InternalAffairs
            | Self::ProcessInformation
            | Self::EnforcementFile => LetterKind::ReplyRefused,
            Self::OwnProcedure => LetterKind::ReplyOwnProcedure,
            Self::NotHeld => LetterKind::ReplyNotHeld,
            Self::NotResponsible => LetterKind::ReplyNotResponsible,
            Self::NeedsMaking => LetterKind::ReplyNeedsMaking,
            Self::StillUnclear => LetterKind::ReplyStillUnclear,
            Self::Petition => LetterKind::ReplyPetition,
            Self::Repeated | Self::Unreasonable | Self::Reissue => LetterKind::ReplyNotProcessed,
            Self::Publication => LetterKind::ReplyPublication,
            Self::SupplementOverdue | Self::FeeOverdue => LetterKind::NoFurther,
            Self::NotGovernmentInformation => LetterKind::NotGovernmentInformation,
            Self::Other => LetterKind::ReplyOther,
            Self::Withdrawn => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_reached_and_every_outcome_has_its_letter() {
        for row in Row::ALL {
            assert!(Outcome::ALL.iter().any(|outcome| outcome.row() == *row), "{row:?}");
        }
        for outcome in Outcome::ALL {
            assert_eq!(outcome.letter().is_none(), *outcome == Outcome::Withdrawn);
            assert_eq!(Outcome::from_word(outcome.word()), Some(*outcome));
            assert_eq!(serde_json::to_value(outcome).unwrap(), outcome.word());
            if let Some(letter) = outcome.letter() {
                assert!(letter.outcomes().contains(outcome), "{letter:?}");
            }
        }
        assert_eq!(Row::ALL.len(), 21);
    }

    #[test]
    fn only_refusals_under_articles_14_to_16_go_to_review_first() {
        for outcome in Outcome::ALL {
            let refused = outcome.row().group() == Group::Refused && *outcome != Outcome::OwnProcedure;
            let first = refused || *outcome == Outcome::Partial;
            assert_eq!(outcome.remedies() == Remedies::ReviewFirst, first, "{outcome:?}");
        }
    }
}
