//! A sponsorship begins: the account of somebody new, the end of one that it replaces, and who is told, in one transaction.

use serde_json::json;
use uuid::Uuid;

use super::accepting::{AcceptAnswer, Usable};
use super::inviting::needs_attestation;
use crate::app::sign_in::{Client, random, seal};
use crate::app::{App, AppError, mail};
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::calendar::{Instant, Interval};
use crate::domain::ids::{AccountId, new_uuid};
use crate::domain::letter::Letter;
use crate::domain::people::{AccountKind, AccountStatus, EndReason};
use crate::domain::registration::TERMS_VERSION;
use crate::store::directory::{Sponsorship, insert_sponsorships};
use crate::store::practices::{name_within, owner_within};
use crate::store::sign_in::{accounts, credentials, links, sessions};
use crate::store::sponsoring as kept;
use crate::store::sponsoring::invitation::{self, Invitation};
use crate::store::{StoreError, Tx, people};

/// Password hash, TOTP secret, and the step of the code that proved it.
pub(super) type Factor = (String, Vec<u8>, i64);

/// Makes what the invitation promised, in one transaction.
pub(super) async fn begin(
    app: &App,
    usable: &Usable,
    factor: Option<Factor>,
    client: &Client,
) -> Result<AcceptAnswer, AppError> {
    let now = app.clock.now();
    let i = &usable.invitation;
    // Read before anything is held: time has passed since the invitation was looked at.
    let told = match usable.known {
        Some(known) => whom_to_tell(app, known, i, now).await?,
        None => Vec::new(),
    };
    if !told.is_empty() && !i.attested {
        return Ok(AcceptAnswer::Gone);
    }
    let account = match usable.known {
        Some(known) => known,
        None => AccountId(new_uuid(now, random(app)?)),
    };
    let name = format!("{} {}", i.given, i.family).trim().to_owned();
    let mut rows = Rows { client, now, account, entries: Vec::new() };
    let mut tx = app.db.begin().await?;
    if let Some(old) = i.replaces {
        kept::hold(&mut tx, old).await?;
    }
    if let Some((hash, totp, step)) = factor {
        match add_account(&mut tx, account, i, now).await {
            // Another invitation made the account meanwhile.
            Err(StoreError::Duplicate(_)) => return Ok(AcceptAnswer::Gone),
            done => done?,
        }
        credentials::set_password(&mut tx, account, &hash, now).await?;
        // The code that proved the enrolment is used: it cannot be the first to sign in with.
        credentials::bind_factor(&mut tx, account, &seal(app, account, &totp)?, step, now).await?;
        let detail = json!({ "by": "invitation", "sponsor": i.sponsor, "terms": TERMS_VERSION });
        rows.add(Act::CreateAccount, account.0, &detail);
    }
    if !invitation::accept(&mut tx, (i.id, &usable.secret_hash), account, now).await? {
        return Ok(AcceptAnswer::Gone);
    }
    rows.add(
        Act::InviteStaff,
        i.id,
        &json!({ "step": "accepted", "sponsor": i.sponsor, "attested": i.attested }),
    );
    if let Some(old) = i.replaces.filter(|old| *old != account)
        && !end_replaced(app, &mut tx, old, i, &mut rows).await?
    {
        return Ok(AcceptAnswer::Gone);
    }
    let held = kept::of_user_within(&mut tx, account).await?;
    if !held.iter().any(|k| k.sponsor == i.sponsor && k.practice == i.practice && k.span.holds(now)) {
        let sponsorship = Sponsorship {
            id: new_uuid(now, random(app)?),
            sponsor: i.sponsor,
            user: account,
            practice: i.practice,
            span: Interval::new(Some(now), None),
        };
        insert_sponsorships(&mut tx, &[sponsorship]).await?;
        let detail = json!({ "change": "begun", "sponsor": i.sponsor, "practice": i.practice });
        rows.add(Act::ChangeSponsorship, account.0, &detail);
    }
    let registered = Letter::StaffRegistered { name: name.clone(), practice: i.practice_name.clone() };
    mail::post(app, &mut tx, (Some(i.sponsor), &i.sponsor_email), &registered).await?;
    let practice = i.practice_name.clone();
    let attested = Letter::StaffAttested { name, sponsor: i.sponsor_name.clone(), practice };
    for (to, address) in &told {
        mail::post(app, &mut tx, (Some(*to), address), &attested).await?;
    }
    app.audit.commit(tx, rows.entries).await?;
    Ok(AcceptAnswer::Done)
}

/// The rows of the audit that one acceptance writes.
struct Rows<'a> {
    client: &'a Client,
    now: Instant,
    account: AccountId,
    entries: Vec<Entry>,
}

impl Rows<'_> {
    fn add(&mut self, act: Act, subject: Uuid, detail: &serde_json::Value) {
        let mut entry = self.client.entry(self.now, act, Outcome::Allowed);
        entry.actor = Some(self.account);
        entry.subject = Some(subject);
        entry.detail = detail.to_string();
        self.entries.push(entry);
    }
}

async fn add_account(
    tx: &mut Tx,
    account: AccountId,
    i: &Invitation,
    now: Instant,
) -> Result<(), StoreError> {
    let new = accounts::NewAccount {
        id: account,
        email: &i.email,
        email_folded: &i.email_folded,
        kind: AccountKind::Sponsored,
        provider: None,
        family: &i.family,
        given: &i.given,
        job: Some(i.job),
        birth_date: None,
        roles: &[],
    };
    accounts::insert(tx, &new, now).await
}

/// Ends the account that a new one replaces, with every sponsorship of it: nothing carries over (product.md section 2). `false`, and
/// nothing is to be committed, when whoever invites does not sponsor it any more.
async fn end_replaced(
    app: &App,
    tx: &mut Tx,
    old: AccountId,
    i: &Invitation,
    rows: &mut Rows<'_>,
) -> Result<bool, AppError> {
    let now = rows.now;
    let name = format!("{} {}", i.given, i.family).trim().to_owned();
    let all = kept::of_user_within(tx, old).await?;
    if !all.iter().any(|k| k.sponsor == i.sponsor && k.practice == i.practice && k.span.holds(now)) {
        return Ok(false);
    }
    for held in all {
        let ended =
            kept::end(tx, new_uuid(now, random(app)?), &held, (None, EndReason::Replaced, ""), now).await?;
        if !ended {
            continue;
        }
        rows.add(
            Act::ChangeSponsorship,
            old.0,
            &json!({ "change": "replaced", "sponsorship": held.id, "account": rows.account }),
        );
        let told = held.sponsor != i.sponsor && held.span.holds(now);
        if told && let Some((address, _, _)) = owner_within(tx, held.sponsor).await? {
            let practice = name_within(tx, held.practice).await?.unwrap_or_default();
            let letter = Letter::StaffReplaced { name: name.clone(), practice };
            mail::post(app, tx, (Some(held.sponsor), &address), &letter).await?;
        }
    }
    for other in invitation::void_replacing(tx, old, now).await? {
        rows.add(Act::InviteStaff, other, &json!({ "step": "taken_back", "account": rows.account }));
    }
    accounts::set_status(tx, old, AccountStatus::Disabled, now).await?;
    credentials::void_links(tx, old, now).await?;
    links::void_all(tx, old, now).await?;
    sessions::end_others(tx, old, &[], now).await?;
    if let Some((address, _, _)) = owner_within(tx, old).await? {
        mail::post(app, tx, (Some(old), &address), &Letter::AccountClosed { at: now }).await?;
    }
    rows.add(Act::DisableAccount, old.0, &json!({ "by": "new_address", "account": rows.account }));
    Ok(true)
}

/// The sponsors whose overdue review lists `user`, and the access team, each with an address; nobody where there is none.
async fn whom_to_tell(
    app: &App,
    user: AccountId,
    i: &Invitation,
    now: Instant,
) -> Result<Vec<(AccountId, String)>, AppError> {
    let Some(overdue) = needs_attestation(app, user, i.sponsor, now).await? else { return Ok(Vec::new()) };
    let mut told = mail::team(app, now).await?;
    for sponsor in overdue {
        if let Some(named) = people::account(&app.db, sponsor).await? {
            told.push((sponsor, named.email));
        }
    }
    Ok(told)
}
