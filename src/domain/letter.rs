//! What the portal writes to people: each letter as plain data (product.md section 2). None holds patient data.
//!
//! A letter is kept sealed until it leaves. How it reads is said in [`crate::letters`].

use serde::{Deserialize, Serialize};
use time::Date;

use super::calendar::Instant;
use super::ids::AccountId;
use super::people::words;
use super::request::{Ending, RequestKind};

/// A place in this portal: a path that begins with `/`. The configured base URL is put before it when the letter is written.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Place(pub String);

words! {
    /// What was changed about an account's ways to sign in.
    FactorChange {
        /// A passkey was added.
        PasskeyAdded = "passkey_added",
        /// A passkey was removed.
        PasskeyRemoved = "passkey_removed",
        /// The authenticator app was replaced.
        AuthenticatorReplaced = "authenticator_replaced",
        /// The authenticator app was removed.
        AuthenticatorRemoved = "authenticator_removed",
        /// New recovery codes were made; the old ones no longer work.
        RecoveryCodesMade = "recovery_codes_made",
        /// A recovery code was used to sign in.
        RecoveryCodeUsed = "recovery_code_used",
        /// Too many wrong codes: authenticator and recovery codes are switched off.
        FactorDisabled = "factor_disabled",
        /// The access team began to bind a new factor.
        FactorReset = "factor_reset",
    }
}

/// One letter.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Letter {
    /// Confirm the address to go on with a registration (24 hours).
    RegistrationLink {
        /// Where to go on.
        link: Place,
    },
    /// Somebody tried to register with an address that has an account.
    AddressKnown,
    /// The registration waits for the access team.
    RegistrationReceived {
        /// Its status page.
        link: Place,
        /// When an answer is due.
        due: Date,
    },
    /// The account can sign in.
    RegistrationApproved,
    /// No account was made.
    RegistrationDeclined {
        /// Why, in the team's words.
        reason: String,
    },
    /// Choose a new password (15 minutes, once).
    PasswordReset {
        /// Where.
        link: Place,
    },
    /// The password was changed.
    PasswordChanged {
        /// When.
        at: Instant,
    },
    /// A way to sign in was changed.
    FactorChanged {
        /// What.
        change: FactorChange,
        /// When.
        at: Instant,
    },
    /// Confirm a new address.
    EmailChangeLink {
        /// Where.
        link: Place,
    },
    /// The account's address was changed; told to the old one, and to the new one.
    EmailChanged {
        /// When.
        at: Instant,
    },
    /// Somebody signed in from a device and network that were not seen before.
    NewDevice {
        /// What the browser says it is, in a few words.
        device: String,
        /// The network.
        network: String,
        /// When.
        at: Instant,
    },
    /// Set up the account, with a code that is handed over another way (72 hours, once).
    SetUpLink {
        /// Where.
        link: Place,
    },
    /// The account was closed.
    AccountClosed {
        /// When.
        at: Instant,
    },
    /// A question to the access team arrived.
    HelpReceived {
        /// Its status page.
        link: Place,
        /// When an answer is due.
        due: Date,
    },
    /// The question was answered.
    HelpAnswered {
        /// Where the answer is.
        link: Place,
    },
    /// A request about one's own account or practice was decided.
    RequestDecided {
        /// What was asked for.
        request: RequestKind,
        /// Whether it was approved.
        approved: bool,
        /// Why not, in the team's words; empty when approved, and when it is about a patient: mail says nothing of one.
        reason: String,
    },
    /// A request about a patient ended without a decision: nobody could be reached, or what was asked for came about.
    RequestEnded {
        /// What was asked for.
        request: RequestKind,
        /// How it ended.
        ending: Ending,
        /// Why, in the team's words; may be empty.
        reason: String,
    },
    /// A provider is a new member of a practice: told to its sponsors.
    MemberJoined {
        /// Who.
        provider: String,
        /// Where.
        practice: String,
    },
    /// The date by which a sponsor must have reviewed was moved.
    ReviewExtended(NewDue),
    /// A new request waits in the queue: told to the access team.
    QueueItem {
        /// Of which kind.
        request: RequestKind,
        /// When it is due.
        due: Date,
    },
    /// Letters could not be delivered within 48 hours: told to the access team.
    MailStuck {
        /// How many.
        count: u32,
    },
    /// A provider invites somebody of the practice to be sponsored (72 hours, once, with a code handed over another way).
    Invitation {
        /// Who sponsors.
        sponsor: String,
        /// In which practice.
        practice: String,
        /// Where.
        link: Place,
    },
    /// Somebody whose invitation has expired asks the sponsor for a new one.
    InvitationAsked {
        /// Who asks.
        name: String,
    },
    /// Somebody accepted an invitation: told to the sponsor.
    StaffRegistered {
        /// Who.
        name: String,
        /// In which practice.
        practice: String,
    },
    /// A person listed in an overdue review is sponsored by somebody else: told to the sponsor who is overdue, and to the access team.
    StaffAttested {
        /// Who is sponsored.
        name: String,
        /// Who sponsors and attests.
        sponsor: String,
        /// In which practice.
        practice: String,
    },
    /// A sponsored user has a new account with another address, and the old one ended: told to others who sponsored the old one.
    StaffReplaced {
        /// Who.
        name: String,
        /// In which practice of theirs.
        practice: String,
    },
    /// A locked sponsored user reminds the sponsor of the review.
    ReviewNudged {
        /// Who reminds.
        name: String,
    },
    /// Somebody other than its redeemer tried a patient token: told to who issued it.
    TokenTried {
        /// When it was issued.
        issued: Instant,
        /// Where to look.
        link: Place,
    },
    /// A provider has taken emergency access: told to the access team at once.
    EmergencyTaken {
        /// Until when it lasts.
        until: Instant,
        /// By when it is to be reviewed.
        review_by: Instant,
        /// Where to review it.
        link: Place,
    },
    /// Somebody searched for patients many times in a row and found none: told to the access team.
    SearchesMissed {
        /// How many times.
        misses: i64,
        /// The page of the account.
        link: Place,
    },
    /// A sponsored user asked for access in the sponsor's practice: told to the sponsor.
    StaffAsked {
        /// Who asked.
        name: String,
        /// For which practice.
        practice: String,
    },
    /// A request waits for an answer of the family: told to those who may answer.
    FamilyAsked,
    /// It still waits: told to those who may answer.
    FamilyReminded {
        /// The day on which it closes by itself.
        until: Date,
    },
    /// Somebody else of the family changed who may see a chart.
    FamilyChanged,
    /// The family answered a request: told to who asked.
    FamilyAnswered {
        /// Whether it said yes.
        approved: bool,
    },
    /// The patient renewed, of age, what a guardian had given: told to who has it.
    FamilyRenewed,
    /// A request for a family account was decided: told to the address that was typed.
    EnrolmentDecided {
        /// Whether it was approved: then a code was handed over by phone.
        approved: bool,
    },
    /// The access team answered a message: told to who wrote it, without a word of it.
    MessageAnswered,
    /// A request was closed by the clock: told to who asked.
    RequestLapsed {
        /// From when the same may be asked again, where it may.
        again: Option<Date>,
    },
    /// There is something new about patients of the receiver, who asked to be told.
    SomethingNew,
    /// The review of a cycle has opened: told to a sponsor.
    ReviewOpened(ReviewCall),
    /// Days are left for the review: told to a sponsor.
    ReviewDue(ReviewCall),
    /// The review was not completed in time: told to a sponsor, who is locked.
    ReviewLocked {
        /// What was to be reviewed.
        call: ReviewCall,
        /// How many sponsored users are locked with the sponsor, each counted once.
        staff: u32,
    },
}

/// What a letter says about the review of a sponsor's users (product.md section 7).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReviewCall {
    /// The cycle's opening date.
    pub cycle: Date,
    /// The sponsor.
    pub sponsor: AccountId,
    /// When the letter was written.
    pub at: Instant,
    /// When the sponsor is locked unless the review is completed; in the past for one who is locked.
    pub due: Instant,
    /// How many sponsorships need a choice.
    pub people: u32,
    /// Whether the sponsor is locked already.
    pub locked: bool,
    /// Whether the letter comes later than it should.
    pub late: bool,
}

/// What a letter says about a moved due date (product.md section 7).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NewDue {
    /// The opening date of the cycle whose date was moved.
    pub cycle: Date,
    /// The sponsor.
    pub sponsor: AccountId,
    /// When it was moved.
    pub at: Instant,
    /// Local midnight from which this cycle locks the sponsor.
    pub due: Instant,
    /// The opening of an earlier cycle that locks the sponsor whatever the new date is, and since when.
    pub older: Option<(Date, Instant)>,
}

impl Letter {
    /// The letter's kind, as tables and logs name it.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::RegistrationLink { .. } => "registration_link",
            Self::AddressKnown => "address_known",
            Self::RegistrationReceived { .. } => "registration_received",
            Self::RegistrationApproved => "registration_approved",
            Self::RegistrationDeclined { .. } => "registration_declined",
            Self::PasswordReset { .. } => "password_reset",
            Self::PasswordChanged { .. } => "password_changed",
            Self::FactorChanged { .. } => "factor_changed",
            Self::EmailChangeLink { .. } => "email_change_link",
            Self::EmailChanged { .. } => "email_changed",
            Self::NewDevice { .. } => "new_device",
            Self::SetUpLink { .. } => "set_up_link",
            Self::AccountClosed { .. } => "account_closed",
            Self::HelpReceived { .. } => "help_received",
            Self::HelpAnswered { .. } => "help_answered",
            Self::RequestDecided { .. } => "request_decided",
            Self::RequestEnded { .. } => "request_ended",
            Self::MemberJoined { .. } => "member_joined",
            Self::ReviewExtended(_) => "review_extended",
            Self::QueueItem { .. } => "queue_item",
            Self::MailStuck { .. } => "mail_stuck",
            Self::Invitation { .. } => "invitation",
            Self::InvitationAsked { .. } => "invitation_asked",
            Self::StaffRegistered { .. } => "staff_registered",
            Self::StaffAttested { .. } => "staff_attested",
            Self::StaffReplaced { .. } => "staff_replaced",
            Self::ReviewNudged { .. } => "review_nudged",
            Self::TokenTried { .. } => "token_tried",
            Self::EmergencyTaken { .. } => "emergency_taken",
            Self::SearchesMissed { .. } => "searches_missed",
            Self::StaffAsked { .. } => "staff_asked",
            Self::FamilyAsked => "family_asked",
            Self::FamilyReminded { .. } => "family_reminded",
            Self::FamilyChanged => "family_changed",
            Self::FamilyAnswered { .. } => "family_answered",
            Self::FamilyRenewed => "family_renewed",
            Self::EnrolmentDecided { .. } => "enrolment_decided",
            Self::MessageAnswered => "message_answered",
            Self::RequestLapsed { .. } => "request_lapsed",
            Self::SomethingNew => "something_new",
            Self::ReviewOpened(_) => "review_opened",
            Self::ReviewDue(_) => "review_due",
            Self::ReviewLocked { .. } => "review_locked",
        }
    }
}
