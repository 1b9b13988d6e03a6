//! What a corrected value said before: where the source does not tell, the record as it was loaded last does.

use crate::domain::chart::ChartItem;
use crate::domain::chart::results::printed;
use crate::store::feed_replaced::standing;
use crate::store::{StoreError, Tx};

/// Gives every corrected value of `items` the one that it replaces. A value that was more sensitive than the new one is not kept.
pub(super) async fn keep(tx: &mut Tx, items: &mut [(ChartItem, String)]) -> Result<(), StoreError> {
    let corrected =
        |item: &ChartItem| matches!(item.status.as_str(), "corrected" | "amended") && item.was.is_empty();
    for (item, _) in items.iter_mut().filter(|(item, _)| corrected(item)) {
        let Some(before) = standing(tx, item.id).await? else { continue };
        if item.labels.contains(before.labels) {
            item.was = if before.printed == printed(item) { before.was } else { before.printed };
        }
    }
    Ok(())
}
