//! The access team's queue: what is due when, who takes, who decides, and that it is decided once.

use postern::app::App;
use postern::app::access::Context;
use postern::app::desk::accounts::ask_reset;
use postern::app::desk::acting::{Handling, handle, handle_all};
use postern::app::desk::deciding::{Verdict, decide};
use postern::app::desk::reading::{self, Detail, Listed, Wanted};
use postern::app::desk::{Done, Member};
use postern::app::help::{Asked, Question, ask};
use postern::domain::audit::{Act, Outcome};
use postern::domain::calendar::iso_date;
use postern::domain::ids::{AccountId, RequestId};
use postern::domain::letter::Letter;
use postern::domain::people::Role;
use postern::domain::queue::filter::Tally;
use postern::domain::queue::{Bar, Obstacle, Step, View};
use postern::domain::request::{Ending, RequestKind, RequestState};
use postern::store::requests;

use crate::sign_in::{acts, home};
use crate::support::letters::letters_of;
use crate::support::{House, both_engines};

pub fn context(house: &House) -> Context {
    Context { now: house.now(), request_id: "r".to_owned(), network: "n".to_owned() }
}

/// A member of the access team with these roles.
pub async fn member(house: &House, roles: &[Role]) -> Member {
    let words: Vec<&str> = roles.iter().map(|role| role.word()).collect();
    let account = house.world.team_account(&words).await;
    Member { account, roles: roles.to_vec(), context: context(house) }
}

/// The same member at the present instant.
pub fn at_present(house: &House, member: &Member) -> Member {
    Member { context: context(house), ..member.clone() }
}

pub async fn list(house: &House, member: &Member, view: View) -> Listed {
    let wanted = Wanted::all(view);
    reading::list(&house.app, member, &wanted).await.unwrap()
}

pub async fn detail(house: &House, member: &Member, id: RequestId) -> Detail {
    reading::detail(&house.app, member, id).await.unwrap().unwrap()
}

/// A question, and the request it became.
pub async fn question(house: &House, email: &str) -> RequestId {
    let question = Question {
        email: email.to_owned(),
        name: "Amara Okafor".to_owned(),
        description: "My phone was stolen".to_owned(),
        picture: None,
    };
    let before: Vec<_> = open(house).await.iter().map(|r| r.id).collect();
    let asked = ask(&house.app, question, &home()).await.unwrap();
    assert!(matches!(asked, Asked::Filed(_)), "{asked:?}");
    open(house).await.iter().map(|r| r.id).find(|id| !before.contains(id)).unwrap()
}

async fn open(house: &House) -> Vec<requests::StoredRequest> {
    requests::in_state(house.db(), RequestState::Open).await.unwrap()
}

/// A factor reset of `whose` that `by` has asked for.
pub async fn reset(house: &House, by: &Member, whose: AccountId) -> RequestId {
    match ask_reset(&house.app, by, whose, "Called her practice; she knew her NPI").await.unwrap() {
        Done::Done(id) => id,
        other => panic!("{other:?}"),
    }
}

/// Does it with several, and counts what came of it.
pub async fn handled(
    app: &App,
    member: &Member,
    chosen: &[(RequestId, i64)],
    handling: Handling<'_>,
) -> Done<Tally> {
    match handle_all(app, member, chosen, handling).await.unwrap() {
        Done::Done(handled) => {
            assert_eq!(handled.changed.len(), handled.tally.changed);
            Done::Done(handled.tally)
        }
        Done::Barred(bar) => Done::Barred(bar),
        Done::BadText => Done::BadText,
        Done::Unknown => Done::Unknown,
        other => panic!("{other:?}"),
    }
}

/// What came of handling several.
pub fn tally(done: usize, changed: usize, passed: usize) -> Done<Tally> {
    Done::Done(Tally { done, changed, passed })
}

const REVIEWER: &[Role] = &[Role::Reviewer];
const ADMIN: &[Role] = &[Role::Administrator];
const AUDITOR: &[Role] = &[Role::Auditor];

both_engines! {
    async fn a_filed_request_is_due_in_business_days_and_whoever_decides_is_told(house: House) {
        let (reviewer, admin) = (member(house, REVIEWER).await, member(house, ADMIN).await);
        member(house, AUDITOR).await;
        let gone = member(house, REVIEWER).await;
        house.world.disable(gone.account, house.now()).await;
        house.clock.advance(1);
        let id = question(house, "amara@example.org").await;
        let listed = list(house, &reviewer, View::NeedsAction).await;
        // Asked on a Wednesday: two business days later is Friday.
        assert_eq!(listed.rows[0].due_on.map(iso_date).as_deref(), Some("2026-03-13"));
        assert_eq!((listed.rows[0].id, listed.rows[0].asked_by.as_str()), (id, "Amara Okafor"));
        let mut told: Vec<String> = letters_of(house, "queue_item").await.into_iter().map(|(to, _)| to).collect();
        let mut wanted = vec![house.world.email(reviewer.account).await, house.world.email(admin.account).await];
        told.sort();
        wanted.sort();
        assert_eq!(told, wanted);
        assert_eq!(detail(house, &reviewer, id).await.events[0].step, Step::Filed);
    }

    async fn the_queue_pages_by_due_day_and_shows_every_request_once(house: House) {
        let (reviewer, by) = (member(house, REVIEWER).await, house.world.family_account().await);
        let mut filed = Vec::new();
        for n in 0..60 {
            // Several in the same instant, so that their ids tell them apart; none has a due day yet.
            if n % 4 == 0 { house.clock.advance(6 * 3600); }
            let kind = if n % 3 == 0 { "help" } else { "pcp_change" };
            filed.push(house.world.request(kind, by, None).await);
        }
        let member = at_present(house, &reviewer);
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let wanted = Wanted { after, ..Wanted::all(View::NeedsAction) };
            let page = reading::list(&house.app, &member, &wanted).await.unwrap();
            assert!(page.rows.len() <= 25);
            seen.extend(page.rows.iter().map(|row| (row.due_on.unwrap(), row.filed_at, row.id)));
            after = page.next;
            if after.is_none() { break; }
        }
        assert!(seen.is_sorted());
        let mut ids: Vec<RequestId> = seen.into_iter().map(|(_, _, id)| id).collect();
        ids.sort();
        filed.sort();
        assert_eq!(ids, filed);
        let wanted = Wanted { kind: Some(RequestKind::Help), ..Wanted::all(View::NeedsAction) };
        let helps = reading::list(&house.app, &member, &wanted).await.unwrap();
        assert_eq!(helps.rows.len(), 20);
    }

    async fn views_show_mine_overdue_and_closed_with_their_counts(house: House) {
        let reviewer = member(house, REVIEWER).await;
        let first = question(house, "one@example.org").await;
        house.clock.advance(86_400);
        let second = question(house, "two@example.org").await;
        assert_eq!(list(house, &at_present(house, &reviewer), View::Overdue).await.rows, []);
        // Saturday: the first was due on Friday, the second is due on Monday.
        house.clock.advance(2 * 86_400);
        let me = at_present(house, &reviewer);
        assert_eq!(handled(&house.app, &me, &[(second, 0)], Handling::Take).await, tally(1, 0, 0));
        let ids = |listed: Listed| listed.rows.iter().map(|row| row.id).collect::<Vec<_>>();
        assert_eq!(ids(list(house, &me, View::Overdue).await), [first]);
        assert_eq!(ids(list(house, &me, View::Mine).await), [second]);
        assert_eq!(ids(list(house, &me, View::NeedsAction).await), [first, second]);
        decide(&house.app, &me, (first, 0), Verdict::Answer("Call us")).await.unwrap();
        let listed = list(house, &me, View::Closed).await;
        assert_eq!((listed.rows[0].id, listed.rows[0].outcome), (first, Some(Ending::Answered)));
        let counts = listed.counts;
        assert_eq!((counts.open, counts.mine, counts.overdue), (1, 1, 0));
        assert_eq!(counts.next_due.map(iso_date).as_deref(), Some("2026-03-16"));
    }

    async fn every_step_raises_the_version_and_an_older_one_is_refused(house: House) {
        let (jo, sam) = (member(house, REVIEWER).await, member(house, ADMIN).await);
        let id = question(house, "amara@example.org").await;
        let app = &house.app;
        let done = Done::Done(());
        assert_eq!(handle(app, &jo, (id, 0), Handling::Take).await.unwrap(), done);
        assert_eq!(handle(app, &sam, (id, 0), Handling::Take).await.unwrap(), Done::Stale);
        assert_eq!(detail(house, &sam, id).await.owner.unwrap().id, jo.account);
        assert_eq!(handle(app, &sam, (id, 1), Handling::Note(" Left a voicemail ")).await.unwrap(), done);
        assert_eq!(handle(app, &jo, (id, 1), Handling::Release).await.unwrap(), Done::Stale);
        assert_eq!(decide(app, &jo, (id, 1), Verdict::Answer("Yes")).await.unwrap(), Done::Stale);
        assert_eq!(handle(app, &jo, (id, 2), Handling::Release).await.unwrap(), done);
        assert_eq!(handle(app, &jo, (id, 3), Handling::Note(&"é".repeat(1001))).await.unwrap(), Done::BadText);
        assert_eq!(handle(app, &jo, (id, 3), Handling::Note("  ")).await.unwrap(), Done::BadText);
        let steps: Vec<_> = detail(house, &jo, id).await.events.into_iter().map(|e| (e.step, e.body)).collect();
        let said = |step, body: &str| (step, body.to_owned());
        let wanted = [said(Step::Filed, ""), said(Step::Assigned, ""), said(Step::Note, "Left a voicemail"), said(Step::Released, "")];
        assert_eq!(steps, wanted);
        let stale = (Act::HandleRequest, Outcome::Failed, "changed_meanwhile".to_owned());
        assert_eq!(acts(app).await.iter().filter(|act| **act == stale).count(), 2);
    }

    async fn several_are_taken_at_once_and_changed_ones_are_left(house: House) {
        let (jo, sam) = (member(house, REVIEWER).await, member(house, REVIEWER).await);
        let mut chosen = Vec::new();
        for n in 0..3 {
            chosen.push((question(house, &format!("q{n}@example.org")).await, 0));
        }
        handle(&house.app, &sam, chosen[1], Handling::Take).await.unwrap();
        assert_eq!(handled(&house.app, &jo, &chosen, Handling::Take).await, tally(2, 1, 0));
        assert_eq!(detail(house, &jo, chosen[1].0).await.owner.unwrap().id, sam.account);
    }

    async fn an_auditor_reads_and_changes_nothing(house: House) {
        let auditor = member(house, AUDITOR).await;
        let id = question(house, "amara@example.org").await;
        assert_eq!(list(house, &auditor, View::NeedsAction).await.rows.len(), 1);
        let shown = detail(house, &auditor, id).await;
        assert!(!shown.handles);
        assert_eq!(shown.endings, [(Ending::Answered, Some(Bar::Role))]);
        let barred = Done::Barred(Bar::Role);
        assert_eq!(handle(&house.app, &auditor, (id, 0), Handling::Take).await.unwrap(), barred);
        let answer = decide(&house.app, &auditor, (id, 0), Verdict::Answer("No")).await.unwrap();
        assert_eq!(answer, Done::Barred(Bar::Role));
        assert_eq!(detail(house, &auditor, id).await.request.version, 0);
        assert!(acts(&house.app).await.contains(&(Act::DecideRequest, Outcome::Refused, "role".to_owned())));
    }

    async fn nobody_decides_what_they_asked_for_or_what_is_about_them(house: House) {
        let (asker, subject) = (member(house, ADMIN).await, member(house, ADMIN).await);
        let id = reset(house, &asker, subject.account).await;
        for own in [&asker, &subject] {
            for verdict in [Verdict::Approve, Verdict::Decline("No")] {
                let done = decide(&house.app, own, (id, 0), verdict).await.unwrap();
                assert_eq!(done, Done::Barred(Bar::Own));
            }
        }
        assert_eq!(requests::by_id(house.db(), id).await.unwrap().unwrap().state, RequestState::Open);
        let other = member(house, REVIEWER).await;
        let done = decide(&house.app, &other, (id, 0), Verdict::Approve).await.unwrap();
        assert_eq!(done, Done::Barred(Bar::Role));
        let done = decide(&house.app, &other, (id, 0), Verdict::Decline("Not her voice")).await.unwrap();
        assert_eq!(done, Done::Done(None));
        let closed = requests::by_id(house.db(), id).await.unwrap().unwrap();
        assert_eq!((closed.outcome, closed.outcome_reason.as_str()), (Some(Ending::Declined), "Not her voice"));
        assert_eq!(closed.decided_by, Some(other.account));
    }

    async fn of_fifty_approvals_at_once_one_decides(house: House) {
        let asker = member(house, ADMIN).await;
        let whose = house.world.family_account().await;
        let id = reset(house, &asker, whose).await;
        let mut tries = Vec::new();
        for _ in 0..50 {
            let (app, other) = (house.app.clone(), member(house, ADMIN).await);
            tries.push(tokio::spawn(async move { decide(&app, &other, (id, 0), Verdict::Approve).await.unwrap() }));
        }
        let (mut done, mut stale) = (0, 0);
        for one in tries {
            match one.await.unwrap() {
                Done::Done(Some(_)) => done += 1,
                Done::Stale => stale += 1,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((done, stale), (1, 49));
        assert_eq!(letters_of(house, "set_up_link").await.len(), 1);
        let decided = (Act::DecideRequest, Outcome::Allowed, String::new());
        assert_eq!(acts(&house.app).await.iter().filter(|act| **act == decided).count(), 1);
    }

    async fn what_stands_in_the_way_leaves_the_request_open(house: House) {
        let (asker, other) = (member(house, ADMIN).await, member(house, ADMIN).await);
        let whose = house.world.family_account().await;
        let id = reset(house, &asker, whose).await;
        house.world.disable(whose, house.now()).await;
        house.clock.advance(1);
        let other = at_present(house, &other);
        let done = decide(&house.app, &other, (id, 0), Verdict::Approve).await.unwrap();
        assert_eq!(done, Done::Obstacle(Obstacle::NotActive));
        let kept = requests::by_id(house.db(), id).await.unwrap().unwrap();
        assert_eq!((kept.state, kept.version, kept.outcome), (RequestState::Open, 0, None));
        assert!(letters_of(house, "set_up_link").await.is_empty());
        assert!(acts(&house.app).await.contains(&(Act::DecideRequest, Outcome::Failed, "not_active".to_owned())));
    }

    async fn wishes_for_a_patient_are_not_approved_without_the_familys_word(house: House) {
        let admin = member(house, ADMIN).await;
        let practice = house.world.practice("Elm").await;
        let (_, rivera) = house.world.physician("Rivera", practice).await;
        let patient = house.world.patient("Stone", "0012345", "2019-03-14").await;
        let id = house.world.request("pcp_change", rivera, Some(patient)).await;
        let shown = detail(house, &admin, id).await;
        let endings = [Ending::Approved, Ending::Declined, Ending::Expired].map(|ending| (ending, None));
        assert_eq!(shown.endings, endings);
        assert_eq!(iso_date(shown.due), "2026-03-16");
        let done = decide(&house.app, &admin, (id, 0), Verdict::Approve).await.unwrap();
        assert_eq!(done, Done::Obstacle(Obstacle::Unverified));
        let answer = decide(&house.app, &admin, (id, 0), Verdict::Answer("Yes")).await.unwrap();
        assert_eq!(answer, Done::Barred(Bar::Elsewhere));
        assert_eq!(handle(&house.app, &admin, (id, 0), Handling::Take).await.unwrap(), Done::Done(()));
    }

    async fn reading_is_recorded_before_anything_is_shown_and_an_unknown_request_too(house: House) {
        let admin = member(house, ADMIN).await;
        let nobody = RequestId(uuid::Uuid::from_u128(7));
        assert!(reading::detail(&house.app, &admin, nobody).await.unwrap().is_none());
        assert_eq!(handle(&house.app, &admin, (nobody, 0), Handling::Take).await.unwrap(), Done::Unknown);
        assert_eq!(decide(&house.app, &admin, (nobody, 0), Verdict::Approve).await.unwrap(), Done::Unknown);
        list(house, &admin, View::Closed).await;
        let wanted = Wanted::all(View::NeedsAction);
        reading::export(&house.app, &admin, &wanted).await.unwrap().unwrap();
        let acts = acts(&house.app).await;
        assert!(acts.contains(&(Act::ReadRequest, Outcome::Failed, String::new())));
        let lists = acts.iter().filter(|act| act.0 == Act::ListRequests).count();
        assert_eq!(lists, 2);
    }

    async fn a_letter_to_the_team_names_the_kind_and_the_day_and_nobody(house: House) {
        member(house, REVIEWER).await;
        question(house, "amara@example.org").await;
        let letters = letters_of(house, "queue_item").await;
        let due = time::macros::date!(2026 - 03 - 13);
        assert_eq!(letters[0].1, Letter::QueueItem { request: RequestKind::Help, due });
    }
}
