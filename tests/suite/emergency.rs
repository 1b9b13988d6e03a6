//! Emergency access: who gets it, for how long, what it leaves behind, and its review.

use postern::app::desk::reading::{self, Wanted};
use postern::app::desk::reviewing::{facts, review};
use postern::app::desk::{Done, Member};
use postern::app::emergency::{Plea, Taken, take};
use postern::app::{App, Hospital, access};
use postern::domain::access::{Basis, Refusal};
use postern::domain::audit::{Act, Outcome};
use postern::domain::calendar::{Instant, Interval};
use postern::domain::emergency::Finding;
use postern::domain::ids::{AccountId, RequestId};
use postern::domain::letter::Letter;
use postern::domain::patient_search::{Problem, Typed};
use postern::domain::people::Role;
use postern::domain::queue::{Bar, Due, Step, View};
use postern::domain::request::{Ending, RequestKind};
use postern::store::queue;

use crate::sign_in::acts;
use crate::support::families;
use crate::support::letters::{count, letters_of};
use crate::support::pcp::{Scene, at, context, member, now, scene, sees, stored};
use crate::support::world::Whom;
use crate::support::{House, both_engines};

const FOUR_HOURS: i64 = 4 * 3600;
const THREE_DAYS: i64 = 72 * 3600;

fn typed(mrn: &str, given: &str) -> Typed {
    let text = str::to_owned;
    Typed {
        mrn: text(mrn),
        family: text("Stone"),
        given: text(given),
        month: text("3"),
        day: text("14"),
        year: text("2019"),
    }
}

fn plea(reason: &str) -> Plea {
    Plea { typed: typed("00-12345", "Mia"), reason: reason.to_owned() }
}

async fn taken_with(house: &House, app: &App, account: AccountId, plea: &Plea) -> Taken {
    let viewer = access::viewer(app, account).await.unwrap().unwrap();
    take(app, &viewer, plea, &context(house)).await.unwrap()
}

async fn taken(house: &House, account: AccountId, plea: &Plea) -> Taken {
    taken_with(house, &house.app, account, plea).await
}

/// Haddad takes emergency access to Mia; the request for its review.
async fn opened(house: &House, s: &Scene) -> RequestId {
    assert_eq!(taken(house, s.haddad, &plea("Seizing at our clinic")).await, Taken::Opened(s.mia));
    crate::support::pcp::open(house).await[0]
}

async fn reviewed(house: &House, by: &Member, id: RequestId, note: &str) -> Done {
    review(&house.app, &now(house, by), at(house, id).await, Finding::Justified, note).await.unwrap()
}

async fn overdue(house: &House, by: &Member) -> (usize, i64) {
    let wanted = Wanted::all(View::Overdue);
    let listed = reading::list(&house.app, &now(house, by), &wanted).await.unwrap();
    (listed.rows.len(), listed.counts.overdue)
}

both_engines! {
    async fn it_opens_one_chart_for_four_hours_to_the_last_microsecond(house: House) {
        let s = scene(house).await;
        let other = house.world.patient("Stone", "0099999", "2019-03-14").await;
        let start = house.now();
        assert!(!sees(house, s.haddad, s.mia).await);
        opened(house, &s).await;
        assert!(sees(house, s.haddad, s.mia).await);
        assert!(!sees(house, s.haddad, other).await && !sees(house, s.rivera, s.mia).await);
        let end = start.plus_seconds(FOUR_HOURS);
        house.clock.set(Instant::from_micros(end.micros() - 1));
        assert!(sees(house, s.haddad, s.mia).await);
        house.clock.set(end);
        assert!(!sees(house, s.haddad, s.mia).await);
    }

    async fn four_hours_are_four_hours_on_the_night_the_clocks_change(house: House) {
        let s = scene(house).await;
        // In New York 2 o'clock in the morning of 14 March 2027 is 3 o'clock.
        house.clock.set("2027-03-14T06:30:00Z".parse().unwrap());
        opened(house, &s).await;
        house.clock.set("2027-03-14T10:29:59.999999Z".parse().unwrap());
        assert!(sees(house, s.haddad, s.mia).await);
        house.clock.set("2027-03-14T10:30:00Z".parse().unwrap());
        assert!(!sees(house, s.haddad, s.mia).await);
    }

    async fn a_reason_of_nine_characters_is_too_short_and_one_of_ten_will_do(house: House) {
        let s = scene(house).await;
        for short in ["", "   ", "123456789", " 123456789\n", "héllo wör"] {
            assert_eq!(taken(house, s.haddad, &plea(short)).await, Taken::BadReason, "{short:?}");
        }
        assert_eq!(taken(house, s.haddad, &plea(&"x".repeat(1001))).await, Taken::BadReason);
        assert_eq!(count(house, "select count(*) from emergency_access").await, 0);
        assert_eq!(taken(house, s.haddad, &plea("1234567890")).await, Taken::Opened(s.mia));
    }

    async fn mrn_name_and_birth_date_must_all_match_and_nobody_learns_which_did_not(house: House) {
        let s = scene(house).await;
        let reason = "Seizing at our clinic".to_owned();
        let with = |typed: Typed| Plea { typed, reason: reason.clone() };
        let year = |year: &str| Typed { year: year.to_owned(), ..typed("0012345", "Mia") };
        for wrong in [typed("0012346", "Mia"), typed("0012345", "Mio"), year("2018"), typed("99", "Mia")] {
            assert_eq!(taken(house, s.haddad, &with(wrong.clone())).await, Taken::NoMatch, "{wrong:?}");
        }
        assert_eq!(taken(house, s.haddad, &with(typed("  ", "Mia"))).await, Taken::MrnMissing);
        let bad = taken(house, s.haddad, &with(typed("12;", "Mia"))).await;
        assert_eq!(bad, Taken::Unreadable(vec![Problem::BadMrn]));
        let nameless = taken(house, s.haddad, &with(typed("0012345", ""))).await;
        assert_eq!(nameless, Taken::Unreadable(vec![Problem::GivenMissing]));
        assert_eq!(count(house, "select count(*) from emergency_access").await, 0);
        assert_eq!(count(house, "select count(*) from access_request").await, 0);
        // Whoever guesses is counted like one who searches.
        for _ in 0..30 {
            taken(house, s.haddad, &with(typed("99", "Mia"))).await;
        }
        assert!(matches!(taken(house, s.haddad, &plea(&reason)).await, Taken::Slowed(_)));
    }

    async fn a_restriction_bars_it_like_a_patient_that_nobody_has(house: House) {
        let s = scene(house).await;
        house.world.restriction(s.mia, Whom::Account(s.haddad), Interval::ALWAYS).await;
        assert_eq!(taken(house, s.haddad, &plea("Seizing at our clinic")).await, Taken::NoMatch);
        house.world.restrict_everyone(s.mia).await;
        assert_eq!(taken(house, s.castellan, &plea("Seizing at our clinic")).await, Taken::NoMatch);
        assert_eq!(count(house, "select count(*) from emergency_access").await, 0);
        // The audit says what the page does not.
        let refused = Refusal::PatientRestricted.word().to_owned();
        assert!(acts(&house.app).await.contains(&(Act::EmergencyAccess, Outcome::Refused, refused)));
    }

    async fn a_restriction_made_while_it_runs_closes_the_chart_at_the_next_request(house: House) {
        let s = scene(house).await;
        opened(house, &s).await;
        house.world.restrict_everyone(s.mia).await;
        assert!(!sees(house, s.haddad, s.mia).await);
    }

    async fn from_the_day_after_the_death_there_is_no_emergency(house: House) {
        let s = scene(house).await;
        house.world.deceased(s.mia, "2026-03-11", house.now()).await;
        // New York: midnight of the day after.
        house.clock.set("2026-03-12T03:59:59.999999Z".parse().unwrap());
        assert_eq!(taken(house, s.haddad, &plea("Seizing at our clinic")).await, Taken::Opened(s.mia));
        house.clock.set("2026-03-12T04:00:00Z".parse().unwrap());
        assert!(!sees(house, s.haddad, s.mia).await);
        assert_eq!(taken(house, s.castellan, &plea("Seizing at our clinic")).await, Taken::NoMatch);
    }

    async fn an_overdue_sponsor_takes_none_and_neither_does_staff(house: House) {
        let s = scene(house).await;
        let staff = house.world.sponsored_account().await;
        house.world.sponsorship(s.haddad, staff, s.quay, Interval::ALWAYS).await;
        assert_eq!(taken(house, staff, &plea("Seizing at our clinic")).await, Taken::NoMatch);
        house.clock.set("2026-05-01T03:59:59Z".parse().unwrap());
        assert_eq!(taken(house, s.haddad, &plea("Seizing at our clinic")).await, Taken::Opened(s.mia));
        house.clock.set("2026-05-01T04:00:00Z".parse().unwrap());
        assert!(!sees(house, s.haddad, s.mia).await, "a running one is locked too");
        let locked = Taken::Refused(Refusal::ValidationOverdue);
        assert_eq!(taken(house, s.haddad, &plea("Seizing at our clinic")).await, locked);
    }

    async fn switched_off_it_is_nobodys(house: House) {
        let s = scene(house).await;
        let hospital = Hospital { emergency_access: false, ..(*house.app.hospital).clone() };
        let off = App { hospital: hospital.into(), ..house.app.clone() };
        let answer = taken_with(house, &off, s.haddad, &plea("Seizing at our clinic")).await;
        assert_eq!(answer, Taken::SwitchedOff);
        assert_eq!(count(house, "select count(*) from emergency_access").await, 0);
    }

    async fn whoever_may_see_the_chart_takes_nothing(house: House) {
        let s = scene(house).await;
        house.world.grant(s.mia, s.haddad, Interval::ALWAYS).await;
        let answer = taken(house, s.haddad, &plea("Seizing at our clinic")).await;
        assert_eq!(answer, Taken::AllowedAlready(s.mia));
        assert_eq!(count(house, "select count(*) from emergency_access").await, 0);
    }

    async fn twenty_at_once_give_one_with_one_review_and_one_alert(house: House) {
        let s = scene(house).await;
        let viewer = access::viewer(&house.app, s.haddad).await.unwrap().unwrap();
        let asks = (0..20).map(|n| {
            let (app, viewer) = (house.app.clone(), viewer.clone());
            // Not all of them begin at the same microsecond, and the first to be written need not be the first to begin.
            let mut context = context(house);
            context.now = Instant::from_micros(context.now.micros() + i64::from(n % 5));
            tokio::spawn(async move { take(&app, &viewer, &plea("Seizing at our clinic"), &context).await.unwrap() })
        });
        let mut given = 0;
        for ask in asks.collect::<Vec<_>>() {
            match ask.await.unwrap() {
                Taken::Opened(id) => {
                    assert_eq!(id, s.mia);
                    given += 1;
                }
                other => assert_eq!(other, Taken::AllowedAlready(s.mia)),
            }
        }
        assert_eq!(given, 1);
        assert_eq!(count(house, "select count(*) from emergency_access").await, 1);
        assert_eq!(count(house, "select count(*) from access_request where kind = 'emergency_review'").await, 1);
        assert_eq!(letters_of(house, "emergency_taken").await.len(), 1);
    }

    async fn after_four_hours_it_may_be_taken_again_and_is_reviewed_again(house: House) {
        let s = scene(house).await;
        opened(house, &s).await;
        house.clock.advance(FOUR_HOURS);
        opened(house, &s).await;
        assert_eq!(count(house, "select count(*) from access_request where kind = 'emergency_review'").await, 2);
    }

    async fn the_team_is_told_in_the_same_transaction_without_patient_data(house: House) {
        let s = scene(house).await;
        let admin = member(house, &[Role::Administrator]).await;
        member(house, &[Role::Auditor]).await;
        let gone = member(house, &[Role::Reviewer]).await;
        house.world.disable(gone.account, house.now()).await;
        house.clock.advance(1);
        let start = house.now();
        let id = opened(house, &s).await;
        let told = letters_of(house, "emergency_taken").await;
        let mut to: Vec<&str> = told.iter().map(|(to, _)| to.as_str()).collect();
        let (jo, lead) = (house.world.email(s.jo.account).await, house.world.email(admin.account).await);
        let mut wanted = vec![jo.as_str(), lead.as_str()];
        to.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(to, wanted);
        for (_, letter) in &told {
            let Letter::EmergencyTaken { until, review_by, link } = letter else { panic!("{letter:?}") };
            assert_eq!((*until, *review_by), (start.plus_seconds(FOUR_HOURS), start.plus_seconds(THREE_DAYS)));
            assert_eq!(link.0, format!("/team/requests/{id}"));
        }
        for secret in ["Stone", "12345", "Haddad", "Seizing"] {
            assert!(!format!("{told:?}").contains(secret), "{secret}");
        }
        // Due now: it leaves at the next tick of the mail job.
        assert_eq!(count(house, "select count(*) from mail where next_try_at > made_at").await, 0);
        let kept = stored(house, id).await;
        assert_eq!((kept.kind, kept.account, kept.patient), (RequestKind::EmergencyReview, Some(s.haddad), Some(s.mia)));
        assert_eq!((kept.practice, kept.reason.as_str()), (Some(s.quay), "Seizing at our clinic"));
        assert!(acts(&house.app).await.contains(&(Act::EmergencyAccess, Outcome::Allowed, Basis::Emergency.word().to_owned())));
    }

    async fn its_review_is_overdue_at_72_hours_and_not_a_microsecond_before(house: House) {
        let s = scene(house).await;
        let start = house.now();
        let id = opened(house, &s).await;
        let kept = stored(house, id).await;
        let hospital = &house.app.hospital;
        let due = start.plus_seconds(THREE_DAYS);
        assert_eq!(kept.due_on, Some(hospital.cycles.zone().date(due)));
        let left = |now| hospital.until_due(kept.kind, kept.filed_at, kept.due_on.unwrap(), now);
        house.clock.set(Instant::from_micros(due.micros() - 1));
        assert_eq!(left(house.now()), Due::WithinHours(1));
        assert_eq!(overdue(house, &s.jo).await, (0, 0));
        house.clock.set(due);
        assert_eq!(left(house.now()), Due::HoursLate(0));
        assert_eq!(overdue(house, &s.jo).await, (1, 1));
    }

    async fn a_review_says_what_was_opened_and_ends_the_request(house: House) {
        let s = scene(house).await;
        let id = opened(house, &s).await;
        house.clock.advance(60);
        assert!(families::sees(house, s.haddad, s.mia).await);
        let shown = facts(&house.app, &now(house, &s.jo), &stored(house, id).await).await.unwrap().unwrap();
        assert_eq!((shown.taken.account, shown.taken.reason.as_str()), (s.haddad, "Seizing at our clinic"));
        assert_eq!((shown.opened.len(), shown.bar, shown.card.unwrap().mrn.as_str()), (1, None, "0012345"));
        assert_eq!(reviewed(house, &s.jo, id, "  ").await, Done::BadText);
        assert_eq!(reviewed(house, &s.jo, id, &"x".repeat(1001)).await, Done::BadText);
        assert_eq!(reviewed(house, &s.jo, id, "The clinic confirms it").await, Done::Done(()));
        let ended = stored(house, id).await;
        assert_eq!((ended.outcome, ended.decided_by), (Some(Ending::Approved), Some(s.jo.account)));
        assert_eq!(ended.outcome_reason, "The clinic confirms it");
        let found = facts(&house.app, &now(house, &s.jo), &ended).await.unwrap().unwrap().taken.reviewed.unwrap();
        assert_eq!(found.finding, Finding::Justified);
        assert_eq!(queue::events(house.db(), id).await.unwrap().last().unwrap().step, Step::Approved);
        assert!(acts(&house.app).await.contains(&(Act::ReviewEmergency, Outcome::Allowed, String::new())));
        // Twice is once.
        assert_eq!(reviewed(house, &s.jo, id, "Again").await, Done::Stale);
        // It goes on until its own end, whatever the review found.
        assert!(sees(house, s.haddad, s.mia).await);
    }

    async fn of_two_who_review_at_once_one_is_told_that_the_other_did(house: House) {
        let s = scene(house).await;
        let id = opened(house, &s).await;
        let (one, two) = (now(house, &s.jo), member(house, &[Role::Administrator]).await);
        let place = at(house, id).await;
        let (a, b) = tokio::join!(
            review(&house.app, &one, place, Finding::Justified, "Yes"),
            review(&house.app, &two, place, Finding::NotJustified, "No"),
        );
        let done = [a.unwrap(), b.unwrap()];
        assert_eq!(done.iter().filter(|d| **d == Done::Done(())).count(), 1, "{done:?}");
        assert_eq!(done.iter().filter(|d| **d == Done::Stale).count(), 1, "{done:?}");
    }

    async fn an_auditor_reviews_none_and_nobody_reviews_their_own(house: House) {
        let s = scene(house).await;
        let id = opened(house, &s).await;
        let auditor = member(house, &[Role::Auditor]).await;
        assert_eq!(reviewed(house, &auditor, id, "Looks fine").await, Done::Barred(Bar::Role));
        let own = Member { account: s.haddad, roles: vec![Role::Reviewer], context: context(house) };
        assert_eq!(reviewed(house, &own, id, "I was right").await, Done::Barred(Bar::Own));
        assert_eq!(stored(house, id).await.outcome, None);
        for basis in ["role", "own"] {
            assert!(acts(&house.app).await.contains(&(Act::ReviewEmergency, Outcome::Refused, basis.to_owned())));
        }
        let nobody = RequestId(house.world.id());
        assert_eq!(review(&house.app, &s.jo, (nobody, 0), Finding::Justified, "x").await.unwrap(), Done::Unknown);
        let other = house.world.request("help", s.rivera, None).await;
        assert_eq!(review(&house.app, &s.jo, (other, 0), Finding::Justified, "x").await.unwrap(), Done::Unknown);
    }
}
