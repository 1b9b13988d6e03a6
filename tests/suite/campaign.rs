//! The campaign: who is in which state, what the history says, and one sponsor's date moved.

use postern::app::look_ups::Asker;
use postern::app::validation::campaign::{self, Campaign, Count, Wanted};
use postern::app::validation::extend::{Moved, Typed, extend, page};
use postern::domain::audit::{Act, Outcome};
use postern::domain::calendar::{Instant, Interval};
use postern::domain::campaign::State::{AtRisk, Done, Locked, Open};
use postern::domain::campaign::{Hindrance, ON_PAGE, Problem, State};
use postern::domain::ids::{AccountId, PracticeId};
use postern::domain::letter::{Letter, NewDue};
use postern::domain::notice::NoticeKind;
use postern::domain::people::Role;
use postern::store::access_facts::{Those, viewers};
use time::macros::date;

use crate::desk::{at_present, member};
use crate::sign_in::acts;
use crate::support::letters::{count, letters_of};
use crate::support::world::span;
use crate::support::{House, both_engines};

/// The cycle of the tests.
pub const SPRING: &str = "2026-04-01";
/// The one after it.
pub const AUTUMN: &str = "2026-10-01";

pub fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

/// A sponsor at `practice` with one sponsored user since ever, whom the schedule has listed in the spring.
pub async fn sponsor(house: &House, name: &str, practice: PracticeId) -> (AccountId, AccountId) {
    let (_, account) = house.world.physician(name, practice).await;
    let user = house.world.sponsored_account().await;
    house.world.sponsorship(account, user, practice, Interval::ALWAYS).await;
    house.world.duty(account, SPRING, 1).await;
    (account, user)
}

/// A page of the campaign, as it is now.
pub async fn shown(house: &House, wanted: Wanted) -> Campaign {
    let asker = Asker::command_line(house.now());
    campaign::page(&house.app, &asker, &wanted).await.unwrap().campaign.unwrap()
}

fn in_state(campaign: &Campaign, state: State) -> Count {
    campaign.counts[&state]
}

fn typed(date: [&str; 3], reason: &str) -> Typed {
    let [month, day, year] = date.map(str::to_owned);
    Typed { cycle: SPRING.to_owned(), month, day, year, reason: reason.to_owned() }
}

const WHY: &str = "On leave until the middle of May.";

both_engines! {
    async fn the_campaign_lists_the_locked_first_then_those_at_risk_then_the_open_then_the_done(house: House) {
        let world = &house.world;
        let practice = world.practice("Elm").await;
        let (done, _) = sponsor(house, "Done", practice).await;
        let (open, _) = sponsor(house, "Open", practice).await;
        let (bounced, _) = sponsor(house, "Bounced", practice).await;
        let (moved, _) = sponsor(house, "Moved", practice).await;
        let (left, user) = sponsor(house, "Left", practice).await;
        world.disable(user, at("2026-04-03T12:00:00Z")).await;
        world.review(done, SPRING, at("2026-04-02T12:00:00Z")).await;
        world.bounce(bounced, at("2026-04-02T12:00:00Z")).await;
        world.extension(moved, SPRING, "2026-05-16", at("2026-04-04T12:00:00Z")).await;
        let mia = world.patient("Reyes", "0012345", "2015-03-04").await;
        world.listing(mia, None, Some(practice), Interval::ALWAYS).await;
        let order = async |when: &str| {
            house.clock.set(at(when));
            let page = shown(house, Wanted::default()).await;
            page.rows.iter().map(|row| (row.sponsor.sponsor, row.standing.state)).collect::<Vec<_>>()
        };
        assert_eq!(
            order("2026-04-10T12:00:00Z").await,
            [(bounced, AtRisk), (moved, Open), (open, Open), (done, Done), (left, Done)]
        );
        assert_eq!(
            order("2026-04-25T12:00:00Z").await,
            [(open, AtRisk), (bounced, AtRisk), (moved, Open), (done, Done), (left, Done)]
        );
        assert_eq!(
            order("2026-05-01T04:00:00Z").await,
            [(open, Locked), (bounced, Locked), (moved, Open), (done, Done), (left, Done)]
        );
        house.clock.set(at("2026-05-10T12:00:00Z"));
        let page = shown(house, Wanted::default()).await;
        assert_eq!(in_state(&page, Locked), Count { sponsors: 2, staff: 2, patients: Some(1) });
        assert_eq!(in_state(&page, AtRisk), Count { sponsors: 1, staff: 1, patients: Some(1) });
        assert_eq!(in_state(&page, Open), Count { sponsors: 0, staff: 0, patients: Some(0) });
        assert_eq!(in_state(&page, Done), Count { sponsors: 2, staff: 2, patients: Some(1) });
        let locked = &page.rows[1].standing;
        assert_eq!(locked.since, Some(at("2026-05-01T04:00:00Z")));
        assert!(page.rows[2].standing.is_extended && page.rows[4].standing.since.is_none());
        assert_eq!(page.rows[0].practices, [("Elm".to_owned(), "212-555-0101".to_owned())]);
        assert_eq!((page.rows[0].sponsor.patients, page.rows[0].sponsor.listed), (1, 1));
        assert!(acts(&house.app).await.contains(&(Act::LookUp, Outcome::Allowed, String::new())));
    }

    async fn before_the_first_cycle_nothing_is_open_and_the_opening_is_named(house: House) {
        let asker = Asker::command_line(house.now());
        let overview = campaign::page(&house.app, &asker, &Wanted::default()).await.unwrap();
        assert!(overview.campaign.is_none());
        assert_eq!(overview.coming.first().unwrap().0, at("2026-04-01T04:00:00Z"));
        let unknown = Wanted { cycle: Some(date!(2026 - 04 - 02)), ..Wanted::default() };
        assert!(campaign::page(&house.app, &asker, &unknown).await.unwrap().campaign.is_none());
    }

    async fn a_list_of_many_is_paged_without_losing_or_repeating_anybody(house: House) {
        let practice = house.world.practice("Elm").await;
        let mut all = Vec::new();
        for n in 0..(ON_PAGE * 2 + 3) {
            let (id, _) = sponsor(house, &format!("S{n}"), practice).await;
            if n % 5 == 0 {
                house.world.extension(id, SPRING, "2026-05-20", at("2026-04-02T12:00:00Z")).await;
            }
            if n % 7 == 0 {
                house.world.review(id, SPRING, at("2026-04-02T12:00:00Z")).await;
            }
            all.push(id);
        }
        house.clock.set(at("2026-05-03T12:00:00Z"));
        let (mut seen, mut offset) = (Vec::new(), Some(0));
        while let Some(from) = offset {
            let page = shown(house, Wanted { offset: from, ..Wanted::default() }).await;
            assert!(page.rows.len() <= ON_PAGE);
            seen.extend(page.rows.iter().map(|row| (row.standing.state, row.sponsor.sponsor)));
            offset = page.next;
        }
        assert!(seen.is_sorted_by_key(|(state, _)| *state));
        let mut ids: Vec<_> = seen.iter().map(|(_, id)| *id).collect();
        ids.sort();
        all.sort();
        assert_eq!(ids, all);
        let past_the_end = shown(house, Wanted { offset: 100_000, ..Wanted::default() }).await;
        assert!(past_the_end.rows.is_empty() && past_the_end.next.is_none());
        let asker = Asker::command_line(house.now());
        let undone = Wanted { undone_only: true, ..Wanted::default() };
        let exported = campaign::export(&house.app, &asker, &undone).await.unwrap();
        let expected = seen.iter().filter(|(state, _)| *state != State::Done).count();
        assert_eq!(exported.len(), expected);
    }

    async fn earlier_cycles_are_kept_as_counts_and_a_schedule_that_is_behind_is_named(house: House) {
        let world = &house.world;
        let practice = world.practice("Elm").await;
        let (one, _) = sponsor(house, "One", practice).await;
        let (two, _) = sponsor(house, "Two", practice).await;
        world.duty(one, "2026-10-01", 1).await;
        world.review(two, "2026-10-01", at("2026-10-02T12:00:00Z")).await;
        house.clock.set(at("2026-10-16T12:00:00Z"));
        let page = shown(house, Wanted::default()).await;
        assert_eq!(page.cycle.opening, date!(2026 - 10 - 01));
        let past = page.history[0];
        assert_eq!((past.cycle, past.sponsors, past.listed), (date!(2026 - 04 - 01), 2, 2));
        assert_eq!((past.reviewed, past.locked), (1, 0));
        assert_eq!(page.missing, [NoticeKind::Opening, NoticeKind::Days16]);
        let spring = shown(house, Wanted { cycle: Some(date!(2026 - 04 - 01)), ..Wanted::default() }).await;
        assert!(spring.is_over && spring.history.is_empty());
        assert_eq!(in_state(&spring, State::Locked).sponsors, 1);
    }

    async fn an_extension_moves_the_lock_tells_the_sponsor_and_is_recorded(house: House) {
        let practice = house.world.practice("Elm").await;
        let (one, _) = sponsor(house, "One", practice).await;
        house.clock.set(at("2026-05-02T12:00:00Z"));
        let jo = member(house, &[Role::Reviewer]).await;
        let before = page(&house.app, &jo, one, None).await.unwrap().unwrap();
        assert_eq!((before.standing.state, before.hindrance), (State::Locked, None));
        let moved = extend(&house.app, &jo, one, &typed(["5", "16", "2026"], WHY)).await.unwrap();
        let due = at("2026-05-16T04:00:00Z");
        assert_eq!(moved, Moved::Done(due));
        let after = page(&house.app, &jo, one, None).await.unwrap().unwrap();
        assert_eq!((after.standing.state, after.standing.due), (State::Open, due));
        assert_eq!((after.extensions[0].by.as_str(), after.extensions[0].reason.as_str()), ("Sam Lee", WHY));
        let letters = letters_of(house, "review_extended").await;
        let new = NewDue { cycle: date!(2026 - 04 - 01), sponsor: one, at: house.now(), due, older: None };
        assert_eq!(letters, [(house.world.email(one).await, Letter::ReviewExtended(new))]);
        assert!(acts(&house.app).await.contains(&(Act::ExtendReview, Outcome::Allowed, String::new())));
        house.clock.set(at("2026-05-16T04:00:00Z"));
        let late = page(&house.app, &at_present(house, &jo), one, None).await.unwrap().unwrap();
        assert_eq!(late.standing.state, State::Locked);
    }

    async fn who_never_reviewed_april_is_locked_in_the_campaign_of_october_too(house: House) {
        let world = &house.world;
        let practice = world.practice("Elm").await;
        let (never, _) = sponsor(house, "Never", practice).await;
        let (late, _) = sponsor(house, "Late", practice).await;
        let (bounced, _) = sponsor(house, "Bounced", practice).await;
        world.review(late, SPRING, at("2026-07-02T12:00:00Z")).await;
        world.review(bounced, SPRING, at("2026-04-02T12:00:00Z")).await;
        world.bounce(bounced, at("2026-10-01T12:00:00Z")).await;
        // Had nobody left in April, and somebody new since; and one who began in summer, whom no schedule listed in April.
        let (again, user) = sponsor(house, "Again", practice).await;
        world.disable(user, at("2026-04-10T12:00:00Z")).await;
        let (_, new) = world.physician("New", practice).await;
        for one in [again, new] {
            let user = world.sponsored_account().await;
            world.sponsorship(one, user, practice, span("2026-06-01T12:00:00Z", "")).await;
        }
        for one in [never, late, bounced, again, new] {
            world.duty(one, AUTUMN, 1).await;
        }
        let states = async |when: &str| {
            house.clock.set(at(when));
            let page = shown(house, Wanted::default()).await;
            let of = |id| page.rows.iter().find(|row| row.sponsor.sponsor == id).unwrap().standing;
            let counts = State::ALL.iter().map(|state| in_state(&page, *state).sponsors).collect::<Vec<_>>();
            ([never, late, bounced, again, new].map(|id| of(id).state), counts, of(never))
        };
        let (each, counts, stands) = states("2026-10-02T12:00:00Z").await;
        assert_eq!((each, counts), ([Locked, Open, AtRisk, Open, Open], vec![1, 1, 3, 0]));
        assert_eq!(stands.since, Some(at("2026-05-01T04:00:00Z")));
        assert_eq!((stands.older, stands.due), (Some(date!(2026 - 04 - 01)), at("2026-10-31T04:00:00Z")));
        let (each, counts, _) = states("2026-10-30T12:00:00Z").await;
        assert_eq!((each, counts), ([Locked, AtRisk, AtRisk, AtRisk, AtRisk], vec![1, 4, 0, 0]));
        // One review, of October, clears both; until that instant nothing does.
        world.review(never, AUTUMN, at("2026-10-30T13:00:00Z")).await;
        assert_eq!(states("2026-10-30T12:59:59Z").await.0[0], Locked);
        assert_eq!(states("2026-10-30T13:00:00Z").await.0[0], Done);
        assert_eq!(states("2026-10-31T04:00:00Z").await.1, [4, 0, 0, 1]);
    }

    async fn moving_the_date_of_october_does_not_unlock_whom_april_locks_and_the_letter_says_so(house: House) {
        let practice = house.world.practice("Elm").await;
        let (one, _) = sponsor(house, "One", practice).await;
        let (left, gone) = sponsor(house, "Left", practice).await;
        house.world.disable(gone, at("2026-10-05T12:00:00Z")).await;
        for id in [one, left] {
            house.world.duty(id, AUTUMN, 1).await;
        }
        house.clock.set(at("2026-10-20T12:00:00Z"));
        let jo = member(house, &[Role::Reviewer]).await;
        let october = Typed { cycle: AUTUMN.to_owned(), ..typed(["11", "16", "2026"], WHY) };
        let due = at("2026-11-16T05:00:00Z");
        assert_eq!(extend(&house.app, &jo, one, &october).await.unwrap(), Moved::Done(due));
        let after = page(&house.app, &jo, one, None).await.unwrap().unwrap().standing;
        let (april, may) = (date!(2026 - 04 - 01), at("2026-05-01T04:00:00Z"));
        assert_eq!((after.state, after.due, after.older, after.since), (Locked, due, Some(april), Some(may)));
        let own = viewers(house.db(), Those::Some(&[one]), &house.app.hospital.cycles).await.unwrap().remove(&one).unwrap().own.unwrap();
        let locked_by = house.app.hospital.cycles.overdue(&own, house.now()).map(|cycle| cycle.opening);
        assert_eq!(locked_by, Some(april), "the lock itself holds as well");
        let letters = letters_of(house, "review_extended").await;
        let older = Some((april, may));
        let new = NewDue { cycle: date!(2026 - 10 - 01), sponsor: one, at: house.now(), due, older };
        assert_eq!(letters, [(house.world.email(one).await, Letter::ReviewExtended(new))]);
        // Nobody is left to review of October: there is nothing to move, though April locks.
        let tried = extend(&house.app, &jo, left, &october).await.unwrap();
        assert_eq!(tried, Moved::Hindered(Hindrance::NobodyLeft));
        assert_eq!(page(&house.app, &jo, left, None).await.unwrap().unwrap().standing.state, Locked);
        // A review clears both, and then there is nothing to move either.
        house.world.review(one, AUTUMN, at("2026-10-21T12:00:00Z")).await;
        house.clock.set(at("2026-10-21T12:00:00Z"));
        let tried = extend(&house.app, &at_present(house, &jo), one, &october).await.unwrap();
        assert_eq!(tried, Moved::Hindered(Hindrance::AlreadyDone));
    }

    async fn the_latest_of_several_extensions_counts_and_all_are_kept(house: House) {
        let practice = house.world.practice("Elm").await;
        let (one, _) = sponsor(house, "One", practice).await;
        house.clock.set(at("2026-04-10T12:00:00Z"));
        let (jo, sam) = (member(house, &[Role::Reviewer]).await, member(house, &[Role::Administrator]).await);
        let (long, short) = (typed(["6", "30", "2026"], WHY), typed(["5", "1", "2026"], WHY));
        assert!(matches!(extend(&house.app, &jo, one, &long).await.unwrap(), Moved::Done(_)));
        assert!(matches!(extend(&house.app, &sam, one, &short).await.unwrap(), Moved::Done(_)));
        house.clock.advance(60);
        let page = page(&house.app, &at_present(house, &jo), one, None).await.unwrap().unwrap();
        assert_eq!(page.extensions.len(), 2);
        assert_eq!(page.standing.due, at("2026-05-01T04:00:00Z"));
        assert!(!page.standing.is_extended);
    }

    async fn many_extensions_at_once_are_all_kept(house: House) {
        let practice = house.world.practice("Elm").await;
        let (one, _) = sponsor(house, "One", practice).await;
        house.clock.set(at("2026-04-10T12:00:00Z"));
        let jo = member(house, &[Role::Reviewer]).await;
        let work: Vec<_> = (2..10).map(|day| {
            let (app, jo) = (house.app.clone(), jo.clone());
            tokio::spawn(async move {
                let day = day.to_string();
                extend(&app, &jo, one, &typed(["5", &day, "2026"], WHY)).await.unwrap()
            })
        }).collect();
        for one in work {
            assert!(matches!(one.await.unwrap(), Moved::Done(_)));
        }
        assert_eq!(count(house, "select count(*) from validation_extension").await, 8);
        assert_eq!(count(house, "select count(distinct decided_at) from validation_extension").await, 8);
    }

    async fn what_may_not_be_is_refused_and_changes_nothing(house: House) {
        let practice = house.world.practice("Elm").await;
        let (one, user) = sponsor(house, "One", practice).await;
        let (done, _) = sponsor(house, "Done", practice).await;
        house.world.review(done, SPRING, at("2026-04-02T12:00:00Z")).await;
        house.clock.set(at("2026-04-10T12:00:00Z"));
        let jo = member(house, &[Role::Reviewer]).await;
        let auditor = member(house, &[Role::Auditor]).await;
        let good = typed(["5", "16", "2026"], WHY);
        let tried = async |by, whom, typed: &Typed| extend(&house.app, by, whom, typed).await.unwrap();
        let wrong = |problems: &[Problem]| Moved::Wrong(problems.to_vec());
        assert_eq!(tried(&auditor, one, &good).await, Moved::Hindered(Hindrance::Role));
        let own = postern::app::desk::Member { account: one, ..jo.clone() };
        assert_eq!(tried(&own, one, &good).await, Moved::Hindered(Hindrance::Own));
        assert_eq!(tried(&jo, done, &good).await, Moved::Hindered(Hindrance::AlreadyDone));
        let other = Typed { cycle: "2025-10-01".to_owned(), ..good.clone() };
        assert_eq!(tried(&jo, one, &other).await, Moved::Hindered(Hindrance::CycleOver));
        assert_eq!(tried(&jo, AccountId(house.world.id()), &good).await, Moved::Unknown);
        assert_eq!(tried(&jo, user, &good).await, Moved::Unknown);
        let short = typed(["4", "30", "2026"], "Too short");
        assert_eq!(tried(&jo, one, &short).await, wrong(&[Problem::BeforeNormal, Problem::Reason]));
        let far = typed(["7", "1", "2026"], &"x".repeat(1001));
        assert_eq!(tried(&jo, one, &far).await, wrong(&[Problem::TooLate, Problem::Reason]));
        assert_eq!(count(house, "select count(*) from validation_extension").await, 0);
        assert!(letters_of(house, "review_extended").await.is_empty());
        // Before any cycle there is none to move, and a cycle that is over stays as it is.
        house.clock.set(at("2026-03-20T12:00:00Z"));
        let early = at_present(house, &jo);
        assert_eq!(tried(&early, one, &good).await, Moved::Unknown);
        house.clock.set(at("2026-10-01T04:00:00Z"));
        let late = at_present(house, &jo);
        let over = tried(&late, one, &good).await;
        assert_eq!(over, Moved::Hindered(Hindrance::CycleOver));
    }

    async fn the_page_of_a_sponsor_says_who_was_listed_and_who_came_later(house: House) {
        let world = &house.world;
        let practice = world.practice("Elm").await;
        let (one, _) = sponsor(house, "One", practice).await;
        let (gone, later) = (world.sponsored_account().await, world.sponsored_account().await);
        world.sponsorship(one, gone, practice, span("", "2026-04-05T12:00:00Z")).await;
        world.sponsorship(one, later, practice, span("2026-04-03T12:00:00Z", "")).await;
        house.clock.set(at("2026-04-10T12:00:00Z"));
        let jo = member(house, &[Role::Auditor]).await;
        let page = page(&house.app, &jo, one, Some(date!(2026 - 04 - 01))).await.unwrap().unwrap();
        let lives: Vec<bool> = page.listed.iter().map(|one| one.is_live).collect();
        assert_eq!(lives.len(), 2);
        assert!(lives.contains(&true) && lives.contains(&false));
        assert_eq!(page.hindrance, Some(Hindrance::Role));
        assert_eq!(page.listed[0].practice, "Elm");
    }
}
