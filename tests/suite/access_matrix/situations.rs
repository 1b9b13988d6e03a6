//! The situations of the access matrix, one table a rule, each looked at from one second before to one second after its edges.

use std::sync::Arc;

use postern::domain::access::Action;
use postern::domain::access::facts::{
    Death, Emergency, Extension, Grant, Membership, Merge, PatientFacts, RedeemedToken, Restriction,
    StatusHistory, StatusSpan,
};
use postern::domain::access::reach::SectionSet;
use postern::domain::calendar::{Instant, Interval, parse_date};
use postern::domain::chart::sensitivity::Labels;
use postern::domain::ids::{AccountId, PatientId, PracticeId, ProviderId};
use postern::domain::people::{AccountStatus, GivenBy};
use uuid::Uuid;

use super::Table;
use super::people::{
    ANA, BEN, CAL, Cast, ELM, OAK, ROBIN, SAM, UMA, account, at, cast, fact, listing, robin, seat, span,
    sponsor, staff, zone,
};

const START: &str = "2026-06-01T04:00:00Z";
const END: &str = "2026-12-01T05:00:00Z";

/// One second before, at, and one second after the usual start and end.
fn edges() -> Vec<(&'static str, Instant)> {
    vec![
        ("one second before the start", at(START).plus_seconds(-1)),
        ("the start instant", at(START)),
        ("one second after the start", at(START).plus_seconds(1)),
        ("one second before the end", at(END).plus_seconds(-1)),
        ("the end instant", at(END)),
        ("one second after the end", at(END).plus_seconds(1)),
    ]
}

fn around(what: [&'static str; 3], when: &str) -> Vec<(&'static str, Instant)> {
    vec![(what[0], at(when).plus_seconds(-1)), (what[1], at(when)), (what[2], at(when).plus_seconds(1))]
}

fn open(
    title: &'static str,
    story: &'static str,
    patient: PatientFacts,
    moments: Vec<(&'static str, Instant)>,
) -> Table {
    Table { title, story, action: Action::OpenChart, cast: cast(), patient, moments }
}

fn listed_with(provider: Option<ProviderId>, practice: Option<PracticeId>, span: Interval) -> PatientFacts {
    PatientFacts { listings: vec![listing(provider, practice, span)], ..robin() }
}

fn ana_is_pcp() -> PatientFacts {
    listed_with(Some(ANA), None, Interval::ALWAYS)
}

fn token(account: AccountId, practice: Option<PracticeId>) -> RedeemedToken {
    let by = GivenBy::Team;
    RedeemedToken { id: fact(801), owner: ROBIN, account, practice, span: span(START, END), by }
}

fn grant(account: AccountId) -> Grant {
    let (sections, sensitive) = (SectionSet::NONE, Labels::NONE);
    Grant {
        id: fact(802),
        owner: ROBIN,
        account,
        span: span(START, END),
        by: GivenBy::Guardian,
        sections,
        sensitive,
    }
}

/// Every table.
pub fn all() -> Vec<Table> {
    [permits(), forbids(), locks(), merged_and_dead()].into_iter().flatten().collect()
}

fn permits() -> Vec<Table> {
    let held = span(START, END);
    let now = || vec![("while it holds", at("2026-11-23T15:00:00Z"))];
    let token_of_uma = PatientFacts { tokens: vec![token(UMA, Some(OAK))], ..robin() };
    let token_elsewhere = PatientFacts { tokens: vec![token(UMA, Some(ELM))], ..robin() };
    let emergency = Emergency {
        id: fact(803),
        owner: ROBIN,
        account: account(CAL),
        span: span(START, "2026-06-01T08:00:00Z"),
    };
    vec![
        open(
            "P1, P2, P3, P4: Dr. Ana is the PCP, no practice named",
            "Robin is listed with Dr. Ana from 1 June 2026 to 1 December 2026.",
            listed_with(Some(ANA), None, held),
            edges(),
        ),
        open(
            "P1 to P4: Dr. Ana is the PCP in Elm",
            "The listing names Elm, where Ana and Ben are members.",
            listed_with(Some(ANA), Some(ELM), held),
            edges(),
        ),
        open(
            "P1 alone: the listing names a practice the PCP has not joined",
            "Robin is listed with Dr. Ana in Oak. It permits Ana, and nobody through that practice.",
            listed_with(Some(ANA), Some(OAK), held),
            now(),
        ),
        open(
            "P2 and P4: a practice itself is the PCP",
            "Robin is listed with Elm.",
            listed_with(None, Some(ELM), held),
            edges(),
        ),
        open(
            "P5: a provider's seat",
            "Dr. Ana has a care-team seat. It never flows to partners or staff.",
            PatientFacts { seats: vec![seat(Some(ANA), None, held)], ..robin() },
            edges(),
        ),
        open(
            "P5: a practice's seat",
            "Elm has a care-team seat. Its members see the chart, their staff do not.",
            PatientFacts { seats: vec![seat(None, Some(ELM), held)], ..robin() },
            edges(),
        ),
        open(
            "P6: a token that a physician redeemed",
            "Dr. Cal redeemed a token on 1 June 2026; it expires on 1 December 2026.",
            PatientFacts { tokens: vec![token(account(CAL), None)], ..robin() },
            edges(),
        ),
        open(
            "P6: a token that staff redeemed in their practice",
            "Uma redeemed it in Oak, where Dr. Cal sponsors her.",
            token_of_uma,
            edges(),
        ),
        open(
            "P6: a token redeemed in a practice that no longer sponsors",
            "Uma redeemed it in Elm, where nobody sponsors her now.",
            token_elsewhere,
            now(),
        ),
        open(
            "P7: a grant",
            "The family granted Dr. Cal access from 1 June 2026 to 1 December 2026.",
            PatientFacts { grants: vec![grant(account(CAL))], ..robin() },
            edges(),
        ),
        open(
            "P7: a grant to staff permits nothing",
            "A grant names Sam's account.",
            PatientFacts { grants: vec![grant(SAM)], ..robin() },
            now(),
        ),
        open(
            "P8: emergency access",
            "Dr. Cal took emergency access for four hours.",
            PatientFacts { emergencies: vec![emergency], ..robin() },
            [
                around(["one second before", "the start instant", "one second after"], START),
                around(
                    ["one second before four hours", "four hours later", "one second after four hours"],
                    "2026-06-01T08:00:00Z",
                ),
            ]
            .concat(),
        ),
        open(
            "Several bases at once",
            "Dr. Ana is the PCP, has a seat, redeemed a token and holds a grant.",
            PatientFacts {
                seats: vec![seat(Some(ANA), None, held)],
                tokens: vec![token(account(ANA), None)],
                grants: vec![grant(account(ANA))],
                ..ana_is_pcp()
            },
            now(),
        ),
        open("Silence refuses", "Nothing is known of Robin that concerns any of them.", robin(), now()),
        moved_partner(),
    ]
}

fn moved_partner() -> Table {
    let mut cast = cast();
    let memberships = vec![
        Membership { practice: ELM, span: span("", START) },
        Membership { practice: OAK, span: span(START, "") },
    ];
    cast.get("Dr. Ben").memberships.clone_from(&memberships);
    if let Some(own) = &mut cast.get("Dr. Ben").own {
        own.memberships.clone_from(&memberships);
    }
    cast.get("Tia").sponsors[0].memberships = memberships;
    let moments = around(
        ["one second before Ben leaves Elm", "the instant Ben moves to Oak", "one second after"],
        START,
    );
    let story =
        "Dr. Ana is the PCP. Dr. Ben leaves Elm for Oak on 1 June 2026; Tia's sponsorship is held in Elm.";
    Table { cast, ..open("P2, P3: a partner leaves the practice", story, ana_is_pcp(), moments) }
}

fn forbids() -> Vec<Table> {
    let restriction = |account, provider, practice| Restriction {
        id: fact(804),
        owner: ROBIN,
        account,
        provider,
        practice,
        span: span(START, END),
    };
    let restricted = |r| PatientFacts { restrictions: vec![r], ..ana_is_pcp() };
    let mut inactive = open(
        "F1: the account is not active",
        "Dr. Ana is the PCP; her account was disabled from 1 June 2026 to 1 December 2026. Her listing is a hospital fact: Ben keeps access; Sam's sponsorship is not live.",
        ana_is_pcp(),
        edges(),
    );
    let disabled = StatusHistory(vec![
        StatusSpan { status: AccountStatus::Active, span: span("", START) },
        StatusSpan { status: AccountStatus::Disabled, span: span(START, END) },
        StatusSpan { status: AccountStatus::Active, span: span(END, "") },
    ]);
    inactive.cast.get("Dr. Ana").status = disabled.clone();
    inactive.cast.get("Sam").sponsors[0].status = disabled;
    let mut ended = open(
        "F3: no live sponsorship",
        "Dr. Ana is the PCP. Sam's sponsorship runs from 1 June 2026 to 1 December 2026.",
        ana_is_pcp(),
        edges(),
    );
    ended.cast.get("Sam").sponsorships[0].span = span(START, END);
    vec![
        inactive,
        ended,
        open(
            "F5: a restriction of everyone",
            "Dr. Ana is the PCP. The chart is restricted from 1 June 2026 to 1 December 2026.",
            restricted(restriction(None, None, None)),
            edges(),
        ),
        open(
            "F5: a restriction naming an NPI",
            "Dr. Ana is the PCP. The restriction names Dr. Ben.",
            restricted(restriction(None, Some(BEN), None)),
            edges(),
        ),
        open(
            "F5: a restriction naming a practice",
            "Dr. Ana is the PCP. The restriction names Elm: its members and the staff sponsored there.",
            restricted(restriction(None, None, Some(ELM))),
            edges(),
        ),
        open(
            "F5: a restriction naming an account",
            "Dr. Ana is the PCP. The restriction names Sam's account.",
            restricted(restriction(Some(SAM), None, None)),
            edges(),
        ),
    ]
}

fn overdue_ana() -> Cast {
    let mut cast = cast();
    let late = |reviews: &mut Vec<postern::domain::access::facts::Review>| {
        reviews.retain(|r| r.cycle != parse_date("2026-10-01").unwrap());
        reviews.push(postern::domain::access::facts::Review {
            cycle: parse_date("2026-10-01").unwrap(),
            completed_at: at("2026-11-20T15:00:00Z"),
        });
    };
    late(&mut cast.get("Dr. Ana").own.as_mut().unwrap().reviews);
    late(&mut cast.get("Sam").sponsors[0].reviews);
    let mut ana = sponsor(ANA, ELM, SAM);
    late(&mut ana.reviews);
    cast.viewers.push(("Vic (Ana's and Cal's staff)", staff(SAM, vec![ana, sponsor(CAL, OAK, UMA)])));
    cast.only(&["Dr. Ana", "Dr. Ben", "Sam", "Tia", "Vic"])
}

fn locks() -> Vec<Table> {
    let moments = || {
        [
            around(
                [
                    "30 October 2026, 23:59:59, one second before the lock",
                    "31 October 2026, 00:00, the lock",
                    "one second after",
                ],
                "2026-10-31T04:00:00Z",
            ),
            around(
                [
                    "20 November 2026, one second before the late review",
                    "the instant it is completed",
                    "one second after",
                ],
                "2026-11-20T15:00:00Z",
            ),
        ]
        .concat()
    };
    let story = "Dr. Ana is the PCP and did not review her users until 20 November 2026. She and the sponsorships she holds are locked from 31 October, 00:00 hospital time. Partners and their staff keep access. Vic has a second sponsor, Dr. Cal in Oak.";
    let chart = |patient| Table {
        cast: overdue_ana(),
        ..open("F2, F4: a sponsor is overdue in validation", story, patient, moments())
    };
    let mut extended = Table {
        title: "F2, F4: an extension moves the lock",
        story: "As before, but the access team moved Ana's due date to 10 November 2026.",
        ..chart(ana_is_pcp())
    };
    let extension = Extension {
        cycle: parse_date("2026-10-01").unwrap(),
        due: at("2026-11-10T05:00:00Z"),
        decided_at: at("2026-10-20T15:00:00Z"),
    };
    extended.cast.get("Dr. Ana").own.as_mut().unwrap().extensions.push(extension);
    extended.cast.get("Sam").sponsors[0].extensions.push(extension);
    extended.cast.get("Vic").sponsors[0].extensions.push(extension);
    extended.moments = around(
        ["9 November, 23:59:59", "10 November, 00:00, the lock", "one second after"],
        "2026-11-10T05:00:00Z",
    );
    let both = PatientFacts {
        listings: vec![
            listing(Some(ANA), None, Interval::ALWAYS),
            listing(None, Some(OAK), Interval::ALWAYS),
        ],
        ..robin()
    };
    let other = |title, action| Table {
        title,
        action,
        story: "The locked may still do the review, remind the sponsor, ask for help and sign out.",
        ..chart(ana_is_pcp())
    };
    vec![
        chart(ana_is_pcp()),
        Table {
            title: "F4: two sponsors, one locked: the other's practice still counts",
            story: "As before, and Robin is listed with Oak too.",
            ..chart(both)
        },
        extended,
        other("Locked: the review", Action::Review),
        other("Locked: reminding the sponsor", Action::Nudge),
        other("Locked: help", Action::Help),
        other("Locked: signing out", Action::SignOut),
        other("Locked: any other page", Action::UsePortal),
    ]
}

fn merged_and_dead() -> Vec<Table> {
    let death = Death::on(parse_date("2026-06-15").unwrap(), zone());
    let dead = PatientFacts {
        death: Some(death),
        seats: vec![seat(Some(BEN), None, Interval::ALWAYS)],
        tokens: vec![token(account(CAL), None)],
        grants: vec![grant(account(ANA))],
        emergencies: vec![Emergency {
            id: fact(805),
            owner: ROBIN,
            account: account(CAL),
            span: span(START, END),
        }],
        ..ana_is_pcp()
    };
    let old = PatientId(Uuid::from_u128(2));
    let merge = Merge {
        from: old,
        into: ROBIN,
        span: span(START, END),
        confirmed_at: Some(at("2026-07-01T15:00:00Z")),
    };
    let mut of_old = listing(Some(ANA), None, Interval::ALWAYS);
    of_old.owner = old;
    of_old.memberships = Arc::from([Membership { practice: ELM, span: Interval::ALWAYS }]);
    let restricted_old = Restriction {
        id: fact(806),
        owner: old,
        account: None,
        provider: None,
        practice: None,
        span: Interval::ALWAYS,
    };
    let merged = PatientFacts { listings: vec![of_old], merges: vec![merge], ..robin() };
    let hidden = PatientFacts { restrictions: vec![restricted_old], merges: vec![merge], ..ana_is_pcp() };
    let moments = [
        around(["one second before the merge", "the merge", "one second after"], START),
        around(
            ["one second before the team confirms it", "the confirmation", "one second after"],
            "2026-07-01T15:00:00Z",
        ),
        around(["one second before it is undone", "the unmerge", "one second after"], END),
    ]
    .concat();
    vec![
        open(
            "F6, and the end of P6 to P8 after death",
            "Robin died on 15 June 2026. Ana is the PCP and holds a grant, Ben has a seat, Cal a token and emergency access. Tokens, grants and emergency access end at 00:00 of 16 June; everything ends at 00:00 of 14 September (date of death + 91 days).",
            dead,
            [
                around(["15 June, 23:59:59", "16 June, 00:00", "one second after"], "2026-06-16T04:00:00Z"),
                around(
                    ["13 September, 23:59:59", "14 September, 00:00", "one second after"],
                    "2026-09-14T04:00:00Z",
                ),
            ]
            .concat(),
        ),
        open(
            "Merged records: the other record's facts count from the confirmation on",
            "Another record, listed with Dr. Ana, is merged into Robin's on 1 June, confirmed on 1 July, undone on 1 December 2026.",
            merged,
            moments.clone(),
        ),
        open(
            "Merged records: the other record's restriction binds at once",
            "As before, but the other record is restricted and Robin's own is listed with Dr. Ana.",
            hidden,
            moments,
        ),
    ]
}
