//! Controls that only registering has: radio buttons, a longer text.

use maud::{Markup, html};

use crate::views::parts::field;

/// Radio buttons of `(value, words)` under one legend; the first one has the field's name as its id.
pub(super) fn radios(name: &str, legend: &str, value: &str, options: &[(&str, &str)], fault: &str) -> Markup {
    html! {
        fieldset class={ "field" @if !fault.is_empty() { " wrong" } } aria-describedby=[field::described_by(name, "", fault)] {
            legend { (legend) }
            (field::hint_and_fault(name, "", fault))
            @for (n, (option, words)) in options.iter().enumerate() {
                @let id = if n == 0 { name.to_owned() } else { format!("{name}-{option}") };
                div class="pick" {
                    input id=(id) type="radio" name=(name) value=(option) checked[value == *option];
                    label for=(id) { (words) }
                }
            }
        }
    }
}

/// A longer text of up to 1000 characters.
pub(super) fn area(name: &str, label: &str, hint: &str, value: &str, fault: &str) -> Markup {
    html! {
        div class={ "field" @if !fault.is_empty() { " wrong" } } {
            label for=(name) { (label) }
            (field::hint_and_fault(name, hint, fault))
            textarea id=(name) name=(name) rows="4" data-count="1000" aria-describedby=[field::described_by(name, hint, fault)]
                aria-invalid=[(!fault.is_empty()).then_some("true")] { (value) }
        }
    }
}
