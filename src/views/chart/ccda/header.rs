//! The header of the document: whose it is, who made it, for whom, and who keeps it (C-CDA R2.1, US Realm Header).

use super::coded::{LOINC, day, fixed, moment, templates, unknown};
use super::xml::{Element, el};
use crate::domain::chart::dated::Known;
use crate::views::chart::Shell;
use crate::views::layout::Frame;
use crate::views::words::chart::ccda as wc;

/// The document up to its body.
pub(super) fn document(frame: &Frame, shell: &Shell, id: &str, confidentiality: &str) -> Element {
    el("ClinicalDocument")
        .with("xmlns", "urn:hl7-org:v3")
        .with("xmlns:sdtc", "urn:hl7-org:sdtc")
        .with("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")
        .holding(el("realmCode").with("code", "US"))
        .holding(el("typeId").with("root", "2.16.840.1.113883.1.3").with("extension", "POCD_HD000040"))
        .all(templates("2.16.840.1.113883.10.20.22.1.1", "2015-08-01"))
        .all(templates("2.16.840.1.113883.10.20.22.1.2", "2015-08-01"))
        .holding(el("id").with("root", id))
        .holding(fixed("code", "34133-9", LOINC).with("displayName", "Summarization of Episode Note"))
        .holding(el("title").text(wc::TITLE))
        .holding(moment("effectiveTime", frame.now))
        .holding(fixed("confidentialityCode", confidentiality, "2.16.840.1.113883.5.25"))
        .holding(el("languageCode").with("code", "en-US"))
        .holding(el("recordTarget").holding(patient(frame, shell)))
        .holding(author(frame))
        .holding(custodian(frame))
        .all(recipient(frame))
        .holding(care(frame, shell))
}

fn patient(frame: &Frame, shell: &Shell) -> Element {
    let who = &shell.banner;
    let mrn = unknown("id")
        .with("extension", who.mrn.clone())
        .with("assigningAuthorityName", frame.hospital_name.clone());
    // The portal knows no OID of the hospital's MRNs: its own id of the patient stands beside the number.
    let role = el("patientRole").holding(el("id").with("root", shell.id.to_string()));
    let role = if who.mrn.is_empty() { role } else { role.holding(mrn) };
    role.holding(unknown("addr")).holding(unknown("telecom")).holding(person(shell))
}

fn person(shell: &Shell) -> Element {
    let who = &shell.banner;
    let sex = |code: &str| fixed("administrativeGenderCode", code, "2.16.840.1.113883.5.1");
    let gender = match who.sex.as_str() {
        "male" => sex("M"),
        "female" => sex("F"),
        "other" => el("administrativeGenderCode").with("nullFlavor", "OTH"),
        _ => unknown("administrativeGenderCode"),
    };
    let (name, birth) = if shell.unknown {
        (unknown("name"), unknown("birthTime"))
    } else {
        let given = who.given.split_whitespace().map(|given| el("given").text(given));
        let name = el("name").with("use", "L").all(given).holding(el("family").text(who.family.clone()));
        (name, day("birthTime", who.birth_date, Known::Day))
    };
    let died = who.deceased_on.into_iter().flat_map(|on| {
        [el("sdtc:deceasedInd").with("value", "true"), day("sdtc:deceasedTime", on, Known::Day)]
    });
    el("patient")
        .holding(name)
        .holding(gender)
        .holding(birth)
        .all(died)
        .holding(unknown("raceCode"))
        .holding(unknown("ethnicGroupCode"))
}

fn phone(frame: &Frame) -> Element {
    let digits: String = frame.phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    el("telecom").with("use", "WP").with("value", format!("tel:{digits}"))
}

fn author(frame: &Frame) -> Element {
    let software = concat!("Postern ", env!("CARGO_PKG_VERSION"));
    let device = el("assignedAuthoringDevice")
        .holding(el("manufacturerModelName").text("Postern"))
        .holding(el("softwareName").text(software));
    let hospital = el("representedOrganization")
        .holding(unknown("id"))
        .holding(el("name").text(frame.hospital_name.clone()))
        .holding(phone(frame))
        .holding(unknown("addr"));
    let by = el("assignedAuthor")
        .holding(unknown("id"))
        .holding(unknown("addr"))
        .holding(phone(frame))
        .holding(device)
        .holding(hospital);
    el("author").holding(moment("time", frame.now)).holding(by)
}

fn custodian(frame: &Frame) -> Element {
    let hospital = el("representedCustodianOrganization")
        .holding(unknown("id"))
        .holding(el("name").text(frame.hospital_name.clone()))
        .holding(phone(frame))
        .holding(unknown("addr"));
    el("custodian").holding(el("assignedCustodian").holding(hospital))
}

/// Who exported it.
fn recipient(frame: &Frame) -> Option<Element> {
    let viewer = frame.viewer.as_ref()?;
    let person = el("informationRecipient").holding(el("name").text(viewer.name.clone()));
    Some(el("informationRecipient").holding(el("intendedRecipient").holding(person)))
}

/// The care that it sums up: from birth until now, by the PCPs.
fn care(frame: &Frame, shell: &Shell) -> Element {
    let from = if shell.unknown { unknown("low") } else { day("low", shell.banner.birth_date, Known::Day) };
    let performers = shell.banner.pcps.iter().map(|pcp| {
        let person = el("assignedPerson").holding(el("name").text(pcp.clone()));
        let entity = el("assignedEntity").holding(unknown("id")).holding(person);
        let function = fixed("functionCode", "PCP", "2.16.840.1.113883.5.88");
        el("performer").with("typeCode", "PRF").holding(function).holding(entity)
    });
    let event = el("serviceEvent")
        .with("classCode", "PCPR")
        .holding(el("effectiveTime").holding(from).holding(moment("high", frame.now)))
        .all(performers);
    el("documentationOf").holding(event)
}
