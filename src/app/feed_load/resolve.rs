//! Whom references mean in the directory: clinicians by NPI, organizations by practice code.

use std::collections::HashMap;

use crate::domain::feed::{Clinician, Facts, Pointer};
use crate::domain::ids::{PracticeId, ProviderId};

/// A provider, a practice, a provider in a practice, or nobody that the directory knows.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Whom {
    /// The provider.
    pub(super) provider: Option<ProviderId>,
    /// The practice.
    pub(super) practice: Option<PracticeId>,
}

impl Whom {
    /// Whether the directory knows anybody by this.
    pub(super) fn is_somebody(self) -> bool {
        self.provider.is_some() || self.practice.is_some()
    }

    /// The one who would take a seat: the provider, else the practice.
    pub(super) fn seated(self) -> Self {
        if self.provider.is_some() { Self { practice: None, ..self } } else { self }
    }
}

/// Knows every clinician and organization of the feed, and everyone in the directory with a number.
#[derive(Debug, Default)]
pub(super) struct Resolver {
    /// By NPI.
    pub(super) providers: HashMap<String, ProviderId>,
    /// By code.
    pub(super) practices: HashMap<String, PracticeId>,
    known: HashMap<String, Whom>,
}

impl Resolver {
    /// Whom the resource `key` is.
    pub(super) fn of_key(&self, key: &str) -> Whom {
        self.known.get(key).copied().unwrap_or_default()
    }

    /// Whom `pointer` means.
    pub(super) fn of(&self, pointer: &Pointer) -> Whom {
        match pointer {
            Pointer::Resource(key) => self.of_key(key),
            Pointer::Npi(npi) => Whom { provider: self.providers.get(npi).copied(), practice: None },
            Pointer::Practice(code) => Whom { provider: None, practice: self.practices.get(code).copied() },
        }
    }

    /// Takes in what `key` says of itself. Roles come after those they name. Answers with a clinician whom the directory lacks.
    pub(super) fn take<'f>(&mut self, key: &str, facts: &'f Facts) -> Option<(&'f str, &'f Clinician)> {
        let whom = match facts {
            Facts::Practitioner(clinician) => {
                let npi = clinician.npi.as_deref();
                let provider = npi.and_then(|npi| self.providers.get(npi)).copied();
                if let (Some(npi), None) = (npi, provider) {
                    return Some((npi, clinician));
                }
                Whom { provider, practice: None }
            }
            Facts::Organization(codes) => {
                let practice = codes.iter().find_map(|code| self.practices.get(code)).copied();
                Whom { provider: None, practice }
            }
            Facts::Role { clinician, organization } => {
                let practice = organization.as_ref().and_then(|o| self.of(o).practice);
                match clinician.as_ref().map(|c| self.of(c).provider) {
                    // A clinician whom nobody knows by number does not stand for the whole practice.
                    Some(None) => Whom::default(),
                    provider => Whom { provider: provider.flatten(), practice },
                }
            }
            _ => return None,
        };
        self.known.insert(key.to_owned(), whom);
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_role_is_its_clinician_in_its_practice_and_nobody_without_an_npi() {
        let mut resolver = Resolver::default();
        resolver.providers.insert("1234567893".into(), ProviderId(Uuid::from_u128(1)));
        resolver.practices.insert("elm".into(), PracticeId(Uuid::from_u128(2)));
        let clinician = |npi: Option<&str>| {
            Facts::Practitioner(Clinician { npi: npi.map(str::to_owned), ..Clinician::default() })
        };
        assert!(resolver.take("Practitioner/a", &clinician(Some("1234567893"))).is_none());
        assert!(resolver.take("Practitioner/b", &clinician(None)).is_none());
        assert!(resolver.take("Practitioner/c", &clinician(Some("1245319599"))).is_some());
        resolver.take("Organization/o", &Facts::Organization(vec!["x".into(), "elm".into()]));
        let role = |who: Option<&str>| Facts::Role {
            clinician: who.map(|w| Pointer::Resource(w.to_owned())),
            organization: Some(Pointer::Resource("Organization/o".into())),
        };
        resolver.take("PractitionerRole/1", &role(Some("Practitioner/a")));
        resolver.take("PractitionerRole/2", &role(Some("Practitioner/b")));
        resolver.take("PractitionerRole/3", &role(None));
        let one = resolver.of_key("PractitionerRole/1");
        assert!(one.provider.is_some() && one.practice.is_some());
        assert!(one.seated().practice.is_none());
        assert!(!resolver.of_key("PractitionerRole/2").is_somebody());
        assert!(resolver.of_key("PractitionerRole/3").practice.is_some());
    }
}
