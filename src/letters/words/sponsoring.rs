//! Letters about sponsors and the people they sponsor.

use crate::domain::letter::{Letter, Place};
use crate::letters::{Content, Foot, Part};

use super::{letter, says, short, unnamed};

fn to_staff() -> Part {
    Part::Link("Open your staff list", Place("/staff".to_owned()))
}

fn to_review() -> Part {
    Part::Link("Open the review", Place("/review".to_owned()))
}

/// What a letter about sponsoring says.
pub(super) fn of_sponsoring(it: &Letter) -> Content {
    match it {
        Letter::Invitation { sponsor, practice, link } => letter(
            "Set up your access",
            vec![
                says(format!(
                    "{} of {} sponsors your access to the referral portal. Set it up within 72 hours; the link works once.",
                    short(sponsor),
                    short(practice)
                )),
                says(
                    "The page asks for a code of eight digits. Your sponsor has it and tells you in person or by phone. It is never \
                      sent by e-mail.",
                ),
                Part::Link("Set up your access", link.clone()),
            ],
            Foot::NotYou("If you do not work there, do not open the link."),
        ),
        Letter::InvitationAsked { name } => letter(
            "An invitation no longer works",
            vec![
                says(format!(
                    "{} tried to use your invitation, which no longer works, and asks for a new one. If they still work with you, send \
                     it again from your staff list, and tell them the new code yourself.",
                    short(name)
                )),
                to_staff(),
            ],
            Foot::Questions,
        ),
        Letter::StaffRegistered { name, practice } => letter(
            "Your invitation was accepted",
            vec![
                says(format!(
                    "{} has accepted your invitation and can now see what your sponsorship at {} allows. Remove people on the day they leave.",
                    short(name),
                    short(practice)
                )),
                to_staff(),
            ],
            Foot::NotYou("If you did not invite this person, remove the sponsorship at once."),
        ),
        Letter::StaffAttested { name, sponsor, practice } => letter(
            "Somebody in an overdue review has another sponsor",
            vec![says(format!(
                "{} is listed in a review that is overdue. {} has attested to work with this person at {} and sponsors them now. The \
                 review remains to be completed.",
                short(name),
                short(sponsor),
                short(practice)
            ))],
            Foot::Questions,
        ),
        Letter::StaffReplaced { name, practice } => letter(
            "Somebody you sponsored has a new account",
            vec![
                says(format!(
                    "{} has a new account with another address, and the old one has ended, your sponsorship at {} with it. If you \
                     still work with this person, invite the new address.",
                    short(name),
                    short(practice)
                )),
                to_staff(),
            ],
            Foot::Questions,
        ),
        Letter::StaffAsked { name, practice } => letter(
            "Somebody you sponsor has asked for access",
            vec![
                says(format!(
                    "{} has asked the hospital to list {} as the PCP of a patient. The hospital phones the family before anything changes. \
                      You need not do anything.",
                    short(name),
                    short(practice)
                )),
                to_staff(),
            ],
            Foot::NotYou("If this person does not work with you, remove the sponsorship at once."),
        ),
        Letter::ReviewNudged { name } => letter(
            "Your review is waited for",
            vec![
                says(format!(
                    "{} cannot open charts because your review of sponsored users is overdue, and asks you to complete it. Completing \
                     it unlocks you and everybody you sponsor at once.",
                    short(name)
                )),
                to_review(),
            ],
            Foot::Questions,
        ),
        other => unnamed(other),
    }
}
