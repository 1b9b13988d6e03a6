//! Values of the embedded record that a load is about to replace: what a corrected result said before.

use uuid::Uuid;

use super::sql::{ask, on_tx, statements};
use super::{StoreError, Tx};
use crate::domain::chart::results::printed;
use crate::domain::chart::sensitivity::Labels;
use crate::domain::chart::{ChartItem, Section};

statements! {
    STANDING = "select category, number, comparator, text, unit, was, labels from chart_item where id = $1";
}

type StandingRow = (String, Option<f64>, String, String, String, String, i64);

/// A value as it stands before a load.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Standing {
    /// As it is printed.
    pub printed: String,
    /// What it replaced itself.
    pub was: String,
    /// Its labels.
    pub labels: Labels,
}

/// The value of the item `id`; `None` when there is no such item yet.
///
/// # Errors
/// [`StoreError`].
pub async fn standing(tx: &mut Tx, id: Uuid) -> Result<Option<Standing>, StoreError> {
    let row = on_tx!(tx, c => ask!(StandingRow, STANDING; id).fetch_optional(c).await)?;
    Ok(row.map(|(category, number, comparator, text, unit, was, labels)| {
        let blank = ChartItem::blank(Section::Results);
        let item = ChartItem { category, number, comparator, text, unit, ..blank };
        Standing { printed: printed(&item), was, labels: Labels::from_bits(labels) }
    }))
}
