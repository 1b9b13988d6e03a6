//! Invitations: kept until they are accepted or taken back; only hashes of the link's secret and of the code are kept.

use uuid::Uuid;

use crate::domain::calendar::Instant;
use crate::domain::ids::{AccountId, PracticeId};
use crate::domain::people::Job;
use crate::domain::sponsoring::Invite;
use crate::store::sql::{act, ask, on_read, on_tx, statements};
use crate::store::{Db, Stamp, StoreError, Tx};

macro_rules! invitations {
    ($rest:literal) => {
        concat!(
            "select i.id, i.sponsor_id, i.practice_id, i.email, i.email_folded, i.family, i.given, i.job, i.replaces_id, ",
            "i.attested_at, i.code_hash, i.wrong_codes, i.sealed_totp, i.made_at, i.sent_at, i.expires_at, i.ended_at, ",
            "i.letters, a.given as sponsor_given, a.family as sponsor_family, a.email as sponsor_email, p.name as practice_name, ",
            "b.bounced_at, o.email as replaces_email ",
            "from invitation i join account a on a.id = i.sponsor_id join practice p on p.id = i.practice_id ",
            "left join account o on o.id = i.replaces_id ",
            "left join bounced_address b on b.address_folded = i.email_folded and b.bounced_at >= i.made_at ",
            $rest
        )
    };
}

statements! {
    INSERT = "insert into invitation (id, sponsor_id, practice_id, email, email_folded, family, given, job, replaces_id, \
              attested_at, secret_hash, code_hash, wrong_codes, sealed_totp, made_at, sent_at, expires_at, letters) \
              values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, $13, $14, $14, $15, 1)";
    RENEW = "update invitation set secret_hash = $3, code_hash = $4, sealed_totp = $5, sent_at = $6, expires_at = $7, \
             wrong_codes = 0, letters = letters + 1 where id = $1 and sponsor_id = $2 and ended_at is null and letters < $8";
    WITHDRAW = "update invitation set ended_at = $3, ending = 'withdrawn' where id = $1 and sponsor_id = $2 and ended_at is null";
    /// Conditional: of many at once one is accepted.
    ACCEPT = "update invitation set ended_at = $2, ending = 'accepted', user_id = $3, sealed_totp = $5 \
              where id = $1 and secret_hash = $4 and ended_at is null and expires_at > $2";
    /// Counts a try before it is known to be wrong, so that parallel ones are counted too.
    TAKE_CODE = "update invitation set wrong_codes = wrong_codes + 1 \
                 where secret_hash = $1 and ended_at is null and wrong_codes < $2 returning wrong_codes";
    BY_HASH = invitations!("where i.secret_hash = $1");
    OPEN_OF = invitations!("where i.sponsor_id = $1 and i.ended_at is null order by i.family, i.given, i.id");
    ONE = invitations!("where i.id = $1 and i.sponsor_id = $2");
    VOID_REPLACING = "update invitation set ended_at = $2, ending = 'withdrawn' where replaces_id = $1 and ended_at is null returning id";
    VOID_OF_REMOVED = "update invitation set ended_at = $3, ending = 'withdrawn' where sponsor_id = $1 and replaces_id = $2 \
                       and ended_at is null returning id";
    ASKED = "update invitation set asked_at = $2 where id = $1 and ended_at is null and (asked_at is null or asked_at <= $3)";
}

/// An invitation to keep.
#[derive(Debug)]
pub struct NewInvitation<'a> {
    /// Its id.
    pub id: Uuid,
    /// Who sponsors.
    pub sponsor: AccountId,
    /// Whom, where, as what.
    pub invite: &'a Invite,
    /// The account that ends when the new one is registered.
    pub replaces: Option<AccountId>,
    /// Whether the sponsor attested for somebody listed in another's overdue review.
    pub attested: bool,
    /// Secret and code.
    pub secrets: Secrets<'a>,
    /// When it is made.
    pub now: Instant,
}

/// What opens an invitation, as kept.
#[derive(Clone, Copy, Debug)]
pub struct Secrets<'a> {
    /// SHA-256 of the link's secret.
    pub secret_hash: &'a [u8],
    /// The keyed hash of the code that is handed over.
    pub code_hash: &'a [u8],
    /// The sealed TOTP secret that the page offers.
    pub sealed_totp: &'a [u8],
    /// When they can no longer be used.
    pub expires_at: Instant,
}

/// An invitation as kept.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// Its id.
    pub id: Uuid,
    /// Who sponsors.
    pub sponsor: AccountId,
    /// The sponsor's name.
    pub sponsor_name: String,
    /// The sponsor's address.
    pub sponsor_email: String,
    /// The practice.
    pub practice: PracticeId,
    /// Its name.
    pub practice_name: String,
    /// The invited person's address.
    pub email: String,
    /// The address as accounts are found by.
    pub email_folded: String,
    /// Given name.
    pub given: String,
    /// Family name.
    pub family: String,
    /// Job.
    pub job: Job,
    /// The account that ends when the new one is registered.
    pub replaces: Option<AccountId>,
    /// Whether the sponsor attested for somebody listed in another's overdue review.
    pub attested: bool,
    /// The keyed hash of the code that is handed over.
    pub code_hash: Vec<u8>,
    /// How often the code was typed wrong.
    pub wrong_codes: i64,
    /// The sealed TOTP secret.
    pub sealed_totp: Vec<u8>,
    /// When it was made.
    pub made_at: Instant,
    /// When it was last mailed.
    pub sent_at: Instant,
    /// When it can no longer be used.
    pub expires_at: Instant,
    /// When it was accepted or taken back.
    pub ended_at: Option<Instant>,
    /// How often it was mailed.
    pub letters: i64,
    /// When mail to the address was refused since it was made.
    pub bounced_at: Option<Instant>,
    /// The address of the account that ends.
    pub replaces_email: Option<String>,
}

/// A row of the statements above.
#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    sponsor_id: Uuid,
    practice_id: Uuid,
    email: String,
    email_folded: String,
    family: String,
    given: String,
    job: String,
    replaces_id: Option<Uuid>,
    attested_at: Option<Stamp>,
    code_hash: Vec<u8>,
    wrong_codes: i64,
    sealed_totp: Vec<u8>,
    made_at: Stamp,
    sent_at: Stamp,
    expires_at: Stamp,
    ended_at: Option<Stamp>,
    letters: i64,
    sponsor_given: String,
    sponsor_family: String,
    sponsor_email: String,
    practice_name: String,
    bounced_at: Option<Stamp>,
    replaces_email: Option<String>,
}

fn invitation(row: Row) -> Result<Invitation, StoreError> {
    let job = Job::from_word(&row.job).ok_or_else(|| StoreError::Corrupt(format!("job {}", row.job)))?;
    Ok(Invitation {
        id: row.id,
        sponsor: AccountId(row.sponsor_id),
        sponsor_name: format!("{} {}", row.sponsor_given, row.sponsor_family).trim().to_owned(),
        sponsor_email: row.sponsor_email,
        practice: PracticeId(row.practice_id),
        practice_name: row.practice_name,
        email: row.email,
        email_folded: row.email_folded,
        given: row.given,
        family: row.family,
        job,
        replaces: row.replaces_id.map(AccountId),
        attested: row.attested_at.is_some(),
        code_hash: row.code_hash,
        wrong_codes: row.wrong_codes,
        sealed_totp: row.sealed_totp,
        made_at: row.made_at.0,
        sent_at: row.sent_at.0,
        expires_at: row.expires_at.0,
        ended_at: row.ended_at.map(|e| e.0),
        letters: row.letters,
        bounced_at: row.bounced_at.map(|b| b.0),
        replaces_email: row.replaces_email,
    })
}

/// Keeps an invitation.
///
/// # Errors
/// [`StoreError::Duplicate`] when one of this address to this practice is open; other [`StoreError`]s.
pub async fn insert(tx: &mut Tx, new: &NewInvitation<'_>) -> Result<(), StoreError> {
    let (i, s) = (new.invite, new.secrets);
    on_tx!(tx, c => act!(INSERT; new.id, new.sponsor.0, i.practice.0, i.email.as_str(), i.email_folded.as_str(),
        i.family.as_str(), i.given.as_str(), i.job.word(), new.replaces.map(|a| a.0),
        new.attested.then_some(Stamp(new.now)), s.secret_hash, s.code_hash, s.sealed_totp, Stamp(new.now),
        Stamp(s.expires_at)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Gives the open invitation `id` of `sponsor` new secrets, which void the old; `false` when it is over, not theirs, or was mailed
/// `most` times.
///
/// # Errors
/// [`StoreError`].
pub async fn renew(
    tx: &mut Tx,
    (id, sponsor): (Uuid, AccountId),
    secrets: Secrets<'_>,
    most: u32,
    now: Instant,
) -> Result<bool, StoreError> {
    let s = secrets;
    let done = on_tx!(tx, c => act!(RENEW; id, sponsor.0, s.secret_hash, s.code_hash, s.sealed_totp, Stamp(now),
        Stamp(s.expires_at), i64::from(most)).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(done == 1)
}

/// Takes the open invitation `id` of `sponsor` back; `false` when it is over or not theirs.
///
/// # Errors
/// [`StoreError`].
pub async fn withdraw(tx: &mut Tx, id: Uuid, sponsor: AccountId, now: Instant) -> Result<bool, StoreError> {
    let done = on_tx!(tx, c => act!(WITHDRAW; id, sponsor.0, Stamp(now)).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(done == 1)
}

/// Ends the open invitation `id`, opened by the link with `secret_hash`, as accepted by `user` at `now`, and forgets the secret it
/// offered; `false` when it is over, has expired or was sent again meanwhile.
///
/// # Errors
/// [`StoreError`].
pub async fn accept(
    tx: &mut Tx,
    (id, secret_hash): (Uuid, &[u8]),
    user: AccountId,
    now: Instant,
) -> Result<bool, StoreError> {
    let nothing: &[u8] = &[];
    let done = on_tx!(tx, c => act!(ACCEPT; id, Stamp(now), user.0, secret_hash, nothing).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(done == 1)
}

/// Counts a try of the code of an open invitation, and says how many there were; `None` when it is over or had `most` of them.
///
/// # Errors
/// [`StoreError`].
pub async fn take_code(tx: &mut Tx, secret_hash: &[u8], most: i64) -> Result<Option<i64>, StoreError> {
    let found = on_tx!(tx, c => ask!((i64,), TAKE_CODE; secret_hash, most).fetch_optional(c).await)?;
    Ok(found.map(|(count,)| count))
}

/// The invitation whose link has this hash, over or not.
///
/// # Errors
/// [`StoreError`].
pub async fn by_hash(db: &Db, secret_hash: &[u8]) -> Result<Option<Invitation>, StoreError> {
    let row = on_read!(db, c => ask!(Row, BY_HASH; secret_hash).fetch_optional(c).await)?;
    row.map(invitation).transpose()
}

/// The open invitations of `sponsor`, by name.
///
/// # Errors
/// [`StoreError`].
pub async fn open_of(db: &Db, sponsor: AccountId) -> Result<Vec<Invitation>, StoreError> {
    let rows = on_read!(db, c => ask!(Row, OPEN_OF; sponsor.0).fetch_all(c).await)?;
    rows.into_iter().map(invitation).collect()
}

/// The invitation `id` of `sponsor`, over or not.
///
/// # Errors
/// [`StoreError`].
pub async fn one(db: &Db, id: Uuid, sponsor: AccountId) -> Result<Option<Invitation>, StoreError> {
    let row = on_read!(db, c => ask!(Row, ONE; id, sponsor.0).fetch_optional(c).await)?;
    row.map(invitation).transpose()
}

/// Takes back the open invitations that were to replace `account`, which was replaced, and says which.
///
/// # Errors
/// [`StoreError`].
pub async fn void_replacing(tx: &mut Tx, account: AccountId, now: Instant) -> Result<Vec<Uuid>, StoreError> {
    let rows = on_tx!(tx, c => ask!((Uuid,), VOID_REPLACING; account.0, Stamp(now)).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Takes back the open invitations of `sponsor` to another address of `removed`, and says which.
///
/// # Errors
/// [`StoreError`].
pub async fn void_of_removed(
    tx: &mut Tx,
    (sponsor, removed): (AccountId, AccountId),
    now: Instant,
) -> Result<Vec<Uuid>, StoreError> {
    let rows =
        on_tx!(tx, c => ask!((Uuid,), VOID_OF_REMOVED; sponsor.0, removed.0, Stamp(now)).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Keeps that the invited person asked for a new link at `now`; `false` when they did since `since`, or it is over.
///
/// # Errors
/// [`StoreError`].
pub async fn asked(tx: &mut Tx, id: Uuid, since: Instant, now: Instant) -> Result<bool, StoreError> {
    let done = on_tx!(tx, c => act!(ASKED; id, Stamp(now), Stamp(since)).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(done == 1)
}
