//! Which requests a page of the queue shows: view, kind and filter, as typed and as read; several handled at once.

use serde::{Deserialize, Serialize};
use time::Date;

use super::View;
use crate::domain::calendar::parse_date;
use crate::domain::ids::AccountId;
use crate::domain::people::fold_name;
use crate::domain::request::RequestKind;

/// The most views that one account keeps.
pub const VIEWS_MOST: usize = 20;
/// The most characters of the name of a kept view.
pub const VIEW_NAME_LONGEST: usize = 60;
/// The most characters of words that are looked for; what goes beyond is not looked at.
pub const WORDS_LONGEST: usize = 100;
/// The most practices that words may find; with more of them, more letters are asked for.
pub const PRACTICES_MOST: usize = 50;
/// How a filter names that nobody has taken a request.
pub const NOBODY: &str = "nobody";

/// A filter as it is typed, and as a URL carries it; empty fields narrow nothing.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Typed {
    /// [`NOBODY`], or the account of a member of the team.
    pub owner: String,
    /// Words of the practice's name.
    pub practice: String,
    /// The first day of filing.
    pub filed_from: String,
    /// The last day of filing.
    pub filed_to: String,
    /// The first due day.
    pub due_from: String,
    /// The last due day.
    pub due_to: String,
}

/// What was typed and will not do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BadField {
    /// Words that the names of more than [`PRACTICES_MOST`] practices have.
    Practice,
    /// The first day of filing, which is no day.
    FiledFrom,
    /// The last day of filing, which is no day.
    FiledTo,
    /// The first due day, which is no day.
    DueFrom,
    /// The last due day, which is no day.
    DueTo,
}

/// Who has taken a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Owner {
    /// Nobody.
    Nobody,
    /// This account.
    Member(AccountId),
}

/// A first and a last day; either may be open.
pub type Days = (Option<Date>, Option<Date>);

/// A filter as it is read.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Filter {
    /// Who has taken it.
    pub owner: Option<Owner>,
    /// Folded words, each of which begins a word of the practice's name.
    pub practice: Vec<String>,
    /// The days of filing.
    pub filed: Days,
    /// The due days.
    pub due: Days,
}

/// Which requests a page of the queue shows, with the filter as typed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Shown {
    /// The view.
    pub view: View,
    /// Only of this kind.
    pub kind: Option<RequestKind>,
    /// The filter.
    pub filter: Typed,
}

impl Shown {
    /// All of `view`.
    pub fn all(view: View) -> Self {
        Self { view, kind: None, filter: Typed::default() }
    }
}

impl Typed {
    /// Whether it narrows nothing.
    pub fn is_empty(&self) -> bool {
        self.fields().iter().all(|(_, value)| value.is_empty())
    }

    /// Its fields by name, in the order of the form.
    pub fn fields(&self) -> [(&'static str, &str); 6] {
        [
            ("owner", &self.owner),
            ("practice", &self.practice),
            ("filed_from", &self.filed_from),
            ("filed_to", &self.filed_to),
            ("due_from", &self.due_from),
            ("due_to", &self.due_to),
        ]
    }

    /// The same without outer blanks, and without an owner whom the filter does not offer: such a one narrows nothing.
    #[must_use]
    pub fn among(&self, owners: &[AccountId]) -> Self {
        let short = |text: &str| text.trim().chars().take(WORDS_LONGEST).collect::<String>();
        let owner = match self.owner() {
            Some(Owner::Member(account)) if !owners.contains(&account) => String::new(),
            Some(Owner::Member(account)) => account.to_string(),
            Some(Owner::Nobody) => NOBODY.to_owned(),
            None => String::new(),
        };
        Self {
            owner,
            practice: short(&self.practice),
            filed_from: short(&self.filed_from),
            filed_to: short(&self.filed_to),
            due_from: short(&self.due_from),
            due_to: short(&self.due_to),
        }
    }

    fn owner(&self) -> Option<Owner> {
        match self.owner.trim() {
            NOBODY => Some(Owner::Nobody),
            text => text.parse().ok().map(Owner::Member),
        }
    }

    /// The filter.
    ///
    /// # Errors
    /// The days that are none, in the order of the form.
    pub fn read(&self) -> Result<Filter, Vec<BadField>> {
        let mut bad = Vec::new();
        let mut day = |text: &str, which| {
            let read = parse_date(text);
            if read.is_none() && !text.trim().is_empty() {
                bad.push(which);
            }
            read
        };
        let filed = (day(&self.filed_from, BadField::FiledFrom), day(&self.filed_to, BadField::FiledTo));
        let due = (day(&self.due_from, BadField::DueFrom), day(&self.due_to, BadField::DueTo));
        if !bad.is_empty() {
            return Err(bad);
        }
        Ok(Filter { owner: self.owner(), practice: words(&self.practice), filed, due })
    }
}

impl Filter {
    /// Whether it looks at owner or days.
    pub fn has_facts(&self) -> bool {
        self.owner.is_some() || self.filed != (None, None) || self.due != (None, None)
    }

    /// Whether it looks at names.
    pub fn has_words(&self) -> bool {
        !self.practice.is_empty()
    }

    /// Whether a request about `practice` has the words looked for.
    pub fn fits(&self, practice: &str) -> bool {
        begin(&self.practice, practice)
    }
}

/// The words of a name, as names are compared.
fn words(name: &str) -> Vec<String> {
    let folded = fold_name(name);
    folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

fn begin(wanted: &[String], name: &str) -> bool {
    if wanted.is_empty() {
        return true;
    }
    let words = words(name);
    wanted.iter().all(|wanted| words.iter().any(|word| word.starts_with(wanted.as_str())))
}

/// Why a view is not kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeepFault {
    /// The name is missing or too long.
    BadName,
    /// The account has one of that name.
    NameTaken,
    /// The account keeps as many as one may.
    TooMany,
}

/// What is done with several requests at once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Deed {
    /// The member takes them.
    Taken,
    /// The member gives them to another.
    Given,
    /// The member notes the same on each.
    Noted,
}

/// What came of it.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Tally {
    /// With how many it was done.
    pub done: usize,
    /// How many had changed, or were over, or are not there.
    pub changed: usize,
    /// How many were passed over: whoever was to have them may not decide them.
    pub passed: usize,
}

#[cfg(test)]
mod tests {
    use time::macros::date;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn every_typed_word_begins_a_word_of_the_name_whatever_its_case_and_accents() {
        let filter = Typed { practice: "jose NUN".into(), ..Typed::default() };
        let filter = filter.read().unwrap();
        assert!(filter.fits("Clínica José Núñez-Ortiz"));
        assert!(!filter.fits("Clínica José Rivera"));
        assert!(!filter.fits("Clínica"));
        let any = Typed::default().read().unwrap();
        assert!(any.fits("") && !any.has_words() && !any.has_facts());
    }

    #[test]
    fn a_day_that_is_none_is_named_by_its_field() {
        let typed =
            Typed { filed_to: "05/01/2026".into(), due_from: "2026-02-30".into(), ..Typed::default() };
        assert_eq!(typed.read(), Err(vec![BadField::FiledTo, BadField::DueFrom]));
        let typed = Typed { due_to: " 2026-03-16 ".into(), ..Typed::default() };
        assert_eq!(typed.read().unwrap().due, (None, Some(date!(2026 - 03 - 16))));
    }

    #[test]
    fn an_owner_whom_the_filter_does_not_offer_narrows_nothing() {
        let (known, unknown) = (AccountId(Uuid::from_u128(1)), AccountId(Uuid::from_u128(2)));
        let of = |owner: String| Typed { owner, ..Typed::default() }.among(&[known]);
        assert_eq!(of(known.to_string()).read().unwrap().owner, Some(Owner::Member(known)));
        assert_eq!(of(NOBODY.to_owned()).read().unwrap().owner, Some(Owner::Nobody));
        for forged in [unknown.to_string(), "x".to_owned(), String::new()] {
            assert!(of(forged).is_empty());
        }
    }

    #[test]
    fn what_is_kept_of_a_view_is_read_again_as_it_was() {
        let filter = Typed { owner: NOBODY.into(), due_to: "2026-03-16".into(), ..Typed::default() };
        let shown = Shown { view: View::Mine, kind: Some(RequestKind::NonPcp), filter };
        let text = serde_json::to_string(&shown).unwrap();
        assert_eq!(serde_json::from_str::<Shown>(&text).unwrap(), shown);
    }
}
