//! "Who can see this MRN" in a random hospital with every basis and every edge: the answer from the few accounts that a fact leads to is
//! what a scan of all accounts says.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use postern::app::access::Context;
use postern::app::desk::Member;
use postern::app::look_ups::{Asker, who};
use postern::app::restrictions::{Made, Wanted, preview};
use postern::domain::access::facts::{PatientFacts, Restriction, ViewerFacts};
use postern::domain::access::{Action, Basis, Refusal, decide};
use postern::domain::calendar::{Instant, Interval};
use postern::domain::ids::{AccountId, FactId, Mrn, PatientId, PracticeId, ProviderId};
use postern::domain::people::Role;
use postern::domain::restriction::Scope;
use postern::store::access_facts::{Those, patients, viewers};
use postern::store::{candidates, patients as records};

use crate::provider_merges::insert_merge;
use crate::support::world::Whom;
use crate::support::{House, both_engines};

const PATIENTS: usize = 36;
const PROVIDERS: usize = 14;
const STAFF: usize = 14;
const PRACTICES: usize = 9;

/// Drawn numbers, the same in every run, and every instant at which something turns.
struct Dice(u64, Vec<Instant>);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % below as u64).unwrap()
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.roll(of.len())]
    }

    fn chance(&mut self, of: usize) -> bool {
        self.roll(of) == 0
    }

    /// An instant of the two years from 2025 on.
    fn instant(&mut self) -> Instant {
        let start: Instant = "2025-01-01T00:00:00Z".parse().unwrap();
        let at = start.plus_seconds(i64::try_from(self.roll(2 * 365 * 86_400)).unwrap());
        self.1.push(at);
        at
    }

    /// A span with an end.
    fn ended(&mut self) -> Interval {
        let (a, b) = (self.instant(), self.instant());
        Interval::new(Some(a.min(b)), Some(a.max(b).plus_seconds(1)))
    }

    fn span(&mut self) -> Interval {
        if self.chance(3) { self.ended() } else { Interval::new(Some(self.instant()), None) }
    }
}

struct People {
    practices: Vec<PracticeId>,
    providers: Vec<ProviderId>,
    physicians: Vec<AccountId>,
    staff: Vec<AccountId>,
}

async fn people(house: &House, dice: &mut Dice) -> People {
    let w = &house.world;
    let (mut practices, mut providers, mut physicians, mut staff) = (vec![], vec![], vec![], vec![]);
    let mut homes = Vec::new();
    for _ in 0..PRACTICES {
        practices.push(w.practice("Elm").await);
    }
    for n in 0..PROVIDERS {
        let provider = w.provider("Okafor").await;
        providers.push(provider);
        let mut joined = Vec::new();
        for _ in 0..=dice.roll(2) {
            let (practice, span) = (dice.one(&practices), dice.span());
            w.member(provider, practice, span).await;
            joined.push(practice);
        }
        // Some are known without an account.
        if n % 5 != 4 {
            let account = w.provider_account(provider).await;
            physicians.push(account);
            homes.extend(joined.iter().map(|practice| (account, *practice)));
            if dice.chance(6) {
                let at = dice.instant();
                w.disable(account, at).await;
            }
            if dice.chance(3) {
                w.review(account, "2026-04-01", dice.instant()).await;
            }
        }
    }
    for _ in 0..STAFF {
        let user = w.sponsored_account().await;
        staff.push(user);
        for _ in 0..=dice.roll(2) {
            // Also in practices that the sponsor does not belong to.
            let (sponsor, home) = dice.one(&homes);
            let practice = if dice.chance(4) { dice.one(&practices) } else { home };
            let span = dice.span();
            w.sponsorship(sponsor, user, practice, span).await;
        }
    }
    w.family_account().await;
    w.team_account(&["reviewer"]).await;
    People { practices, providers, physicians, staff }
}

/// Facts of one patient, each kind now and then.
async fn facts(house: &House, dice: &mut Dice, all: &People, patient: PatientId) {
    let w = &house.world;
    for _ in 0..=dice.roll(2) {
        let (provider, practice) = match dice.roll(3) {
            0 => (Some(dice.one(&all.providers)), None),
            1 => (None, Some(dice.one(&all.practices))),
            _ => (Some(dice.one(&all.providers)), Some(dice.one(&all.practices))),
        };
        let span = dice.span();
        w.listing(patient, provider, practice, span).await;
    }
    if dice.chance(3) {
        let whom = if dice.chance(2) {
            Whom::Provider(dice.one(&all.providers))
        } else {
            Whom::Practice(dice.one(&all.practices))
        };
        let span = dice.span();
        w.seat(patient, whom, span).await;
    }
    if dice.chance(4) {
        let (holder, span) = (dice.one(&all.physicians), dice.ended());
        w.redeemed_token(patient, holder, None, span).await;
    }
    if dice.chance(3) {
        let (holder, practice, span) = (dice.one(&all.staff), dice.one(&all.practices), dice.ended());
        w.redeemed_token(patient, holder, Some(practice), span).await;
    }
    if dice.chance(4) {
        let (account, span) = (dice.one(&all.physicians), dice.span());
        w.grant(patient, account, span).await;
    }
    if dice.chance(4) {
        let (account, span) = (dice.one(&all.physicians), dice.ended());
        w.emergency(patient, account, span).await;
    }
    if dice.chance(4) {
        let whom = match dice.roll(3) {
            0 => Whom::Account(dice.one(&all.staff)),
            1 => Whom::Provider(dice.one(&all.providers)),
            _ => Whom::Practice(dice.one(&all.practices)),
        };
        let span = dice.span();
        w.restriction(patient, whom, span).await;
    }
    if dice.chance(12) {
        w.restrict_everyone(patient).await;
    }
    if dice.chance(9) {
        w.deceased(patient, "2025-09-01", dice.instant()).await;
    }
}

/// Every third record was merged at some time: some twice, some on, some undone, some not confirmed.
async fn merges(house: &House, dice: &mut Dice, all: &[PatientId]) {
    for (n, from) in all.iter().enumerate().filter(|(n, _)| n % 3 == 0) {
        // Only onwards, so that no record comes back to itself.
        for _ in 0..=dice.roll(2) {
            let into = all[(n + 1 + dice.roll(4)).min(all.len() - 1)];
            let span = dice.span();
            if into != *from {
                let confirmed = (!dice.chance(4)).then(|| span.start().plus_seconds(86_400));
                dice.1.extend(confirmed);
                house.world.merge_confirmed(*from, into, span, confirmed).await;
            }
        }
    }
}

/// Some providers were known twice for a while: those of the first third, merged into those of the second.
async fn known_twice(house: &House, dice: &mut Dice, all: &People) {
    let by = house.world.team_account(&["administrator"]).await;
    let third = PROVIDERS / 3;
    for from in &all.providers[..third] {
        let into = all.providers[third + dice.roll(third)];
        let first = dice.ended();
        insert_merge(house, (*from, into), first, by).await;
        if dice.chance(2) {
            let later = first.end().unwrap().plus_seconds(86_400);
            let into = all.providers[third + dice.roll(third)];
            insert_merge(house, (*from, into), Interval::new(Some(later), None), by).await;
        }
    }
}

/// Everybody of the hospital, asked one by one.
struct Oracle {
    viewers: HashMap<AccountId, ViewerFacts>,
    patients: HashMap<PatientId, PatientFacts>,
    addresses: HashMap<AccountId, String>,
}

impl Oracle {
    async fn of(house: &House) -> Self {
        let cycles = &house.app.hospital.cycles;
        let viewers = viewers(house.db(), Those::All, cycles).await.unwrap();
        let patients = patients(house.db(), Those::All, cycles.zone()).await.unwrap();
        let mut addresses = HashMap::new();
        for id in viewers.keys() {
            addresses.insert(*id, house.world.email(*id).await);
        }
        Self { viewers, patients, addresses }
    }

    /// Whether a merge of `record` holds at `at`, itself or further on, that nobody has confirmed.
    fn waits_for_merge(&self, record: PatientId, at: Instant) -> bool {
        let held = self.patients[&record].merges.iter().filter(|m| m.from == record && m.span.holds(at));
        let next = held.min_by_key(|m| (m.span.start(), m.into));
        next.is_some_and(|m| m.confirmed_at.is_none_or(|c| c > at) || self.waits_for_merge(m.into, at))
    }

    fn says(
        &self,
        patient: PatientId,
        at: Instant,
        refused: &mut BTreeSet<Refusal>,
    ) -> BTreeMap<String, Vec<Basis>> {
        let mut allowed = BTreeMap::new();
        for (id, viewer) in &self.viewers {
            let decision = decide(viewer, &self.patients[&patient], Action::OpenChart, at);
            refused.extend(decision.refusal());
            if decision.allowed() {
                allowed.insert(self.addresses[id].clone(), decision.bases().collect());
            }
        }
        allowed
    }
}

both_engines! {
    async fn who_can_see_an_mrn_is_what_a_scan_of_all_accounts_says(house: House) {
        let mut dice = Dice(11, Vec::new());
        let people = people(house, &mut dice).await;
        let mut all = Vec::new();
        for n in 0..PATIENTS {
            let patient = house.world.patient("Reyes", &format!("{n:04}"), "2012-03-04").await;
            facts(house, &mut dice, &people, patient).await;
            all.push(patient);
        }
        merges(house, &mut dice, &all).await;
        known_twice(house, &mut dice, &people).await;
        let oracle = Oracle::of(house).await;
        let asker = Asker::command_line(house.now());
        let (mut bases, mut refused) = (BTreeSet::new(), BTreeSet::new());
        let (mut asked, mut proposed, mut followed) = (0, 0, 0);
        for (n, record) in all.iter().enumerate() {
            proposed += candidates::of_patient(house.db(), *record).await.unwrap().len();
            for _ in 0..9 {
                let at = dice.one(&dice.1.clone()).plus_seconds([-1, 0, 0, 1, 3600][dice.roll(5)]);
                let mrn = Mrn::parse(&format!("{n:04}")).unwrap();
                let patient = records::by_mrn(house.db(), &mrn, at).await.unwrap().unwrap();
                followed += usize::from(patient != *record);
                let expected = oracle.says(patient, at, &mut refused);
                let found = who(&house.app, mrn.as_str(), at, &asker).await.unwrap();
                let found: BTreeMap<String, Vec<Basis>> =
                    found.accounts.into_iter().map(|one| (one.account, one.bases)).collect();
                assert_eq!(found, expected, "record {n} at {at:?}");
                bases.extend(expected.into_values().flatten());
                asked += 1;
            }
        }
        // The world has everything in it, and the candidates are few.
        assert_eq!(bases.iter().copied().collect::<Vec<_>>(), Basis::ALL.to_vec());
        assert_eq!(refused.iter().copied().collect::<Vec<_>>(), Refusal::ALL.to_vec());
        assert!(followed > 20 && asked == PATIENTS * 9, "{followed} of {asked}");
        assert!(proposed * 3 < PATIENTS * oracle.viewers.len() * 2, "{proposed} proposed");
    }

    async fn the_preview_of_a_restriction_names_those_whom_a_scan_of_all_accounts_names(house: House) {
        let mut dice = Dice(23, Vec::new());
        let people = people(house, &mut dice).await;
        let mut all = Vec::new();
        for n in 0..PATIENTS / 2 {
            let patient = house.world.patient("Reyes", &format!("{n:04}"), "2012-03-04").await;
            facts(house, &mut dice, &people, patient).await;
            all.push(patient);
        }
        merges(house, &mut dice, &all).await;
        known_twice(house, &mut dice, &people).await;
        let oracle = Oracle::of(house).await;
        let mut addresses: Vec<(&String, AccountId)> = oracle.addresses.iter().map(|(id, email)| (email, *id)).collect();
        addresses.sort_unstable();
        let team = house.world.team_account(&["reviewer"]).await;
        let (mut previews, mut losers, mut waiting) = (0, 0, 0);
        for record in &all {
            for _ in 0..8 {
                let at = dice.one(&dice.1.clone()).plus_seconds([-1, 0, 1][dice.roll(3)]);
                let (email, account) = dice.one(&addresses);
                let everyone = dice.chance(2);
                let wanted = Wanted {
                    scope: if everyone { Scope::Everyone } else { Scope::Account },
                    whom: if everyone { String::new() } else { email.clone() },
                    reason: "asked for".to_owned(),
                };
                let context = Context { now: at, request_id: "r".to_owned(), network: "n".to_owned() };
                let member = Member { account: team, roles: vec![Role::Reviewer], context };
                let before = &oracle.patients[record];
                let mut after = before.clone();
                after.restrictions.push(Restriction {
                    id: FactId(uuid::Uuid::nil()),
                    owner: *record,
                    account: (!everyone).then_some(account),
                    provider: None,
                    practice: None,
                    span: Interval::new(Some(at), None),
                });
                let loses = |viewer: &&ViewerFacts| {
                    let sees = |facts| decide(viewer, facts, Action::OpenChart, at).allowed();
                    sees(before) && !sees(&after)
                };
                let expected: BTreeSet<String> =
                    oracle.viewers.values().filter(loses).map(|viewer| oracle.addresses[&viewer.account].clone()).collect();
                let made = preview(&house.app, &member, *record, &wanted).await.unwrap();
                if oracle.waits_for_merge(*record, at) {
                    assert_eq!(made, Made::Unconfirmed, "{record} at {at:?}");
                    waiting += 1;
                    continue;
                }
                let Made::Done(found) = made else { panic!("{made:?} of {record} at {at:?}") };
                assert_eq!(found.count, expected.len(), "{record} at {at:?}");
                let named: BTreeSet<String> = found.losing.into_iter().map(|one| one.email).collect();
                assert_eq!(named, expected);
                losers += expected.len();
                previews += usize::from(!expected.is_empty());
            }
        }
        assert!(previews > 20 && losers > previews, "{previews} previews, {losers} losers");
        assert!(waiting > 5, "{waiting} wait for a merge to be confirmed");
    }
}
