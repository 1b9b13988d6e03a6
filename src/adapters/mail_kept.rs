//! The demo's mail: it goes nowhere, stays in the outbox, and is shown at `/dev/mail`.

use crate::app::ports::{Later, MailError, Mailer, OutgoingMail};

/// Takes every mail and sends none.
#[derive(Clone, Copy, Debug, Default)]
pub struct KeptMail;

impl Mailer for KeptMail {
    fn send<'a>(&'a self, _: &'a OutgoingMail) -> Later<'a, Result<(), MailError>> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn keeps_letters(&self) -> bool {
        true
    }
}
