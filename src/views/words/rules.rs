//! Words for kinds, bases, refusals and the acts of the audit.

use crate::domain::access::{Basis, Refusal};
use crate::domain::audit::{Act, Outcome};
use crate::domain::chart::Section;
use crate::domain::people::AccountKind;

/// The kind of account.
pub(crate) const fn kind(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::Provider => "Provider",
        AccountKind::Sponsored => "Sponsored user",
        AccountKind::AccessTeam => "Access team",
        AccountKind::Family => "Family",
    }
}

/// A basis as its holder reads it; `provider` and `practice` are those of the fact behind it.
pub(crate) fn basis_to_holder(basis: Basis, provider: Option<&str>, practice: Option<&str>) -> String {
    let at = |practice: Option<&str>| practice.map(|p| format!(", {p}")).unwrap_or_default();
    let someone = provider.unwrap_or("A colleague");
    match basis {
        Basis::Pcp => format!("you are the PCP of record{}", at(practice)),
        Basis::PracticePcp if provider.is_some() => format!("{someone} is the PCP of record{}", at(practice)),
        Basis::PracticePcp => format!("your practice is the PCP of record{}", at(practice)),
        Basis::SponsorPcp => {
            format!("your sponsor {} is the PCP of record{}", provider.unwrap_or(""), at(practice))
        }
        Basis::SponsorPracticePcp if provider.is_some() => {
            format!("{someone} of your sponsor’s practice is the PCP of record{}", at(practice))
        }
        Basis::SponsorPracticePcp => format!("your sponsor’s practice is the PCP of record{}", at(practice)),
        Basis::CareTeam if provider.is_none() && practice.is_some() => {
            format!("your practice is on the care team{}", at(practice))
        }
        Basis::CareTeam => format!("you are on the care team{}", at(practice)),
        Basis::Token => "you redeemed a patient token".into(),
        Basis::Grant => "the patient or a guardian approved your request".into(),
        Basis::Emergency => "emergency access".into(),
    }
}

/// A basis in a list of patients.
pub(crate) const fn basis(basis: Basis) -> &'static str {
    match basis {
        Basis::Pcp => "PCP of record",
        Basis::PracticePcp => "Practice of the PCP",
        Basis::SponsorPcp => "Sponsor is the PCP",
        Basis::SponsorPracticePcp => "Sponsor’s practice",
        Basis::CareTeam => "Care team",
        Basis::Token => "Patient token",
        Basis::Grant => "Approved request",
        Basis::Emergency => "Emergency access",
    }
}

/// A refusal as the access team reads it.
pub(crate) const fn refusal(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::AccountInactive => "The account is not active.",
        Refusal::ValidationOverdue => "The viewer’s own Sponsored User Validation is overdue.",
        Refusal::NoSponsorship => "The sponsored user has no live sponsorship.",
        Refusal::SponsorLocked => "Every sponsor of this user is locked by an overdue validation.",
        Refusal::PatientRestricted => "A restriction of the patient forbids it.",
        Refusal::PatientDeceased => "The patient died more than 90 days ago.",
        Refusal::NoBasis => "No rule permits it: not listed, no seat, no token, no grant.",
    }
}

/// A section's heading.
pub(crate) const fn section(section: Section) -> &'static str {
    match section {
        Section::Problems => "Problems",
        Section::Medications => "Medications",
        Section::Allergies => "Allergies",
        Section::Immunizations => "Immunizations",
        Section::Results => "Results",
        Section::Reports => "Reports",
        Section::Vitals => "Vitals",
        Section::Visits => "Visits",
        Section::Notes => "Notes",
        Section::Documents => "Documents",
        Section::Procedures => "Procedures",
        Section::CareTeam => "Care team",
        Section::Appointments => "Appointments",
    }
}

/// An act of the audit.
pub(crate) const fn act(act: Act) -> &'static str {
    match act {
        Act::ChainOpened => "Audit chain opened",
        Act::ChainClosed => "Audit chain closed",
        Act::SignInPassword => "Sign-in: password",
        Act::SignInFactor => "Sign-in: second factor",
        Act::SignOut => "Sign-out",
        Act::SetUpAccount => "Account set-up",
        Act::CreateAccount => "Account created",
        Act::ResetFactor => "Factor reset",
        Act::DisableAccount => "Account disabled",
        Act::SearchPatient => "Patient search",
        Act::OpenChart => "Chart opened",
        Act::OpenFile => "File of a chart opened",
        Act::ExportChart => "Chart exported",
        Act::ListPatients => "Patient list",
        Act::LookUp => "Look-up",
        Act::ReadAudit => "Audit read",
        Act::ReadDisclosures => "Disclosures read",
        Act::ExportAudit => "Audit exported",
        Act::AcknowledgeGap => "Audit gap explained",
        Act::FileRequest => "Request filed",
        Act::Import => "Directory import",
        Act::LoadFeed => "Feed load",
        Act::SetUpDemo => "Demonstration set up",
        Act::ForgedForm => "Form refused",
        Act::SearchAlert => "Search alert",
        Act::SignInPasskey => "Sign-in: passkey",
        Act::SignInHospital => "Sign-in: hospital",
        Act::StepUp => "Identity confirmed",
        Act::RequestReset => "Password reset asked for",
        Act::ResetPassword => "Password reset",
        Act::ChangePassword => "Password changed",
        Act::ChangeEmail => "E-mail change",
        Act::ChangeFactor => "Factor changed",
        Act::EndSession => "Session ended",
        Act::CloseAccount => "Account closed",
        Act::Register => "Registration",
        Act::ListRequests => "Queue read",
        Act::ReadRequest => "Request read",
        Act::HandleRequest => "Request handled",
        Act::ChangeQueueView => "Saved view of the queue",
        Act::DecideRequest => "Request decided",
        Act::LinkIdentity => "Hospital sign-in linked",
        Act::ChangeMembership => "Membership changed",
        Act::ExtendReview => "Review date moved",
        Act::MailFailed => "Mail failed",
        Act::AcceptDuties => "Sponsor’s duties accepted",
        Act::InviteStaff => "Invitation of staff",
        Act::ChangeSponsorship => "Sponsorship changed",
        Act::ListStaff => "Staff list read",
        Act::ReviewStaff => "Review of staff",
        Act::NudgeSponsor => "Sponsor reminded",
        Act::ValidationStep => "Validation schedule",
        Act::IssueToken => "Token issued",
        Act::RedeemToken => "Token tried",
        Act::RevokeToken => "Token revoked",
        Act::AnswerRequest => "Request answered by the family",
        Act::LogCall => "Call noted",
        Act::GiveAccess => "Access granted",
        Act::RevokeAccess => "Access taken back",
        Act::RenewAccess => "Access renewed at 18",
        Act::ChangeListing => "PCP changed",
        Act::ChangeCareTeam => "Care team changed",
        Act::ChangeRestriction => "Restriction changed",
        Act::ChangeMerge => "Merge decided",
        Act::EmergencyAccess => "Emergency access",
        Act::ReviewEmergency => "Emergency access reviewed",
        Act::ChangeFamily => "Family account tied",
        Act::ReadFamily => "Family read who may see",
        Act::BlockRequests => "Requests blocked",
        Act::VerifyAudit => "Audit verified",
        Act::ChangeClient => "Interface client changed",
        Act::SignInClient => "Interface client signed in",
        Act::HookFailed => "Interface client not told",
        Act::ChooseNotices => "Notices by mail chosen",
        Act::TellNews => "Told of news by mail",
        Act::AcknowledgeResult => "Critical result acknowledged",
        Act::SendMessage => "Message sent by a family",
        Act::ReadMessage => "Messages read by a family",
    }
}

/// How an act ended.
pub(crate) const fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Allowed => "Allowed",
        Outcome::Refused => "Refused",
        Outcome::Failed => "Failed",
    }
}
