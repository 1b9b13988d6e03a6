//! `postern demo` as a program: its folder, its port, its end.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use crate::support::database::fresh_folder;

fn postern(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_postern"));
    command.current_dir(folder).env_clear().stdin(Stdio::null());
    command
}

fn demo(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = postern(folder);
    command.args(["demo", "--listen", "127.0.0.1:0"]).args(arguments);
    command
}

/// A demo that runs, and what it has said so far.
struct Running {
    child: Child,
    said: String,
}

/// Starts a demo and reads what it says until a line holds `until`.
fn start(mut command: Command, until: &str) -> Running {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.as_mut().unwrap());
    let mut said = String::new();
    while !said.contains(until) {
        assert!(lines.read_line(&mut said).unwrap() > 0, "it ended: {said}");
    }
    Running { child, said }
}

impl Running {
    /// Sends `signal` to this process alone and gives its exit code; `None` when the signal ended it.
    fn end(mut self, signal: &str) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        self.child.wait().unwrap().code()
    }
}

fn refused(mut command: Command, expected: &str) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let said = String::from_utf8(stderr).unwrap();
    assert!(said.contains(expected), "{said}");
    assert_eq!((status.code(), stdout.len()), (Some(1), 0));
}

const READY: &str = "Ctrl-C stops it";

#[test]
fn a_demo_starts_stops_starts_again_and_begins_again_after_it_was_killed() {
    let folder = fresh_folder();
    let data = folder.join("postern-demo");

    let killed = start(demo(&folder, &[]), "Loading");
    assert!(!data.join("postern.toml").exists(), "no command finds half a hospital");
    assert_eq!(killed.end("-KILL"), None);

    let first = start(demo(&folder, &[]), READY);
    assert!(first.said.starts_with("An earlier first start did not finish; beginning again."));
    assert!(first.said.contains("Loading the synthetic hospital: 3,000 of 19,151 resources"));
    assert!(first.said.contains("http://localhost:"));
    refused(demo(&folder, &[]), "another `postern demo` is running in ./postern-demo");
    assert_eq!(first.end("-INT"), Some(0));

    let second = start(demo(&folder, &["--now", "2027-04-10T09:00:00-04:00"]), READY);
    assert!(!second.said.contains("Loading"));
    assert_eq!(second.end("-TERM"), Some(0));

    let mut verify = postern(&folder);
    verify.args(["audit", "verify", "--config", "postern-demo/postern.toml"]);
    assert!(verify.output().unwrap().status.success());

    std::fs::write(data.join("mine.txt"), "x").unwrap();
    let fresh = start(demo(&folder, &["--fresh"]), "Loading");
    assert_eq!(fresh.end("-INT"), Some(1), "stopped before it was ready");
    assert!(data.join("mine.txt").exists());
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_keeps_a_demo_from_starting_is_named_with_the_way_out() {
    let folder = fresh_folder();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let mut command = postern(&folder);
    command.args(["demo", "--listen", &address]);
    refused(
        command,
        &format!(
            "port {} on 127.0.0.1 is in use; stop what uses it, or choose another with --listen",
            taken.local_addr().unwrap().port()
        ),
    );
    assert!(!folder.join("postern-demo").exists());

    let mut command = postern(&folder);
    command.args(["demo", "--listen", "0.0.0.0:8080"]);
    refused(command, "not a loopback address");

    std::fs::write(folder.join("thesis.txt"), "years of work").unwrap();
    refused(
        demo(&folder, &["--data-dir", ".", "--fresh"]),
        "left alone; name another folder with --data-dir",
    );
    assert!(folder.join("thesis.txt").exists());
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn the_accounts_are_printed_for_programs() {
    let folder = fresh_folder();
    let mut command = postern(&folder);
    let Output { status, stdout, .. } = command.args(["demo", "accounts", "--json"]).output().unwrap();
    assert!(status.success());
    let all: Vec<serde_json::Value> = serde_json::from_slice(&stdout).unwrap();
    assert_eq!(all[0]["email"], "rivera@example.org");
    assert_eq!(all[0]["name"], "Ana Rivera");
    assert!(!folder.join("postern-demo").exists());
    std::fs::remove_dir_all(folder).unwrap();
}
