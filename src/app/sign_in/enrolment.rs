//! What an authenticator app is shown, so that it can be bound: a QR code, and a key to type.

use data_encoding::BASE32_NOPAD;
use qrcode::{Color, QrCode};

use crate::app::{App, AppError};

use super::factor::otpauth_url;

/// A secret as an authenticator app takes it.
#[derive(Clone)]
pub struct Enrolment {
    /// The secret to type by hand: base32 in groups of four.
    pub manual_key: String,
    /// What the QR code says.
    pub url: String,
    /// The QR code as an `svg` element.
    pub qr_svg: String,
}

impl std::fmt::Debug for Enrolment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Enrolment(…)")
    }
}

/// What an authenticator app is shown for `secret` of the account with `email`.
///
/// # Errors
/// [`AppError::Fault`] when no code can be drawn.
pub(in crate::app) fn enrolment(app: &App, secret: &[u8], email: &str) -> Result<Enrolment, AppError> {
    let url = otpauth_url(secret, &app.hospital.name, email)?;
    let qr_svg = qr_svg(&url)?;
    let key = BASE32_NOPAD.encode(secret);
    let groups: Vec<&str> =
        key.as_bytes().chunks(4).filter_map(|four| std::str::from_utf8(four).ok()).collect();
    Ok(Enrolment { manual_key: groups.join(" "), url, qr_svg })
}

/// The QR code of `url`: one path of runs in units of a module, with the quiet zone of four modules that scanners need.
fn qr_svg(url: &str) -> Result<String, AppError> {
    const QUIET: usize = 4;
    let code = QrCode::new(url).map_err(|e| AppError::Fault(format!("no QR code: {e}")))?;
    let (colors, width) = (code.to_colors(), code.width());
    let mut runs = Vec::new();
    for (y, row) in colors.chunks(width.max(1)).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            if run.first() == Some(&Color::Dark) {
                let (left, top, long) = (x + QUIET, y + QUIET, run.len());
                runs.push(format!("M{left} {top}h{long}v1h-{long}z"));
            }
            x += run.len();
        }
    }
    let (side, path) = (width + 2 * QUIET, runs.concat());
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" width=\"212\" height=\"212\" \
         shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/>\
         <path fill=\"#000\" d=\"{path}\"/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_drawn_modules_are_those_of_the_code_and_the_picture_is_small() {
        let url =
            format!("otpauth://totp/Hospital:{}?secret={}&issuer=Hospital", "a".repeat(60), "B".repeat(32));
        let svg = qr_svg(&url).unwrap();
        let code = QrCode::new(&url).unwrap();
        let dark = code.to_colors().iter().filter(|c| **c == Color::Dark).count();
        let runs =
            svg.split("v1h-").skip(1).map(|rest| rest.split('z').next().unwrap().parse::<usize>().unwrap());
        assert_eq!(runs.sum::<usize>(), dark);
        assert!(svg.len() < 16_000, "{}", svg.len());
    }
}
