//! Verifying the audit, and anchoring it outside the database.
//!
//! Every row's keyed hash covers the row before it, so an edit, a deletion, an insertion or a reordering breaks the chain where
//! it happened. Truncation breaks nothing inside a chain; it is found because later chains list the heads of all others in
//! their first row, and because an anchor file outside the database lists them too.

pub mod export;

use std::collections::HashMap;

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use uuid::Uuid;

use super::audit::{link_mac, same_mac};
use super::sign_in::random;
use super::{App, AppError};
use crate::domain::audit::{Act, Entry, Link, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::ids::new_uuid;
use crate::store::accounting::{Check, insert_check};
use crate::store::{Db, StoreError, audit as rows};

/// Rows read at a time.
const PAGE: i64 = 2000;

/// The last link of a chain as an anchor knows it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct KnownHead {
    /// The chain.
    pub chain: Uuid,
    /// The number of its last row then.
    pub seq: i64,
    /// That row's keyed hash, in hexadecimal.
    pub mac: String,
}

#[derive(Serialize, Deserialize)]
struct AnchorLine {
    at: Instant,
    heads: Vec<KnownHead>,
    /// Gaps that the team has explained: rows of these chains after the database's own last row are known to be lost.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    acknowledged: Vec<Acknowledged>,
    mac: String,
}

/// A gap that was explained, as after restoring a backup.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Acknowledged {
    /// The chain.
    pub chain: Uuid,
    /// The last row that is still there.
    pub kept: i64,
    /// The last row that was ever anchored.
    pub lost: i64,
    /// The explanation given.
    pub reason: String,
}

/// What is wrong at one place of one chain.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum Fault {
    /// The row's hash does not fit: it, or its place, was changed.
    Changed {
        /// The chain.
        chain: Uuid,
        /// The row.
        seq: i64,
    },
    /// Rows are missing before this one.
    Missing {
        /// The chain.
        chain: Uuid,
        /// The first missing row.
        seq: i64,
    },
    /// The chain ends earlier than it once did: rows were cut off, or an older backup was restored.
    Truncated {
        /// The chain.
        chain: Uuid,
        /// The last row there is.
        kept: i64,
        /// The last row there once was.
        lost: i64,
    },
    /// The anchor file is gone or empty, though a process has ended in order and must have written it.
    AnchorMissing,
    /// A line of the anchor file is not one this installation wrote.
    Anchor {
        /// The line, from 1.
        line: usize,
    },
}

/// What verification found.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Report {
    /// Chains read.
    pub chains: u64,
    /// Rows read.
    pub rows: u64,
    /// Everything wrong.
    pub faults: Vec<Fault>,
    /// Chains whose process ended in order.
    pub closed: u64,
    /// Gaps that were acknowledged before.
    pub acknowledged: u64,
}

impl Report {
    /// Whether nothing is wrong.
    pub fn sound(&self) -> bool {
        self.faults.is_empty()
    }
}

/// Reads every chain of the audit and compares it with `anchor`, the text of the anchor file.
///
/// # Errors
/// [`StoreError`] when the database cannot be read.
pub async fn verify(db: &Db, key: &[u8; 32], anchor: &str) -> Result<Report, StoreError> {
    let mut report = Report::default();
    let (mut known, acknowledged) = read_anchor(anchor, key, &mut report);
    let mut read: HashMap<Uuid, Vec<(i64, Vec<u8>)>> = HashMap::new();
    let chains = rows::chains(db).await?;
    let wanted: HashMap<Uuid, Vec<i64>> = known.iter().fold(HashMap::new(), |mut all, head: &KnownHead| {
        all.entry(head.chain).or_default().push(head.seq);
        all
    });
    for chain in &chains {
        report.chains += 1;
        let marks = wanted.get(chain).cloned().unwrap_or_default();
        let seen = walk(db, key, *chain, &marks, &mut report, &mut known).await?;
        read.insert(*chain, seen);
    }
    compare(&known, &read, &acknowledged, &mut report);
    if anchor.trim().is_empty() && report.closed > 0 {
        report.faults.push(Fault::AnchorMissing);
    }
    Ok(report)
}

/// Walks one chain; returns its marked rows and its last one. Heads listed in an opening row join `known`.
async fn walk(
    db: &Db,
    key: &[u8; 32],
    chain: Uuid,
    marks: &[i64],
    report: &mut Report,
    known: &mut Vec<KnownHead>,
) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
    let (mut seq, mut before, mut seen) = (0, Vec::new(), Vec::new());
    loop {
        let page = rows::rows(db, chain, seq, PAGE).await?;
        let Some(last) = page.last().map(|l| l.seq) else { break };
        for link in &page {
            if link.seq != seq + 1 {
                report.faults.push(Fault::Missing { chain, seq: seq + 1 });
            } else if !same_mac(&link_mac(key, &before, chain, link.seq, &link.entry), &link.mac) {
                report.faults.push(Fault::Changed { chain, seq: link.seq });
            }
            known.extend(heads_in(link));
            report.closed += u64::from(link.entry.act == Act::ChainClosed);
            if marks.contains(&link.seq) {
                seen.push((link.seq, link.mac.clone()));
            }
            report.rows += 1;
            seq = link.seq;
            before.clone_from(&link.mac);
        }
        if last < 1 {
            break;
        }
    }
    seen.push((seq, before));
    Ok(seen)
}

fn heads_in(link: &Link) -> Vec<KnownHead> {
    #[derive(Deserialize)]
    struct Opening {
        heads: Vec<KnownHead>,
    }
    if link.entry.act != Act::ChainOpened {
        return Vec::new();
    }
    serde_json::from_str::<Opening>(&link.entry.detail).map(|o| o.heads).unwrap_or_default()
}

fn compare(
    known: &[KnownHead],
    read: &HashMap<Uuid, Vec<(i64, Vec<u8>)>>,
    acknowledged: &[Acknowledged],
    report: &mut Report,
) {
    let mut furthest: HashMap<Uuid, i64> = HashMap::new();
    for head in known {
        let most = furthest.entry(head.chain).or_default();
        *most = head.seq.max(*most);
        let there = read.get(&head.chain).and_then(|seen| seen.iter().find(|(seq, _)| *seq == head.seq));
        if there.is_some_and(|(_, mac)| data_encoding::HEXLOWER.encode(mac) != head.mac) {
            report.faults.push(Fault::Changed { chain: head.chain, seq: head.seq });
        }
    }
    let mut lost: Vec<(Uuid, i64, i64)> = furthest
        .into_iter()
        .filter_map(|(chain, lost)| {
            let kept = read.get(&chain).and_then(|seen| seen.last()).map_or(0, |(seq, _)| *seq);
            (kept < lost).then_some((chain, kept, lost))
        })
        .collect();
    lost.sort_unstable();
    for (chain, kept, lost) in lost {
        if acknowledged.iter().any(|a| a.chain == chain && a.kept == kept && lost <= a.lost) {
            report.acknowledged += 1;
        } else {
            report.faults.push(Fault::Truncated { chain, kept, lost });
        }
    }
}

fn read_anchor(text: &str, key: &[u8; 32], report: &mut Report) -> (Vec<KnownHead>, Vec<Acknowledged>) {
    let (mut known, mut acknowledged) = (Vec::new(), Vec::new());
    for (index, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        let parsed = serde_json::from_str::<AnchorLine>(line).ok();
        match parsed.filter(|l| line_mac(l.at, &l.heads, &l.acknowledged, key) == l.mac) {
            Some(line) => {
                known.extend(line.heads);
                acknowledged.extend(line.acknowledged);
            }
            None => report.faults.push(Fault::Anchor { line: index + 1 }),
        }
    }
    (known, acknowledged)
}

/// Records that the audit was verified, with what was found: the audit's pages show the latest.
///
/// # Errors
/// [`AppError`]; nothing was recorded then.
pub async fn record(app: &App, report: &Report, open_faults: usize) -> Result<(), AppError> {
    let now = app.clock.now();
    let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let faults = i64::try_from(open_faults).unwrap_or(i64::MAX);
    let check = Check { at: now, chains: number(report.chains), rows: number(report.rows), faults };
    let outcome = if open_faults == 0 { Outcome::Allowed } else { Outcome::Failed };
    let mut entry = Entry::new(now, Act::VerifyAudit, outcome);
    entry.detail = serde_json::json!({ "chains": report.chains, "rows": report.rows, "faults": open_faults })
        .to_string();
    let mut tx = app.db.begin().await?;
    insert_check(&mut tx, new_uuid(now, random(app)?), &check).await?;
    Ok(app.audit.commit(tx, vec![entry]).await?)
}

/// One line for the anchor file: the heads of all chains at `now`, keyed, with gaps that are acknowledged from now on.
///
/// # Errors
/// [`StoreError`] when the heads cannot be read.
pub async fn anchor_line(
    db: &Db,
    key: &[u8; 32],
    now: Instant,
    acknowledged: Vec<Acknowledged>,
) -> Result<String, StoreError> {
    let heads: Vec<KnownHead> = rows::heads(db)
        .await?
        .into_iter()
        .map(|h| KnownHead { chain: h.chain, seq: h.seq, mac: data_encoding::HEXLOWER.encode(&h.mac) })
        .collect();
    let mac = line_mac(now, &heads, &acknowledged, key);
    let line = AnchorLine { at: now, heads, acknowledged, mac };
    serde_json::to_string(&line).map_err(|e| StoreError::Corrupt(e.to_string()))
}

fn line_mac(at: Instant, heads: &[KnownHead], acknowledged: &[Acknowledged], key: &[u8; 32]) -> String {
    let body = serde_json::to_vec(&(at, heads, acknowledged)).unwrap_or_default();
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return String::new() };
    mac.update(b"postern audit anchor\0");
    mac.update(&body);
    data_encoding::HEXLOWER.encode(&mac.finalize().into_bytes())
}
