//! What the source says that it can do (its CapabilityStatement).

use std::collections::HashSet;

use serde_json::Value;

use super::Inner;
use super::http::Failed;
use crate::domain::calendar::Instant;

/// Seconds after which the statement is read again.
const KEPT_SECONDS: i64 = 3600;

/// What a source offers. One that does not say so is asked for everything.
#[derive(Clone, Debug, Default)]
pub(super) struct Capabilities {
    says_something: bool,
    /// The version of FHIR.
    version: String,
    kinds: HashSet<String>,
    includes: HashSet<String>,
    /// `Type.parameter`.
    parameters: HashSet<String>,
}

impl Capabilities {
    /// Whether resources of `kind` can be searched for.
    pub(super) fn has(&self, kind: &str) -> bool {
        !self.says_something || self.kinds.contains(kind)
    }

    /// Whether what `include` names can come along.
    pub(super) fn includes(&self, include: &str) -> bool {
        self.includes.contains(include)
    }

    /// Reads a CapabilityStatement.
    fn of(statement: &Value) -> Self {
        let list =
            |value: &Value, key: &str| value.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
        let mut found = Self {
            version: statement.get("fhirVersion").and_then(Value::as_str).unwrap_or_default().to_owned(),
            ..Self::default()
        };
        for rest in list(statement, "rest") {
            for resource in list(&rest, "resource") {
                let Some(kind) = resource.get("type").and_then(Value::as_str) else { continue };
                found.kinds.insert(kind.to_owned());
                let includes = list(&resource, "searchInclude");
                found.includes.extend(includes.iter().filter_map(Value::as_str).map(str::to_owned));
                for parameter in list(&resource, "searchParam") {
                    if let Some(name) = parameter.get("name").and_then(Value::as_str) {
                        found.parameters.insert(format!("{kind}.{name}"));
                    }
                }
            }
        }
        found.says_something = !found.kinds.is_empty();
        found
    }

    /// What the portal needs and this source does not say that it has, in words for whoever sets it up.
    pub(super) fn missing(&self) -> Vec<String> {
        let mut missing = Vec::new();
        if !self.version.starts_with("4.0") {
            missing.push(format!("FHIR R4 (4.0.x); it says `{}`", self.version));
        }
        if !self.says_something {
            missing.push("a list of resources in its CapabilityStatement".to_owned());
            return missing;
        }
        for kind in
            ["Patient", "Observation", "Condition", "AllergyIntolerance", "DiagnosticReport", "CareTeam"]
        {
            if !self.kinds.contains(kind) {
                missing.push(format!("the resource {kind}"));
            }
        }
        let says_parameters = !self.parameters.is_empty();
        for parameter in ["Patient.identifier", "Patient.birthdate", "Patient.family", "CareTeam.patient"] {
            if says_parameters && !self.parameters.contains(parameter) {
                missing.push(format!("the search parameter {parameter}"));
            }
        }
        missing
    }
}

impl Inner {
    /// What the source offers: read at the first question, and again each hour.
    pub(super) async fn capabilities(&self) -> Capabilities {
        let now = self.clock.now();
        if let Some((kept, read)) = self.capabilities.lock().await.as_ref()
            && now.seconds_since(*read) < KEPT_SECONDS
        {
            return kept.clone();
        }
        // A source that does not say is asked for everything, and answers for itself.
        self.read_capabilities(now).await.unwrap_or_default()
    }

    /// Reads the CapabilityStatement now.
    pub(super) async fn read_capabilities(&self, now: Instant) -> Result<Capabilities, Failed> {
        let statement = self.http.get(self.http.url("metadata", &[])?).await?;
        if statement.get("resourceType").and_then(Value::as_str) != Some("CapabilityStatement") {
            return Err(Failed::unusable("no CapabilityStatement"));
        }
        let found = Capabilities::of(&statement);
        *self.capabilities.lock().await = Some((found.clone(), now));
        Ok(found)
    }
}
