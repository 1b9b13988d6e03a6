//! HL7 v2 ADT messages: read, and answered.

pub mod mllp;

use hl7_parser::Message;
use hl7_parser::message::{Component, Repeat, Segment};
use serde_json::{Value, json};
use time::{Date, Month};

use crate::domain::admission::{Acknowledged, Adt, AdtEvent};
use crate::domain::calendar::Instant;
use crate::domain::feed::{Clinician, Person};
use crate::domain::ids::{Mrn, Npi};

/// Roles of a PCP: `PP` in HL7 table 0443 (ROL-3), and what systems send beside it.
const PCP_ROLES: [&str; 3] = ["PP", "PCP", "PRIMARY CARE PHYSICIAN"];

/// What came, as far as it could be read.
#[derive(Clone, PartialEq, Debug)]
pub enum Read {
    /// Something about a patient.
    Adt(Box<Adt>),
    /// A message that the portal has no use for.
    Other,
    /// A message that cannot be taken in, and why.
    Bad(String),
}

/// One message with what an answer must repeat.
#[derive(Clone, PartialEq, Debug)]
pub struct Received {
    /// MSH-10.
    pub control_id: String,
    /// MSH-3 and MSH-4: who sent it.
    pub sender: (String, String),
    /// The trigger event.
    pub event: String,
    /// MSH-12.
    pub version: String,
    /// What it says.
    pub read: Read,
}

/// Reads `text`. An MRN is the number of type MR in PID-3, else the first.
pub fn read(text: &str) -> Received {
    let nothing = |why: &str| Received {
        control_id: String::new(),
        sender: (String::new(), String::new()),
        event: String::new(),
        version: "2.5".to_owned(),
        read: Read::Bad(why.to_owned()),
    };
    let Ok(message) = Message::parse_with_lenient_newlines(text.trim_end(), true) else {
        return nothing("not an HL7 v2 message");
    };
    let Some(head) = message.segment("MSH") else { return nothing("no MSH segment") };
    let reader = Reader { message: &message };
    let kind = reader.text(head, 9, 1);
    let event = reader.text(head, 9, 2);
    let found = match (kind.as_str(), event.as_str()) {
        ("ADT", "A01") => reader.adt(AdtEvent::Admitted),
        ("ADT", "A03") => reader.adt(AdtEvent::Discharged),
        ("ADT", "A04" | "A08" | "A28" | "A31") => reader.adt(AdtEvent::Updated),
        ("ADT", "A40") => reader.adt(AdtEvent::Merged),
        _ => Ok(None),
    };
    Received {
        control_id: reader.text(head, 10, 1),
        sender: (reader.text(head, 3, 1), reader.text(head, 4, 1)),
        event,
        version: reader.text(head, 12, 1),
        read: match found {
            Ok(Some(adt)) => Read::Adt(Box::new(adt)),
            Ok(None) => Read::Other,
            Err(why) => Read::Bad(why),
        },
    }
}

/// The acknowledgement of `received`.
pub fn answer(received: &Received, outcome: &Acknowledged, now: Instant) -> String {
    let (code, why) = match outcome {
        Acknowledged::Accepted => ("AA", String::new()),
        Acknowledged::Refused(why) => ("AE", plain(why)),
        Acknowledged::Later => ("AR", "not now; send it again".to_owned()),
    };
    let stamp: String = now.rfc3339().chars().filter(char::is_ascii_digit).take(14).collect();
    let (application, facility) = (plain(&received.sender.0), plain(&received.sender.1));
    let (event, id) = (plain(&received.event), plain(&received.control_id));
    let version = if received.version.is_empty() { "2.5" } else { received.version.as_str() };
    format!(
        "MSH|^~\\&|POSTERN||{application}|{facility}|{stamp}+0000||ACK^{event}|{id}-A|P|{}\rMSA|{code}|{id}|{why}\r",
        plain(version)
    )
}

/// `text` without anything that HL7 reads as structure.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() && !matches!(c, '|' | '^' | '~' | '\\' | '&')).take(200).collect()
}

struct Reader<'m> {
    message: &'m Message<'m>,
}

impl Reader<'_> {
    /// A component of the first repeat of a field, decoded; empty when it is missing or HL7's `""`.
    fn text(&self, segment: &Segment<'_>, field: usize, component: usize) -> String {
        segment.field(field).and_then(|f| f.repeat(1)).map(|r| self.part(r, component)).unwrap_or_default()
    }

    fn part(&self, repeat: &Repeat<'_>, component: usize) -> String {
        let raw = repeat.component(component).map(Component::raw_value).unwrap_or_default();
        let raw = raw.split('&').next().unwrap_or_default();
        let decoded = self.message.separators.decode(raw).to_string();
        if decoded == "\"\"" { String::new() } else { decoded.trim().to_owned() }
    }

    fn adt(&self, event: AdtEvent) -> Result<Option<Adt>, String> {
        let Some(pid) = self.message.segment("PID") else { return Err("no PID segment".to_owned()) };
        let mrn = self.mrn(pid, 3).ok_or("PID-3 holds no medical record number")?;
        let names = repeats(pid, 5);
        let name = names.iter().find(|n| self.part(n, 7) == "L").or(names.first());
        let name = name.ok_or("PID-5 holds no name")?;
        let family = self.part(name, 1);
        if family.is_empty() {
            return Err("PID-5 holds no family name".to_owned());
        }
        let given = [self.part(name, 2), self.part(name, 3)].join(" ").trim().to_owned();
        let birth_date = day(&self.text(pid, 7, 1)).ok_or("PID-7 is not a whole birth date")?;
        let sex = match self.text(pid, 8, 1).as_str() {
            "M" => "male",
            "F" => "female",
            "O" | "A" | "N" => "other",
            _ => "unknown",
        };
        let died = self.text(pid, 30, 1);
        let merged = match event {
            AdtEvent::Merged => {
                let mrg = self.message.segment("MRG").ok_or("no MRG segment")?;
                Some(self.mrn(mrg, 1).ok_or("MRG-1 holds no medical record number")?)
            }
            _ => None,
        };
        let person = Person {
            family: family.clone(),
            given: given.clone(),
            birth_date,
            sex: sex.to_owned(),
            language: self.text(pid, 15, 2),
            deceased_on: day(&self.text(pid, 29, 1)),
            deceased: match died.as_str() {
                "Y" => Some(true),
                "N" => Some(false),
                _ => None,
            },
            mrn,
            former: merged.iter().cloned().collect(),
            pcps: Vec::new(),
            replaced_by: None,
            replaces: Vec::new(),
        };
        let raw = self.resource(pid, &family, &given).to_string();
        Ok(Some(Adt { event, person, pcps: self.pcps(), merged, raw }))
    }

    /// The number of type MR in `field`, else the first that can be one.
    fn mrn(&self, segment: &Segment<'_>, field: usize) -> Option<String> {
        let numbers = repeats(segment, field);
        let typed = numbers.iter().find(|n| self.part(n, 5) == "MR").or(numbers.first())?;
        Some(self.part(typed, 1)).filter(|number| Mrn::parse(number).is_ok())
    }

    /// The PCPs in PD1-4, in ROL and in PRT; `None` when none of them speaks of any.
    fn pcps(&self) -> Option<Vec<Clinician>> {
        let mut speaks = false;
        let mut found: Vec<Clinician> = Vec::new();
        let mut people: Vec<Clinician> = Vec::new();
        for segment in self.message.segments() {
            let is_pcp = |role: &str| PCP_ROLES.contains(&role.to_uppercase().as_str());
            let field = match segment.name {
                "PD1" if segment.field(4).is_some_and(|f| !f.is_empty()) => 4,
                "ROL" if is_pcp(&self.text(segment, 3, 1)) => 4,
                "PRT" if is_pcp(&self.text(segment, 4, 1)) => 5,
                _ => continue,
            };
            speaks = true;
            // DE: the role was taken away.
            let ended = segment.name != "PD1" && self.text(segment, 2, 1).starts_with("DE");
            if !ended {
                people.extend(repeats(segment, field).into_iter().filter_map(|who| self.clinician(who)));
            }
        }
        for who in people {
            if !found.iter().any(|known| known.npi == who.npi) {
                found.push(who);
            }
        }
        speaks.then_some(found)
    }

    /// A person of type XCN with a valid NPI.
    fn clinician(&self, who: &Repeat<'_>) -> Option<Clinician> {
        let npi = Npi::parse(&self.part(who, 1))?;
        Some(Clinician {
            npi: Some(npi.as_str().to_owned()),
            family: self.part(who, 2),
            given: self.part(who, 3),
            specialty: String::new(),
        })
    }

    /// What the access team calls: the patient's numbers and those of the next of kin.
    fn resource(&self, pid: &Segment<'_>, family: &str, given: &str) -> Value {
        let numbers = |segment: &Segment<'_>, field: usize, place: &str| -> Vec<Value> {
            let each = repeats(segment, field).into_iter().map(|number| {
                let whole = [self.part(number, 1), self.part(number, 12)].into_iter().find(|n| !n.is_empty());
                let pieces = [self.part(number, 6), self.part(number, 7)].join(" ").trim().to_owned();
                whole.unwrap_or(pieces)
            });
            each.filter(|n| !n.is_empty())
                .map(|n| json!({"system": "phone", "value": n, "use": place}))
                .collect()
        };
        let mut telecom = numbers(pid, 13, "home");
        telecom.extend(numbers(pid, 14, "work"));
        let mut contacts = Vec::new();
        for kin in self.message.segments().filter(|s| s.name == "NK1") {
            let relations = [self.text(kin, 3, 2), self.text(kin, 3, 1)];
            let relation = relations.into_iter().find(|text| !text.is_empty());
            contacts.push(json!({
                "name": {"family": self.text(kin, 2, 1), "given": [self.text(kin, 2, 2)]},
                "relationship": [{"text": relation}],
                "telecom": numbers(kin, 5, "home"),
            }));
        }
        json!({"resourceType": "Patient", "name": [{"family": family, "given": [given]}], "telecom": telecom, "contact": contacts})
    }
}

/// The repeats of a field that say something.
fn repeats<'s>(segment: &'s Segment<'s>, field: usize) -> Vec<&'s Repeat<'s>> {
    let field = segment.field(field);
    field.map(|f| f.repeats().filter(|r| !r.raw_value().is_empty()).collect()).unwrap_or_default()
}

/// The civil date at the beginning of an HL7 time.
fn day(text: &str) -> Option<Date> {
    let (year, month, day) = (text.get(0..4)?, text.get(4..6)?, text.get(6..8)?);
    let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
    Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "MSH|^~\\&|HIS|WEST|POSTERN|PORTAL|20260311120000||ADT^A08|M1001|P|2.5\r";
    const PID: &str = "PID|1||0077001^^^HOSP^MR~999-99-9999^^^SSA^SS||Doe^Robin^Q^^^^L||20190314|M|||1 Elm^^Boston||617-555-0100^PRN^PH\r";

    fn adt(text: &str) -> Adt {
        match read(text).read {
            Read::Adt(adt) => *adt,
            other => panic!("{other:?}"),
        }
    }

    fn npis(adt: &Adt) -> Option<Vec<&str>> {
        adt.pcps.as_ref().map(|all| all.iter().map(|c| c.npi.as_deref().unwrap()).collect())
    }

    #[test]
    fn a_patient_is_read_with_the_pcp_of_pd1_4() {
        let text = format!(
            "{HEAD}EVN|A08|20260311\r{PID}PD1||||1234567893^OKAFOR^NGOZI^^^^^^NPI\rNK1|1|Doe^Pat|MTH^Mother||617-555-0199\r"
        );
        let found = adt(&text);
        assert_eq!(
            (found.person.mrn.as_str(), found.person.family.as_str(), found.person.given.as_str()),
            ("0077001", "Doe", "Robin Q")
        );
        assert_eq!(found.person.birth_date, time::macros::date!(2019 - 03 - 14));
        assert_eq!(npis(&found), Some(vec!["1234567893"]));
        assert!(
            found.raw.contains("617-555-0100")
                && found.raw.contains("617-555-0199")
                && found.raw.contains("Mother")
        );
        assert_eq!(read(&text).control_id, "M1001");
    }

    #[test]
    fn pcps_of_rol_and_prt_are_read_and_a_silent_message_says_nothing_of_them() {
        let rol =
            format!("{HEAD}{PID}ROL|1|UP|PP|1234567893^OKAFOR^NGOZI\rROL|2|UP|AT|1245319599^OTHER^ONE\r");
        assert_eq!(npis(&adt(&rol)), Some(vec!["1234567893"]));
        let prt = format!("{HEAD}{PID}PRT|1|AD||PP^Primary Care Provider|1234567893^OKAFOR^NGOZI\r");
        assert_eq!(npis(&adt(&prt)), Some(vec!["1234567893"]));
        assert_eq!(npis(&adt(&format!("{HEAD}{PID}"))), None);
        assert_eq!(
            npis(&adt(&format!("{HEAD}{PID}PD1||||\"\"\r"))),
            Some(vec![]),
            "HL7's null takes them away"
        );
        assert_eq!(npis(&adt(&format!("{HEAD}{PID}ROL|1|DE|PP|1234567893^OKAFOR\r"))), Some(vec![]));
        assert_eq!(
            npis(&adt(&format!("{HEAD}{PID}PD1||||1234567890^WRONG^CHECK\r"))),
            Some(vec![]),
            "no valid NPI"
        );
    }

    #[test]
    fn a_merge_names_the_number_that_is_gone() {
        let text = HEAD.replace("A08", "A40") + PID + "MRG|0066001^^^HOSP^MR\r";
        let found = adt(&text);
        assert_eq!((found.event, found.merged.as_deref()), (AdtEvent::Merged, Some("0066001")));
        assert!(
            matches!(read(&(HEAD.replace("A08", "A40") + PID)).read, Read::Bad(why) if why.contains("MRG"))
        );
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_a_reason_and_other_messages_are_let_pass() {
        for (text, why) in [
            ("garbage".to_owned(), "HL7"),
            (HEAD.to_owned(), "PID"),
            (format!("{HEAD}PID|1||||Doe^Robin||20190314|M\r"), "PID-3"),
            (format!("{HEAD}PID|1||77^^^^MR||||20190314|M\r"), "PID-5"),
            (format!("{HEAD}PID|1||77^^^^MR||Doe^Robin||2019|M\r"), "PID-7"),
            (format!("{HEAD}PID|1||77^^^^MR||Doe^Robin||20190230|M\r"), "PID-7"),
        ] {
            assert!(matches!(read(&text).read, Read::Bad(reason) if reason.contains(why)), "{text}");
        }
        assert_eq!(read(&(HEAD.replace("A08", "A11") + PID)).read, Read::Other);
        assert_eq!(read(&(HEAD.replace("ADT^A08", "ORU^R01") + PID)).read, Read::Other);
    }

    #[test]
    fn an_answer_repeats_the_control_id_and_holds_no_structure_of_its_senders() {
        let mut received = read(&format!("{HEAD}{PID}"));
        let now = "2026-03-11T16:00:00Z".parse().unwrap();
        let text = answer(&received, &Acknowledged::Accepted, now);
        assert_eq!(
            text,
            "MSH|^~\\&|POSTERN||HIS|WEST|20260311160000+0000||ACK^A08|M1001-A|P|2.5\rMSA|AA|M1001|\r"
        );
        received.control_id = "x\rMSA|AA|y".to_owned();
        let text = answer(&received, &Acknowledged::Refused("a|b".to_owned()), now);
        assert!(text.ends_with("MSA|AE|xMSAAAy|ab\r"), "{text}");
    }
}
