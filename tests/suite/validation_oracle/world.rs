//! Small random hospitals that hunt the edges of the validation, and the same hospital as the program's facts.

use postern::domain::access::facts::{
    Extension, Held, Membership, Review, SponsorFacts, Sponsorship, StatusHistory, StatusSpan, ViewerFacts,
};
use postern::domain::calendar::{Instant, Interval};
use postern::domain::ids::{AccountId, FactId, PracticeId, ProviderId};
use postern::domain::people::{AccountKind, AccountStatus};
use postern::domain::validation::Cycles;
use proptest::prelude::*;
use time::{Date, Duration, Month};
use uuid::Uuid;

use super::rules::{Account, Almanac, Edge, Micros, Span, Sponsor, World};

/// Zones on both halves of the earth, with clock changes near openings, due dates and midnights, and without any.
pub(super) const ZONES: [&str; 7] = [
    "America/New_York",
    "Europe/Berlin",
    "Australia/Sydney",
    "America/Santiago",
    "Africa/Cairo",
    "Asia/Kolkata",
    "Pacific/Apia",
];

/// The first and the last year in which questions are asked.
pub(super) const YEARS: (i32, i32) = (2026, 2036);
const PRACTICES: usize = 3;
const USERS: usize = 3;
const SPONSORS: usize = 2;

/// April 1 or October 1, counted from April 2026.
fn opening(number: u32) -> Date {
    let month = if number.is_multiple_of(2) { Month::April } else { Month::October };
    Date::from_calendar_date(YEARS.0 + i32::try_from(number / 2).unwrap(), month, 1).unwrap()
}

/// How an instant is drawn: a morning in days after the opening of a nearby cycle, and a little before or after it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    cycle: u32,
    days: i64,
    shift: Micros,
}

fn moment() -> impl Strategy<Value = Moment> {
    let edge_days = prop::sample::select(vec![0, 30, 30, 30, 29, 31, 37, 60]);
    let nudge = prop::sample::select(vec![0, 0, -1, 1]);
    let any_days = -70i64..400;
    prop_oneof![
        4 => (0u32..4, edge_days, nudge.clone()).prop_map(|(cycle, days, shift)| Moment { cycle, days, shift }),
        2 => (any_days.clone(), nudge).prop_map(|(days, shift)| Moment { cycle: 0, days, shift }),
        4 => (any_days, 0i64..86_400_000_000).prop_map(|(days, shift)| Moment { cycle: 0, days, shift }),
    ]
}

#[derive(Clone, Debug)]
struct Spans(Vec<(Option<Moment>, Option<Moment>)>);

/// Mostly "since ever and open"; else spans that begin and end, also several.
fn spans(always: u32) -> impl Strategy<Value = Spans> {
    let one = (prop::option::weighted(0.5, moment()), prop::option::weighted(0.6, moment()));
    prop_oneof![
        always => Just(Spans(vec![(None, None)])),
        4 => prop::collection::vec(one, 0..4).prop_map(Spans),
    ]
}

/// Sponsor, user, practice, start and end, and when the same is held again.
type DraftEdge = (usize, usize, usize, (Option<Moment>, Option<Moment>), Option<Moment>);

#[derive(Clone, Debug)]
struct Draft {
    first: u32,
    counts_from: Moment,
    sponsors: Vec<DraftSponsor>,
    users: Vec<Spans>,
    edges: Vec<DraftEdge>,
}

#[derive(Clone, Debug)]
struct DraftSponsor {
    account: Spans,
    practices: Vec<Spans>,
    reviews: Vec<(u32, Moment)>,
    extensions: Vec<(u32, i64, Moment)>,
}

fn sponsor() -> impl Strategy<Value = DraftSponsor> {
    (
        spans(12),
        prop::collection::vec(spans(8), PRACTICES),
        prop::collection::vec((0u32..4, moment()), 0..4),
        prop::collection::vec((0u32..3, -10i64..250, moment()), 0..4),
    )
        .prop_map(|(account, practices, reviews, extensions)| DraftSponsor {
            account,
            practices,
            reviews,
            extensions,
        })
}

/// Before everything, at an opening or a microsecond beside it, or anywhere.
fn counts_from() -> impl Strategy<Value = Moment> {
    let openings = (0u32..3, -1i64..2).prop_map(|(cycle, shift)| Moment { cycle, days: 0, shift });
    prop_oneof![3 => Just(Moment { cycle: 0, days: -100, shift: 0 }), 2 => openings, 1 => moment()]
}

fn draft() -> impl Strategy<Value = Draft> {
    let any = (prop::option::weighted(0.5, moment()), prop::option::weighted(0.5, moment()));
    // Sponsored while a review is under way, which counts as attested.
    let meanwhile = (0u32..4, 1i64..30).prop_map(|(cycle, days)| Moment { cycle, days, shift: 0 });
    let span = prop_oneof![3 => any, 1 => meanwhile.prop_map(|start| (Some(start), None))];
    let again = prop::option::weighted(0.4, moment());
    let edge = (0..SPONSORS, 0..USERS, 0..PRACTICES, span, again);
    (
        0u32..19,
        counts_from(),
        prop::collection::vec(sponsor(), SPONSORS),
        prop::collection::vec(spans(12), USERS),
        prop::collection::vec(edge, 1..8),
    )
        .prop_map(|(first, counts_from, sponsors, users, edges)| Draft {
            first,
            counts_from,
            sponsors,
            users,
            edges,
        })
}

/// Turns drawn moments into instants of one zone's calendar.
struct Reader<'a> {
    first: u32,
    almanac: &'a Almanac,
}

impl Reader<'_> {
    fn date(&self, cycle: u32, days: i64) -> Date {
        opening(self.first + cycle) + Duration::days(days)
    }

    fn at(&self, m: Moment) -> Micros {
        self.almanac.morning(self.date(m.cycle, m.days)) + m.shift
    }

    fn span(&self, from: Option<Moment>, to: Option<Moment>) -> Span {
        let (from, to) = (from.map(|m| self.at(m)), to.map(|m| self.at(m)));
        match (from, to) {
            (Some(a), Some(b)) if b < a => Span { from: Some(b), to: Some(a) },
            _ => Span { from, to },
        }
    }

    fn spans(&self, spans: &Spans) -> Vec<Span> {
        spans.0.iter().map(|(from, to)| self.span(*from, *to)).collect()
    }

    fn sponsor(&self, draft: &DraftSponsor) -> Sponsor {
        let mut extensions: Vec<(Date, Date, Micros)> = Vec::new();
        for (cycle, days, decided) in &draft.extensions {
            let (of, decided) = (opening(self.first + cycle), self.at(*decided));
            // Two decisions of one cycle at one instant have no order.
            if !extensions.iter().any(|e| e.0 == of && e.2 == decided) {
                extensions.push((of, self.date(*cycle, 30 + days), decided));
            }
        }
        let mut memberships = Vec::new();
        for (practice, spans) in draft.practices.iter().enumerate() {
            memberships.extend(self.spans(spans).into_iter().map(|span| (practice, span)));
        }
        let reviews = draft.reviews.iter().map(|(cycle, at)| (opening(self.first + cycle), self.at(*at)));
        Sponsor {
            account: Account { active: self.spans(&draft.account) },
            memberships,
            reviews: reviews.collect(),
            extensions,
        }
    }

    fn world(&self, draft: &Draft) -> World {
        let mut edges = Vec::new();
        for (sponsor, user, practice, (from, to), again) in &draft.edges {
            let edge = |span| Edge { sponsor: *sponsor, user: *user, practice: *practice, span };
            edges.push(edge(self.span(*from, *to)));
            // The same person again, in the same practice.
            edges.extend(again.map(|from| edge(self.span(Some(from), None))));
        }
        World {
            counts_from: self.at(draft.counts_from),
            sponsors: draft.sponsors.iter().map(|s| self.sponsor(s)).collect(),
            users: draft.users.iter().map(|spans| Account { active: self.spans(spans) }).collect(),
            edges,
        }
    }
}

/// Worlds whose facts lie around four cycles that follow one another, somewhere in [`YEARS`].
pub(super) fn world(almanac: &Almanac) -> impl Strategy<Value = World> {
    draft().prop_map(move |draft| Reader { first: draft.first, almanac }.world(&draft))
}

// The same world as the program keeps it.

fn id(kind: u128, number: usize) -> Uuid {
    Uuid::from_u128((kind << 64) + number as u128)
}

fn interval(span: Span) -> Interval {
    Interval::new(span.from.map(Instant::from_micros), span.to.map(Instant::from_micros))
}

/// Active in the spans, disabled around them.
fn history(account: &Account) -> StatusHistory {
    let active =
        account.active.iter().map(|span| StatusSpan { status: AccountStatus::Active, span: interval(*span) });
    StatusHistory(active.collect())
}

/// The id by which a sponsorship is known to the program.
pub(super) fn fact(edge: usize) -> FactId {
    FactId(id(4, edge))
}

fn memberships(sponsor: &Sponsor) -> Vec<Membership> {
    let of = |(practice, span): &(usize, Span)| Membership {
        practice: PracticeId(id(3, *practice)),
        span: interval(*span),
    };
    sponsor.memberships.iter().map(of).collect()
}

pub(super) fn sponsor_facts(world: &World, almanac: &Almanac, number: usize) -> SponsorFacts {
    let sponsor = &world.sponsors[number];
    let held = world.edges.iter().enumerate().filter(|(_, edge)| edge.sponsor == number);
    SponsorFacts {
        account: AccountId(id(1, number)),
        provider: ProviderId(id(2, number)),
        status: history(&sponsor.account),
        memberships: memberships(sponsor),
        held: held
            .map(|(n, edge)| Held {
                id: fact(n),
                user: AccountId(id(5, edge.user)),
                practice: PracticeId(id(3, edge.practice)),
                span: interval(edge.span),
                user_status: history(&world.users[edge.user]),
            })
            .collect(),
        reviews: sponsor
            .reviews
            .iter()
            .map(|(cycle, at)| Review { cycle: *cycle, completed_at: Instant::from_micros(*at) })
            .collect(),
        extensions: sponsor
            .extensions
            .iter()
            .map(|(cycle, due, at)| Extension {
                cycle: *cycle,
                due: Instant::from_micros(almanac.morning(*due)),
                decided_at: Instant::from_micros(*at),
            })
            .collect(),
    }
}

/// The sponsor who asks.
pub(super) fn sponsor_viewer(
    world: &World,
    facts: &SponsorFacts,
    number: usize,
    cycles: &Cycles,
) -> ViewerFacts {
    ViewerFacts {
        account: facts.account,
        kind: AccountKind::Provider,
        provider: Some(facts.provider),
        status: history(&world.sponsors[number].account),
        memberships: facts.memberships.clone(),
        own: Some(Box::new(facts.clone())),
        sponsorships: Vec::new(),
        sponsors: Vec::new(),
        cycles: cycles.clone(),
    }
}

/// The sponsored user who asks.
pub(super) fn user_viewer(
    world: &World,
    sponsors: &[SponsorFacts],
    user: usize,
    cycles: &Cycles,
) -> ViewerFacts {
    let mine = world.edges.iter().enumerate().filter(|(_, edge)| edge.user == user);
    ViewerFacts {
        account: AccountId(id(5, user)),
        kind: AccountKind::Sponsored,
        provider: None,
        status: history(&world.users[user]),
        memberships: Vec::new(),
        own: None,
        sponsorships: mine
            .map(|(n, edge)| Sponsorship {
                id: fact(n),
                sponsor: edge.sponsor,
                practice: PracticeId(id(3, edge.practice)),
                span: interval(edge.span),
            })
            .collect(),
        sponsors: sponsors.to_vec(),
        cycles: cycles.clone(),
    }
}

/// Every instant at which something can change, and those a microsecond beside.
pub(super) fn edges(world: &World, almanac: &Almanac) -> Vec<Micros> {
    let mut found = vec![world.counts_from];
    let mut add = |span: &Span| found.extend(span.from.into_iter().chain(span.to));
    world.users.iter().flat_map(|user| &user.active).for_each(&mut add);
    world.edges.iter().for_each(|edge| add(&edge.span));
    for sponsor in &world.sponsors {
        sponsor.account.active.iter().for_each(&mut add);
        sponsor.memberships.iter().for_each(|(_, span)| add(span));
    }
    for sponsor in &world.sponsors {
        found.extend(sponsor.reviews.iter().map(|(_, at)| *at));
        found.extend(sponsor.extensions.iter().flat_map(|(_, due, at)| [almanac.morning(*due), *at]));
    }
    let from = found.iter().min().copied().unwrap_or_default();
    let to = found.iter().max().copied().unwrap_or_default();
    for number in 0..22 {
        for days in [0, 30] {
            let at = almanac.morning(opening(number) + Duration::days(days));
            if (from - 300 * 86_400_000_000..to + 300 * 86_400_000_000).contains(&at) {
                found.push(at);
            }
        }
    }
    found.iter().flat_map(|at| [at - 1, *at, at + 1]).collect()
}
