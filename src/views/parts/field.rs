//! Form controls, each with its label, hint and fault.

use maud::{Markup, html};

use crate::views::layout::Frame;
use crate::views::words as w;

/// One text control.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a> {
    /// The field's name, also its id.
    pub name: &'a str,
    /// The label.
    pub label: &'a str,
    /// What was typed.
    pub value: &'a str,
    /// A line under the label; empty for none.
    pub hint: &'a str,
    /// What is wrong with it; empty for nothing.
    pub fault: &'a str,
    /// `text`, `email`, `password`.
    pub kind: &'a str,
    /// The `autocomplete` token.
    pub autocomplete: &'a str,
    /// `numeric` for digits only, else empty.
    pub inputmode: &'a str,
    /// The CSS class that sets its width: `w4` to `w40`, or empty for full.
    pub width: &'a str,
    /// Longest text; 0 for no limit.
    pub max: u16,
    /// The field that shows the fault, when several share it; empty for this one.
    pub fault_at: &'a str,
}

impl Default for Text<'_> {
    fn default() -> Self {
        Self {
            name: "",
            label: "",
            value: "",
            hint: "",
            fault: "",
            kind: "text",
            autocomplete: "off",
            inputmode: "",
            width: "",
            max: 0,
            fault_at: "",
        }
    }
}

impl Text<'_> {
    /// The control with its label, hint and fault.
    pub fn show(self) -> Markup {
        let wrong = !self.fault.is_empty();
        html! {
            div class={ "field" @if wrong { " wrong" } } {
                label for=(self.name) { (self.label) }
                (hint_and_fault(self.name, self.hint, self.fault))
                (self.bare())
            }
        }
    }

    /// The control alone, for rows whose label stands elsewhere.
    pub fn bare(self) -> Markup {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        html! {
            input id=(self.name) name=(self.name) type=(self.kind) value=(self.value) class=[some(self.width)]
                autocomplete=(self.autocomplete) inputmode=[some(self.inputmode)]
                maxlength=[(self.max > 0).then_some(self.max)]
                aria-describedby=[described_by(if self.fault_at.is_empty() { self.name } else { self.fault_at }, self.hint, self.fault)]
                aria-invalid=[(!self.fault.is_empty()).then_some("true")] spellcheck="false" autocapitalize="none";
        }
    }
}

/// One control for several lines.
#[derive(Clone, Copy, Default, Debug)]
pub struct Area<'a> {
    /// The field's name, also its id.
    pub name: &'a str,
    /// The label.
    pub label: &'a str,
    /// What was typed.
    pub value: &'a str,
    /// A line under the label; empty for none.
    pub hint: &'a str,
    /// What is wrong with it; empty for nothing.
    pub fault: &'a str,
    /// Longest text, counted while it is typed.
    pub max: usize,
}

impl Area<'_> {
    /// The control with its label, hint and fault.
    pub fn show(self) -> Markup {
        html! {
            div class={ "field" @if !self.fault.is_empty() { " wrong" } } {
                label for=(self.name) { (self.label) }
                (hint_and_fault(self.name, self.hint, self.fault))
                textarea id=(self.name) name=(self.name) rows="5" data-count=(self.max)
                    aria-describedby=[described_by(self.name, self.hint, self.fault)]
                    aria-invalid=[(!self.fault.is_empty()).then_some("true")] { (self.value) }
            }
        }
    }
}

/// The ids that describe the control `name`.
pub fn described_by(name: &str, hint: &str, fault: &str) -> Option<String> {
    match (hint.is_empty(), fault.is_empty()) {
        (true, true) => None,
        (false, true) => Some(format!("{name}-hint")),
        (true, false) => Some(format!("{name}-fault")),
        (false, false) => Some(format!("{name}-hint {name}-fault")),
    }
}

/// The hint and the fault of the control `name`.
pub fn hint_and_fault(name: &str, hint: &str, fault: &str) -> Markup {
    html! {
        @if !hint.is_empty() { p class="hint" id={ (name) "-hint" } { (hint) } }
        @if !fault.is_empty() { p class="fault" id={ (name) "-fault" } { span class="vh" { (w::FAULT_PREFIX) } (fault) } }
    }
}

/// The hidden form token.
pub fn token(frame: &Frame) -> Markup {
    hidden("form_token", &frame.form_token)
}

/// A hidden field.
pub fn hidden(name: &str, value: &str) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}

/// The list of faults at the top of a form: each links to its field. Nothing when there is none.
pub fn summary(faults: &[(&str, String)]) -> Markup {
    html! {
        @if !faults.is_empty() {
            div class="notice stop summary" role="alert" tabindex="-1" data-focus aria-labelledby="faults" {
                h2 id="faults" { (w::THERE_IS_A_PROBLEM) }
                ul { @for (field, words) in faults { li { a href={ "#" (field) } { (words) } } } }
            }
        }
    }
}

/// A drop-down list of `(value, words)`.
pub fn choice(name: &str, label: &str, value: &str, options: &[(&str, String)]) -> Markup {
    html! {
        div class="field" {
            label for=(name) { (label) }
            select id=(name) name=(name) {
                @for (option, words) in options { option value=(option) selected[*option == value] { (words) } }
            }
        }
    }
}

/// A drop-down list that can be wrong.
pub fn pick(name: &str, label: &str, value: &str, fault: &str, options: &[(&str, String)]) -> Markup {
    html! {
        div class={ "field" @if !fault.is_empty() { " wrong" } } {
            label for=(name) { (label) }
            (hint_and_fault(name, "", fault))
            select id=(name) name=(name) aria-describedby=[described_by(name, "", fault)] aria-invalid=[(!fault.is_empty()).then_some("true")] {
                @for (option, words) in options { option value=(option) selected[*option == value] { (words) } }
            }
        }
    }
}

/// One box to tick; ticked, it posts `yes`.
pub fn tick(name: &str, label: &str, hint: &str, ticked: bool, fault: &str) -> Markup {
    html! {
        div class={ "field" @if !fault.is_empty() { " wrong" } } {
            (hint_and_fault(name, "", fault))
            div class="pick" {
                input id=(name) type="checkbox" name=(name) value="yes" checked[ticked]
                    aria-describedby=[described_by(name, "", fault)] aria-invalid=[(!fault.is_empty()).then_some("true")];
                label for=(name) { (label) @if !hint.is_empty() { span class="sub" { (hint) } } }
            }
        }
    }
}

/// The one main button of a form.
pub fn submit(words: &str) -> Markup {
    html! { button class="main" type="submit" data-once { (words) } }
}
