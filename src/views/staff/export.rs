//! The sponsor's staff as a table for a spreadsheet.

use super::{Console, State};
use crate::views::desk::list::csv_line;
use crate::views::layout::Frame;
use crate::views::words::{self, staff as w};

/// Everybody of the console, the ended included (RFC 4180, with a heading); no cell begins as a formula would.
pub fn csv(frame: &Frame, model: &Console) -> String {
    let zone = frame.zone;
    let heading = [
        w::COL_NAME,
        w::COL_EMAIL,
        w::JOB,
        w::COL_PRACTICE,
        w::COL_SINCE,
        w::COL_SIGN_IN,
        w::COL_STATE,
        w::COL_EXPIRES,
        w::COL_ENDED,
        w::COL_REASON,
        w::COL_NOTE,
    ];
    let mut text = csv_line(&heading.map(str::to_owned));
    for practice in &model.practices {
        for row in &practice.rows {
            let (state, expires) = match &row.state {
                State::Held(_, held) => (w::held(*held), None),
                State::Pending(p) if p.expires <= frame.now => (w::EXPIRED, Some(p.expires)),
                State::Pending(p) => (w::PENDING, Some(p.expires)),
            };
            text.push_str(&csv_line(&[
                row.name.clone(),
                row.email.clone(),
                row.job.map_or("", w::job).to_owned(),
                practice.name.clone(),
                words::date(zone.date(row.since)),
                row.last_sign_in.map(|at| words::moment(at, zone)).unwrap_or_default(),
                state.to_owned(),
                expires.map(|at| words::moment(at, zone)).unwrap_or_default(),
                String::new(),
                String::new(),
                String::new(),
            ]));
        }
    }
    for row in &model.ended {
        text.push_str(&csv_line(&[
            row.name.clone(),
            row.email.clone(),
            row.job.map_or("", w::job).to_owned(),
            row.practice.clone(),
            String::new(),
            String::new(),
            w::ENDED_STATE.to_owned(),
            String::new(),
            words::moment(row.at, zone),
            row.reason.map_or("", w::reason).to_owned(),
            row.note.clone(),
        ]));
    }
    text
}
