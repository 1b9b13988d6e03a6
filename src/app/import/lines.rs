//! The lines of a directory file by type, and reading them: all that can be seen from one line alone is checked here.

use std::collections::HashSet;
use std::io::BufRead;

use time::Date;

use super::fields::{Faults, Fields, Said, Spelled, text};
use super::{facts, people};
use crate::domain::access::reach::SectionSet;
use crate::domain::calendar::{Instant, Zone};
use crate::domain::chart::sensitivity::Labels;
use crate::domain::ids::{Mrn, Npi};
use crate::domain::people::{AccountKind, AccountStatus, GivenBy, Job, Role, SignIn};
use crate::store::directory::Dated;

/// A line with its number.
#[derive(Debug)]
pub(super) struct At<T> {
    pub(super) line: usize,
    pub(super) it: T,
}

macro_rules! lines {
    ($($(#[$doc:meta])* $name:ident { $($field:ident: $kind:ty,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Debug)]
        pub(super) struct $name { $(pub(super) $field: $kind,)+ }
    )+};
}

lines! {
    /// A practice.
    PracticeLine {
        code: String,
        name: String,
        phone: Option<String>,
        fax: Option<String>,
        address: Option<String>,
    }
    /// A provider with an NPI.
    ProviderLine { npi: Npi, family: String, given: String, specialty: Option<String>, }
    /// An account; a status left out is `active`.
    AccountLine {
        email: String,
        kind: AccountKind,
        npi: Option<Npi>,
        family: Option<String>,
        given: Option<String>,
        sign_in: Option<SignIn>,
        job: Option<Job>,
        birth_date: Option<Date>,
        roles: Option<Vec<Role>>,
        status: AccountStatus,
    }
    /// A patient.
    PatientLine {
        mrn: Spelled,
        family: String,
        given: String,
        birth_date: Date,
        sex: Option<String>,
        deceased_on: Said<Date>,
        former: Vec<Spelled>,
    }
    /// A dated fact, its parties by their natural keys; `account` is the sponsor of a sponsorship, `user` its user.
    FactLine {
        of: Dated,
        mrn: Option<Mrn>,
        npi: Option<Npi>,
        practice: Option<String>,
        account: Option<String>,
        user: Option<String>,
        from: Instant,
        to: Option<Instant>,
        extra: Extra,
    }
    /// A patient token; of its secret only the hash is kept.
    TokenLine {
        mrn: Mrn,
        hash: Option<[u8; 32]>,
        issued_at: Instant,
        by: GivenBy,
        redeemed_by: Option<String>,
        redeemed_at: Option<Instant>,
        practice: Option<String>,
        revoked_at: Option<Instant>,
    }
    /// A record that was merged into another.
    MergeLine { mrn: Mrn, into: Mrn, from: Instant, to: Option<Instant>, }
    /// A completed review.
    ReviewLine { sponsor: String, cycle: Date, completed_at: Instant, }
    /// An extension.
    ExtensionLine { sponsor: String, cycle: Date, due: Date, }
}

/// What a dated fact says beside its parties and dates.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Extra {
    /// Nothing.
    Nothing,
    /// How a guardian is related, when the line says so.
    Relationship(Option<String>),
    /// What a grant covers, and who gave it.
    Grant { by: GivenBy, sections: SectionSet, sensitive: Labels },
}

/// The whole file, by type.
#[derive(Debug, Default)]
pub(super) struct Lines {
    pub(super) count: usize,
    pub(super) practices: Vec<At<PracticeLine>>,
    pub(super) providers: Vec<At<ProviderLine>>,
    pub(super) accounts: Vec<At<AccountLine>>,
    pub(super) patients: Vec<At<PatientLine>>,
    pub(super) facts: Vec<At<FactLine>>,
    pub(super) tokens: Vec<At<TokenLine>>,
    pub(super) merges: Vec<At<MergeLine>>,
    pub(super) reviews: Vec<At<ReviewLine>>,
    pub(super) extensions: Vec<At<ExtensionLine>>,
    /// Keys of lines that are faulty themselves: what refers to them is not reported as unknown too.
    pub(super) faulty: HashSet<String>,
}

/// Reads every line of `source`; what is wrong is noted in `faults`.
///
/// # Errors
/// When `source` cannot be read.
pub(super) fn read(
    source: &mut (dyn BufRead + Send),
    zone: Zone,
    faults: &mut Faults,
) -> std::io::Result<Lines> {
    let mut lines = Lines::default();
    let (mut number, mut bytes) = (0, Vec::new());
    loop {
        bytes.clear();
        if source.read_until(b'\n', &mut bytes)? == 0 {
            return Ok(lines);
        }
        number += 1;
        let Ok(line) = std::str::from_utf8(&bytes) else {
            faults.note(number, "", "is not UTF-8");
            continue;
        };
        let line = if number == 1 { line.trim_start_matches('\u{feff}') } else { line };
        if !line.trim().is_empty() {
            lines.count += 1;
            lines.take(number, line.trim(), zone, faults);
        }
    }
}

impl Lines {
    fn take(&mut self, line: usize, written: &str, zone: Zone, faults: &mut Faults) {
        let Some(mut f) = Fields::of(line, written, faults) else { return };
        let f = &mut f;
        let Some(kind) = f.need("type", text) else { return };
        macro_rules! keep {
            ($list:ident, $read:expr) => {{
                let it = $read;
                f.end();
                self.$list.extend(it.map(|it| At { line, it }));
            }};
        }
        let doubted = &mut self.faulty;
        match kind.as_str() {
            "practice" => keep!(practices, people::practice(f, doubted)),
            "provider" => keep!(providers, people::provider(f, doubted)),
            "account" => keep!(accounts, people::account(f, doubted)),
            "patient" => keep!(patients, people::patient(f, doubted)),
            "membership" => keep!(facts, facts::membership(f)),
            "sponsorship" => keep!(facts, facts::sponsorship(f)),
            "listing" => keep!(facts, facts::listing(f)),
            "care_team_seat" => keep!(facts, facts::seat(f)),
            "guardian" => keep!(facts, facts::guardian(f)),
            "grant" => keep!(facts, facts::grant(f)),
            "restriction" => keep!(facts, facts::restriction(f)),
            "token" => keep!(tokens, facts::token(f)),
            "merge" => keep!(merges, facts::merge(f)),
            "validation_review" => keep!(reviews, facts::review(f, zone)),
            "validation_extension" => keep!(extensions, facts::extension(f)),
            _ => f.wrong("type", format!("`{kind}` is not a type of line")),
        }
    }
}
