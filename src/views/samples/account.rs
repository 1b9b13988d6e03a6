//! Samples of the account's own pages.

use super::{Sample, Stage};

pub(super) fn add(_stage: &Stage, _all: &mut Vec<Sample>) {}
