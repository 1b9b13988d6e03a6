//! Merges of records: brought by the feed or a file, asked about once, confirmed, kept apart, undone; and every date of them answers.

use postern::app::desk::reading::detail;
use postern::app::desk::{Done, Member};
use postern::app::import::{ImportError, Mode, run};
use postern::app::look_ups::{Asker, who};
use postern::app::merges::{Compared, Ruling, again, compare, rule, settle};
use postern::domain::access::Basis;
use postern::domain::calendar::{Instant, Interval};
use postern::domain::ids::{PatientId, RequestId};
use postern::domain::merge::{Difference, Standing};
use postern::domain::people::Role;
use postern::domain::queue::{Bar, Obstacle};
use postern::domain::request::{Ending, RequestKind, RequestState};
use postern::store::merges::MergeSource;
use postern::store::requests;
use serde_json::{Value, json};

use crate::feed::{load_lines, patient};
use crate::support::letters::{count, letters_of};
use crate::support::pcp::{at, member, now, stored};
use crate::support::{House, both_engines};

const DAY: i64 = 86_400;

/// Mia, MRN 0001, listed with Rivera; her other record, MRN 0002, listed with Okafor, who also holds a grant there.
pub struct Two {
    pub mia: PatientId,
    pub other: PatientId,
    pub rivera: String,
    pub okafor: String,
}

pub async fn two(house: &House) -> Two {
    let w = &house.world;
    let (elm, north) = (w.practice("Elm").await, w.practice("North").await);
    let (rivera, r) = w.physician("Rivera", elm).await;
    let (okafor, o) = w.physician("Okafor", north).await;
    let mia = w.patient("Reyes", "0001", "2019-03-14").await;
    let other = w.patient("Reyes", "0002", "2019-03-14").await;
    w.listing(mia, Some(rivera), None, Interval::ALWAYS).await;
    w.listing(other, Some(okafor), None, Interval::ALWAYS).await;
    w.grant(other, o, Interval::ALWAYS).await;
    Two { mia, other, rivera: w.email(r).await, okafor: w.email(o).await }
}

/// The hospital merged the other record into Mia's a day ago, and the team was asked.
pub async fn merged(house: &House, two: &Two) -> RequestId {
    let since = Interval::new(Some(house.now().plus_seconds(-DAY)), None);
    house.world.merge_confirmed(two.other, two.mia, since, None).await;
    settled(house).await;
    open(house).await[0]
}

async fn settled(house: &House) -> usize {
    let mut tx = house.db().begin().await.unwrap();
    let entries = settle(&house.app, &mut tx, house.now()).await.unwrap();
    let how_many = entries.len();
    house.app.audit.commit(tx, entries).await.unwrap();
    how_many
}

async fn open(house: &House) -> Vec<RequestId> {
    let open = requests::in_state(house.db(), RequestState::Open).await.unwrap();
    open.into_iter().filter(|r| r.kind == RequestKind::Merge).map(|r| r.id).collect()
}

/// Who sees the record that `mrn` leads to at `when`, each by the first part of the address, with the bases.
async fn seen(house: &House, mrn: &str, when: Instant) -> Vec<(String, Vec<Basis>)> {
    let found = who(&house.app, mrn, when, &Asker::command_line(house.now())).await.unwrap();
    found.accounts.into_iter().map(|one| (one.account, one.bases)).collect()
}

async fn decided(house: &House, by: &Member, id: RequestId, ruling: Ruling<'_>) -> Done {
    rule(&house.app, &now(house, by), at(house, id).await, ruling).await.unwrap()
}

async fn compared(house: &House, by: &Member, id: RequestId) -> Compared {
    compare(&house.app, &now(house, by), id).await.unwrap().unwrap()
}

/// Three records of a file, and the merge of two.
const PATIENTS: &str = r#"{"type":"patient","mrn":"0001","family":"Doe","given":"Robin","birth_date":"2019-03-14"}
{"type":"patient","mrn":"0002","family":"Doe","given":"Robin","birth_date":"2019-03-14"}
{"type":"patient","mrn":"0003","family":"Doe","given":"Robin","birth_date":"2019-03-14"}
"#;
const MERGE: &str = r#"{"type":"merge","mrn":"0002","into":"0001","from":"2026-01-01T00:00:00Z"}"#;

const CONFIRM: Ruling<'static> = Ruling::Confirm { is_checked: false };

/// A patient whose resource says `kind` of the record `other`.
fn linked(id: &str, mrn: &str, kind: &str, other: &str) -> Value {
    let mut resource = patient(id, mrn, &json!([]));
    resource["link"] = json!([{ "other": { "reference": format!("Patient/{other}") }, "type": kind }]);
    resource
}

both_engines! {
    async fn a_merge_is_asked_about_once_with_one_letter_and_shown_side_by_side(house: House) {
        let jo = member(house, &[Role::Reviewer]).await;
        let two = two(house).await;
        let id = merged(house, &two).await;
        assert_eq!((settled(house).await, open(house).await.len()), (0, 1));
        assert_eq!(letters_of(house, "queue_item").await.len(), 1);
        let request = stored(house, id).await;
        assert_eq!((request.account, request.patient), (None, Some(two.mia)));
        assert!(request.due_on.is_some());
        let found = compared(house, &jo, id).await;
        assert_eq!((found.standing, found.bar, found.differences.len()), (Standing::Waiting, None, 0));
        assert_eq!((found.from.card.mrn.as_str(), found.into.card.mrn.as_str()), ("0002", "0001"));
        assert_eq!(found.from.pcps, [("Ada Okafor".to_owned(), String::new())]);
        // Whoever sees only the other record's facts would see Mia's; nobody else's access changes.
        let gained = &found.if_confirmed.survivor;
        assert_eq!((gained.len(), found.if_confirmed.other.len()), (1, 0));
        assert_eq!((&gained[0].email, gained[0].before.len()), (&two.okafor, 0));
        assert_eq!(gained[0].after, [Basis::Pcp, Basis::Grant]);
        let apart = &found.if_apart;
        assert_eq!((apart.survivor.len(), apart.other.len()), (0, 1));
        assert_eq!(apart.other[0].after, [Basis::Pcp, Basis::Grant]);
        let queued = detail(&house.app, &jo, id).await.unwrap().unwrap();
        assert_eq!(queued.endings, [(Ending::Approved, None), (Ending::Declined, None)]);
    }

    async fn every_date_of_a_merge_answers_as_it_was_and_undoing_restores_everything(house: House) {
        let jo = member(house, &[Role::Reviewer]).await;
        let two = two(house).await;
        let [before_mia, before_other] =
            [seen(house, "0001", house.now()).await, seen(house, "0002", house.now()).await];
        assert_eq!(before_mia, [(two.rivera.clone(), vec![Basis::Pcp])]);
        assert_eq!(before_other, [(two.okafor.clone(), vec![Basis::Pcp, Basis::Grant])]);
        let made = house.now().plus_seconds(-DAY);
        let id = merged(house, &two).await;
        assert_eq!(seen(house, "0002", house.now()).await, before_mia, "the old MRN leads to what Mia's own facts permit");
        let confirmed = house.now();
        assert_eq!(decided(house, &jo, id, CONFIRM).await, Done::Done(()));
        let mut both = [before_mia.clone(), before_other.clone()].concat();
        both.sort();
        assert_eq!(seen(house, "0002", house.now()).await, both);
        assert_eq!(seen(house, "0001", house.now()).await, both);
        house.clock.advance(DAY);
        let undone = house.now();
        assert_eq!(compared(house, &jo, id).await.if_apart.survivor[0].before, [Basis::Pcp, Basis::Grant]);
        assert_eq!(decided(house, &jo, id, Ruling::Undo("Two sisters")).await, Done::Done(()));
        house.clock.advance(DAY);
        let now = house.now();
        for (mrn, when, wanted) in [
            ("0002", made.plus_seconds(-1), &before_other),
            ("0002", made, &before_mia),
            ("0002", confirmed.plus_seconds(-1), &before_mia),
            ("0002", confirmed, &both),
            ("0001", confirmed.plus_seconds(-1), &before_mia),
            ("0001", confirmed, &both),
            ("0001", undone.plus_seconds(-1), &both),
            ("0001", undone, &before_mia),
            ("0002", undone, &before_other),
            ("0001", now, &before_mia),
            ("0002", now, &before_other),
        ] {
            assert_eq!(seen(house, mrn, when).await, *wanted, "{mrn} at {when:?}");
        }
        let found = compared(house, &jo, id).await;
        assert_eq!((found.standing, found.asked.undone.map(|(at, _)| at)), (Standing::Apart, Some(undone)));
        // Both records have a row for each of the two decisions.
        let rows = "select count(*) from audit_row where act = 'change_merge' and outcome = 'allowed'";
        assert_eq!(count(house, rows).await, 4);
    }

    async fn records_that_differ_are_confirmed_only_by_somebody_who_checked(house: House) {
        let jo = member(house, &[Role::Reviewer]).await;
        let w = &house.world;
        let (mia, other) =
            (w.patient("Reyes", "0001", "2019-03-14").await, w.patient("Stone", "0002", "2019-03-15").await);
        let two = Two { mia, other, rivera: String::new(), okafor: String::new() };
        let id = merged(house, &two).await;
        let found = compared(house, &jo, id).await;
        assert_eq!(found.differences, [Difference::Family, Difference::BirthDate]);
        assert_eq!(decided(house, &jo, id, CONFIRM).await, Done::Obstacle(Obstacle::DifferentIdentity));
        assert_eq!(compared(house, &jo, id).await.standing, Standing::Waiting);
        assert_eq!(stored(house, id).await.state, RequestState::Open);
        assert_eq!(decided(house, &jo, id, Ruling::Confirm { is_checked: true }).await, Done::Done(()));
        let found = compared(house, &jo, id).await;
        assert_eq!((found.standing, found.asked.is_checked), (Standing::Confirmed, true));
    }

    async fn records_kept_apart_are_two_again_and_stay_so_until_the_team_merges_them_again(house: House) {
        let jo = member(house, &[Role::Reviewer]).await;
        let sam = member(house, &[Role::Administrator]).await;
        let two = two(house).await;
        let before = seen(house, "0002", house.now()).await;
        let id = merged(house, &two).await;
        assert_eq!(decided(house, &jo, id, Ruling::Apart("  ")).await, Done::BadText);
        assert_eq!(decided(house, &jo, id, Ruling::Apart("Two sisters")).await, Done::Done(()));
        assert_eq!(seen(house, "0002", house.now()).await, before);
        let over = stored(house, id).await;
        assert_eq!((over.outcome, over.outcome_reason.as_str()), (Some(Ending::Declined), "Two sisters"));
        assert_eq!((settled(house).await, open(house).await.len()), (0, 0));
        // What is over cannot be confirmed, nor undone.
        for ruling in [CONFIRM, Ruling::Apart("No"), Ruling::Undo("No")] {
            assert_eq!(decided(house, &jo, id, ruling).await, Done::Stale);
        }
        house.clock.advance(60);
        let Done::Done(new) = again(&house.app, &now(house, &jo), at(house, id).await).await.unwrap() else { panic!() };
        assert_eq!(open(house).await, [new]);
        assert_eq!(compared(house, &jo, new).await.bar, Some(Bar::Own));
        assert_eq!(compared(house, &jo, new).await.asked.stored.source, MergeSource::Team);
        assert_eq!(decided(house, &jo, new, CONFIRM).await, Done::Barred(Bar::Own), "nobody approves their own");
        // While it holds it is not made a second time.
        assert_eq!(again(&house.app, &now(house, &jo), at(house, id).await).await.unwrap(), Done::Stale);
        assert_eq!(decided(house, &sam, new, CONFIRM).await, Done::Done(()));
        assert_eq!(seen(house, "0001", house.now()).await.len(), 2);
    }

    async fn a_merge_is_not_decided_by_an_auditor_for_nothing_or_twice(house: House) {
        let jo = member(house, &[Role::Reviewer]).await;
        let auditor = member(house, &[Role::Auditor]).await;
        let two = two(house).await;
        let id = merged(house, &two).await;
        for ruling in [CONFIRM, Ruling::Apart("No"), Ruling::Undo("No")] {
            assert_eq!(decided(house, &auditor, id, ruling).await, Done::Barred(Bar::Role));
        }
        let nobody = RequestId(house.world.id());
        assert_eq!(rule(&house.app, &jo, (nobody, 0), CONFIRM).await.unwrap(), Done::Unknown);
        assert!(compare(&house.app, &jo, nobody).await.unwrap().is_none());
        assert_eq!(rule(&house.app, &jo, (id, 7), CONFIRM).await.unwrap(), Done::Stale);
        let here = at(house, id).await;
        let all = (0..8).map(|_| rule(&house.app, &jo, here, CONFIRM));
        let done = futures::future::join_all(all).await;
        let done: Vec<Done> = done.into_iter().map(Result::unwrap).collect();
        assert_eq!(done.iter().filter(|d| **d == Done::Done(())).count(), 1, "{done:?}");
        assert_eq!(done.iter().filter(|d| **d == Done::Stale).count(), 7);
        let refused = "select count(*) from audit_row where act = 'change_merge' and outcome = 'refused'";
        assert_eq!(count(house, refused).await, 3);
    }

    async fn the_feed_brings_a_merge_and_takes_it_back(house: House) {
        let jo = member(house, &[Role::Reviewer]).await;
        let lines = [patient("a", "0001", &json!([])), patient("b", "0002", &json!([]))];
        load_lines(house, &lines).await.unwrap();
        house.clock.advance(60);
        let summary = load_lines(house, &[linked("b", "0002", "replaced-by", "a")]).await.unwrap();
        assert_eq!((summary.merges_opened, summary.merges_ended), (1, 0));
        let id = open(house).await[0];
        let found = compared(house, &jo, id).await;
        assert_eq!((found.from.card.mrn.as_str(), found.into.card.mrn.as_str()), ("0002", "0001"));
        assert_eq!(found.asked.stored.merge.span.start(), house.now());
        // Said by both sides, and again: it is one merge.
        house.clock.advance(60);
        let both = [linked("b", "0002", "replaced-by", "a"), linked("a", "0001", "replaces", "b")];
        let summary = load_lines(house, &both).await.unwrap();
        assert_eq!((summary.merges_opened, summary.merges_ended, open(house).await.len()), (0, 0, 1));
        // One side alone no longer says so; the other, not in this file, does.
        load_lines(house, &[patient("b", "0002", &json!([]))]).await.unwrap();
        assert_eq!(open(house).await, [id]);
        house.clock.advance(60);
        let summary = load_lines(house, &[patient("a", "0001", &json!([]))]).await.unwrap();
        assert_eq!((summary.merges_opened, summary.merges_ended, open(house).await.len()), (0, 1, 0));
        assert_eq!(stored(house, id).await.outcome, Some(Ending::Withdrawn));
        // Listed anew, it is asked about anew.
        house.clock.advance(60);
        load_lines(house, &[linked("a", "0001", "replaces", "b")]).await.unwrap();
        assert_eq!(open(house).await.len(), 1);
    }

    async fn what_the_team_kept_apart_the_feed_does_not_join_by_saying_it_again(house: House) {
        let jo = member(house, &[Role::Reviewer]).await;
        let lines = [patient("a", "0001", &json!([])), linked("b", "0002", "replaced-by", "a")];
        load_lines(house, &lines).await.unwrap();
        let id = open(house).await[0];
        assert_eq!(compared(house, &jo, id).await.asked.stored.merge.span.start(), Instant::EVER, "first seen so");
        assert_eq!(decided(house, &jo, id, Ruling::Apart("Two sisters")).await, Done::Done(()));
        house.clock.advance(60);
        let summary = load_lines(house, &lines).await.unwrap();
        assert_eq!((summary.merges_opened, open(house).await.len()), (0, 0));
    }

    async fn records_that_replace_each_other_are_a_fault_and_nothing_is_loaded(house: House) {
        let lines = [linked("a", "0001", "replaced-by", "b"), linked("b", "0002", "replaced-by", "a")];
        let told = load_lines(house, &lines).await.unwrap_err().to_string();
        assert!(told.contains("correct Patient.link at the source"), "{told}");
        let three = [patient("a", "1", &json!([])), linked("b", "2", "replaces", "c"), linked("c", "3", "replaced-by", "a")];
        let told = load_lines(house, &three).await.unwrap_err().to_string();
        assert!(told.contains("and into another record"), "{told}");
        // What points nowhere, or to itself, joins nothing.
        let alone = [linked("a", "1", "replaced-by", "z"), linked("b", "2", "replaces", "b"), linked("c", "3", "seealso", "a")];
        assert_eq!(load_lines(house, &alone).await.unwrap().merges_opened, 0);
        assert_eq!(count(house, "select count(*) from patient_merge").await, 0);
    }

    async fn a_file_brings_a_merge_unconfirmed_and_never_lengthens_one(house: House) {
        let jo = member(house, &[Role::Reviewer]).await;
        let import = async |lines: &str| {
            let text = format!("{PATIENTS}{lines}");
            run(&house.app, &mut text.as_bytes(), Mode::Apply).await
        };
        let report = import(MERGE).await.unwrap();
        assert_eq!(report.types["merge"].added, 1);
        let id = open(house).await[0];
        assert_eq!(compared(house, &jo, id).await.asked.stored.source, MergeSource::Import);
        let report = import(MERGE).await.unwrap();
        assert_eq!((report.types["merge"].unchanged, open(house).await.len()), (1, 1));
        assert_eq!(decided(house, &jo, id, Ruling::Apart("Two sisters")).await, Done::Done(()));
        for (line, says) in [
            (MERGE, "would re-open or lengthen"),
            (r#"{"type":"merge","mrn":"0002","into":"0003","from":"2026-01-01T00:00:00Z"}"#, "is not the record"),
            (r#"{"type":"merge","mrn":"0003","into":"0003"}"#, "is the same patient"),
            (r#"{"type":"merge","mrn":"0003","into":"0009"}"#, "no patient with MRN 0009"),
            (r#"{"type":"merge","mrn":"0003"}"#, "is missing"),
            (
                "{\"type\":\"merge\",\"mrn\":\"0003\",\"into\":\"0001\"}\n{\"type\":\"merge\",\"mrn\":\"0001\",\"into\":\"0003\"}",
                "is itself merged into the patient",
            ),
            (
                "{\"type\":\"merge\",\"mrn\":\"0003\",\"into\":\"0001\"}\n{\"type\":\"merge\",\"mrn\":\"0003\",\"into\":\"0002\",\"from\":\"2026-02-01T00:00:00Z\"}",
                "would be a second record",
            ),
        ] {
            match import(line).await {
                Err(ImportError::Faults { listed, .. }) => {
                    assert!(listed.iter().any(|fault| fault.reason.contains(says)), "{line}: {listed:?}");
                }
                other => panic!("{line}: {other:?}"),
            }
        }
        assert_eq!(count(house, "select count(*) from patient_merge").await, 1);
        let ended = r#"{"type":"merge","mrn":"0002","into":"0001","from":"2026-01-01T00:00:00Z","to":"2026-02-01T00:00:00Z"}"#;
        assert_eq!(import(ended).await.unwrap().types["merge"].changed, 1);
    }
}
