//! What turns the meaning of a line around: wherever the line stands, these words stand with it.

use super::{ChartItem, DO_NOT_GIVE, DO_NOT_PERFORM, REFERRAL, Section};

/// What a line must not be read without.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Caution {
    /// An order that a medicine is not to be given.
    DoNotGive,
    /// An order that somebody is not to be referred, or something not to be done.
    DoNotPerform,
    /// A vaccination that did not take place.
    NotGiven,
    /// A procedure that did not take place.
    NotDone,
    /// A medicine that the patient does not take.
    NotTaken,
    /// Called off.
    Cancelled,
    /// Begun and not carried to its end.
    BrokenOff,
    /// Suspended for the time being.
    OnHold,
    /// Not yet an order.
    Draft,
    /// Suggested, and nobody has agreed yet.
    Proposed,
    /// To come.
    Planned,
    /// Going on.
    InProgress,
    /// Waiting for an answer or a place.
    Waiting,
    /// Nobody has confirmed it.
    Unconfirmed,
    /// Held for the time being, until more is known.
    Provisional,
    /// One of several that are being considered.
    Differential,
    /// Found not to be so.
    Refuted,
}

/// What turns the meaning of `item` around, by the source's status and, of problems and allergies, by how far they are verified.
pub fn caution(item: &ChartItem) -> Option<Caution> {
    let status = item.status.as_str();
    match item.section {
        Section::Medications if item.category == DO_NOT_GIVE => Some(Caution::DoNotGive),
        Section::Medications => match status {
            "on-hold" => Some(Caution::OnHold),
            "draft" => Some(Caution::Draft),
            "proposed" => Some(Caution::Proposed),
            "planned" | "intended" => Some(Caution::Planned),
            "not-taken" => Some(Caution::NotTaken),
            "cancelled" => Some(Caution::Cancelled),
            _ => None,
        },
        Section::Immunizations => (status == "not-done").then_some(Caution::NotGiven),
        Section::Procedures => match status {
            "not-done" => Some(Caution::NotDone),
            "preparation" => Some(Caution::Planned),
            "in-progress" => Some(Caution::InProgress),
            "on-hold" => Some(Caution::OnHold),
            "stopped" => Some(Caution::BrokenOff),
            _ => None,
        },
        Section::Visits => match status {
            "planned" => Some(Caution::Planned),
            "cancelled" => Some(Caution::Cancelled),
            _ => None,
        },
        Section::Appointments if item.category == REFERRAL && item.about == DO_NOT_PERFORM => {
            Some(Caution::DoNotPerform)
        }
        Section::Appointments => match status {
            "proposed" => Some(Caution::Proposed),
            "pending" | "waitlist" => Some(Caution::Waiting),
            "cancelled" => Some(Caution::Cancelled),
            _ => None,
        },
        Section::CareTeam => (status == "proposed").then_some(Caution::Proposed),
        Section::Problems | Section::Allergies => match (status, item.about.as_str()) {
            ("refuted", _) => Some(Caution::Refuted),
            (_, "") => None,
            (_, "provisional") => Some(Caution::Provisional),
            (_, "differential") => Some(Caution::Differential),
            // A word that this version does not know is no confirmation.
            _ => Some(Caution::Unconfirmed),
        },
        Section::Results | Section::Reports | Section::Vitals | Section::Notes | Section::Documents => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(section: Section, status: &str, about: &str) -> Option<Caution> {
        caution(&ChartItem { status: status.into(), about: about.into(), ..ChartItem::blank(section) })
    }

    #[test]
    fn a_line_that_says_what_did_not_happen_is_never_without_its_words() {
        assert_eq!(of(Section::Immunizations, "not-done", ""), Some(Caution::NotGiven));
        assert_eq!(of(Section::Procedures, "not-done", ""), Some(Caution::NotDone));
        assert_eq!(of(Section::Medications, "not-taken", ""), Some(Caution::NotTaken));
        assert_eq!(of(Section::Visits, "planned", ""), Some(Caution::Planned));
        let forbidden = ChartItem {
            category: DO_NOT_GIVE.into(),
            status: "active".into(),
            ..ChartItem::blank(Section::Medications)
        };
        assert_eq!(caution(&forbidden), Some(Caution::DoNotGive));
        let referral = ChartItem {
            category: REFERRAL.into(),
            status: "active".into(),
            about: DO_NOT_PERFORM.into(),
            ..ChartItem::blank(Section::Appointments)
        };
        assert_eq!(caution(&referral), Some(Caution::DoNotPerform));
        // An appointment that it would have led to is one all the same.
        assert_eq!(caution(&ChartItem { category: "Appointment".into(), ..referral }), None);
    }

    #[test]
    fn what_is_not_confirmed_says_how_far_it_is_verified_and_an_unknown_word_confirms_nothing() {
        for section in [Section::Problems, Section::Allergies] {
            assert_eq!(of(section, "active", ""), None);
            assert_eq!(of(section, "active", "provisional"), Some(Caution::Provisional));
            assert_eq!(of(section, "active", "differential"), Some(Caution::Differential));
            assert_eq!(of(section, "active", "something-new"), Some(Caution::Unconfirmed));
            assert_eq!(of(section, "refuted", "unconfirmed"), Some(Caution::Refuted));
        }
    }

    #[test]
    fn what_simply_holds_carries_no_words() {
        for (section, status) in [
            (Section::Medications, "active"),
            (Section::Immunizations, "completed"),
            (Section::Procedures, "completed"),
            (Section::Visits, "finished"),
            (Section::Visits, "in-progress"),
            (Section::Appointments, "booked"),
            (Section::CareTeam, "active"),
        ] {
            assert_eq!(of(section, status, ""), None, "{section:?} {status}");
        }
    }
}
