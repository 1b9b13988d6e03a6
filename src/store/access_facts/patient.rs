//! The patient's facts: listings with the listed providers' memberships, seats, tokens, grants, restrictions, death, merges.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use time::Date;

use super::{Row, carry_memberships, held};
use crate::domain::access::explain::UnconfirmedEnd;
use crate::domain::access::facts::{
    Death, Emergency, Grant, Listing, Membership, Merge, PatientFacts, RedeemedToken, Restriction, Seat,
    adult_from,
};
use crate::domain::access::reach::SectionSet;
use crate::domain::calendar::{Instant, Interval, Zone, parse_date};
use crate::domain::chart::sensitivity::Labels;
use crate::domain::feed::good_until;
use crate::domain::ids::{AccountId, FactId, PatientId, PracticeId, ProviderId};
use crate::domain::people::GivenBy;
use crate::domain::provider_merge::{ProviderMerge, carried};
use crate::store::{Stamp, StoreError};

/// Tags: 1 patient, 2 merge, 3 listing, 4 membership of a listed provider, 5 seat, 6 token, 7 grant, 8 emergency access,
/// 9 restriction, 10 merge of providers, 11 how fresh a remote feed's facts are.
///
/// Joined to the few records in question, each once: `in (select …)` makes SQLite build a table of them for every kind of fact, which takes
/// four times as long. `cross join` keeps them first; PostgreSQL chooses for itself.
macro_rules! sql {
    ($set:literal) => {
        concat!(
            "with recursive m(id) as materialized (select id from patient ", $set, " ",
            "union select g.from_id from m cross join patient_merge g where g.into_id = m.id), ",
            "l as materialized (select l.* from m cross join listing l where l.patient_id = m.id), ",
            "c as materialized (select s.* from m cross join care_team_seat s where s.patient_id = m.id), ",
            "z as materialized (select r.* from m cross join restriction r where r.patient_id = m.id), ",
            // Whoever is listed, whom they are merged into, and who else is merged into those.
            "x(id) as materialized (select provider_id from l where provider_id is not null union ",
            "select g.into_id from l cross join provider_merge g where g.from_id = l.provider_id), ",
            "y(id) as materialized (select id from x union ",
            "select g.from_id from x cross join provider_merge g where g.into_id = x.id), ",
            "u(id) as materialized (select id from y union select provider_id from c where provider_id is not null ",
            "union select provider_id from z where provider_id is not null) ",
            "select cast(1 as bigint), p.id, cast(null as uuid), cast(null as uuid), cast(null as uuid), cast(null as uuid), ",
            "p.death_seen_at, cast(null as timestamptz), cast(null as timestamptz), ",
            "cast(null as bigint), cast(null as bigint), cast(p.birth_date as text), p.deceased_on ",
            "from m cross join patient p where p.id = m.id ",
            "union all select 2, g.from_id, g.into_id, null, null, null, g.starts_at, g.ends_at, g.confirmed_at, ",
            "null, null, null, null from m cross join patient_merge g where g.from_id = m.id ",
            "union all select 3, l.id, l.patient_id, l.provider_id, l.practice_id, null, l.starts_at, l.ends_at, null, ",
            "case when l.source = 'feed' then 1 else 0 end, null, null, null from l ",
            "union all select 4, b.provider_id, b.practice_id, null, null, null, b.starts_at, b.ends_at, null, ",
            "null, null, null, null from y cross join membership b where b.provider_id = y.id ",
            "union all select 5, c.id, c.patient_id, c.provider_id, c.practice_id, null, c.starts_at, c.ends_at, null, ",
            "case when c.source = 'feed' then 1 else 0 end, null, null, null from c ",
            "union all select 6, t.id, t.patient_id, t.redeemed_by, t.redeemed_practice_id, null, ",
            "t.redeemed_at, case when t.revoked_at < t.expires_at then t.revoked_at else t.expires_at end, t.renewed_at, ",
            "null, null, t.given_by, null ",
            "from m cross join patient_token t where t.patient_id = m.id and t.redeemed_by is not null ",
            "union all select 7, a.id, a.patient_id, a.account_id, null, null, a.starts_at, ",
            "case when a.ends_at is null or a.revoked_at < a.ends_at then a.revoked_at else a.ends_at end, a.renewed_at, ",
            "a.sections, a.sensitive, a.given_by, null from m cross join access_grant a where a.patient_id = m.id ",
            "union all select 8, e.id, e.patient_id, e.account_id, null, null, e.starts_at, e.ends_at, null, ",
            "null, null, null, null from m cross join emergency_access e where e.patient_id = m.id ",
            "union all select 9, z.id, z.patient_id, z.account_id, z.provider_id, z.practice_id, z.starts_at, z.ends_at, null, ",
            "null, null, null, null from z ",
            "union all select 10, g.from_id, g.into_id, null, null, null, g.starts_at, g.ends_at, null, ",
            "null, null, null, null from u cross join provider_merge g where g.from_id = u.id ",
            // What was taken in without a gap since then is as fresh as the last round.
            "union all select 11, f.patient_id, null, null, null, null, ",
            "case when f.listings_at >= w.covers_from and w.synced_at > f.listings_at then w.synced_at else f.listings_at end, ",
            "case when f.seats_at >= w.covers_from and w.synced_at > f.seats_at then w.synced_at else f.seats_at end, ",
            "null, null, null, null, null from m cross join feed_standing f left join feed_sync w on w.id = 1 ",
            "where f.patient_id = m.id"
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
    /// When the patient renewed tokens and grants that a guardian gave.
    renewed: HashMap<FactId, Instant>,
    /// Listings and seats that a feed made.
    of_feed: HashSet<FactId>,
    /// Since when the listings and the seats of a remote feed are known whole.
    fresh: HashMap<PatientId, (Option<Instant>, Option<Instant>)>,
    /// What ends only because it grows too old, by its record.
    cuts: Vec<(PatientId, UnconfirmedEnd)>,
}

impl Gathered {
    /// Files one row.
    pub(super) fn take(&mut self, row: Row) -> Result<(), StoreError> {
        let (tag, a, b, c, d, e, start, end, third, n, n2, word, day) = row;
        let id = held(a, "id")?;
        let span = Stamp::interval(start, end);
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
        if tag == 11 {
            self.fresh.insert(PatientId(id), (start.map(|s| s.0), end.map(|s| s.0)));
            return Ok(());
        }
        let (fact, owner) = (FactId(id), PatientId(held(b, "patient")?));
        if matches!(tag, 3 | 5) && n == Some(1) {
            self.of_feed.insert(fact);
        }
        if let (6 | 7, Some(renewed)) = (tag, third) {
            self.renewed.insert(fact, renewed.0);
        }
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
                span,
                by: given_by()?,
            }),
            7 => self.grants.push(Grant {
                id: fact,
                owner,
                account: AccountId(held(c, "account")?),
                span,
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
        for (owner, cut) in std::mem::take(&mut self.cuts) {
            if let Some(of) = facts.get_mut(&owner) {
                of.unconfirmed_ends.push(cut);
            }
        }
        // Of two that hold at once the earlier leads, as [`crate::store::patients`] follows them.
        self.merges.sort_by_key(|m| (m.from, m.span.start(), m.into));
        join_merged(&mut facts, &self.merges);
        facts.retain(|id, _| wanted(*id));
        facts
    }

    /// Gives listings their memberships, and ends what guardians gave at the 18th birthday unless the patient renewed it: then it goes on
    /// from the renewal, as the patient's own.
    fn finish_facts(&mut self, zone: Zone) {
        self.end_stale();
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
        let renewed = &self.renewed;
        macro_rules! end_at_18 {
            ($field:ident) => {
                let mut own = Vec::new();
                for gift in self.$field.iter_mut().filter(|gift| gift.by == GivenBy::Guardian) {
                    let adult = adult(gift.owner);
                    if let Some(from) = renewed.get(&gift.id) {
                        let mut goes_on = gift.clone();
                        (goes_on.by, goes_on.span) =
                            (GivenBy::Patient, gift.span.beginning_at((*from).max(adult)));
                        own.push(goes_on);
                    }
                    gift.span = gift.span.ending_by(adult);
                }
                self.$field.extend(own);
            };
        }
        end_at_18!(tokens);
        end_at_18!(grants);
    }
}

impl Gathered {
    /// Ends what a remote feed said when it is too old to permit anything.
    fn end_stale(&mut self) {
        if self.fresh.is_empty() {
            return;
        }
        let mut cuts = Vec::new();
        let mut end = |owner, fact, span: &mut Interval, known| {
            let cut = good_until(known);
            if span.end().is_none_or(|end| end > cut) {
                cuts.push((owner, UnconfirmedEnd { fact, cut, end: span.end() }));
            }
            *span = span.ending_by(cut);
        };
        for listing in self.listings.iter_mut().filter(|l| self.of_feed.contains(&l.id)) {
            if let Some((known, _)) = self.fresh.get(&listing.owner) {
                end(listing.owner, listing.id, &mut listing.span, *known);
            }
        }
        for seat in self.seats.iter_mut().filter(|s| self.of_feed.contains(&s.id)) {
            if let Some((_, known)) = self.fresh.get(&seat.owner) {
                end(seat.owner, seat.id, &mut seat.span, *known);
            }
        }
        self.cuts = cuts;
    }

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
        unconfirmed_ends: Vec::new(),
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
        // A fact of a provider who was merged, and what was renewed at 18, comes in pieces, all with its id.
        add(&mut self.listings, &source.listings, |f| f.owner == owner, |a, b| a == b);
        add(&mut self.unconfirmed_ends, &source.unconfirmed_ends, |_| true, |a, b| a == b);
        add(&mut self.seats, &source.seats, |f| f.owner == owner, |a, b| a == b);
        add(&mut self.tokens, &source.tokens, |f| f.owner == owner, |a, b| a == b);
        add(&mut self.grants, &source.grants, |f| f.owner == owner, |a, b| a == b);
        add(&mut self.emergencies, &source.emergencies, |f| f.owner == owner, |a, b| a.id == b.id);
        add(&mut self.restrictions, &source.restrictions, |f| f.owner == owner, |a, b| a == b);
        add(&mut self.merges, path, |_| true, |a, b| a == b);
    }
}
