//! The patient's facts: listings with the listed providers' memberships, seats, tokens, grants, restrictions, death, merges.

use std::collections::HashMap;
use std::sync::Arc;

use time::Date;

use super::{Row, carry_memberships, held};
use crate::domain::access::facts::{
    Death, Emergency, Grant, Listing, Membership, Merge, PatientFacts, RedeemedToken, Restriction, Seat,
    adult_from,
};
use crate::domain::access::reach::SectionSet;
use crate::domain::calendar::{Instant, Interval, Zone, parse_date};
use crate::domain::chart::sensitivity::Labels;
use crate::domain::ids::{AccountId, FactId, PatientId, PracticeId, ProviderId};
use crate::domain::people::GivenBy;
use crate::domain::provider_merge::{ProviderMerge, carried};
use crate::store::{Stamp, StoreError};

/// Tags: 1 patient, 2 merge, 3 listing, 4 membership of a listed provider, 5 seat, 6 token, 7 grant, 8 emergency access,
/// 9 restriction, 10 merge of providers.
macro_rules! sql {
    ($set:literal) => {
        concat!(
            "with recursive m(id) as (select id from patient ", $set, " ",
            "union select g.from_id from patient_merge g join m on g.into_id = m.id), ",
            // Whoever is listed, whom they are merged into, and who else is merged into those.
            "q(id) as (select provider_id from listing where provider_id is not null and patient_id in (select id from m)), ",
            "x(id) as (select id from q union select g.into_id from provider_merge g where g.from_id in (select id from q)), ",
            "y(id) as (select id from x union select g.from_id from provider_merge g where g.into_id in (select id from x)) ",
            "select cast(1 as bigint), p.id, cast(null as uuid), cast(null as uuid), cast(null as uuid), cast(null as uuid), ",
            "p.death_seen_at, cast(null as timestamptz), cast(null as timestamptz), ",
            "cast(null as bigint), cast(null as bigint), cast(p.birth_date as text), p.deceased_on ",
            "from patient p where p.id in (select id from m) ",
            "union all select 2, g.from_id, g.into_id, null, null, null, g.starts_at, g.ends_at, g.confirmed_at, ",
            "null, null, null, null from patient_merge g where g.from_id in (select id from m) ",
            "union all select 3, l.id, l.patient_id, l.provider_id, l.practice_id, null, l.starts_at, l.ends_at, null, ",
            "null, null, null, null from listing l where l.patient_id in (select id from m) ",
            "union all select 4, b.provider_id, b.practice_id, null, null, null, b.starts_at, b.ends_at, null, ",
            "null, null, null, null from membership b where b.provider_id in (select id from y) ",
            "union all select 5, s.id, s.patient_id, s.provider_id, s.practice_id, null, s.starts_at, s.ends_at, null, ",
            "null, null, null, null from care_team_seat s where s.patient_id in (select id from m) ",
            "union all select 6, t.id, t.patient_id, t.redeemed_by, t.redeemed_practice_id, null, ",
            "t.redeemed_at, t.expires_at, t.revoked_at, null, null, t.given_by, null ",
            "from patient_token t where t.patient_id in (select id from m) and t.redeemed_by is not null ",
            "union all select 7, a.id, a.patient_id, a.account_id, null, null, a.starts_at, a.ends_at, a.revoked_at, ",
            "a.sections, a.sensitive, a.given_by, null from access_grant a where a.patient_id in (select id from m) ",
            "union all select 8, e.id, e.patient_id, e.account_id, null, null, e.starts_at, e.ends_at, null, ",
            "null, null, null, null from emergency_access e where e.patient_id in (select id from m) ",
            "union all select 9, r.id, r.patient_id, r.account_id, r.provider_id, r.practice_id, r.starts_at, r.ends_at, null, ",
            "null, null, null, null from restriction r where r.patient_id in (select id from m) ",
            "union all select 10, g.from_id, g.into_id, null, null, null, g.starts_at, g.ends_at, null, ",
            "null, null, null, null from provider_merge g where g.from_id in (select id from y union ",
            "select provider_id from care_team_seat where provider_id is not null and patient_id in (select id from m) union ",
            "select provider_id from restriction where provider_id is not null and patient_id in (select id from m))"
        )
    };
}
pub(super) use sql;

struct Person {
    birth: Date,
    died: Option<Date>,
    death_seen_at: Option<Instant>,
}

/// The rows read so far, by kind.
#[derive(Default)]
pub(super) struct Gathered {
    people: HashMap<PatientId, Person>,
    merges: Vec<Merge>,
    listings: Vec<Listing>,
    memberships: HashMap<ProviderId, Vec<Membership>>,
    seats: Vec<Seat>,
    tokens: Vec<RedeemedToken>,
    grants: Vec<Grant>,
    emergencies: Vec<Emergency>,
    restrictions: Vec<Restriction>,
    provider_merges: Vec<ProviderMerge>,
}

impl Gathered {
    /// Files one row.
    pub(super) fn take(&mut self, row: Row) -> Result<(), StoreError> {
        let (tag, a, b, c, d, e, start, end, third, n, n2, word, day) = row;
        let id = held(a, "id")?;
        let span = Stamp::interval(start, end);
        let cut = |span: Interval| third.map_or(span, |revoked| span.ending_by(revoked.0));
        let given_by = || held(word.as_deref().and_then(GivenBy::from_word), "giver");
        if tag == 1 {
            let birth = held(word.as_deref().and_then(parse_date), "birth date")?;
            let person = Person { birth, died: day, death_seen_at: start.map(|s| s.0) };
            self.people.insert(PatientId(id), person);
            return Ok(());
        }
        if tag == 4 {
            let membership = Membership { practice: PracticeId(held(b, "practice")?), span };
            self.memberships.entry(ProviderId(id)).or_default().push(membership);
            return Ok(());
        }
        if tag == 10 {
            let into = ProviderId(held(b, "provider")?);
            self.provider_merges.push(ProviderMerge { from: ProviderId(id), into, span });
            return Ok(());
        }
        let (fact, owner) = (FactId(id), PatientId(held(b, "patient")?));
        match tag {
            2 => self.merges.push(Merge {
                from: PatientId(id),
                into: owner,
                span,
                confirmed_at: third.map(|c| c.0),
            }),
            3 => self.listings.push(Listing {
                id: fact,
                owner,
                provider: c.map(ProviderId),
                practice: d.map(PracticeId),
                span,
                memberships: Arc::from([]),
            }),
            5 => self.seats.push(Seat {
                id: fact,
                owner,
                provider: c.map(ProviderId),
                practice: d.map(PracticeId),
                span,
            }),
            6 => self.tokens.push(RedeemedToken {
                id: fact,
                owner,
                account: AccountId(held(c, "redeemer")?),
                practice: d.map(PracticeId),
                span: cut(span),
                by: given_by()?,
            }),
            7 => self.grants.push(Grant {
                id: fact,
                owner,
                account: AccountId(held(c, "account")?),
                span: cut(span),
                by: given_by()?,
                sections: SectionSet::from_bits(held(n, "sections")?),
                sensitive: Labels::from_bits(held(n2, "labels")?),
            }),
            8 => {
                let account = AccountId(held(c, "account")?);
                self.emergencies.push(Emergency { id: fact, owner, account, span });
            }
            9 => self.restrictions.push(Restriction {
                id: fact,
                owner,
                account: c.map(AccountId),
                provider: d.map(ProviderId),
                practice: e.map(PracticeId),
                span,
            }),
            other => return Err(StoreError::Corrupt(format!("patient fact of tag {other}"))),
        }
        Ok(())
    }

    /// The facts of every record that is `wanted`.
    pub(super) fn assemble(
        mut self,
        wanted: impl Fn(PatientId) -> bool,
        zone: Zone,
    ) -> HashMap<PatientId, PatientFacts> {
        self.finish_facts(zone);
        let mut facts: HashMap<PatientId, PatientFacts> =
            self.people.iter().map(|(id, person)| (*id, empty(*id, person, zone))).collect();
        macro_rules! hand_out {
            ($from:ident) => {
                for fact in std::mem::take(&mut self.$from) {
                    if let Some(of) = facts.get_mut(&fact.owner) {
                        of.$from.push(fact);
                    }
                }
            };
        }
        hand_out!(listings);
        hand_out!(seats);
        hand_out!(tokens);
        hand_out!(grants);
        hand_out!(emergencies);
        hand_out!(restrictions);
        join_merged(&mut facts, &self.merges);
        facts.retain(|id, _| wanted(*id));
        facts
    }

    /// Gives listings their memberships, and ends what guardians gave at the 18th birthday.
    fn finish_facts(&mut self, zone: Zone) {
        self.carry();
        let shared: HashMap<ProviderId, Arc<[Membership]>> =
            self.memberships.drain().map(|(id, list)| (id, Arc::from(list))).collect();
        for listing in &mut self.listings {
            if let Some(list) = listing.provider.and_then(|p| shared.get(&p)) {
                listing.memberships = Arc::clone(list);
            }
        }
        let people = &self.people;
        let adult = |owner| people.get(&owner).map_or(Instant::NEVER, |p: &Person| adult_from(p.birth, zone));
        for token in self.tokens.iter_mut().filter(|t| t.by == GivenBy::Guardian) {
            token.span = token.span.ending_by(adult(token.owner));
        }
        for grant in self.grants.iter_mut().filter(|g| g.by == GivenBy::Guardian) {
            grant.span = grant.span.ending_by(adult(grant.owner));
        }
    }
}

impl Gathered {
    /// Gives what providers have to whom they are merged into, while that holds.
    fn carry(&mut self) {
        let merges = std::mem::take(&mut self.provider_merges);
        if merges.is_empty() {
            return;
        }
        carry_memberships(&mut self.memberships, &merges);
        macro_rules! carry {
            ($field:ident) => {
                self.$field = std::mem::take(&mut self.$field)
                    .into_iter()
                    .flat_map(|fact| match fact.provider {
                        None => vec![fact],
                        Some(provider) => carried(provider, fact.span, &merges)
                            .into_iter()
                            .map(|(whose, span)| {
                                let mut piece = fact.clone();
                                (piece.provider, piece.span) = (Some(whose), span);
                                piece
                            })
                            .collect(),
                    })
                    .collect();
            };
        }
        carry!(listings);
        carry!(seats);
        carry!(restrictions);
    }
}

fn empty(patient: PatientId, person: &Person, zone: Zone) -> PatientFacts {
    let died = person.died.or_else(|| person.death_seen_at.map(|seen| zone.date(seen)));
    PatientFacts {
        patient,
        death: died.map(|on| Death::on(on, zone)),
        listings: Vec::new(),
        seats: Vec::new(),
        tokens: Vec::new(),
        grants: Vec::new(),
        emergencies: Vec::new(),
        restrictions: Vec::new(),
        merges: Vec::new(),
    }
}

/// Copies the facts of merged records, and the merges on the way, to every record they lead to.
fn join_merged(facts: &mut HashMap<PatientId, PatientFacts>, merges: &[Merge]) {
    if merges.is_empty() {
        return;
    }
    let own: HashMap<PatientId, PatientFacts> =
        merges.iter().filter_map(|m| Some((m.from, facts.get(&m.from)?.clone()))).collect();
    for merge in merges {
        if let Some(source) = facts.get_mut(&merge.from) {
            source.merges.push(*merge);
        }
        let mut reached = vec![merge.into];
        let mut path = vec![*merge];
        while let Some(here) = reached.pop() {
            if let (Some(target), Some(source)) = (facts.get_mut(&here), own.get(&merge.from)) {
                target.adopt(source, &path);
            }
            for next in merges.iter().filter(|m| m.from == here) {
                if !path.contains(next) {
                    path.push(*next);
                    reached.push(next.into);
                }
            }
        }
    }
}

impl PatientFacts {
    /// Adds the facts of a merged record, and the merges that lead from it to here.
    fn adopt(&mut self, source: &Self, path: &[Merge]) {
        fn add<T: Clone>(
            to: &mut Vec<T>,
            from: &[T],
            is_own: impl Fn(&T) -> bool,
            known: impl Fn(&T, &T) -> bool,
        ) {
            for fact in from.iter().filter(|f| is_own(f)) {
                if !to.iter().any(|k| known(k, fact)) {
                    to.push(fact.clone());
                }
            }
        }
        let owner = source.patient;
        // A fact of a provider who was merged comes in pieces, all with its id.
        add(&mut self.listings, &source.listings, |f| f.owner == owner, |a, b| a == b);
        add(&mut self.seats, &source.seats, |f| f.owner == owner, |a, b| a == b);
        add(&mut self.tokens, &source.tokens, |f| f.owner == owner, |a, b| a.id == b.id);
        add(&mut self.grants, &source.grants, |f| f.owner == owner, |a, b| a.id == b.id);
        add(&mut self.emergencies, &source.emergencies, |f| f.owner == owner, |a, b| a.id == b.id);
        add(&mut self.restrictions, &source.restrictions, |f| f.owner == owner, |a, b| a == b);
        add(&mut self.merges, path, |_| true, |a, b| a == b);
    }
}
