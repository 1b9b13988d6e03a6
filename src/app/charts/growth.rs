//! Growth: what the references need to know of a child, and its measurements among the vital signs.

use time::Date;

use super::{Part, items};
use crate::app::permit::Permit;
use crate::app::ports::Wanted;
use crate::app::{App, AppError};
use crate::domain::calendar::Instant;
use crate::domain::chart::growth::{
    Child, GESTATION_CODES, Gestation, Growth, Measure, PARENT_CODES, Parents, Sex, Target, carried,
    gestation, growth, has_charts,
};
use crate::domain::chart::sensitivity::Labels;
use crate::domain::chart::{Banner, ChartItem, Section};

/// The child whom `banner` names, with the length of the pregnancy where the viewer's reach shows it, and the labels of that.
///
/// # Errors
/// [`AppError`] when the database cannot be read.
pub async fn child(app: &App, permit: &Permit, banner: &Banner) -> Result<(Child, Labels), AppError> {
    let (gestation, labels) = born_after(app, permit, banner.birth_date).await?;
    Ok((Child { birth: banner.birth_date, sex: Sex::of(&banner.sex), gestation }, labels))
}

/// The length of the pregnancy with its labels. One that cannot be read is not known.
async fn born_after(
    app: &App,
    permit: &Permit,
    birth: Date,
) -> Result<(Option<Gestation>, Labels), AppError> {
    let found = coded(app, permit, &GESTATION_CODES).await?;
    let gestation = gestation(&found, birth, app.hospital.cycles.zone());
    Ok((gestation, gestation.map_or(Labels::NONE, |_| labels_of(&found))))
}

/// What the record has under the LOINC `codes`: sources file it under vital signs or under results.
async fn coded(app: &App, permit: &Permit, codes: &[&str]) -> Result<Vec<ChartItem>, AppError> {
    let mut found: Vec<ChartItem> = Vec::new();
    for section in [Section::Vitals, Section::Results] {
        for code in codes.iter().flat_map(|code| carried(code)) {
            let wanted = Wanted { code: Some(code), ..Wanted::default() };
            if let Part::Here(list) = items(app, permit, section, wanted).await? {
                found.extend(list);
            }
        }
    }
    Ok(found)
}

fn labels_of(items: &[ChartItem]) -> Labels {
    items.iter().fold(Labels::NONE, |all, item| all.and(item.labels))
}

/// The course of each of `measures`; that of length and height with the target by the parents' heights: `typed`, else those of the record.
///
/// # Errors
/// [`AppError`] when the database cannot be read; a source that is down is a [`Part`].
pub async fn courses(
    app: &App,
    permit: &Permit,
    (child, labels): (Child, Labels),
    (measures, typed): (&[Measure], Option<Parents>),
) -> Result<Part<Vec<Growth>>, AppError> {
    Ok(match items(app, permit, Section::Vitals, Wanted::default()).await? {
        Part::Here(vitals) => {
            let zone = app.hospital.cycles.zone();
            let mut courses: Vec<Growth> =
                measures.iter().map(|measure| growth(child, *measure, &vitals, zone)).collect();
            for course in &mut courses {
                course.labels = course.labels.and(labels);
                if course.measure == Measure::Length {
                    aim(app, permit, course, typed).await?;
                }
            }
            Part::Here(courses)
        }
        Part::Down(seen) => Part::Down(seen),
        Part::Slow => Part::Slow,
        Part::OutOfReach => Part::OutOfReach,
    })
}

/// Gives `course` its target, where the parents' heights are known and the references are by the child's sex.
async fn aim(
    app: &App,
    permit: &Permit,
    course: &mut Growth,
    typed: Option<Parents>,
) -> Result<(), AppError> {
    let Some(sex) = course.child.sex else { return Ok(()) };
    let parents = match typed {
        Some(typed) => Some(typed),
        None => {
            let found = coded(app, permit, &PARENT_CODES).await?;
            let parents = Parents::recorded(&found);
            if parents.is_some() {
                course.labels = course.labels.and(labels_of(&found));
            }
            parents
        }
    };
    course.target = parents.map(|parents| Target::of(parents, sex));
    Ok(())
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
        let (child, labels) = child(app, permit, banner).await?;
        let labelled = |growth: Growth| Growth { labels: growth.labels.and(labels), ..growth };
        return Ok(Some(course(child).map(labelled).into()));
    }
    Ok(Some(courses.into()))
}
