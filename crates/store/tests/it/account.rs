//! The ledger of accounts: proposed by one, approved by another, taken over from a table, reminded of once a year.

use crate::county::{County, county};
use crate::database::Record;
use crate::on_both_databases;
use domain::account::{Account, Act, Decision, Platform, State};
use domain::role::Actor;
use domain::unit::UnitId;
use domain::workday::Calendar;
use jiff::civil::date;
use store::Error;
use store::account::{
    Filter, Imported, Proposal, approve, events, find, import, list, propose, send_back, take_back,
};

pub(crate) fn account(host: UnitId, name: &str, platform: Platform) -> Account {
    Account {
        name: name.into(),
        platform,
        number: format!("{name}-number"),
        host,
        supervisor: None,
        responsible: "示例责任人".into(),
        phone: "13800138000".into(),
        opened_on: Some(date(2018, 5, 1)),
        address: String::new(),
        interactive: true,
    }
}

fn opening(account: Account) -> Proposal {
    Proposal { act: Act::Open, after: Some(account), reason: String::new() }
}

fn plain(act: Act, reason: &str) -> Proposal {
    Proposal { act, after: None, reason: reason.into() }
}

/// An account in use; the clerk proposed it and the office approved.
pub(crate) async fn opened(record: &Record, county: &County, account: Account) -> i64 {
    let id = propose(&record.store, &county.clerk, None, opening(account)).await.unwrap();
    let event = waiting(record, id).await;
    approve(&record.store, &county.office, event, "").await.unwrap();
    id
}

async fn waiting(record: &Record, account: i64) -> i64 {
    let events = events(&record.store, account).await.unwrap();
    events.iter().find(|event| event.decision == Decision::Pending).unwrap().id
}

async fn acts_of(record: &Record, account: i64) -> Vec<String> {
    let entries = store::journal::history(&record.store, "account", &[account]).await.unwrap();
    entries.into_iter().map(|entry| entry.action).collect()
}

fn sentence<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    let Err(Error::Refused(sentence)) = result else { panic!("{result:?}") };
    sentence
}

on_both_databases! {
    async fn an_account_is_proposed_by_one_and_approved_by_another(record: &Record) {
        let county = county(record).await;
        let store = &record.store;
        let new = account(county.land, " 示例发布 ", Platform::Wechat);
        let id = propose(store, &county.clerk, None, opening(new.clone())).await.unwrap();
        assert!(store::account::public(store).await.unwrap().is_empty(), "not public before it is approved");
        let row = find(store, id).await.unwrap().unwrap();
        assert_eq!((row.state, row.pending, row.account.name.as_str()), (State::Absent, Some(Act::Open), "示例发布"));
        let event = waiting(record, id).await;
        let own = sentence(approve(store, &county.clerk, event, "").await);
        assert_eq!(own, "申请人不能审批自己的申请。请由另一人审批。");
        approve(store, &county.office, event, "同意").await.unwrap();
        sentence(approve(store, &county.office, event, "").await);
        let row = find(store, id).await.unwrap().unwrap();
        assert_eq!((row.state, row.pending, row.audit_due), (State::Normal, None, Some(date(2021, 8, 3))));
        assert_eq!(store::account::public(store).await.unwrap()[0].name, "示例发布");
        assert_eq!(acts_of(record, id).await, ["申请办理账号事项", "账号事项未予受理", "批准账号事项"]);
        let twice = sentence(propose(store, &county.clerk, None, opening(new)).await);
        assert!(twice.contains("不能重复登记"), "{twice}");
        assert_eq!(acts_of(record, id).await.last().unwrap(), "账号事项未予受理");
        assert_eq!(list(store, &Filter::default()).await.unwrap().len(), 1);
        let entries = store::journal::history(store, "account", &[id]).await.unwrap();
        assert!(entries.iter().all(|entry| !format!("{entry:?}").contains("13800138000")));
    }

    async fn each_act_is_decided_on_and_what_is_not_approved_changes_nothing(record: &Record) {
        let county = county(record).await;
        let store = &record.store;
        let entry = account(county.land, "示例发布", Platform::Wechat);
        let id = opened(record, &county, entry.clone()).await;
        let change = |name: &str| Proposal {
            act: Act::Change,
            after: Some(Account { name: name.into(), ..entry.clone() }),
            reason: "更名".into(),
        };
        assert!(sentence(propose(store, &county.clerk, Some(id), change("示例发布")).await).contains("没有改动"));
        let bare = Proposal { after: Some(Account { responsible: " ".into(), ..entry.clone() }), ..change("") };
        assert!(sentence(propose(store, &county.clerk, Some(id), bare).await).contains("没有责任人"));
        propose(store, &county.clerk, Some(id), change("示例微观")).await.unwrap();
        assert!(sentence(propose(store, &county.clerk, Some(id), plain(Act::Audit, "")).await).contains("还有一项申请"));
        let event = waiting(record, id).await;
        sentence(send_back(store, &county.office, event, " ").await);
        send_back(store, &county.office, event, "先在平台上更名").await.unwrap();
        assert_eq!(find(store, id).await.unwrap().unwrap().account, entry);
        propose(store, &county.clerk, Some(id), change("示例微观")).await.unwrap();
        let event = waiting(record, id).await;
        sentence(take_back(store, &county.office, event).await);
        take_back(store, &county.clerk, event).await.unwrap();
        propose(store, &county.clerk, Some(id), change("示例微观")).await.unwrap();
        approve(store, &county.office, waiting(record, id).await, "").await.unwrap();
        assert_eq!(find(store, id).await.unwrap().unwrap().account.name, "示例微观");

        record.set_clock("2021-07-05T01:00:00Z");
        propose(store, &county.clerk, Some(id), plain(Act::Audit, "内容正常")).await.unwrap();
        approve(store, &county.office, waiting(record, id).await, "").await.unwrap();
        assert_eq!(find(store, id).await.unwrap().unwrap().audit_due, Some(date(2022, 7, 5)));
        sentence(propose(store, &county.clerk, Some(id), plain(Act::Close, "")).await);
        for (act, state) in [(Act::Close, State::Closed), (Act::Cancel, State::Cancelled)] {
            propose(store, &county.clerk, Some(id), plain(act, "并入旗政府公众号")).await.unwrap();
            approve(store, &county.office, waiting(record, id).await, "").await.unwrap();
            let row = find(store, id).await.unwrap().unwrap();
            assert_eq!((row.state, row.audit_due), (state, None));
        }
        opened(record, &county, Account { name: "示例微观".into(), ..entry }).await;
        let decisions: Vec<_> = events(store, id).await.unwrap().iter().map(|event| event.decision).collect();
        assert_eq!(decisions.iter().filter(|one| **one == Decision::Approved).count(), 5);
        assert_eq!(store::notification::unread_count(store, county.clerk_user).await.unwrap(), 7, "each decision is told");
    }

    async fn an_opening_sent_back_is_put_right_and_proposed_anew(record: &Record) {
        let county = county(record).await;
        let store = &record.store;
        let wrong = account(county.land, "示例发布", Platform::Weibo);
        let id = propose(store, &county.clerk, None, opening(wrong.clone())).await.unwrap();
        sentence(propose(store, &county.clerk, None, opening(wrong.clone())).await);
        send_back(store, &county.office, waiting(record, id).await, "平台选错了").await.unwrap();
        let right = Account { platform: Platform::Wechat, ..wrong };
        assert_eq!(propose(store, &county.clerk, Some(id), opening(right)).await.unwrap(), id);
        approve(store, &county.office, waiting(record, id).await, "").await.unwrap();
        let rows = list(store, &Filter { platform: Some(Platform::Wechat), ..Filter::default() }).await.unwrap();
        assert_eq!(rows.iter().map(|row| (row.id, row.state)).collect::<Vec<_>>(), [(id, State::Normal)]);
    }

    async fn a_ledger_is_taken_over_once(record: &Record) {
        let county = county(record).await;
        let store = &record.store;
        opened(record, &county, account(county.land, "示例发布", Platform::Wechat)).await;
        let row = |host, name: &str, platform, state| (account(host, name, platform), state);
        let rows = || vec![
            row(county.land, "示例发布", Platform::Wechat, State::Normal),
            row(county.finance, "示例财政", Platform::Weibo, State::Normal),
            row(county.finance, "示例财政", Platform::Weibo, State::Normal),
            row(county.town_two, "示例乙苏木", Platform::Douyin, State::Closed),
        ];
        let first = import(store, &county.office, "清单.xlsx", rows()).await.unwrap();
        assert_eq!(first, Imported { taken: 2, known: 2 });
        assert_eq!(import(store, &county.office, "清单.xlsx", rows()).await.unwrap(), Imported { taken: 0, known: 4 });
        let all = list(store, &Filter::default()).await.unwrap();
        assert_eq!(all.len(), 3);
        let closed = list(store, &Filter { state: Some(State::Closed), ..Filter::default() }).await.unwrap();
        assert_eq!((closed.len(), closed[0].audit_due), (1, None));
        let found = list(store, &Filter { words: "示例财".into(), ..Filter::default() }).await.unwrap();
        assert_eq!(found.len(), 1);
        let event = &events(store, found[0].id).await.unwrap()[0];
        assert_eq!((event.decision, event.reason.as_str()), (Decision::Approved, "随清单“清单.xlsx”导入"));
    }

    async fn an_audit_is_reminded_of_until_it_is_asked_for(record: &Record) {
        let county = county(record).await;
        let store = &record.store;
        let calendar = Calendar::builtin();
        let id = opened(record, &county, account(county.land, "示例发布", Platform::Wechat)).await;
        assert_eq!(store::account::remind(store, &calendar, date(2021, 5, 10)).await.unwrap(), 0);
        assert_eq!(store::account::remind(store, &calendar, date(2021, 8, 4)).await.unwrap(), 1);
        assert_eq!(store::account::remind(store, &calendar, date(2021, 8, 4)).await.unwrap(), 0);
        let Actor::Person(clerk) = &county.clerk else { unreachable!() };
        let told = store::notification::list(store, clerk.user, store::PageRequest::default()).await.unwrap();
        let told = &told.rows[0];
        assert!(told.subject.starts_with("示例旗自然资源局：1个账号年度审核"), "{}", told.subject);
        assert_eq!(told.link, format!("/office/accounts/{id}"));
        propose(store, &county.clerk, Some(id), plain(Act::Audit, "")).await.unwrap();
        assert_eq!(store::account::remind(store, &calendar, date(2021, 8, 6)).await.unwrap(), 0);
    }
}
