//! One line of the file as named fields, each read once; whatever is wrong with them is noted with line, field and reason.

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;
use time::Date;

use crate::domain::calendar::{Instant, parse_date};
use crate::domain::ids::{Mrn, Npi};
use crate::domain::people::fold_email;

/// Faults that are listed; more are only counted.
pub const LISTED_FAULTS: usize = 1000;

/// What is wrong with one line.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, serde::Serialize)]
pub struct Fault {
    /// The line, counted from 1.
    pub line: usize,
    /// The field, empty when it is the whole line.
    pub field: String,
    /// Why, and what to do.
    pub reason: String,
}

/// The faults found so far.
#[derive(Debug, Default)]
pub(super) struct Faults {
    list: Vec<Fault>,
    count: usize,
}

impl Faults {
    /// Notes one.
    pub(super) fn note(&mut self, line: usize, field: &str, reason: impl Into<String>) {
        self.count += 1;
        if self.list.len() < LISTED_FAULTS {
            self.list.push(Fault { line, field: field.to_owned(), reason: reason.into() });
        }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// The listed ones by line, and how many there are in all.
    pub(super) fn finish(mut self) -> (Vec<Fault>, usize) {
        self.list.sort();
        (self.list, self.count)
    }
}

/// A JSON object with its fields in order, none dropped for being there twice.
struct Object(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Object;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("one JSON object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut pairs = Vec::with_capacity(8);
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Object(pairs))
            }
        }
        input.deserialize_map(Pairs)
    }
}

/// What a field was given as whose being null says something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Said<T> {
    /// The field is not there.
    Nothing,
    /// The field is null.
    None,
    /// The field has a value.
    Some(T),
}

/// The fields of one line that have not been read yet.
pub(super) struct Fields<'f> {
    line: usize,
    rest: Vec<(String, Value)>,
    wrong: Vec<String>,
    faults: &'f mut Faults,
}

impl<'f> Fields<'f> {
    /// The fields of `text`; `None`, with the fault noted, when it is not one JSON object.
    pub(super) fn of(line: usize, text: &str, faults: &'f mut Faults) -> Option<Self> {
        let mut rest = match serde_json::from_str::<Object>(text) {
            Ok(Object(pairs)) => pairs,
            Err(error) => {
                let reason = error.to_string();
                let reason = reason.rsplit_once(" at line ").map_or(reason.as_str(), |(head, _)| head);
                faults.note(line, "", format!("not one JSON object: {reason} (column {})", error.column()));
                return None;
            }
        };
        let mut names: Vec<String> = Vec::with_capacity(rest.len());
        rest.retain(|(name, _)| {
            let repeated = names.contains(name);
            if repeated {
                faults.note(line, name, "is there twice");
            } else {
                names.push(name.clone());
            }
            !repeated
        });
        Some(Self { line, rest, wrong: Vec::new(), faults })
    }

    /// Notes what is wrong with `field`.
    pub(super) fn wrong(&mut self, field: &str, reason: impl Into<String>) {
        self.faults.note(self.line, field, reason);
        self.wrong.push(field.to_owned());
    }

    /// Notes that `field` is missing, unless it is there and could not be read.
    pub(super) fn missing(&mut self, field: &str, reason: &str) {
        if !self.wrong.iter().any(|wrong| wrong == field) {
            self.wrong(field, reason);
        }
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        let place = self.rest.iter().position(|(field, _)| field == name)?;
        Some(self.rest.remove(place).1)
    }

    fn read<T>(&mut self, name: &str, value: &Value, parse: fn(&str) -> Result<T, String>) -> Option<T> {
        let outcome = value.as_str().ok_or_else(|| "must be a text".to_owned()).and_then(parse);
        outcome.map_err(|reason| self.wrong(name, reason)).ok()
    }

    /// A field that must be there.
    pub(super) fn need<T>(&mut self, name: &str, parse: fn(&str) -> Result<T, String>) -> Option<T> {
        match self.take(name) {
            Some(value) => self.read(name, &value, parse),
            None => {
                self.wrong(name, "is missing");
                None
            }
        }
    }

    /// A field that may be left out or null.
    pub(super) fn want<T>(&mut self, name: &str, parse: fn(&str) -> Result<T, String>) -> Option<T> {
        match self.say(name, parse) {
            Said::Some(value) => Some(value),
            Said::Nothing | Said::None => None,
        }
    }

    /// A field whose being null says something.
    pub(super) fn say<T>(&mut self, name: &str, parse: fn(&str) -> Result<T, String>) -> Said<T> {
        match self.take(name) {
            None => Said::Nothing,
            Some(Value::Null) => Said::None,
            Some(value) => self.read(name, &value, parse).map_or(Said::Nothing, Said::Some),
        }
    }

    /// A list of texts that may be left out or null.
    pub(super) fn list<T>(&mut self, name: &str, parse: fn(&str) -> Result<T, String>) -> Option<Vec<T>> {
        match self.take(name)? {
            Value::Null => None,
            Value::Array(values) => values.iter().map(|value| self.read(name, value, parse)).collect(),
            _ => {
                self.wrong(name, "must be a list of texts");
                None
            }
        }
    }

    /// Notes every field that nobody has read.
    pub(super) fn end(&mut self) {
        for (name, _) in std::mem::take(&mut self.rest) {
            self.wrong(&name, "is not a field of this type of line");
        }
    }
}

/// A text of one line that is not blank, trimmed.
pub(super) fn text(value: &str) -> Result<String, String> {
    match any_text(value)? {
        text if text.is_empty() => Err("is empty".to_owned()),
        text => Ok(text),
    }
}

/// A text of one line, which may be empty, trimmed.
pub(super) fn any_text(value: &str) -> Result<String, String> {
    let value = value.trim();
    if value.chars().any(char::is_control) {
        return Err("holds a control character".to_owned());
    }
    if value.chars().count() > 500 {
        return Err("is longer than 500 characters".to_owned());
    }
    Ok(value.to_owned())
}

/// An instant.
pub(super) fn instant(value: &str) -> Result<Instant, String> {
    value.parse().map_err(|_| "is not an RFC 3339 instant such as 2026-04-01T00:00:00Z".to_owned())
}

/// A date.
pub(super) fn date(value: &str) -> Result<Date, String> {
    parse_date(value).ok_or_else(|| "is not a date such as 2026-04-01".to_owned())
}

/// An NPI.
pub(super) fn npi(value: &str) -> Result<Npi, String> {
    Npi::parse(value).ok_or_else(|| "is not an NPI: ten digits with a right check digit".to_owned())
}

/// An MRN as the hospital spells it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Spelled {
    /// Normalised.
    pub(super) mrn: Mrn,
    /// As written.
    pub(super) shown_as: String,
}

/// An MRN, with its spelling.
pub(super) fn spelled_mrn(value: &str) -> Result<Spelled, String> {
    Ok(Spelled { mrn: mrn(value)?, shown_as: value.trim().to_owned() })
}

/// An MRN.
pub(super) fn mrn(value: &str) -> Result<Mrn, String> {
    Mrn::parse(value).map_err(|error| error.to_string())
}

/// The key of an e-mail address.
pub(super) fn email(value: &str) -> Result<String, String> {
    let folded = fold_email(value);
    let sound = folded.split_once('@').is_some_and(|(user, host)| {
        !user.is_empty() && !host.is_empty() && !host.contains('@') && folded.len() <= 254
    });
    let clean = !folded.chars().any(|c| c.is_whitespace() || c.is_control());
    if sound && clean { Ok(folded) } else { Err("is not an e-mail address".to_owned()) }
}

/// An e-mail address as it is written.
pub(super) fn written_email(value: &str) -> Result<String, String> {
    email(value).map(|_| value.trim().to_owned())
}

/// A parser of the words of `$kind`.
macro_rules! word {
    ($kind:ty) => {
        |value: &str| {
            <$kind>::from_word(value).ok_or_else(|| {
                let words: Vec<&str> = <$kind>::ALL.iter().map(|w| w.word()).collect();
                format!("must be one of {}", words.join(", "))
            })
        }
    };
}
pub(super) use word;
