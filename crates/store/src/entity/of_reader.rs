//! The tables of what readers send and are sent, and of where else a disclosure goes.

entities! {
    error_report "error_report" {
        #[sea_orm(primary_key)] id: i64,
        code: String,
        unit_id: Option<i64>,
        path: String,
        kind: String,
        text: String,
        contact: Option<String>,
        state: String,
        due_on: String,
        received_at: i64,
        answer: String,
        answered_by_name: String,
        answered_at: Option<i64>,
    }
    subscription "subscription" {
        #[sea_orm(primary_key)] id: i64,
        email: String,
        email_tag: String,
        topic: String,
        rhythm: String,
        token: String,
        asked_at: i64,
        asked_mail_at: Option<i64>,
        confirmed_at: Option<i64>,
        cursor: i64,
        last_on: Option<String>,
        attempts: i32,
        next_at: i64,
    }
    webhook "webhook" {
        #[sea_orm(primary_key)] id: i64,
        name: String,
        url: String,
        secret: String,
        active: bool,
        cursor: i64,
        created_by_name: String,
        created_at: i64,
    }
    webhook_delivery "webhook_delivery" {
        #[sea_orm(primary_key)] id: i64,
        webhook_id: i64,
        sequence: i64,
        body: String,
        state: String,
        attempts: i32,
        next_at: i64,
        status: Option<i32>,
        error: String,
        sent_at: Option<i64>,
    }
    dispatch "dispatch" {
        #[sea_orm(primary_key)] id: i64,
        disclosure_id: i64,
        channel: String,
        account: String,
        account_id: Option<i64>,
        state: String,
        link: String,
        remark: String,
        planned_at: Option<i64>,
        next_at: Option<i64>,
        attempts: Option<i64>,
        error: Option<String>,
        done_at: Option<i64>,
        changed_by_name: String,
        changed_at: i64,
    }
}
