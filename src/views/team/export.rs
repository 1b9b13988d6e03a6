//! How a table of the audit ends that leaves the portal: what it was made with, who took it, and when.

use crate::views::desk::list::csv_line;
use crate::views::layout::Frame;
use crate::views::words::audit as a;

/// The lines that say what a table was `made_with`, and when it leaves, now, and whose `name` and `email` took it. An empty line stands
/// before them, so that a spreadsheet neither sorts nor counts them with the rows.
pub fn closing(frame: &Frame, made_with: &str, (name, email): (&str, &str)) -> String {
    let said = a::exported(frame.now, frame.zone, name, email);
    format!("\r\n{}{}", csv_line(&[a::made_with(made_with)]), csv_line(&[said]))
}
