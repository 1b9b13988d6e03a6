//! The rows and chains of the audit. Computing the keyed hashes is [`crate::app::audit`]'s work.

use sqlx::QueryBuilder;
use uuid::Uuid;

use super::sql::{act, ask, on_read, on_tx, statements};
use super::{Db, Stamp, StoreError, Tx};
use crate::domain::audit::{Act, Entry, Link, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::ids::{AccountId, PatientId};

statements! {
    OPEN_CHAIN = "insert into audit_chain (id, opened_at) values ($1, $2)";
    INSERT = "insert into audit_row (chain_id, seq, at, actor_id, act, outcome, patient_id, subject_id, basis, detail, \
              request_id, network, mac) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    HEAD = "select seq, mac from audit_row where chain_id = $1 order by seq desc limit 1";
    HEADS = "select c.id, r.seq, r.mac from audit_chain c join audit_row r on r.chain_id = c.id \
             and r.seq = (select max(x.seq) from audit_row x where x.chain_id = c.id) \
             where r.act <> 'chain_closed' or c.id in (select id from audit_chain order by opened_at desc, id desc limit 5) \
             order by c.id";
    CHAINS = "select id from audit_chain order by opened_at, id";
    ROWS = "select seq, at, actor_id, act, outcome, patient_id, subject_id, basis, detail, request_id, network, mac \
            from audit_row where chain_id = $1 and seq > $2 order by seq limit $3";
    /// Half by each index: done by the account, and done to it by the access team or before anybody was signed in.
    SIGN_INS = "select at, act, outcome, basis, network from (\
        select * from (select at, seq, act, outcome, basis, network from audit_row where actor_id = $1 and act in \
        ('sign_in_password', 'sign_in_factor', 'sign_in_passkey', 'sign_in_hospital', 'step_up', 'sign_out', 'end_session', \
        'reset_password', 'change_password', 'change_email', 'change_factor', 'set_up_account') order by at desc, seq desc limit $2) a \
        union all \
        select * from (select at, seq, act, outcome, basis, network from audit_row where subject_id = $1 and \
        (act in ('create_account', 'link_identity', 'reset_factor') or (actor_id is null and \
        act in ('sign_in_password', 'sign_in_factor', 'sign_in_passkey', 'sign_in_hospital', 'step_up', 'request_reset'))) order by at desc, seq desc limit $2) b) c order by at desc, seq desc limit $2";
}

/// One step of signing in to an account, or a change of how.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignInRow {
    /// When.
    pub at: Instant,
    /// What.
    pub act: Act,
    /// How it ended.
    pub outcome: Outcome,
    /// The factor, or why not, as a word.
    pub basis: String,
    /// The network it came from.
    pub network: String,
}

/// The latest `most` steps of signing in to `account`, newest first.
///
/// # Errors
/// [`StoreError`].
pub async fn sign_ins_of(db: &Db, account: AccountId, most: i64) -> Result<Vec<SignInRow>, StoreError> {
    type Row = (Stamp, String, String, String, String);
    let rows = on_read!(db, c => ask!(Row, SIGN_INS; account.0, most).fetch_all(c).await)?;
    let row = |(at, act, outcome, basis, network): Row| {
        Ok(SignInRow {
            at: at.0,
            act: Act::from_word(&act).ok_or_else(|| StoreError::Corrupt(format!("audit act {act}")))?,
            outcome: Outcome::from_word(&outcome)
                .ok_or_else(|| StoreError::Corrupt(format!("audit outcome {outcome}")))?,
            basis,
            network,
        })
    };
    rows.into_iter().map(row).collect()
}

type RowTuple = (
    i64,
    Stamp,
    Option<Uuid>,
    String,
    String,
    Option<Uuid>,
    Option<Uuid>,
    String,
    String,
    String,
    String,
    Vec<u8>,
);

/// The last link of one chain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Head {
    /// The chain.
    pub chain: Uuid,
    /// The number of its last row, from 1.
    pub seq: i64,
    /// That row's keyed hash.
    pub mac: Vec<u8>,
}

/// Registers a new chain.
///
/// # Errors
/// [`StoreError`].
pub async fn open_chain(tx: &mut Tx, chain: Uuid, now: Instant) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(OPEN_CHAIN; chain, Stamp(now)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Appends rows that are already linked.
///
/// # Errors
/// [`StoreError::Duplicate`] when a row of that number exists, which means another writer owns the chain.
pub async fn append(tx: &mut Tx, links: &[Link]) -> Result<(), StoreError> {
    for link in links {
        let e = &link.entry;
        on_tx!(tx, c => act!(INSERT; link.chain, link.seq, Stamp(e.at), e.actor.map(|a| a.0), e.act.word(),
            e.outcome.word(), e.patient.map(|p| p.0), e.subject, e.basis.as_str(), e.detail.as_str(),
            e.request_id.as_str(), e.network.as_str(), link.mac.as_slice())
            .execute(c).await.map(|_| ()))?;
    }
    Ok(())
}

/// The last link of `chain`, `None` while it is empty.
///
/// # Errors
/// [`StoreError`].
pub async fn head(tx: &mut Tx, chain: Uuid) -> Result<Option<Head>, StoreError> {
    let found: Option<(i64, Vec<u8>)> =
        on_tx!(tx, c => ask!((i64, Vec<u8>), HEAD; chain).fetch_optional(c).await)?;
    Ok(found.map(|(seq, mac)| Head { chain, seq, mac }))
}

/// The last link of every chain that is still open or was never closed, and of the five opened last: what the next chain and the
/// anchor list. Older chains are listed by those that followed them.
///
/// # Errors
/// [`StoreError`].
pub async fn heads(db: &Db) -> Result<Vec<Head>, StoreError> {
    let rows = on_read!(db, c => ask!((Uuid, i64, Vec<u8>), HEADS;).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(chain, seq, mac)| Head { chain, seq, mac }).collect())
}

/// Every chain, oldest first.
///
/// # Errors
/// [`StoreError`].
pub async fn chains(db: &Db) -> Result<Vec<Uuid>, StoreError> {
    let rows = on_read!(db, c => ask!((Uuid,), CHAINS;).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Up to `limit` rows of `chain` after number `after`, in order.
///
/// # Errors
/// [`StoreError::Corrupt`] when a row holds a word this version does not know.
pub async fn rows(db: &Db, chain: Uuid, after: i64, limit: i64) -> Result<Vec<Link>, StoreError> {
    let rows = on_read!(db, c => ask!(RowTuple, ROWS; chain, after, limit).fetch_all(c).await)?;
    rows.into_iter().map(|row| link(chain, row)).collect()
}

fn link(chain: Uuid, row: RowTuple) -> Result<Link, StoreError> {
    let (seq, at, actor, act, outcome, patient, subject, basis, detail, request_id, network, mac) = row;
    let corrupt = |what: &str| StoreError::Corrupt(format!("audit row {chain}/{seq}: {what}"));
    Ok(Link {
        chain,
        seq,
        mac,
        entry: Entry {
            at: at.0,
            actor: actor.map(AccountId),
            act: crate::domain::audit::Act::from_word(&act).ok_or_else(|| corrupt("unknown act"))?,
            outcome: crate::domain::audit::Outcome::from_word(&outcome)
                .ok_or_else(|| corrupt("unknown outcome"))?,
            patient: patient.map(PatientId),
            subject,
            basis,
            detail,
            request_id,
            network,
        },
    })
}

/// What to look for in the audit; every part that is given must hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Acts of this account.
    pub actor: Option<AccountId>,
    /// Acts on this patient.
    pub patient: Option<PatientId>,
    /// Acts of any of these accounts; `None` means anybody's.
    pub of_actors: Option<Vec<AccountId>>,
    /// Acts on any of these patients; empty means any.
    pub of_patients: Vec<PatientId>,
    /// Acts of these kinds; empty means any.
    pub acts: Vec<crate::domain::audit::Act>,
    /// Acts that ended so.
    pub outcome: Option<crate::domain::audit::Outcome>,
    /// At or after this instant.
    pub from: Option<Instant>,
    /// Before this instant.
    pub to: Option<Instant>,
    /// After this row in the listing (newest first): the last row of the page before.
    pub before: Option<(Instant, Uuid, i64)>,
}

/// Up to `limit` rows that `filter` finds, newest first.
///
/// # Errors
/// [`StoreError`].
pub async fn find(db: &Db, filter: &Filter, limit: i64) -> Result<Vec<Link>, StoreError> {
    if filter.of_actors.as_ref().is_some_and(Vec::is_empty) {
        return Ok(Vec::new());
    }
    macro_rules! build {
        ($db:ty, $pool:expr) => {{
            let mut q = QueryBuilder::<$db>::new(
                "select chain_id, seq, at, actor_id, act, outcome, patient_id, subject_id, basis, detail, request_id, \
                 network, mac from audit_row where 1 = 1",
            );
            if let Some(actor) = filter.actor {
                q.push(" and actor_id = ").push_bind(actor.0);
            }
            if let Some(patient) = filter.patient {
                q.push(" and patient_id = ").push_bind(patient.0);
            }
            if let Some(actors) = &filter.of_actors {
                q.push(" and actor_id in (");
                let mut list = q.separated(", ");
                for actor in actors {
                    list.push_bind(actor.0);
                }
                q.push(")");
            }
            if !filter.of_patients.is_empty() {
                q.push(" and patient_id in (");
                let mut list = q.separated(", ");
                for patient in &filter.of_patients {
                    list.push_bind(patient.0);
                }
                q.push(")");
            }
            if !filter.acts.is_empty() {
                q.push(" and act in (");
                let mut list = q.separated(", ");
                for act in &filter.acts {
                    list.push_bind(act.word());
                }
                q.push(")");
            }
            if let Some(outcome) = filter.outcome {
                q.push(" and outcome = ").push_bind(outcome.word());
            }
            if let Some(from) = filter.from {
                q.push(" and at >= ").push_bind(Stamp(from));
            }
            if let Some(to) = filter.to {
                q.push(" and at < ").push_bind(Stamp(to));
            }
            if let Some((at, chain, seq)) = filter.before {
                q.push(" and (at, chain_id, seq) < (").push_bind(Stamp(at)).push(", ").push_bind(chain);
                q.push(", ").push_bind(seq).push(")");
            }
            q.push(" order by at desc, chain_id desc, seq desc limit ").push_bind(limit);
            q.build_query_as::<FoundTuple>().fetch_all($pool).await?
        }};
    }
    let rows = match db {
        Db::Sqlite { read, .. } => build!(sqlx::Sqlite, read),
        Db::Postgres(pool) => build!(sqlx::Postgres, pool),
    };
    rows.into_iter()
        .map(
            |(
                chain,
                seq,
                at,
                actor,
                act,
                outcome,
                patient,
                subject,
                basis,
                detail,
                request_id,
                network,
                mac,
            )| {
                let row =
                    (seq, at, actor, act, outcome, patient, subject, basis, detail, request_id, network, mac);
                link(chain, row)
            },
        )
        .collect()
}

type FoundTuple = (
    Uuid,
    i64,
    Stamp,
    Option<Uuid>,
    String,
    String,
    Option<Uuid>,
    Option<Uuid>,
    String,
    String,
    String,
    String,
    Vec<u8>,
);
