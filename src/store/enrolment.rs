//! How family accounts begin and end: activation codes, ties to patients, and the signatures of proxies.

use uuid::Uuid;

use super::sql::{act, ask, on_read, on_tx, statements};
use super::{Db, Stamp, StoreError, Tx};
use crate::domain::calendar::{Instant, Interval};
use crate::domain::family::authority::Capacity;
use crate::domain::ids::{AccountId, PatientId};

macro_rules! proxies {
    ($rest:literal) => {
        concat!(
            "select x.id, x.patient_id, x.account_id, a.given, a.family, x.relationship, x.holder_signed_as, x.holder_signed_at ",
            "from proxy x join account a on a.id = x.account_id where x.guardian_id is null and x.withdrawn_at is null ",
            $rest
        )
    };
}

statements! {
    INSERT_CODE = "insert into activation_code (id, patient_id, capacity, code_hash, made_by, made_at, expires_at) \
                   values ($1, $2, $3, $4, $5, $6, $7)";
    BY_HASH = "select id, patient_id, capacity from activation_code where code_hash = $1 and used_at is null \
               and voided_at is null and expires_at > $2";
    MISS = "update activation_code set misses = misses + 1, voided_at = case when misses + 1 >= $2 then $3 else voided_at end \
            where id = $1 and used_at is null and voided_at is null returning misses";
    /// Codes for guardians that nobody has used yet.
    VOID_GUARDIANS = "update activation_code set voided_at = $2 where patient_id = $1 and capacity = 'guardian' and used_at is null \
                      and voided_at is null";
    VOID_ALL = "update activation_code set voided_at = $2 where patient_id = $1 and used_at is null and voided_at is null";
    VOID = "update activation_code set voided_at = $3 where id = $1 and patient_id = $2 and used_at is null and voided_at is null \
            and expires_at > $3";
    /// Conditional: of many at once, one uses it.
    USE = "update activation_code set used_by = $2, used_at = $3 where id = $1 and used_at is null and voided_at is null \
           and expires_at > $3";
    OPEN_CODES = "select id, capacity, made_at, expires_at from activation_code where patient_id = $1 and used_at is null \
                  and voided_at is null and expires_at > $2 order by made_at, id";
    TIE = "insert into guardian (id, patient_id, account_id, relationship, court_order, starts_at, adult_since) \
           values ($1, $2, $3, $4, 0, $5, $6)";
    /// From now on it counts although the patient is 18 or over.
    PAPERS = "update guardian set adult_since = $3, papers = $4 where id = $1 and patient_id = $2 and adult_since is null \
              and (ends_at is null or ends_at > $3)";
    TIE_OWN = "insert into patient_account (account_id, patient_id) values ($1, $2)";
    TIES = "select g.id, g.account_id, a.given, a.family, a.email, g.relationship, g.court_order, g.starts_at, g.ends_at, g.adult_since \
            from guardian g join account a on a.id = g.account_id where g.patient_id = $1 order by g.starts_at, g.id";
    OWN_TIES = "select o.account_id, a.given, a.family, a.email from patient_account o join account a on a.id = o.account_id \
                where o.patient_id = $1 order by a.email";
    END_TIE = "update guardian set ends_at = $3 where id = $1 and patient_id = $2 and (ends_at is null or ends_at > $3) \
               and starts_at < $3";
    SET_COURT_ORDER = "update guardian set court_order = $3 where id = $1 and patient_id = $2 and court_order <> $3";
    BORN = "select birth_date from account where id = $1";
    INSERT_PROXY = "insert into proxy (id, patient_id, account_id, relationship, made_at, holder_signed_as, holder_signed_at) \
                    values ($1, $2, $3, $4, $5, $6, $5)";
    PROXIES_OF = proxies!("and x.patient_id = $1 order by x.made_at, x.id");
    ONE_PROXY = proxies!("and x.id = $1");
    SIGN_PROXY = "update proxy set patient_signed_as = $2, patient_signed_at = $3, patient_signed_by = $4, guardian_id = $5 \
                  where id = $1 and guardian_id is null and withdrawn_at is null";
}

/// A code that can be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Code {
    /// Its id.
    pub id: Uuid,
    /// For whose family.
    pub patient: PatientId,
    /// For whom of it.
    pub capacity: Capacity,
}

/// A code that is waiting to be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OpenCode {
    /// Its id.
    pub id: Uuid,
    /// For whom.
    pub capacity: Capacity,
    /// When it was made.
    pub made_at: Instant,
    /// When it can no longer be used.
    pub expires_at: Instant,
}

fn capacity(word: &str) -> Result<Capacity, StoreError> {
    Capacity::from_word(word).ok_or_else(|| StoreError::Corrupt(format!("activation code: capacity {word}")))
}

/// Keeps a new code.
///
/// # Errors
/// [`StoreError`].
pub async fn insert_code(
    tx: &mut Tx,
    code: Code,
    hash: &[u8],
    by: AccountId,
    (now, expires): (Instant, Instant),
) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(INSERT_CODE; code.id, code.patient.0, code.capacity.word(), hash, by.0, Stamp(now), Stamp(expires))
        .execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Voids every code for a guardian of `patient` that is still open.
///
/// # Errors
/// [`StoreError`].
pub async fn void_guardian_codes(tx: &mut Tx, patient: PatientId, now: Instant) -> Result<(), StoreError> {
    Ok(on_tx!(tx, c => act!(VOID_GUARDIANS; patient.0, Stamp(now)).execute(c).await.map(|_| ()))?)
}

/// Voids every code of `patient` that is still open, whoever it was for.
///
/// # Errors
/// [`StoreError`].
pub async fn void_codes(tx: &mut Tx, patient: PatientId, now: Instant) -> Result<(), StoreError> {
    Ok(on_tx!(tx, c => act!(VOID_ALL; patient.0, Stamp(now)).execute(c).await.map(|_| ()))?)
}

/// Voids the code `id` of `patient`: from now on it reads like one that never was; `false` when it does not wait to be used.
///
/// # Errors
/// [`StoreError`].
pub async fn void_code(tx: &mut Tx, id: Uuid, patient: PatientId, now: Instant) -> Result<bool, StoreError> {
    let done =
        on_tx!(tx, c => act!(VOID; id, patient.0, Stamp(now)).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(done == 1)
}

/// The code with this hash, when it can be used at `now`.
///
/// # Errors
/// [`StoreError`].
pub async fn by_hash(db: &Db, hash: &[u8], now: Instant) -> Result<Option<Code>, StoreError> {
    type Found = (Uuid, Uuid, String);
    let row = on_read!(db, c => ask!(Found, BY_HASH; hash, Stamp(now)).fetch_optional(c).await)?;
    row.map(|(id, patient, word)| Ok(Code { id, patient: PatientId(patient), capacity: capacity(&word)? }))
        .transpose()
}

/// Counts a wrong birth date; the `most`-th voids the code.
///
/// # Errors
/// [`StoreError`].
pub async fn miss(tx: &mut Tx, id: Uuid, most: i64, now: Instant) -> Result<(), StoreError> {
    on_tx!(tx, c => ask!((i64,), MISS; id, most, Stamp(now)).fetch_optional(c).await)?;
    Ok(())
}

/// Uses a code for `account`; `false` when it can no longer be used.
///
/// # Errors
/// [`StoreError`].
pub async fn use_code(tx: &mut Tx, id: Uuid, account: AccountId, now: Instant) -> Result<bool, StoreError> {
    let done =
        on_tx!(tx, c => act!(USE; id, account.0, Stamp(now)).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(done == 1)
}

/// The codes of `patient` that wait to be used at `now`.
///
/// # Errors
/// [`StoreError`].
pub async fn open_codes(db: &Db, patient: PatientId, now: Instant) -> Result<Vec<OpenCode>, StoreError> {
    type Found = (Uuid, String, Stamp, Stamp);
    let rows = on_read!(db, c => ask!(Found, OPEN_CODES; patient.0, Stamp(now)).fetch_all(c).await)?;
    let read = |(id, word, made, expires): Found| {
        Ok(OpenCode { id, capacity: capacity(&word)?, made_at: made.0, expires_at: expires.0 })
    };
    rows.into_iter().map(read).collect()
}

/// Makes `account` a guardian of `patient` from `now` on; of an adult, when `is_adult`.
///
/// # Errors
/// [`StoreError::Duplicate`] when it became one at the same instant.
pub async fn tie(
    tx: &mut Tx,
    id: Uuid,
    (patient, account): (PatientId, AccountId),
    relationship: &str,
    (now, is_adult): (Instant, bool),
) -> Result<(), StoreError> {
    let adult = is_adult.then_some(Stamp(now));
    on_tx!(tx, c => act!(TIE; id, patient.0, account.0, relationship, Stamp(now), adult).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Lets the link `id` count although the patient is 18 or over, by these court papers; `false` when it does, is over or is not there.
///
/// # Errors
/// [`StoreError`].
pub async fn count_for_adult(
    tx: &mut Tx,
    id: Uuid,
    patient: PatientId,
    papers: &str,
    now: Instant,
) -> Result<bool, StoreError> {
    let done = on_tx!(tx, c => act!(PAPERS; id, patient.0, Stamp(now), papers).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(done == 1)
}

/// Makes `account` the patient's own.
///
/// # Errors
/// [`StoreError`].
pub async fn tie_own(tx: &mut Tx, patient: PatientId, account: AccountId) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(TIE_OWN; account.0, patient.0).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// A guardian's link, with the name of who has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TieRow {
    /// The link.
    pub id: Uuid,
    /// The account.
    pub account: AccountId,
    /// Its owner's name.
    pub name: String,
    /// Its address.
    pub email: String,
    /// The relationship.
    pub relationship: String,
    /// Whether a court order flags it.
    pub court_order: bool,
    /// When it holds.
    pub span: Interval,
    /// From when it counts although the patient is 18 or over; `None` while it ends at that birthday.
    pub adult_since: Option<Instant>,
}

fn full_name(given: &str, family: &str) -> String {
    format!("{given} {family}").trim().to_owned()
}

/// Every guardian's link to `patient`, those that are over too.
///
/// # Errors
/// [`StoreError`].
pub async fn ties(db: &Db, patient: PatientId) -> Result<Vec<TieRow>, StoreError> {
    type Found = (Uuid, Uuid, String, String, String, String, i64, Stamp, Option<Stamp>, Option<Stamp>);
    let rows = on_read!(db, c => ask!(Found, TIES; patient.0).fetch_all(c).await)?;
    let read = |(id, account, given, family, email, relationship, court, from, to, adult): Found| TieRow {
        id,
        account: AccountId(account),
        name: full_name(&given, &family),
        email,
        relationship,
        court_order: court != 0,
        span: Stamp::interval(Some(from), to),
        adult_since: adult.map(|since| since.0),
    };
    Ok(rows.into_iter().map(read).collect())
}

/// The patient's own accounts: name and address.
///
/// # Errors
/// [`StoreError`].
pub async fn own_accounts(
    db: &Db,
    patient: PatientId,
) -> Result<Vec<(AccountId, String, String)>, StoreError> {
    type Found = (Uuid, String, String, String);
    let rows = on_read!(db, c => ask!(Found, OWN_TIES; patient.0).fetch_all(c).await)?;
    Ok(rows
        .into_iter()
        .map(|(id, given, family, email)| (AccountId(id), full_name(&given, &family), email))
        .collect())
}

/// Ends a guardian's link at `now`; `false` when it was over, or is not there.
///
/// # Errors
/// [`StoreError`].
pub async fn end_tie(tx: &mut Tx, id: Uuid, patient: PatientId, now: Instant) -> Result<bool, StoreError> {
    let done = on_tx!(tx, c => act!(END_TIE; id, patient.0, Stamp(now)).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(done == 1)
}

/// Sets or lifts the flag of a court order; `false` when it is so already.
///
/// # Errors
/// [`StoreError`].
pub async fn set_court_order(tx: &mut Tx, id: Uuid, patient: PatientId, on: i64) -> Result<bool, StoreError> {
    let done = on_tx!(tx, c => act!(SET_COURT_ORDER; id, patient.0, on).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(done == 1)
}

/// The birth date that an account has; `None` for one without.
///
/// # Errors
/// [`StoreError`].
pub async fn born(db: &Db, account: AccountId) -> Result<Option<time::Date>, StoreError> {
    let row = on_read!(db, c => ask!((Option<time::Date>,), BORN; account.0).fetch_optional(c).await)?;
    Ok(row.and_then(|(born,)| born))
}

/// A proxy that waits for the patient's signature.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProxyRow {
    /// Its id.
    pub id: Uuid,
    /// For whom.
    pub patient: PatientId,
    /// Who is to be the guardian.
    pub account: AccountId,
    /// Their name.
    pub name: String,
    /// The relationship.
    pub relationship: String,
    /// The name that they signed with.
    pub signed_as: String,
    /// When they signed.
    pub signed_at: Instant,
}

type ProxyFound = (Uuid, Uuid, Uuid, String, String, String, Option<String>, Option<Stamp>);

fn proxy((id, patient, account, given, family, relationship, signed_as, at): ProxyFound) -> Option<ProxyRow> {
    Some(ProxyRow {
        id,
        patient: PatientId(patient),
        account: AccountId(account),
        name: full_name(&given, &family),
        relationship,
        signed_as: signed_as?,
        signed_at: at?.0,
    })
}

/// Keeps a proxy that its holder has signed.
///
/// # Errors
/// [`StoreError`].
pub async fn insert_proxy(
    tx: &mut Tx,
    id: Uuid,
    (patient, account): (PatientId, AccountId),
    relationship: &str,
    (signed_as, now): (&str, Instant),
) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(INSERT_PROXY; id, patient.0, account.0, relationship, Stamp(now), signed_as).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// The proxies for `patient` that wait for a signature.
///
/// # Errors
/// [`StoreError`].
pub async fn proxies_of(db: &Db, patient: PatientId) -> Result<Vec<ProxyRow>, StoreError> {
    let rows = on_read!(db, c => ask!(ProxyFound, PROXIES_OF; patient.0).fetch_all(c).await)?;
    Ok(rows.into_iter().filter_map(proxy).collect())
}

/// The proxy `id`, while it waits.
///
/// # Errors
/// [`StoreError`].
pub async fn one_proxy(db: &Db, id: Uuid) -> Result<Option<ProxyRow>, StoreError> {
    let row = on_read!(db, c => ask!(ProxyFound, ONE_PROXY; id).fetch_optional(c).await)?;
    Ok(row.and_then(proxy))
}

/// Puts the patient's signature to a proxy, which begins as the link `guardian`; `false` when it waits no more.
///
/// # Errors
/// [`StoreError`].
pub async fn sign_proxy(
    tx: &mut Tx,
    id: Uuid,
    (signed_as, by): (&str, AccountId),
    guardian: Uuid,
    now: Instant,
) -> Result<bool, StoreError> {
    let done = on_tx!(tx, c => act!(SIGN_PROXY; id, signed_as, Stamp(now), by.0, guardian).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(done == 1)
}
