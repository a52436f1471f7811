//! Roles and what each may do: the one place that answers "may this person do this here?".
//!
//! Everything not granted is denied. A grant is a role within a scope (a unit, or a region with all below it).
//! Administration, security and audit are separate people (GB/T 22239 三员分立): none of the three may write content.
//! A person may hand reviews to another for some days: what the other may do then comes from here too.

use crate::unit::{RegionId, UnitId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A role a person holds within a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 政务公开办: the office in charge.
    Coordinator,
    /// 信息员: a unit's clerk, often part-time.
    Clerk,
    /// 审核人: approves what the unit's clerk submits.
    Reviewer,
    /// 领导/考核: reads everything within the scope.
    Leader,
    /// 系统管理员: regions, units, people.
    Administrator,
    /// 安全管理员: sessions, lock-outs, the grants of others.
    SecurityOfficer,
    /// 审计员: reads the journal.
    Auditor,
}

impl Role {
    /// Every role, in the order shown to people.
    pub const ALL: [Self; 7] = [
        Self::Coordinator,
        Self::Clerk,
        Self::Reviewer,
        Self::Leader,
        Self::Administrator,
        Self::SecurityOfficer,
        Self::Auditor,
    ];

    /// The word kept in the record and used in URLs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Coordinator => "coordinator",
            Self::Clerk => "clerk",
            Self::Reviewer => "reviewer",
            Self::Leader => "leader",
            Self::Administrator => "administrator",
            Self::SecurityOfficer => "security_officer",
            Self::Auditor => "auditor",
        }
    }

    /// The role of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }

    /// The term people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Coordinator => "政务公开办",
            Self::Clerk => "信息员",
            Self::Reviewer => "审核人",
            Self::Leader => "领导",
            Self::Administrator => "系统管理员",
            Self::SecurityOfficer => "安全管理员",
            Self::Auditor => "审计员",
        }
    }

    /// What the role may do within its scope.
    fn may(self, act: Act) -> bool {
        use Act::{
            AnswerErrorReport, AnswerSupervision, ApproveAccount, ApproveRequest, Comment, ConfirmCompletion,
            EditCatalogue, EditGuide, EditPlan, HandleRequest, ImportPlan, ManageUnits, ManageUsers,
            ManageWebhooks, ManageWording, NotePublication, ProposeAccount, PublishCatalogue, ReadAccount,
            ReadCatalogue, ReadDisclosure, ReadJournal, ReadPlan, ReportProgress, ReviewCatalogue,
            ReviewDisclosure, SetReviewRoute, SignDisclosure, Supervise, TightenReviewRoute, UnlockUsers,
            WithdrawDisclosure, WriteDisclosure,
        };
        match self {
            Self::Coordinator => matches!(
                act,
                ReadPlan
                    | ImportPlan
                    | EditPlan
                    | ReportProgress
                    | ConfirmCompletion
                    | Comment
                    | Supervise
                    | AnswerSupervision
                    | ManageUnits
                    | AnswerErrorReport
                    | ManageWebhooks
                    | ManageWording
                    | EditGuide
                    | ReadCatalogue
                    | EditCatalogue
                    | ReviewCatalogue
                    | PublishCatalogue
                    | NotePublication
                    | ReadDisclosure
                    | WriteDisclosure
                    | ReviewDisclosure
                    | WithdrawDisclosure
                    | SetReviewRoute
                    | TightenReviewRoute
                    | HandleRequest
                    | ApproveRequest
                    | ReadAccount
                    | ProposeAccount
                    | ApproveAccount
            ),
            Self::Clerk => matches!(
                act,
                ReadPlan
                    | ReportProgress
                    | Comment
                    | AnswerSupervision
                    | AnswerErrorReport
                    | EditGuide
                    | ReadCatalogue
                    | EditCatalogue
                    | NotePublication
                    | ReadDisclosure
                    | WriteDisclosure
                    | HandleRequest
                    | ReadAccount
                    | ProposeAccount
            ),
            Self::Reviewer => {
                matches!(
                    act,
                    ReadPlan
                        | ReportProgress
                        | Comment
                        | AnswerSupervision
                        | ReadCatalogue
                        | ReadDisclosure
                        | ReviewDisclosure
                        | TightenReviewRoute
                        | ApproveRequest
                        | ReadAccount
                )
            }
            Self::Leader => {
                matches!(
                    act,
                    ReadPlan | Comment | ReadCatalogue | ReadDisclosure | SignDisclosure | ReadAccount
                )
            }
            Self::Administrator => matches!(act, ManageUnits | ManageUsers | ManageWebhooks),
            Self::SecurityOfficer => matches!(act, UnlockUsers),
            Self::Auditor => matches!(act, ReadJournal),
        }
    }
}

/// Something a person does that needs permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Act {
    /// See plans, assignments, progress of the place.
    ReadPlan,
    /// Upload a breakdown table and accept it.
    ImportPlan,
    /// Change an accepted plan.
    EditPlan,
    /// Report progress and attach evidence.
    ReportProgress,
    /// Confirm or return what was reported as done.
    ConfirmCompletion,
    /// Comment on an assignment.
    Comment,
    /// See a unit's catalogues and their drafts.
    ReadCatalogue,
    /// Write a unit's catalogue and hand it in.
    EditCatalogue,
    /// Approve or return a catalogue.
    ReviewCatalogue,
    /// Publish a catalogue, or take it back.
    PublishCatalogue,
    /// Note that information was formed, and when it became public.
    NotePublication,
    /// See a unit's disclosures before they are public.
    ReadDisclosure,
    /// Write a unit's disclosures, hand them in, publish what passed its reviews.
    WriteDisclosure,
    /// Review a unit's disclosures (保密审查, 法制审核, 签发).
    ReviewDisclosure,
    /// Sign a unit's disclosures as a leader (领导审签).
    SignDisclosure,
    /// Set which reviews disclosures go through, and who does them.
    SetReviewRoute,
    /// The same, asking more than before only.
    TightenReviewRoute,
    /// Take back what is public.
    WithdrawDisclosure,
    /// Say where the disclosure office is and how it is reached (公开指南).
    EditGuide,
    /// Work on requests for disclosure (依申请公开), with what their applicants tell of themselves.
    HandleRequest,
    /// Decide on extensions of and replies to requests that somebody else proposed.
    ApproveRequest,
    /// See the ledger of accounts with the people who answer for them (平台矩阵).
    ReadAccount,
    /// Ask that a unit's account be opened, changed, audited, closed.
    ProposeAccount,
    /// Decide on that, and take over a ledger as it stands.
    ApproveAccount,
    /// Issue and close supervision notices (督办单).
    Supervise,
    /// Answer a supervision notice.
    AnswerSupervision,
    /// Look into what readers reported as wrong, and answer.
    AnswerErrorReport,
    /// Addresses of other systems that are told what becomes public.
    ManageWebhooks,
    /// The words that are found before publication.
    ManageWording,
    /// Regions, units, groups, aliases.
    ManageUnits,
    /// People and their grants.
    ManageUsers,
    /// Locks and sessions of others.
    UnlockUsers,
    /// The journal.
    ReadJournal,
}

impl Act {
    /// Whether it may be handed to another person for some days: reviewing, and reading what is to be reviewed.
    pub fn is_delegable(self) -> bool {
        matches!(self, Self::ReadDisclosure | Self::ReviewDisclosure | Self::SignDisclosure)
    }

    /// The act in words, as in 您没有权限…….
    pub fn label(self) -> &'static str {
        match self {
            Self::ReadPlan => "查看任务",
            Self::ImportPlan => "导入任务分解表",
            Self::EditPlan => "修改任务",
            Self::ReportProgress => "报送进展",
            Self::ConfirmCompletion => "确认完成情况",
            Self::Comment => "发表意见",
            Self::ReadCatalogue => "查看标准目录",
            Self::EditCatalogue => "编制标准目录",
            Self::ReviewCatalogue => "审查标准目录",
            Self::PublishCatalogue => "公布标准目录",
            Self::NotePublication => "登记公开情况",
            Self::ReadDisclosure => "查看公开信息",
            Self::WriteDisclosure => "编辑公开信息",
            Self::ReviewDisclosure => "审查公开信息",
            Self::SignDisclosure => "审签公开信息",
            Self::SetReviewRoute | Self::TightenReviewRoute => "设置审查流程",
            Self::WithdrawDisclosure => "撤回公开信息",
            Self::EditGuide => "编辑公开指南",
            Self::HandleRequest => "办理公开申请",
            Self::ApproveRequest => "审批公开申请的答复和延期",
            Self::ReadAccount => "查看账号清单",
            Self::ProposeAccount => "申请办理账号事项",
            Self::ApproveAccount => "审批账号事项",
            Self::Supervise => "督办",
            Self::AnswerSupervision => "答复督办单",
            Self::AnswerErrorReport => "答复网民找错",
            Self::ManageWebhooks => "管理推送地址",
            Self::ManageWording => "管理词表",
            Self::ManageUnits => "管理单位名录",
            Self::ManageUsers => "管理人员",
            Self::UnlockUsers => "解除锁定",
            Self::ReadJournal => "查看操作日志",
        }
    }
}

/// Where a role holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "id")]
pub enum Scope {
    /// One unit.
    Unit(UnitId),
    /// A region and every region below it, with all their units.
    Region(RegionId),
}

/// A role within a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Grant {
    /// What the person is.
    pub role: Role,
    /// Where.
    pub scope: Scope,
}

/// Who acts: a person with grants, or the system itself (jobs, the command line on the server).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Actor {
    /// A person who has signed in.
    Person(Person),
    /// The program: reminders, import from the command line. It may do what its caller's code asks of it.
    System,
}

/// A person who has signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Identity in the record.
    pub user: i64,
    /// Name shown beside what they did.
    pub name: String,
    /// The unit they work for.
    pub unit: UnitId,
    /// What they may do, and where.
    pub grants: BTreeSet<Grant>,
    /// What others have handed to them for today. Their own grants only: who acts for another hands nothing on.
    #[serde(default)]
    pub delegated: Vec<Delegated>,
}

/// What a person has handed to another (委托办理).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delegated {
    /// Who handed it on.
    pub user: i64,
    /// Their name.
    pub name: String,
    /// Their own grants; of these, only what [`Act::is_delegable`].
    pub grants: BTreeSet<Grant>,
}

/// In whose right somebody acts: the own, or that of a person who handed it on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hand<'a> {
    /// Whose right it is.
    pub user: i64,
    /// That person's name, where it is another's right.
    pub principal: Option<&'a str>,
    grants: &'a BTreeSet<Grant>,
}

impl Hand<'_> {
    /// Whether this right covers the act at that place.
    pub fn may(&self, act: Act, place: &Place) -> bool {
        self.grants_for(act).any(|grant| place.is_within(grant.scope))
    }

    /// Whether it does so without being the office in charge.
    pub fn may_from_below(&self, act: Act, place: &Place) -> bool {
        self.grants_for(act).any(|grant| grant.role != Role::Coordinator && place.is_within(grant.scope))
    }

    fn grants_for(&self, act: Act) -> impl Iterator<Item = &Grant> {
        let reaches = self.principal.is_none() || act.is_delegable();
        self.grants.iter().filter(move |grant| reaches && grant.role.may(act))
    }
}

impl Person {
    /// The rights in which the person may act, the own first.
    pub fn hands(&self) -> impl Iterator<Item = Hand<'_>> {
        let own = Hand { user: self.user, principal: None, grants: &self.grants };
        let others = self.delegated.iter().map(|delegated| Hand {
            user: delegated.user,
            principal: Some(&delegated.name),
            grants: &delegated.grants,
        });
        std::iter::once(own).chain(others)
    }
}

/// Whether the grants are those of an administrator, a security officer or an auditor, who act for nobody else.
pub fn is_apart(grants: &BTreeSet<Grant>) -> bool {
    let apart = [Role::Administrator, Role::SecurityOfficer, Role::Auditor];
    grants.iter().any(|grant| apart.contains(&grant.role))
}

/// The place something happens: a unit, and the region it serves with all regions above
/// (from [`crate::unit::Directory::chain`]).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The unit whose matter it is; `None` for a matter of the region as a whole.
    pub unit: Option<UnitId>,
    /// The region and those above it, nearest first.
    pub regions: Vec<RegionId>,
}

impl Place {
    /// Whether a scope covers it.
    fn is_within(&self, scope: Scope) -> bool {
        match scope {
            Scope::Unit(unit) => self.unit == Some(unit),
            Scope::Region(region) => self.regions.contains(&region),
        }
    }
}

/// The act was not allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("您没有在此{}的权限。如工作需要，请联系本地系统管理员调整授权。", .act.label())]
pub struct Denied {
    /// What was asked.
    pub act: Act,
}

/// Whether the actor may do this at that place. Deny by default.
///
/// # Errors
/// [`Denied`] when no grant covers the act and the place.
pub fn authorise(actor: &Actor, act: Act, place: &Place) -> Result<(), Denied> {
    let Actor::Person(person) = actor else { return Ok(()) };
    if person.hands().any(|hand| hand.may(act, place)) { Ok(()) } else { Err(Denied { act }) }
}

/// Whether the person may do this somewhere: what menus are drawn from. A page still asks [`authorise`].
pub fn may_somewhere(person: &Person, act: Act) -> bool {
    person.hands().any(|hand| hand.grants_for(act).next().is_some())
}

/// Where the person may do this, for narrowing lists: units and regions of the grants that allow it.
pub fn scopes(person: &Person, act: Act) -> Vec<Scope> {
    let hands = person.hands();
    let of = |hand: Hand<'_>| hand.grants_for(act).map(|grant| grant.scope).collect::<Vec<_>>();
    let mut scopes: Vec<Scope> = hands.flat_map(of).collect();
    scopes.sort_unstable();
    scopes.dedup();
    scopes
}

/// The roles that may do this: for finding the people.
pub fn roles_for(act: Act) -> impl Iterator<Item = Role> {
    Role::ALL.into_iter().filter(move |role| role.may(act))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(role: Role, scope: Scope) -> Actor {
        Actor::Person(Person {
            user: 1,
            name: "示例人员".into(),
            unit: 7,
            grants: BTreeSet::from([Grant { role, scope }]),
            delegated: Vec::new(),
        })
    }

    /// A township (region 2) of the county (region 1), with its government (unit 7).
    fn township() -> Place {
        Place { unit: Some(7), regions: vec![2, 1] }
    }

    #[test]
    fn a_clerk_touches_only_the_own_unit() {
        let clerk = person(Role::Clerk, Scope::Unit(7));
        assert_eq!(authorise(&clerk, Act::ReportProgress, &township()), Ok(()));
        let other = Place { unit: Some(8), regions: vec![2, 1] };
        assert_eq!(authorise(&clerk, Act::ReportProgress, &other), Err(Denied { act: Act::ReportProgress }));
        assert_eq!(
            authorise(&clerk, Act::ReportProgress, &Place::default()),
            Err(Denied { act: Act::ReportProgress })
        );
    }

    #[test]
    fn a_region_covers_what_lies_below_it_and_nothing_beside_it() {
        let county = person(Role::Coordinator, Scope::Region(1));
        let town = person(Role::Coordinator, Scope::Region(2));
        let neighbour = Place { unit: Some(9), regions: vec![3, 1] };
        assert!(authorise(&county, Act::Supervise, &township()).is_ok());
        assert!(authorise(&county, Act::Supervise, &neighbour).is_ok());
        assert!(authorise(&town, Act::Supervise, &township()).is_ok());
        assert!(authorise(&town, Act::Supervise, &neighbour).is_err());
        assert!(authorise(&town, Act::ImportPlan, &Place { unit: None, regions: vec![1] }).is_err());
    }

    #[test]
    fn administration_security_and_audit_are_apart_and_write_no_content() {
        let everywhere = Scope::Region(1);
        let three = [Role::Administrator, Role::SecurityOfficer, Role::Auditor];
        for role in three {
            for act in
                [Act::ReportProgress, Act::EditPlan, Act::ConfirmCompletion, Act::Supervise, Act::ImportPlan]
            {
                assert!(authorise(&person(role, everywhere), act, &township()).is_err(), "{role:?} {act:?}");
            }
        }
        for act in [Act::ManageUsers, Act::UnlockUsers, Act::ReadJournal] {
            assert_eq!(three.iter().filter(|role| role.may(act)).count(), 1, "{act:?}");
        }
    }

    #[test]
    fn what_is_handed_on_reaches_reviews_and_nothing_else() {
        let Actor::Person(mut clerk) = person(Role::Clerk, Scope::Unit(9)) else { unreachable!() };
        let grants = BTreeSet::from([Grant { role: Role::Coordinator, scope: Scope::Region(1) }]);
        clerk.delegated = vec![Delegated { user: 2, name: "示例主任".into(), grants }];
        assert_eq!(scopes(&clerk, Act::ReviewDisclosure), [Scope::Region(1)]);
        assert!(!may_somewhere(&clerk, Act::SetReviewRoute));
        let clerk = Actor::Person(clerk);
        for act in [Act::ReadDisclosure, Act::ReviewDisclosure] {
            assert_eq!(authorise(&clerk, act, &township()), Ok(()), "{act:?}");
        }
        for act in [Act::WriteDisclosure, Act::WithdrawDisclosure, Act::Supervise, Act::ReadPlan] {
            assert_eq!(authorise(&clerk, act, &township()), Err(Denied { act }), "{act:?}");
        }
    }

    #[test]
    fn a_role_survives_its_word() {
        for role in Role::ALL {
            assert_eq!(Role::from_word(role.word()), Some(role));
        }
        assert_eq!(Role::from_word("root"), None);
    }
}
