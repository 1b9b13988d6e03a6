//! Puts people, practices and dated facts into the directory, in plain SQL, so that a test says only what matters to it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use postern::adapters::clock::HeldClock;
use postern::app::ports::Clock;
use postern::domain::calendar::{Instant, Interval, parse_date};
use postern::domain::ids::{AccountId, FactId, PatientId, PracticeId, ProviderId, RequestId, new_uuid};
use postern::store::{Db, Stamp};
use uuid::Uuid;

/// Inserts into one database; every function gives the id of what it made.
pub struct World {
    db: Db,
    clock: Arc<HeldClock>,
    count: AtomicU64,
}

/// Runs one statement on either engine.
macro_rules! put {
    ($world:expr, $sql:expr, $($value:expr),* $(,)?) => {
        match &$world.db {
            Db::Sqlite { write, .. } => {
                sqlx::query($sql)$(.bind($value))*.execute(write).await.unwrap();
            }
            Db::Postgres(pool) => {
                sqlx::query($sql)$(.bind($value))*.execute(pool).await.unwrap();
            }
        }
    };
}

/// `[from, to)` from RFC 3339 texts; an empty text is "since ever" or "open".
pub fn span(from: &str, to: &str) -> Interval {
    let instant = |text: &str| (!text.is_empty()).then(|| text.parse().unwrap());
    Interval::new(instant(from), instant(to))
}

/// Whom a seat or restriction names.
#[derive(Clone, Copy, Debug)]
pub enum Whom {
    /// One account.
    Account(AccountId),
    /// One provider.
    Provider(ProviderId),
    /// A whole practice.
    Practice(PracticeId),
}

impl Whom {
    fn columns(self) -> (Option<Uuid>, Option<Uuid>, Option<Uuid>) {
        match self {
            Self::Account(id) => (Some(id.0), None, None),
            Self::Provider(id) => (None, Some(id.0), None),
            Self::Practice(id) => (None, None, Some(id.0)),
        }
    }
}

impl World {
    /// The world of `db`.
    pub fn of(db: Db, clock: Arc<HeldClock>) -> Self {
        Self { db, clock, count: AtomicU64::new(1) }
    }

    /// A number nobody else has.
    fn number(&self) -> u64 {
        self.count.fetch_add(1, Ordering::SeqCst)
    }

    /// An id nobody else has.
    pub fn id(&self) -> Uuid {
        let mut chance = [0xFF; 10];
        chance[2..].copy_from_slice(&self.number().to_be_bytes());
        new_uuid(self.clock.now(), chance)
    }

    /// A practice.
    pub async fn practice(&self, name: &str) -> PracticeId {
        let (id, code) = (self.id(), format!("P{}", self.number()));
        put!(
            self,
            "insert into practice (id, code, name, phone, fax, address) values ($1, $2, $3, $4, $5, $6)",
            id,
            &code,
            name,
            "212-555-0101",
            "212-555-0102",
            "1 Elm Street"
        );
        id.into()
    }

    /// A provider with a valid NPI, without account and without practice.
    pub async fn provider(&self, family: &str) -> ProviderId {
        let (id, npi) = (self.id(), npi(self.number()));
        put!(
            self,
            "insert into provider (id, npi, family, given, specialty) values ($1, $2, $3, $4, $5)",
            id,
            &npi,
            family,
            "Ada",
            "Pediatrics"
        );
        id.into()
    }

    /// `provider` belongs to `practice` during `span`.
    pub async fn member(&self, provider: ProviderId, practice: PracticeId, span: Interval) {
        put!(
            self,
            "insert into membership (id, practice_id, provider_id, starts_at, ends_at) values ($1, $2, $3, $4, $5)",
            self.id(),
            practice.0,
            provider.0,
            Stamp(span.start()),
            Stamp::end_of(span)
        );
    }

    /// An active account of `provider`.
    pub async fn provider_account(&self, provider: ProviderId) -> AccountId {
        self.account("provider", Some(provider), "active").await
    }

    /// A provider with one practice and an active account: the usual physician.
    pub async fn physician(&self, family: &str, practice: PracticeId) -> (ProviderId, AccountId) {
        let provider = self.provider(family).await;
        self.member(provider, practice, Interval::ALWAYS).await;
        (provider, self.provider_account(provider).await)
    }

    /// An active account without NPI, not sponsored yet.
    pub async fn sponsored_account(&self) -> AccountId {
        self.account("sponsored", None, "active").await
    }

    /// An active access-team account with `roles` (`reviewer`, `administrator`, `auditor`).
    pub async fn team_account(&self, roles: &[&str]) -> AccountId {
        let id = self.account("access_team", None, "active").await;
        for role in roles {
            put!(self, "insert into account_role (account_id, role) values ($1, $2)", id.0, *role);
        }
        id
    }

    /// An active family account.
    pub async fn family_account(&self) -> AccountId {
        self.account("family", None, "active").await
    }

    /// An account of `kind` that has been in `status` since ever. Its address is `N@example.org`.
    pub async fn account(&self, kind: &str, provider: Option<ProviderId>, status: &str) -> AccountId {
        let id = self.id();
        let email = format!("A{}@example.org", self.number());
        put!(
            self,
            "insert into account (id, email, email_folded, kind, sign_in, provider_id, family, given, job, birth_date, \
             created_at) values ($1, $2, $3, $4, 'portal', $5, $6, $7, $8, $9, $10)",
            id,
            &email,
            email.to_lowercase(),
            kind,
            provider.map(|p| p.0),
            "Lee",
            "Sam",
            (kind == "sponsored").then_some("registered_nurse"),
            (kind == "family").then_some(time::macros::date!(1985 - 02 - 03)),
            Stamp(self.clock.now())
        );
        self.status(id.into(), status, Interval::ALWAYS).await;
        id.into()
    }

    /// The address that `account` signs in with.
    pub async fn email(&self, account: AccountId) -> String {
        let sql = "select email from account where id = $1";
        let (email,): (String,) = match &self.db {
            Db::Sqlite { read, .. } => sqlx::query_as(sql).bind(account.0).fetch_one(read).await.unwrap(),
            Db::Postgres(pool) => sqlx::query_as(sql).bind(account.0).fetch_one(pool).await.unwrap(),
        };
        email
    }

    /// `account` is in `status` during `span`.
    pub async fn status(&self, account: AccountId, status: &str, span: Interval) {
        put!(
            self,
            "insert into account_status (account_id, status, starts_at, ends_at) values ($1, $2, $3, $4)",
            account.0,
            status,
            Stamp(span.start()),
            Stamp::end_of(span)
        );
    }

    /// Ends what `account` is now at `at` and disables it from there on.
    pub async fn disable(&self, account: AccountId, at: Instant) {
        put!(
            self,
            "update account_status set ends_at = $2 where account_id = $1 and ends_at is null",
            account.0,
            Stamp(at)
        );
        self.status(account, "disabled", Interval::new(Some(at), None)).await;
    }

    /// `sponsor` sponsors `user` at `practice` during `span`.
    pub async fn sponsorship(
        &self,
        sponsor: AccountId,
        user: AccountId,
        practice: PracticeId,
        span: Interval,
    ) -> FactId {
        let id = self.id();
        put!(
            self,
            "insert into sponsorship (id, sponsor_id, user_id, practice_id, starts_at, ends_at) \
             values ($1, $2, $3, $4, $5, $6)",
            id,
            sponsor.0,
            user.0,
            practice.0,
            Stamp(span.start()),
            Stamp::end_of(span)
        );
        id.into()
    }

    /// A patient `family`, Mia, with the MRN `mrn`, born on `birth_date` (`YYYY-MM-DD`).
    pub async fn patient(&self, family: &str, mrn: &str, birth_date: &str) -> PatientId {
        let id = self.id();
        put!(
            self,
            "insert into patient (id, family, given, family_folded, given_folded, birth_date, sex, language, \
             deceased_on, death_seen_at, latest_activity_at) values ($1, $2, 'Mia', $3, 'mia', $4, 'female', 'en', $5, $6, $7)",
            id,
            family,
            family.to_lowercase(),
            parse_date(birth_date).unwrap(),
            None::<time::Date>,
            None::<Stamp>,
            Stamp(self.clock.now())
        );
        self.mrn(id.into(), mrn, 0).await;
        id.into()
    }

    /// One more MRN of `patient`; `former` is 1 for a number of old.
    pub async fn mrn(&self, patient: PatientId, mrn: &str, former: i64) {
        put!(
            self,
            "insert into patient_mrn (mrn, patient_id, shown_as, former) values ($1, $2, $1, $3)",
            mrn,
            patient.0,
            former
        );
    }

    /// `patient` died on `date`, and the portal came to know of it at `seen`.
    pub async fn deceased(&self, patient: PatientId, date: &str, seen: Instant) {
        put!(
            self,
            "update patient set deceased_on = $2, death_seen_at = $3 where id = $1",
            patient.0,
            parse_date(date).unwrap(),
            Stamp(seen)
        );
    }

    /// Record `from` is merged into `into` during `span`, confirmed at once.
    pub async fn merge(&self, from: PatientId, into: PatientId, span: Interval) {
        self.merge_confirmed(from, into, span, Some(span.start())).await;
    }

    /// Record `from` is merged into `into` during `span`, confirmed at that instant or not at all.
    pub async fn merge_confirmed(
        &self,
        from: PatientId,
        into: PatientId,
        span: Interval,
        at: Option<Instant>,
    ) {
        put!(
            self,
            "insert into patient_merge (id, from_id, into_id, starts_at, ends_at, confirmed_at) \
             values ($1, $2, $3, $4, $5, $6)",
            self.id(),
            from.0,
            into.0,
            Stamp(span.start()),
            Stamp::end_of(span),
            at.map(Stamp)
        );
    }

    /// `patient` is listed with `provider`, with `practice`, or with the provider at the practice, during `span`.
    pub async fn listing(
        &self,
        patient: PatientId,
        provider: Option<ProviderId>,
        practice: Option<PracticeId>,
        span: Interval,
    ) -> FactId {
        let id = self.id();
        put!(
            self,
            "insert into listing (id, patient_id, provider_id, practice_id, starts_at, ends_at, source) \
             values ($1, $2, $3, $4, $5, $6, 'import')",
            id,
            patient.0,
            provider.map(|p| p.0),
            practice.map(|p| p.0),
            Stamp(span.start()),
            Stamp::end_of(span)
        );
        id.into()
    }

    /// A seat in the care team of `patient`, of a provider or a practice.
    pub async fn seat(&self, patient: PatientId, whom: Whom, span: Interval) -> FactId {
        let (id, (_, provider, practice)) = (self.id(), whom.columns());
        put!(
            self,
            "insert into care_team_seat (id, patient_id, provider_id, practice_id, role, starts_at, ends_at, source) \
             values ($1, $2, $3, $4, 'Cardiology', $5, $6, 'import')",
            id,
            patient.0,
            provider,
            practice,
            Stamp(span.start()),
            Stamp::end_of(span)
        );
        id.into()
    }

    /// `account` is a guardian of `patient` during `span`.
    pub async fn guardian(&self, patient: PatientId, account: AccountId, span: Interval) {
        put!(
            self,
            "insert into guardian (id, patient_id, account_id, relationship, court_order, starts_at, ends_at) \
             values ($1, $2, $3, 'mother', 0, $4, $5)",
            self.id(),
            patient.0,
            account.0,
            Stamp(span.start()),
            Stamp::end_of(span)
        );
    }

    /// `account` is `patient`'s own.
    pub async fn own_account(&self, patient: PatientId, account: AccountId) {
        put!(
            self,
            "insert into patient_account (account_id, patient_id) values ($1, $2)",
            account.0,
            patient.0
        );
    }

    /// A token of `patient`, issued at `span.start()`, redeemed by `holder` then, ending at `span.end()`.
    pub async fn redeemed_token(
        &self,
        patient: PatientId,
        holder: AccountId,
        practice: Option<PracticeId>,
        span: Interval,
    ) -> FactId {
        let id = self.id();
        put!(
            self,
            "insert into patient_token (id, patient_id, secret_hash, issued_at, expires_at, given_by, redeemed_by, \
             redeemed_practice_id, redeemed_at, revoked_at, frozen_at, misses) \
             values ($1, $2, $3, $4, $5, 'guardian', $6, $7, $4, $8, $8, 0)",
            id,
            patient.0,
            id.as_bytes().to_vec(),
            Stamp(span.start()),
            Stamp(span.end().unwrap()),
            holder.0,
            practice.map(|p| p.0),
            None::<Stamp>
        );
        id.into()
    }

    /// `patient` (or a guardian) shares the record with `account` during `span`: all ordinary sections.
    pub async fn grant(&self, patient: PatientId, account: AccountId, span: Interval) -> FactId {
        self.narrow_grant(patient, account, span, 0xffff_ffff, 0).await
    }

    /// A grant of these section bits and these sensitive labels only.
    pub async fn narrow_grant(
        &self,
        patient: PatientId,
        account: AccountId,
        span: Interval,
        sections: i64,
        sensitive: i64,
    ) -> FactId {
        let id = self.id();
        put!(
            self,
            "insert into access_grant (id, patient_id, account_id, starts_at, ends_at, revoked_at, given_by, sections, \
             sensitive) values ($1, $2, $3, $4, $5, $6, 'guardian', $7, $8)",
            id,
            patient.0,
            account.0,
            Stamp(span.start()),
            Stamp::end_of(span),
            None::<Stamp>,
            sections,
            sensitive
        );
        id.into()
    }

    /// `account` broke the glass for `patient` during `span`.
    pub async fn emergency(&self, patient: PatientId, account: AccountId, span: Interval) -> FactId {
        let id = self.id();
        put!(
            self,
            "insert into emergency_access (id, patient_id, account_id, starts_at, ends_at, reason, reviewed_at) \
             values ($1, $2, $3, $4, $5, 'in the emergency room', $6)",
            id,
            patient.0,
            account.0,
            Stamp(span.start()),
            Stamp(span.end().unwrap()),
            None::<Stamp>
        );
        id.into()
    }

    /// A restriction of everyone, since ever.
    pub async fn restrict_everyone(&self, patient: PatientId) {
        put!(
            self,
            "insert into restriction (id, patient_id, account_id, provider_id, practice_id, starts_at, ends_at) \
             values ($1, $2, $3, $4, $5, $6, $7)",
            self.id(),
            patient.0,
            None::<Uuid>,
            None::<Uuid>,
            None::<Uuid>,
            Stamp(Interval::ALWAYS.start()),
            None::<Stamp>
        );
    }

    /// `whom` may not see `patient` during `span`.
    pub async fn restriction(&self, patient: PatientId, whom: Whom, span: Interval) -> FactId {
        let (id, (account, provider, practice)) = (self.id(), whom.columns());
        put!(
            self,
            "insert into restriction (id, patient_id, account_id, provider_id, practice_id, starts_at, ends_at) \
             values ($1, $2, $3, $4, $5, $6, $7)",
            id,
            patient.0,
            account,
            provider,
            practice,
            Stamp(span.start()),
            Stamp::end_of(span)
        );
        id.into()
    }

    /// `sponsor` completed the review of the cycle that opened on `cycle`.
    pub async fn review(&self, sponsor: AccountId, cycle: &str, at: Instant) {
        put!(
            self,
            "insert into validation_review (sponsor_id, cycle, completed_at) values ($1, $2, $3)",
            sponsor.0,
            parse_date(cycle).unwrap(),
            Stamp(at)
        );
    }

    /// `sponsor` may review the cycle that opened on `cycle` until `due_on`, decided at `at`.
    pub async fn extension(&self, sponsor: AccountId, cycle: &str, due_on: &str, at: Instant) {
        put!(
            self,
            "insert into validation_extension (sponsor_id, cycle, due_on, decided_at) values ($1, $2, $3, $4)",
            sponsor.0,
            parse_date(cycle).unwrap(),
            parse_date(due_on).unwrap(),
            Stamp(at)
        );
    }

    /// The schedule recorded that `sponsor` had `listed` people to review in `cycle`.
    pub async fn duty(&self, sponsor: AccountId, cycle: &str, listed: i64) {
        put!(
            self,
            "insert into validation_duty (cycle, sponsor_id, listed, made_at) values ($1, $2, $3, $4)",
            parse_date(cycle).unwrap(),
            sponsor.0,
            listed,
            Stamp(self.clock.now())
        );
    }

    /// Mail to `account` was refused at `at`.
    pub async fn bounce(&self, account: AccountId, at: Instant) {
        put!(
            self,
            "insert into bounced_address (address_folded, bounced_at, reply) select email_folded, \
             coalesce($2, cast(null as timestamptz)), '550' from account where id = $1",
            account.0,
            Stamp(at)
        );
    }

    /// A request is over.
    pub async fn close_request(&self, request: RequestId) {
        let now = Stamp(self.clock.now());
        put!(
            self,
            "update access_request set state = 'closed', closed_at = $2 where id = $1",
            request.0,
            now
        );
    }

    /// An open request of `kind` by `account` about `patient`.
    pub async fn request(&self, kind: &str, account: AccountId, patient: Option<PatientId>) -> RequestId {
        let id = self.id();
        put!(
            self,
            "insert into access_request (id, kind, state, account_id, patient_id, practice_id, typed, reason, filed_at, \
             closed_at) values ($1, $2, 'open', $3, $4, $5, '', 'new in our care', $6, $7)",
            id,
            kind,
            account.0,
            patient.map(|p| p.0),
            None::<Uuid>,
            Stamp(self.clock.now()),
            None::<Stamp>
        );
        id.into()
    }
}

/// The `n`th made-up NPI: ten digits, the last one the Luhn check digit over `80840` and the rest.
fn npi(n: u64) -> String {
    let nine = format!("1{:08}", n % 100_000_000);
    (0..10)
        .map(|digit| format!("{nine}{digit}"))
        .find(|npi| postern::domain::ids::Npi::parse(npi).is_some())
        .unwrap()
}

/// One practice, physician, staff member, patient and a fact of each kind: rows for a migration to meet.
pub async fn sample(db: &Db) {
    let now: Instant = super::house::NOON.parse().unwrap();
    let world = World::of(db.clone(), Arc::new(HeldClock::at(now)));
    let year = Interval::new(Some(now), Some(now.plus_seconds(365 * 86_400)));
    let practice = world.practice("Elm Pediatrics").await;
    let (provider, account) = world.physician("Okafor", practice).await;
    let staff = world.sponsored_account().await;
    world.sponsorship(account, staff, practice, Interval::ALWAYS).await;
    world.team_account(&["reviewer", "administrator", "auditor"]).await;
    let parent = world.family_account().await;
    let mia = world.patient("Reyes", "0012345", "2015-03-04").await;
    let double = world.patient("Reyes", "0012346", "2015-03-04").await;
    world.merge(double, mia, Interval::new(Some(now), None)).await;
    world.listing(mia, Some(provider), Some(practice), Interval::ALWAYS).await;
    world.seat(mia, Whom::Practice(practice), year).await;
    world.guardian(mia, parent, Interval::ALWAYS).await;
    world.redeemed_token(mia, account, Some(practice), year).await;
    world.grant(mia, staff, year).await;
    world.emergency(mia, account, year).await;
    world.restriction(mia, Whom::Account(staff), year).await;
    world.review(account, "2025-10-01", now).await;
    world.extension(account, "2025-10-01", "2026-04-01", now).await;
    world.request("non_pcp", account, Some(mia)).await;
}
