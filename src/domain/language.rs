//! The languages that pages for families come in.

use super::people::words;

words! {
    /// A language.
    Language {
        /// English.
        English = "en",
        /// Spanish.
        Spanish = "es",
    }
}

impl Language {
    /// The language that a record names, by code or by its name (`es`, `es-MX`, `Spanish`); English for any that pages do not
    /// come in.
    pub fn of_record(named: &str) -> Self {
        let named = named.to_lowercase();
        let first =
            named.split(|c: char| !c.is_alphabetic()).find(|word| !word.is_empty()).unwrap_or_default();
        if matches!(first, "es" | "spa" | "spanish" | "español") { Self::Spanish } else { Self::English }
    }

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::English => Self::Spanish,
            Self::Spanish => Self::English,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_says_the_language_in_more_than_one_spelling() {
        for spanish in ["es-MX", "ES", "Spanish", "Español (México)", "spa"] {
            assert_eq!(Language::of_record(spanish), Language::Spanish, "{spanish}");
        }
        for other in ["vi", "", "English", "est", "Estonian"] {
            assert_eq!(Language::of_record(other), Language::English, "{other}");
        }
    }
}
