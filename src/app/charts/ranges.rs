//! Reference ranges that are meant for some patients only, settled for the one whose chart is read.

use crate::app::{App, AppError};
use crate::domain::chart::ChartItem;
use crate::domain::chart::ranges::{is_unsettled, settle};
use crate::domain::ids::PatientId;
use crate::store::feed::person;

/// Gives every value of `items` the range that is meant for `patient`; who that is is read only where a range asks for it.
pub(super) async fn settled(app: &App, patient: PatientId, items: &mut [ChartItem]) -> Result<(), AppError> {
    if !items.iter().any(|item| is_unsettled(&item.range)) {
        return Ok(());
    }
    if let Some(person) = person(&app.db, patient).await? {
        for item in items {
            settle(item, &person.sex, person.birth_date);
        }
    }
    Ok(())
}
