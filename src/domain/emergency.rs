//! Emergency access: what is said to take it, and how it is reviewed (product.md section 6). Who may take it is P8,
//! [`super::access::emergency`].

use super::people::words;
use super::queue::text;
use super::request::REASON_LONGEST;

/// The fewest characters of its reason.
pub const REASON_SHORTEST: usize = 10;
/// Hours after which its review is overdue.
pub const REVIEW_HOURS: i64 = 72;

words! {
    /// What a review of an emergency access found.
    Finding {
        /// It was an emergency.
        Justified = "justified",
        /// It was none.
        NotJustified = "not_justified",
    }
}

/// `typed` without outer blanks, when it will do as a reason: 10 to 1000 characters.
pub fn reason(typed: &str) -> Option<&str> {
    text(typed, REASON_SHORTEST, REASON_LONGEST)
}

#[cfg(test)]
mod tests {
    use super::reason;

    #[test]
    fn a_reason_has_ten_characters_without_the_blanks_around_it() {
        assert_eq!(reason("seizing é"), None);
        assert_eq!(reason(" seizing é \n"), None);
        assert_eq!(reason(" seizing ée "), Some("seizing ée"));
        assert!(reason(&"é".repeat(1000)).is_some());
        assert_eq!(reason(&"é".repeat(1001)), None);
    }
}
