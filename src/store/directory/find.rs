//! Finding rows of the directory by their natural keys, many at a time, inside a transaction.

use sqlx::{Postgres, QueryBuilder, Sqlite};
use time::Date;
use uuid::Uuid;

use super::rows::{
    Account, AccountRole, Grant, Patient, PatientMrn, Practice, Provider, Redemption, Status, Token,
    ValidationExtension, ValidationReview,
};
use super::{BATCH, Dated};
use crate::domain::access::reach::SectionSet;
use crate::domain::calendar::Instant;
use crate::domain::chart::sensitivity::Labels;
use crate::domain::ids::{AccountId, Mrn, Npi, PatientId};
use crate::domain::people::{AccountKind, AccountStatus, GivenBy, Job, Role, SignIn};
use crate::store::{Stamp, StoreError, Tx};

/// The rows of `$select in (…)` for every one of `$keys`.
macro_rules! rows_in {
    ($tx:expr, $row:ty, $select:expr, $keys:expr) => {{
        let mut found: Vec<$row> = Vec::new();
        for batch in $keys.chunks(BATCH) {
            macro_rules! run {
                ($engine:ty, $c:expr) => {{
                    let mut query = QueryBuilder::<$engine>::new($select);
                    query.push(" in (");
                    let mut list = query.separated(", ");
                    for key in batch {
                        list.push_bind(*key);
                    }
                    query.push(")");
                    found.extend(query.build_query_as::<$row>().fetch_all(&mut **$c).await?);
                }};
            }
            match $tx {
                Tx::Sqlite(c) => run!(Sqlite, c),
                Tx::Postgres(c) => run!(Postgres, c),
            }
        }
        found
    }};
}

fn valid<T>(value: Option<T>, what: &str) -> Result<T, StoreError> {
    value.ok_or_else(|| StoreError::Corrupt(what.to_owned()))
}

fn raw<Id: Copy + Into<Uuid>>(ids: &[Id]) -> Vec<Uuid> {
    ids.iter().map(|id| (*id).into()).collect()
}

/// The practices with these codes.
///
/// # Errors
/// [`StoreError`].
pub async fn practices(tx: &mut Tx, codes: &[&str]) -> Result<Vec<Practice>, StoreError> {
    type Row = (Uuid, String, String, String, String, String);
    let select = "select id, code, name, phone, fax, address from practice where code";
    let rows = rows_in!(tx, Row, select, codes);
    let practice = |(id, code, name, phone, fax, address): Row| Practice {
        id: id.into(),
        code,
        name,
        phone,
        fax,
        address,
    };
    Ok(rows.into_iter().map(practice).collect())
}

type ProviderRow = (Uuid, Option<String>, String, String, String);

fn provider((id, npi, family, given, specialty): ProviderRow) -> Result<Provider, StoreError> {
    let npi = npi.map(|npi| valid(Npi::parse(&npi), "an NPI that is none")).transpose()?;
    Ok(Provider { id: id.into(), npi, family, given, specialty })
}

/// The providers with these NPIs.
///
/// # Errors
/// [`StoreError`].
pub async fn providers(tx: &mut Tx, npis: &[&str]) -> Result<Vec<Provider>, StoreError> {
    let select = "select id, npi, family, given, specialty from provider where npi";
    rows_in!(tx, ProviderRow, select, npis).into_iter().map(provider).collect()
}

/// The providers with these ids.
///
/// # Errors
/// [`StoreError`].
pub async fn providers_by_id(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<Provider>, StoreError> {
    let select = "select id, npi, family, given, specialty from provider where id";
    rows_in!(tx, ProviderRow, select, ids).into_iter().map(provider).collect()
}

/// The accounts with these folded e-mail addresses.
///
/// # Errors
/// [`StoreError`].
pub async fn accounts(tx: &mut Tx, folded: &[&str]) -> Result<Vec<Account>, StoreError> {
    type Row =
        (Uuid, String, String, String, Option<Uuid>, String, String, Option<String>, Option<Date>, Stamp);
    let select = "select id, email, kind, sign_in, provider_id, family, given, job, birth_date, created_at \
                  from account where email_folded";
    let account = |(id, email, kind, sign_in, provider, family, given, job, birth_date, created): Row| {
        Ok(Account {
            id: id.into(),
            email,
            kind: valid(AccountKind::from_word(&kind), "an unknown account kind")?,
            sign_in: valid(SignIn::from_word(&sign_in), "an unknown sign-in")?,
            provider: provider.map(Into::into),
            family,
            given,
            job: job.map(|job| valid(Job::from_word(&job), "an unknown job")).transpose()?,
            birth_date,
            created_at: created.0,
        })
    };
    rows_in!(tx, Row, select, folded).into_iter().map(account).collect()
}

/// Every status of these accounts.
///
/// # Errors
/// [`StoreError`].
pub async fn statuses(tx: &mut Tx, accounts: &[AccountId]) -> Result<Vec<Status>, StoreError> {
    type Row = (Uuid, String, Stamp, Option<Stamp>);
    let select = "select account_id, status, starts_at, ends_at from account_status where account_id";
    let status = |(account, status, start, end): Row| {
        let status = valid(AccountStatus::from_word(&status), "an unknown status")?;
        Ok(Status { account: account.into(), status, span: Stamp::interval(Some(start), end) })
    };
    rows_in!(tx, Row, select, raw(accounts)).into_iter().map(status).collect()
}

/// The roles of these accounts.
///
/// # Errors
/// [`StoreError`].
pub async fn roles(tx: &mut Tx, accounts: &[AccountId]) -> Result<Vec<AccountRole>, StoreError> {
    let select = "select account_id, role from account_role where account_id";
    let role = |(account, role): (Uuid, String)| {
        Ok(AccountRole { account: account.into(), role: valid(Role::from_word(&role), "an unknown role")? })
    };
    rows_in!(tx, (Uuid, String), select, raw(accounts)).into_iter().map(role).collect()
}

/// The MRN rows of these normalised MRNs.
///
/// # Errors
/// [`StoreError`].
pub async fn mrns(tx: &mut Tx, mrns: &[&str]) -> Result<Vec<PatientMrn>, StoreError> {
    type Row = (String, Uuid, String, i64);
    let select = "select mrn, patient_id, shown_as, former from patient_mrn where mrn";
    let row = |(mrn, patient, shown_as, former): Row| {
        let mrn = valid(Mrn::parse(&mrn).ok(), "an MRN that is none")?;
        Ok(PatientMrn { mrn, patient: patient.into(), shown_as, former: former != 0 })
    };
    rows_in!(tx, Row, select, mrns).into_iter().map(row).collect()
}

/// These patient records.
///
/// # Errors
/// [`StoreError`].
pub async fn patients(tx: &mut Tx, ids: &[PatientId]) -> Result<Vec<Patient>, StoreError> {
    type Row = (Uuid, String, String, Date, String, String, Option<Date>, Option<Stamp>, Stamp);
    let select = "select id, family, given, birth_date, sex, language, deceased_on, death_seen_at, latest_activity_at \
                  from patient where id";
    let patient = |(id, family, given, birth_date, sex, language, deceased_on, seen, latest): Row| Patient {
        id: id.into(),
        family,
        given,
        birth_date,
        sex,
        language,
        deceased_on,
        death_seen_at: seen.map(|s| s.0),
        latest_activity_at: latest.0,
    };
    Ok(rows_in!(tx, Row, select, raw(ids)).into_iter().map(patient).collect())
}

/// A dated fact that is stored: its parties, in the order of [`dated`], and its dates.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StoredFact {
    /// Its id.
    pub id: Uuid,
    /// Whom it is about.
    pub parties: [Option<Uuid>; 4],
    /// When it starts.
    pub start: Instant,
    /// When it ends; `None` while open.
    pub end: Option<Instant>,
}

/// The facts of table `of` whose first party is one of `first`. Parties: membership (provider, practice), sponsorship (sponsor,
/// user, practice), listing and seat (patient, provider, practice), guardian and grant (patient, account), restriction
/// (patient, account, provider, practice).
///
/// # Errors
/// [`StoreError`].
pub async fn dated(tx: &mut Tx, of: Dated, first: &[Uuid]) -> Result<Vec<StoredFact>, StoreError> {
    macro_rules! select {
        ($table:literal, $a:literal, $b:literal, $c:literal, $d:literal) => {
            concat!(
                "select id, ",
                $a,
                ", ",
                $b,
                ", ",
                $c,
                ", ",
                $d,
                ", starts_at, ends_at from ",
                $table,
                " where ",
                $a
            )
        };
    }
    type Row = (Uuid, Uuid, Option<Uuid>, Option<Uuid>, Option<Uuid>, Stamp, Option<Stamp>);
    let select = match of {
        Dated::Membership => {
            select!("membership", "provider_id", "practice_id", "cast(null as uuid)", "cast(null as uuid)")
        }
        Dated::Sponsorship => {
            select!("sponsorship", "sponsor_id", "user_id", "practice_id", "cast(null as uuid)")
        }
        Dated::Listing => {
            select!("listing", "patient_id", "provider_id", "practice_id", "cast(null as uuid)")
        }
        Dated::Seat => {
            select!("care_team_seat", "patient_id", "provider_id", "practice_id", "cast(null as uuid)")
        }
        Dated::Guardian => {
            select!("guardian", "patient_id", "account_id", "cast(null as uuid)", "cast(null as uuid)")
        }
        Dated::Grant => {
            select!("access_grant", "patient_id", "account_id", "cast(null as uuid)", "cast(null as uuid)")
        }
        Dated::Restriction => {
            select!("restriction", "patient_id", "account_id", "provider_id", "practice_id")
        }
    };
    let fact = |(id, a, b, c, d, start, end): Row| StoredFact {
        id,
        parties: [Some(a), b, c, d],
        start: start.0,
        end: end.map(|e| e.0),
    };
    Ok(rows_in!(tx, Row, select, first).into_iter().map(fact).collect())
}

/// The relationships of the guardians of these patients, by fact id.
///
/// # Errors
/// [`StoreError`].
pub async fn relationships(tx: &mut Tx, patients: &[Uuid]) -> Result<Vec<(Uuid, String)>, StoreError> {
    let select = "select id, relationship from guardian where patient_id";
    Ok(rows_in!(tx, (Uuid, String), select, patients))
}

/// The grants of these patients.
///
/// # Errors
/// [`StoreError`].
pub async fn grants(tx: &mut Tx, patients: &[Uuid]) -> Result<Vec<Grant>, StoreError> {
    type Row = (Uuid, Uuid, Uuid, Stamp, Option<Stamp>, Option<Stamp>, String, i64, i64);
    let select = "select id, patient_id, account_id, starts_at, ends_at, revoked_at, given_by, sections, sensitive \
                  from access_grant where patient_id";
    let grant = |(id, patient, account, start, end, revoked, by, sections, sensitive): Row| {
        Ok(Grant {
            id,
            patient: patient.into(),
            account: account.into(),
            span: Stamp::interval(Some(start), end),
            revoked_at: revoked.map(|r| r.0),
            by: valid(GivenBy::from_word(&by), "an unknown giver")?,
            sections: SectionSet::from_bits(sections),
            sensitive: Labels::from_bits(sensitive),
        })
    };
    rows_in!(tx, Row, select, patients).into_iter().map(grant).collect()
}

const TOKENS: &str = "select id, patient_id, secret_hash, issued_at, expires_at, given_by, redeemed_by, \
                      redeemed_practice_id, redeemed_at, revoked_at, frozen_at from patient_token where ";

type TokenRow = (
    Uuid,
    Uuid,
    Option<Vec<u8>>,
    Stamp,
    Stamp,
    String,
    Option<Uuid>,
    Option<Uuid>,
    Option<Stamp>,
    Option<Stamp>,
    Option<Stamp>,
);

fn token(row: TokenRow) -> Result<Token, StoreError> {
    let (id, patient, secret_hash, issued, expires, by, redeemed_by, practice, redeemed_at, revoked, frozen) =
        row;
    let redeemed = redeemed_by.zip(redeemed_at).map(|(by, at)| Redemption {
        by: by.into(),
        practice: practice.map(Into::into),
        at: at.0,
    });
    Ok(Token {
        id,
        patient: patient.into(),
        secret_hash,
        issued_at: issued.0,
        expires_at: expires.0,
        by: valid(GivenBy::from_word(&by), "an unknown giver")?,
        redeemed,
        revoked_at: revoked.map(|r| r.0),
        frozen_at: frozen.map(|f| f.0),
    })
}

/// The tokens with these hashed secrets, and those of these patients.
///
/// # Errors
/// [`StoreError`].
pub async fn tokens(tx: &mut Tx, hashes: &[&[u8]], patients: &[Uuid]) -> Result<Vec<Token>, StoreError> {
    let by_hash = rows_in!(tx, TokenRow, format!("{TOKENS}secret_hash"), hashes);
    let by_patient = rows_in!(tx, TokenRow, format!("{TOKENS}patient_id"), patients);
    let mut found: Vec<Token> = by_hash.into_iter().chain(by_patient).map(token).collect::<Result<_, _>>()?;
    found.sort_by_key(|t| t.id);
    found.dedup_by_key(|t| t.id);
    Ok(found)
}

/// The completed reviews of these sponsors.
///
/// # Errors
/// [`StoreError`].
pub async fn reviews(tx: &mut Tx, sponsors: &[AccountId]) -> Result<Vec<ValidationReview>, StoreError> {
    let select = "select sponsor_id, cycle, completed_at from validation_review where sponsor_id";
    let review = |(sponsor, cycle, at): (Uuid, Date, Stamp)| ValidationReview {
        sponsor: sponsor.into(),
        cycle,
        completed_at: at.0,
    };
    Ok(rows_in!(tx, (Uuid, Date, Stamp), select, raw(sponsors)).into_iter().map(review).collect())
}

/// The extensions of these sponsors.
///
/// # Errors
/// [`StoreError`].
pub async fn extensions(tx: &mut Tx, sponsors: &[AccountId]) -> Result<Vec<ValidationExtension>, StoreError> {
    type Row = (Uuid, Date, Date, Stamp);
    let select = "select sponsor_id, cycle, due_on, decided_at from validation_extension where sponsor_id";
    let extension = |(sponsor, cycle, due_on, decided): Row| ValidationExtension {
        sponsor: sponsor.into(),
        cycle,
        due_on,
        decided_at: decided.0,
    };
    Ok(rows_in!(tx, Row, select, raw(sponsors)).into_iter().map(extension).collect())
}
