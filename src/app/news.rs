//! News about patients: what a list may say of those whom the viewer may see now.

pub mod notices;

use super::patients::Listed;
use super::{App, AppError};
use crate::domain::access::reach::Reach;
use crate::domain::calendar::Instant;
use crate::domain::chart::Section;
use crate::domain::ids::{AccountId, PatientId};
use crate::domain::news::{Activity, News};
use crate::store::news as rows;

/// Gives every one of `listed` what is new to `viewer` at `now` and within their reach.
///
/// # Errors
/// [`AppError::Store`].
pub(super) async fn add(
    app: &App,
    viewer: AccountId,
    listed: &mut [Listed],
    now: Instant,
) -> Result<(), AppError> {
    let ids: Vec<PatientId> = listed.iter().map(|row| row.card.id).collect();
    let activity = rows::activity(&app.db, viewer, &ids).await?;
    for row in listed {
        let found = activity.get(&row.card.id).map(Vec::as_slice).unwrap_or_default();
        let news = found.iter().filter(|one| shown(&row.reach, one) && one.is_news(now));
        row.news = news.map(|one| one.kind).collect();
        row.news.sort_unstable();
    }
    Ok(())
}

/// Whether the sections that `activity` speaks of are within `reach`. It was made from items without any label, which no basis that
/// shows a section withholds.
pub(super) fn shown(reach: &Reach, activity: &Activity) -> bool {
    match activity.kind {
        News::Result => reach.shows(Section::Results) && reach.shows(Section::Reports),
        News::Admission | News::Discharge => reach.shows(Section::Visits),
    }
}
