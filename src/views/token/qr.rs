//! The QR code of a token: its dark runs, from which both the page and the PDF draw it. It holds the token alone.

use maud::{Markup, PreEscaped};
use qrcode::{Color, QrCode};

/// Light modules around the code that scanners need.
const QUIET: usize = 4;

/// A code: how many modules it is wide with its quiet zone, and its dark runs as column, row and length.
pub(super) struct Code {
    /// Modules on each side.
    pub(super) side: usize,
    /// The dark runs.
    pub(super) runs: Vec<(usize, usize, usize)>,
}

/// The code of `text`; an empty one when the text is too long for any.
pub(super) fn code(text: &str) -> Code {
    let Ok(code) = QrCode::new(text) else { return Code { side: 2 * QUIET, runs: Vec::new() } };
    let (colors, width) = (code.to_colors(), code.width());
    let mut runs = Vec::new();
    for (y, row) in colors.chunks(width.max(1)).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            if run.first() == Some(&Color::Dark) {
                runs.push((x + QUIET, y + QUIET, run.len()));
            }
            x += run.len();
        }
    }
    Code { side: width + 2 * QUIET, runs }
}

/// The code of `text` as SVG.
pub(super) fn svg(text: &str) -> Markup {
    let Code { side, runs } = code(text);
    let path: Vec<String> = runs.iter().map(|(x, y, long)| format!("M{x} {y}h{long}v1h-{long}z")).collect();
    let path = path.concat();
    PreEscaped(format!(
        "<svg viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\" aria-hidden=\"true\" focusable=\"false\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path fill=\"#000\" d=\"{path}\"/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dark_modules_are_those_of_the_code() {
        let text = "7ZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZ";
        let dark = QrCode::new(text).unwrap().to_colors().iter().filter(|c| **c == Color::Dark).count();
        let Code { side, runs } = code(text);
        assert_eq!(runs.iter().map(|(_, _, long)| long).sum::<usize>(), dark);
        assert!(runs.iter().all(|(x, y, long)| *x >= QUIET && *y >= QUIET && x + long + QUIET <= side));
    }
}
