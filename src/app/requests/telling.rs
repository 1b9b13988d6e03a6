//! Telling sponsors that somebody they sponsor asks for access: without a word about the patient.

use crate::app::access::Context;
use crate::app::mail::post;
use crate::app::{App, AppError};
use crate::domain::access::facts::ViewerFacts;
use crate::domain::ids::{AccountId, PracticeId};
use crate::domain::letter::Letter;
use crate::domain::people::AccountKind;
use crate::store::{Tx, people};

/// Who is to be told that somebody asks, and what.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct News {
    sponsors: Vec<(AccountId, String)>,
    letter: Letter,
}

/// What the sponsors of `viewer` in `practice` are told once `viewer` asks; `None` when `viewer` is no sponsored user. Read before a
/// transaction begins.
///
/// # Errors
/// [`AppError`].
pub(super) async fn news(
    app: &App,
    viewer: &ViewerFacts,
    practice: Option<PracticeId>,
    context: &Context,
) -> Result<Option<News>, AppError> {
    let (AccountKind::Sponsored, Some(practice)) = (viewer.kind, practice) else { return Ok(None) };
    let Some(asker) = people::account(&app.db, viewer.account).await? else { return Ok(None) };
    let live = viewer.live_sponsorships(context.now).filter(|(s, _)| s.practice == practice);
    let mut accounts: Vec<AccountId> = live.map(|(_, sponsor)| sponsor.account).collect();
    accounts.sort_unstable();
    accounts.dedup();
    let mut sponsors = Vec::new();
    for account in accounts {
        sponsors.extend(people::account(&app.db, account).await?.map(|named| (account, named.email)));
    }
    let practice = people::practice_name(&app.db, practice).await?.unwrap_or_default();
    Ok(Some(News { sponsors, letter: Letter::StaffAsked { name: asker.name, practice } }))
}

/// Writes it, inside `tx`.
///
/// # Errors
/// [`AppError`]; nothing is to be committed then.
pub(super) async fn tell(app: &App, tx: &mut Tx, news: Option<&News>) -> Result<(), AppError> {
    let Some(news) = news else { return Ok(()) };
    for (account, address) in &news.sponsors {
        post(app, tx, (Some(*account), address), &news.letter).await?;
    }
    Ok(())
}
