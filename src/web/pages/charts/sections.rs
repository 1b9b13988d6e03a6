//! The pages of the sections: results and vitals by test, the others as lists.

use std::future::Future;

use maud::Markup;
use serde::Deserialize;
use uuid::Uuid;

use super::super::{cursor, read_cursor};
use super::loaded;
use crate::app::access::Context;
use crate::app::charts::{self, Part};
use crate::app::permit::Permit;
use crate::app::ports::Wanted;
use crate::app::{App, AppError};
use crate::domain::calendar::Instant;
use crate::domain::chart::flowsheet::{Filter, Period, filtered, panels};
use crate::domain::chart::notes::Pick;
use crate::domain::chart::results::{Test, by_test};
use crate::domain::chart::{ChartItem, Section};
use crate::views::chart::{self as view, Loaded, Shell};
use crate::views::layout::Frame;
use crate::views::paths::{Layout, read_before};
use crate::web::error::PageError;

/// Items on a page of a section.
const ON_PAGE: u32 = 100;

/// What a URL asks of a section; whatever it does not know is left out.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    after: String,
    view: String,
    panel: String,
    flagged: String,
    period: String,
    #[serde(rename = "type")]
    kind: String,
    author: String,
    skip: String,
}

impl Asked {
    fn filter(&self) -> Filter {
        Filter {
            panel: Some(self.panel.clone()).filter(|key| !key.is_empty()),
            flagged: self.flagged == "yes",
            period: Period::from_word(&self.period),
        }
    }
}

impl Asked {
    /// Which notes or documents, and after how many of them.
    pub(super) fn pick(&self) -> (Pick, usize) {
        let some = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        (Pick { kind: some(&self.kind), author: some(&self.author) }, self.skip.parse().unwrap_or(0))
    }
}

/// Results or vitals. They are grouped by test, so every reading of the section is read.
pub(super) async fn tests(
    app: &App,
    permit: &Permit,
    section: Section,
    asked: &Asked,
    (frame, around): (&Frame, impl Future<Output = Result<Shell, AppError>>),
) -> Result<Markup, PageError> {
    let (items, shell) = tokio::try_join!(charts::items(app, permit, section, Wanted::default()), around)?;
    let offered = match &items {
        Part::Here(items) => panels(items),
        _ => Vec::new(),
    };
    // A panel that is not there is no filter.
    let mut filter = if section == Section::Results { asked.filter() } else { Filter::default() };
    filter.panel = filter.panel.filter(|key| offered.iter().any(|panel| panel.key == *key));
    let is_empty = match &items {
        Part::Here(items) if items.is_empty() => view::results::Empty::Nothing,
        _ => view::results::Empty::Something,
    };
    let tests = loaded(items, |items| filtered(items, &filter, frame.now, frame.zone));
    let model = view::results::Results {
        shell: shell.showing(tests.here().into_iter().flatten().flat_map(Test::readings)),
        section,
        tests,
        panels: offered,
        filter,
        layout: Layout::from_word(&asked.view),
        before: read_before(&asked.after),
        is_empty,
    };
    Ok(view::results::page(frame, &model))
}

/// Any other section.
pub(super) async fn list(
    app: &App,
    permit: &Permit,
    section: Section,
    asked: &Asked,
    (frame, around): (&Frame, impl Future<Output = Result<Shell, AppError>>),
) -> Result<Markup, PageError> {
    let wanted = Wanted { limit: ON_PAGE, before: read_cursor(&asked.after), ..Wanted::default() };
    let (items, shell) = tokio::try_join!(charts::items(app, permit, section, wanted), around)?;
    let next = match &items {
        Part::Here(list) if list.len() >= ON_PAGE as usize => list.last().map(place),
        _ => None,
    };
    let items = loaded(items, |items| items);
    Ok(match section {
        Section::Reports => view::reports::page(frame, &view::reports::Reports { shell, items, next }),
        Section::Appointments => {
            view::appointments::page(frame, &view::appointments::Appointments { shell, items, next })
        }
        _ => view::lists::page(frame, &view::lists::List { shell, section, items, next }),
    })
}

/// One test with its trend, one report with its results, or one item with its text; `None` when there is no such item.
pub(super) async fn one(
    app: &App,
    permit: &Permit,
    (section, item): (Section, Uuid),
    (frame, around, context): (&Frame, impl Future<Output = Result<Shell, AppError>>, &Context),
) -> Result<Option<Markup>, PageError> {
    if matches!(section, Section::Results | Section::Vitals) {
        let (readings, shell) = tokio::try_join!(charts::test(app, permit, section, item), around)?;
        let Some(readings) = readings else { return Ok(None) };
        let test = match loaded(readings, by_test) {
            Loaded::Here(tests) => match tests.into_iter().next() {
                Some(test) => Loaded::Here(test),
                None => return Ok(None),
            },
            Loaded::Down(seen) => Loaded::Down(seen),
            Loaded::Slow => Loaded::Slow,
            Loaded::OutOfReach => Loaded::OutOfReach,
        };
        let shell = shell.showing(test.here().into_iter().flat_map(Test::readings));
        let model = view::results::TestPage { shell, section, test };
        return Ok(Some(view::results::test_page(frame, &model)));
    }
    let (content, shell) = tokio::try_join!(charts::item(app, permit, section, item), around)?;
    let Some(content) = content else { return Ok(None) };
    if section == Section::Reports {
        let content = loaded(content, |found| found);
        let results = loaded(charts::of_report(app, permit, item).await?, |found| found);
        return Ok(Some(view::reports::report_page(
            frame,
            &view::reports::Report { shell, content, results },
        )));
    }
    Ok(Some(super::notes::one(app, permit, section, content, (frame, shell, context)).await?))
}

fn place(item: &ChartItem) -> String {
    cursor(item.at.unwrap_or(Instant::EVER), item.id)
}
