//! Opening the record: connections, files, clock.

use crate::epoch::Epoch;
use crate::seal::SealKey;
use crate::{Result, migration::Migrator};
use domain::clock::Clock;
use domain::rule::Rules;
use domain::unit::Directory;
use object_store::ObjectStore;
use object_store::local::LocalFileSystem;
use sea_orm::sqlx::Connection;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, Database, DatabaseConnection};
use sea_orm_migration::MigratorTrait;
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};
use std::time::Duration;

/// Where the record lies.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `sqlite:FILE` or `postgres://…`.
    pub database: String,
    /// Folder of attachments, made when missing.
    pub attachments: PathBuf,
    /// The numbers law and the office set.
    pub rules: Rules,
    /// Under which personal data is sealed.
    pub key: SealKey,
}

/// The record of one county. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    parts: Arc<Parts>,
}

struct Parts {
    writer: DatabaseConnection,
    reader: DatabaseConnection,
    files: Arc<dyn ObjectStore>,
    folder: PathBuf,
    clock: Arc<dyn Clock>,
    rules: Rules,
    key: SealKey,
    directory: RwLock<Option<(i64, Arc<Directory>)>>,
    epoch: Epoch,
}

/// How long a write waits for the one before it.
const BUSY_SECONDS: u64 = 30;
/// Readers beside the one SQLite writer; connections to PostgreSQL.
const SQLITE_READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 16;

impl Store {
    /// Connects; makes no tables (see [`Store::migrate`]).
    ///
    /// # Errors
    /// A database that does not answer, a folder that cannot be made.
    pub async fn open(settings: Settings, clock: Arc<dyn Clock>) -> Result<Self> {
        tokio::fs::create_dir_all(&settings.attachments).await?;
        let files = LocalFileSystem::new_with_prefix(&settings.attachments)?.with_fsync(true);
        let (writer, reader) = match settings.database.strip_prefix("sqlite:") {
            Some(path) => {
                let path = path.trim_start_matches("//");
                if let Some(folder) = Path::new(path).parent() {
                    tokio::fs::create_dir_all(folder).await?;
                }
                let writer = Database::connect(sqlite(path, 1)).await?;
                (writer, Database::connect(sqlite(path, SQLITE_READERS)).await?)
            }
            None => {
                let mut options = ConnectOptions::new(&settings.database);
                options
                    .max_connections(POSTGRES_CONNECTIONS)
                    .acquire_timeout(Duration::from_secs(BUSY_SECONDS));
                options.sqlx_logging(false);
                keep_connections(&mut options);
                let pool = Database::connect(options).await?;
                (pool.clone(), pool)
            }
        };
        let parts = Parts {
            writer,
            reader,
            files: Arc::new(files),
            folder: settings.attachments,
            clock,
            rules: settings.rules,
            key: settings.key,
            directory: RwLock::new(None),
            epoch: Epoch::default(),
        };
        Ok(Self { parts: Arc::new(parts) })
    }

    /// Brings the tables up to date.
    ///
    /// # Errors
    /// The database's.
    pub async fn migrate(&self) -> Result<()> {
        Migrator::up(&self.parts.writer, None).await?;
        Ok(())
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// The database's.
    pub async fn ping(&self) -> Result<()> {
        self.parts.reader.ping().await?;
        Ok(())
    }

    /// Closes the connections after the statements under way.
    ///
    /// # Errors
    /// The database's.
    pub async fn close(&self) -> Result<()> {
        self.parts.reader.clone().close().await?;
        self.parts.writer.clone().close().await?;
        Ok(())
    }

    /// The connection for reads.
    pub(crate) fn reader(&self) -> &DatabaseConnection {
        &self.parts.reader
    }

    /// The connection for [`Store::commit`] and nobody else.
    pub(crate) fn writer(&self) -> &DatabaseConnection {
        &self.parts.writer
    }

    pub(crate) fn files(&self) -> &Arc<dyn ObjectStore> {
        &self.parts.files
    }

    /// The folder of attachments.
    pub(crate) fn folder(&self) -> &Path {
        &self.parts.folder
    }

    /// The present instant in microseconds.
    pub(crate) fn now(&self) -> i64 {
        self.parts.clock.now().as_microsecond()
    }

    pub(crate) fn clock(&self) -> &Arc<dyn Clock> {
        &self.parts.clock
    }

    /// The numbers law and the office set.
    pub fn rules(&self) -> &Rules {
        &self.parts.rules
    }

    /// The key of personal data.
    pub(crate) fn key(&self) -> &SealKey {
        &self.parts.key
    }

    pub(crate) fn cached_directory(&self) -> &RwLock<Option<(i64, Arc<Directory>)>> {
        &self.parts.directory
    }

    pub(crate) fn epoch(&self) -> &Epoch {
        &self.parts.epoch
    }
}

/// Connections are kept until they break. With a time limit on them sqlx 0.9 looks over idle ones by a count that two
/// tasks can drive below zero for a moment; seen then, a worker thread counts for ever.
fn keep_connections(options: &mut ConnectOptions) {
    options.idle_timeout(None).max_lifetime(None);
}

/// A connection that still counts itself within a transaction is closed and another one made. When a full disk makes a
/// commit fail, SQLite ends the transaction by itself, sqlx's own ROLLBACK then fails, and its count stays one too high:
/// later transactions would be savepoints that are acknowledged and never committed.
fn refuse_half_ended(options: &mut ConnectOptions) {
    options.map_sqlx_sqlite_pool_opts(|pool| {
        pool.before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
    });
}

/// WAL, so that reads never wait for the writer; a full sync at each commit, so that what was acknowledged survives
/// a power cut.
fn sqlite(path: &str, connections: u32) -> ConnectOptions {
    // The path is given apart from the address, so that it may hold `%`, `?` and spaces.
    let path = PathBuf::from(path);
    let mut options = ConnectOptions::new("sqlite://record.db");
    options.max_connections(connections).min_connections(1).sqlx_logging(false);
    options.acquire_timeout(Duration::from_secs(BUSY_SECONDS));
    keep_connections(&mut options);
    refuse_half_ended(&mut options);
    options.map_sqlx_sqlite_opts(move |sqlite| {
        sqlite
            .filename(&path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(BUSY_SECONDS))
    });
    options
}

#[cfg(test)]
mod tests {
    use super::*;
    use sea_orm::{ConnectionTrait, DbBackend, Statement, TransactionTrait};

    #[tokio::test]
    async fn connections_have_no_time_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("record.db");
        let connected = Database::connect(sqlite(path.to_str().unwrap(), 2)).await.unwrap();
        let pool = connected.get_sqlite_connection_pool().clone();
        assert_eq!((pool.options().get_idle_timeout(), pool.options().get_max_lifetime()), (None, None));
        connected.close().await.unwrap();
    }

    #[tokio::test]
    async fn what_is_acknowledged_is_kept_after_the_database_ended_a_transaction_by_itself() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("record.db");
        let connect = async || Database::connect(sqlite(path.to_str().unwrap(), 1)).await.unwrap();
        let (writer, reader) = (connect().await, connect().await);
        writer.execute_unprepared("CREATE TABLE kept (id INTEGER)").await.unwrap();
        let failed = writer.begin().await.unwrap();
        // As SQLite does when the disk is full.
        failed.execute_unprepared("ROLLBACK").await.unwrap();
        assert!(failed.commit().await.is_err());
        for kept in [false, true] {
            let next = writer.begin().await.unwrap();
            next.execute_unprepared("INSERT INTO kept VALUES (1)").await.unwrap();
            if kept { next.commit().await.unwrap() } else { next.rollback().await.unwrap() }
        }
        let seen =
            reader.query_one_raw(Statement::from_string(DbBackend::Sqlite, "SELECT COUNT(*) FROM kept"));
        let count: i64 = seen.await.unwrap().unwrap().try_get_by_index(0).unwrap();
        assert_eq!(count, 1);
        writer.close().await.unwrap();
        reader.close().await.unwrap();
    }
}
