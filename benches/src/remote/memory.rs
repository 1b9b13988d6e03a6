//! How much memory the charts of a remote record take that are open at once, in a process of its own, which is this program again.
//!
//! Opened is the page of the results: it waits for all of them, where the summary goes without what takes more than two seconds.

use std::io::Write;
use std::process::{Command, ExitCode};

use postern::store::Db;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::super::chart::{app_writing, fetch};
use super::super::hospital::{Folder, filled, memory, runtime};
use super::super::measure::{Row, megabytes};
use super::super::{Outcome, say, world};
use super::record::OBSERVATIONS;
use super::scene::{BY_DEFAULT, over, page, scene, settle, summary};
use super::server::Server;

/// The argument by which this program is told to open charts.
pub(crate) const OPEN: &str = "open-charts";
const PATIENTS: u64 = 1_000;
/// Bytes for each open chart.
const GOAL: u64 = 20_000_000;

/// The growth for one chart alone, which is told, and for each of all at once, which is judged.
pub(crate) fn measure(server: &Server) -> Outcome<Vec<Row>> {
    let (runtime, folder) = (runtime()?, Folder::fresh("remote-memory")?);
    let db = filled(&runtime, &folder, PATIENTS)?;
    let (cookie, ids) =
        runtime.block_on(async { settle(&scene(&db, &server.url, BY_DEFAULT).await?).await })?;
    runtime.block_on(db.close());
    let paths: Vec<String> = ids.iter().map(|id| format!("{}/results", summary(*id))).collect();
    let database = format!("sqlite:{}", folder.path().join("postern.db").display());
    let opened = |paths: &[String]| -> Outcome<u64> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(OPEN).args([&database, &server.url, &cookie]).args(paths);
        let out = command.output()?;
        if !out.status.success() {
            return Err(String::from_utf8_lossy(&out.stderr).into_owned().into());
        }
        Ok(String::from_utf8(out.stdout)?.trim().parse()?)
    };
    let [short, long, ..] = paths.as_slice() else { return Err("no patients".into()) };
    let alone = opened(&[short.clone(), long.clone()])?;
    let count = u64::try_from(paths.len() - 1)?;
    let each = opened(&paths)? / count;
    let row = |work: &str, bytes: u64, goal: String, passed: bool| Row {
        work: format!("{work}, {OBSERVATIONS} observations, peak growth"),
        figure: megabytes(bytes),
        baseline: "none".to_owned(),
        ratio: String::new(),
        goal,
        passed,
    };
    let goal = format!("under {}", megabytes(GOAL));
    Ok(vec![
        row(&format!("each of {count} remote charts opened at once"), each, goal, each < GOAL),
        row("one remote chart opened alone", alone, "none".to_owned(), true),
    ])
}

/// Opens the charts of the arguments, the first one before it counts, and prints by how many bytes the most memory held has grown.
pub(crate) fn open(arguments: &[String]) -> ExitCode {
    match grown(arguments) {
        Ok(bytes) => {
            // Nobody reads when the other process is gone.
            let _ = writeln!(std::io::stdout().lock(), "{bytes}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            say(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

fn grown(arguments: &[String]) -> Outcome<u64> {
    let [database, url, cookie, first, paths @ ..] = arguments else {
        return Err("too few arguments".into());
    };
    runtime()?.block_on(async {
        let db = Db::open(database).await?;
        // A process has an audit chain of its own.
        let chain = Uuid::from_u128(0x000A_0D17_0000 + u128::from(std::process::id()));
        let scene = over(&app_writing(&db, world::now()?, chain).await?, url, BY_DEFAULT)?;
        for _ in 0..3 {
            fetch(&scene.portal, page(first, cookie)?).await?;
        }
        let held = || memory(std::process::id(), "VmHWM").ok_or("no memory of this process");
        let before = held()?;
        let mut all = JoinSet::new();
        for path in paths {
            let (portal, request) = (scene.portal.clone(), page(path, cookie)?);
            all.spawn(async move { fetch(&portal, request).await.map_err(|e| e.to_string()) });
        }
        while let Some(done) = all.join_next().await {
            if !done??.contains("Analyte 1") {
                return Err("the page does not show the results".into());
            }
        }
        Ok(held()?.saturating_sub(before))
    })
}
