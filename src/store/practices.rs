//! Practices: those there are, who is around one, and the requests to change from one to another.

use time::Date;
use uuid::Uuid;

use super::sql::{act, ask, on_read, on_tx, statements};
use super::{Db, Stamp, StoreError, Tx};
use crate::domain::calendar::{Instant, Interval};
use crate::domain::ids::{AccountId, PatientId, PracticeId, ProviderId, RequestId};
use crate::domain::practice::{Details, SponsorThere};
use crate::domain::request::{Ending, RequestKind};

macro_rules! requests {
    ($rest:literal) => {
        concat!(
            "select r.id, r.kind, r.account_id, r.filed_at, r.due_on, r.closed_at, r.outcome, r.outcome_reason, ",
            "s.provider_id, s.from_practice_id, s.to_practice_id, s.email, s.sponsor_there, s.effective_on ",
            "from access_request r join practice_switch s on s.request_id = r.id ",
            $rest
        )
    };
}

statements! {
    ALL = "select id, name, phone, fax, address from practice order by name, id";
    ONE_PRACTICE = "select id, name, phone, fax, address from practice where id = $1";
    NAME = "select name from practice where id = $1";
    INSERT = "insert into access_request (id, kind, state, account_id, practice_id, typed, reason, filed_at, due_on) \
              values ($1, $2, 'open', $3, $4, '{}', '', $5, $6)";
    DETAILS = "insert into practice_switch (request_id, provider_id, from_practice_id, to_practice_id, name, phone, fax, \
               address, email, sponsor_there, effective_on) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    WITHDRAW = "update access_request set state = 'closed', outcome = 'withdrawn', closed_at = $3, version = version + 1 \
                where id = $1 and account_id = $2 and state = 'open' and kind in ('practice_switch', 'membership')";
    OF_ACCOUNT = requests!("where r.account_id = $1 order by r.filed_at desc, r.id desc");
    ONE = requests!("where r.id = $1");
    NEW_PRACTICE = "select name, phone, fax, address from practice_switch where request_id = $1";
    MEMBERSHIPS = "select id, practice_id, starts_at, ends_at from membership where provider_id = $1";
    REOPEN = "update membership set ends_at = null where id = $1";
    OWNER = "select email, family, given from account where id = $1";
    /// `d` the practice's members, each with whom they are merged with: what belongs to the one counts for the other (decision 0022).
    ACCOUNTS_AROUND = "with recursive d(id) as (select provider_id from membership where practice_id = $1 \
            union select case when g.from_id = d.id then g.into_id else g.from_id end \
                from provider_merge g join d on d.id in (g.from_id, g.into_id)) \
        select a.id from account a where a.provider_id in (select id from d) \
        union select user_id from sponsorship where practice_id = $1";
    PATIENTS_AROUND = "with recursive d(id) as (select provider_id from membership where practice_id = $1 \
            union select case when g.from_id = d.id then g.into_id else g.from_id end \
                from provider_merge g join d on d.id in (g.from_id, g.into_id)), \
        c as (select l.patient_id from listing l where l.provider_id in (select id from d) \
              union select l.patient_id from listing l where l.practice_id = $1 \
              union select t.patient_id from care_team_seat t where t.practice_id = $1 \
              union select k.patient_id from patient_token k where k.redeemed_practice_id = $1), \
        w(patient_id) as (select patient_id from c union select g.into_id from patient_merge g \
              join w on w.patient_id = g.from_id) \
        select patient_id from w";
    SPONSORS = "select distinct sponsor_id from sponsorship where practice_id = $1";
}

/// A practice as pages show it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NamedPractice {
    /// Its id.
    pub id: PracticeId,
    /// What is kept of it.
    pub details: Details,
}

/// Every practice, by name.
///
/// # Errors
/// [`StoreError`].
pub async fn all(db: &Db) -> Result<Vec<NamedPractice>, StoreError> {
    type Row = (Uuid, String, String, String, String);
    let rows = on_read!(db, c => ask!(Row, ALL;).fetch_all(c).await)?;
    Ok(rows.into_iter().map(named).collect())
}

fn named((id, name, phone, fax, address): (Uuid, String, String, String, String)) -> NamedPractice {
    NamedPractice { id: PracticeId(id), details: Details { name, phone, fax, address } }
}

/// The practice `id`; `None` when there is none.
///
/// # Errors
/// [`StoreError`].
pub async fn one(db: &Db, id: PracticeId) -> Result<Option<NamedPractice>, StoreError> {
    type Row = (Uuid, String, String, String, String);
    let row = on_read!(db, c => ask!(Row, ONE_PRACTICE; id.0).fetch_optional(c).await)?;
    Ok(row.map(named))
}

/// The name of `practice`, as `tx` sees it.
///
/// # Errors
/// [`StoreError`].
pub async fn name_within(tx: &mut Tx, practice: PracticeId) -> Result<Option<String>, StoreError> {
    let row = on_tx!(tx, c => ask!((String,), NAME; practice.0).fetch_optional(c).await)?;
    Ok(row.map(|(name,)| name))
}

/// A request for a change of practice, to be kept.
#[derive(Debug)]
pub struct NewRequest<'a> {
    /// Its id.
    pub id: RequestId,
    /// [`RequestKind::PracticeSwitch`] or [`RequestKind::Membership`].
    pub kind: RequestKind,
    /// Who files it.
    pub account: AccountId,
    /// The provider.
    pub provider: ProviderId,
    /// The practice to leave.
    pub from: Option<PracticeId>,
    /// The practice to join, when it is known.
    pub to: Option<PracticeId>,
    /// The practice to join, when it is not; empty otherwise.
    pub new: &'a Details,
    /// The provider's new address, when it changes.
    pub email: &'a str,
    /// Whether there is a sponsor.
    pub sponsor_there: SponsorThere,
    /// The first day.
    pub effective_on: Date,
    /// When it is filed.
    pub now: Instant,
    /// When an answer is due.
    pub due_on: Date,
}

/// Keeps a request.
///
/// # Errors
/// [`StoreError::Duplicate`] when the account has an open one of the kind; other [`StoreError`]s.
pub async fn insert(tx: &mut Tx, r: &NewRequest<'_>) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(INSERT; r.id.0, r.kind.word(), r.account.0, r.to.map(|p| p.0), Stamp(r.now), r.due_on)
        .execute(c).await.map(|_| ()))?;
    on_tx!(tx, c => act!(DETAILS; r.id.0, r.provider.0, r.from.map(|p| p.0), r.to.map(|p| p.0), r.new.name.as_str(),
        r.new.phone.as_str(), r.new.fax.as_str(), r.new.address.as_str(), r.email, r.sponsor_there.word(), r.effective_on)
        .execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Closes the open request of `account` as withdrawn; false when it is not theirs, not of these kinds, or over.
///
/// # Errors
/// [`StoreError`].
pub async fn withdraw(
    tx: &mut Tx,
    request: RequestId,
    account: AccountId,
    now: Instant,
) -> Result<bool, StoreError> {
    let closed = on_tx!(tx, c => act!(WITHDRAW; request.0, account.0, Stamp(now)).execute(c).await
        .map(|done| done.rows_affected()))?;
    Ok(closed == 1)
}

/// A request for a change of practice, as it is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeptRequest {
    /// Its id.
    pub id: RequestId,
    /// [`RequestKind::PracticeSwitch`] or [`RequestKind::Membership`].
    pub kind: RequestKind,
    /// Who filed it.
    pub account: AccountId,
    /// The provider.
    pub provider: ProviderId,
    /// When it was filed.
    pub filed_at: Instant,
    /// When an answer is due.
    pub due_on: Option<Date>,
    /// When it was closed.
    pub closed_at: Option<Instant>,
    /// How it ended.
    pub outcome: Option<Ending>,
    /// Why, in the access team's words.
    pub outcome_reason: String,
    /// The practice to leave.
    pub from: Option<PracticeId>,
    /// The practice to join, when it is known.
    pub to: Option<PracticeId>,
    /// The provider's new address, when it changes.
    pub email: String,
    /// Whether there is a sponsor.
    pub sponsor_there: SponsorThere,
    /// The first day.
    pub effective_on: Date,
}

type Row = (
    Uuid,
    String,
    Option<Uuid>,
    Stamp,
    Option<Date>,
    Option<Stamp>,
    Option<String>,
    String,
    Uuid,
    Option<Uuid>,
    Option<Uuid>,
    String,
    String,
    Date,
);

impl TryFrom<Row> for KeptRequest {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        let (
            id,
            kind,
            account,
            filed_at,
            due_on,
            closed_at,
            outcome,
            reason,
            provider,
            from,
            to,
            email,
            there,
            day,
        ) = row;
        let corrupt = |what: &str| StoreError::Corrupt(format!("access request {id}: {what}"));
        let ending = |word: String| Ending::from_word(&word).ok_or_else(|| corrupt("unknown outcome"));
        Ok(Self {
            id: RequestId(id),
            kind: RequestKind::from_word(&kind).ok_or_else(|| corrupt("unknown kind"))?,
            account: account.map(AccountId).ok_or_else(|| corrupt("no account"))?,
            provider: ProviderId(provider),
            filed_at: filed_at.0,
            due_on,
            closed_at: closed_at.map(|c| c.0),
            outcome: outcome.map(ending).transpose()?,
            outcome_reason: reason,
            from: from.map(PracticeId),
            to: to.map(PracticeId),
            email,
            sponsor_there: SponsorThere::from_word(&there).ok_or_else(|| corrupt("unknown sponsor word"))?,
            effective_on: day,
        })
    }
}

/// Every such request of `account`, newest first.
///
/// # Errors
/// [`StoreError`].
pub async fn of_account(db: &Db, account: AccountId) -> Result<Vec<KeptRequest>, StoreError> {
    let rows = on_read!(db, c => ask!(Row, OF_ACCOUNT; account.0).fetch_all(c).await)?;
    rows.into_iter().map(KeptRequest::try_from).collect()
}

/// The request `id`, `None` when there is none of these kinds.
///
/// # Errors
/// [`StoreError`].
pub async fn request(db: &Db, id: RequestId) -> Result<Option<KeptRequest>, StoreError> {
    let row = on_read!(db, c => ask!(Row, ONE; id.0).fetch_optional(c).await)?;
    row.map(KeptRequest::try_from).transpose()
}

/// The request `id` as `tx` sees it.
///
/// # Errors
/// [`StoreError`].
pub async fn request_within(tx: &mut Tx, id: RequestId) -> Result<Option<KeptRequest>, StoreError> {
    let row = on_tx!(tx, c => ask!(Row, ONE; id.0).fetch_optional(c).await)?;
    row.map(KeptRequest::try_from).transpose()
}

type DetailsRow = (String, String, String, String);

fn details((name, phone, fax, address): DetailsRow) -> Details {
    Details { name, phone, fax, address }
}

/// What was typed of the practice that the request `id` wants to join; empty for one that is known.
///
/// # Errors
/// [`StoreError`].
pub async fn new_practice(db: &Db, id: RequestId) -> Result<Option<Details>, StoreError> {
    let row = on_read!(db, c => ask!(DetailsRow, NEW_PRACTICE; id.0).fetch_optional(c).await)?;
    Ok(row.map(details))
}

/// As [`new_practice`], as `tx` sees it.
///
/// # Errors
/// [`StoreError`].
pub async fn new_practice_within(tx: &mut Tx, id: RequestId) -> Result<Option<Details>, StoreError> {
    let row = on_tx!(tx, c => ask!(DetailsRow, NEW_PRACTICE; id.0).fetch_optional(c).await)?;
    Ok(row.map(details))
}

/// A membership as it is stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KeptMembership {
    /// Its id.
    pub id: Uuid,
    /// The practice.
    pub practice: PracticeId,
    /// When it holds.
    pub span: Interval,
}

/// Every membership of `provider`, as `tx` sees them.
///
/// # Errors
/// [`StoreError`].
pub async fn memberships_within(
    tx: &mut Tx,
    provider: ProviderId,
) -> Result<Vec<KeptMembership>, StoreError> {
    type Row = (Uuid, Uuid, Stamp, Option<Stamp>);
    let rows = on_tx!(tx, c => ask!(Row, MEMBERSHIPS; provider.0).fetch_all(c).await)?;
    let kept = |(id, practice, start, end)| KeptMembership {
        id,
        practice: PracticeId(practice),
        span: Stamp::interval(Some(start), end),
    };
    Ok(rows.into_iter().map(kept).collect())
}

/// Takes the end from the membership `id`.
///
/// # Errors
/// [`StoreError`].
pub async fn reopen_membership(tx: &mut Tx, id: Uuid) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(REOPEN; id).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// E-mail address, family and given name of `account`, as `tx` sees them.
///
/// # Errors
/// [`StoreError`].
pub async fn owner_within(
    tx: &mut Tx,
    account: AccountId,
) -> Result<Option<(String, String, String)>, StoreError> {
    Ok(on_tx!(tx, c => ask!((String, String, String), OWNER; account.0).fetch_optional(c).await)?)
}

/// Every account that is, was or will be of `practice`: its members', with whom those are merged, and those sponsored in it.
///
/// # Errors
/// [`StoreError`].
pub async fn accounts_around(db: &Db, practice: PracticeId) -> Result<Vec<AccountId>, StoreError> {
    let rows = on_read!(db, c => ask!((Uuid,), ACCOUNTS_AROUND; practice.0).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id,)| AccountId(id)).collect())
}

/// Every patient whom somebody might see for being of `practice`, found by index: a superset, to be decided.
///
/// # Errors
/// [`StoreError`].
pub async fn patients_around(db: &Db, practice: PracticeId) -> Result<Vec<PatientId>, StoreError> {
    let rows = on_read!(db, c => ask!((Uuid,), PATIENTS_AROUND; practice.0).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id,)| PatientId(id)).collect())
}

/// Everybody who ever sponsored somebody in `practice`, as `tx` sees it.
///
/// # Errors
/// [`StoreError`].
pub async fn sponsors_within(tx: &mut Tx, practice: PracticeId) -> Result<Vec<AccountId>, StoreError> {
    let rows = on_tx!(tx, c => ask!((Uuid,), SPONSORS; practice.0).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id,)| AccountId(id)).collect())
}
