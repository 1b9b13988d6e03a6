//! Sponsors who accepted their duties, the sponsorships they hold, and how those end and are undone.

pub mod around;
pub mod invitation;

use time::Date;
use uuid::Uuid;

use super::sql::{act, ask, on_read, on_tx, statements};
use super::{Db, Stamp, StoreError, Tx};
use crate::domain::calendar::{Instant, Interval};
use crate::domain::ids::{AccountId, FactId, PracticeId};
use crate::domain::people::{EndReason, Job};

statements! {
    ACCEPTED = "select s.accepted_at from sponsor s where s.account_id = $1";
    NPI = "select p.npi from account a join provider p on p.id = a.provider_id where a.id = $1";
    ACCEPT = "insert into sponsor (account_id, accepted_at, signed_as) values ($1, $2, $3) on conflict (account_id) do nothing";
    STAFF = "select s.id, s.user_id, s.practice_id, s.starts_at, s.ends_at, a.email, a.given, a.family, a.job, b.bounced_at, \
             (select r.at from audit_row r where r.actor_id = s.user_id and r.outcome = 'allowed' \
              and r.act in ('sign_in_factor', 'sign_in_passkey', 'sign_in_hospital') order by r.at desc limit 1) as signed_in_at \
             from sponsorship s join account a on a.id = s.user_id \
             left join bounced_address b on b.address_folded = a.email_folded \
             where s.sponsor_id = $1 order by a.family, a.given, s.starts_at, s.id";
    ENDS = "select e.sponsorship_id, e.at, e.reason, e.note, e.actor_id from sponsorship_end e join sponsorship s on s.id = e.sponsorship_id \
            where s.sponsor_id = $1 and e.undone_at is null order by e.at, e.id";
    /// Waits for whoever ends sponsorships of the same person.
    HOLD = "update account set email = email where id = $1";
    ONE = "select user_id, practice_id, starts_at, ends_at from sponsorship where id = $1 and sponsor_id = $2";
    OF_USER = "select id, sponsor_id, practice_id, starts_at, ends_at from sponsorship where user_id = $1 order by id";
    /// Conditional, so that of two removals at once one counts.
    END = "update sponsorship set ends_at = $2 where id = $1 and (ends_at is null or ends_at > $2)";
    INSERT_END = "insert into sponsorship_end (id, sponsorship_id, at, actor_id, reason, note, end_before) \
                  values ($1, $2, $3, $4, $5, $6, $7)";
    LAST_END = "select e.id, e.at, e.end_before from sponsorship_end e join sponsorship s on s.id = e.sponsorship_id \
                where e.sponsorship_id = $1 and s.sponsor_id = $2 and e.actor_id = $2 and e.undone_at is null order by e.at desc, e.id desc limit 1";
    UNDO_END = "update sponsorship_end set undone_at = $2 where id = $1 and undone_at is null";
    /// Not when something else ended it meanwhile, nor beside another one of the same person in the same practice.
    REOPEN = "update sponsorship set ends_at = $2 where id = $1 and ends_at = $3 and not exists (select 1 from sponsorship o \
              where o.sponsor_id = sponsorship.sponsor_id and o.user_id = sponsorship.user_id \
              and o.practice_id = sponsorship.practice_id and o.id <> sponsorship.id and o.starts_at <= $4 \
              and (o.ends_at is null or o.ends_at > $4))";
    /// A review that was completed between the removal ($3) and its undoing had no row for it.
    KEEP_TOO = "insert into validation_review_row (sponsor_id, cycle, sponsorship_id, choice) select r.sponsor_id, r.cycle, $2, 'keep' \
                from validation_review r where r.sponsor_id = $1 and r.completed_at >= $3 \
                on conflict (sponsor_id, cycle, sponsorship_id) do nothing";
    KEEP_AFTER_ALL = "update validation_review_row set choice = 'keep' where sponsor_id = $1 and sponsorship_id = $2 and choice = 'remove'";
    OPENED_SINCE = "select count(distinct patient_id) from audit_row where actor_id = $1 and act = 'open_chart' and outcome = 'allowed' and at >= $2";
    NUDGE = "insert into nudge (user_id, sponsor_id, day, at) values ($1, $2, $3, $4) on conflict (user_id, sponsor_id, day) do nothing";
    NUDGED = "select sponsor_id, at from nudge where user_id = $1 and day = $2";
}

/// When `account` accepted the duties of a sponsor; `None` when it did not.
///
/// # Errors
/// [`StoreError`].
pub async fn accepted(db: &Db, account: AccountId) -> Result<Option<Instant>, StoreError> {
    let found = on_read!(db, c => ask!((Stamp,), ACCEPTED; account.0).fetch_optional(c).await)?;
    Ok(found.map(|(at,)| at.0))
}

/// Whether the provider of `account` has an NPI.
///
/// # Errors
/// [`StoreError`].
pub async fn has_npi(db: &Db, account: AccountId) -> Result<bool, StoreError> {
    let found = on_read!(db, c => ask!((Option<String>,), NPI; account.0).fetch_optional(c).await)?;
    Ok(found.is_some_and(|(npi,)| npi.is_some()))
}

/// Keeps that `account` accepted the duties at `now`, signed `name`; `false` when it had before.
///
/// # Errors
/// [`StoreError`].
pub async fn accept(tx: &mut Tx, account: AccountId, name: &str, now: Instant) -> Result<bool, StoreError> {
    let done = on_tx!(tx, c => act!(ACCEPT; account.0, Stamp(now), name).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(done == 1)
}

/// A sponsorship with the person it is of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Staff {
    /// The sponsorship.
    pub id: FactId,
    /// The sponsored user's account.
    pub user: AccountId,
    /// The practice.
    pub practice: PracticeId,
    /// When it holds.
    pub span: Interval,
    /// The person's address.
    pub email: String,
    /// Given name.
    pub given: String,
    /// Family name.
    pub family: String,
    /// Job.
    pub job: Option<Job>,
    /// When mail to the person was refused.
    pub bounced_at: Option<Instant>,
    /// When the person last signed in.
    pub signed_in_at: Option<Instant>,
}

impl Staff {
    /// Given and family name.
    pub fn name(&self) -> String {
        format!("{} {}", self.given, self.family).trim().to_owned()
    }
}

/// A row of `STAFF`.
#[derive(sqlx::FromRow)]
struct StaffRow {
    id: Uuid,
    user_id: Uuid,
    practice_id: Uuid,
    starts_at: Stamp,
    ends_at: Option<Stamp>,
    email: String,
    given: String,
    family: String,
    job: Option<String>,
    bounced_at: Option<Stamp>,
    signed_in_at: Option<Stamp>,
}

impl From<StaffRow> for Staff {
    fn from(row: StaffRow) -> Self {
        Self {
            id: FactId(row.id),
            user: AccountId(row.user_id),
            practice: PracticeId(row.practice_id),
            span: Stamp::interval(Some(row.starts_at), row.ends_at),
            email: row.email,
            given: row.given,
            family: row.family,
            job: row.job.as_deref().and_then(Job::from_word),
            bounced_at: row.bounced_at.map(|b| b.0),
            signed_in_at: row.signed_in_at.map(|s| s.0),
        }
    }
}

/// Every sponsorship that `sponsor` holds or held, by name.
///
/// # Errors
/// [`StoreError`].
pub async fn staff(db: &Db, sponsor: AccountId) -> Result<Vec<Staff>, StoreError> {
    let rows = on_read!(db, c => ask!(StaffRow, STAFF; sponsor.0).fetch_all(c).await)?;
    Ok(rows.into_iter().map(Staff::from).collect())
}

/// How a sponsorship was ended in the portal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct End {
    /// The sponsorship.
    pub sponsorship: FactId,
    /// When it was ended.
    pub at: Instant,
    /// Why.
    pub reason: Option<EndReason>,
    /// What was written with it; empty for nothing.
    pub note: String,
    /// Who did it; `None` for the portal itself.
    pub by: Option<AccountId>,
}

/// The ends of sponsorships of `sponsor` that stand, oldest first.
///
/// # Errors
/// [`StoreError`].
pub async fn ends(db: &Db, sponsor: AccountId) -> Result<Vec<End>, StoreError> {
    type Row = (Uuid, Stamp, String, String, Option<Uuid>);
    let rows = on_read!(db, c => ask!(Row, ENDS; sponsor.0).fetch_all(c).await)?;
    let end = |(id, at, reason, note, by): Row| End {
        sponsorship: FactId(id),
        at: at.0,
        reason: EndReason::from_word(&reason),
        note,
        by: by.map(AccountId),
    };
    Ok(rows.into_iter().map(end).collect())
}

/// A sponsorship as kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Kept {
    /// The sponsorship.
    pub id: FactId,
    /// Who sponsors.
    pub sponsor: AccountId,
    /// Who is sponsored.
    pub user: AccountId,
    /// The practice.
    pub practice: PracticeId,
    /// When it holds.
    pub span: Interval,
}

/// Keeps other transactions from ending what is around `user` until `tx` is over: sponsorships, and invitations to another address. Whoever
/// ends several of them takes this first, and of several people in the order of their accounts, so that no two wait for each other.
///
/// # Errors
/// [`StoreError`].
pub async fn hold(tx: &mut Tx, user: AccountId) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(HOLD; user.0).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// The sponsorship `id` of `sponsor`, as `tx` sees it.
///
/// # Errors
/// [`StoreError`].
pub async fn one_within(tx: &mut Tx, id: FactId, sponsor: AccountId) -> Result<Option<Kept>, StoreError> {
    type Row = (Uuid, Uuid, Stamp, Option<Stamp>);
    let found = on_tx!(tx, c => ask!(Row, ONE; id.0, sponsor.0).fetch_optional(c).await)?;
    Ok(found.map(|(user, practice, from, to)| Kept {
        id,
        sponsor,
        user: AccountId(user),
        practice: PracticeId(practice),
        span: Stamp::interval(Some(from), to),
    }))
}

/// Every sponsorship of `user`, as `tx` sees it.
///
/// # Errors
/// [`StoreError`].
pub async fn of_user_within(tx: &mut Tx, user: AccountId) -> Result<Vec<Kept>, StoreError> {
    type Row = (Uuid, Uuid, Uuid, Stamp, Option<Stamp>);
    let rows = on_tx!(tx, c => ask!(Row, OF_USER; user.0).fetch_all(c).await)?;
    let kept = |(id, sponsor, practice, from, to): Row| Kept {
        id: FactId(id),
        sponsor: AccountId(sponsor),
        user,
        practice: PracticeId(practice),
        span: Stamp::interval(Some(from), to),
    };
    Ok(rows.into_iter().map(kept).collect())
}

/// Ends `kept` at `now` and keeps under `id` who did it, why, and what its end was; `false` when it has ended by then.
///
/// # Errors
/// [`StoreError`].
pub async fn end(
    tx: &mut Tx,
    id: Uuid,
    kept: &Kept,
    (actor, reason, note): (Option<AccountId>, EndReason, &str),
    now: Instant,
) -> Result<bool, StoreError> {
    let end = now.max(kept.span.start());
    let done = on_tx!(tx, c => act!(END; kept.id.0, Stamp(end)).execute(c).await.map(|d| d.rows_affected()))?;
    if done == 0 {
        return Ok(false);
    }
    let before = kept.span.end().map(Stamp);
    on_tx!(tx, c => act!(INSERT_END; id, kept.id.0, Stamp(now), actor.map(|a| a.0), reason.word(), note, before)
        .execute(c).await.map(|_| ()))?;
    Ok(true)
}

/// When the sponsorship `id` of `sponsor` was last ended in the portal, with what reopens it.
///
/// # Errors
/// [`StoreError`].
pub async fn last_end(
    tx: &mut Tx,
    id: FactId,
    sponsor: AccountId,
) -> Result<Option<(Uuid, Instant, Option<Instant>)>, StoreError> {
    type Row = (Uuid, Stamp, Option<Stamp>);
    let found = on_tx!(tx, c => ask!(Row, LAST_END; id.0, sponsor.0).fetch_optional(c).await)?;
    Ok(found.map(|(end, at, before)| (end, at.0, before.map(|b| b.0))))
}

/// Reopens `kept` to end at `before`, undoing `end`; what a review said of it, or one completed meanwhile left out, becomes *keep*. `false`, and nothing is to be committed,
/// when that was undone already, or another one of the same person in the same practice holds.
///
/// # Errors
/// [`StoreError`].
pub async fn undo(
    tx: &mut Tx,
    kept: &Kept,
    (end, before): (Uuid, Option<Instant>),
    now: Instant,
) -> Result<bool, StoreError> {
    let done = on_tx!(tx, c => act!(UNDO_END; end, Stamp(now)).execute(c).await.map(|d| d.rows_affected()))?;
    if done == 0 {
        return Ok(false);
    }
    let ended = kept.span.end().map(Stamp);
    let done = on_tx!(tx, c => act!(REOPEN; kept.id.0, before.map(Stamp), ended, Stamp(now)).execute(c).await
        .map(|d| d.rows_affected()))?;
    on_tx!(tx, c => act!(KEEP_AFTER_ALL; kept.sponsor.0, kept.id.0).execute(c).await.map(|_| ()))?;
    on_tx!(tx, c => act!(KEEP_TOO; kept.sponsor.0, kept.id.0, ended).execute(c).await.map(|_| ()))?;
    Ok(done == 1)
}

/// How many patients' charts `account` opened since `since`.
///
/// # Errors
/// [`StoreError`].
pub async fn opened_since(db: &Db, account: AccountId, since: Instant) -> Result<i64, StoreError> {
    Ok(on_read!(db, c => ask!((i64,), OPENED_SINCE; account.0, Stamp(since)).fetch_one(c).await)?.0)
}

/// Keeps that `user` reminded `sponsor` on `day`; `false` when that was done on that day before.
///
/// # Errors
/// [`StoreError`].
pub async fn nudge(
    tx: &mut Tx,
    user: AccountId,
    sponsor: AccountId,
    day: Date,
    now: Instant,
) -> Result<bool, StoreError> {
    let done = on_tx!(tx, c => act!(NUDGE; user.0, sponsor.0, day, Stamp(now)).execute(c).await
        .map(|d| d.rows_affected()))?;
    Ok(done == 1)
}

/// Whom `user` reminded on `day`, and when.
///
/// # Errors
/// [`StoreError`].
pub async fn nudged(db: &Db, user: AccountId, day: Date) -> Result<Vec<(AccountId, Instant)>, StoreError> {
    let rows = on_read!(db, c => ask!((Uuid, Stamp), NUDGED; user.0, day).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(sponsor, at)| (AccountId(sponsor), at.0)).collect())
}
