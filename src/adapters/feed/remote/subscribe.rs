//! Asking the source to say when something changes: FHIR R4 Subscriptions (rest-hook) without content. A notice is a hint to ask, and
//! nothing that comes with it is believed.

use serde_json::{Value, json};

use super::Inner;
use super::backend::Secret;
use super::bundle::search;
use super::http::Failed;

/// Whose changes are to be told.
const CRITERIA: [&str; 2] = ["Patient?", "CareTeam?"];
/// Seconds after which it is looked whether the subscriptions still stand.
const LOOK_SECONDS: i64 = 3600;

/// Where notices go, and what proves them.
#[derive(Debug)]
pub struct Notify {
    /// The portal's address for them.
    pub url: String,
    /// What they carry.
    pub secret: Secret,
}

impl Inner {
    /// Makes sure, once an hour, that the source tells of changes. One that does not offer it is asked in rounds alone.
    pub(super) async fn keep_subscribed(&self) {
        let Some(notify) = &self.notify else { return };
        let now = self.clock.now();
        {
            let mut looked = self.subscribed.lock().await;
            if looked.is_some_and(|at| now.seconds_since(at) < LOOK_SECONDS) {
                return;
            }
            *looked = Some(now);
        }
        for criteria in CRITERIA {
            if let Err(failed) = self.subscribe(notify, criteria).await {
                tracing::warn!(reason = %failed, "the feed takes no subscription; it is asked for changes in rounds");
            }
        }
    }

    async fn subscribe(&self, notify: &Notify, criteria: &str) -> Result<(), Failed> {
        let known = search(&self.http, "Subscription", &[("url", &notify.url)], None).await?;
        let text =
            |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let stands = |subscription: &Value| {
            text(subscription, "criteria") == criteria
                && matches!(text(subscription, "status").as_str(), "active" | "requested")
                && subscription.get("channel").is_some_and(|channel| text(channel, "endpoint") == notify.url)
        };
        if known.found.iter().any(stands) {
            return Ok(());
        }
        let subscription = json!({
            "resourceType": "Subscription", "status": "requested", "criteria": criteria,
            "reason": "The referral portal keeps listings and care teams fresh.",
            "channel": { "type": "rest-hook", "endpoint": notify.url,
                "header": [format!("Authorization: Bearer {}", notify.secret.expose())] },
        });
        self.http.post(self.http.url("Subscription", &[])?, &subscription).await.map(|_| ())
    }
}
