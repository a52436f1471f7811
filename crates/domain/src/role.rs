//! Roles and what each may do: the one place that answers "may this person do this here?".
//!
//! Everything not granted is denied. A grant is a role within a scope (a unit, or a region with all below it).
//! Administration, security and audit are separate people (GB/T 22239 三员分立): none of the three may write content.

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
            AnswerErrorReport, AnswerSupervision, ApproveRequest, Comment, ConfirmCompletion, EditCatalogue,
            EditPlan, HandleRequest, ImportPlan, ManageUnits, ManageUsers, ManageWebhooks, ManageWording,
            NotePublication, PublishCatalogue, ReadCatalogue, ReadDisclosure, ReadJournal, ReadPlan,
            ReportProgress, ReviewCatalogue, ReviewDisclosure, Supervise, UnlockUsers, WithdrawDisclosure,
            WriteDisclosure,
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
                    | ReadCatalogue
                    | EditCatalogue
                    | ReviewCatalogue
                    | PublishCatalogue
                    | NotePublication
                    | ReadDisclosure
                    | WriteDisclosure
                    | ReviewDisclosure
                    | WithdrawDisclosure
                    | HandleRequest
                    | ApproveRequest
            ),
            Self::Clerk => matches!(
                act,
                ReadPlan
                    | ReportProgress
                    | Comment
                    | AnswerSupervision
                    | AnswerErrorReport
                    | ReadCatalogue
                    | EditCatalogue
                    | NotePublication
                    | ReadDisclosure
                    | WriteDisclosure
                    | HandleRequest
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
                        | ApproveRequest
                )
            }
            Self::Leader => matches!(act, ReadPlan | Comment | ReadCatalogue | ReadDisclosure),
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
    /// Take back what is public.
    WithdrawDisclosure,
    /// Work on requests for disclosure (依申请公开), with what their applicants tell of themselves.
    HandleRequest,
    /// Decide on extensions of and replies to requests that somebody else proposed.
    ApproveRequest,
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
            Self::WithdrawDisclosure => "撤回公开信息",
            Self::HandleRequest => "办理公开申请",
            Self::ApproveRequest => "审批公开申请的答复和延期",
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
    let covered = |scope: Scope| match scope {
        Scope::Unit(unit) => place.unit == Some(unit),
        Scope::Region(region) => place.regions.contains(&region),
    };
    if person.grants.iter().any(|grant| grant.role.may(act) && covered(grant.scope)) {
        return Ok(());
    }
    Err(Denied { act })
}

/// Whether the person may do this somewhere: what menus are drawn from. A page still asks [`authorise`].
pub fn may_somewhere(person: &Person, act: Act) -> bool {
    person.grants.iter().any(|grant| grant.role.may(act))
}

/// Where the person may do this, for narrowing lists: units and regions of the grants that allow it.
pub fn scopes(person: &Person, act: Act) -> Vec<Scope> {
    let mut scopes: Vec<Scope> =
        person.grants.iter().filter(|grant| grant.role.may(act)).map(|grant| grant.scope).collect();
    scopes.sort_unstable();
    scopes.dedup();
    scopes
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
    fn a_role_survives_its_word() {
        for role in Role::ALL {
            assert_eq!(Role::from_word(role.word()), Some(role));
        }
        assert_eq!(Role::from_word("root"), None);
    }
}
