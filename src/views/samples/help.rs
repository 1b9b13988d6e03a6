//! Samples of asking for help.

use time::macros::date;

use super::{NOW, Sample, Stage, days_ago};
use crate::domain::chart::file::Held;
use crate::domain::help::{HelpFault, PictureFault};
use crate::views::help::{self, HelpForm, HelpStatus};

pub(super) fn add(stage: &Stage, all: &mut Vec<Sample>) {
    let frame = stage.outside();
    let typed = || HelpForm {
        email: "aisha.chen@elmstreet.example".into(),
        name: "Dr. Aisha Chen".into(),
        description: "My phone was stolen. How do I sign in?".into(),
        faults: vec![],
        wait: None,
    };
    let picture = |fault| HelpForm { faults: vec![HelpFault::Picture(fault)], ..typed() };
    for (name, model) in [
        ("help", HelpForm::default()),
        (
            "help-empty",
            HelpForm {
                faults: vec![HelpFault::Email, HelpFault::NameMissing, HelpFault::DescriptionMissing],
                ..HelpForm::default()
            },
        ),
        (
            "help-too-long",
            HelpForm { faults: vec![HelpFault::NameTooLong, HelpFault::DescriptionTooLong], ..typed() },
        ),
        ("help-picture-kind", picture(PictureFault::Kind)),
        ("help-picture-bytes", picture(PictureFault::Bytes)),
        ("help-picture-pixels", picture(PictureFault::Pixels)),
        ("help-picture-broken", picture(PictureFault::Broken)),
        ("help-picture-more", picture(PictureFault::More)),
        ("help-picture-found", picture(PictureFault::Held(Held::Found))),
        ("help-picture-unchecked", picture(PictureFault::Held(Held::Unchecked))),
        ("help-slowed", HelpForm { wait: Some(3500), ..typed() }),
    ] {
        all.push(Sample { name, markup: help::page(&frame, &model) });
    }
    all.push(Sample { name: "help-done", markup: help::done_page(&frame, date!(2026 - 11 - 25)) });
    all.push(Sample { name: "help-gone", markup: help::gone_page(&frame) });
    let waiting = HelpStatus {
        asked: days_ago(1),
        due: date!(2026 - 11 - 25),
        description: typed().description,
        answer: None,
    };
    let answer = "Call us at the number below; we check who you are and set up a new phone.".to_owned();
    let answered = HelpStatus { answer: Some((NOW, answer)), ..waiting.clone() };
    all.push(Sample { name: "help-waiting", markup: help::status_page(&frame, &waiting) });
    all.push(Sample { name: "help-answered", markup: help::status_page(&frame, &answered) });
}
