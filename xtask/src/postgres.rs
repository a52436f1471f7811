//! A throw-away PostgreSQL on the loopback. It refuses to run as root, so there it runs as Debian's `postgres`. A shell
//! holds it and waits on a pipe: when this process ends, however it ends, the pipe closes, the shell stops the server
//! and deletes its files.

use crate::setup::is_root;
use crate::step::{command, output, run};
use anyhow::{Context, Result, bail};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long it may take to answer after its start.
const START_PATIENCE: Duration = Duration::from_secs(60);

/// The shell's part: `$0` the folder, the rest the server's command line.
const KEEPER: &str = r#"trap '' INT HUP TERM
"$@" >"$0/log" 2>&1 &
server=$!
read -r _
kill -QUIT "$server" 2>/dev/null
wait "$server"
rm -rf "$0/data""#;

/// The server; stopped and deleted when dropped.
pub struct Server {
    keeper: Child,
    port: u16,
    folder: TempDir,
}

/// The newest server programs installed.
pub fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let version = |path: &Path| path.file_name()?.to_str()?.parse::<u32>().ok();
    let folders = versions.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    let found = folders.filter(|folder| folder.join("bin/initdb").is_file());
    found.max_by_key(|folder| version(folder)).map(|folder| folder.join("bin"))
}

impl Server {
    /// Makes and starts it, and waits until it answers.
    pub fn start() -> Result<Self> {
        let programs = programs().context("PostgreSQL is not installed: apt-get install postgresql")?;
        let folder = tempfile::Builder::new().prefix("gongkai-postgres-").tempdir()?;
        if is_root() {
            run(command("chown", &["postgres:", &folder.path().to_string_lossy()]))?;
        }
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let data = folder.path().join("data").to_string_lossy().into_owned();
        let mut prepare = as_server(&programs.join("initdb"), folder.path());
        prepare.args([
            "-D",
            &data,
            "-A",
            "trust",
            "-U",
            "postgres",
            "--no-sync",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        ]);
        output(prepare)?;
        let mut keeper = as_server(Path::new("/bin/sh"), folder.path());
        keeper.args(["-c", KEEPER]).arg(folder.path()).arg(programs.join("postgres"));
        keeper.args(["-D", &data, "-p", &port.to_string()]);
        for setting in [
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "fsync=off",
            "full_page_writes=off",
            "max_connections=300",
        ] {
            keeper.args(["-c", setting]);
        }
        let keeper = keeper.stdin(Stdio::piped()).spawn().context("PostgreSQL could not be started")?;
        let mut server = Self { keeper, port, folder };
        server.wait_for_answer(&programs)?;
        Ok(server)
    }

    /// Its address, without a database.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}", self.port)
    }

    fn wait_for_answer(&mut self, programs: &Path) -> Result<()> {
        let started = Instant::now();
        let port = self.port.to_string();
        while started.elapsed() < START_PATIENCE {
            let ask = programs.join("pg_isready").to_string_lossy().into_owned();
            if output(command(&ask, &["-q", "-h", "127.0.0.1", "-p", &port])).is_ok() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        bail!("PostgreSQL did not answer within {} s:\n{log}", START_PATIENCE.as_secs());
    }
}

/// A command in the server's folder, as the user it may run as.
fn as_server(program: &Path, folder: &Path) -> Command {
    let mut made = if is_root() {
        let mut made = command("runuser", &["-u", "postgres", "--"]);
        made.arg(program);
        made
    } else {
        Command::new(program)
    };
    made.current_dir(folder);
    made
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        if let Err(error) = self.keeper.wait() {
            eprintln!("the throw-away PostgreSQL could not be awaited: {error}");
        }
    }
}
