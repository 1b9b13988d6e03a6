//! Sending what waits: one bounded round, each letter claimed, handed over outside any transaction, and marked.

use std::sync::Arc;

use futures::StreamExt;
use futures::stream;
use serde_json::json;
use uuid::Uuid;

use crate::app::ports::{MailError, Mailer, OutgoingMail};
use crate::app::sign_in::random;
use crate::app::{App, AppError};
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::ids::new_uuid;
use crate::domain::letter::Letter;
use crate::domain::outbox::{AT_ONCE, CLAIM_SECONDS, ROUND, is_given_up, wait_seconds};
use crate::domain::people::fold_email;
use crate::store::mail::{self, ClaimedMail, Kept};

use super::{post, team, unseal};

/// The longest reply of a server that is kept.
const REPLY_LONGEST: usize = 500;

/// What came of one round.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Delivered {
    /// Letters that the server has taken.
    pub sent: u32,
    /// Letters that are tried again later.
    pub later: u32,
    /// Letters that were refused for good, or given up.
    pub dead: u32,
}

/// What came of one letter.
enum Came {
    /// Another node has it, or it is not due.
    NotOurs,
    Sent,
    Later,
    /// The address was refused for good.
    Refused,
    /// It was not taken for 48 hours: it is still ours, and is given up at the end of the round, together with the alarm.
    TooOld(Box<ClaimedMail>, String),
}

/// Sends letters that are due, one round of them; without a mail server it leaves them where they are. Any number of nodes may do
/// this at once.
///
/// # Errors
/// [`AppError`]; letters that were not marked are sent again when their claim is over.
pub async fn deliver(app: &App) -> Result<Delivered, AppError> {
    let Some(mailer) = app.outside.mailer.clone() else { return Ok(Delivered::default()) };
    let now = app.clock.now();
    let due = mail::due(&app.db, now, ROUND).await?;
    // Each round claims for itself, so that two of one process keep apart as two nodes do.
    let node = new_uuid(now, random(app)?);
    let came: Vec<Result<Came, AppError>> = stream::iter(due)
        .map(|id| send_one(app, &mailer, node, id))
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let mut delivered = Delivered::default();
    let (mut too_old, mut failed) = (Vec::new(), None);
    for one in came {
        match one {
            Ok(Came::NotOurs) => {}
            Ok(Came::Sent) => delivered.sent += 1,
            Ok(Came::Later) => delivered.later += 1,
            Ok(Came::Refused) => delivered.dead += 1,
            Ok(Came::TooOld(mail, why)) => too_old.push((mail, why)),
            Err(error) => failed = Some(error),
        }
    }
    delivered.dead += give_up(app, node, too_old).await?;
    failed.map_or(Ok(delivered), Err)
}

/// Whether a letter is due that could be sent.
///
/// # Errors
/// [`AppError::Store`].
pub async fn waits(app: &App) -> Result<bool, AppError> {
    Ok(app.outside.mailer.is_some() && !mail::due(&app.db, app.clock.now(), 1).await?.is_empty())
}

async fn send_one(app: &App, mailer: &Arc<dyn Mailer>, node: Uuid, id: Uuid) -> Result<Came, AppError> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let claimed = mail::claim(&mut tx, id, node, now.plus_seconds(CLAIM_SECONDS), now).await?;
    tx.commit().await?;
    let Some(claimed) = claimed else { return Ok(Came::NotOurs) };
    let outcome = match unseal(app, claimed.id, &claimed.sealed_letter) {
        Ok(letter) => {
            let outgoing = OutgoingMail {
                to: claimed.address.clone(),
                message_id: claimed.message_id.clone(),
                made_at: claimed.made_at,
                letter,
            };
            mailer.send(&outgoing).await
        }
        Err(error) => Err(MailError::Later(error.to_string())),
    };
    let now = app.clock.now();
    match outcome {
        Ok(()) => {
            let kept = if mailer.keeps_letters() { Kept::Sealed } else { Kept::Wiped };
            let mut tx = app.db.begin().await?;
            mail::mark_sent(&mut tx, id, now, kept).await?;
            mail::clear_bounced(&mut tx, &fold_email(&claimed.address)).await?;
            tx.commit().await?;
            metrics::counter!("postern_mail_sent_total").increment(1);
            Ok(Came::Sent)
        }
        Err(MailError::Refused(reply)) => {
            let reply = kept_reply(&reply);
            let mut tx = app.db.begin().await?;
            mail::mark_bounced(&mut tx, &fold_email(&claimed.address), now, &reply).await?;
            mail::mark_dead(&mut tx, id, node, now, &reply).await?;
            app.audit.commit(tx, vec![failed_entry(app, &claimed, "refused")]).await?;
            metrics::counter!("postern_mail_dead_total", "why" => "refused").increment(1);
            tracing::warn!(mail = %id, kind = claimed.kind, "the mail server refused the address for good");
            Ok(Came::Refused)
        }
        Err(MailError::Later(why)) if is_given_up(claimed.made_at, now) => {
            Ok(Came::TooOld(Box::new(claimed), kept_reply(&why)))
        }
        Err(MailError::Later(why)) => {
            let mut tx = app.db.begin().await?;
            let next = now.plus_seconds(wait_seconds(claimed.tries));
            mail::mark_later(&mut tx, id, node, next, &kept_reply(&why)).await?;
            tx.commit().await?;
            metrics::counter!("postern_mail_later_total").increment(1);
            let why = without_addresses(&why);
            tracing::warn!(mail = %id, kind = claimed.kind, tries = claimed.tries, why, "a letter was not taken; it is tried again");
            Ok(Came::Later)
        }
    }
}

/// Gives up letters that were not taken for 48 hours, and tells the access team, in one transaction. A letter about such letters
/// raises no further alarm, nor does one raise a second while the first waits.
async fn give_up(app: &App, node: Uuid, too_old: Vec<(Box<ClaimedMail>, String)>) -> Result<u32, AppError> {
    if too_old.is_empty() {
        return Ok(0);
    }
    let now = app.clock.now();
    let team = team(app, now).await?;
    let mut tx = app.db.begin().await?;
    let alarm = Letter::MailStuck { count: 0 }.word();
    let (mut dead, mut count, mut entries) = (0, 0, Vec::new());
    for (claimed, why) in &too_old {
        if mail::mark_dead(&mut tx, claimed.id, node, now, why).await? {
            dead += 1;
            count += u32::from(claimed.kind != alarm);
            entries.push(failed_entry(app, claimed, "given_up"));
        }
    }
    if count > 0 && !mail::waits(&mut tx, alarm).await? {
        for (account, address) in &team {
            post(app, &mut tx, (Some(*account), address), &Letter::MailStuck { count }).await?;
        }
    }
    app.audit.commit(tx, entries).await?;
    metrics::counter!("postern_mail_dead_total", "why" => "given_up").increment(u64::from(dead));
    tracing::error!(dead, "letters were not taken for 48 hours and are given up; the access team is told");
    Ok(dead)
}

fn failed_entry(app: &App, mail: &ClaimedMail, why: &str) -> Entry {
    let mut entry = Entry::new(app.clock.now(), Act::MailFailed, Outcome::Failed);
    entry.subject = Some(mail.account.map_or(mail.id, |account| account.0));
    why.clone_into(&mut entry.basis);
    entry.detail =
        json!({ "job": "mail", "mail": mail.id, "letter": mail.kind, "tries": mail.tries }).to_string();
    entry
}

/// A server's reply as it is kept beside the letter: one line, not endless, and without what PostgreSQL does not keep.
fn kept_reply(reply: &str) -> String {
    reply.chars().map(|c| if c.is_control() { ' ' } else { c }).take(REPLY_LONGEST).collect()
}

/// A server's reply as a log may hold it: words with an `@` in them are left out.
fn without_addresses(reply: &str) -> String {
    let plain = |word: &str| if word.contains('@') { "…".to_owned() } else { word.to_owned() };
    kept_reply(reply).split_whitespace().map(plain).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_names_no_address() {
        let reply = "451 4.7.1 <amara@example.org>: come back\r\nlater";
        assert_eq!(without_addresses(reply), "451 4.7.1 … come back later");
    }

    #[test]
    fn a_kept_reply_is_one_short_line() {
        assert_eq!(kept_reply("a\r\nb\0c"), "a  b c");
        assert_eq!(kept_reply(&"é".repeat(9000)).chars().count(), REPLY_LONGEST);
    }
}
