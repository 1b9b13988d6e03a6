//! The rows of the directory, one type a table.

use time::Date;
use uuid::Uuid;

use crate::domain::access::reach::SectionSet;
use crate::domain::calendar::{Instant, Interval};
use crate::domain::chart::sensitivity::Labels;
use crate::domain::ids::{AccountId, Mrn, Npi, PatientId, PracticeId, ProviderId};
use crate::domain::people::{AccountKind, AccountStatus, GivenBy, Job, Role, SignIn, words};

words! {
    /// Where a listing or a seat came from.
    Source {
        /// The directory import.
        Import = "import",
        /// The feed.
        Feed = "feed",
        /// The access team.
        Team = "team",
        /// The family (seats only).
        Family = "family",
    }
}

macro_rules! rows {
    ($($(#[$doc:meta])* $name:ident { $($(#[$fdoc:meta])* $field:ident: $kind:ty,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Debug)]
        pub struct $name { $($(#[$fdoc])* pub $field: $kind,)+ }
    )+};
}

rows! {
    /// A practice.
    Practice {
        /// Its id.
        id: PracticeId,
        /// The natural key: the `id` of an import line.
        code: String,
        /// Its name.
        name: String,
        /// Phone.
        phone: String,
        /// Fax.
        fax: String,
        /// Postal address.
        address: String,
    }
    /// A provider.
    Provider {
        /// Its id.
        id: ProviderId,
        /// The NPI; an international provider has none.
        npi: Option<Npi>,
        /// Family name.
        family: String,
        /// Given names.
        given: String,
        /// Specialty.
        specialty: String,
    }
    /// An account. It can be used only with a [`Status`] row.
    Account {
        /// Its id.
        id: AccountId,
        /// The e-mail address as written; its key is [`crate::domain::people::fold_email`] of it.
        email: String,
        /// What it is for.
        kind: AccountKind,
        /// How it signs in.
        sign_in: SignIn,
        /// The provider, for a provider account and no other.
        provider: Option<ProviderId>,
        /// Family name.
        family: String,
        /// Given names.
        given: String,
        /// The job of a sponsored user.
        job: Option<Job>,
        /// The birth date of a family account.
        birth_date: Option<Date>,
        /// When it was made.
        created_at: Instant,
    }
    /// A dated status of an account.
    Status {
        /// The account.
        account: AccountId,
        /// The status.
        status: AccountStatus,
        /// When it holds.
        span: Interval,
    }
    /// A role of a member of the access team.
    AccountRole {
        /// The account.
        account: AccountId,
        /// The role.
        role: Role,
    }
    /// A provider's membership in a practice.
    Membership {
        /// Its id.
        id: Uuid,
        /// The practice.
        practice: PracticeId,
        /// The provider.
        provider: ProviderId,
        /// When it holds.
        span: Interval,
    }
    /// A sponsorship: sponsor, sponsored user, practice.
    Sponsorship {
        /// Its id.
        id: Uuid,
        /// The sponsor's account.
        sponsor: AccountId,
        /// The sponsored user's account.
        user: AccountId,
        /// The practice it is held in.
        practice: PracticeId,
        /// When it holds.
        span: Interval,
    }
    /// A patient record.
    Patient {
        /// Its id.
        id: PatientId,
        /// Family name.
        family: String,
        /// Given names.
        given: String,
        /// Birth date.
        birth_date: Date,
        /// `female`, `male`, `other` or `unknown`.
        sex: String,
        /// Spoken language; empty when not recorded.
        language: String,
        /// Date of death.
        deceased_on: Option<Date>,
        /// When a death without a date was first seen.
        death_seen_at: Option<Instant>,
        /// The latest activity in the record, which orders lists.
        latest_activity_at: Instant,
    }
    /// An MRN of a patient record.
    PatientMrn {
        /// The normalised MRN.
        mrn: Mrn,
        /// The record.
        patient: PatientId,
        /// As the hospital writes it.
        shown_as: String,
        /// Whether it is a former one.
        former: bool,
    }
    /// One record merged into another.
    PatientMerge {
        /// Its id.
        id: Uuid,
        /// The record that was merged away.
        from: PatientId,
        /// The survivor.
        into: PatientId,
        /// From the merge to its undoing.
        span: Interval,
        /// When the access team confirmed it.
        confirmed_at: Option<Instant>,
    }
    /// A listing as PCP: a provider, a provider in a practice, or a practice.
    Listing {
        /// Its id.
        id: Uuid,
        /// The patient.
        patient: PatientId,
        /// The provider.
        provider: Option<ProviderId>,
        /// The practice.
        practice: Option<PracticeId>,
        /// When it holds.
        span: Interval,
        /// Where it came from.
        source: Source,
    }
    /// A care-team seat of a provider or of a practice.
    Seat {
        /// Its id.
        id: Uuid,
        /// The patient.
        patient: PatientId,
        /// The provider.
        provider: Option<ProviderId>,
        /// The practice.
        practice: Option<PracticeId>,
        /// The role on the team, as the source words it.
        role: String,
        /// When it holds.
        span: Interval,
        /// Where it came from.
        source: Source,
    }
    /// A guardian's link to a patient.
    Guardian {
        /// Its id.
        id: Uuid,
        /// The patient.
        patient: PatientId,
        /// The guardian's family account.
        account: AccountId,
        /// How they are related.
        relationship: String,
        /// Whether a court order leaves decisions to the access team.
        court_order: bool,
        /// When it holds.
        span: Interval,
    }
    /// The family account of a patient.
    PatientAccount {
        /// The account.
        account: AccountId,
        /// The patient who owns it.
        patient: PatientId,
    }
    /// A patient token.
    Token {
        /// Its id.
        id: Uuid,
        /// The patient it is bound to.
        patient: PatientId,
        /// SHA-256 of its secret; unknown for some that were redeemed elsewhere.
        secret_hash: Option<Vec<u8>>,
        /// When it was issued.
        issued_at: Instant,
        /// Six calendar months later.
        expires_at: Instant,
        /// Who gave it.
        by: GivenBy,
        /// Who redeemed it, in which practice (sponsored users), and when.
        redeemed: Option<Redemption>,
        /// When it was revoked.
        revoked_at: Option<Instant>,
        /// When redemption was frozen.
        frozen_at: Option<Instant>,
    }
    /// The one redemption of a token.
    Redemption {
        /// The account.
        by: AccountId,
        /// The practice, for a sponsored user.
        practice: Option<PracticeId>,
        /// When.
        at: Instant,
    }
    /// A stored right of one account.
    Grant {
        /// Its id.
        id: Uuid,
        /// The patient.
        patient: PatientId,
        /// Whose right it is.
        account: AccountId,
        /// When it holds, revocation apart.
        span: Interval,
        /// When it was revoked.
        revoked_at: Option<Instant>,
        /// Who gave it.
        by: GivenBy,
        /// The sections it names; all ordinary ones when none.
        sections: SectionSet,
        /// The sensitivity labels it names.
        sensitive: Labels,
    }
    /// A running or past emergency access.
    EmergencyAccess {
        /// Its id.
        id: Uuid,
        /// The patient.
        patient: PatientId,
        /// Whose it is.
        account: AccountId,
        /// When it holds; it always has an end.
        span: Interval,
        /// The reason given.
        reason: String,
    }
    /// A fact that forbids: of everyone, or of one account, provider or practice.
    Restriction {
        /// Its id.
        id: Uuid,
        /// The patient.
        patient: PatientId,
        /// The account it names.
        account: Option<AccountId>,
        /// The provider it names.
        provider: Option<ProviderId>,
        /// The practice it names.
        practice: Option<PracticeId>,
        /// When it holds.
        span: Interval,
    }
    /// A completed review of a sponsor.
    ValidationReview {
        /// The sponsor.
        sponsor: AccountId,
        /// The cycle's opening date.
        cycle: Date,
        /// When it was completed.
        completed_at: Instant,
    }
    /// An extension of a sponsor's due date.
    ValidationExtension {
        /// The sponsor.
        sponsor: AccountId,
        /// The cycle's opening date.
        cycle: Date,
        /// Locked from local midnight of this day.
        due_on: Date,
        /// When it was decided; since ever for imported ones.
        decided_at: Instant,
    }
}
