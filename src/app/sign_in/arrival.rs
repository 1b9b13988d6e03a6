//! Somebody arrives: the session is opened, the oldest of too many ends, and a device not seen before is told of.

use crate::app::{App, AppError, mail};
use crate::domain::letter::Letter;
use crate::domain::sign_in::{DEVICE_DAYS, SESSIONS_MOST, fold_network};
use crate::store::Tx;
use crate::store::sign_in::{recovery, sessions as kept};

use super::secret::keyed_text;
use super::sessions::{self, Opening};
use super::{Client, SessionSecret, new_secret};

/// Opens a full session inside `tx` for the owner of `email`, and gives its secret.
///
/// # Errors
/// [`AppError`]; nothing is to be committed then.
pub(in crate::app) async fn arrive(
    app: &App,
    tx: &mut Tx,
    opening: &Opening,
    email: &str,
    client: &Client,
) -> Result<SessionSecret, AppError> {
    let now = app.clock.now();
    kept::end_beyond(tx, opening.account, SESSIONS_MOST - 1, now).await?;
    let cookie = new_secret(app)?;
    sessions::open(app, tx, &cookie, opening, client).await?;
    let device = keyed_text(app, &format!("device {}\n{}", fold_network(&client.network), client.device));
    let (seen, has_others) = recovery::device(tx, opening.account, device.as_bytes()).await?;
    let is_new = seen.is_none_or(|at| now.seconds_since(at) >= DEVICE_DAYS * 86_400);
    recovery::see_device(tx, opening.account, device.as_bytes(), now).await?;
    if is_new && has_others {
        let letter =
            Letter::NewDevice { device: said(&client.device), network: client.network.clone(), at: now };
        mail::post(app, tx, (Some(opening.account), email), &letter).await?;
    }
    Ok(cookie)
}

/// What a browser says it is, in a few words: `Firefox on Windows`; what is not known is left out.
pub fn said(device: &str) -> String {
    let first = |known: &[(&str, &'static str)]| {
        known.iter().find(|(mark, _)| device.contains(mark)).map(|(_, name)| *name)
    };
    let browser = first(&[
        ("Edg", "Edge"),
        ("OPR", "Opera"),
        ("Firefox", "Firefox"),
        ("Chrom", "Chrome"),
        ("CriOS", "Chrome"),
        ("FxiOS", "Firefox"),
        ("Safari", "Safari"),
    ]);
    let system = first(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => String::from("Unknown browser"),
    }
}

#[cfg(test)]
mod tests {
    use super::said;

    #[test]
    fn a_browser_is_named_in_a_few_words() {
        let edge = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0";
        assert_eq!(said(edge), "Edge on Windows");
        let safari =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile Safari/604.1";
        assert_eq!(said(safari), "Safari on iPhone");
        assert_eq!(said("<script>"), "Unknown browser");
        assert_eq!(said(""), "Unknown browser");
    }
}
