//! Folders, databases and the `postern` program for the benches.

use std::path::{Path, PathBuf};
use std::process::Child;

use postern::store::Db;
use tokio::runtime::Runtime;

use super::{Outcome, world};

/// A folder that is removed when it is dropped.
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// A fresh folder of this name.
    pub(crate) fn fresh(name: &str) -> Outcome<Self> {
        let folder = std::env::temp_dir().join(format!("postern-benches-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed lies among the system's temporary files.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A program that is stopped when it is dropped.
pub(crate) struct Running(pub(crate) Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A runtime of one thread: the database's own thread is the other.
pub(crate) fn runtime() -> Outcome<Runtime> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?)
}

/// A migrated SQLite database in `folder` with the world of `patients` patients.
pub(crate) fn filled(runtime: &Runtime, folder: &Folder, patients: u64) -> Outcome<Db> {
    runtime.block_on(async {
        let db = Db::open(&format!("sqlite:{}", folder.path().join("postern.db").display())).await?;
        db.migrate().await?;
        world::fill(&db, patients).await?;
        Ok(db)
    })
}

/// The release build of `postern`, which lies beside this program.
pub(crate) fn postern() -> Outcome<PathBuf> {
    let here = std::env::current_exe()?;
    let program = here.with_file_name("postern");
    let missing = || format!("{} is missing: `cargo build --release` first", program.display());
    if program.is_file() { Ok(program) } else { Err(missing().into()) }
}

/// A line of `/proc/PID/status` that counts kilobytes, in bytes; `None` when the process has ended.
pub(crate) fn memory(pid: u32, line: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let rest = status.lines().find_map(|l| l.strip_prefix(line)?.strip_prefix(':'))?;
    rest.split_whitespace().next()?.parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}
