//! The tables of the ledger of accounts.

entities! {
    account "account" {
        #[sea_orm(primary_key)] id: i64,
        name: String,
        platform: String,
        number: String,
        host_id: i64,
        state: String,
        content: String,
        audited_on: Option<String>,
        changed_at: i64,
    }
    account_publisher "account_publisher" {
        #[sea_orm(primary_key)] id: i64,
        account_id: i64,
        sealed: String,
        changed_by_name: String,
        changed_at: i64,
    }
    account_event "account_event" {
        #[sea_orm(primary_key)] id: i64,
        account_id: i64,
        act: String,
        reason: String,
        before: String,
        after: String,
        proposed_by: Option<i64>,
        proposed_by_name: String,
        proposed_at: i64,
        decision: String,
        decided_by_name: String,
        decided_at: Option<i64>,
        remark: String,
    }
}
