//! Reads FHIR R4 transaction Bundles and Bulk NDJSON as a stream of resources.
//!
//! NDJSON is read line by line; of Bundles one file at a time is held.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::read::MultiGzDecoder;
use serde_json::Value;

use super::fhir::digits::marked;
use super::fhir::json::{Bad, Found as Got, Node};
use super::shift;
use crate::domain::feed::{Fault, Place, Spot};

/// One resource as it was found, its dates shifted when a shift is asked for.
#[derive(Debug)]
pub struct Found {
    /// Where.
    pub place: Place,
    /// What a Bundle calls it.
    pub full_url: Option<String>,
    /// Its type.
    pub kind: String,
    /// `Type/id`.
    pub key: String,
    /// The resource; a number that would lose digits is a string with a mark in it.
    pub value: Value,
}

/// How many days every date of the input is moved by; 0 leaves it as it is.
pub type ShiftDays = i64;

const EXPORT_AGAIN: &str = "export the file again, or leave it out";
const CORRECT_IT: &str = "correct the resource and load again";

/// The files that `paths` mean: each file named, and every feed file in each folder, in order of name.
///
/// # Errors
/// [`Fault`] for a path that cannot be read, a file whose name tells no known form, and a folder without any.
pub fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Fault> {
    let mut all = Vec::new();
    for path in paths {
        let meta = std::fs::metadata(path)
            .map_err(|e| fault(path, e.to_string(), "check that the path exists and can be read"))?;
        if !meta.is_dir() {
            if form(path).is_none() {
                let next = "name files .json (Bundle) or .ndjson, with .gz behind it when compressed";
                return Err(fault(path, "this is neither JSON nor NDJSON by its name".to_owned(), next));
            }
            all.push(path.clone());
            continue;
        }
        let before = all.len();
        walk(path, &mut all)?;
        if all.len() == before {
            let next = "give a folder with .json or .ndjson files";
            return Err(fault(path, "the folder holds no feed file".to_owned(), next));
        }
    }
    Ok(all)
}

fn walk(folder: &Path, all: &mut Vec<PathBuf>) -> Result<(), Fault> {
    let unreadable = |e: std::io::Error| fault(folder, e.to_string(), "check that the folder can be read");
    let mut found: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        found.push(entry.map_err(unreadable)?.path());
    }
    found.sort();
    for path in found {
        if path.is_dir() {
            walk(&path, all)?;
        } else if form(&path).is_some() {
            all.push(path);
        }
    }
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Bundle,
    Lines,
}

fn form(path: &Path) -> Option<Form> {
    let name = path.file_name()?.to_str()?.to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    let ending = name.rsplit_once('.')?.1;
    match ending {
        "json" => Some(Form::Bundle),
        "ndjson" | "jsonl" => Some(Form::Lines),
        _ => None,
    }
}

fn fault(path: &Path, reason: String, next: &'static str) -> Fault {
    let place = Place { file: path.display().to_string().into(), at: None };
    Fault { place, resource: String::new(), reason, next }
}

/// The resources of some files, in order. What cannot be read is a [`Fault`], and reading goes on behind it.
pub struct Reader {
    files: VecDeque<PathBuf>,
    file: Arc<str>,
    lines: Option<Box<dyn BufRead + Send>>,
    line: u32,
    waiting: VecDeque<(Place, Value, bool)>,
    shift: ShiftDays,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Reader({})", self.file)
    }
}

impl Reader {
    /// Reads `files`, moving every date by `shift` days.
    pub fn new(files: Vec<PathBuf>, shift: ShiftDays) -> Self {
        Self {
            files: files.into(),
            file: Arc::from(""),
            lines: None,
            line: 0,
            waiting: VecDeque::new(),
            shift,
        }
    }

    fn place(&self, at: Option<Spot>) -> Place {
        Place { file: Arc::clone(&self.file), at }
    }

    fn fault(&self, at: Option<Spot>, reason: String, next: &'static str) -> Fault {
        Fault { place: self.place(at), resource: String::new(), reason, next }
    }

    /// Opens the next file; `None` when there is none.
    fn open(&mut self) -> Option<Result<(), Fault>> {
        let path = self.files.pop_front()?;
        self.file = path.display().to_string().into();
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(e) => {
                return Some(Err(fault(&path, e.to_string(), "check that the file can be read")));
            }
        };
        let packed = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("gz"));
        let reader: Box<dyn Read + Send> =
            if packed { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
        let reader = BufReader::with_capacity(1 << 16, reader);
        self.line = 0;
        if form(&path) == Some(Form::Bundle) {
            return Some(self.take_bundle(reader));
        }
        self.lines = Some(Box::new(reader));
        Some(Ok(()))
    }

    fn take_bundle(&mut self, mut reader: impl Read) -> Result<(), Fault> {
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).map_err(|e| self.fault(None, e.to_string(), EXPORT_AGAIN))?;
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        let value: Value = serde_json::from_slice(&marked(text)).map_err(|e| {
            let (reason, next) = if e.is_eof() {
                (format!("the file ends in the middle ({e})"), EXPORT_AGAIN)
            } else if e.to_string().contains("trailing characters") {
                (
                    format!("more than one JSON value ({e})"),
                    "name it .ndjson when it holds one resource a line",
                )
            } else {
                (format!("not JSON ({e})"), EXPORT_AGAIN)
            };
            self.fault(None, reason, next)
        })?;
        drop(bytes);
        self.take_value(value, None)
    }

    /// Queues a resource, or the entries of a Bundle.
    fn take_value(&mut self, value: Value, at: Option<Spot>) -> Result<(), Fault> {
        if value.get("resourceType").and_then(Value::as_str) != Some("Bundle") {
            self.waiting.push_back((self.place(at), value, false));
            return Ok(());
        }
        let kind = value.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
        if !matches!(kind.as_str(), "transaction" | "batch" | "collection") {
            let reason = format!("a Bundle of type `{kind}` is not loaded");
            return Err(self.fault(
                at,
                reason,
                "export a transaction, batch or collection Bundle, or NDJSON",
            ));
        }
        let Value::Object(mut bundle) = value else { return Ok(()) };
        match bundle.remove("entry") {
            None | Some(Value::Null) => Ok(()),
            Some(Value::Array(entries)) => {
                for (n, entry) in (0_u32..).zip(entries) {
                    self.waiting.push_back((self.place(Some(Spot::Entry(n))), entry, true));
                }
                Ok(())
            }
            Some(_) => Err(self.fault(at, "entry must be an array".to_owned(), EXPORT_AGAIN)),
        }
    }

    /// Reads one line; `None` at the end of the file.
    fn take_line(&mut self) -> Option<Result<(), Fault>> {
        let lines = self.lines.as_mut()?;
        let mut text = Vec::new();
        let read = lines.read_until(b'\n', &mut text);
        self.line += 1;
        let at = Some(Spot::Line(self.line));
        match read {
            Ok(0) => {
                self.lines = None;
                None
            }
            Ok(_) => {
                let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text);
                if text.iter().all(u8::is_ascii_whitespace) {
                    return Some(Ok(()));
                }
                Some(match serde_json::from_slice(&marked(text)) {
                    Ok(value) => self.take_value(value, at),
                    Err(e) if e.is_eof() => {
                        let reason = format!("the line ends in the middle of the resource ({e})");
                        Err(self.fault(at, reason, EXPORT_AGAIN))
                    }
                    Err(e) => Err(self.fault(at, format!("not JSON ({e})"), CORRECT_IT)),
                })
            }
            Err(e) => {
                self.lines = None;
                Some(Err(self.fault(at, format!("the file cannot be read on ({e})"), EXPORT_AGAIN)))
            }
        }
    }

    /// The resource in `value`, which is a Bundle entry when `wrapped`.
    fn resource(&self, place: Place, value: Value, wrapped: bool) -> Result<Found, Fault> {
        let bad = |resource: String, reason: String| Fault {
            place: place.clone(),
            resource,
            reason,
            next: CORRECT_IT,
        };
        let (full_url, mut value) = if wrapped {
            unwrapped(value).map_err(|Bad(reason)| bad(String::new(), reason))?
        } else {
            (None, value)
        };
        let node = Node::of(&value);
        if !value.is_object() {
            return Err(bad(String::new(), "this is not a JSON object".to_owned()));
        }
        let kind = match node.text("resourceType") {
            Ok("") => return Err(bad(String::new(), "resourceType is missing".to_owned())),
            Ok(kind) => kind.to_owned(),
            Err(Bad(reason)) => return Err(bad(String::new(), reason)),
        };
        let written = node.text("id").map_err(|Bad(reason)| bad(kind.clone(), reason))?;
        // A transaction that creates resources may leave the id to its fullUrl.
        let id = match (written, full_url.as_deref().and_then(|url| url.rsplit([':', '/']).next())) {
            ("", Some(id)) if !id.is_empty() => id.to_owned(),
            ("", _) => return Err(bad(kind, "id is missing".to_owned())),
            (id, _) => id.to_owned(),
        };
        if id.len() > 128 || id.contains(['/', '?', ' ']) {
            return Err(bad(kind, format!("`{id}` is not an id")));
        }
        if self.shift != 0 {
            shift::shift(&mut value, self.shift);
        }
        Ok(Found { place, full_url, key: format!("{kind}/{id}"), kind, value })
    }
}

/// `fullUrl` and resource of a Bundle entry.
fn unwrapped(entry: Value) -> Got<(Option<String>, Value)> {
    let node = Node::of(&entry);
    if node.node("request")?.text("method")? == "DELETE" {
        return Err(Bad("the entry asks for a deletion, which cannot be loaded".to_owned()));
    }
    let full_url = Some(node.text("fullUrl")?.to_owned()).filter(|url| !url.is_empty());
    match entry {
        Value::Object(mut entry) => match entry.remove("resource") {
            Some(resource @ Value::Object(_)) => Ok((full_url, resource)),
            _ => Err(Bad("the entry has no resource".to_owned())),
        },
        _ => Err(Bad("the entry is not an object".to_owned())),
    }
}

impl Iterator for Reader {
    type Item = Result<Found, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some((place, value, wrapped)) = self.waiting.pop_front() {
                return Some(self.resource(place, value, wrapped));
            }
            let step = match self.take_line() {
                Some(step) => step,
                None => self.open()?,
            };
            if let Err(fault) = step {
                return Some(Err(fault));
            }
        }
    }
}

#[cfg(test)]
#[path = "reader_tests.rs"]
mod tests;
