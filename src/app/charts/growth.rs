//! Growth: what the references need to know of a child, and its measurements among the vital signs.

use time::Date;

use super::{Part, items};
use crate::app::permit::Permit;
use crate::app::ports::Wanted;
use crate::app::{App, AppError};
use crate::domain::calendar::Instant;
use crate::domain::chart::growth::{
    Child, GESTATION_CODES, Gestation, Growth, Measure, Sex, gestation, growth, has_charts,
};
use crate::domain::chart::{Banner, ChartItem, Section};

/// The child whom `banner` names, with the length of the pregnancy where the viewer's reach shows it.
///
/// # Errors
/// [`AppError`] when the database cannot be read.
pub async fn child(app: &App, permit: &Permit, banner: &Banner) -> Result<Child, AppError> {
    Ok(Child {
        birth: banner.birth_date,
        sex: Sex::of(&banner.sex),
        gestation: born_after(app, permit, banner.birth_date).await?,
    })
}

/// Sources file the length of the pregnancy under vital signs or under results. One that cannot be read is not known.
async fn born_after(app: &App, permit: &Permit, birth: Date) -> Result<Option<Gestation>, AppError> {
    let mut found: Vec<ChartItem> = Vec::new();
    for section in [Section::Vitals, Section::Results] {
        for code in GESTATION_CODES {
            let wanted = Wanted { code: Some(code.into()), ..Wanted::default() };
            if let Part::Here(list) = items(app, permit, section, wanted).await? {
                found.extend(list);
            }
        }
    }
    Ok(gestation(&found, birth, app.hospital.cycles.zone()))
}

/// The course of each of `measures`.
///
/// # Errors
/// [`AppError`] when the database cannot be read; a source that is down is a [`Part`].
pub async fn courses(
    app: &App,
    permit: &Permit,
    child: Child,
    measures: &[Measure],
) -> Result<Part<Vec<Growth>>, AppError> {
    Ok(match items(app, permit, Section::Vitals, Wanted::default()).await? {
        Part::Here(vitals) => {
            let zone = app.hospital.cycles.zone();
            Part::Here(measures.iter().map(|measure| growth(child, *measure, &vitals, zone)).collect())
        }
        Part::Down(seen) => Part::Down(seen),
        Part::Slow => Part::Slow,
        Part::OutOfReach => Part::OutOfReach,
    })
}

/// Weight and length as far as `vitals` hold them, for a card; `None` for someone without growth charts, and when there are no vitals to
/// be had.
///
/// # Errors
/// [`AppError`] when the database cannot be read.
pub async fn latest(
    app: &App,
    permit: &Permit,
    banner: &Banner,
    vitals: &Part<Vec<ChartItem>>,
    now: Instant,
) -> Result<Option<Vec<Growth>>, AppError> {
    let zone = app.hospital.cycles.zone();
    let Part::Here(vitals) = vitals else { return Ok(None) };
    if !has_charts(banner.birth_date, zone.date(now)) {
        return Ok(None);
    }
    let course =
        |child: Child| [Measure::Weight, Measure::Length].map(|measure| growth(child, measure, vitals, zone));
    let plain = Child { birth: banner.birth_date, sex: Sex::of(&banner.sex), gestation: None };
    let courses = course(plain);
    if courses.iter().filter_map(Growth::latest).any(|point| point.then.under_two) {
        return Ok(Some(course(child(app, permit, banner).await?).into()));
    }
    Ok(Some(courses.into()))
}
