//! How a table of the audit ends that leaves the portal: who took it, and when.

use crate::views::desk::list::csv_line;
use crate::views::layout::Frame;
use crate::views::words::audit as a;

/// The line that says when a table leaves, now, and whose `name` and `email` took it. An empty line stands before it, so that a
/// spreadsheet neither sorts nor counts it with the rows.
pub fn closing(frame: &Frame, name: &str, email: &str) -> String {
    let said = a::exported(frame.now, frame.zone, name, email);
    format!("\r\n{}", csv_line(&[said]))
}
