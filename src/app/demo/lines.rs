//! The authored hospital as lines of the directory import: the demo's directory comes in by the same door as a hospital's.

use serde_json::{Value, json};
use time::Date;

use super::authored::{Authored, AuthoredError, Relative, ValidationState};
use crate::domain::calendar::{Instant, Zone, iso_date, parse_date, plus_days};
use crate::domain::people::{AccountKind, AccountStatus};
use crate::domain::validation::{Cycles, is_opening};

/// Days before its due instant at which the demo's sponsors completed a review.
const REVIEWED_DAYS_BEFORE: i64 = 7;

/// The authored hospital seen from its first start.
pub(super) struct Lines<'a> {
    authored: &'a Authored,
    now: Instant,
    zone: Zone,
}

/// A patient as the feed recorded it: what a patient line has to repeat.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Known {
    pub(super) mrn: String,
    pub(super) family: String,
    pub(super) given: String,
    pub(super) birth_date: Date,
    pub(super) sex: String,
}

impl<'a> Lines<'a> {
    /// The hospital whose first start is at `now`.
    pub(super) fn at(authored: &'a Authored, now: Instant) -> Result<Self, AuthoredError> {
        Ok(Self { authored, now, zone: authored.zone()? })
    }

    /// By how many days the clinical file and the birth dates here are moved: whole weeks, so that the reference date lands
    /// on today or up to six days before it and every visit keeps its weekday.
    pub(super) fn shift_days(&self) -> i64 {
        let days = (self.zone.date(self.now) - self.authored.hospital.reference_date).whole_days();
        days.div_euclid(7) * 7
    }

    /// The first validation opening that counts: the second to last before the first start, so that one cycle at least has
    /// come due.
    pub(super) fn first_opening(&self) -> Date {
        let today = self.zone.date(self.now);
        let back = (0..=366).map(|days| plus_days(today, -days)).filter(|day| is_opening(*day));
        back.take(2).last().unwrap_or(today)
    }

    /// Practices, providers, memberships, accounts, sponsorships and reviews.
    pub(super) fn directory(&self) -> Result<Vec<Value>, AuthoredError> {
        let a = self.authored;
        let mut lines = Vec::new();
        lines.extend(a.practice.iter().map(|p| {
            json!({"type": "practice", "id": p.id, "name": p.name, "phone": p.phone, "fax": p.fax,
                "address": p.address})
        }));
        lines.extend(a.provider.iter().map(|p| {
            json!({"type": "provider", "npi": p.npi, "family": p.family, "given": p.given,
                "specialty": p.specialty})
        }));
        lines.extend(a.membership.iter().map(|m| {
            json!({"type": "membership", "practice": m.practice, "npi": m.npi, "from": self.some(m.from.as_ref()),
                "to": self.some(m.to.as_ref())})
        }));
        lines.extend(a.account.iter().map(|account| self.account(account)));
        lines.extend(a.sponsorship.iter().map(|s| {
            json!({"type": "sponsorship", "sponsor": s.sponsor, "user": s.user, "practice": s.practice,
                "from": self.some(s.from.as_ref()), "to": self.some(s.to.as_ref())})
        }));
        lines.extend(self.reviews());
        Ok(lines)
    }

    /// What else is dated and hangs on a patient: deaths, former MRNs, guardians, tokens, grants and restrictions. `known`
    /// are the patients of whom a patient line is needed, as [`Self::retold`] names them.
    pub(super) fn facts(&self, known: &[Known]) -> Vec<Value> {
        let a = self.authored;
        let mut lines: Vec<Value> = known.iter().map(|patient| self.patient(patient)).collect();
        lines.extend(a.guardian.iter().map(|g| {
            json!({"type": "guardian", "mrn": g.mrn, "account": g.account, "relationship": g.relationship,
                "from": self.at_instant(&g.from)})
        }));
        lines.extend(a.token.iter().map(|t| {
            json!({"type": "token", "mrn": t.mrn, "secret": t.secret, "issued_at": self.at_instant(&t.issued),
                "by": t.by, "redeemed_by": t.redeemed_by, "practice": t.practice,
                "redeemed_at": self.some(t.redeemed.as_ref()), "revoked_at": self.some(t.revoked.as_ref())})
        }));
        lines.extend(a.grant.iter().map(|g| {
            json!({"type": "grant", "mrn": g.mrn, "account": g.account, "from": self.at_instant(&g.from),
                "to": self.some(g.to.as_ref()), "by": g.by, "sections": g.sections,
                "sensitive": g.sensitive.codes().collect::<Vec<_>>()})
        }));
        lines.extend(a.restriction.iter().map(
            |r| json!({"type": "restriction", "mrn": r.mrn, "npi": r.npi, "from": self.at_instant(&r.from)}),
        ));
        lines.into_iter().map(without_nulls).collect()
    }

    /// The MRNs of the patients whom the feed cannot tell in full: those who died and those with a former MRN.
    pub(super) fn retold(&self) -> Vec<&'a str> {
        let a = self.authored;
        let died = a.patient.iter().filter(|p| p.deceased.is_some()).map(|p| p.mrn.as_str());
        died.chain(a.former_mrn.iter().map(|f| f.mrn.as_str())).collect()
    }

    /// The instant that `relative` means here.
    pub(super) fn at_instant(&self, relative: &Relative) -> Instant {
        relative.from(self.now, self.zone)
    }

    fn some(&self, relative: Option<&Relative>) -> Option<Instant> {
        relative.map(|r| self.at_instant(r))
    }

    fn account(&self, account: &super::authored::Account) -> Value {
        let born = account.birth_date.map(|born| iso_date(plus_days(born, self.shift_days())));
        let status = Some(account.status).filter(|s| *s != AccountStatus::Active);
        let line = json!({"type": "account", "email": account.email, "kind": account.kind, "npi": account.npi,
            "family": account.family, "given": account.given, "job": account.job, "birth_date": born,
            "roles": Some(&account.roles).filter(|_| account.kind == AccountKind::AccessTeam),
            "sign_in": account.sign_in, "status": status});
        without_nulls(line)
    }

    fn patient(&self, known: &Known) -> Value {
        let a = self.authored;
        let died = a.patient.iter().find(|p| p.mrn == known.mrn).and_then(|p| p.deceased.as_ref());
        let former: Vec<&str> =
            a.former_mrn.iter().filter(|f| f.mrn == known.mrn).map(|f| f.former_mrn.as_str()).collect();
        json!({"type": "patient", "mrn": known.mrn, "family": known.family, "given": known.given,
            "birth_date": iso_date(known.birth_date), "sex": known.sex,
            "deceased_on": died.map(|d| iso_date(self.zone.date(self.at_instant(d)))), "former_mrns": former})
    }

    /// A review of every cycle that has come due, a week before it was; the overdue sponsor missed the newest.
    fn reviews(&self) -> Vec<Value> {
        let cycles = Cycles::counting_from(self.zone.start_of_day(self.first_opening()), self.zone);
        let mut lines = Vec::new();
        for sponsor in &self.authored.validation {
            let due = cycles.opened_by(self.now).filter(|c| c.due <= self.now);
            let missed = usize::from(sponsor.state == ValidationState::Overdue);
            lines.extend(due.skip(missed).map(|cycle| {
                json!({"type": "validation_review", "sponsor": sponsor.sponsor, "cycle": iso_date(cycle.opening),
                    "completed_at": self.zone.plus_days(cycle.due, -REVIEWED_DAYS_BEFORE)})
            }));
        }
        lines
    }
}

impl Authored {
    /// Hospital time.
    pub(super) fn zone(&self) -> Result<Zone, AuthoredError> {
        self.hospital.time_zone.parse().map_err(AuthoredError::new)
    }
}

/// `line` without the fields that are null: left out means the same.
fn without_nulls(mut line: Value) -> Value {
    if let Value::Object(fields) = &mut line {
        fields.retain(|_, value| !value.is_null());
    }
    line
}

/// The date that a patient line of the clinical file gives, moved by `days`.
pub(super) fn shifted(date: &str, days: i64) -> Option<Date> {
    parse_date(date).map(|date| plus_days(date, days))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opening_and_shift(now: &str) -> (String, i64) {
        let authored = Authored::shipped().unwrap();
        let lines = Lines::at(&authored, now.parse().unwrap()).unwrap();
        (iso_date(lines.first_opening()), lines.shift_days())
    }

    #[test]
    fn the_charts_move_by_whole_weeks_so_that_the_reference_date_is_at_most_six_days_old() {
        assert_eq!(opening_and_shift("2026-11-22T17:00:00Z").1, 0);
        assert_eq!(opening_and_shift("2026-11-28T17:00:00Z").1, 0);
        assert_eq!(opening_and_shift("2026-11-29T17:00:00Z").1, 7);
        // Still the 28th in hospital time.
        assert_eq!(opening_and_shift("2026-11-29T04:59:59Z").1, 0);
        assert_eq!(opening_and_shift("2026-11-21T17:00:00Z").1, -7);
    }

    #[test]
    fn two_openings_count_at_the_first_start_wherever_in_the_year_it_is() {
        assert_eq!(opening_and_shift("2026-11-23T17:00:00Z").0, "2026-04-01");
        assert_eq!(opening_and_shift("2027-04-10T17:00:00Z").0, "2026-10-01");
        assert_eq!(opening_and_shift("2027-04-01T17:00:00Z").0, "2026-10-01");
        assert_eq!(opening_and_shift("2027-03-31T17:00:00Z").0, "2026-04-01");
        assert_eq!(opening_and_shift("2028-02-29T17:00:00Z").0, "2027-04-01");
    }

    #[test]
    fn the_overdue_sponsor_has_missed_exactly_the_newest_review_that_came_due() {
        let authored = Authored::shipped().unwrap();
        for (now, current, overdue) in [
            ("2026-11-23T17:00:00Z", vec!["2026-10-01", "2026-04-01"], vec!["2026-04-01"]),
            ("2027-04-10T17:00:00Z", vec!["2026-10-01"], vec![]),
            ("2027-05-02T17:00:00Z", vec!["2027-04-01", "2026-10-01"], vec!["2026-10-01"]),
        ] {
            let lines = Lines::at(&authored, now.parse().unwrap()).unwrap().reviews();
            let of = |sponsor: &str| -> Vec<String> {
                let of_sponsor = lines.iter().filter(|l| l["sponsor"] == sponsor);
                of_sponsor.map(|l| l["cycle"].as_str().unwrap().to_owned()).collect()
            };
            assert_eq!(of("raman@example.org"), current, "{now}");
            assert_eq!(of("tanaka@example.org"), overdue, "{now}");
        }
    }
}
