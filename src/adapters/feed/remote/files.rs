//! The files that belong to documents, notes and reports of a remote source.

use serde_json::Value;
use uuid::Uuid;

use super::Inner;
use super::bundle::{id_of, search};
use super::http::Failed;
use crate::adapters::feed::fhir::attachment::{self, Held};
use crate::domain::chart::file::File;
use crate::domain::chart::sensitivity::Labels;
use crate::domain::feed::item_id;

/// The types that have files.
const KINDS: [&str; 2] = ["DocumentReference", "DiagnosticReport"];

impl Inner {
    /// The file of the item `id` in the record `patient` (a `Patient/…`), with the labels that the file has of its own; `None` when
    /// there is none. Whether the item is within reach was asked before.
    pub(super) async fn file(&self, patient: &str, id: Uuid) -> Result<Option<(File, Labels)>, Failed> {
        for kind in KINDS {
            let found = search(&self.http, kind, &[("patient", patient)], Some(patient)).await?.found;
            let is_its = |resource: &&Value| item_id(&format!("{kind}/{}", id_of(resource)), 0) == id;
            let Some(resource) = found.iter().find(is_its) else { continue };
            return match attachment::held(&self.relative(resource)) {
                None => Ok(None),
                Some(Held::Here(file)) => Ok(Some((file, Labels::NONE))),
                Some(Held::Elsewhere(there)) => {
                    match self.http.get(self.http.url(&format!("Binary/{}", there.id), &[])?).await {
                        Ok(binary) => Ok(attachment::binary(&binary.to_string(), &there)),
                        Err(Failed::Gone) => Ok(None),
                        Err(failed) => Err(failed),
                    }
                }
            };
        }
        Ok(None)
    }

    /// `resource` as text, URLs of the server itself made relative: only those are followed.
    fn relative(&self, resource: &Value) -> String {
        resource.to_string().replace(&format!("\"{}Binary/", self.http.base()), "\"Binary/")
    }
}
