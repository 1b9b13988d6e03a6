//! Making the synthetic hospital: its directory, the shipped charts through the feed, then what hangs on both.

use std::io;
use std::path::Path;

use super::DemoError;
use crate::adapters::feed::fhir::Settings;
use crate::app::App;
use crate::app::demo::Seed;
use crate::cli::feed::{Progress, load_paths};
use crate::domain::calendar::Instant;

/// The shipped charts: one FHIR resource a line.
const CHARTS: &[u8] = include_bytes!("../../../assets/demo/hospital.ndjson.gz");
/// What they are called while they are loaded.
pub(super) const CHARTS_FILE: &str = "hospital.ndjson.gz";

/// How far the making has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// Practices, providers and accounts are made.
    Directory,
    /// Charts are loaded.
    Charts {
        /// Resources loaded so far.
        done: u64,
        /// Resources in all.
        of: u64,
    },
    /// Tokens, grants, requests and passwords are made.
    Facts,
}

/// Makes the synthetic hospital in the empty database of `app`, as it is at a first start at `now`. The charts lie in `folder`
/// for as long as that takes.
///
/// # Errors
/// [`DemoError`]; what is there then is half a hospital, to be thrown away.
pub async fn make(
    app: &App,
    folder: &Path,
    now: Instant,
    progress: &mut (dyn FnMut(Stage) + Send),
) -> Result<(), DemoError> {
    progress(Stage::Directory);
    let seed = Seed::begin(app, now).await?;
    let file = folder.join(CHARTS_FILE);
    let unwritable = |error: io::Error| DemoError::Charts(file.display().to_string(), error);
    std::fs::write(&file, CHARTS).map_err(unwritable)?;
    let settings = Settings {
        zone: app.hospital.cycles.zone(),
        mrn_system: String::new(),
        practice_system: String::new(),
    };
    let mut loading = |step| {
        if let Progress::Loaded(done, of) = step {
            progress(Stage::Charts { done, of });
        }
    };
    load_paths(app, &settings, std::slice::from_ref(&file), seed.shift_days(), &mut loading).await?;
    std::fs::remove_file(&file).map_err(unwritable)?;
    progress(Stage::Facts);
    Ok(seed.finish().await?)
}
