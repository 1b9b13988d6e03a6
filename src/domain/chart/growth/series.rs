//! The course of one measure: its points, and the sheets on which they are drawn.

use time::Date;

use super::readings::{Kind, Posture, Reading, kind, reading};
use super::{
    Child, DAYS_IN_MONTH, LeftOut, Measure, Place, Sex, Standing, Target, Then, Unusable, standing, value_at,
};
use crate::domain::calendar::{Instant, Zone, age_months};
use crate::domain::chart::ChartItem;
use crate::domain::chart::dated::Known;
use crate::domain::chart::sensitivity::Labels;

/// Heads are charted up to so many months.
const HEAD_MONTHS: i32 = 36;

/// One measurement with its standing.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Point {
    /// When it was taken.
    pub at: Instant,
    /// How much of its date is known: what is not dated to the day has no percentile, and no place on an axis.
    pub dated: Known,
    /// The age then; from the first of the month or year where no more is known.
    pub then: Then,
    /// The value: kg, cm or kg/m².
    pub value: f64,
    /// Computed here from weight and length of the day, not reported.
    pub computed: bool,
    /// Length measured lying down after the second birthday, where the reference is of stature.
    pub lying: bool,
    /// How a length was taken, where the source says so.
    pub posture: Option<Posture>,
    /// The length, for weight for length.
    pub length: Option<f64>,
    /// Where it stands; `None` without a reference.
    pub standing: Option<Standing>,
}

impl Point {
    /// Whether it may be joined to its neighbors.
    pub fn is_plausible(&self) -> bool {
        self.standing.is_none_or(|s| s.plausible)
    }
}

/// The course of one measure of one child.
#[derive(Clone, PartialEq, Debug)]
pub struct Growth {
    /// What was measured.
    pub measure: Measure,
    /// Whose.
    pub child: Child,
    /// The measurements, oldest first.
    pub points: Vec<Point>,
    /// What could not be used.
    pub left_out: Vec<LeftOut>,
    /// The height that the parents' heights let expect, where they are known; of length and height only.
    pub target: Option<Target>,
    /// The security labels of everything it shows.
    pub labels: Labels,
}

/// The sheets that growth is drawn on, each with one reference and one axis.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sheet {
    /// WHO, birth to 24 months.
    Infancy,
    /// WHO head circumference, birth to 36 months.
    Head,
    /// WHO weight for length, 45 to 110 cm.
    ForLength,
    /// CDC, 2 to 10 years: for those who are younger than that.
    Childhood,
    /// CDC, 2 to 20 years.
    Youth,
}

impl Sheet {
    /// Where its axis begins and ends: months, cm or years.
    pub const fn span(self) -> (f64, f64) {
        match self {
            Self::Infancy => (0.0, 24.0),
            Self::Head => (0.0, 36.0),
            Self::ForLength => (45.0, 110.0),
            Self::Childhood => (2.0, 10.0),
            Self::Youth => (2.0, 20.0),
        }
    }

    /// From tick to tick, in the unit of the axis.
    pub const fn tick(self) -> f64 {
        match self {
            Self::Infancy | Self::Youth => 2.0,
            Self::Head => 3.0,
            Self::ForLength => 5.0,
            Self::Childhood => 1.0,
        }
    }

    /// Where `point` stands on the axis; `None` when it is not on this sheet.
    pub fn x(self, point: &Point) -> Option<f64> {
        if point.dated != Known::Day {
            return None;
        }
        let days = f64::from(i32::try_from(point.then.counted()).unwrap_or(i32::MAX));
        let x = match self {
            Self::Infancy if point.then.under_two => days / DAYS_IN_MONTH,
            Self::Head => days / DAYS_IN_MONTH,
            Self::ForLength => point.length?,
            Self::Childhood | Self::Youth if !point.then.under_two => (days / 365.25).max(2.0),
            _ => return None,
        };
        let (first, last) = self.span();
        (first..=last).contains(&x).then_some(x)
    }

    /// What the reference calls the place `x` of the axis.
    fn place(self, x: f64) -> Place {
        match self {
            Self::Infancy | Self::Head => Place::Days(x * DAYS_IN_MONTH),
            Self::ForLength => Place::Length(x),
            Self::Childhood | Self::Youth => Place::Months((x * 12.0).min(240.0)),
        }
    }

    /// The percentile lines, lowest first, as percentile and z-score. WHO's 2nd and 98th are ±2 SD (CDC, MMWR 2010;59(RR-9)).
    pub fn lines(self, measure: Measure) -> &'static [(f64, f64)] {
        const Z75: f64 = 0.674_489_750_196_082;
        const Z85: f64 = 1.036_433_389_493_79;
        const Z90: f64 = 1.281_551_565_544_6;
        const Z95: f64 = 1.644_853_626_951_473;
        const WHO: &[(f64, f64)] =
            &[(2.0, -2.0), (10.0, -Z90), (25.0, -Z75), (50.0, 0.0), (75.0, Z75), (90.0, Z90), (98.0, 2.0)];
        const CDC: &[(f64, f64)] =
            &[(5.0, -Z95), (10.0, -Z90), (25.0, -Z75), (50.0, 0.0), (75.0, Z75), (90.0, Z90), (95.0, Z95)];
        const BMI: &[(f64, f64)] =
            &[(5.0, -Z95), (10.0, -Z90), (25.0, -Z75), (50.0, 0.0), (75.0, Z75), (85.0, Z85), (95.0, Z95)];
        match (self, measure) {
            (Self::Infancy | Self::Head | Self::ForLength, _) => WHO,
            (_, Measure::Bmi) => BMI,
            _ => CDC,
        }
    }

    /// The further lines of the extended method, drawn where a child lies above the 95th percentile.
    pub const fn extended_lines() -> &'static [(f64, f64)] {
        &[(99.0, 2.326_347_874_040_841), (99.9, 3.090_232_306_167_814)]
    }

    /// The line of `measure` at z-score `z`, as points of the sheet.
    pub fn line(self, measure: Measure, sex: Sex, z: f64) -> Vec<(f64, f64)> {
        let (first, last) = self.span();
        let steps = 48_i32;
        (0..=steps)
            .map(|n| first + (last - first) * f64::from(n) / f64::from(steps))
            .filter_map(|x| Some((x, value_at(measure, sex, self.place(x), z)?)))
            .collect()
    }
}

impl Growth {
    /// The sheets that show something, the latest first. With a target height that is the one on which it stands, at 20 years.
    pub fn sheets(&self) -> Vec<Sheet> {
        let vague = |p: &Point| p.dated != Known::Day;
        let young =
            self.points.iter().all(|p| Sheet::Childhood.x(p).is_some() || p.then.under_two || vague(p));
        let grown = if young && self.target.is_none() { Sheet::Childhood } else { Sheet::Youth };
        let of: &[Sheet] = match self.measure {
            Measure::Weight | Measure::Length => &[grown, Sheet::Infancy],
            Measure::Head => &[Sheet::Head],
            Measure::Bmi => &[grown],
            Measure::WeightForLength => &[Sheet::ForLength],
        };
        let shows = |sheet: &Sheet| {
            self.target_on(*sheet).is_some() || self.points.iter().any(|p| self.on(*sheet, p))
        };
        of.iter().copied().filter(shows).collect()
    }

    /// The sheet to show where there is room for one: the latest on which a value is drawn, else the latest.
    pub fn foremost(&self) -> Option<Sheet> {
        let sheets = self.sheets();
        let drawn = sheets.iter().find(|sheet| self.points.iter().any(|p| sheet.x(p).is_some()));
        drawn.or(sheets.first()).copied()
    }

    /// The target height, where it stands on `sheet`.
    pub fn target_on(&self, sheet: Sheet) -> Option<&Target> {
        self.target.as_ref().filter(|_| sheet == Sheet::Youth)
    }

    /// Whether `point` belongs to `sheet`, drawn or not: a value before term has a row and no place on the axis.
    pub fn on(&self, sheet: Sheet, point: &Point) -> bool {
        match sheet {
            Sheet::Infancy => point.then.under_two,
            Sheet::Head | Sheet::ForLength => true,
            Sheet::Childhood | Sheet::Youth => !point.then.under_two,
        }
    }

    /// Whether the measure is charted for a child of the age that this one has on `day`.
    pub fn is_of_age(&self, day: Date) -> bool {
        let months = age_months(self.child.birth, day);
        match self.measure {
            Measure::Weight | Measure::Length => true,
            Measure::Head => months < HEAD_MONTHS,
            Measure::Bmi => months >= 24,
            Measure::WeightForLength => months < 24,
        }
    }

    /// The newest measurement.
    pub fn latest(&self) -> Option<&Point> {
        self.points.last()
    }
}

/// The course of `measure` in the vital signs `items`.
pub fn growth(child: Child, measure: Measure, items: &[ChartItem], zone: Zone) -> Growth {
    let (mut left_out, mut labels) = (Vec::new(), Labels::NONE);
    let mut read = |wanted: Kind| {
        let mut readings: Vec<(Reading, Then)> = Vec::new();
        for item in items.iter().filter(|item| kind(item) == Some(wanted)) {
            labels = labels.and(item.labels);
            let usable =
                reading(item, wanted, zone).and_then(|r| Ok((r, aged(child, &r).ok_or(Unusable::Age)?)));
            match usable {
                Ok((r, _)) if readings.iter().any(|(known, _)| is_same(known, &r)) => {}
                Ok(pair) => readings.push(pair),
                Err(why) => left_out.push(LeftOut::of(item, why)),
            }
        }
        readings.sort_by_key(|(r, _)| r.at);
        readings
    };
    let points = match measure {
        Measure::Weight => read(Kind::Weight).iter().map(|r| plain(child, measure, r)).collect(),
        Measure::Length => read(Kind::Length).iter().map(|r| plain(child, measure, r)).collect(),
        Measure::Head => {
            let of_age = |r: &&(Reading, Then)| age_months(child.birth, r.1.day) < HEAD_MONTHS;
            read(Kind::Head).iter().filter(of_age).map(|r| plain(child, measure, r)).collect()
        }
        Measure::Bmi => {
            let reported = read(Kind::Bmi);
            let mut points: Vec<Point> =
                reported.iter().filter(|r| !r.1.under_two).map(|r| plain(child, measure, r)).collect();
            let (weights, lengths) = (read(Kind::Weight), read(Kind::Length));
            for (weight, length) in pairs(&weights, &lengths) {
                let known = reported.iter().any(|(r, _)| r.day == weight.0.day);
                if !known && !weight.1.under_two {
                    let bmi = weight.0.value / (length.value / 100.0).powi(2);
                    let reading = (Reading { value: bmi, ..weight.0 }, weight.1);
                    points.push(Point { computed: true, ..plain(child, measure, &reading) });
                }
            }
            points.sort_by_key(|point| point.at);
            points
        }
        Measure::WeightForLength => {
            let (weights, lengths) = (read(Kind::Weight), read(Kind::Length));
            let young = pairs(&weights, &lengths).into_iter().filter(|(weight, _)| weight.1.under_two);
            young
                .map(|(weight, length)| {
                    let place = Some(Place::Length(length.value));
                    Point { length: Some(length.value), ..point(child, measure, &weight, place) }
                })
                .collect()
        }
    };
    Growth { measure, child, points, left_out, target: None, labels }
}

/// The age of `child` at `reading`. A month or a year in which the child was born begins for it on that day.
fn aged(child: Child, reading: &Reading) -> Option<Then> {
    let (day, birth) = (reading.day, child.birth);
    let since_birth = match reading.dated {
        Known::Day => false,
        Known::Month => (day.year(), day.month()) == (birth.year(), birth.month()),
        Known::Year => day.year() == birth.year(),
    };
    let then = child.then(if since_birth { day.max(birth) } else { day })?;
    // About a month or a year, weeks too early say nothing.
    Some(if reading.dated == Known::Day { then } else { Then { day, corrected: None, ..then } })
}

/// The same measurement, come twice.
fn is_same(one: &Reading, other: &Reading) -> bool {
    one.day == other.day
        && one.dated == other.dated
        && (one.value - other.value).abs() < 1e-6
        && (one.date_only || other.date_only || one.at == other.at)
}

/// The weights of days on which a length was taken too: of each day the last weight, with the last length. What is not dated to the
/// day is of none.
fn pairs(weights: &[(Reading, Then)], lengths: &[(Reading, Then)]) -> Vec<((Reading, Then), Reading)> {
    let last_of_day = |list: &[(Reading, Then)], day| {
        list.iter().rev().find(|(r, _)| r.day == day && r.dated == Known::Day).copied()
    };
    let mut pairs: Vec<((Reading, Then), Reading)> = Vec::new();
    for (weight, _) in weights {
        let day = weight.day;
        if pairs.last().is_some_and(|(known, _)| known.0.day == day) {
            continue;
        }
        if let (Some(weight), Some((length, _))) = (last_of_day(weights, day), last_of_day(lengths, day)) {
            pairs.push((weight, length));
        }
    }
    pairs
}

/// A point by age.
fn plain(child: Child, measure: Measure, reading: &(Reading, Then)) -> Point {
    let then = reading.1;
    let days = |days: i64| f64::from(i32::try_from(days).unwrap_or(i32::MAX));
    let place = if then.under_two || measure == Measure::Head {
        (then.counted() >= 0).then(|| Place::Days(days(then.counted())))
    } else {
        // The second birthday may fall a day short of 24 months of 30.4375 days, the 20th never beyond 240.
        Some(Place::Months((days(then.days) / DAYS_IN_MONTH).clamp(24.0, 240.0)))
    };
    point(child, measure, reading, place)
}

fn point(child: Child, measure: Measure, (reading, then): &(Reading, Then), place: Option<Place>) -> Point {
    let place = place.filter(|_| reading.dated == Known::Day);
    let standing = child.sex.zip(place).and_then(|(sex, place)| standing(measure, sex, place, reading.value));
    let lying = reading.posture == Some(Posture::Lying) && !then.under_two && measure == Measure::Length;
    Point {
        at: reading.at,
        dated: reading.dated,
        then: *then,
        value: reading.value,
        computed: false,
        lying,
        posture: reading.posture,
        length: None,
        standing,
    }
}
