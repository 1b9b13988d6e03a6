//! Measurements out of the vital signs: LOINC codes, exact units, and what cannot be used.

use time::Date;

use super::Gestation;
use crate::domain::calendar::{Instant, Zone, plus_months};
use crate::domain::chart::ChartItem;
use crate::domain::chart::dated::Known;
use crate::domain::chart::results::stands;

/// What a vital sign measures.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// Weight, read in kg.
    Weight,
    /// Length or stature, read in cm.
    Length,
    /// Head circumference, read in cm.
    Head,
    /// Body mass index, read in kg/m².
    Bmi,
}

/// How a length was taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Posture {
    /// Lying down.
    Lying,
    /// Standing.
    Standing,
}

/// One usable measurement.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Reading {
    /// When it was taken.
    pub(super) at: Instant,
    /// Whether only its day is known.
    pub(super) date_only: bool,
    /// How much of that day is known.
    pub(super) dated: Known,
    /// The day in hospital time; the first of the month or year where no more is known.
    pub(super) day: Date,
    /// The value in the unit of its kind.
    pub(super) value: f64,
    /// How a length was taken, where the source says so.
    pub(super) posture: Option<Posture>,
}

/// Why a measurement is not charted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unusable {
    /// Its unit is none that is known here.
    Unit,
    /// It has no number, or only a bound.
    Number,
    /// It is pending or cancelled, so that its number does not stand.
    Status,
    /// Its time is not known.
    Time,
    /// It lies before birth or after the 20th birthday.
    Age,
}

/// A measurement that is not charted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LeftOut {
    /// Why.
    pub why: Unusable,
    /// What it was, in the source's words.
    pub title: String,
    /// The unit as it came.
    pub unit: String,
    /// When it was taken.
    pub at: Option<Instant>,
}

impl LeftOut {
    /// `item`, left out for `why`.
    pub(super) fn of(item: &ChartItem, why: Unusable) -> Self {
        Self { why, title: item.title.clone(), unit: item.unit.clone(), at: item.at }
    }
}

/// What sources call LOINC.
const LOINC: [&str; 2] = ["http://loinc.org", "urn:oid:2.16.840.1.113883.6.1"];

/// The LOINC code of an item; empty for any other system.
pub(super) fn loinc(item: &ChartItem) -> &str {
    match item.code.rsplit_once('|') {
        Some((system, code)) if LOINC.contains(&system) => code,
        _ => "",
    }
}

/// The LOINC `code` as items may carry it.
pub fn carried(code: &str) -> [String; 2] {
    LOINC.map(|system| format!("{system}|{code}"))
}

/// What `item` measures, if anything that is charted.
pub(super) fn kind(item: &ChartItem) -> Option<Kind> {
    match loinc(item) {
        "29463-7" | "3141-9" => Some(Kind::Weight),
        "8302-2" | "8306-3" | "8308-9" | "3137-7" => Some(Kind::Length),
        "9843-4" | "8287-5" => Some(Kind::Head),
        "39156-5" => Some(Kind::Bmi),
        _ => None,
    }
}

/// The measurement in `item`, or why it cannot be used.
pub(super) fn reading(item: &ChartItem, kind: Kind, zone: Zone) -> Result<Reading, Unusable> {
    let at = item.at.ok_or(Unusable::Time)?;
    let no_value = if item.number.is_some() && !stands(item) { Unusable::Status } else { Unusable::Number };
    let value = measured(item).ok_or(no_value)? * factor(kind, &item.unit).ok_or(Unusable::Unit)?;
    let posture = match loinc(item) {
        "8306-3" => Some(Posture::Lying),
        "8308-9" => Some(Posture::Standing),
        _ => None,
    };
    let dated = if item.date_only { item.dated.at } else { Known::Day };
    Ok(Reading { at, date_only: item.date_only, dated, day: zone.date(at), value, posture })
}

/// The number in `item`, where it is a measurement that stands and not only a bound of one.
fn measured(item: &ChartItem) -> Option<f64> {
    item.number.filter(|n| n.is_finite() && *n > 0.0 && item.comparator.is_empty() && stands(item))
}

/// The height in `item` in cm, whoever's it is.
pub(super) fn height_of_item(item: &ChartItem) -> Option<f64> {
    Some(measured(item)? * factor(Kind::Length, &item.unit)?)
}

/// By what a number in `unit` is multiplied to be in the unit of its kind. The pound is 0.45359237 kg and the inch 2.54 cm, exactly.
fn factor(kind: Kind, unit: &str) -> Option<f64> {
    let unit = unit.trim().to_ascii_lowercase();
    let known: &[(&str, f64)] = match kind {
        Kind::Weight => &[
            ("kg", 1.0),
            ("g", 0.001),
            ("lb", 0.453_592_37),
            ("lbs", 0.453_592_37),
            ("[lb_av]", 0.453_592_37),
            ("oz", 0.028_349_523_125),
            ("[oz_av]", 0.028_349_523_125),
        ],
        Kind::Length | Kind::Head => {
            &[("cm", 1.0), ("m", 100.0), ("mm", 0.1), ("in", 2.54), ("[in_i]", 2.54)]
        }
        Kind::Bmi => &[("kg/m2", 1.0), ("kg/m²", 1.0), ("kg/m^2", 1.0)],
    };
    known.iter().find(|(name, _)| *name == unit).map(|(_, factor)| *factor)
}

/// LOINC codes of the gestational age at birth, the best first.
pub const GESTATION_CODES: [&str; 3] = ["18185-9", "11884-4", "11885-1"];

/// The length of the pregnancy that `items` record for the child itself: of the best code, the newest before the second birthday. Later
/// ones are of a pregnancy of the patient's own.
pub fn gestation(items: &[ChartItem], birth: Date, zone: Zone) -> Option<Gestation> {
    let second_birthday = plus_months(birth, 24);
    let own = |item: &&ChartItem| item.at.is_some_and(|at| zone.date(at) < second_birthday);
    let weeks = |item: &ChartItem| {
        let number = item.number.filter(|_| item.comparator.is_empty() && stands(item))?;
        match item.unit.trim().to_ascii_lowercase().as_str() {
            "wk" | "week" | "weeks" | "{weeks}" | "wks" => Gestation::weeks(number),
            "d" | "day" | "days" => Gestation::weeks(number / 7.0),
            _ => None,
        }
    };
    GESTATION_CODES
        .iter()
        .find_map(|code| {
            let of_code = items.iter().filter(|item| loinc(item) == *code).filter(own);
            of_code.filter_map(|item| Some((item.at?, weeks(item)?))).max_by_key(|(at, _)| *at)
        })
        .map(|(_, gestation)| gestation)
}
