//! What an audit row says (product.md section 11). The unit is the act.

use uuid::Uuid;

use super::calendar::Instant;
use super::ids::{AccountId, PatientId};
use super::people::words;

words! {
    /// What was done or tried.
    Act {
        /// A process began writing its chain; the detail lists the heads of all other chains.
        ChainOpened = "chain_opened",
        /// A process ended in order.
        ChainClosed = "chain_closed",
        /// A password was checked.
        SignInPassword = "sign_in_password",
        /// A second factor was checked.
        SignInFactor = "sign_in_factor",
        /// A session was ended by its owner, alone or with all others.
        SignOut = "sign_out",
        /// A set-up link was used, or refused.
        SetUpAccount = "set_up_account",
        /// An account was made.
        CreateAccount = "create_account",
        /// A factor was reset.
        ResetFactor = "reset_factor",
        /// An account was disabled.
        DisableAccount = "disable_account",
        /// A patient was searched for.
        SearchPatient = "search_patient",
        /// Many searches in a row found nothing: the access team is alerted.
        SearchAlert = "search_alert",
        /// A chart, or a section of it, was opened or refused.
        OpenChart = "open_chart",
        /// A file of a chart was opened or downloaded.
        OpenFile = "open_file",
        /// A chart was exported or printed.
        ExportChart = "export_chart",
        /// "My patients" or another list was shown.
        ListPatients = "list_patients",
        /// The access team or the command line asked who can, or why not.
        LookUp = "look_up",
        /// The audit was read.
        ReadAudit = "read_audit",
        /// A family looked at who opened the chart.
        ReadDisclosures = "read_disclosures",
        /// A gap in the audit was explained.
        AcknowledgeGap = "acknowledge_gap",
        /// The audit was exported.
        ExportAudit = "export_audit",
        /// An access request was filed.
        FileRequest = "file_request",
        /// A directory file was imported.
        Import = "import",
        /// Clinical data was loaded.
        LoadFeed = "load_feed",
        /// The demo hospital was set up.
        SetUpDemo = "set_up_demo",
        /// A form was refused for lack of a valid form token.
        ForgedForm = "forged_form",
        /// A passkey signed somebody in, or was refused.
        SignInPasskey = "sign_in_passkey",
        /// The hospital's single sign-on signed somebody in, or was refused.
        SignInHospital = "sign_in_hospital",
        /// A fresh factor was shown inside a session.
        StepUp = "step_up",
        /// A link to choose a new password was asked for.
        RequestReset = "request_reset",
        /// A new password was chosen through such a link.
        ResetPassword = "reset_password",
        /// A password was changed by its owner.
        ChangePassword = "change_password",
        /// An e-mail address was changed, or its change asked for.
        ChangeEmail = "change_email",
        /// A passkey, an authenticator or recovery codes were added, replaced or removed by their owner.
        ChangeFactor = "change_factor",
        /// A session was ended from another one, or from the identity provider.
        EndSession = "end_session",
        /// An account was closed by its owner.
        CloseAccount = "close_account",
        /// A provider registered, or a step of it.
        Register = "register",
        /// A list of requests was shown to the access team.
        ListRequests = "list_requests",
        /// A request was opened by the access team.
        ReadRequest = "read_request",
        /// A request was assigned, released or noted on.
        HandleRequest = "handle_request",
        /// A member of the access team kept a view of the queue, or removed one.
        ChangeQueueView = "change_queue_view",
        /// A request was decided.
        DecideRequest = "decide_request",
        /// An identity of the hospital's single sign-on was linked to an account, or its link ended.
        LinkIdentity = "link_identity",
        /// A provider began or ended at a practice.
        ChangeMembership = "change_membership",
        /// The due date of a sponsor's review was moved.
        ExtendReview = "extend_review",
        /// Mail could not be delivered.
        MailFailed = "mail_failed",
        /// A provider accepted the duties of a sponsor.
        AcceptDuties = "accept_duties",
        /// An invitation was made, sent again, taken back or used.
        InviteStaff = "invite_staff",
        /// A sponsorship began, ended, or its end was undone.
        ChangeSponsorship = "change_sponsorship",
        /// A list of sponsored users, of a practice, or of a review was shown.
        ListStaff = "list_staff",
        /// Choices of a review were saved, or it was completed.
        ReviewStaff = "review_staff",
        /// A locked sponsored user reminded the sponsor.
        NudgeSponsor = "nudge_sponsor",
        /// The schedule of the validation made duties, posted letters or recorded a step.
        ValidationStep = "validation_step",
        /// A patient token was issued.
        IssueToken = "issue_token",
        /// Somebody tried a patient token.
        RedeemToken = "redeem_token",
        /// A patient token was taken back.
        RevokeToken = "revoke_token",
        /// The family answered a request for access.
        AnswerRequest = "answer_request",
        /// A call about a request was noted.
        LogCall = "log_call",
        /// A grant was given.
        GiveAccess = "give_access",
        /// A grant was taken back.
        RevokeAccess = "revoke_access",
        /// A patient renewed what a guardian gave, which the 18th birthday ends.
        RenewAccess = "renew_access",
        /// Who is the PCP of a patient was changed.
        ChangeListing = "change_listing",
        /// The care team of a patient was changed.
        ChangeCareTeam = "change_care_team",
        /// A restriction of a patient was made or ended.
        ChangeRestriction = "change_restriction",
        /// A merge of two records was confirmed or undone.
        ChangeMerge = "change_merge",
        /// Emergency access was taken.
        EmergencyAccess = "emergency_access",
        /// An emergency access was reviewed.
        ReviewEmergency = "review_emergency",
        /// A family account was tied to a patient, or untied.
        ChangeFamily = "change_family",
        /// A family read who may see the chart.
        ReadFamily = "read_family",
        /// An account may ask no more for a patient, or may again.
        BlockRequests = "block_requests",
        /// The audit was verified.
        VerifyAudit = "verify_audit",
        /// A client of the JSON interface was made, changed or disabled.
        ChangeClient = "change_client",
        /// A client of the JSON interface asked for an access token.
        SignInClient = "sign_in_client",
        /// A client of the JSON interface could not be told of something.
        HookFailed = "hook_failed",
        /// Somebody chose how to be told of news by mail.
        ChooseNotices = "choose_notices",
        /// Somebody was told by mail that there is news.
        TellNews = "tell_news",
        /// A viewer said that they have seen a critical result.
        AcknowledgeResult = "acknowledge_result",
        /// A family wrote to the access team.
        SendMessage = "send_message",
        /// A family read what it and the access team wrote.
        ReadMessage = "read_message",
    }
}

words! {
    /// How it ended.
    Outcome {
        /// Done or shown.
        Allowed = "allowed",
        /// Refused by a rule.
        Refused = "refused",
        /// Not possible: wrong password, no match, invalid input.
        Failed = "failed",
    }
}

impl Act {
    /// Whether the act is a step of signing in.
    pub const fn is_sign_in(self) -> bool {
        matches!(
            self,
            Self::SignInPassword
                | Self::SignInFactor
                | Self::SignInPasskey
                | Self::SignInHospital
                | Self::StepUp
        )
    }
}

/// One act, before it is linked into a chain. Holds ids and rule words only, never a name, MRN, e-mail or secret.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// When.
    pub at: Instant,
    /// Who; `None` for a stranger, the command line or a job (the detail says which).
    pub actor: Option<AccountId>,
    /// What.
    pub act: Act,
    /// How it ended.
    pub outcome: Outcome,
    /// On which patient.
    pub patient: Option<PatientId>,
    /// On what else: an account, a request, a token.
    pub subject: Option<Uuid>,
    /// The bases or the refusal, as words joined by commas.
    pub basis: String,
    /// Anything further as one JSON object: section, counts, parameters.
    pub detail: String,
    /// The request it was part of.
    pub request_id: String,
    /// The network it came from.
    pub network: String,
}

impl Entry {
    /// An act at `at` with everything else empty.
    pub fn new(at: Instant, act: Act, outcome: Outcome) -> Self {
        Self {
            at,
            actor: None,
            act,
            outcome,
            patient: None,
            subject: None,
            basis: String::new(),
            detail: String::from("{}"),
            request_id: String::new(),
            network: String::new(),
        }
    }

    /// The bytes that the keyed hash covers: every field, each with its length, so that no two entries share them.
    pub fn canonical(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(256);
        let mut put = |bytes: &[u8]| {
            out.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
            out.extend_from_slice(bytes);
        };
        put(&self.at.micros().to_be_bytes());
        put(self.actor.as_ref().map_or(&[][..], |a| a.0.as_bytes()));
        put(self.act.word().as_bytes());
        put(self.outcome.word().as_bytes());
        put(self.patient.as_ref().map_or(&[][..], |p| p.0.as_bytes()));
        put(self.subject.as_ref().map_or(&[][..], |s| s.as_bytes()));
        for text in [&self.basis, &self.detail, &self.request_id, &self.network] {
            put(text.as_bytes());
        }
        out
    }
}

/// An entry in its place: row `seq` of `chain`, with the keyed hash over the row before and this one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// The chain.
    pub chain: Uuid,
    /// Its number in the chain, from 1.
    pub seq: i64,
    /// The entry.
    pub entry: Entry,
    /// HMAC-SHA-256 of the hash before, the chain, the number and the entry.
    pub mac: Vec<u8>,
}
