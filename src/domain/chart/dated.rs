//! How exactly a source dates a line, so that no page shows a date more exactly than that.

/// The part of a date that is known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Known {
    /// All of it.
    #[default]
    Day,
    /// Month and year.
    Month,
    /// The year.
    Year,
}

/// What is known of the two dates of a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Dated {
    /// Of the day on which it began.
    pub at: Known,
    /// Of the last day, where the source gives no time of day: the end is then the first instant after it. `None` for an end with a
    /// time, and without an end.
    pub until: Option<Known>,
}

impl Known {
    const fn code(self) -> i64 {
        match self {
            Self::Day => 1,
            Self::Month => 2,
            Self::Year => 3,
        }
    }

    const fn of_code(code: i64) -> Option<Self> {
        match code {
            1 => Some(Self::Day),
            2 => Some(Self::Month),
            3 => Some(Self::Year),
            _ => None,
        }
    }
}

impl Dated {
    /// As one number, with whether the beginning has no time of day: 0 and 1 where nothing else is to be said.
    pub const fn bits(self, date_only: Hour) -> i64 {
        let at = match date_only {
            Hour::Known => 0,
            Hour::Unknown => self.at.code(),
        };
        let until = match self.until {
            Some(known) => known.code(),
            None => 0,
        };
        at + 4 * until
    }

    /// What the number `bits` means.
    pub fn from_bits(bits: i64) -> (Hour, Self) {
        let at = Known::of_code(bits % 4);
        let hour = if at.is_some() { Hour::Unknown } else { Hour::Known };
        (hour, Self { at: at.unwrap_or_default(), until: Known::of_code(bits / 4) })
    }
}

/// Whether the time of day of a beginning is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hour {
    /// It is.
    Known,
    /// Only the date is.
    Unknown,
}

impl Hour {
    /// Of an item that is dated by the day only, or not.
    pub const fn of(date_only: bool) -> Self {
        if date_only { Self::Unknown } else { Self::Known }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_of_both_dates_comes_back_from_its_number() {
        let all = [Known::Day, Known::Month, Known::Year];
        for until in [None, Some(Known::Day), Some(Known::Month), Some(Known::Year)] {
            for at in all {
                let dated = Dated { at, until };
                assert_eq!(Dated::from_bits(dated.bits(Hour::Unknown)), (Hour::Unknown, dated));
            }
            let exact = Dated { at: Known::Day, until };
            assert_eq!(Dated::from_bits(exact.bits(Hour::Known)), (Hour::Known, exact));
        }
    }

    #[test]
    fn numbers_that_were_kept_before_mean_what_they_meant() {
        assert_eq!(Dated::from_bits(0), (Hour::Known, Dated::default()));
        assert_eq!(Dated::from_bits(1), (Hour::Unknown, Dated::default()));
        assert_eq!(Dated::default().bits(Hour::Unknown), 1);
    }
}
