//! The tables as rows, one module a table. They never leave the crate. Instants are microseconds, dates are texts
//! (see `instant`), enums are the words of the domain, JSON is text: the same bytes in both databases.
#![expect(unreachable_pub, reason = "SeaORM's derives want `pub`; the module is private")]

macro_rules! entities {
    ($($table:ident $name:tt { $($(#[$attribute:meta])* $field:ident: $type:ty,)+ })+) => {
        $(pub(crate) mod $table {
            use sea_orm::entity::prelude::*;

            #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
            #[sea_orm(table_name = $name)]
            pub struct Model {
                $($(#[$attribute])* pub $field: $type,)+
            }

            #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
            pub enum Relation {}

            impl ActiveModelBehavior for ActiveModel {}
        })+
    };
}

mod of_account;
mod of_reader;
mod of_request;

pub(crate) use of_account::*;
pub(crate) use of_reader::*;
pub(crate) use of_request::*;

entities! {
    region "region" {
        #[sea_orm(primary_key)] id: i64,
        code: String,
        name: String,
        tier: String,
        parent_id: Option<i64>,
    }
    unit "unit" {
        #[sea_orm(primary_key)] id: i64,
        region_id: i64,
        name: String,
        kind: String,
        version: i64,
    }
    unit_alias "unit_alias" {
        #[sea_orm(primary_key)] id: i64,
        unit_id: i64,
        name: String,
    }
    unit_group "unit_group" {
        #[sea_orm(primary_key)] id: i64,
        name: String,
        version: i64,
    }
    unit_group_alias "unit_group_alias" {
        #[sea_orm(primary_key)] id: i64,
        group_id: i64,
        name: String,
    }
    unit_group_member "unit_group_member" {
        #[sea_orm(primary_key)] id: i64,
        group_id: i64,
        unit_id: i64,
    }
    counter "counter" {
        #[sea_orm(primary_key, auto_increment = false)] name: String,
        value: i64,
    }
    user "user" {
        #[sea_orm(primary_key)] id: i64,
        login: String,
        name: String,
        unit_id: i64,
        email: Option<String>,
        password_hash: String,
        active: bool,
        must_change_password: bool,
        failed_attempts: i32,
        locked_until: Option<i64>,
        version: i64,
    }
    user_grant "user_grant" {
        #[sea_orm(primary_key)] id: i64,
        user_id: i64,
        role: String,
        unit_id: Option<i64>,
        region_id: Option<i64>,
    }
    session "session" {
        #[sea_orm(primary_key, auto_increment = false)] token_hash: String,
        user_id: i64,
        created_at: i64,
        last_seen_at: i64,
    }
    attachment "attachment" {
        #[sea_orm(primary_key)] id: i64,
        hash: String,
        name: String,
        media_type: String,
        bytes: i64,
        created_by: Option<i64>,
        created_at: i64,
    }
    column_mapping "column_mapping" {
        #[sea_orm(primary_key, auto_increment = false)] signature: String,
        mapping: String,
        remembered_at: i64,
    }
    plan_draft "plan_draft" {
        #[sea_orm(primary_key)] id: i64,
        region_id: i64,
        attachment_id: i64,
        file_name: String,
        title: String,
        plan: String,
        document: String,
        mapping: String,
        findings: String,
        resolutions: String,
        state: String,
        plan_id: Option<i64>,
        created_by: Option<i64>,
        created_at: i64,
        changed_by_name: String,
        changed_at: i64,
        version: i64,
    }
    plan "plan" {
        #[sea_orm(primary_key)] id: i64,
        region_id: i64,
        title: String,
        layout: String,
        accepted_at: i64,
        published_at: Option<i64>,
    }
    task "task" {
        #[sea_orm(primary_key)] id: i64,
        plan_id: i64,
        position: i32,
        number: String,
        name: String,
        section: String,
    }
    assignment "assignment" {
        #[sea_orm(primary_key)] id: i64,
        plan_id: i64,
        task_id: i64,
        position: i32,
        content: String,
        mentions: String,
        due: String,
        due_from: Option<String>,
        due_on: Option<String>,
        remark: String,
        extra: String,
        changed_by_name: String,
        changed_at: i64,
        version: i64,
    }
    responsibility "responsibility" {
        #[sea_orm(primary_key)] id: i64,
        assignment_id: i64,
        plan_id: i64,
        unit_id: i64,
        role: String,
        named_as: String,
        state: String,
        percent: i32,
        due_on: Option<String>,
        reported_at: Option<i64>,
        completed_at: Option<i64>,
        changed_by_name: String,
        changed_at: i64,
        version: i64,
    }
    progress_report "progress_report" {
        #[sea_orm(primary_key)] id: i64,
        responsibility_id: i64,
        user_id: Option<i64>,
        user_name: String,
        at: i64,
        state: String,
        percent: i32,
        text: String,
    }
    evidence "evidence" {
        #[sea_orm(primary_key)] id: i64,
        responsibility_id: i64,
        kind: String,
        attachment_id: Option<i64>,
        url: Option<String>,
        text: String,
        user_id: Option<i64>,
        user_name: String,
        at: i64,
    }
    comment "comment" {
        #[sea_orm(primary_key)] id: i64,
        assignment_id: i64,
        user_id: Option<i64>,
        user_name: String,
        at: i64,
        text: String,
    }
    supervision_notice "supervision_notice" {
        #[sea_orm(primary_key)] id: i64,
        agency: String,
        year: i32,
        serial: i64,
        responsibility_id: i64,
        unit_id: i64,
        facts: String,
        requirement: String,
        due_on: String,
        state: String,
        issued_by_name: String,
        issued_at: i64,
        answer: Option<String>,
        answer_attachment_id: Option<i64>,
        answered_by_name: Option<String>,
        answered_at: Option<i64>,
        returned_reason: Option<String>,
        closed_at: Option<i64>,
        changed_by_name: String,
        changed_at: i64,
        version: i64,
    }
    notification "notification" {
        #[sea_orm(primary_key)] id: i64,
        user_id: i64,
        at: i64,
        subject: String,
        body: String,
        link: String,
        dedup_key: String,
        read_at: Option<i64>,
        mail_state: String,
        mail_attempts: i32,
        mail_next_at: i64,
    }
    reminder "reminder" {
        #[sea_orm(primary_key)] id: i64,
        responsibility_id: i64,
        stage: String,
        at: i64,
    }
    feed "feed" {
        #[sea_orm(primary_key)] id: i64,
        unit_id: i64,
        token_hash: String,
        created_by_name: String,
        created_at: i64,
        revoked_at: Option<i64>,
    }
    journal "journal" {
        #[sea_orm(primary_key, auto_increment = false)] sequence: i64,
        at: i64,
        actor_id: Option<i64>,
        actor_name: String,
        action: String,
        subject_kind: String,
        subject_id: i64,
        before: Option<String>,
        after: Option<String>,
        previous: String,
        hash: String,
    }
    catalogue "catalogue" {
        #[sea_orm(primary_key)] id: i64,
        region_id: i64,
        unit_id: i64,
        sector: String,
        title: String,
        phase: String,
        draft: Option<String>,
        reason: String,
        items: i32,
        current: Option<i32>,
        parent_id: Option<i64>,
        parent_number: Option<i32>,
        powers: String,
        guide: Option<String>,
        changed_by_name: String,
        changed_at: i64,
        version: i64,
    }
    catalogue_version "catalogue_version" {
        #[sea_orm(primary_key)] id: i64,
        catalogue_id: i64,
        number: i32,
        content: String,
        reason: String,
        summary: String,
        published_by_name: String,
        published_at: i64,
        withdrawn_at: Option<i64>,
        withdrawn_reason: String,
    }
    catalogue_item "catalogue_item" {
        #[sea_orm(primary_key)] id: i64,
        code: String,
        catalogue_id: i64,
        first_number: i32,
        last_number: i32,
        name: String,
    }
    catalogue_comment "catalogue_comment" {
        #[sea_orm(primary_key)] id: i64,
        catalogue_id: i64,
        item_code: String,
        field: String,
        text: String,
        user_name: String,
        at: i64,
        resolved_by_name: String,
        resolved_at: Option<i64>,
    }
    obligation "obligation" {
        #[sea_orm(primary_key)] id: i64,
        catalogue_id: i64,
        unit_id: i64,
        sector: String,
        item_code: String,
        item_name: String,
        about: String,
        cause: String,
        cause_on: String,
        due_on: String,
        due_known: bool,
        basis: String,
        published_on: Option<String>,
        address: String,
        changed_by_name: String,
        changed_at: i64,
        version: i64,
    }
    disclosure "disclosure" {
        #[sea_orm(primary_key)] id: i64,
        unit_id: i64,
        state: String,
        draft: Option<String>,
        draft_title: String,
        reason: String,
        obligation_id: Option<i64>,
        submitted_by: Option<i64>,
        passed: String,
        route: Option<String>,
        scheduled_at: Option<i64>,
        current: Option<i32>,
        index_number: String,
        title: String,
        kind: String,
        subject: String,
        document_number: String,
        summary: String,
        formed_on: Option<String>,
        effective_on: Option<String>,
        expires_on: Option<String>,
        published_at: Option<i64>,
        revised_at: Option<i64>,
        withdrawn_at: Option<i64>,
        withdrawn_reason: String,
        changed_by_name: String,
        changed_at: i64,
        version: i64,
    }
    annual_report "annual_report" {
        #[sea_orm(primary_key)] id: i64,
        unit_id: Option<i64>,
        region_id: Option<i64>,
        year: i32,
        content: String,
        disclosure_id: Option<i64>,
        changed_by_name: String,
        changed_at: i64,
        version: i64,
    }
    guide "guide" {
        #[sea_orm(primary_key)] id: i64,
        unit_id: Option<i64>,
        region_id: Option<i64>,
        content: String,
        changed_by_name: String,
        changed_at: i64,
        version: i64,
    }
    review_route "review_route" {
        #[sea_orm(primary_key)] id: i64,
        unit_id: Option<i64>,
        region_id: Option<i64>,
        kind: Option<String>,
        stages: String,
        basis: String,
        changed_by_name: String,
        changed_at: i64,
        version: i64,
    }
    absence "absence" {
        #[sea_orm(primary_key)] id: i64,
        user_id: i64,
        from_on: String,
        until_on: String,
        reason: String,
        away: bool,
        delegate_id: Option<i64>,
        noted_at: i64,
        ended_at: Option<i64>,
    }
    disclosure_waiver "disclosure_waiver" {
        #[sea_orm(primary_key)] id: i64,
        disclosure_id: i64,
        mark: String,
        what: String,
        reason: String,
        user_name: String,
        at: i64,
    }
    search_miss "search_miss" {
        #[sea_orm(primary_key, auto_increment = false)] words: String,
        times: i64,
        last_at: i64,
    }
    log_entry "log_entry" {
        #[sea_orm(primary_key, auto_increment = false)] position: i64,
        entry: String,
        subject_kind: String,
        subject_id: i64,
        number: i32,
    }
    log_node "log_node" {
        #[sea_orm(primary_key, auto_increment = false)] place: i64,
        hash: String,
    }
    wording "wording" {
        #[sea_orm(primary_key, auto_increment = false)] word: String,
        rule: String,
        right: String,
        reason: String,
        removed: bool,
        user_name: String,
        at: i64,
    }
    disclosure_version "disclosure_version" {
        #[sea_orm(primary_key)] id: i64,
        disclosure_id: i64,
        number: i32,
        content: String,
        reason: String,
        published_by_name: String,
        published_at: i64,
    }
    disclosure_item "disclosure_item" {
        #[sea_orm(primary_key)] id: i64,
        disclosure_id: i64,
        catalogue_id: i64,
        item_code: String,
        sector: String,
    }
    disclosure_link "disclosure_link" {
        #[sea_orm(primary_key)] id: i64,
        from_id: i64,
        to_id: i64,
        kind: String,
    }
    disclosure_review "disclosure_review" {
        #[sea_orm(primary_key)] id: i64,
        disclosure_id: i64,
        review: String,
        outcome: String,
        remark: String,
        user_name: String,
        at: i64,
    }
    journal_head "journal_head" {
        #[sea_orm(primary_key, auto_increment = false)] id: i64,
        sequence: i64,
        hash: String,
        epoch: i64,
    }
}
