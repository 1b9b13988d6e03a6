//! Proposing by hand that two records are of one person: previewed, filed once, confirmed by somebody else, nobody's own.

use axum::http::StatusCode;
use postern::app::desk::{Done, Member};
use postern::app::merges::{Preview, Proposal, Proposed, Ruling, compare, look, propose, rule};
use postern::domain::access::Basis;
use postern::domain::ids::RequestId;
use postern::domain::merge::{Problem, Standing};
use postern::domain::people::Role;
use postern::domain::queue::Bar;
use postern::domain::request::RequestKind;

use crate::merges::two;
use crate::support::html;
use crate::support::letters::{count, letters_of};
use crate::support::pcp::{at, member, now, stored};
use crate::support::portal::Portal;
use crate::support::{House, both_engines};

/// Mia's other record is 0002; 0001 is to remain.
const MRNS: (&str, &str) = ("00-02", "0001");

async fn jo(house: &House) -> Member {
    member(house, &[Role::Reviewer]).await
}

async fn looked(house: &House, by: &Member) -> Proposal {
    match look(&house.app, &now(house, by), MRNS).await.unwrap() {
        Proposed::Done(found) => found,
        other => panic!("{other:?}"),
    }
}

async fn proposed(house: &House, by: &Member) -> RequestId {
    match propose(&house.app, &now(house, by), MRNS).await.unwrap() {
        Proposed::Done(id) => id,
        other => panic!("{other:?}"),
    }
}

/// Who would see which record on what, by address.
fn told(preview: &Preview) -> Vec<(&str, usize, Vec<Basis>, Vec<Basis>)> {
    let of = |n: usize| {
        let shifts = if n == 0 { &preview.survivor } else { &preview.other };
        shifts.iter().map(move |s| (s.email.as_str(), n, s.before.clone(), s.after.clone()))
    };
    of(0).chain(of(1)).collect()
}

both_engines! {
    async fn the_preview_says_what_happens_and_it_does(house: House) {
        let two = two(house).await;
        let jo = jo(house).await;
        let found = looked(house, &jo).await;
        assert_eq!((found.from.card.mrn.as_str(), found.into.card.mrn.as_str()), ("0002", "0001"));
        assert!(found.differences.is_empty());
        let both = vec![Basis::Pcp, Basis::Grant];
        let lost = (two.okafor.as_str(), 1, both.clone(), vec![]);
        assert_eq!(told(&found.at_once), std::slice::from_ref(&lost));
        assert_eq!(told(&found.if_confirmed), [(two.okafor.as_str(), 0, vec![], both), lost]);
        assert_eq!(count(house, "select count(*) from patient_merge").await, 0, "looking changes nothing");
        let id = proposed(house, &jo).await;
        let request = stored(house, id).await;
        assert_eq!((request.kind, request.account, request.patient), (RequestKind::Merge, Some(jo.account), Some(two.mia)));
        house.clock.advance(1);
        let page = compare(&house.app, &now(house, &jo), id).await.unwrap().unwrap();
        assert_eq!((page.standing, page.bar), (Standing::Waiting, Some(Bar::Own)));
        assert_eq!(told(&page.if_confirmed), [told(&found.if_confirmed)[0].clone()], "what the preview said");
    }

    async fn nobody_confirms_their_own_and_somebody_else_does(house: House) {
        two(house).await;
        let jo = jo(house).await;
        let id = proposed(house, &jo).await;
        house.clock.advance(1);
        let confirm = Ruling::Confirm { is_checked: false };
        let own = rule(&house.app, &now(house, &jo), at(house, id).await, confirm).await.unwrap();
        assert_eq!(own, Done::Barred(Bar::Own));
        let other = member(house, &[Role::Administrator]).await;
        assert_eq!(rule(&house.app, &other, at(house, id).await, confirm).await.unwrap(), Done::Done(()));
        assert_eq!(count(house, "select count(*) from patient_merge where confirmed_at is not null and source = 'team'").await, 1);
    }

    async fn its_proposer_takes_it_back(house: House) {
        two(house).await;
        let jo = jo(house).await;
        let id = proposed(house, &jo).await;
        house.clock.advance(1);
        let apart = rule(&house.app, &now(house, &jo), at(house, id).await, Ruling::Apart("Two sisters")).await.unwrap();
        assert_eq!(apart, Done::Done(()));
        assert_eq!(looked(house, &jo).await.from.card.mrn, "0002", "the record is found by its MRN again");
    }

    async fn what_will_not_do_is_said_and_a_second_proposal_is_none(house: House) {
        two(house).await;
        let jo = jo(house).await;
        for (mrns, problems) in [
            (("", ""), vec![Problem::UnknownOther, Problem::UnknownSurvivor]),
            (("%", "0001"), vec![Problem::UnknownOther]),
            (("0002", "99999"), vec![Problem::UnknownSurvivor]),
            (("0001", "00-01"), vec![Problem::Same]),
        ] {
            assert_eq!(look(&house.app, &jo, mrns).await.unwrap(), Proposed::Wrong(problems.clone()), "{mrns:?}");
            assert_eq!(propose(&house.app, &jo, mrns).await.unwrap(), Proposed::Wrong(problems), "{mrns:?}");
        }
        let auditor = member(house, &[Role::Auditor]).await;
        assert_eq!(look(&house.app, &auditor, MRNS).await.unwrap(), Proposed::Barred(Bar::Role));
        assert_eq!(propose(&house.app, &auditor, MRNS).await.unwrap(), Proposed::Barred(Bar::Role));
        let tasks: Vec<_> = (0..6).map(|_| {
            let (app, jo) = (house.app.clone(), now(house, &jo));
            tokio::spawn(async move { propose(&app, &jo, MRNS).await.unwrap() })
        }).collect();
        let mut done = 0;
        for task in tasks {
            done += usize::from(matches!(task.await.unwrap(), Proposed::Done(_)));
        }
        assert_eq!((done, count(house, "select count(*) from patient_merge").await), (1, 1));
        assert_eq!(letters_of(house, "queue_item").await.len(), 1, "each of the team who decides, once");
        house.clock.advance(1);
        assert_eq!(propose(&house.app, &now(house, &jo), MRNS).await.unwrap(), Proposed::Wrong(vec![Problem::Same]));
        // The other way round would lead in a circle.
        let round = propose(&house.app, &now(house, &jo), (MRNS.1, MRNS.0)).await.unwrap();
        assert_eq!(round, Proposed::Wrong(vec![Problem::Same]));
    }

    async fn the_page_compares_before_it_proposes_and_keeps_what_was_typed(house: House) {
        two(house).await;
        let portal = Portal::of(house);
        let jo = portal.signed_in(house.world.team_account(&["reviewer"]).await).await;
        assert!(portal.get("/team/look-ups", &jo).await.body.contains("href=\"/team/merges\""));
        let fields = [("other", "0002"), ("survivor", "0001")];
        let wrong = portal.post("/team/merges", &jo, &[("other", "<b>"), ("survivor", "0001")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.body.contains("value=\"&lt;b&gt;\"") && wrong.body.contains("value=\"0001\""));
        let page = portal.post("/team/merges", &jo, &fields).await;
        assert_eq!((page.status, html::faults(&page.body)), (StatusCode::OK, vec![]));
        assert!(page.body.contains("From now until it is decided") && page.body.contains("REYES"));
        let outsider = portal.signed_in(house.world.family_account().await).await;
        for path in ["/team/merges", "/team/merges/propose"] {
            assert_eq!(portal.post(path, &outsider, &fields).await.status, StatusCode::NOT_FOUND);
        }
        let done = portal.post("/team/merges/propose", &jo, &fields).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let page = portal.get(done.header("location"), &jo).await;
        assert!(page.body.contains("Merge of records") && page.body.contains("You asked for it yourself"), "{}", page.body);
    }
}
