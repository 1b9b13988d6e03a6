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
    /// The language of a code such as a record has it (`es`, `es-MX`); English for any that pages do not come in.
    pub fn of_code(code: &str) -> Self {
        let main = code.split(['-', '_']).next().unwrap_or_default();
        Self::from_word(&main.to_ascii_lowercase()).unwrap_or(Self::English)
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
        assert_eq!(Language::of_code("es-MX"), Language::Spanish);
        assert_eq!(Language::of_code("ES"), Language::Spanish);
        assert_eq!(Language::of_code("vi"), Language::English);
        assert_eq!(Language::of_code(""), Language::English);
    }
}
