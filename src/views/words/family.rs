//! Words of the family's pages: one table, filled once for each language. Kept to a reading grade of 7 or below.

use time::Date;

use crate::domain::access::Basis;
use crate::domain::calendar::{Instant, Zone};
use crate::domain::chart::Section;
use crate::domain::family::enrolment::Relationship;
use crate::domain::family::topic::Topic;
use crate::domain::language::Language;

/// Declares the table: texts, in which `{0}` and `{1}` stand for what [`fill`] puts there.
macro_rules! table {
    ($($name:ident,)+) => {
        /// The words of one language.
        pub(crate) struct Words {
            $(pub(crate) $name: &'static str,)+
            /// The name of a section.
            pub(crate) section: fn(Section) -> &'static str,
            /// The name of a sensitive part.
            pub(crate) topic: fn(Topic) -> &'static str,
            /// How a guardian stands to the patient.
            pub(crate) kin: fn(Relationship) -> &'static str,
            /// Why somebody may see the chart.
            pub(crate) basis: fn(Basis) -> &'static str,
            /// A date.
            pub(crate) day: fn(Date) -> String,
        }
        impl Words {
            /// Every text with its name.
            #[cfg(test)]
            fn texts(&self) -> Vec<(&'static str, &'static str)> {
                vec![$((stringify!($name), self.$name),)+]
            }
        }
    };
}

table! {
    skip, nav_main, nav_home, nav_access, nav_care_team, nav_opened, sign_out, idle_soon, every_record, help, ask_for_help, times,
    problem, error, more, whose_chart, no_patient, other_language,
    home, open_requests, none_open, asks, asked_on, answer_by, answer, read, yours, patients_turn, guardians_turn, teams_turn,
    teen_guardian, teen_own, teen_alone, see_also,
    request, who, specialty, practice, why, why_private, would_see, all_usual, narrow, both_guardian, both_patient, other_said_yes,
    how_long, days_30, months_6, year_1, until_revoked, parts, parts_hint, private_parts, private_hint, part2, part2_hint,
    approve, decline, change_later, block_title, block_hint, block, duration_missing, not_offered, nothing_shared, over,
    over_approved, over_declined, over_expired, over_other,
    done_given, done_waits, done_declined, done_paused, done_gone, done_revoked, done_already, done_blocked, done_unblocked,
    access, access_lead, access_none, given, given_lead, given_none, since, until, no_end, usual_parts, take_back, take_back_from,
    blocked, blocked_lead, unblock, unblock_of,
    opened, opened_lead, opened_empty, opened_call, unopened, emergency_until, emergency_used, when, saw, summary, unknown_call,
    care_team, care_lead, care_none, seat_from, source_feed, source_import, source_team, source_family, remove, remove_of,
    removed_note, add, add_lead, add_both, add_query, add_hint, find, found_none, found_many, found, npi, add_this, add_this_one,
    done_added, done_removed, done_there, query_short,
    activate, activate_lead, step_code, code, code_hint, patient_born, month, day_of_month, year, step_you, you_patient, given_name,
    family_name, you_born, relationship, choose, step_sign, email, email_hint, signature, signature_hint, terms, read_terms, start,
    no_match, given_missing, family_missing, born_missing, relationship_missing, email_wrong, email_taken, signature_wrong, terms_missing,
    begun, begun_lead, begun_digits, begun_next, begun_waits, barred, bar_under_13, bar_through_practice, bar_no_guardian, bar_minor,
    bar_has_account, bar_tied, bar_deceased, have_account, add_chart, add_chart_lead, add_chart_do, done_chart, done_chart_waits,
    enroll, enroll_lead, enroll_link, enroll_who, enroll_self, enroll_guardian, enroll_you, enroll_born, enroll_phone, enroll_phone_hint,
    enroll_patient, enroll_patient_hint, enroll_mrn, enroll_mrn_hint, enroll_send, enroll_done, enroll_done_lead, enroll_done_phone,
    enroll_done_more, enroll_slow, who_missing, phone_wrong, patient_given_missing, patient_family_missing, mrn_wrong, own_born_missing,
    tokens, tokens_lead, tokens_none, token_for_anyone, token_open, token_used, token_expired, token_revoked, token_frozen, token_given,
    token_give, token_give_lead, token_give_both, token_for, token_for_hint, token_note_long, token_shown, token_once, token_print,
    token_code, token_mrn, token_mrn_why, token_back,
    proxy, proxy_asks, proxy_lead, proxy_sign, done_signed, held, held_lead, held_end, done_proxy_ended,
    renew, renew_lead, renew_ends, renew_ended, renew_keep, renew_keep_of, renew_ask, renew_ask_lead, renew_back, done_renewed,
}

/// The table of `language`.
pub(crate) const fn of(language: Language) -> &'static Words {
    match language {
        Language::English => &super::family_en::WORDS,
        Language::Spanish => &super::family_es::WORDS,
    }
}

/// `template` with `{0}` and `{1}` replaced; what is put there is never read as a template.
pub(crate) fn fill(template: &str, values: &[&str]) -> String {
    let mut out = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((place, after)) = after.split_once('}') else { break };
        out.push_str(
            place.parse::<usize>().ok().and_then(|place| values.get(place)).copied().unwrap_or_default(),
        );
        rest = after;
    }
    out.push_str(rest);
    out
}

/// An instant as a family reads it: the day, and the time with its zone.
pub(crate) fn moment(words: &Words, at: Instant, zone: Zone) -> String {
    let local = zone.local(at);
    format!("{}, {:02}:{:02} {}", (words.day)(local.date), local.hour, local.minute, local.zone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::words::family_messages;

    fn vowels(word: &str) -> usize {
        let mut groups = 0;
        let mut before = false;
        for c in word.to_lowercase().chars() {
            let vowel = "aeiouyáéíóúü".contains(c);
            groups += usize::from(vowel && !before);
            before = vowel;
        }
        groups.max(1)
    }

    fn real(count: usize) -> f64 {
        f64::from(u32::try_from(count).unwrap())
    }

    /// Every text of the family's pages in `language`.
    fn texts(language: Language) -> Vec<(&'static str, &'static str)> {
        [of(language).texts(), family_messages::of(language).texts()].concat()
    }

    /// Sentences, words and syllables of everything that is at least a sentence.
    fn measured(language: Language, silent_e: bool) -> (f64, f64, f64) {
        let (mut sentences, mut count, mut syllables) = (0.0, 0.0, 0.0);
        for (_, text) in texts(language).into_iter().filter(|(_, text)| text.ends_with(['.', '?', '!'])) {
            sentences += real(text.matches(['.', '?', '!', ':']).count().max(1));
            for word in text.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty()) {
                let silent = silent_e && word.len() > 3 && word.ends_with('e') && !word.ends_with("le");
                count += 1.0;
                syllables += real(vowels(word) - usize::from(silent && vowels(word) > 1));
            }
        }
        (sentences, count, syllables)
    }

    /// Flesch-Kincaid grade (Kincaid 1975): 0.39 words a sentence + 11.8 syllables a word - 15.59.
    #[test]
    fn the_english_pages_read_at_grade_7_or_below() {
        let (sentences, words, syllables) = measured(Language::English, true);
        let grade = 0.39 * words / sentences + 11.8 * syllables / words - 15.59;
        assert!(grade <= 7.0, "grade {grade:.1}");
    }

    /// Fernández Huerta (1959): 206.84 - 60 syllables a word - 1.02 words a sentence; 70 and above is read in the seventh year.
    #[test]
    fn the_spanish_pages_are_easy_to_read() {
        let (sentences, words, syllables) = measured(Language::Spanish, false);
        let ease = 206.84 - 60.0 * syllables / words - 1.02 * words / sentences;
        assert!(ease >= 70.0, "ease {ease:.1}");
    }

    #[test]
    fn both_languages_say_everything_with_the_same_places() {
        let (english, spanish) = (texts(Language::English), texts(Language::Spanish));
        for ((name, en), (_, es)) in english.into_iter().zip(spanish) {
            for place in ["{0}", "{1}"] {
                assert_eq!(en.contains(place), es.contains(place), "{name}: {place}");
            }
            assert!(!en.is_empty() && !es.is_empty(), "{name}");
        }
    }

    #[test]
    fn what_is_put_into_a_text_is_not_read_as_one() {
        assert_eq!(fill("{0} asks {1}.", &["{1}", "Mía"]), "{1} asks Mía.");
        assert_eq!(fill("no place", &["x"]), "no place");
    }
}
