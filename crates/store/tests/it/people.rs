//! People and sessions: lock-out, idle end, wrong and unknown logins alike, no secret in the journal.

use crate::county::{PASSWORD, county};
use crate::on_both_databases;
use domain::role::{Act, Actor, Grant, Role, Scope, authorise};
use std::collections::BTreeSet;
use store::session::SignIn;
use store::user::{NewUser, UserChange};
use store::{Error, PageRequest};

async fn sign_in(record: &Record, password: &str) -> SignIn {
    store::session::sign_in(&record.store, "Clerk ", password, "127.0.0.1").await.unwrap()
}

async fn token(record: &Record) -> String {
    match sign_in(record, PASSWORD).await {
        SignIn::SignedIn { token } => token,
        other => panic!("{other:?}"),
    }
}

use crate::database::Record;

on_both_databases! {
    async fn five_wrong_passwords_lock_for_fifteen_minutes(record: &Record) {
        county(record).await;
        for _ in 0..4 {
            assert_eq!(sign_in(record, "wrong").await, SignIn::Wrong);
        }
        assert!(matches!(sign_in(record, "wrong").await, SignIn::Locked { .. }));
        assert!(matches!(sign_in(record, PASSWORD).await, SignIn::Locked { .. }), "the right one does not help");
        record.set_clock("2020-08-03T01:15:01Z");
        assert!(matches!(sign_in(record, PASSWORD).await, SignIn::SignedIn { .. }));
    }

    async fn a_right_password_clears_the_count(record: &Record) {
        county(record).await;
        for _ in 0..3 {
            for _ in 0..4 {
                sign_in(record, "wrong").await;
            }
            token(record).await;
        }
    }

    async fn the_security_officer_lifts_a_lock(record: &Record) {
        let county = county(record).await;
        for _ in 0..5 {
            sign_in(record, "wrong").await;
        }
        let locked = store::user::find(&record.store, county.clerk_user).await.unwrap().unwrap();
        assert!(locked.locked_until.is_some());
        store::user::unlock(&record.store, &county.office, county.clerk_user).await.unwrap();
        token(record).await;
    }

    async fn an_unknown_login_looks_like_a_wrong_password(record: &Record) {
        county(record).await;
        let unknown = store::session::sign_in(&record.store, "nobody", "x", "peer").await.unwrap();
        assert_eq!(unknown, SignIn::Wrong);
    }

    async fn a_session_ends_when_idle_and_lives_when_used(record: &Record) {
        county(record).await;
        let token = token(record).await;
        for minute in ["20", "40"] {
            record.set_clock(&format!("2020-08-03T01:{minute}:00Z"));
            assert!(store::session::find(&record.store, &token).await.unwrap().is_some(), "{minute}");
        }
        record.set_clock("2020-08-03T02:11:00Z");
        assert!(store::session::find(&record.store, &token).await.unwrap().is_none());
    }

    async fn a_session_ends_after_twelve_hours_in_any_case(record: &Record) {
        county(record).await;
        let token = token(record).await;
        for quarter in 1..48 {
            let minutes = quarter * 15;
            record.set_clock(&format!("2020-08-03T{:02}:{:02}:00Z", 1 + minutes / 60, minutes % 60));
            assert!(store::session::find(&record.store, &token).await.unwrap().is_some(), "{minutes}");
        }
        record.set_clock("2020-08-03T13:00:01Z");
        assert!(store::session::find(&record.store, &token).await.unwrap().is_none());
    }

    async fn leaving_and_losing_the_account_end_sessions(record: &Record) {
        let county = county(record).await;
        let first = token(record).await;
        let session = store::session::find(&record.store, &first).await.unwrap().unwrap();
        store::session::sign_out(&record.store, &session.person, &first).await.unwrap();
        assert!(store::session::find(&record.store, &first).await.unwrap().is_none());
        let second = token(record).await;
        let user = store::user::find(&record.store, county.clerk_user).await.unwrap().unwrap();
        let change = UserChange {
            name: user.name,
            unit: user.unit,
            email: None,
            grants: user.grants,
            active: false,
        };
        store::user::change(&record.store, &county.office, user.id, user.version, change).await.unwrap();
        assert!(store::session::find(&record.store, &second).await.unwrap().is_none());
        assert_eq!(sign_in(record, PASSWORD).await, SignIn::Wrong);
    }

    async fn a_new_password_ends_sessions_and_must_be_good(record: &Record) {
        county(record).await;
        let token = token(record).await;
        let person = store::session::find(&record.store, &token).await.unwrap().unwrap().person;
        let change = async |old: &str, new: &str| store::user::change_password(&record.store, &person, old, new).await;
        assert!(matches!(change("wrong", "Xin-mima-2020").await, Err(Error::Refused(_))));
        assert!(matches!(change(PASSWORD, "short").await, Err(Error::Refused(_))));
        assert!(matches!(change(PASSWORD, PASSWORD).await, Err(Error::Refused(_))));
        change(PASSWORD, "Xin-mima-2020").await.unwrap();
        assert!(store::session::find(&record.store, &token).await.unwrap().is_none());
        assert_eq!(sign_in(record, PASSWORD).await, SignIn::Wrong);
    }

    async fn grants_come_back_as_given_and_decide(record: &Record) {
        let county = county(record).await;
        let token = token(record).await;
        let person = store::session::find(&record.store, &token).await.unwrap().unwrap().person;
        assert_eq!(person.grants, BTreeSet::from([Grant { role: Role::Clerk, scope: Scope::Unit(county.land) }]));
        let directory = store::unit::directory(&record.store).await.unwrap();
        let actor = Actor::Person(person.clone());
        assert!(authorise(&actor, Act::ReportProgress, &store::unit::place(&directory, county.land)).is_ok());
        assert!(authorise(&actor, Act::ReportProgress, &store::unit::place(&directory, county.finance)).is_err());
        let scopes = domain::role::scopes(&person, Act::ReadPlan);
        assert_eq!(store::unit::visible(&directory, &scopes), BTreeSet::from([county.land]));
        let all = store::unit::visible(&directory, &[Scope::Region(county.county)]);
        assert_eq!(all.len(), 4);
    }

    async fn nothing_secret_reaches_the_journal(record: &Record) {
        county(record).await;
        sign_in(record, "Wrong-secret-9").await;
        let token = token(record).await;
        let entries = store::journal::list(&record.store, &Default::default(), PageRequest::whole()).await.unwrap();
        for entry in entries.rows {
            let text = format!("{:?} {:?}", entry.before, entry.after);
            for secret in [PASSWORD, "Wrong-secret-9", token.as_str(), "argon2"] {
                assert!(!text.contains(secret), "{text}");
            }
        }
    }

    async fn logins_are_unique_whatever_their_case(record: &Record) {
        let county = county(record).await;
        let new = NewUser {
            login: "CLERK".into(),
            name: "另一人".into(),
            unit: county.land,
            email: None,
            grants: BTreeSet::new(),
            password: PASSWORD.into(),
            must_change_password: true,
        };
        assert!(matches!(store::user::create(&record.store, &county.office, new).await, Err(Error::Refused(_))));
        let found = store::user::list(&record.store, None, "信息员", PageRequest::default()).await.unwrap();
        assert_eq!(found.total, 1);
        assert_eq!(store::user::list(&record.store, None, "%", PageRequest::default()).await.unwrap().total, 0);
    }

    async fn two_editors_of_a_person_do_not_overwrite_each_other(record: &Record) {
        let county = county(record).await;
        let store = &record.store;
        let seen = store::user::find(store, county.clerk_user).await.unwrap().unwrap();
        let change = |name: &str| UserChange {
            name: name.into(),
            unit: seen.unit,
            email: seen.email.clone(),
            grants: seen.grants.clone(),
            active: true,
        };
        store::user::change(store, &county.office, seen.id, seen.version, change("甲")).await.unwrap();
        sign_in(record, "wrong").await;
        let late = store::user::change(store, &Actor::System, seen.id, seen.version, change("乙")).await;
        let Err(Error::Conflict { changed_by, .. }) = late else { panic!("{late:?}") };
        assert_eq!(changed_by, "公开办", "not whoever mistyped a password since");
        assert_eq!(store::user::find(store, seen.id).await.unwrap().unwrap().name, "甲");
    }
}
