//! `postern access explain --queries`: a hundred thousand decisions by the program itself, and the memory it takes.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use postern::store::Db;

use super::Outcome;
use super::hospital::{Folder, Running, memory, postern, runtime};
use super::measure::{Row, megabytes};
use super::world::{self, PATIENTS};

const QUERIES: u32 = 100_000;
/// Bytes that it may take at most.
const MEMORY: u64 = 300_000_000;

pub(crate) fn measure() -> Outcome<Vec<Row>> {
    let (runtime, folder) = (runtime()?, Folder::fresh("explain")?);
    let home = folder.path().join("hospital");
    let made = Command::new(postern()?).arg("init").arg(&home).stdout(Stdio::null()).status()?;
    if !made.success() {
        return Err("`postern init` failed".into());
    }
    runtime.block_on(async {
        let db = Db::open(&format!("sqlite:{}", home.join("postern.db").display())).await?;
        world::fill(&db, PATIENTS).await?;
        db.close().await;
        Ok::<_, Box<dyn std::error::Error>>(())
    })?;
    let queries = folder.path().join("queries.jsonl");
    write_queries(&queries)?;
    let began = Instant::now();
    let (answers, allowed, peak) = run(&home.join("postern.toml"), &queries)?;
    if answers != u64::from(QUERIES) {
        return Err(format!("{QUERIES} queries, {answers} answers").into());
    }
    let rate = f64::from(QUERIES) / began.elapsed().as_secs_f64();
    Ok(vec![Row {
        work: format!(
            "explain --queries, {QUERIES} over {PATIENTS} patients, {}% allowed",
            allowed * 100 / answers
        ),
        figure: format!("peak {}, {rate:.0} a second from start to end", megabytes(peak)),
        baseline: "none".to_owned(),
        ratio: String::new(),
        goal: format!("under {}", megabytes(MEMORY)),
        passed: peak < MEMORY,
    }])
}

fn write_queries(file: &Path) -> Outcome<()> {
    let now = world::now()?;
    let mut out = std::io::BufWriter::new(File::create(file)?);
    for n in 0..u64::from(QUERIES) {
        out.write_all(world::question(n, PATIENTS).line(now).as_bytes())?;
    }
    out.flush()?;
    Ok(())
}

/// Runs the program and gives how many answers it wrote, how many of them allow, and the most memory it held.
fn run(config: &Path, queries: &Path) -> Outcome<(u64, u64, u64)> {
    let mut command = Command::new(postern()?);
    command.args(["access", "explain", "--json", "--queries"]).arg(queries).arg("--config").arg(config);
    let mut child = Running(command.stdout(Stdio::piped()).spawn()?);
    let (pid, answers) = (child.0.id(), child.0.stdout.take().ok_or("the program has no output")?);
    let reader = std::thread::spawn(move || {
        let (mut count, mut allowed) = (0_u64, 0_u64);
        for line in BufReader::new(answers).lines() {
            let line = line?;
            count += 1;
            allowed += u64::from(line.contains("\"allowed\":true"));
        }
        Ok::<_, std::io::Error>((count, allowed))
    });
    let mut peak = 0;
    let status = loop {
        if let Some(now) = memory(pid, "VmHWM") {
            peak = peak.max(now);
        }
        if let Some(status) = child.0.try_wait()? {
            break status;
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    if !status.success() {
        return Err(format!("`postern access explain` ended with {status}").into());
    }
    let (count, allowed) = reader.join().map_err(|_| "the answers could not be read")??;
    Ok((count, allowed, peak))
}
