//! The most memory that the schedule holds while it writes the letters of an opening: to 20,000 sponsors, and to 2,000.
//!
//! Each in a process of its own, which is this program again, so that neither inherits what the other has taken.

use std::io::Write;
use std::process::{Command, ExitCode};

use postern::app::validation::schedule::sweep;
use postern::store::Db;

use super::hospital::{Folder, memory, runtime};
use super::measure::{Row, megabytes};
use super::sponsors::{self, Engine};
use super::{Outcome, chart, say};

/// The argument by which this program is told to write the letters of one database.
pub(crate) const ONCE: &str = "write-letters-of";
const FEW: u64 = 2_000;
const MANY: u64 = 20_000;
const GOAL: f64 = 1.3;

pub(crate) fn measure() -> Outcome<Vec<Row>> {
    let (few, many) = (peak(FEW)?, peak(MANY)?);
    let ratio = f64::from(u32::try_from(many / 1024)?) / f64::from(u32::try_from(few / 1024)?);
    Ok(vec![Row {
        work: format!("the letters of an opening to {MANY} sponsors, peak; baseline {FEW}"),
        figure: megabytes(many),
        baseline: megabytes(few),
        ratio: format!("{ratio:.2}x"),
        goal: format!("at most {GOAL}x"),
        passed: ratio <= GOAL,
    }])
}

/// The most memory of a process that writes to `count` sponsors.
fn peak(count: u64) -> Outcome<u64> {
    let (runtime, folder) = (runtime()?, Folder::fresh(&format!("letters-{count}"))?);
    runtime.block_on(async {
        let db = sponsors::on_sqlite(&folder).await?;
        sponsors::fill(&db, Engine::Sqlite, count).await?;
        db.close().await;
        Outcome::Ok(())
    })?;
    let url = format!("sqlite:{}", folder.path().join("postern.db").display());
    let out = Command::new(std::env::current_exe()?).args([ONCE, &url]).output()?;
    let said = String::from_utf8(out.stdout)?;
    if !out.status.success() {
        return Err(String::from_utf8_lossy(&out.stderr).into_owned().into());
    }
    let (mailed, peak) = said.trim().split_once(' ').ok_or("the letters' process said nothing")?;
    let (mailed, peak): (u64, u64) = (mailed.parse()?, peak.parse()?);
    say(&format!("{mailed} letters to {count} sponsors"));
    // All but those who are disabled or have nobody.
    if mailed < count * 9 / 10 { Err(format!("only {mailed} letters").into()) } else { Ok(peak) }
}

/// Writes the letters of the opening in the database at `url`, and prints how many, and the most memory held, in bytes.
pub(crate) fn once(url: &str) -> ExitCode {
    match written(url) {
        Ok((mailed, peak)) => {
            // Nobody reads when the other process is gone.
            let _ = writeln!(std::io::stdout().lock(), "{mailed} {peak}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            say(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

fn written(url: &str) -> Outcome<(u64, u64)> {
    runtime()?.block_on(async {
        let db = Db::open(url).await?;
        let opens = sponsors::cycle(&sponsors::cycles()?)?.opens;
        let app = chart::app(&db, opens.plus_seconds(300)).await?;
        let swept = sweep(&app).await?;
        let peak = memory(std::process::id(), "VmHWM").ok_or("no memory of this process")?;
        Ok((swept.mailed, peak))
    })
}
