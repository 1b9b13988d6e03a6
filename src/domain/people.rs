//! Kinds of account and the words that describe people (product.md sections 1 to 3).

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant,)+ }
        impl $name {
            /// Every value, in the order declared.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];
            /// The word used in tables, files, URLs and logs.
            pub const fn word(self) -> &'static str { match self { $(Self::$variant => $word,)+ } }
            /// The value that `word` names.
            pub fn from_word(word: &str) -> Option<Self> { match word { $($word => Some(Self::$variant),)+ _ => None } }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.word()) }
        }
    };
}
pub(crate) use words;

words! {
    /// What an account is for; one account has one kind.
    AccountKind {
        /// A physician or other NPI holder outside the hospital.
        Provider = "provider",
        /// Practice staff without an NPI, sponsored by a provider.
        Sponsored = "sponsored",
        /// Hospital staff who run the portal.
        AccessTeam = "access_team",
        /// A patient or a guardian.
        Family = "family",
    }
}

words! {
    /// Whether an account may be used; dated.
    AccountStatus {
        /// Made, not yet approved or registered.
        Pending = "pending",
        /// In use.
        Active = "active",
        /// Closed or stopped by the access team.
        Disabled = "disabled",
    }
}

words! {
    /// What a member of the access team may do.
    Role {
        /// Decides requests.
        Reviewer = "reviewer",
        /// Runs accounts, tokens and settings.
        Administrator = "administrator",
        /// Reads the audit and the look-ups.
        Auditor = "auditor",
    }
}

words! {
    /// The job of a sponsored user.
    Job {
        /// Registered nurse.
        RegisteredNurse = "registered_nurse",
        /// Referral coordinator.
        ReferralCoordinator = "referral_coordinator",
        /// Social worker.
        SocialWorker = "social_worker",
        /// Office manager.
        OfficeManager = "office_manager",
        /// Anything else.
        Other = "other",
    }
}

words! {
    /// Why a sponsorship was ended.
    EndReason {
        /// The person left the practice.
        Left = "left",
        /// The person has another job there.
        ChangedJob = "changed_job",
        /// The person no longer needs access.
        NotNeeded = "not_needed",
        /// Another reason, in the sponsor's words.
        Other = "other",
        /// Removed in a review.
        Review = "review",
        /// A new account with another address took its place.
        Replaced = "replaced",
    }
}

impl EndReason {
    /// The reasons that a sponsor chooses from when removing somebody.
    pub const OFFERED: &'static [Self] = &[Self::Left, Self::ChangedJob, Self::NotNeeded, Self::Other];
}

words! {
    /// How an account signs in.
    SignIn {
        /// E-mail, password and second factor, or passkey, kept by this portal.
        Portal = "portal",
        /// The hospital's single sign-on.
        Hospital = "hospital",
    }
}

words! {
    /// Who gave a token or a grant.
    GivenBy {
        /// The access team.
        Team = "team",
        /// A guardian.
        Guardian = "guardian",
        /// The patient.
        Patient = "patient",
    }
}

/// The one spelling of an e-mail address that accounts are found and tries are counted by: NFKC, lower case, no outer blanks
/// and no invisible characters.
pub fn fold_email(typed: &str) -> String {
    let visible = |c: &char| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}');
    let folded: String = typed.nfkc().flat_map(char::to_lowercase).filter(visible).collect();
    folded.trim().nfc().collect()
}

/// Whether a folded address has the shape of one: something on both sides of one `@`, no blank, at most 254 bytes.
pub fn is_email(folded: &str) -> bool {
    folded.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.len() > 1)
        && folded.matches('@').count() == 1
        && folded.len() <= 254
        && !folded.chars().any(|c| c.is_whitespace() || c.is_control())
}

/// A name as two names are compared: lower case, without accents, its blanks made single (product.md section 5).
pub fn fold_name(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    for word in name.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        for c in word.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
            match c {
                // Letters that Unicode does not take apart.
                'ß' => folded.push_str("ss"),
                'æ' => folded.push_str("ae"),
                'œ' => folded.push_str("oe"),
                'ø' => folded.push('o'),
                'ł' => folded.push('l'),
                'đ' | 'ð' => folded.push('d'),
                'ı' => folded.push('i'),
                '\u{2019}' | '\u{2bc}' => folded.push('\''),
                // A capital I with a dot leaves the dot behind when it is made small.
                c if is_combining_mark(c) => {}
                c => folded.push(c),
            }
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::fold_name;

    #[test]
    fn names_are_compared_without_case_accents_and_extra_blanks() {
        assert_eq!(fold_name("  José  María "), "jose maria");
        assert_eq!(fold_name("Ångström-Müller"), "angstrom-muller");
        assert_eq!(fold_name("Łukasz Strauß"), "lukasz strauss");
        assert_eq!(fold_name("O’Reilly"), fold_name("O'REILLY"));
        assert_eq!(fold_name("İbrahim"), "ibrahim");
    }
}
