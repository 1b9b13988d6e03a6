//! Samples of the hospital's single sign-on.

use super::{Sample, Stage};

pub(super) fn add(_stage: &Stage, _all: &mut Vec<Sample>) {}
