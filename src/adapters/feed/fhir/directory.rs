//! Patients, clinicians, organizations and care teams.

use super::json::{Bad, Concept, Found, Node, joined};
use super::refs::is_npi_system;
use super::{Context, Lines, ending, item};
use crate::domain::chart::{ChartItem, Section};
use crate::domain::feed::{Clinician, Facts, Person, Pointer, SeatWish};
use crate::domain::ids::{Mrn, Npi};

/// A name, split.
#[derive(Debug, Default)]
pub(super) struct Name {
    family: String,
    given: String,
    text: String,
}

impl Name {
    /// As it is shown.
    pub(super) fn shown(&self) -> String {
        if self.family.is_empty() && !self.text.is_empty() {
            return self.text.clone();
        }
        format!("{} {}", self.given, self.family).trim().to_owned()
    }
}

/// The official name of a person, else the first that is not old.
pub(super) fn human_name(node: Node<'_>) -> Found<Name> {
    let mut best: Option<(u8, Name)> = None;
    for name in node.list("name")? {
        let rank = match name.text("use")? {
            "official" => 0,
            "old" | "maiden" => 3,
            "nickname" | "anonymous" => 2,
            _ => 1,
        };
        if best.as_ref().is_none_or(|(known, _)| rank < *known) {
            let found = Name {
                family: name.text("family")?.to_owned(),
                given: name.texts("given")?.join(" "),
                text: name.text("text")?.to_owned(),
            };
            best = Some((rank, found));
        }
    }
    Ok(best.map(|(_, name)| name).unwrap_or_default())
}

/// What a resource without a patient says of the directory.
pub(super) fn facts(c: Context<'_>) -> Found<Facts> {
    Ok(match c.source.kind {
        "Patient" => Facts::Patient(Box::new(person(c)?)),
        "Practitioner" => Facts::Practitioner(clinician(c)?),
        "PractitionerRole" => Facts::Role {
            clinician: c.refs.pointer(c.node.node("practitioner")?)?,
            organization: c.refs.pointer(c.node.node("organization")?)?,
        },
        "Organization" => {
            let mut codes = Vec::new();
            for identifier in c.node.list("identifier")? {
                let wanted = &c.settings.practice_system;
                let (system, value) = (identifier.text("system")?, identifier.text("value")?);
                if !value.is_empty() && (wanted.is_empty() || system == wanted) {
                    codes.push(value.to_owned());
                }
            }
            Facts::Organization(codes)
        }
        _ => Facts::None,
    })
}

fn clinician(c: Context<'_>) -> Found<Clinician> {
    let mut npi = None;
    for identifier in c.node.list("identifier")? {
        let typed = identifier.concept("type")?.has(&["NPI"]);
        if typed || is_npi_system(identifier.text("system")?) {
            npi = npi.or_else(|| identifier.text("value").ok().and_then(Npi::parse));
        }
    }
    let name = human_name(c.node)?;
    let family = if name.family.is_empty() { name.text.clone() } else { name.family };
    let specialty = c.node.first("qualification")?.concept("code")?.name();
    Ok(Clinician { npi: npi.map(|n| n.as_str().to_owned()), family, given: name.given, specialty })
}

fn person(c: Context<'_>) -> Found<Person> {
    let name = human_name(c.node)?;
    let family = if name.family.is_empty() { name.text } else { name.family };
    if family.is_empty() {
        return Err(Bad("name has no family name".to_owned()));
    }
    let written = c.node.text("birthDate")?;
    let birth_date = match c.node.day("birthDate", c.zone())? {
        Some(date) if written.len() == 10 => date,
        Some(_) => return Err(Bad(format!("birthDate is `{written}`, not a whole date"))),
        None => return Err(Bad("birthDate is missing, and patients are found by it".to_owned())),
    };
    let (mrn, former) = mrns(c)?;
    let language = language(c.node)?;
    let dated = c.node.day("deceasedDateTime", c.zone())?;
    let mut pcps = Vec::new();
    for reference in c.node.list("generalPractitioner")? {
        pcps.extend(c.refs.pointer(reference)?);
    }
    let (replaced_by, replaces) = links(c)?;
    Ok(Person {
        family,
        given: name.given,
        birth_date,
        sex: c.node.text("gender")?.to_owned(),
        language,
        deceased_on: dated,
        deceased: if dated.is_some() { Some(true) } else { c.node.truth("deceasedBoolean")? },
        mrn,
        former,
        pcps,
        replaced_by,
        replaces,
    })
}

/// The record that this one was merged into, and those that were merged into it.
fn links(c: Context<'_>) -> Found<(Option<Pointer>, Vec<Pointer>)> {
    let (mut replaced_by, mut replaces): (Option<Pointer>, Vec<Pointer>) = (None, Vec::new());
    for link in c.node.list("link")? {
        let Some(other) = c.refs.pointer(link.node("other")?)? else { continue };
        match link.text("type")? {
            "replaced-by" if replaced_by.as_ref().is_some_and(|known| *known != other) => {
                return Err(Bad("link names two records that replace this one".to_owned()));
            }
            "replaced-by" => replaced_by = Some(other),
            "replaces" if !replaces.contains(&other) => replaces.push(other),
            _ => {}
        }
    }
    Ok((replaced_by, replaces))
}

/// The preferred language, else the first.
fn language(patient: Node<'_>) -> Found<String> {
    let all = patient.list("communication")?;
    let mut chosen = all.first().copied();
    for one in &all {
        if one.truth("preferred")? == Some(true) {
            chosen = Some(*one);
        }
    }
    chosen.map_or(Ok(String::new()), |one| Ok(one.concept("language")?.name()))
}

/// The MRN, and those that the patient had before.
fn mrns(c: Context<'_>) -> Found<(String, Vec<String>)> {
    let wanted = &c.settings.mrn_system;
    let (mut current, mut former): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    for identifier in c.node.list("identifier")? {
        let is_mrn = if wanted.is_empty() {
            identifier.concept("type")?.has(&["MR"])
        } else {
            identifier.text("system")? == wanted
        };
        let value = identifier.text("value")?;
        if !is_mrn || value.is_empty() {
            continue;
        }
        Mrn::parse(value).map_err(|error| Bad(format!("identifier `{value}`: {error}")))?;
        let list = if identifier.text("use")? == "old" { &mut former } else { &mut current };
        if !list.iter().any(|known| known == value) {
            list.push(value.to_owned());
        }
    }
    match current.len() {
        1 => Ok((current.remove(0), former)),
        0 if wanted.is_empty() => Err(Bad("no identifier has the type MR".to_owned())),
        0 => Err(Bad(format!("no identifier has the system {wanted} of feed.mrn_system"))),
        n => Err(Bad(format!("{n} identifiers look like the MRN ({})", current.join(", ")))),
    }
}

/// Who sits in a care team: all but the patient, one item each.
pub(super) fn members(c: Context<'_>) -> Found<Lines> {
    let team = c.node.period("period", c.zone())?;
    let team_name = c.node.text("name")?;
    let mut lines = Vec::new();
    for participant in c.node.list("participant")? {
        let member = participant.node("member")?;
        if member.is_nothing() || c.refs.key(member)?.is_some_and(|key| key.starts_with("Patient/")) {
            continue;
        }
        let own = participant.period("period", c.zone())?;
        let name = c.refs.name(member)?;
        let behalf = c.refs.name(participant.node("onBehalfOf")?)?;
        let role = participant.titles("role")?;
        let title = [role.as_str(), team_name].into_iter().find(|t| !t.is_empty()).unwrap_or_default();
        let from = if own.start > team.start { own.from } else { team.from };
        let to = [own.to, team.to].into_iter().flatten().min_by_key(|moment| moment.end);
        let line = ChartItem {
            title: title.to_owned(),
            status: c.node.text("status")?.to_owned(),
            category: team_name.to_owned(),
            actor: name,
            detail: behalf,
            ..ending(item(Section::CareTeam, &Concept::default(), from), to)
        };
        lines.push((line, String::new()));
    }
    Ok(lines)
}

/// The seats that a care team asks for: its period narrowed by each participant's.
pub(super) fn seats(c: Context<'_>) -> Found<Vec<SeatWish>> {
    let over = match c.node.text("status")? {
        // Not yet a team, or never one.
        "proposed" | "entered-in-error" => return Ok(Vec::new()),
        "inactive" | "suspended" => true,
        _ => false,
    };
    let team = c.node.period("period", c.zone())?;
    let mut seats: Vec<SeatWish> = Vec::new();
    for participant in c.node.list("participant")? {
        let Some(member) = c.refs.pointer(participant.node("member")?)? else { continue };
        if let Pointer::Resource(key) = &member {
            let kind = key.split('/').next().unwrap_or_default();
            if !matches!(kind, "Practitioner" | "PractitionerRole" | "Organization") {
                continue;
            }
        }
        let own = participant.period("period", c.zone())?;
        let (from, to) = (own.start.max(team.start), earlier(own.end, team.end));
        let role = joined([participant.titles("role")?], ", ");
        seats.push(SeatWish { member, role, from, to, over });
    }
    Ok(seats)
}

/// The earlier of two ends, where a missing one is open.
fn earlier<T: Ord>(a: Option<T>, b: Option<T>) -> Option<T> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}
