//! Reads FHIR JSON by name and type: what is missing is empty, what has the wrong type is a [`Bad`].

use serde_json::Value;

/// A field that cannot be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::adapters::feed) struct Bad(pub(in crate::adapters::feed) String);

/// What reading a field gives.
pub(in crate::adapters::feed) type Found<T> = Result<T, Bad>;

static NOTHING: Value = Value::Null;

/// A JSON object, or nothing.
#[derive(Clone, Copy, Debug)]
pub(in crate::adapters::feed) struct Node<'a>(&'a Value);

/// A CodeableConcept or Coding, read.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Concept {
    /// The text, else the display of the first coding that has one, else its code.
    pub(super) title: String,
    /// `system|code` of the main coding.
    pub(super) code: String,
    /// Every coding.
    pub(super) codings: Vec<(String, String)>,
}

impl Concept {
    /// Whether a coding has one of `codes`, whatever its system.
    pub(super) fn has(&self, codes: &[&str]) -> bool {
        self.codings.iter().any(|(_, code)| codes.contains(&code.as_str()))
    }

    /// The code of the first coding.
    pub(super) fn word(&self) -> String {
        self.codings.first().map(|(_, code)| code.clone()).unwrap_or_default()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.title.is_empty() && self.codings.is_empty()
    }
}

impl<'a> Node<'a> {
    /// The object in `value`.
    pub(in crate::adapters::feed) fn of(value: &'a Value) -> Self {
        Self(value)
    }

    fn value(self, key: &str) -> &'a Value {
        self.0.get(key).unwrap_or(&NOTHING)
    }

    /// Whether the field is there at all.
    pub(super) fn has(self, key: &str) -> bool {
        !self.value(key).is_null()
    }

    /// Whether there is nothing here.
    pub(super) fn is_nothing(self) -> bool {
        self.0.is_null()
    }

    /// A string, empty when missing.
    pub(in crate::adapters::feed) fn text(self, key: &str) -> Found<&'a str> {
        match self.value(key) {
            Value::Null => Ok(""),
            Value::String(text) => Ok(text.trim()),
            other => Err(wrong(key, "a string", other)),
        }
    }

    /// An object, or nothing.
    pub(in crate::adapters::feed) fn node(self, key: &str) -> Found<Self> {
        match self.value(key) {
            found @ (Value::Null | Value::Object(_)) => Ok(Self(found)),
            other => Err(wrong(key, "an object", other)),
        }
    }

    /// The objects of an array; none when missing.
    pub(in crate::adapters::feed) fn list(self, key: &str) -> Found<Vec<Self>> {
        let list = match self.value(key) {
            Value::Null => return Ok(Vec::new()),
            Value::Array(list) => list,
            other => return Err(wrong(key, "an array", other)),
        };
        let object = |item: &'a Value| match item {
            Value::Null => None,
            Value::Object(_) => Some(Ok(Self(item))),
            other => Some(Err(wrong(key, "an array of objects", other))),
        };
        list.iter().filter_map(object).collect()
    }

    /// The first object of an array, or nothing.
    pub(super) fn first(self, key: &str) -> Found<Self> {
        Ok(self.list(key)?.first().copied().unwrap_or(Self(&NOTHING)))
    }

    /// The strings of an array; none when missing.
    pub(super) fn texts(self, key: &str) -> Found<Vec<&'a str>> {
        let list = match self.value(key) {
            Value::Null => return Ok(Vec::new()),
            Value::Array(list) => list,
            other => return Err(wrong(key, "an array", other)),
        };
        let text = |item: &'a Value| match item {
            Value::Null => None,
            Value::String(text) => Some(Ok(text.trim())),
            other => Some(Err(wrong(key, "an array of strings", other))),
        };
        list.iter().filter_map(text).collect()
    }

    /// A number.
    pub(super) fn number(self, key: &str) -> Found<Option<f64>> {
        match self.value(key) {
            Value::Null => Ok(None),
            Value::Number(number) => Ok(number.as_f64()),
            other => Err(wrong(key, "a number", other)),
        }
    }

    /// A boolean.
    pub(super) fn truth(self, key: &str) -> Found<Option<bool>> {
        match self.value(key) {
            Value::Null => Ok(None),
            Value::Bool(truth) => Ok(Some(*truth)),
            other => Err(wrong(key, "true or false", other)),
        }
    }

    /// A CodeableConcept.
    pub(super) fn concept(self, key: &str) -> Found<Concept> {
        self.node(key)?.as_concept()
    }

    /// The CodeableConcepts of an array.
    pub(super) fn concepts(self, key: &str) -> Found<Vec<Concept>> {
        self.list(key)?.into_iter().map(Self::as_concept).collect()
    }

    /// The titles of the CodeableConcepts of an array, joined.
    pub(super) fn titles(self, key: &str) -> Found<String> {
        let titles = self.concepts(key)?.into_iter().map(|c| c.title);
        Ok(joined(titles, ", "))
    }

    /// This object as a CodeableConcept.
    pub(super) fn as_concept(self) -> Found<Concept> {
        let mut concept = Concept { title: self.text("text")?.to_owned(), ..Concept::default() };
        let mut main = None;
        for coding in self.list("coding")? {
            concept.add(coding, &mut main)?;
        }
        Ok(concept)
    }

    /// A Coding on its own.
    pub(super) fn coding(self, key: &str) -> Found<Concept> {
        let mut concept = Concept::default();
        let coding = self.node(key)?;
        if !coding.is_nothing() {
            concept.add(coding, &mut None)?;
        }
        Ok(concept)
    }
}

impl Concept {
    fn add(&mut self, coding: Node<'_>, main: &mut Option<bool>) -> Found<()> {
        let (system, code) = (coding.text("system")?, coding.text("code")?);
        let display = plain(coding.text("display")?);
        if self.title.is_empty() {
            display.clone_into(&mut self.title);
        }
        // LOINC names a test across laboratories, so it is the main coding wherever it stands.
        let is_loinc = system == "http://loinc.org";
        if !code.is_empty() && (main.is_none() || (is_loinc && *main == Some(false))) {
            self.code = format!("{system}|{code}");
            *main = Some(is_loinc);
        }
        if !code.is_empty() {
            self.codings.push((system.to_owned(), code.to_owned()));
        }
        Ok(())
    }

    /// The title, or the code when there is no better.
    pub(super) fn name(&self) -> String {
        if self.title.is_empty() { self.word() } else { self.title.clone() }
    }
}

/// A display without the semantic tag that SNOMED CT puts behind it, such as ` (disorder)`.
fn plain(display: &str) -> &str {
    const TAGS: [&str; 12] = [
        " (disorder)",
        " (finding)",
        " (procedure)",
        " (situation)",
        " (regime/therapy)",
        " (morphologic abnormality)",
        " (observable entity)",
        " (qualifier value)",
        " (body structure)",
        " (substance)",
        " (event)",
        " (record artifact)",
    ];
    TAGS.iter().find_map(|tag| display.strip_suffix(tag)).unwrap_or(display)
}

/// The parts that are not empty, each once, with `between` between them.
pub(super) fn joined(parts: impl IntoIterator<Item = String>, between: &str) -> String {
    let mut kept: Vec<String> = Vec::new();
    for part in parts {
        if !part.is_empty() && !kept.contains(&part) {
            kept.push(part);
        }
    }
    kept.join(between)
}

fn wrong(key: &str, wanted: &str, found: &Value) -> Bad {
    let found = match found {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    };
    Bad(format!("{key} must be {wanted}, not {found}"))
}
