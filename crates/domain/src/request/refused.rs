//! Why an event is not possible, in a sentence for the person who tried, with the article. In a case's history the same
//! sentence is a finding and the event has no effect.

use super::state::State;
use crate::letter::written_date as day;
use jiff::civil::Date;

/// No period given to anybody reaches further; a day beyond is a slip of the pen.
pub(super) const YEARS_MAX: i16 = 3;

/// Why an event is not possible on its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It lies ahead.
    #[error("日期晚于今天，还没有发生的事不能登记。请核对日期。")]
    Future,
    /// Earlier than what is already on record.
    #[error("日期早于已登记的最后一件事（{}）。请核对日期；确需补登的，请先更正前面的登记。", day(*.last))]
    Past {
        /// The day of the last event on record.
        last: Date,
    },
    /// No day of receipt yet.
    #[error(
        "还没有确定收到申请的日期，不能办理。请先登记收到申请，或者与申请人确认（政府信息公开条例第三十一条）。"
    )]
    NotReceived,
    /// It is already received.
    #[error(
        "收到申请的日期已经确定，不能再次登记；答复期限从第一次确定的日期起算（政府信息公开条例第三十一条）。"
    )]
    ReceivedTwice,
    /// Nothing to confirm.
    #[error("没有等待确认的申请。请先登记申请到达的日期和方式（政府信息公开条例第三十一条）。")]
    NotArrived,
    /// It has ended.
    #[error("这件申请已经{}，不能再办理（政府信息公开条例第三十三条）。需要补充答复的，请另行登记。", .0.label())]
    Ended(State),
    /// The applicant let the time for the supplement pass.
    #[error(
        "补正期限到{}为止，申请人无正当理由逾期不补正，已视为放弃申请（政府信息公开条例第三十条）。有正当理由的，请在登记补正时写明。",
        day(*.last)
    )]
    SupplementLate {
        /// The last day.
        last: Date,
    },
    /// The fee was not paid in time.
    #[error("缴费期限到{}为止，逾期未缴纳，已视为放弃申请（政府信息公开信息处理费管理办法第六条）。", day(*.last))]
    FeeUnpaid {
        /// The last day.
        last: Date,
    },
    /// While the applicant is awaited.
    #[error("正在等待申请人补正，补正后答复期限重新计算，现在不能办理这一步（政府信息公开条例第三十条）。")]
    AwaitingSupplement,
    /// While payment is awaited.
    #[error("正在等待申请人缴费，现在不能办理这一步（政府信息公开信息处理费管理办法第六条）。")]
    AwaitingFee,
    /// Asked for before.
    #[error(
        "补正事项应当一次性告知，已经要求过补正，不能再次要求，请按现有内容答复（政府信息公开条例第三十条）。"
    )]
    SupplementAskedTwice,
    /// After the days for asking.
    #[error(
        "应当在收到申请之日起{limit}个工作日内（{}前）一次性告知补正，现在已经超过，答复期限照常计算，请按现有内容答复（政府信息公开条例第三十条）。",
        day(*.last)
    )]
    SupplementAskedLate {
        /// So many working days.
        limit: i64,
        /// The last day.
        last: Date,
    },
    /// A period that ends before it begins.
    #[error("给申请人的期限应当晚于告知之日，请重新确定合理的期限（政府信息公开条例第三十条）。")]
    PeriodBackwards,
    /// A day years away.
    #[error("期限写到了{YEARS_MAX}年以后，请核对日期（政府信息公开条例第三十条、第三十三条、第三十五条）。")]
    PeriodTooLong,
    /// Longer than offices give anybody for a supplement.
    #[error("给申请人补正的期限最长{limit}个工作日，请重新确定合理的期限（政府信息公开条例第三十条）。")]
    SupplementTooLong {
        /// So many working days.
        limit: i64,
    },
    /// Nothing was asked for.
    #[error(
        "没有要求过补正。申请人自行补充的内容请作为材料附上，答复期限不因此重新计算（政府信息公开条例第三十条）。"
    )]
    SupplementNotAsked,
    /// Extended before.
    #[error("答复期限已经延长过，不能再次延长（政府信息公开条例第三十三条第二款）。")]
    ExtendedTwice,
    /// After the due.
    #[error(
        "延长应当在答复期限届满前决定并告知申请人；期限已于{}届满，延长不起作用，请尽快答复（政府信息公开条例第三十三条第二款）。",
        day(*.due)
    )]
    ExtendedLate {
        /// The due.
        due: Date,
    },
    /// Longer than the law allows.
    #[error("延长的期限最长不得超过{limit}个工作日（政府信息公开条例第三十三条第二款）。")]
    ExtensionTooLong {
        /// So many working days.
        limit: i64,
    },
    /// No days.
    #[error("请写明延长几个工作日，至少1个（政府信息公开条例第三十三条第二款）。")]
    ExtensionEmpty,
    /// Without consent.
    #[error(
        "延长答复期限须经政府信息公开工作机构负责人同意，未经同意不起作用（政府信息公开条例第三十三条第二款）。"
    )]
    NotApproved,
    /// The same one is still being asked.
    #[error("正在征求这一方的意见，同一段时间只扣除一次，不必重复发出（政府信息公开条例第三十三条第三款）。")]
    ConsultedTwice,
    /// Nobody was asked.
    #[error("没有尚未答复的征求意见书，请核对被征求意见的一方（政府信息公开条例第三十二条、第三十四条）。")]
    NotConsulted,
    /// A fee was asked for before.
    #[error("已经发出过收费通知，一件申请只按一种标准收费一次（政府信息公开信息处理费管理办法第三条）。")]
    FeeTwice,
    /// After the due.
    #[error(
        "收费通知应当在申请处理期限内发出；期限已于{}届满，不能再收费，请尽快答复（政府信息公开信息处理费管理办法第六条）。",
        day(*.due)
    )]
    FeeLate {
        /// The due.
        due: Date,
    },
    /// No notice.
    #[error("没有等待缴纳的费用，请先发出收费通知（政府信息公开信息处理费管理办法第六条）。")]
    FeeNotAsked,
    /// Reasons were asked for before.
    #[error("已经要求申请人说明理由，不必重复要求（政府信息公开条例第三十五条）。")]
    ReasonsAskedTwice,
    /// Reasons were not asked for, or not given.
    #[error("延迟答复须先由申请人说明理由，并认为理由合理（政府信息公开条例第三十五条）。")]
    NoReasons,
    /// Reasons came without being asked for.
    #[error("没有要求过申请人说明理由，或者已经收到，请作为材料附上（政府信息公开条例第三十五条）。")]
    ReasonsNotAsked,
    /// After the due.
    #[error(
        "确定延迟答复的期限并告知申请人，应当在答复期限届满前；期限已于{}届满，请尽快答复（政府信息公开条例第三十五条）。",
        day(*.due)
    )]
    DelayedLate {
        /// The due.
        due: Date,
    },
    /// The new day is not later than the due, or there is one already.
    #[error("延迟答复的期限只确定一次，并应当晚于现在的答复期限（政府信息公开条例第三十五条）。")]
    DelayNotLater,
    /// No day.
    #[error("请填写更正后的收到日期（政府信息公开条例第三十一条）。")]
    CorrectionEmpty,
    /// No reason.
    #[error("请在说明中写明更正登记的理由；原来登记的日期保留在办理经过里。")]
    CorrectionWithoutReason,
    /// Before the request came.
    #[error("更正后的收到日期早于申请到达之日（{}），请核对。", day(*.first))]
    CorrectionBeforeArrival {
        /// When it came.
        first: Date,
    },
    /// After something was done about it.
    #[error("更正后的收到日期晚于已经登记的办理（{}），请核对。", day(*.next))]
    CorrectionAfterStep {
        /// When it was done.
        next: Date,
    },
    /// A reply that presupposes a supplement, without one.
    #[error("没有收到过补正，不能以“补正后仍不明确”答复，请先要求补正（政府信息公开条例第三十条）。")]
    OutcomeWithoutSupplement,
    /// A reply that presupposes that reasons were asked for.
    #[error(
        "没有要求申请人说明理由，不能以无正当理由不予处理，请先要求说明理由（政府信息公开条例第三十五条）。"
    )]
    OutcomeWithoutReasons,
    /// A reply that presupposes that the third party was asked.
    #[error(
        "没有书面征求第三方意见，不能以保护第三方合法权益不予公开，请先征求第三方意见（政府信息公开条例第三十二条）。"
    )]
    OutcomeWithoutOpinion,
    /// Treated as given up before the time was over.
    #[error(
        "补正或者缴费的期限还没有过，不能作为逾期处理（政府信息公开条例第三十条、政府信息公开信息处理费管理办法第六条）。"
    )]
    OutcomeTooEarly,
    /// The applicant takes a request back, no reply does.
    #[error("撤回由申请人提出，请登记“申请人撤回申请”，不作为答复（政府信息公开条例第二十九条）。")]
    OutcomeByApplicant,
}

impl Refused {
    /// A stable word for programs: the finding's code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Future => "event-in-future",
            Self::Past { .. } => "event-in-past",
            Self::NotReceived => "request-not-received",
            Self::ReceivedTwice => "received-twice",
            Self::NotArrived => "confirmed-without-arrival",
            Self::Ended(_) => "event-after-end",
            Self::SupplementLate { .. } => "supplement-late",
            Self::FeeUnpaid { .. } => "fee-unpaid",
            Self::AwaitingSupplement => "awaiting-supplement",
            Self::AwaitingFee => "awaiting-fee",
            Self::SupplementAskedTwice => "supplement-asked-twice",
            Self::SupplementAskedLate { .. } => "supplement-asked-late",
            Self::PeriodBackwards => "period-backwards",
            Self::PeriodTooLong => "period-too-long",
            Self::SupplementTooLong { .. } => "supplement-too-long",
            Self::SupplementNotAsked => "supplement-not-asked",
            Self::ExtendedTwice => "extended-twice",
            Self::ExtendedLate { .. } => "extended-late",
            Self::ExtensionTooLong { .. } => "extension-too-long",
            Self::ExtensionEmpty => "extension-empty",
            Self::NotApproved => "extension-not-approved",
            Self::ConsultedTwice => "consulted-twice",
            Self::NotConsulted => "answer-without-consulting",
            Self::FeeTwice => "fee-noticed-twice",
            Self::FeeLate { .. } => "fee-noticed-late",
            Self::FeeNotAsked => "fee-not-noticed",
            Self::ReasonsAskedTwice => "reasons-asked-twice",
            Self::NoReasons => "delayed-without-reasons",
            Self::ReasonsNotAsked => "reasons-not-asked",
            Self::DelayedLate { .. } => "delayed-late",
            Self::DelayNotLater => "delay-not-later",
            Self::CorrectionEmpty => "correction-empty",
            Self::CorrectionWithoutReason => "correction-without-reason",
            Self::CorrectionBeforeArrival { .. } => "correction-before-arrival",
            Self::CorrectionAfterStep { .. } => "correction-after-step",
            Self::OutcomeWithoutSupplement => "outcome-without-supplement",
            Self::OutcomeWithoutReasons => "outcome-without-reasons",
            Self::OutcomeWithoutOpinion => "outcome-without-opinion",
            Self::OutcomeTooEarly => "outcome-too-early",
            Self::OutcomeByApplicant => "outcome-by-applicant",
        }
    }
}
