//! Words of the pages of practices.

pub(crate) const TITLE: &str = "Practices you belong to";
pub(crate) const NONE: &str = "You belong to no practice today.";
pub(crate) const NONE_PROVIDER: &str = "Join one on your account page; the access team checks it.";
pub(crate) const NONE_STAFF: &str = "A provider of your practice must sponsor you.";
pub(crate) const JOIN: &str = "Switch or join a practice";
pub(crate) const COL_PRACTICE: &str = "Practice";
pub(crate) const COL_MEMBERS: &str = "Members";
pub(crate) const COL_STAFF: &str = "Staff";
pub(crate) const MEMBERS: &str = "Members";
pub(crate) const MEMBERS_NONE: &str = "Nobody belongs to this practice today.";
pub(crate) const COL_NAME: &str = "Name";
pub(crate) const COL_SPECIALTY: &str = "Specialty";
pub(crate) const COL_SINCE: &str = "Member since";
pub(crate) const SINCE_EVER: &str = "No start date";
pub(crate) const YOU: &str = "You";
pub(crate) const STAFF: &str = "Staff, by sponsor";
pub(crate) const STAFF_NONE: &str = "Nobody is sponsored in this practice yet.";
pub(crate) const COL_JOB: &str = "Job";
pub(crate) const COL_EMAIL: &str = "E-mail";
pub(crate) const COL_STATE: &str = "Status";
pub(crate) const SPONSOR_LOCKED: &str = "Locked: review overdue";
pub(crate) const SECOND: &str = "Only one sponsor has staff here. We advise a second one, so that somebody can invite and remove people when the first is away.";
pub(crate) const COVERS: &str = "Who covers whom";
/// Who sees whose patients, in plain words.
pub(crate) const COVERAGE: [&str; 4] = [
    "Members see the patients listed with each other at this practice, and those listed with the practice itself.",
    "Staff see those patients, too, while their sponsor belongs to the practice and is not locked. Nothing sensitive is shown to staff.",
    "A care-team seat of the practice counts for every member. A member’s own seat counts for that member alone. No seat counts for staff.",
    "A patient token, or an approved request, counts only for the account that holds it.",
];
pub(crate) const STAFF_COVER: &str = "Their live staff see the same patients.";
pub(crate) const PHONE: &str = "Phone";
pub(crate) const ADDRESS: &str = "Address";
pub(crate) const LEAVING: &str = "What changes if I leave";
pub(crate) const REPORT: &str = "Is something wrong here? Report it";
pub(crate) const LEAVING_LEAD: &str =
    "Nothing is changed by looking. This is how it would be if your membership ended now.";
pub(crate) const YOUR_PATIENTS: &str = "Your patients";
pub(crate) const OTHERS: &str = "Colleagues and staff";
pub(crate) const STAFF_STOP: &str = "Your staff who would stop";
pub(crate) const STAFF_STOP_NONE: &str = "You sponsor nobody here.";
pub(crate) const STAFF_STOP_HOW: &str =
    "Their sponsorship is held in this practice. A colleague who stays can sponsor them.";
pub(crate) const LEAVING_NEXT: &str =
    "To leave, file a switch of practice. It shows the same, and the access team checks it first.";
pub(crate) const SWITCH: &str = "Switch practice";
pub(crate) const BACK: &str = "Back to the practice";

/// The title of what changes when the viewer leaves.
pub(crate) fn leaving(practice: &str) -> String {
    format!("If you leave {practice}")
}

/// Who covers whom today, in names.
pub(crate) fn covering(members: &[&str]) -> Option<String> {
    let (last, others) = members.split_last()?;
    Some(match others {
        [] => format!("Today {last} is the only member."),
        _ => format!("Today {} and {last} cover each other’s patients.", others.join(", ")),
    })
}

/// A sponsor and how many people.
pub(crate) fn sponsor(name: &str, people: usize) -> String {
    match people {
        1 => format!("{name}: 1 person"),
        _ => format!("{name}: {people} people"),
    }
}
