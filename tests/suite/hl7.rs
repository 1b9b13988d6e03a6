//! HL7 v2 ADT messages as a second way in: over a real socket, read, taken in, answered.

use std::net::IpAddr;
use std::sync::Arc;

use postern::adapters::hl7::mllp::{self, Answering};
use postern::app::access;
use postern::cli::hl7::answered;
use postern::domain::access::{Action, decide};
use postern::domain::ids::{AccountId, Mrn, PatientId};
use postern::store::{feed, feed_standing, patients};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use crate::feed::{load_lines, patient as patient_resource};
use crate::feed_remote::npi_of;
use crate::support::letters::count;
use crate::support::{House, both_engines};

const MRN: &str = "0088001";

fn message(event: &str, id: &str, rest: &str) -> String {
    format!(
        "MSH|^~\\&|HIS|WEST|POSTERN||20260311120000||ADT^{event}|{id}|P|2.5\rEVN|{event}|20260311\r\
         PID|1||{MRN}^^^HOSP^MR||Doe^Robin^^^^^L||20190314|M|||1 Elm||617-555-0100\r{rest}"
    )
}

fn pcp(npi: &str) -> String {
    format!("PD1||||{npi}^RIVERA^ANA^^^^^^NPI\r")
}

async fn patient(house: &House, mrn: &str) -> Option<PatientId> {
    patients::owner_of(house.db(), &Mrn::parse(mrn).unwrap()).await.unwrap()
}

async fn sees(house: &House, account: AccountId, id: PatientId) -> bool {
    let viewer = access::viewer(&house.app, account).await.unwrap().unwrap();
    let facts = access::patient(&house.app, id).await.unwrap().unwrap();
    decide(&viewer, &facts, Action::OpenChart, house.now()).allowed()
}

fn code(answer: &str) -> &str {
    answer.split('\r').find_map(|line| line.strip_prefix("MSA|")).unwrap().split('|').next().unwrap()
}

both_engines! {
    async fn an_admission_makes_the_patient_and_a_later_message_moves_the_pcp(house: House) {
        let (elm, quay) = (house.world.practice("Elm").await, house.world.practice("Quay").await);
        let (_, rivera) = house.world.physician("Rivera", elm).await;
        let (_, haddad) = house.world.physician("Haddad", quay).await;
        let (one, two) = (npi_of(house, rivera).await, npi_of(house, haddad).await);
        let answer = answered(&house.app, &message("A01", "M1", &pcp(&one))).await;
        assert_eq!(code(&answer), "AA", "{answer}");
        let id = patient(house, MRN).await.unwrap();
        assert!(sees(house, rivera, id).await && !sees(house, haddad, id).await);
        house.clock.advance(60);
        assert_eq!(code(&answered(&house.app, &message("A08", "M2", "")).await), "AA");
        assert!(sees(house, rivera, id).await, "a message that is silent about PCPs leaves them");
        house.clock.advance(60);
        let rol = format!("ROL|1|UP|PP|{two}^HADDAD^SAMI\r");
        assert_eq!(code(&answered(&house.app, &message("A08", "M3", &rol)).await), "AA");
        assert!(!sees(house, rivera, id).await && sees(house, haddad, id).await);
        house.clock.advance(60);
        assert_eq!(code(&answered(&house.app, &message("A08", "M4", "PD1||||\"\"\r")).await), "AA");
        assert!(!sees(house, haddad, id).await, "taken away");
        assert!(count(house, "select count(*) from audit_row where act = 'load_feed'").await >= 4);
        let raw = feed::raw_person(house.db(), id).await.unwrap().concat();
        assert!(raw.contains("617-555-0100"), "the access team calls this number");
    }

    async fn a_message_finds_the_patient_that_a_load_made_and_keeps_what_it_does_not_carry(house: House) {
        let (_, rivera) = house.world.physician("Rivera", house.world.practice("Elm").await).await;
        let npi = npi_of(house, rivera).await;
        let mut known = patient_resource("a", MRN, &serde_json::json!([{"reference": format!("Practitioner?identifier=http://hl7.org/fhir/sid/us-npi|{npi}")}]));
        known["communication"] = serde_json::json!([{"language": {"text": "Spanish"}, "preferred": true}]);
        load_lines(house, &[known]).await.unwrap();
        let id = patient(house, MRN).await.unwrap();
        assert!(sees(house, rivera, id).await);
        assert_eq!(code(&answered(&house.app, &message("A08", "M1", "")).await), "AA");
        assert_eq!(patient(house, MRN).await, Some(id));
        assert_eq!(feed::resource_ids(house.db(), id).await.unwrap(), ["a"]);
        assert!(sees(house, rivera, id).await);
    }

    async fn a_merge_leads_the_old_number_to_the_survivor_and_waits_for_the_access_team(house: House) {
        let old = message("A01", "M1", "").replace(MRN, "0077009");
        assert_eq!(code(&answered(&house.app, &old).await), "AA");
        assert_eq!(code(&answered(&house.app, &message("A01", "M2", "")).await), "AA");
        house.clock.advance(60);
        let answer = answered(&house.app, &message("A40", "M3", "MRG|0077009^^^HOSP^MR\r")).await;
        assert_eq!(code(&answer), "AA", "{answer}");
        let (from, into) = (patient(house, "0077009").await.unwrap(), patient(house, MRN).await.unwrap());
        assert_ne!(from, into);
        let now = house.now();
        assert_eq!(patients::survivor(house.db(), from, now).await.unwrap(), into);
        assert_eq!(patients::counted(house.db(), from, now).await.unwrap(), from, "not before it is confirmed");
        let again = answered(&house.app, &message("A40", "M4", "MRG|0077009^^^HOSP^MR\r")).await;
        assert_eq!(code(&again), "AA", "twice changes nothing");
        assert_eq!(count(house, "select count(*) from patient_merge").await, 1);
    }

    async fn a_number_of_somebody_else_is_refused_and_changes_nothing(house: House) {
        house.world.patient("Somebody", MRN, "1950-01-01").await;
        let before = count(house, "select count(*) from audit_row").await;
        let answer = answered(&house.app, &message("A08", "M1", "")).await;
        assert_eq!(code(&answer), "AE", "{answer}");
        assert_eq!(count(house, "select count(*) from audit_row").await, before);
        assert_eq!(count(house, "select count(*) from feed_resource").await, 0);
        let mut tx = house.db().begin().await.unwrap();
        assert!(feed_standing::known_one(&mut tx, "Patient", "hl7-0088001").await.unwrap().is_none());
    }

    async fn messages_come_over_a_socket_and_only_from_whom_they_may(house: House) {
        let app = house.app.clone();
        let answering: Answering = Arc::new(move |text| {
            let app = app.clone();
            Box::pin(async move { answered(&app, &text).await })
        });
        let stop = CancellationToken::new();
        let elsewhere: IpAddr = "192.0.2.1".parse().unwrap();
        for (senders, heard) in [(Vec::new(), true), (vec![elsewhere], false)] {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            tokio::spawn(mllp::serve(listener, senders, Arc::clone(&answering), stop.clone()));
            let mut stream = TcpStream::connect(address).await.unwrap();
            let two = format!("\x0b{}\x1c\r\x0bgarbage\x1c\r", message("A08", "M7", ""));
            // Refused, the other side may be gone before everything is written.
            let _ = stream.write_all(two.as_bytes()).await;
            let mut said = Vec::new();
            let mut part = [0; 1024];
            while said.windows(2).filter(|pair| *pair == [0x1c, 0x0d]).count() < 2 {
                match stream.read(&mut part).await {
                    Ok(n) if n > 0 => said.extend_from_slice(&part[..n]),
                    _ => break,
                }
            }
            let said = String::from_utf8(said).unwrap();
            assert_eq!(said.contains("MSA|AA|M7"), heard, "{said}");
            assert_eq!(said.contains("MSA|AE|"), heard, "{said}");
        }
        stop.cancel();
    }
}
