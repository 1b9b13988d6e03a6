//! Asking clamd about a file, by its INSTREAM command over a Unix socket or a port of this machine.
//!
//! One connection a file: `zINSTREAM`, then pieces each after its length in four bytes, then a length of zero; the answer ends with
//! a zero. Source: clamd(8).

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::app::ports::Later;
use crate::app::ports::scanner::{ScanError, Scanner};
use crate::domain::file_scan::{ScannerAddress, Sent, Verdict, verdict};

/// Bytes in one piece.
const PIECE: usize = 128 * 1024;
/// The longest answer that is read.
const ANSWER: u64 = 4096;

/// A clamd.
pub struct Clamd {
    address: ScannerAddress,
    time_limit: Duration,
}

impl Clamd {
    /// The one at `address`, which is given `time_limit` for each file, the sending among it.
    pub fn new(address: ScannerAddress, time_limit: Duration) -> Self {
        Self { address, time_limit }
    }

    /// Whether it answers.
    ///
    /// # Errors
    /// [`ScanError`] when it is not there, is late, or answers with something else than PONG.
    pub async fn ping(&self) -> Result<(), ScanError> {
        let asking = async {
            let (answer, _) = self.ask(b"zPING\0", None).await?;
            if answer == "PONG" { Ok(()) } else { Err(garbage()) }
        };
        self.in_time(asking).await
    }

    async fn in_time<T>(&self, asking: impl Future<Output = Result<T, ScanError>>) -> Result<T, ScanError> {
        let late = |_| ScanError("it did not answer in time".to_owned());
        tokio::time::timeout(self.time_limit, asking).await.map_err(late)?
    }

    /// What it answers to `command`, with `bytes` after it, and how much of them it was sent.
    async fn ask(&self, command: &[u8], bytes: Option<&[u8]>) -> Result<(String, Sent), ScanError> {
        match &self.address {
            ScannerAddress::Port(port) => {
                talk(TcpStream::connect(port.as_str()).await.map_err(|e| absent(&e))?, command, bytes).await
            }
            #[cfg(unix)]
            ScannerAddress::Socket(path) => {
                let socket = tokio::net::UnixStream::connect(path).await.map_err(|e| absent(&e))?;
                talk(socket, command, bytes).await
            }
            #[cfg(not(unix))]
            ScannerAddress::Socket(_) => Err(ScanError("this system has no Unix sockets".to_owned())),
        }
    }
}

impl Scanner for Clamd {
    fn scan<'a>(&'a self, bytes: &'a [u8]) -> Later<'a, Result<Verdict, ScanError>> {
        Box::pin(self.in_time(async move {
            let (answer, sent) = self.ask(b"zINSTREAM\0", Some(bytes)).await?;
            verdict(&answer, sent).ok_or_else(garbage)
        }))
    }
}

/// Sends and reads at once: who has heard enough answers and hangs up before the end.
async fn talk(
    stream: impl AsyncRead + AsyncWrite,
    command: &[u8],
    bytes: Option<&[u8]>,
) -> Result<(String, Sent), ScanError> {
    let (from, mut to) = tokio::io::split(stream);
    let sending = async {
        to.write_all(command).await?;
        if let Some(bytes) = bytes {
            send(&mut to, bytes).await?;
        }
        to.flush().await
    };
    let reading = answer(from);
    tokio::pin!(reading);
    let sent = tokio::select! {
        biased;
        sent = sending => if sent.is_ok() { Sent::Whole } else { Sent::Part },
        early = &mut reading => return Ok((early?, Sent::Part)),
    };
    Ok((reading.await?, sent))
}

async fn send(to: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> io::Result<()> {
    for piece in bytes.chunks(PIECE) {
        to.write_all(&u32::try_from(piece.len()).unwrap_or(0).to_be_bytes()).await?;
        to.write_all(piece).await?;
    }
    to.write_all(&[0; 4]).await
}

/// The answer up to its closing zero, without which it is none.
async fn answer(from: impl AsyncRead + Unpin) -> Result<String, ScanError> {
    let mut said = Vec::new();
    let mut from = from.take(ANSWER);
    let mut piece = [0; 512];
    while !said.contains(&0) {
        match from.read(&mut piece).await {
            Ok(0) => return Err(ScanError("it ended the connection before it had answered".to_owned())),
            Ok(count) => said.extend_from_slice(piece.get(..count).unwrap_or_default()),
            Err(_) => return Err(ScanError("the connection broke".to_owned())),
        }
    }
    said.truncate(said.iter().position(|byte| *byte == 0).unwrap_or(0));
    String::from_utf8(said).map_err(|_| garbage())
}

fn absent(error: &io::Error) -> ScanError {
    ScanError(format!("no connection ({error})"))
}

fn garbage() -> ScanError {
    ScanError("its answer cannot be read".to_owned())
}
