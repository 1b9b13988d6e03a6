//! The folder of a demo: what lies in it, how it is told from any other folder, and how it is emptied.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// The first line of the configuration that a demo writes: how its folder is recognised.
const MARK: &str =
    "# Written by `postern demo` for its synthetic hospital; `postern demo --fresh` begins again.";
const CONFIG: &str = "postern.toml";
/// The configuration until the hospital is made: no other command finds half a hospital.
const MAKING: &str = "making.toml";
const LOCK: &str = "demo.lock";
const DATABASE: [&str; 3] = ["postern.db", "postern.db-wal", "postern.db-shm"];
/// Everything else that a demo makes, the marked files last: interrupted, the folder is still known for what it is. The folder
/// `keys` goes when nothing is left in it.
const OTHERS: [&str; 6] =
    [super::making::CHARTS_FILE, "keys/audit.key", "keys/seal.key", "audit-anchor.jsonl", CONFIG, MAKING];

/// Why a folder cannot hold the demo.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// It holds something else.
    #[error(
        "{0} holds files that `postern demo` did not make, so it is left alone; name another folder with --data-dir"
    )]
    NotADemo(String),
    /// Another demo runs in it.
    #[error(
        "another `postern demo` is running in {0}; stop it first, or name another folder with --data-dir"
    )]
    InUse(String),
    /// A file cannot be made, read or removed.
    #[error("{0}: {1}; name another folder with --data-dir")]
    Unusable(String, #[source] io::Error),
}

/// A folder that belongs to this process alone until it ends.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    _lock: File,
}

impl Folder {
    /// The demo's folder at `path`, made when there is none.
    pub(super) fn take(path: &Path) -> Result<Self, FolderError> {
        let fault = |error| FolderError::Unusable(path.display().to_string(), error);
        if !is_ours(path).map_err(fault)? {
            return Err(FolderError::NotADemo(path.display().to_string()));
        }
        fs::create_dir_all(path).map_err(fault)?;
        let lock = OpenOptions::new().create(true).append(true).open(path.join(LOCK)).map_err(fault)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_path_buf(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(FolderError::InUse(path.display().to_string())),
            Err(TryLockError::Error(error)) => Err(fault(error)),
        }
    }

    /// Removes everything that a demo made here, and nothing else.
    pub(super) fn empty(&self) -> Result<(), FolderError> {
        for name in DATABASE.iter().chain(&OTHERS) {
            self.remove(name)?;
        }
        // Left standing when somebody else's file lies in it.
        let _ = fs::remove_dir(self.path.join("keys"));
        Ok(())
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether an earlier start has made the hospital to its end.
    pub(super) fn is_made(&self) -> bool {
        self.config_file().exists()
    }

    /// Whether an earlier start began to make the hospital.
    pub(super) fn is_begun(&self) -> bool {
        self.path.join(MAKING).exists()
    }

    /// Where the configuration lies once the hospital is made.
    pub(super) fn config_file(&self) -> PathBuf {
        self.path.join(CONFIG)
    }

    /// Where a key lies.
    pub(super) fn key_file(&self, name: &str) -> PathBuf {
        self.path.join("keys").join(name)
    }

    /// Writes the configuration, marked as a demo's, and says where it lies while the hospital is made.
    pub(super) fn begin(&self, text: &str) -> Result<PathBuf, FolderError> {
        let file = self.path.join(MAKING);
        fs::write(&file, format!("{MARK}\n{text}"))
            .map_err(|error| FolderError::Unusable(file.display().to_string(), error))?;
        Ok(file)
    }

    /// Marks the hospital as made.
    pub(super) fn finish(&self) -> Result<(), FolderError> {
        let file = self.config_file();
        fs::rename(self.path.join(MAKING), &file)
            .map_err(|error| FolderError::Unusable(file.display().to_string(), error))
    }

    fn remove(&self, name: &str) -> Result<(), FolderError> {
        let file = self.path.join(name);
        match fs::remove_file(&file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(FolderError::Unusable(file.display().to_string(), error))
            }
            _ => Ok(()),
        }
    }
}

/// Whether a demo may use `path`: it is not there, empty, or marked by an earlier demo.
fn is_ours(path: &Path) -> io::Result<bool> {
    let entries = match fs::read_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        other => other?,
    };
    for entry in entries {
        if entry?.file_name() != LOCK {
            let marked = |name| fs::read_to_string(path.join(name)).is_ok_and(|text| text.starts_with(MARK));
            return Ok(marked(CONFIG) || marked(MAKING));
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of this test alone, removed when it ends.
    struct Place(PathBuf);
    impl Place {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("postern-folder-{}-{name}", std::process::id()));
            let _ = fs::remove_dir_all(&path);
            Self(path)
        }
    }
    impl Drop for Place {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_folder_with_other_files_is_left_alone() {
        let place = Place::new("other");
        fs::create_dir_all(&place.0).unwrap();
        fs::write(place.0.join("thesis.txt"), "years of work").unwrap();
        assert!(matches!(Folder::take(&place.0), Err(FolderError::NotADemo(_))));
        fs::write(place.0.join(CONFIG), "[database]\nurl = \"sqlite:postern.db\"\n").unwrap();
        assert!(matches!(Folder::take(&place.0), Err(FolderError::NotADemo(_))));
        assert!(place.0.join("thesis.txt").exists() && !place.0.join(LOCK).exists());
    }

    #[test]
    fn beginning_again_removes_what_the_demo_made_and_nothing_else() {
        let place = Place::new("fresh");
        let folder = Folder::take(&place.0).unwrap();
        folder.begin("").unwrap();
        fs::create_dir(place.0.join("keys")).unwrap();
        for name in DATABASE.iter().chain(&OTHERS[..5]).chain(&["notes.txt"]) {
            fs::write(place.0.join(name), "x").unwrap();
        }
        folder.empty().unwrap();
        let mut left: Vec<_> = fs::read_dir(&place.0).unwrap().map(|e| e.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, [LOCK, "notes.txt"]);
    }

    #[test]
    fn a_second_demo_in_the_same_folder_is_refused_while_the_first_runs() {
        let place = Place::new("twice");
        let first = Folder::take(&place.0).unwrap();
        first.begin("").unwrap();
        assert!(first.is_begun() && !first.is_made());
        first.finish().unwrap();
        assert!(first.is_made() && !first.is_begun());
        assert!(matches!(Folder::take(&place.0), Err(FolderError::InUse(_))));
        drop(first);
        assert!(Folder::take(&place.0).is_ok());
    }
}
