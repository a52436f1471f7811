//! A throw-away PostgreSQL on the loopback, gone when dropped. PostgreSQL refuses to run as root, so there it runs as
//! Debian's `postgres`.

use crate::step::{command, run};
use anyhow::{Context, Result};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;

/// The server.
pub struct Server {
    folder: TempDir,
    programs: PathBuf,
    port: u16,
}

/// The newest server programs installed.
pub fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut found: Vec<PathBuf> = versions
        .filter_map(|version| Some(version.ok()?.path().join("bin")))
        .filter(|folder| folder.join("initdb").is_file())
        .collect();
    found.sort();
    found.pop()
}

fn is_root() -> bool {
    crate::step::output(command("id", &["-u"])).is_ok_and(|id| id.trim() == "0")
}

impl Server {
    /// Makes and starts it.
    pub fn start() -> Result<Self> {
        let programs = programs().context("PostgreSQL is not installed: apt-get install postgresql")?;
        let folder = tempfile::Builder::new().prefix("gongkai-postgres-").tempdir()?;
        if is_root() {
            run(command("chown", &["postgres", &folder.path().to_string_lossy()]))?;
        }
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let server = Self { folder, programs, port };
        let data = server.data();
        run(server.program("initdb", &["-D", &data, "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8"]))?;
        let options = format!(
            "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c max_connections=300"
        );
        let log = format!("{data}/log");
        run(server.program("pg_ctl", &["-D", &data, "-o", &options, "-l", &log, "-w", "start"]))?;
        Ok(server)
    }

    /// Its address, without a database.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}", self.port)
    }

    fn data(&self) -> String {
        self.folder.path().join("data").to_string_lossy().into_owned()
    }

    fn program(&self, name: &str, arguments: &[&str]) -> Command {
        let path = self.programs.join(name).to_string_lossy().into_owned();
        let mut quiet = if is_root() {
            let mut command = command("runuser", &["-u", "postgres", "--", &path]);
            command.args(arguments);
            command
        } else {
            command(&path, arguments)
        };
        quiet.stdout(std::process::Stdio::null()).current_dir(self.folder.path());
        quiet
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let stopped = run(self.program("pg_ctl", &["-D", &self.data(), "-m", "immediate", "-w", "stop"]));
        if let Err(error) = stopped {
            eprintln!("the throw-away PostgreSQL could not be stopped: {error}");
        }
    }
}
