//! A clamd for the tests, on either kind of socket, that answers as it is told. It runs in threads of its own, so that a child process can
//! ask it too.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::net::UnixListener;
use std::sync::{Arc, Barrier, Mutex};
use std::thread;
use std::time::Duration;

use postern::adapters::scanner::Clamd;
use postern::app::Outside;
use postern::domain::file_scan::ScannerAddress;

use super::database::fresh_folder;

/// How it answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Manner {
    /// As clamd does; the text that every scanner finds is found.
    Right,
    /// Takes everything, and says nothing.
    Never,
    /// Half an answer, and then nothing.
    HalfThenNothing,
    /// Half an answer, and hangs up.
    HalfThenGone,
    /// A whole answer, but for the zero that ends it.
    Unended,
    /// Hangs up at once.
    Gone,
    /// Bytes that mean nothing.
    Garbage,
    /// Says that all is well, and does not look at what comes.
    OkTooEarly,
    /// More than anybody reads.
    Endless,
    /// Another refusal of clamd.
    Error,
    /// What clamd says, when it is set to, of what it stopped looking at.
    Limits,
    /// As clamd does, once the test tells it to.
    WhenTold,
}

struct Told {
    manner: Manner,
    limit: usize,
    /// The sizes of the files it was given to the end.
    files: Vec<usize>,
}

/// A scanner.
pub struct Double {
    told: Arc<Mutex<Told>>,
    gate: Arc<Barrier>,
    /// Where it is, as the configuration says it.
    pub address: String,
}

/// The test file that every scanner finds, put together only here, so that no file of this project is taken for it.
pub fn eicar() -> Vec<u8> {
    let halves = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"];
    halves.concat().into_bytes()
}

impl Double {
    /// One on a port of this machine.
    pub fn on_port() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let told = told();
        let address = format!("clamd://{}", listener.local_addr().unwrap());
        let (kept, gate) = (Arc::clone(&told), Arc::new(Barrier::new(2)));
        let held = Arc::clone(&gate);
        thread::spawn(move || serve(listener.incoming().map_while(Result::ok), &kept, &held));
        Self { told, gate, address }
    }

    /// One on a Unix socket.
    pub fn on_socket() -> Self {
        let folder = fresh_folder();
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("clamd.ctl");
        let listener = UnixListener::bind(&path).unwrap();
        let told = told();
        let (kept, gate) = (Arc::clone(&told), Arc::new(Barrier::new(2)));
        let held = Arc::clone(&gate);
        thread::spawn(move || serve(listener.incoming().map_while(Result::ok), &kept, &held));
        Self { told, gate, address: format!("clamd:{}", path.display()) }
    }

    /// Answers like this from now on.
    pub fn manner(&self, manner: Manner) {
        self.told.lock().unwrap().manner = manner;
    }

    /// Lets it answer about the file that it has taken [`Manner::WhenTold`].
    pub fn answer_now(&self) {
        self.gate.wait();
    }

    /// Looks at so many bytes of a file, at most.
    pub fn limit(&self, bytes: usize) {
        self.told.lock().unwrap().limit = bytes;
    }

    /// The sizes of the files it was given since the last time.
    pub fn files(&self) -> Vec<usize> {
        std::mem::take(&mut self.told.lock().unwrap().files)
    }

    /// The portal's side of it.
    pub fn clamd(&self, time_limit: Duration) -> Clamd {
        Clamd::new(ScannerAddress::parse(&self.address).unwrap(), time_limit)
    }

    /// What a portal works with that asks it.
    pub fn outside(&self, time_limit: Duration) -> Outside {
        Outside { scanner: Some(Arc::new(self.clamd(time_limit))), ..Outside::default() }
    }
}

fn told() -> Arc<Mutex<Told>> {
    Arc::new(Mutex::new(Told { manner: Manner::Right, limit: 25 << 20, files: Vec::new() }))
}

fn serve<S: Read + Write + Send + 'static>(
    callers: impl Iterator<Item = S>,
    told: &Arc<Mutex<Told>>,
    gate: &Arc<Barrier>,
) {
    for caller in callers {
        let (told, gate) = (Arc::clone(told), Arc::clone(gate));
        thread::spawn(move || drop(answer(caller, &told, &gate)));
    }
}

/// One connection: errors only end it.
fn answer(mut caller: impl Read + Write, told: &Mutex<Told>, gate: &Barrier) -> std::io::Result<()> {
    let (manner, limit) = {
        let told = told.lock().unwrap();
        (told.manner, told.limit)
    };
    match manner {
        Manner::Gone => return Ok(()),
        Manner::OkTooEarly => {
            caller.write_all(b"stream: OK\0")?;
            loop {
                thread::park();
            }
        }
        _ => {}
    }
    let mut command = Vec::new();
    while command.last() != Some(&0) {
        let mut byte = [0];
        caller.read_exact(&mut byte)?;
        command.push(byte[0]);
    }
    if command == b"zPING\0" {
        return caller.write_all(if manner == Manner::Garbage { b"\xff\xfe\0" } else { b"PONG\0" });
    }
    if command != b"zINSTREAM\0" {
        return caller.write_all(b"UNKNOWN COMMAND\0");
    }
    let mut file = Vec::new();
    loop {
        let mut length = [0; 4];
        caller.read_exact(&mut length)?;
        let length = usize::try_from(u32::from_be_bytes(length)).unwrap();
        if length == 0 {
            break;
        }
        if file.len() + length > limit {
            caller.write_all(b"INSTREAM size limit exceeded. ERROR\0")?;
            return drain(&mut caller);
        }
        let begin = file.len();
        file.resize(begin + length, 0);
        caller.read_exact(&mut file[begin..])?;
    }
    told.lock().unwrap().files.push(file.len());
    // As text, which is searched quickly in a test build too.
    let wanted = String::from_utf8(eicar()).unwrap();
    let found = String::from_utf8_lossy(&file).contains(&wanted);
    if manner == Manner::WhenTold {
        gate.wait();
    }
    match manner {
        Manner::Right | Manner::WhenTold if found => {
            caller.write_all(b"stream: Win.Test.EICAR_HDB-1 FOUND\0")
        }
        Manner::Never => drain(&mut caller),
        Manner::HalfThenNothing => {
            caller.write_all(b"stream: O")?;
            drain(&mut caller)
        }
        Manner::HalfThenGone => caller.write_all(b"stream: O"),
        Manner::Unended => caller.write_all(b"stream: OK"),
        Manner::Garbage => caller.write_all(b"\xff\xfe\xfd stream: OK\0"),
        Manner::Endless => loop {
            caller.write_all(b"stream: OK ")?;
        },
        Manner::Limits => caller.write_all(b"stream: Heuristics.Limits.Exceeded.MaxScanSize FOUND\0"),
        Manner::Error => caller.write_all(b"stream: Can't allocate memory ERROR\0"),
        _ => caller.write_all(b"stream: OK\0"),
    }
}

/// Reads until the other side hangs up.
fn drain(caller: &mut impl Read) -> std::io::Result<()> {
    std::io::copy(caller, &mut std::io::sink()).map(drop)
}
