//! Pieces of statements that more than one file of SQL has: whether a row holds at an instant. Each is text for `concat!`.

/// Whether the interval of the row `$row` holds at `$t`.
macro_rules! holds {
    ($row:literal, $t:literal) => {
        concat!(
            $row,
            ".starts_at <= ",
            $t,
            " and (",
            $row,
            ".ends_at is null or ",
            $row,
            ".ends_at > ",
            $t,
            ")"
        )
    };
}

/// Whether `$row` of `account_status` is the account's latest span that holds at `$t`, and says active. An account has one such row at
/// most, so joining it multiplies nothing.
macro_rules! active {
    ($row:literal, $t:literal) => {
        concat!(
            $row,
            ".status = 'active' and ",
            $crate::store::holds::holds!($row, $t),
            " and not exists (select 1 from account_status l where l.account_id = ",
            $row,
            ".account_id and l.starts_at > ",
            $row,
            ".starts_at and ",
            $crate::store::holds::holds!("l", $t),
            ")"
        )
    };
}

/// Whether `$m` is a membership of the sponsor `a` in the practice of the sponsorship `$row` at `$t`.
macro_rules! member {
    ($m:literal, $row:literal, $t:literal) => {
        concat!(
            $m,
            ".provider_id = a.provider_id and ",
            $m,
            ".practice_id = ",
            $row,
            ".practice_id and ",
            $crate::store::holds::holds!($m, $t)
        )
    };
}

pub(crate) use {active, holds, member};
