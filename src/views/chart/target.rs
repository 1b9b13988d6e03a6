//! The target height by the parents' heights, and the form that asks for them (page P13).

use maud::{Markup, html};

use super::Shell;
use crate::domain::chart::growth::{BadHeight, HeightUnit, HeightsFrom, Measure, Parents, Target, height};
use crate::views::layout::Frame;
use crate::views::parts::field;
use crate::views::paths;
use crate::views::words::target as w;

/// What is typed of the parents' heights.
#[derive(Clone, PartialEq, Debug)]
pub struct TypedHeights {
    /// The father's.
    pub father: String,
    /// The mother's.
    pub mother: String,
    /// The unit of both.
    pub unit: HeightUnit,
    /// Why the father's is none.
    pub bad_father: Option<BadHeight>,
    /// Why the mother's is none.
    pub bad_mother: Option<BadHeight>,
    /// The heights that were read; `None` before any were typed.
    pub parents: Option<Parents>,
}

impl Default for TypedHeights {
    fn default() -> Self {
        Self {
            father: String::new(),
            mother: String::new(),
            unit: HeightUnit::Centimeters,
            bad_father: None,
            bad_mother: None,
            parents: None,
        }
    }
}

impl TypedHeights {
    /// What `father` and `mother` mean in `unit`, centimeters where it is unknown.
    pub fn read(father: String, mother: String, unit: &str) -> Self {
        let unit = HeightUnit::from_word(unit).unwrap_or(HeightUnit::Centimeters);
        let (of_father, of_mother) = (height(&father, unit), height(&mother, unit));
        let parents = match (of_father, of_mother) {
            (Ok(father), Ok(mother)) => Some(Parents { father, mother, from: HeightsFrom::Form }),
            _ => None,
        };
        Self { father, mother, unit, bad_father: of_father.err(), bad_mother: of_mother.err(), parents }
    }

    /// The list of what is wrong, for the top of the page.
    pub(super) fn faults(&self) -> Markup {
        let bad = |name, of, why: Option<BadHeight>| why.map(|why| (name, w::bad_height(of, why, self.unit)));
        let father = bad("father", w::FATHER, self.bad_father);
        let mother = bad("mother", w::MOTHER, self.bad_mother);
        field::summary(&father.into_iter().chain(mother).collect::<Vec<_>>())
    }
}

/// The target in words with what it rests on, and the form for other heights; `measure` is that of the page, `None` for the one sheet.
pub(super) fn section(
    frame: &Frame,
    shell: &Shell,
    (target, typed): (Option<&Target>, &TypedHeights),
    measure: Option<Measure>,
) -> Markup {
    let fault =
        |of, why: Option<BadHeight>| why.map(|why| w::bad_height(of, why, typed.unit)).unwrap_or_default();
    let units =
        HeightUnit::ALL.iter().map(|unit| (unit.word(), w::unit(*unit).to_owned())).collect::<Vec<_>>();
    let (bad_father, bad_mother) = (fault(w::FATHER, typed.bad_father), fault(w::MOTHER, typed.bad_mother));
    let blank = field::Text { width: "w10", max: 10, inputmode: "decimal", ..field::Text::default() };
    let father =
        field::Text { name: "father", label: w::FATHER, value: &typed.father, fault: &bad_father, ..blank };
    let mother =
        field::Text { name: "mother", label: w::MOTHER, value: &typed.mother, fault: &bad_mother, ..blank };
    html! {
        h2 { (w::TITLE) }
        @if let Some(target) = target {
            p { (w::target(target)) }
            p class="quiet" { (w::rests_on(&target.parents)) " " (w::METHOD) }
        } @else { p class="quiet" { (w::NONE) } }
        form method="post" action=(paths::growth(shell.id)) class="search screen" {
            (field::token(frame))
            (field::hidden("measure", measure.map_or("all", Measure::word)))
            (father.show()) (mother.show())
            (field::choice("unit", w::UNIT, typed.unit.word(), &units))
            button class="second" type="submit" { (w::SHOW) }
        }
    }
}
