//! Reads FHIR JSON by name and type: what is missing is empty, what has the wrong type is a [`Bad`].

use serde_json::Value;

use super::digits::MARK;

/// A field that cannot be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::adapters::feed) struct Bad(pub(in crate::adapters::feed) String);

/// What reading a field gives.
pub(in crate::adapters::feed) type Found<T> = Result<T, Bad>;

/// A resource whose strings stay where its text is: read in half the time and room, and let go of with the text.
pub(in crate::adapters::feed) type Lent<'a> = serde_json_borrow::Value<'a>;

/// A JSON object, or nothing.
#[derive(Clone, Copy, Debug)]
pub(in crate::adapters::feed) struct Node<'a>(At<'a>);

/// A JSON value, of either kind.
#[derive(Clone, Copy, Debug)]
enum At<'a> {
    Nothing,
    Kept(&'a Value),
    Lent(&'a Lent<'a>),
}

/// What is there.
enum Is<'a> {
    Null,
    Bool(bool),
    Number(Option<f64>),
    Text(&'a str),
    Array(Vec<At<'a>>),
    Object,
}

impl<'a> At<'a> {
    fn field(self, key: &str) -> Self {
        match self {
            Self::Nothing => self,
            Self::Kept(value) => value.get(key).map_or(Self::Nothing, Self::Kept),
            Self::Lent(value) => match value {
                Lent::Object(fields) => fields.get(key).map_or(Self::Nothing, Self::Lent),
                _ => Self::Nothing,
            },
        }
    }

    fn is_null(self) -> bool {
        match self {
            Self::Nothing => true,
            Self::Kept(value) => value.is_null(),
            Self::Lent(value) => value.is_null(),
        }
    }

    fn is(self) -> Is<'a> {
        match self {
            Self::Nothing | Self::Kept(Value::Null) | Self::Lent(Lent::Null) => Is::Null,
            Self::Kept(Value::Bool(truth)) | Self::Lent(Lent::Bool(truth)) => Is::Bool(*truth),
            Self::Kept(Value::Number(number)) => Is::Number(number.as_f64()),
            Self::Lent(Lent::Number(number)) => Is::Number(number.as_f64()),
            Self::Kept(Value::String(text)) => text_or_number(text),
            Self::Lent(Lent::Str(text)) => text_or_number(text),
            Self::Kept(Value::Array(list)) => Is::Array(list.iter().map(Self::Kept).collect()),
            Self::Lent(Lent::Array(list)) => Is::Array(list.iter().map(Self::Lent).collect()),
            Self::Kept(Value::Object(_)) | Self::Lent(Lent::Object(_)) => Is::Object,
        }
    }

    /// Shows every object in it to `see`, the outer ones first.
    fn each_object(self, see: &mut dyn FnMut(Node<'a>)) {
        match self {
            Self::Kept(Value::Array(list)) => {
                for value in list {
                    Self::Kept(value).each_object(see);
                }
            }
            Self::Lent(Lent::Array(list)) => {
                for value in list {
                    Self::Lent(value).each_object(see);
                }
            }
            Self::Kept(Value::Object(fields)) => {
                see(Node(self));
                for value in fields.values() {
                    Self::Kept(value).each_object(see);
                }
            }
            Self::Lent(Lent::Object(fields)) => {
                see(Node(self));
                for (_, value) in fields.iter() {
                    Self::Lent(value).each_object(see);
                }
            }
            _ => {}
        }
    }
}

/// A string, or the number that was kept as one.
fn text_or_number(text: &str) -> Is<'_> {
    match text.strip_prefix(MARK).map(str::parse::<f64>) {
        Some(Ok(number)) if number.is_finite() => Is::Number(Some(number)),
        _ => Is::Text(text),
    }
}

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
        Self(At::Kept(value))
    }

    /// The object in `value`.
    pub(in crate::adapters::feed) fn lent(value: &'a Lent<'a>) -> Self {
        Self(At::Lent(value))
    }

    /// Shows every object in this one to `see`, itself first.
    pub(in crate::adapters::feed) fn each_object(self, see: &mut dyn FnMut(Node<'a>)) {
        self.0.each_object(see);
    }

    /// Whether the field is there at all.
    pub(in crate::adapters::feed) fn has(self, key: &str) -> bool {
        !self.0.field(key).is_null()
    }

    /// Whether there is nothing here.
    pub(super) fn is_nothing(self) -> bool {
        self.0.is_null()
    }

    /// A string, empty when missing.
    pub(in crate::adapters::feed) fn text(self, key: &str) -> Found<&'a str> {
        match self.0.field(key).is() {
            Is::Null => Ok(""),
            Is::Text(text) => Ok(text.trim()),
            other => Err(wrong(key, "a string", &other)),
        }
    }

    /// An object, or nothing.
    pub(in crate::adapters::feed) fn node(self, key: &str) -> Found<Self> {
        let found = self.0.field(key);
        match found.is() {
            Is::Null | Is::Object => Ok(Self(found)),
            other => Err(wrong(key, "an object", &other)),
        }
    }

    fn array(self, key: &str) -> Found<Vec<At<'a>>> {
        match self.0.field(key).is() {
            Is::Null => Ok(Vec::new()),
            Is::Array(list) => Ok(list),
            other => Err(wrong(key, "an array", &other)),
        }
    }

    /// The objects of an array; none when missing.
    pub(in crate::adapters::feed) fn list(self, key: &str) -> Found<Vec<Self>> {
        let object = |item: At<'a>| match item.is() {
            Is::Null => None,
            Is::Object => Some(Ok(Self(item))),
            other => Some(Err(wrong(key, "an array of objects", &other))),
        };
        self.array(key)?.into_iter().filter_map(object).collect()
    }

    /// The first object of an array, or nothing.
    pub(super) fn first(self, key: &str) -> Found<Self> {
        Ok(self.list(key)?.first().copied().unwrap_or(Self(At::Nothing)))
    }

    /// The strings of an array; none when missing.
    pub(super) fn texts(self, key: &str) -> Found<Vec<&'a str>> {
        let text = |item: At<'a>| match item.is() {
            Is::Null => None,
            Is::Text(text) => Some(Ok(text.trim())),
            other => Some(Err(wrong(key, "an array of strings", &other))),
        };
        self.array(key)?.into_iter().filter_map(text).collect()
    }

    /// A number.
    pub(super) fn number(self, key: &str) -> Found<Option<f64>> {
        match self.0.field(key).is() {
            Is::Null => Ok(None),
            Is::Number(number) => Ok(number),
            other => Err(wrong(key, "a number", &other)),
        }
    }

    /// The digits of a number, as the source wrote them.
    pub(super) fn digits(self, key: &str) -> Found<Option<String>> {
        let Some(number) = self.number(key)? else { return Ok(None) };
        let written = match self.0.field(key) {
            At::Kept(Value::String(text)) => text.strip_prefix(MARK),
            At::Lent(Lent::Str(text)) => text.strip_prefix(MARK),
            _ => None,
        };
        Ok(Some(written.map_or_else(|| number.to_string(), str::to_owned)))
    }

    /// A boolean.
    pub(super) fn truth(self, key: &str) -> Found<Option<bool>> {
        match self.0.field(key).is() {
            Is::Null => Ok(None),
            Is::Bool(truth) => Ok(Some(truth)),
            other => Err(wrong(key, "true or false", &other)),
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

fn wrong(key: &str, wanted: &str, found: &Is<'_>) -> Bad {
    let found = match found {
        Is::Null => "nothing",
        Is::Bool(_) => "true or false",
        Is::Number(_) => "a number",
        Is::Text(_) => "a string",
        Is::Array(_) => "an array",
        Is::Object => "an object",
    };
    Bad(format!("{key} must be {wanted}, not {found}"))
}
