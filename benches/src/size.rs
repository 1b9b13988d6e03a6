//! The size of the release binary, and the memory of the idle demo.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::Outcome;
use super::hospital::{Folder, Running, memory, postern};
use super::measure::{Row, megabytes};

const BINARY: u64 = 40_000_000;
const IDLE: u64 = 150_000_000;
/// How long the demo may take to load at its first start, and how long it is then left alone.
const PATIENCE: Duration = Duration::from_mins(5);
const REST: Duration = Duration::from_secs(3);

pub(crate) fn measure() -> Outcome<Vec<Row>> {
    let program = postern()?;
    let bytes = std::fs::metadata(&program)?.len();
    let folder = Folder::fresh("demo")?;
    let address = free_port()?;
    let mut command = Command::new(program);
    command.args(["demo", "--listen", &address.to_string(), "--data-dir"]).arg(folder.path().join("demo"));
    let mut demo = Running(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?);
    let began = Instant::now();
    while !ready(address) {
        if let Some(status) = demo.0.try_wait()? {
            return Err(format!("the demo ended with {status} before it was ready").into());
        }
        if began.elapsed() > PATIENCE {
            return Err("the demo was not ready in time".into());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    std::thread::sleep(REST);
    let resident = memory(demo.0.id(), "VmRSS").ok_or("the demo ended")?;
    let row = |work: &str, bytes, most| Row {
        work: work.to_owned(),
        figure: megabytes(bytes),
        baseline: "none".to_owned(),
        ratio: String::new(),
        goal: format!("under {}", megabytes(most)),
        passed: bytes < most,
    };
    Ok(vec![
        row("the release binary", bytes, BINARY),
        row("the idle demo after its first start, resident", resident, IDLE),
    ])
}

/// An address of this machine on which nobody listens.
fn free_port() -> Outcome<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

fn ready(address: SocketAddr) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(
            stream,
            "GET /readyz HTTP/1.1\r\nhost: localhost:{}\r\nconnection: close\r\n\r\n",
            address.port()
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}
