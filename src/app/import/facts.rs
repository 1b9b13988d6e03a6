//! Reading lines that state a fact: memberships, sponsorships, listings, seats, guardians, tokens, grants, restrictions, merges,
//! reviews and extensions.

use time::Date;

use super::fields::{Fields, any_text, date, email, instant, mrn, npi, text, word};
use super::lines::{ExtensionLine, Extra, FactLine, MergeLine, ReviewLine, TokenLine};
use crate::domain::calendar::{Instant, Zone};
use crate::domain::chart::Section;
use crate::domain::chart::sensitivity::Labels;
use crate::domain::people::GivenBy;
use crate::domain::token::TokenSecret;
use crate::domain::validation::is_opening;
use crate::store::directory::Dated;

/// `from` and `to` of a fact.
fn span(f: &mut Fields<'_>) -> Option<(Instant, Option<Instant>)> {
    let from = f.want("from", instant).unwrap_or(Instant::EVER);
    let to = f.want("to", instant);
    if to.is_some_and(|to| to < from) {
        f.wrong("to", "is before `from`");
        return None;
    }
    Some((from, to))
}

fn fact(of: Dated) -> FactLine {
    FactLine {
        of,
        mrn: None,
        npi: None,
        practice: None,
        account: None,
        user: None,
        from: Instant::EVER,
        to: None,
        extra: Extra::Nothing,
    }
}

/// A membership.
pub(super) fn membership(f: &mut Fields<'_>) -> Option<FactLine> {
    let (practice, npi, span) = (f.need("practice", text), f.need("npi", npi), span(f));
    let (from, to) = span?;
    Some(FactLine { practice: Some(practice?), npi: Some(npi?), from, to, ..fact(Dated::Membership) })
}

/// A sponsorship.
pub(super) fn sponsorship(f: &mut Fields<'_>) -> Option<FactLine> {
    let (account, user) = (f.need("sponsor", email), f.need("user", email));
    let (practice, span) = (f.need("practice", text), span(f));
    let ((from, to), practice) = (span?, Some(practice?));
    let (account, user) = (Some(account?), Some(user?));
    Some(FactLine { practice, account, user, from, to, ..fact(Dated::Sponsorship) })
}

/// A listing: of `npi`, `practice` or both.
pub(super) fn listing(f: &mut Fields<'_>) -> Option<FactLine> {
    let (mrn, npi) = (f.need("mrn", mrn), f.want("npi", npi));
    let (practice, span) = (f.want("practice", text), span(f));
    if npi.is_none() && practice.is_none() {
        f.missing("npi", "is missing; a listing names `npi`, `practice` or both");
        return None;
    }
    let (from, to) = span?;
    Some(FactLine { mrn: Some(mrn?), npi, practice, from, to, ..fact(Dated::Listing) })
}

/// A care-team seat: of `npi` or `practice`.
pub(super) fn seat(f: &mut Fields<'_>) -> Option<FactLine> {
    let (mrn, npi) = (f.need("mrn", mrn), f.want("npi", npi));
    let (practice, span) = (f.want("practice", text), span(f));
    match (&npi, &practice) {
        (None, None) => f.missing("npi", "is missing; a care-team seat names `npi` or `practice`"),
        (Some(_), Some(_)) => f.wrong("practice", "is too much: a care-team seat names `npi` or `practice`"),
        _ => {
            let (from, to) = span?;
            return Some(FactLine { mrn: Some(mrn?), npi, practice, from, to, ..fact(Dated::Seat) });
        }
    }
    None
}

/// A guardian.
pub(super) fn guardian(f: &mut Fields<'_>) -> Option<FactLine> {
    let (mrn, account) = (f.need("mrn", mrn), f.need("account", email));
    let (relationship, span) = (f.want("relationship", any_text), span(f));
    let ((from, to), extra) = (span?, Extra::Relationship(relationship));
    Some(FactLine { mrn: Some(mrn?), account: Some(account?), from, to, extra, ..fact(Dated::Guardian) })
}

/// A grant.
pub(super) fn grant(f: &mut Fields<'_>) -> Option<FactLine> {
    let (mrn, account, span) = (f.need("mrn", mrn), f.need("account", email), span(f));
    let by = f.want("by", word!(GivenBy)).unwrap_or(GivenBy::Team);
    let sections = f.list("sections", word!(Section)).unwrap_or_default().into_iter().collect();
    let labels = f.list("sensitive", |code| {
        Labels::of_code(code).ok_or_else(|| format!("`{code}` is not a sensitivity code"))
    });
    let sensitive = labels.unwrap_or_default().into_iter().fold(Labels::NONE, Labels::and);
    let ((from, to), extra) = (span?, Extra::Grant { by, sections, sensitive });
    Some(FactLine { mrn: Some(mrn?), account: Some(account?), from, to, extra, ..fact(Dated::Grant) })
}

/// A restriction: of one account, provider or practice, or of everyone.
pub(super) fn restriction(f: &mut Fields<'_>) -> Option<FactLine> {
    let (mrn, account) = (f.need("mrn", mrn), f.want("account", email));
    let (npi, practice, span) = (f.want("npi", npi), f.want("practice", text), span(f));
    let named = [("account", account.is_some()), ("npi", npi.is_some()), ("practice", practice.is_some())];
    let second = named.iter().filter(|(_, there)| *there).map(|(field, _)| *field).nth(1);
    if let Some(second) = second {
        f.wrong(
            second,
            "is too much: a restriction names one account, npi or practice, or none for everyone",
        );
        return None;
    }
    let (from, to) = span?;
    Some(FactLine { mrn: Some(mrn?), account, npi, practice, from, to, ..fact(Dated::Restriction) })
}

/// A patient token.
pub(super) fn token(f: &mut Fields<'_>) -> Option<TokenLine> {
    let mrn = f.need("mrn", mrn);
    let hash = f.want("secret", |secret| {
        TokenSecret::parse(secret).map(|secret| secret.hash()).map_err(|error| error.to_string())
    });
    let issued_at = f.need("issued_at", instant);
    let by = f.want("by", word!(GivenBy)).unwrap_or(GivenBy::Team);
    let (redeemed_by, redeemed_at) = (f.want("redeemed_by", email), f.want("redeemed_at", instant));
    let (practice, revoked_at) = (f.want("practice", text), f.want("revoked_at", instant));
    match (&redeemed_by, &redeemed_at) {
        (Some(_), None) => f.missing("redeemed_at", "is missing beside `redeemed_by`"),
        (None, Some(_)) => f.missing("redeemed_by", "is missing beside `redeemed_at`"),
        (None, None) if hash.is_none() => {
            f.missing("secret", "is missing; it may be left out only of a redeemed token");
        }
        (None, None) if practice.is_some() => f.wrong("practice", "belongs to a redeemed token only"),
        _ => {
            let (mrn, issued_at) = (mrn?, issued_at?);
            return Some(TokenLine {
                mrn,
                hash,
                issued_at,
                by,
                redeemed_by,
                redeemed_at,
                practice,
                revoked_at,
            });
        }
    }
    None
}

/// A record that was merged into another.
pub(super) fn merge(f: &mut Fields<'_>) -> Option<MergeLine> {
    let (gone, into, span) = (f.need("mrn", mrn), f.need("into", mrn), span(f));
    let (from, to) = span?;
    Some(MergeLine { mrn: gone?, into: into?, from, to })
}

fn cycle(value: &str) -> Result<Date, String> {
    date(value).and_then(|day| {
        is_opening(day).then_some(day).ok_or_else(|| "must be an April 1 or an October 1".to_owned())
    })
}

/// A completed review.
pub(super) fn review(f: &mut Fields<'_>, zone: Zone) -> Option<ReviewLine> {
    let (sponsor, cycle) = (f.need("sponsor", email), f.need("cycle", cycle));
    let completed_at = f.need("completed_at", instant);
    let (cycle, completed_at) = (cycle?, completed_at?);
    if completed_at < zone.start_of_day(cycle) {
        f.wrong("completed_at", "is before the cycle's opening");
        return None;
    }
    Some(ReviewLine { sponsor: sponsor?, cycle, completed_at })
}

/// An extension of a due date.
pub(super) fn extension(f: &mut Fields<'_>) -> Option<ExtensionLine> {
    let (sponsor, cycle, due) = (f.need("sponsor", email), f.need("cycle", cycle), f.need("due", date));
    Some(ExtensionLine { sponsor: sponsor?, cycle: cycle?, due: due? })
}
