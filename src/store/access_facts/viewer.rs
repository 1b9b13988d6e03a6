//! The viewer's facts: account, sponsorships with the sponsors' own facts, memberships, reviews.

use std::collections::HashMap;

use super::{Row, carry_memberships, held};
use crate::domain::access::facts::{
    Extension, Held, Membership, Review, SponsorFacts, Sponsorship, StatusHistory, StatusSpan, ViewerFacts,
};
use crate::domain::calendar::{Interval, parse_date};
use crate::domain::ids::{AccountId, FactId, PracticeId, ProviderId};
use crate::domain::people::{AccountKind, AccountStatus};
use crate::domain::provider_merge::ProviderMerge;
use crate::domain::validation::Cycles;
use crate::store::{Stamp, StoreError};

/// Tags: 1 account, 2 status, 3 sponsorship, 4 membership, 5 review, 6 extension, 7 merge of providers. Joined as in [`super::patient`].
macro_rules! sql {
    ($set:literal) => {
        concat!(
            "with v as materialized (select id from account ", $set, "), ",
            "q(id) as (select id from v union ",
            "select p.sponsor_id from v cross join sponsorship p where p.user_id = v.id), ",
            "s as materialized (select a.id, a.provider_id, a.kind from q cross join account a where a.id = q.id), ",
            "h as materialized (select p.id, p.sponsor_id, p.user_id, p.practice_id, p.starts_at, p.ends_at ",
            "from s cross join sponsorship p where p.sponsor_id = s.id), ",
            "u(id) as (select id from s union select user_id from h), ",
            // Those of the viewer and the sponsors, and those merged into them.
            "y(id) as materialized (select provider_id from s where provider_id is not null union ",
            "select g.from_id from s cross join provider_merge g where g.into_id = s.provider_id) ",
            "select cast(1 as bigint), s.id, s.provider_id, cast(null as uuid), cast(null as uuid), cast(null as uuid), ",
            "cast(null as timestamptz), cast(null as timestamptz), cast(null as timestamptz), ",
            "cast(null as bigint), cast(null as bigint), s.kind, cast(null as date) from s ",
            "union all select 2, t.account_id, null, null, null, null, t.starts_at, t.ends_at, null, null, null, t.status, null ",
            "from u cross join account_status t where t.account_id = u.id ",
            "union all select 3, h.id, h.sponsor_id, h.user_id, h.practice_id, null, h.starts_at, h.ends_at, null, ",
            "null, null, null, null from h ",
            "union all select 4, m.provider_id, m.practice_id, null, null, null, m.starts_at, m.ends_at, null, ",
            "null, null, null, null from y cross join membership m where m.provider_id = y.id ",
            "union all select 5, r.sponsor_id, null, null, null, null, r.completed_at, null, null, null, null, null, r.cycle ",
            "from s cross join validation_review r where r.sponsor_id = s.id ",
            "union all select 6, e.sponsor_id, null, null, null, null, e.decided_at, null, null, null, null, ",
            "cast(e.due_on as text), e.cycle from s cross join validation_extension e where e.sponsor_id = s.id ",
            "union all select 7, g.from_id, g.into_id, null, null, null, g.starts_at, g.ends_at, null, null, null, null, null ",
            "from y cross join provider_merge g where g.from_id = y.id"
        )
    };
}
pub(super) use sql;

struct Account {
    id: AccountId,
    provider: Option<ProviderId>,
    kind: AccountKind,
}

struct Edge {
    id: FactId,
    sponsor: AccountId,
    user: AccountId,
    practice: PracticeId,
    span: Interval,
}

/// The rows read so far, by kind.
#[derive(Default)]
pub(super) struct Gathered {
    accounts: Vec<Account>,
    statuses: HashMap<AccountId, Vec<StatusSpan>>,
    edges: Vec<Edge>,
    memberships: HashMap<ProviderId, Vec<Membership>>,
    merges: Vec<ProviderMerge>,
    reviews: HashMap<AccountId, Vec<Review>>,
    extensions: Vec<(AccountId, Extension, time::Date)>,
}

impl Gathered {
    /// Files one row.
    pub(super) fn take(&mut self, row: Row) -> Result<(), StoreError> {
        let (tag, a, b, c, d, _, start, end, _, _, _, word, day) = row;
        let a = held(a, "id")?;
        let span = Stamp::interval(start, end);
        match tag {
            1 => {
                let kind = word.as_deref().and_then(AccountKind::from_word);
                let kind = held(kind, "account kind")?;
                self.accounts.push(Account { id: AccountId(a), provider: b.map(ProviderId), kind });
            }
            2 => {
                let status = held(word.as_deref().and_then(AccountStatus::from_word), "status")?;
                self.statuses.entry(AccountId(a)).or_default().push(StatusSpan { status, span });
            }
            3 => self.edges.push(Edge {
                id: FactId(a),
                sponsor: AccountId(held(b, "sponsor")?),
                user: AccountId(held(c, "user")?),
                practice: PracticeId(held(d, "practice")?),
                span,
            }),
            4 => {
                let membership = Membership { practice: PracticeId(held(b, "practice")?), span };
                self.memberships.entry(ProviderId(a)).or_default().push(membership);
            }
            5 => {
                let review =
                    Review { cycle: held(day, "cycle")?, completed_at: held(start, "completion")?.0 };
                self.reviews.entry(AccountId(a)).or_default().push(review);
            }
            6 => {
                let due = held(word.as_deref().and_then(parse_date), "due date")?;
                let decided_at = held(start, "decision")?.0;
                let cycle = held(day, "cycle")?;
                self.extensions.push((AccountId(a), Extension { cycle, due: decided_at, decided_at }, due));
            }
            7 => self.merges.push(ProviderMerge {
                from: ProviderId(a),
                into: ProviderId(held(b, "provider")?),
                span,
            }),
            other => return Err(StoreError::Corrupt(format!("viewer fact of tag {other}"))),
        }
        Ok(())
    }

    /// The facts of every account that is `wanted`.
    pub(super) fn assemble(
        mut self,
        wanted: impl Fn(AccountId) -> bool,
        cycles: &Cycles,
    ) -> HashMap<AccountId, ViewerFacts> {
        carry_memberships(&mut self.memberships, &self.merges);
        let mut of_user: HashMap<AccountId, Vec<&Edge>> = HashMap::new();
        let mut of_sponsor: HashMap<AccountId, Vec<&Edge>> = HashMap::new();
        for edge in &self.edges {
            of_user.entry(edge.user).or_default().push(edge);
            of_sponsor.entry(edge.sponsor).or_default().push(edge);
        }
        let providers: HashMap<AccountId, ProviderId> =
            self.accounts.iter().filter_map(|a| Some((a.id, a.provider?))).collect();
        let sponsor_facts = |id: AccountId| {
            let provider = *providers.get(&id)?;
            let held = of_sponsor.get(&id).into_iter().flatten().map(|e| Held {
                id: e.id,
                user: e.user,
                practice: e.practice,
                span: e.span,
                user_status: self.history(e.user),
            });
            Some(SponsorFacts {
                account: id,
                provider,
                status: self.history(id),
                memberships: self.memberships.get(&provider).cloned().unwrap_or_default(),
                held: held.collect(),
                reviews: self.reviews.get(&id).cloned().unwrap_or_default(),
                extensions: self.extensions_of(id, cycles),
            })
        };
        let viewer = |account: &Account| {
            let mut sponsors: Vec<SponsorFacts> = Vec::new();
            let mut sponsorships = Vec::new();
            for edge in of_user.get(&account.id).into_iter().flatten() {
                let known = sponsors.iter().position(|s| s.account == edge.sponsor);
                let Some(sponsor) = known.or_else(|| {
                    sponsors.push(sponsor_facts(edge.sponsor)?);
                    Some(sponsors.len() - 1)
                }) else {
                    continue;
                };
                sponsorships.push(Sponsorship {
                    id: edge.id,
                    sponsor,
                    practice: edge.practice,
                    span: edge.span,
                });
            }
            let memberships = account.provider.and_then(|p| self.memberships.get(&p)).cloned();
            let own = of_sponsor.contains_key(&account.id).then(|| sponsor_facts(account.id)).flatten();
            ViewerFacts {
                account: account.id,
                kind: account.kind,
                provider: account.provider,
                status: self.history(account.id),
                memberships: memberships.unwrap_or_default(),
                own: own.map(Box::new),
                sponsorships,
                sponsors,
                cycles: cycles.clone(),
            }
        };
        self.accounts.iter().filter(|a| wanted(a.id)).map(|a| (a.id, viewer(a))).collect()
    }

    fn history(&self, account: AccountId) -> StatusHistory {
        StatusHistory(self.statuses.get(&account).cloned().unwrap_or_default())
    }

    fn extensions_of(&self, sponsor: AccountId, cycles: &Cycles) -> Vec<Extension> {
        let mine = self.extensions.iter().filter(|(of, _, _)| *of == sponsor);
        mine.map(|(_, e, due)| Extension { due: cycles.zone().start_of_day(*due), ..*e }).collect()
    }
}
