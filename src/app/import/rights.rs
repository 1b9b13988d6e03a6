//! Patient tokens, and the reviews and extensions of sponsors.

use std::collections::{HashMap, HashSet};

use time::Date;
use uuid::Uuid;

use super::lines::{At, ExtensionLine, ReviewLine, TokenLine};
use super::plan::{Became, Change};
use super::work::{Work, once};
use crate::app::AppError;
use crate::domain::calendar::{Instant, iso_date};
use crate::domain::ids::{AccountId, PatientId};
use crate::domain::people::{AccountKind, GivenBy};
use crate::domain::token::MONTHS;
use crate::store::directory::{self, Redemption};

/// A token line with everyone it names found.
#[derive(Debug, PartialEq, Eq)]
struct Token {
    patient: PatientId,
    hash: Option<[u8; 32]>,
    issued_at: Instant,
    by: GivenBy,
    redeemed: Option<Redemption>,
    revoked_at: Option<Instant>,
}

/// A token's natural key: its hashed secret, else patient, redeemer and issue.
#[derive(PartialEq, Eq, Hash)]
enum TokenKey {
    Secret([u8; 32]),
    Redeemed(PatientId, Option<AccountId>, Instant),
}

impl Token {
    fn key(&self) -> TokenKey {
        let redeemer = self.redeemed.as_ref().map(|r| r.by);
        self.hash.map_or(TokenKey::Redeemed(self.patient, redeemer, self.issued_at), TokenKey::Secret)
    }

    /// Whether `stored` was redeemed by the same account for the same patient from the same issue.
    fn is_like(&self, stored: &directory::Token) -> bool {
        let (mine, theirs) = (self.redeemed.as_ref(), stored.redeemed.as_ref());
        let same_redeemer = mine.zip(theirs).is_some_and(|(a, b)| a.by == b.by);
        same_redeemer && stored.patient == self.patient && stored.issued_at == self.issued_at
    }

    /// The stored token that this is: the one with its secret; else, where one of the two does not know the secret, the one
    /// that is like it.
    fn find<'s>(&self, stored: &'s [directory::Token]) -> Option<&'s directory::Token> {
        let with_secret = || {
            stored.iter().find(|s| {
                self.hash.is_some() && s.secret_hash.as_deref() == self.hash.as_ref().map(|h| &h[..])
            })
        };
        let without = || stored.iter().find(|s| s.secret_hash.is_none() && self.is_like(s));
        let any = || stored.iter().find(|s| self.hash.is_none() && self.is_like(s));
        with_secret().or_else(without).or_else(any)
    }
}

impl Work<'_> {
    /// Compares token lines with what is stored.
    pub(super) async fn tokens_of(&mut self, lines: Vec<At<TokenLine>>) -> Result<(), AppError> {
        let mut tokens = Vec::with_capacity(lines.len());
        for At { line, it } in lines {
            tokens.extend(self.token(line, &it).map(|it| At { line, it }));
        }
        let tokens = once(tokens, "issued_at", &mut self.faults, Token::key);
        let hashes: Vec<&[u8]> = tokens.iter().filter_map(|t| Some(&t.it.hash.as_ref()?[..])).collect();
        let patients: HashSet<Uuid> = tokens.iter().map(|t| t.it.patient.into()).collect();
        let patients: Vec<Uuid> = patients.into_iter().filter(|id| !self.fresh.contains(id)).collect();
        let stored = directory::tokens(self.tx, &hashes, &patients).await?;
        let mut by_patient: HashMap<PatientId, Vec<directory::Token>> = HashMap::new();
        let mut by_hash: HashMap<Vec<u8>, directory::Token> = HashMap::new();
        for token in stored {
            if let Some(hash) = &token.secret_hash {
                by_hash.insert(hash.clone(), token.clone());
            }
            by_patient.entry(token.patient).or_default().push(token);
        }
        for At { line, it } in tokens {
            let with_secret = it.hash.as_ref().and_then(|hash| by_hash.get(&hash[..]));
            let of_patient = by_patient.get(&it.patient).map_or(&[][..], Vec::as_slice);
            match with_secret.or_else(|| it.find(of_patient)) {
                Some(old) => self.existing_token(line, &it, old),
                None => self.new_token(it)?,
            }
        }
        Ok(())
    }

    fn token(&mut self, line: usize, it: &TokenLine) -> Option<Token> {
        let patient = self.patient(line, it.mrn.as_str());
        let practice = match &it.practice {
            Some(code) => Some(self.practice(line, "practice", code)?),
            None => None,
        };
        let redeemed = match (&it.redeemed_by, it.redeemed_at) {
            (Some(email), Some(at)) => {
                let known = self.account(line, "redeemed_by", email)?;
                if known.kind == AccountKind::Sponsored && practice.is_none() {
                    let reason = "is missing; a token redeemed by a sponsored user names the practice";
                    self.faults.note(line, "practice", reason);
                    return None;
                }
                Some(Redemption { by: known.id, practice, at })
            }
            _ => None,
        };
        let TokenLine { hash, issued_at, by, revoked_at, .. } = *it;
        Some(Token { patient: patient?, hash, issued_at, by, redeemed, revoked_at })
    }

    fn new_token(&mut self, it: Token) -> Result<(), AppError> {
        let id = self.new_id()?;
        self.plan.tokens.push(directory::Token {
            id,
            patient: it.patient,
            secret_hash: it.hash.map(Vec::from),
            issued_at: it.issued_at,
            expires_at: self.zone.plus_months(it.issued_at, MONTHS),
            by: it.by,
            redeemed: it.redeemed,
            revoked_at: it.revoked_at,
            frozen_at: None,
        });
        self.plan.count("token", Became::Added);
        Ok(())
    }

    fn existing_token(&mut self, line: usize, it: &Token, old: &directory::Token) {
        let faults_before = self.faults.count();
        if it.patient != old.patient {
            self.faults.note(
                line,
                "mrn",
                "the stored token belongs to another patient, and that never changes",
            );
        }
        if it.issued_at > old.issued_at {
            self.conflict(line, "issued_at", old.expires_at);
        }
        if old.by == GivenBy::Guardian && it.by != GivenBy::Guardian {
            let reason = "a guardian gave the stored token, and its right ends at the 18th birthday; import never lengthens it";
            self.faults.note(line, "by", reason);
        }
        if let (Some(said), Some(known)) = (&it.redeemed, &old.redeemed)
            && said.by != known.by
        {
            self.faults.note(line, "redeemed_by", "another account has redeemed the stored token");
        }
        if it.redeemed.is_some() && old.redeemed.is_none() && old.frozen_at.is_some() {
            self.faults.note(line, "redeemed_by", "redemption of the stored token is frozen");
        }
        if let Some(revoked) = old.revoked_at
            && it.revoked_at.is_none_or(|said| said > revoked)
        {
            let reason =
                format!("the stored token was revoked at {}; import never revives it", revoked.rfc3339());
            self.faults.note(line, "revoked_at", reason);
        }
        if self.faults.count() > faults_before {
            return;
        }
        let row = directory::Token {
            secret_hash: it.hash.map(Vec::from).or_else(|| old.secret_hash.clone()),
            issued_at: it.issued_at,
            expires_at: self.zone.plus_months(it.issued_at, MONTHS),
            by: it.by,
            redeemed: it.redeemed.clone().or_else(|| old.redeemed.clone()),
            revoked_at: it.revoked_at,
            ..old.clone()
        };
        let changed = row != *old;
        self.plan.count("token", Became::changed_if(changed));
        if changed {
            self.plan.changes.push(Change::Token(row));
        }
    }

    /// The sponsors that lines name, and which of them were there before this run.
    fn sponsors<T>(
        &mut self,
        lines: Vec<At<T>>,
        email: fn(&T) -> &str,
    ) -> (Vec<(AccountId, At<T>)>, Vec<AccountId>) {
        let mut found = Vec::with_capacity(lines.len());
        for line in lines {
            let known = self.account_of_kind(line.line, "sponsor", email(&line.it), AccountKind::Provider);
            found.extend(known.map(|known| (known.id, line)));
        }
        let ids: HashSet<AccountId> = found.iter().map(|(id, _)| *id).collect();
        let ids = ids.into_iter().filter(|id| !self.fresh.contains(&id.0)).collect();
        (found, ids)
    }

    /// Compares reviews with what is stored.
    pub(super) async fn reviews_of(&mut self, lines: Vec<At<ReviewLine>>) -> Result<(), AppError> {
        let lines = once(lines, "cycle", &mut self.faults, |l| (l.sponsor.clone(), l.cycle));
        let (lines, ids) = self.sponsors(lines, |l| &l.sponsor);
        let stored = directory::reviews(self.tx, &ids).await?;
        let stored: HashMap<(AccountId, Date), Instant> =
            stored.into_iter().map(|r| ((r.sponsor, r.cycle), r.completed_at)).collect();
        for (sponsor, At { it: ReviewLine { cycle, completed_at, .. }, .. }) in lines {
            let row = directory::ValidationReview { sponsor, cycle, completed_at };
            let became = match stored.get(&(sponsor, cycle)) {
                None => {
                    self.plan.reviews.push(row);
                    Became::Added
                }
                Some(old) if *old != completed_at => {
                    self.plan.changes.push(Change::Review(row));
                    Became::Changed
                }
                Some(_) => Became::Unchanged,
            };
            self.plan.count("validation_review", became);
        }
        Ok(())
    }

    /// Compares extensions with what is stored. An imported one counts as decided since ever.
    pub(super) async fn extensions_of(&mut self, lines: Vec<At<ExtensionLine>>) -> Result<(), AppError> {
        let lines = once(lines, "cycle", &mut self.faults, |l| (l.sponsor.clone(), l.cycle));
        let (lines, ids) = self.sponsors(lines, |l| &l.sponsor);
        let mut stored: HashMap<(AccountId, Date), Vec<directory::ValidationExtension>> = HashMap::new();
        for row in directory::extensions(self.tx, &ids).await? {
            stored.entry((row.sponsor, row.cycle)).or_default().push(row);
        }
        for (sponsor, At { line, it: ExtensionLine { cycle, due, .. } }) in lines {
            let known = stored.get(&(sponsor, cycle)).map_or(&[][..], Vec::as_slice);
            let imported = known.iter().find(|e| e.decided_at == Instant::EVER).map(|e| e.due_on);
            let decided = known.iter().filter(|e| e.decided_at != Instant::EVER).max_by_key(|e| e.decided_at);
            let row =
                directory::ValidationExtension { sponsor, cycle, due_on: due, decided_at: Instant::EVER };
            let became = match (imported, decided) {
                (Some(old), _) if old == due => Became::Unchanged,
                (_, Some(decided)) if due > decided.due_on => {
                    let reason =
                        format!("is later than {}, which the portal decided", iso_date(decided.due_on));
                    self.faults.note(line, "due", reason);
                    continue;
                }
                (Some(_), _) => {
                    self.plan.changes.push(Change::Extension(row));
                    Became::Changed
                }
                (None, _) => {
                    self.plan.extensions.push(row);
                    Became::Added
                }
            };
            self.plan.count("validation_extension", became);
        }
        Ok(())
    }
}
