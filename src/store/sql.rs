//! How statements are written: one SQL text for both engines, its parameters counted when the program is compiled.

use super::{StoreError, Tx};

/// A statement whose text must differ between the engines; keep them few.
#[derive(Clone, Copy, Debug)]
pub struct Dialect {
    /// The text for SQLite.
    pub sqlite: &'static str,
    /// The text for PostgreSQL.
    pub postgres: &'static str,
}

impl Dialect {
    /// Runs the text of the engine of `tx`, which takes no value and whose rows nobody reads.
    pub(crate) async fn run(self, tx: &mut Tx) -> Result<(), StoreError> {
        match tx {
            Tx::Sqlite(tx) => sqlx::query(self.sqlite).execute(&mut **tx).await.map(|_| ())?,
            Tx::Postgres(tx) => sqlx::query(self.postgres).execute(&mut **tx).await.map(|_| ())?,
        }
        Ok(())
    }
}

/// The highest `$n` in `sql`: how many values it must be given. (SQLite takes a missing one for NULL, silently.)
#[expect(clippy::indexing_slicing, reason = "a const fn has no get; the bounds are the loop's")]
pub(crate) const fn params(sql: &str) -> usize {
    let bytes = sql.as_bytes();
    let (mut most, mut i) = (0, 0);
    while i < bytes.len() {
        if bytes[i] == b'$' {
            let mut number = 0;
            while i + 1 < bytes.len() && bytes[i + 1].is_ascii_digit() {
                number = number * 10 + (bytes[i + 1] - b'0') as usize;
                i += 1;
            }
            if number > most {
                most = number;
            }
        }
        i += 1;
    }
    most
}

/// Declares the statements of one store file, and `STATEMENTS`, the list of them that a test prepares on both engines.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)+) => {
        $($(#[$doc])* const $name: &str = $sql;)+
        /// Every statement of this file, for the test that prepares them all on both engines.
        pub(crate) const STATEMENTS: &[(&str, &str)] = &[$((stringify!($name), $name),)+];
    };
}

/// A query with rows of type `$row`: `ask!(Row, SQL; a, b)`.
macro_rules! ask {
    ($row:ty, $sql:expr; $($value:expr),* $(,)?) => {{
        const { assert!($crate::store::sql::params($sql) == $crate::store::sql::count!($($value),*)) };
        ::sqlx::query_as::<_, $row>($sql)$(.bind($value))*
    }};
}

/// A statement without rows: `act!(SQL; a, b)`.
macro_rules! act {
    ($sql:expr; $($value:expr),* $(,)?) => {{
        const { assert!($crate::store::sql::params($sql) == $crate::store::sql::count!($($value),*)) };
        ::sqlx::query($sql)$(.bind($value))*
    }};
}

macro_rules! count {
    () => { 0usize };
    ($head:expr $(, $tail:expr)*) => { 1usize + $crate::store::sql::count!($($tail),*) };
}

/// Runs one body on the read side of either engine: `on_read!(db, c => ask!(..).fetch_one(c).await)`.
macro_rules! on_read {
    ($db:expr, $c:ident => $body:expr) => {
        match $db {
            $crate::store::Db::Sqlite { read: $c, .. } => $body,
            $crate::store::Db::Postgres($c) => $body,
        }
    };
}

/// Runs one body inside a transaction of either engine; the name is a `&mut` connection.
macro_rules! on_tx {
    ($tx:expr, $c:ident => $body:expr) => {
        match $tx {
            $crate::store::Tx::Sqlite(tx) => {
                let $c = &mut **tx;
                $body
            }
            $crate::store::Tx::Postgres(tx) => {
                let $c = &mut **tx;
                $body
            }
        }
    };
}

pub(crate) use {act, ask, count, on_read, on_tx, statements};

#[cfg(test)]
mod tests {
    #[test]
    fn the_parameters_of_a_statement_are_counted() {
        assert_eq!(super::params("select 1"), 0);
        assert_eq!(super::params("select $1, $2 where x = $1"), 2);
        assert_eq!(super::params("select $12"), 12);
    }
}
