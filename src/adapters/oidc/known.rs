//! What is kept of the identity provider between two questions.

use std::sync::Arc;

use super::{Keys, Metadata};
use crate::app::ports::identity::IdentityError;
use crate::domain::calendar::Instant;
use crate::domain::sign_in::{HOSPITAL_DOWN_SECONDS, HOSPITAL_KEPT_SECONDS};

/// Metadata and keys, together.
pub(super) type Both = (Arc<Metadata>, Arc<Keys>);

/// What is known of the provider.
#[derive(Default)]
pub(super) struct Known {
    pub(super) metadata: Option<Arc<Metadata>>,
    pub(super) keys: Arc<Keys>,
    pub(super) read_at: Option<Instant>,
    pub(super) keys_at: Option<Instant>,
    pub(super) down_at: Option<Instant>,
}

impl Known {
    /// Metadata and keys, however old they are.
    pub(super) fn kept(&self) -> Option<Both> {
        self.metadata.clone().map(|metadata| (metadata, Arc::clone(&self.keys)))
    }

    /// What holds at `now` without asking the provider; `None` when it is to be asked.
    pub(super) fn settled(&self, now: Instant) -> Option<Result<Both, IdentityError>> {
        let is_recent = |at: Option<Instant>, limit: i64| {
            at.is_some_and(|at| (0..limit).contains(&now.seconds_since(at)))
        };
        let is_left_alone = is_recent(self.down_at, HOSPITAL_DOWN_SECONDS);
        if !is_left_alone && !is_recent(self.read_at, HOSPITAL_KEPT_SECONDS) {
            return None;
        }
        Some(self.kept().ok_or_else(|| IdentityError::Down("it did not answer a moment ago".to_owned())))
    }
}
