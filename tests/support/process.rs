//! The binary as its users run it: a process of its own, its folder, its signals.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use super::http::Client;
use super::patience;
use super::postgres::TestDatabase;

/// How long a start, on a busy machine, or a clean end may take.
const LIMIT: Duration = Duration::from_secs(30);

/// A place to run in: a folder, and a database on the engine under test.
pub struct Place {
    folder: TempDir,
    database: Option<TestDatabase>,
}

impl Place {
    /// An empty one, on the engine that `TEST_DATABASE` names.
    pub fn new() -> Self {
        let database =
            (std::env::var("TEST_DATABASE").as_deref() == Ok("postgres")).then(TestDatabase::create);
        Self { folder: tempfile::tempdir().unwrap(), database }
    }

    /// An empty one on SQLite, for what only SQLite does.
    pub fn on_sqlite() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), database: None }
    }

    /// The folder of keys, database and mails.
    pub fn var(&self) -> PathBuf {
        self.folder.path().join("var")
    }

    /// A file beside that folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Its database, for what only the clock can bring about.
    pub fn database_url(&self) -> String {
        match &self.database {
            Some(database) => database.url(),
            None => format!("sqlite:{}", self.var().join("kakehashi.db").display()),
        }
    }

    /// `kakehashi ARGUMENTS` with the settings of this place, ready to be changed.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kakehashi"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("KAKEHASHI_")) {
            command.env_remove(name);
        }
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env("KAKEHASHI_PATHS__VAR", self.var())
            .env("KAKEHASHI_SERVER__BIND", "127.0.0.1:0")
            .env("KAKEHASHI_METRICS__BIND", "127.0.0.1:0")
            .env("KAKEHASHI_LOG__FILTER", "warn")
            .stdin(Stdio::null());
        if let Some(database) = &self.database {
            command.env("KAKEHASHI_DATABASE__URL", database.url());
        }
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs a command to its end with `input` on its standard input.
    pub fn run_with_input(&self, arguments: &[&str], input: &str) -> Output {
        let mut command = self.command(arguments);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }

    /// Serves, and waits until the address is printed.
    pub fn serve(&self) -> Service {
        Service::start(self.command(&["serve"]))
    }
}

/// A serving process; killed when it is dropped.
pub struct Service {
    child: Child,
    origin: String,
}

impl Service {
    /// Starts `command` and waits for its address.
    pub fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let (send, lines) = std::sync::mpsc::channel();
        let stdout = child.stdout.take().unwrap();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    break;
                }
            }
        });
        let mut seen = Vec::new();
        let origin = loop {
            match lines.recv_timeout(LIMIT) {
                Ok(line) => match line.strip_prefix("listening on ") {
                    Some(origin) => break origin.to_owned(),
                    None => seen.push(line),
                },
                Err(_) => {
                    let _already_gone = child.kill();
                    panic!("no address was printed; stdout: {seen:?}");
                }
            }
        };
        // Keeps the pipe from filling up.
        std::thread::spawn(move || lines.iter().for_each(drop));
        Self { child, origin }
    }

    /// A client of it.
    pub fn client(&self) -> Client {
        Client::of(&self.origin)
    }

    /// Sends SIGTERM and waits for the end.
    pub fn terminate(mut self) -> ExitStatus {
        self.signal("TERM");
        self.wait()
    }

    /// Sends SIGKILL: no chance to tidy up.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args([&format!("-{name}"), &pid]).status().unwrap();
        assert!(sent.success());
    }

    fn wait(&mut self) -> ExitStatus {
        patience::until(LIMIT, || self.child.try_wait().unwrap()).expect("the service ends when told to")
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _already_gone = self.child.kill();
        let _already_gone = self.child.wait();
    }
}

/// What a command printed on stdout.
pub fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// What a command printed on stderr.
pub fn complained(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The permission bits of a file.
pub fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}
