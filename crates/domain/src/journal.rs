//! The journal (操作日志): what each entry says and how entries hang together.
//!
//! Every entry holds the hash of the one before it, so a change to any past entry, or its loss, shows.
//! The store writes entries; this module only knows their words and their hash.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The hash of an entry, SHA-256.
pub type Hash = [u8; 32];

/// What the first entry holds as the hash before it.
pub const ORIGIN: Hash = [0; 32];

/// What was done. The word is kept for ever: never reuse or rename one.
macro_rules! actions {
    ($($variant:ident = $word:literal, $label:literal, $public:literal;)+) => {
        /// What was done.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Action {
            $(#[doc = $label] $variant,)+
        }

        impl Action {
            /// Every action.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word kept in the record.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// The words people read.
            pub fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)+ }
            }

            /// Whether the act can change what the public sees; the last such entry is the portal's epoch.
            pub fn is_public(self) -> bool {
                match self { $(Self::$variant => $public,)+ }
            }
        }
    };
}

actions! {
    RegionCreated = "region.created", "新增行政区划", true;
    UnitCreated = "unit.created", "新增单位", true;
    UnitChanged = "unit.changed", "修改单位", true;
    AliasAdded = "unit.alias_added", "登记单位别名", false;
    GroupCreated = "group.created", "新增单位组", true;
    GroupChanged = "group.changed", "修改单位组", true;
    UserCreated = "user.created", "新增人员", false;
    UserChanged = "user.changed", "修改人员", false;
    PasswordChanged = "user.password_changed", "修改密码", false;
    UserLocked = "user.locked", "锁定账号", false;
    UserUnlocked = "user.unlocked", "解除锁定", false;
    SignedIn = "session.signed_in", "登录", false;
    SignInFailed = "session.sign_in_failed", "登录失败", false;
    SignedOut = "session.signed_out", "退出", false;
    AttachmentStored = "attachment.stored", "上传文件", false;
    DraftCreated = "plan_draft.created", "读取任务分解表", false;
    DraftChanged = "plan_draft.changed", "修改待确认的任务分解表", false;
    DraftDiscarded = "plan_draft.discarded", "放弃导入", false;
    MappingRemembered = "column_mapping.remembered", "记住表头对应关系", false;
    PlanAccepted = "plan.accepted", "任务分解表生效", true;
    PlanPublished = "plan.published", "公开任务分解表", true;
    PlanUnpublished = "plan.unpublished", "停止公开任务分解表", true;
    AssignmentChanged = "assignment.changed", "修改任务内容", true;
    ProgressReported = "responsibility.reported", "报送进展", true;
    CompletionSubmitted = "responsibility.submitted", "报请确认完成", true;
    CompletionConfirmed = "responsibility.confirmed", "确认完成", true;
    CompletionReturned = "responsibility.returned", "退回", true;
    EvidenceAttached = "evidence.attached", "添加佐证", false;
    EvidenceRemoved = "evidence.removed", "移除佐证", false;
    CommentAdded = "comment.added", "发表意见", false;
    CatalogueCreated = "catalogue.created", "建立标准目录", false;
    CatalogueChanged = "catalogue.changed", "修改标准目录", false;
    CatalogueUndone = "catalogue.undone", "撤销目录修改", false;
    CatalogueCommented = "catalogue.commented", "对目录提出意见", false;
    CatalogueCommentSettled = "catalogue.comment_settled", "目录意见已处理", false;
    CatalogueSubmitted = "catalogue.submitted", "目录提交审查", false;
    CatalogueReturned = "catalogue.returned", "退回目录", false;
    CatalogueApproved = "catalogue.approved", "目录通过审查", false;
    CataloguePublished = "catalogue.published", "公布标准目录", true;
    CatalogueAdjusted = "catalogue.adjusted", "调整标准目录", false;
    CatalogueAbandoned = "catalogue.abandoned", "放弃目录调整", false;
    CatalogueFollowed = "catalogue.followed", "跟进上级目录", false;
    CatalogueWithdrawn = "catalogue.withdrawn", "撤回标准目录", true;
    ObligationNoted = "obligation.noted", "登记信息形成", true;
    ObligationPublished = "obligation.published", "登记公开情况", true;
    ObligationCancelled = "obligation.cancelled", "取消登记", true;
    ObligationsRenewed = "obligation.renewed", "列出按期公开的事项", true;
    DisclosureCreated = "disclosure.created", "新建公开信息", false;
    DisclosureChanged = "disclosure.changed", "修改公开信息", false;
    DisclosureDiscarded = "disclosure.discarded", "删除未公开的信息", false;
    DisclosureWaived = "disclosure.waived", "说明理由，保留检查出的内容", false;
    DisclosureSubmitted = "disclosure.submitted", "公开信息提交审查", false;
    DisclosurePassed = "disclosure.passed", "公开信息通过审查", false;
    DisclosureReturned = "disclosure.returned", "退回公开信息", false;
    DisclosureScheduled = "disclosure.scheduled", "定时公开信息", false;
    DisclosurePublished = "disclosure.published", "公开信息", true;
    DisclosureRevising = "disclosure.revising", "修订公开信息", false;
    DisclosureAbandoned = "disclosure.abandoned", "放弃修订", false;
    DisclosureWithdrawn = "disclosure.withdrawn", "撤回公开信息", true;
    ErrorReportReceived = "error_report.received", "收到网民找错", true;
    ErrorReportAnswered = "error_report.answered", "答复网民找错", true;
    RequestReceived = "request.received", "收到公开申请", false;
    RequestStepped = "request.stepped", "办理公开申请", false;
    RequestProposed = "request.proposed", "公开申请报请审批", false;
    RequestReturned = "request.returned", "退回公开申请的拟办意见", false;
    RequestDelivered = "request.delivered", "登记文书送达", false;
    RequestLetterIssued = "request.letter_issued", "制发公开申请文书", false;
    RequestContactChanged = "request.contact_changed", "更正申请人联系方式", false;
    RequestFileKept = "request.file_kept", "存入公开申请材料", false;
    RequestFileRemoved = "request.file_removed", "移除公开申请材料", false;
    RequestDueMoved = "request.due_moved", "重新计算公开申请期限", false;
    RequestDisputed = "request.disputed", "登记复议诉讼", false;
    RequestOfficeChanged = "request_office.changed", "修改依申请公开文书设置", false;
    LetterTemplateChanged = "letter_template.changed", "修改文书模板", false;
    DispatchNoted = "dispatch.noted", "登记转发情况", true;
    AccountProposed = "account.proposed", "申请办理账号事项", false;
    AccountTakenBack = "account.taken_back", "撤回账号申请", false;
    AccountReturned = "account.returned", "退回账号申请", false;
    AccountApproved = "account.approved", "批准账号事项", true;
    AccountImported = "account.imported", "导入账号清单", true;
    AccountPublisherSet = "account.publisher_set", "设置账号的自动发布", false;
    AccountRefused = "account.refused", "账号事项未予受理", false;
    WebhookAdded = "webhook.added", "新增推送地址", false;
    WebhookChanged = "webhook.changed", "启用或停用推送地址", false;
    WebhookSecretRenewed = "webhook.secret_renewed", "更换推送签名密钥", false;
    WebhookRemoved = "webhook.removed", "删除推送地址", false;
    ReviewRouteSet = "review_route.set", "设置审查流程", false;
    ReviewRouteRemoved = "review_route.removed", "取消审查流程", false;
    AbsenceNoted = "absence.noted", "登记外出或委托", false;
    AbsenceEnded = "absence.ended", "结束外出或委托", false;
    WordingChanged = "wording.changed", "修改词表", false;
    AnnualReportBegun = "annual_report.begun", "建立年度报告", false;
    AnnualReportChanged = "annual_report.changed", "修改年度报告", false;
    AnnualReportHandedIn = "annual_report.handed_in", "提交年度报告", false;
    GuideChanged = "guide.changed", "修改公开指南", true;
    NoticeIssued = "supervision.issued", "发出督办单", true;
    NoticeAnswered = "supervision.answered", "答复督办单", false;
    NoticeReturned = "supervision.returned", "退回督办答复", false;
    NoticeClosed = "supervision.closed", "督办办结", true;
    RemindersSent = "reminder.sent", "发出提醒", false;
    FeedIssued = "feed.issued", "生成日历订阅地址", false;
    FeedRevoked = "feed.revoked", "停用日历订阅地址", false;
}

impl Action {
    /// The action of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.word() == word)
    }
}

/// What an entry is about: a room and a row in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// The room: `plan`, `assignment`, `user`, ….
    pub kind: String,
    /// The row.
    pub id: i64,
}

/// One entry of the journal, as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Position, from 1, without gaps.
    pub sequence: i64,
    /// Instant, microseconds since 1970 (UTC).
    pub at: i64,
    /// The user's id; `None` for the system.
    pub actor: Option<i64>,
    /// The actor's name at that time.
    pub actor_name: String,
    /// The action's word.
    pub action: String,
    /// The room of the subject.
    pub subject_kind: String,
    /// The row of the subject.
    pub subject_id: i64,
    /// State before, as JSON text; `None` where there was none.
    pub before: Option<String>,
    /// State after, as JSON text.
    pub after: Option<String>,
    /// Hash of the entry before.
    pub previous: Hash,
    /// Hash of this entry.
    pub hash: Hash,
}

impl Entry {
    /// The hash this entry must bear: SHA-256 over its fields, each preceded by a presence byte and its length,
    /// so that no two different entries share the same bytes.
    pub fn expected_hash(&self) -> Hash {
        let mut hasher = Sha256::new();
        hasher.update(b"gongkai-journal-1");
        hasher.update(self.sequence.to_be_bytes());
        hasher.update(self.at.to_be_bytes());
        hasher.update([u8::from(self.actor.is_some())]);
        hasher.update(self.actor.unwrap_or(0).to_be_bytes());
        let texts = [Some(&self.actor_name), Some(&self.action), Some(&self.subject_kind)];
        for text in texts.into_iter().chain([self.before.as_ref(), self.after.as_ref()]) {
            hasher.update([u8::from(text.is_some())]);
            let bytes = text.map_or(&[][..], |text| text.as_bytes());
            hasher.update((bytes.len() as u64).to_be_bytes());
            hasher.update(bytes);
        }
        hasher.update(self.subject_id.to_be_bytes());
        hasher.update(self.previous);
        hasher.finalize().into()
    }
}

/// Checks entries one after another, in order of sequence.
#[derive(Debug, Clone)]
pub struct Verifier {
    next_sequence: i64,
    previous: Hash,
}

impl Default for Verifier {
    fn default() -> Self {
        Self { next_sequence: 1, previous: ORIGIN }
    }
}

/// Where the journal no longer holds.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// An entry is missing or doubled.
    #[error("操作日志第 {expected} 条缺失（读到的是第 {found} 条）。")]
    Sequence {
        /// The sequence that should have come.
        expected: i64,
        /// The sequence that came.
        found: i64,
    },
    /// An entry does not follow the one before it.
    #[error("操作日志第 {sequence} 条与前一条不相衔接，前一条可能被改动或替换。")]
    Chain {
        /// The entry whose link fails.
        sequence: i64,
    },
    /// An entry's content was changed.
    #[error("操作日志第 {sequence} 条的内容与其校验值不符，该条可能被改动。")]
    Content {
        /// The changed entry.
        sequence: i64,
    },
}

impl Verifier {
    /// Checks the next entry.
    ///
    /// # Errors
    /// [`Broken`] naming the first entry that does not hold.
    pub fn check(&mut self, entry: &Entry) -> Result<(), Broken> {
        if entry.sequence != self.next_sequence {
            return Err(Broken::Sequence { expected: self.next_sequence, found: entry.sequence });
        }
        if entry.previous != self.previous {
            return Err(Broken::Chain { sequence: entry.sequence });
        }
        if entry.hash != entry.expected_hash() {
            return Err(Broken::Content { sequence: entry.sequence });
        }
        self.previous = entry.hash;
        self.next_sequence += 1;
        Ok(())
    }

    /// How many entries were checked, and the hash of the last.
    pub fn head(&self) -> (i64, Hash) {
        (self.next_sequence - 1, self.previous)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(length: i64) -> Vec<Entry> {
        let mut previous = ORIGIN;
        (1..=length)
            .map(|sequence| {
                let mut entry = Entry {
                    sequence,
                    at: 1_600_000_000_000_000 + sequence,
                    actor: (sequence % 2 == 0).then_some(4),
                    actor_name: "示例人员".into(),
                    action: Action::PlanAccepted.word().into(),
                    subject_kind: "plan".into(),
                    subject_id: sequence,
                    before: None,
                    after: Some(format!("{{\"n\":{sequence}}}")),
                    previous,
                    hash: ORIGIN,
                };
                entry.hash = entry.expected_hash();
                previous = entry.hash;
                entry
            })
            .collect()
    }

    fn verify(entries: &[Entry]) -> Result<(), Broken> {
        let mut verifier = Verifier::default();
        entries.iter().try_for_each(|entry| verifier.check(entry))
    }

    #[test]
    fn an_untouched_journal_holds() {
        assert_eq!(verify(&chain(5)), Ok(()));
    }

    #[test]
    fn every_field_is_under_the_hash() {
        type Tampering = fn(&mut Entry);
        let tamperings: [Tampering; 8] = [
            |e| e.at += 1,
            |e| e.actor = Some(9),
            |e| e.actor_name.push('x'),
            |e| e.action.push('x'),
            |e| e.subject_kind.push('x'),
            |e| e.subject_id += 1,
            |e| e.before = Some(String::new()),
            |e| e.after = None,
        ];
        for tamper in tamperings {
            let mut entries = chain(3);
            tamper(&mut entries[1]);
            assert_eq!(verify(&entries), Err(Broken::Content { sequence: 2 }));
            entries[1].hash = entries[1].expected_hash();
            assert_eq!(
                verify(&entries),
                Err(Broken::Chain { sequence: 3 }),
                "a forger must rewrite all that follows"
            );
        }
    }

    #[test]
    fn text_cannot_move_between_fields() {
        let mut one = chain(1).remove(0);
        let mut two = one.clone();
        (one.actor_name, one.action) = ("ab".into(), "c".into());
        (two.actor_name, two.action) = ("a".into(), "bc".into());
        assert_ne!(one.expected_hash(), two.expected_hash());
    }

    #[test]
    fn a_lost_entry_shows() {
        let mut entries = chain(4);
        entries.remove(2);
        assert_eq!(verify(&entries), Err(Broken::Sequence { expected: 3, found: 4 }));
    }

    #[test]
    fn words_are_unique() {
        let words: std::collections::HashSet<_> = Action::ALL.iter().map(|a| a.word()).collect();
        assert_eq!(words.len(), Action::ALL.len());
        assert_eq!(Action::from_word("plan.accepted"), Some(Action::PlanAccepted));
    }
}
