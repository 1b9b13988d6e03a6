//! Samples of help.

use super::{Sample, Stage};

pub(super) fn add(_stage: &Stage, _all: &mut Vec<Sample>) {}
