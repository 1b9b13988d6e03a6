//! Reading lines that name someone: practices, providers, accounts, patients.

use std::collections::HashSet;

use super::fields::{Fields, any_text, date, npi, spelled_mrn, text, word, written_email};
use super::lines::{AccountLine, PatientLine, PracticeLine, ProviderLine};
use crate::domain::people::{AccountKind, AccountStatus, Job, Role, SignIn, fold_email};

/// A practice. Its key is in `faulty` when the line is not sound.
pub(super) fn practice(f: &mut Fields<'_>, faulty: &mut HashSet<String>) -> Option<PracticeLine> {
    let code = f.need("id", text);
    let (name, phone) = (f.need("name", text), f.want("phone", any_text));
    let (fax, address) = (f.want("fax", any_text), f.want("address", any_text));
    let code = code?;
    let Some(name) = name else {
        faulty.insert(code);
        return None;
    };
    Some(PracticeLine { code, name, phone, fax, address })
}

/// A provider. The NPI is in `faulty` when the line is not sound.
pub(super) fn provider(f: &mut Fields<'_>, faulty: &mut HashSet<String>) -> Option<ProviderLine> {
    let npi = f.need("npi", npi);
    let (family, given) = (f.need("family", text), f.need("given", text));
    let specialty = f.want("specialty", any_text);
    let npi = npi?;
    let (Some(family), Some(given)) = (family, given) else {
        faulty.insert(npi.as_str().to_owned());
        return None;
    };
    Some(ProviderLine { npi, family, given, specialty })
}

/// An account. Its folded address is in `faulty` when the line is not sound.
pub(super) fn account(f: &mut Fields<'_>, faulty: &mut HashSet<String>) -> Option<AccountLine> {
    let email = f.need("email", written_email);
    let kind = f.need("kind", word!(AccountKind));
    let npi = f.want("npi", npi);
    let (family, given) = (f.want("family", text), f.want("given", text));
    let sign_in = f.want("sign_in", word!(SignIn));
    let job = f.want("job", word!(Job));
    let birth_date = f.want("birth_date", date);
    let roles = f.list("roles", word!(Role)).map(|mut roles| {
        roles.sort_unstable();
        roles.dedup();
        roles
    });
    let status = f.want("status", word!(AccountStatus)).unwrap_or(AccountStatus::Active);
    let email = email?;
    let line = kind.map(|kind| AccountLine {
        email: email.clone(),
        kind,
        npi,
        family,
        given,
        sign_in,
        job,
        birth_date,
        roles,
        status,
    });
    let sound = line.filter(|line| fits_its_kind(line, f));
    if sound.is_none() {
        faulty.insert(fold_email(&email));
    }
    sound
}

/// Whether an account line has what its kind needs and nothing that only another kind has.
fn fits_its_kind(line: &AccountLine, f: &mut Fields<'_>) -> bool {
    let mut fits = true;
    let mut missing = |field: &str, reason: &str| {
        f.missing(field, reason);
        fits = false;
    };
    let (named, kind) = (line.family.is_some() && line.given.is_some(), line.kind);
    if kind == AccountKind::Provider {
        if line.npi.is_none() && !named {
            missing("npi", "is missing; a provider without an NPI needs `family` and `given`");
        }
    } else {
        if line.family.is_none() {
            missing("family", "is missing");
        }
        if line.given.is_none() {
            missing("given", "is missing");
        }
    }
    let may_use_hospital = matches!(kind, AccountKind::Provider | AccountKind::AccessTeam);
    for (there, field, reason) in [
        (line.npi.is_some() && kind != AccountKind::Provider, "npi", "belongs to provider accounts only"),
        (line.job.is_some() && kind != AccountKind::Sponsored, "job", "belongs to sponsored accounts only"),
        (
            line.roles.is_some() && kind != AccountKind::AccessTeam,
            "roles",
            "belongs to access_team accounts only",
        ),
        (
            line.birth_date.is_some() && kind != AccountKind::Family,
            "birth_date",
            "belongs to family accounts only",
        ),
        (
            line.sign_in == Some(SignIn::Hospital) && !may_use_hospital,
            "sign_in",
            "`hospital` is for provider and access_team accounts only",
        ),
    ] {
        if there {
            missing(field, reason);
        }
    }
    fits
}

/// A patient. The MRNs are in `faulty` when the line is not sound.
pub(super) fn patient(f: &mut Fields<'_>, faulty: &mut HashSet<String>) -> Option<PatientLine> {
    let mrn = f.need("mrn", spelled_mrn);
    let (family, given) = (f.need("family", text), f.need("given", text));
    let birth_date = f.need("birth_date", date);
    let sex = f.want("sex", sex);
    let deceased_on = f.say("deceased_on", date);
    let mut former = f.list("former_mrns", spelled_mrn).unwrap_or_default();
    former.sort_by(|a, b| a.mrn.cmp(&b.mrn));
    former.dedup_by(|a, b| a.mrn == b.mrn);
    let mrn = mrn?;
    let (Some(family), Some(given), Some(birth_date)) = (family, given, birth_date) else {
        faulty.extend(former.iter().chain([&mrn]).map(|s| s.mrn.as_str().to_owned()));
        return None;
    };
    Some(PatientLine { mrn, family, given, birth_date, sex, deceased_on, former })
}

fn sex(value: &str) -> Result<String, String> {
    let known = ["female", "male", "other", "unknown"].contains(&value);
    if known { Ok(value.to_owned()) } else { Err("must be one of female, male, other, unknown".to_owned()) }
}
