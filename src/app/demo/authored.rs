//! The authored part of the demo hospital: `assets/demo/hospital.toml` as values.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};
use time::Date;

use super::relative::Relative;
use crate::domain::calendar::parse_date;
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

pub(super) fn wrong<E: serde::de::Error>(text: &str, wanted: &str) -> E {
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

    #[test]
    fn the_shipped_hospital_is_read_whole() {
        let shipped = Authored::shipped().unwrap();
        assert_eq!(shipped.patient.len(), 70);
        assert!(shipped.account.iter().all(|a| !a.shows.is_empty()));
    }
}
