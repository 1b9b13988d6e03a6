//! The providers by whom a viewer may narrow their own list, and what waits for an answer beside it.

use std::collections::HashMap;

use super::Listed;
use crate::app::{App, AppError, requests};
use crate::domain::access::facts::ViewerFacts;
use crate::domain::calendar::Instant;
use crate::domain::ids::ProviderId;
use crate::store::people;
use crate::store::sponsoring::around;

/// The members at `now` of the practices that `viewer` works in, and the PCPs of `rows`, which the viewer may see: each with the name, in
/// the order of the names.
pub(super) async fn offered(
    app: &App,
    viewer: &ViewerFacts,
    rows: &[Listed],
    now: Instant,
) -> Result<Vec<(ProviderId, String)>, AppError> {
    let mut names: HashMap<ProviderId, String> = HashMap::new();
    for practice in requests::practices_of(viewer, now) {
        let members = around::members(&app.db, practice).await?.into_iter();
        names.extend(members.filter(|m| m.span.holds(now)).map(|m| (m.provider, m.name)));
    }
    for pcp in rows.iter().flat_map(|row| &row.pcps) {
        if !names.contains_key(pcp)
            && let Some(name) = people::provider_name(&app.db, *pcp).await?
        {
            names.insert(*pcp, name);
        }
    }
    let mut offered: Vec<(ProviderId, String)> = names.into_iter().collect();
    offered.sort_by(|a, b| (&a.1, a.0).cmp(&(&b.1, b.0)));
    Ok(offered)
}
