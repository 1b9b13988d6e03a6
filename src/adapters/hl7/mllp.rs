//! The Minimal Lower Layer Protocol: messages between a vertical tab and a file separator, each answered before the next is read.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::app::ports::Later;

const START: u8 = 0x0b;
const END: [u8; 2] = [0x1c, 0x0d];
/// The largest message, in bytes.
const LARGEST: usize = 1024 * 1024;
/// Connections at once.
const CONNECTIONS: usize = 16;
/// How long a connection may be silent.
const SILENCE: Duration = Duration::from_mins(10);

/// What answers a message.
pub type Answering = Arc<dyn Fn(String) -> Later<'static, String> + Send + Sync>;

/// Takes messages from `senders`, or from this machine when none is named, until `stop`.
pub async fn serve(
    listener: TcpListener,
    senders: Vec<IpAddr>,
    answering: Answering,
    stop: CancellationToken,
) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, from)) = accepted else { continue };
        let from = from.ip().to_canonical();
        let known = if senders.is_empty() { from.is_loopback() } else { senders.contains(&from) };
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else { continue };
        if !known {
            tracing::warn!("an HL7 connection from an address that is not in hl7.senders was refused");
            continue;
        }
        let (answering, stop) = (Arc::clone(&answering), stop.clone());
        tokio::spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = converse(stream, answering) => {}
            }
            drop(place);
        });
    }
}

/// Reads and answers until the other side goes, is silent for too long, or sends what is no message.
async fn converse(mut stream: TcpStream, answering: Answering) {
    let mut waiting: Vec<u8> = Vec::new();
    let mut part = vec![0; 16 * 1024];
    loop {
        while let Some(message) = take(&mut waiting) {
            let text = answering(text_of(message)).await;
            let mut framed = vec![START];
            framed.extend_from_slice(text.as_bytes());
            framed.extend_from_slice(&END);
            if stream.write_all(&framed).await.is_err() {
                return;
            }
        }
        if waiting.len() > LARGEST {
            tracing::warn!("an HL7 message was larger than is read");
            return;
        }
        match timeout(SILENCE, stream.read(&mut part)).await {
            Ok(Ok(n)) if n > 0 => waiting.extend_from_slice(part.get(..n).unwrap_or_default()),
            _ => return,
        }
    }
}

/// Takes the first whole message out of `waiting`; what stands before its beginning is let go.
fn take(waiting: &mut Vec<u8>) -> Option<Vec<u8>> {
    let start = waiting.iter().position(|byte| *byte == START)?;
    let rest = waiting.get(start + 1..)?;
    let length = rest.windows(2).position(|pair| pair == END)?;
    let message = rest.get(..length)?.to_vec();
    waiting.drain(..start + 1 + length + END.len());
    Some(message)
}

/// UTF-8, else Latin-1, in which every byte is a character.
fn text_of(message: Vec<u8>) -> String {
    String::from_utf8(message)
        .unwrap_or_else(|error| error.into_bytes().into_iter().map(char::from).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_taken_out_whole_however_they_arrive() {
        let mut waiting = b"noise\x0bone\x1c\r\x0btw".to_vec();
        assert_eq!(take(&mut waiting).unwrap(), b"one");
        assert_eq!(take(&mut waiting), None);
        waiting.extend_from_slice(b"o\x1c");
        assert_eq!(take(&mut waiting), None);
        waiting.extend_from_slice(b"\r\x0b\x1c\r");
        assert_eq!(take(&mut waiting).unwrap(), b"two");
        assert_eq!(take(&mut waiting).unwrap(), b"");
        assert!(waiting.is_empty());
    }

    #[test]
    fn latin_1_is_read_where_it_is_no_utf_8() {
        assert_eq!(text_of("Núñez".into()), "Núñez");
        assert_eq!(text_of(b"N\xfa\xf1ez".to_vec()), "Núñez");
    }
}
