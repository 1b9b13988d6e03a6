//! The authored part of the demo hospital: `assets/demo/hospital.toml` as values, and its relative instants.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};
use time::Date;

use crate::domain::calendar::{Instant, Zone, parse_date};
use crate::domain::chart::Section;
use crate::domain::chart::sensitivity::Labels;
use crate::domain::people::{AccountKind, AccountStatus, GivenBy, Job, Role, SignIn};
use crate::domain::request::RequestKind;

const TEXT: &str = include_str!("../../../assets/demo/hospital.toml");

/// The authored hospital, as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Authored {
    pub(super) hospital: Home,
    pub(super) practice: Vec<Practice>,
    pub(super) provider: Vec<Provider>,
    pub(super) membership: Vec<Membership>,
    pub(super) account: Vec<Account>,
    pub(super) sponsorship: Vec<Sponsorship>,
    pub(super) validation: Vec<Validation>,
    pub(super) patient: Vec<Patient>,
    pub(super) former_mrn: Vec<FormerMrn>,
    pub(super) merge: Vec<Merge>,
    /// Seats come from the clinical file; these are what they must be.
    #[expect(dead_code, reason = "build.py's; the tests read the file themselves")]
    pub(super) care_team: Vec<Seat>,
    pub(super) guardian: Vec<Guardian>,
    pub(super) patient_account: Vec<PatientAccount>,
    pub(super) token: Vec<Token>,
    pub(super) grant: Vec<Grant>,
    pub(super) restriction: Vec<Restriction>,
    pub(super) emergency: Vec<Emergency>,
    pub(super) request: Vec<Request>,
}

/// What is wrong with the authored hospital; only a change to the file can cause it.
#[derive(Debug, thiserror::Error)]
#[error("assets/demo/hospital.toml: {0}")]
pub struct AuthoredError(String);

impl AuthoredError {
    pub(super) fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

impl Authored {
    /// The hospital shipped with this program.
    pub(super) fn shipped() -> Result<Self, AuthoredError> {
        toml::from_str(TEXT).map_err(|error| AuthoredError(error.to_string()))
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Home {
    pub(super) name: String,
    pub(super) phone: String,
    pub(super) time_zone: String,
    #[serde(deserialize_with = "date")]
    pub(super) reference_date: Date,
    pub(super) password: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Practice {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) phone: String,
    pub(super) fax: String,
    pub(super) address: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Provider {
    pub(super) npi: String,
    pub(super) family: String,
    pub(super) given: String,
    pub(super) specialty: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Membership {
    pub(super) practice: String,
    pub(super) npi: String,
    pub(super) from: Option<Relative>,
    pub(super) to: Option<Relative>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Account {
    pub(super) email: String,
    pub(super) kind: AccountKind,
    pub(super) npi: Option<String>,
    pub(super) family: Option<String>,
    pub(super) given: Option<String>,
    #[serde(default = "portal")]
    pub(super) sign_in: SignIn,
    #[serde(default = "active")]
    pub(super) status: AccountStatus,
    pub(super) job: Option<Job>,
    #[serde(default)]
    pub(super) roles: Vec<Role>,
    #[serde(default, deserialize_with = "some_date")]
    pub(super) birth_date: Option<Date>,
    /// Base32.
    pub(super) totp: String,
    pub(super) shows: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sponsorship {
    pub(super) sponsor: String,
    pub(super) user: String,
    pub(super) practice: String,
    pub(super) from: Option<Relative>,
    pub(super) to: Option<Relative>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Validation {
    pub(super) sponsor: String,
    pub(super) state: ValidationState,
}

/// How far a sponsor has come with the reviews that were due by the first start.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ValidationState {
    /// Reviewed every one of them.
    Current,
    /// Missed the newest.
    Overdue,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "build.py's; the tests read the file themselves")]
pub(super) struct Patient {
    pub(super) id: String,
    pub(super) source: String,
    pub(super) mrn: String,
    pub(super) given: Option<String>,
    pub(super) family: Option<String>,
    pub(super) shift_weeks: Option<i64>,
    pub(super) deceased: Option<Relative>,
    pub(super) pcp: Vec<Pcp>,
    pub(super) note: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "build.py's; the tests read the file themselves")]
pub(super) struct Pcp {
    pub(super) npi: Option<String>,
    pub(super) practice: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FormerMrn {
    pub(super) mrn: String,
    pub(super) former_mrn: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Merge {
    pub(super) from_mrn: String,
    pub(super) into_mrn: String,
    pub(super) merged: Relative,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "build.py's; the tests read the file themselves")]
pub(super) struct Seat {
    pub(super) mrn: String,
    pub(super) npi: Option<String>,
    pub(super) practice: Option<String>,
    pub(super) role: String,
    pub(super) from: Relative,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Guardian {
    pub(super) mrn: String,
    pub(super) account: String,
    pub(super) relationship: String,
    pub(super) from: Relative,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PatientAccount {
    pub(super) mrn: String,
    pub(super) account: String,
    pub(super) from: Relative,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Token {
    pub(super) mrn: String,
    pub(super) secret: String,
    pub(super) issued: Relative,
    pub(super) by: GivenBy,
    pub(super) redeemed_by: Option<String>,
    pub(super) practice: Option<String>,
    pub(super) redeemed: Option<Relative>,
    pub(super) revoked: Option<Relative>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Grant {
    pub(super) mrn: String,
    pub(super) account: String,
    pub(super) from: Relative,
    pub(super) to: Option<Relative>,
    pub(super) by: GivenBy,
    #[serde(default)]
    pub(super) sections: Vec<Section>,
    #[serde(default, deserialize_with = "labels")]
    pub(super) sensitive: Labels,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Restriction {
    pub(super) mrn: String,
    pub(super) npi: Option<String>,
    pub(super) from: Relative,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Emergency {
    pub(super) mrn: String,
    pub(super) account: String,
    pub(super) from: Relative,
    pub(super) to: Relative,
    pub(super) reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Request {
    pub(super) kind: RequestKind,
    pub(super) by: String,
    pub(super) mrn: Option<String>,
    pub(super) practice: Option<String>,
    pub(super) new_name: Option<String>,
    pub(super) new_phone: Option<String>,
    pub(super) new_fax: Option<String>,
    pub(super) new_address: Option<String>,
    pub(super) sponsor: Option<bool>,
    pub(super) effective: Option<Relative>,
    pub(super) reason: String,
    pub(super) from: Relative,
}

/// An instant relative to the first start: `now`, or signed steps taken from left to right in hospital time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Relative(Vec<Step>);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Step {
    Months(i32),
    Days(i64),
    Seconds(i64),
}

impl Relative {
    /// Reads `now` or a chain such as `-15d+6mo`: `y`, `mo`, `d`, `h`, `min`.
    fn parse(text: &str) -> Option<Self> {
        if text == "now" {
            return Some(Self(Vec::new()));
        }
        let mut steps = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let sign = match rest.chars().next()? {
                '+' => 1,
                '-' => -1,
                _ => return None,
            };
            let body = rest.get(1..)?;
            let end = body.find(['+', '-']).unwrap_or(body.len());
            let (step, after) = body.split_at_checked(end)?;
            let unit = step.find(|c: char| !c.is_ascii_digit())?;
            let (count, unit) = step.split_at_checked(unit)?;
            let count: i32 = count.parse().ok()?;
            steps.push(match unit {
                "y" => Step::Months(sign * count.checked_mul(12)?),
                "mo" => Step::Months(sign * count),
                "d" => Step::Days(i64::from(sign * count)),
                "h" => Step::Seconds(i64::from(sign * count) * 3600),
                "min" => Step::Seconds(i64::from(sign * count) * 60),
                _ => return None,
            });
            rest = after;
        }
        (!steps.is_empty()).then_some(Self(steps))
    }

    /// The instant meant when the first start was at `now`.
    pub(super) fn from(&self, now: Instant, zone: Zone) -> Instant {
        self.0.iter().fold(now, |t, step| match *step {
            Step::Months(months) => zone.plus_months(t, months),
            Step::Days(days) => zone.plus_days(t, days),
            Step::Seconds(seconds) => t.plus_seconds(seconds),
        })
    }
}

impl<'de> Deserialize<'de> for Relative {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(input)?;
        Self::parse(&text).ok_or_else(|| wrong(&text, "`now` or steps such as `-15d+6mo`"))
    }
}

fn wrong<E: serde::de::Error>(text: &str, wanted: &str) -> E {
    E::custom(format!("`{text}` is not {wanted}"))
}

fn portal() -> SignIn {
    SignIn::Portal
}

fn active() -> AccountStatus {
    AccountStatus::Active
}

fn date<'de, D: Deserializer<'de>>(input: D) -> Result<Date, D::Error> {
    let text = Cow::<'de, str>::deserialize(input)?;
    parse_date(&text).ok_or_else(|| wrong(&text, "a date"))
}

fn some_date<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Date>, D::Error> {
    date(input).map(Some)
}

fn labels<'de, D: Deserializer<'de>>(input: D) -> Result<Labels, D::Error> {
    let codes = Vec::<Cow<'de, str>>::deserialize(input)?;
    let mut all = Labels::NONE;
    for code in codes {
        all = all.and(Labels::of_code(&code).ok_or_else(|| wrong(&code, "a sensitivity code"))?);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new_york() -> Zone {
        "America/New_York".parse().unwrap()
    }

    fn from(text: &str, now: &str) -> String {
        Relative::parse(text).unwrap().from(now.parse().unwrap(), new_york()).rfc3339()
    }

    #[test]
    fn the_shipped_hospital_is_read_whole() {
        let shipped = Authored::shipped().unwrap();
        assert_eq!(shipped.patient.len(), 70);
        assert!(shipped.account.iter().all(|a| !a.shows.is_empty()));
    }

    #[test]
    fn steps_are_taken_from_left_to_right_in_hospital_time() {
        assert_eq!(from("now", "2026-11-23T15:00:00Z"), "2026-11-23T15:00:00Z");
        // From winter time to summer time the wall clock stays: 10:00 is 14:00 UTC in April.
        assert_eq!(from("+5mo", "2026-11-23T15:00:00Z"), "2027-04-23T14:00:00Z");
        assert_eq!(from("-15d+6mo", "2026-11-23T15:00:00Z"), "2027-05-08T14:00:00Z");
        assert_eq!(from("-1d-4h", "2026-11-23T15:00:00Z"), "2026-11-22T11:00:00Z");
        assert_eq!(from("+90min", "2026-11-23T15:00:00Z"), "2026-11-23T16:30:00Z");
    }

    #[test]
    fn months_and_years_clamp_to_the_months_end_step_by_step() {
        assert_eq!(from("-1y", "2028-02-29T15:00:00Z"), "2027-02-28T15:00:00Z");
        assert_eq!(from("-1y+1y", "2028-02-29T15:00:00Z"), "2028-02-28T15:00:00Z");
        assert_eq!(from("+6mo", "2026-08-31T15:00:00Z"), "2027-02-28T16:00:00Z");
    }

    #[test]
    fn anything_else_is_not_a_relative_instant() {
        for text in ["", "2y", "-2", "-y", "--2d", "-2w", "-2d ", "now-2d", "-99999999999d", "−2d"] {
            assert_eq!(Relative::parse(text), None, "{text}");
        }
    }
}
