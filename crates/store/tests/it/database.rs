//! A fresh record for each case, on each database. PostgreSQL is the server of `GONGKAI_TEST_POSTGRES`, which
//! `cargo xtask test` starts.

use domain::clock::FixedClock;
use domain::rule::Rules;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use store::seal::SealKey;
use store::{Settings, Store};
use tempfile::TempDir;

/// A connection without a time limit, as the store's own are and for the same reason.
async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.idle_timeout(None).max_lifetime(None);
    Database::connect(options).await.unwrap()
}

/// A record with its clock; gone when dropped.
pub(crate) struct Record {
    pub(crate) store: Store,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) kind: Kind,
    pub(crate) url: String,
    pub(crate) folder: TempDir,
    cleaner: Option<(DatabaseConnection, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
}

/// 2020-08-03 09:00 in China.
pub(crate) const MORNING: &str = "2020-08-03T01:00:00Z";

static NEXT: AtomicU32 = AtomicU32::new(0);

impl Record {
    /// An empty record with its tables.
    pub(crate) async fn new(kind: Kind) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(FixedClock::new(MORNING.parse().unwrap()));
        let (url, cleaner) = match kind {
            Kind::Sqlite => (format!("sqlite:{}/record.db", folder.path().display()), None),
            Kind::Postgres => {
                let server = std::env::var("GONGKAI_TEST_POSTGRES").expect(
                    "GONGKAI_TEST_POSTGRES names no PostgreSQL server: run the tests by `cargo xtask test`",
                );
                let admin = connect(&format!("{server}/postgres")).await;
                let name = format!("record_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
                admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
                (format!("{server}/{name}"), Some((admin, name)))
            }
        };
        let settings = Settings {
            database: url.clone(),
            attachments: folder.path().join("attachments"),
            rules: Rules::builtin().unwrap(),
            key: SealKey::at(&folder.path().join("personal.key")).unwrap(),
        };
        let store = Store::open(settings, clock.clone()).await.unwrap();
        store.migrate().await.unwrap();
        Self { store, clock, kind, url, folder, cleaner }
    }

    /// A second opening of the same record, as another node or a restarted program has it.
    pub(crate) async fn reopen(&self) -> Store {
        let settings = Settings {
            database: self.url.clone(),
            attachments: self.folder.path().join("attachments"),
            rules: Rules::builtin().unwrap(),
            key: SealKey::at(&self.folder.path().join("personal.key")).unwrap(),
        };
        Store::open(settings, self.clock.clone()).await.unwrap()
    }

    /// A connection past the store, for meddling.
    pub(crate) async fn raw(&self) -> DatabaseConnection {
        let url = self.url.replace("sqlite:", "sqlite://");
        connect(&url).await
    }

    /// Moves the clock.
    pub(crate) fn set_clock(&self, at: &str) {
        self.clock.set(at.parse().unwrap());
    }

    /// Drops the database.
    pub(crate) async fn close(self) {
        self.store.close().await.unwrap();
        if let Some((admin, name)) = self.cleaner {
            admin.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
        }
    }
}

/// Runs an async case on both databases, as two tests.
#[macro_export]
macro_rules! on_both_databases {
    ($($(#[$attribute:meta])* async fn $name:ident($record:ident: &Record) $body:block)+) => {
        $(mod $name {
            use super::*;

            async fn case($record: &$crate::database::Record) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let record = $crate::database::Record::new($crate::database::Kind::Sqlite).await;
                case(&record).await;
                record.close().await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let record = $crate::database::Record::new($crate::database::Kind::Postgres).await;
                case(&record).await;
                record.close().await;
            }
        })+
    };
}
