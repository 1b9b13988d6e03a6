//! Listening for HL7 v2 messages beside the portal.

use std::sync::Arc;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::adapters::hl7::mllp::{self, Answering};
use crate::adapters::hl7::{Read, answer, read};
use crate::app::App;
use crate::app::feed_sync::admissions;
use crate::config::Config;
use crate::domain::admission::Acknowledged;

/// Takes messages on `listener` until `stop`.
pub(super) async fn listen(app: App, config: &Config, listener: TcpListener, stop: CancellationToken) {
    let senders = config.hl7.senders.clone();
    let answering: Answering = Arc::new(move |text| {
        let app = app.clone();
        Box::pin(async move { answered(&app, &text).await })
    });
    mllp::serve(listener, senders, answering, stop).await;
}

/// Takes in one message, and says what came of it.
pub async fn answered(app: &App, text: &str) -> String {
    let received = read(text);
    let outcome = match received.read.clone() {
        Read::Adt(adt) => admissions::take(app, *adt).await.unwrap_or_else(|error| {
            tracing::error!(%error, "an HL7 message could not be taken in now");
            Acknowledged::Later
        }),
        Read::Other => Acknowledged::Accepted,
        Read::Bad(why) => {
            tracing::warn!(why, "an HL7 message could not be read");
            Acknowledged::Refused(why)
        }
    };
    answer(&received, &outcome, app.clock.now())
}
