//! What stands around a registration: its request, practices by name, whether number and address are free, whom to tell.

use uuid::Uuid;

use crate::domain::calendar::Instant;
use crate::domain::ids::{PracticeId, ProviderId};
use crate::domain::people::fold_name;
use crate::store::sql::{ask, on_read, on_tx, statements};
use crate::store::{Db, Stamp, StoreError, Tx};

statements! {
    PRACTICES = "select id, name, address from practice order by name, id";
    PRACTICE = "select name from practice where id = $1";
    /// Takes the provider's row until the transaction ends, so that two approvals of one number wait for each other.
    HOLD_PROVIDER = "update provider set specialty = case when specialty = '' then $2 else specialty end where npi = $1 \
                     returning id";
    /// Those of whom the provider is merged into, too: one account per person stays. What begins later counts: of two approvals at
    /// once the one that is written second may have read the clock first.
    LIVE_ACCOUNTS = "select count(*) from account a join account_status t on t.account_id = a.id where (a.provider_id = $1 \
                     or a.provider_id in (select g.into_id from provider_merge g where g.from_id = $1 and g.ends_at is null)) \
                     and t.status <> 'disabled' and (t.ends_at is null or t.ends_at > $2)";
    LIVE_ACCOUNTS_OF_NPI = "select count(*) from account a join account_status t on t.account_id = a.id \
                            where a.provider_id in (select p.id from provider p where p.npi = $1 union select g.into_id \
                            from provider_merge g join provider p on p.id = g.from_id where p.npi = $1 and g.ends_at is null) \
                            and t.status <> 'disabled' and t.starts_at <= $2 and (t.ends_at is null or t.ends_at > $2)";
    ACCOUNTS_OF_EMAIL = "select count(*) from account where email_folded = $1";
    MEMBERSHIPS = "select count(*) from membership where provider_id = $1 and practice_id = $2 and starts_at <= $3 \
                   and (ends_at is null or ends_at > $3)";
    ALSO_WAITING = "select count(*) from registration where state = 'waiting' and id <> $1 \
                    and (npi = $2 or email_folded = $3)";
    /// A superset, to be compared as names are: $1 is folded, and what is not ASCII the engines would fold differently.
    SAME_FAMILY = "select family, given, npi from provider where lower(family) = $1 or octet_length(family) <> length(family) \
                   order by given, id";
}

/// The most providers of one name that are shown.
const SAME_NAMES: usize = 10;

/// A practice of the hospital, as whoever looks for theirs sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FoundPractice {
    /// Its id.
    pub id: PracticeId,
    /// Its name.
    pub name: String,
    /// Its address.
    pub address: String,
}

/// Practices with a word that begins with `begin` as names are compared, at most `most` of them. Compared here: the engines fold
/// letters differently.
///
/// # Errors
/// [`StoreError`].
pub async fn practices(db: &Db, begin: &str, most: i64) -> Result<Vec<FoundPractice>, StoreError> {
    let first = fold_name(begin);
    if first.is_empty() {
        return Ok(Vec::new());
    }
    let (later, most) = (format!(" {first}"), usize::try_from(most).unwrap_or(0));
    let rows = on_read!(db, c => ask!((Uuid, String, String), PRACTICES;).fetch_all(c).await)?;
    let is_meant = |name: &str| {
        let name = fold_name(name);
        name.starts_with(&first) || name.contains(&later)
    };
    let meant = rows.into_iter().filter(|(_, name, _)| is_meant(name)).take(most);
    Ok(meant.map(|(id, name, address)| FoundPractice { id: PracticeId(id), name, address }).collect())
}

/// The name of `practice`, inside a transaction.
///
/// # Errors
/// [`StoreError`].
pub async fn practice_name_in(tx: &mut Tx, practice: PracticeId) -> Result<Option<String>, StoreError> {
    let row = on_tx!(tx, c => ask!((String,), PRACTICE; practice.0).fetch_optional(c).await)?;
    Ok(row.map(|(name,)| name))
}

/// The provider with `npi`, held until the transaction ends; given `specialty` if the directory has none for them.
///
/// # Errors
/// [`StoreError`].
pub async fn hold_provider(
    tx: &mut Tx,
    npi: &str,
    specialty: &str,
) -> Result<Option<ProviderId>, StoreError> {
    let row = on_tx!(tx, c => ask!((Uuid,), HOLD_PROVIDER; npi, specialty).fetch_optional(c).await)?;
    Ok(row.map(|(id,)| ProviderId(id)))
}

/// Whether `provider` has an account at `now`, or later, that is not disabled.
///
/// # Errors
/// [`StoreError`].
pub async fn has_account(tx: &mut Tx, provider: ProviderId, now: Instant) -> Result<bool, StoreError> {
    let (count,) = on_tx!(tx, c => ask!((i64,), LIVE_ACCOUNTS; provider.0, Stamp(now)).fetch_one(c).await)?;
    Ok(count > 0)
}

/// Whether an account has the address.
///
/// # Errors
/// [`StoreError`].
pub async fn is_address_taken(tx: &mut Tx, folded: &str) -> Result<bool, StoreError> {
    let (count,) = on_tx!(tx, c => ask!((i64,), ACCOUNTS_OF_EMAIL; folded).fetch_one(c).await)?;
    Ok(count > 0)
}

/// Whether `provider` is a member of `practice` at `now`.
///
/// # Errors
/// [`StoreError`].
pub async fn is_member(
    tx: &mut Tx,
    provider: ProviderId,
    practice: PracticeId,
    now: Instant,
) -> Result<bool, StoreError> {
    let (count,) =
        on_tx!(tx, c => ask!((i64,), MEMBERSHIPS; provider.0, practice.0, Stamp(now)).fetch_one(c).await)?;
    Ok(count > 0)
}

/// What the directory says about somebody who registers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Surroundings {
    /// Whether the number has an account that is not disabled.
    pub npi_taken: bool,
    /// Whether the address has an account.
    pub address_taken: bool,
    /// How many other registrations wait with the same number or address.
    pub also_waiting: i64,
    /// Providers of the same name: their names, given first, and numbers.
    pub same_name: Vec<(String, Option<String>)>,
}

/// What the directory says about the registration `id` of `npi`, `email_folded` and the name (family, given).
///
/// # Errors
/// [`StoreError`].
pub async fn surroundings(
    db: &Db,
    id: Uuid,
    (npi, email_folded): (Option<&str>, &str),
    (family, given): (&str, &str),
    now: Instant,
) -> Result<Surroundings, StoreError> {
    let (accounts,) =
        on_read!(db, c => ask!((i64,), LIVE_ACCOUNTS_OF_NPI; npi, Stamp(now)).fetch_one(c).await)?;
    let (of_email,) = on_read!(db, c => ask!((i64,), ACCOUNTS_OF_EMAIL; email_folded).fetch_one(c).await)?;
    let (also_waiting,) =
        on_read!(db, c => ask!((i64,), ALSO_WAITING; id, npi, email_folded).fetch_one(c).await)?;
    let (family, initial) = (fold_name(family), |name: &str| fold_name(name).chars().next());
    let rows = on_read!(db, c => ask!((String, String, Option<String>), SAME_FAMILY; family.as_str())
        .fetch_all(c).await)?;
    let is_alike = |of: &str, other: &str| fold_name(of) == family && initial(other) == initial(given);
    let alike = rows.into_iter().filter(|(of, other, _)| is_alike(of, other)).take(SAME_NAMES);
    let same_name = alike.map(|(family, given, npi)| (format!("{given} {family}"), npi)).collect();
    Ok(Surroundings { npi_taken: accounts > 0, address_taken: of_email > 0, also_waiting, same_name })
}
