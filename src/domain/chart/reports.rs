//! Narrative reports by type.

use super::ChartItem;
use crate::domain::people::words;

words! {
    /// The type of a report, in the order in which they are shown.
    ReportType {
        /// Radiology and other pictures.
        Imaging = "imaging",
        /// Echocardiograms, electrocardiograms, catheterizations.
        Cardiology = "cardiology",
        /// Cultures and stains.
        Microbiology = "microbiology",
        /// Tissue and cells.
        Pathology = "pathology",
        /// Anything else.
        Other = "other",
    }
}

/// Codes and names of diagnostic services by type. Source: HL7 `v2-0074` and the LOINC parts that US Core names; lower case.
const SERVICES: [(ReportType, &[&str]); 4] = [
    (
        ReportType::Imaging,
        &[
            "imaging",
            "radiolog",
            "x-ray",
            "ultrasound",
            "tomograph",
            "cat scan",
            "magnetic resonance",
            "nuclear medicine",
            "=rad",
            "=ct",
            "=nmr",
            "=nms",
            "=mri",
            "=rus",
            "=ous",
            "=vus",
            "=xrc",
            "=rx",
            "=lp29684-5",
        ],
    ),
    (ReportType::Cardiology, &["cardi", "=cus", "=ec", "=cth", "=lp29708-2", "=lp7795-0"]),
    (
        ReportType::Microbiology,
        &[
            "microbiolog",
            "mycobacteriolog",
            "mycolog",
            "parasitolog",
            "virolog",
            "=mb",
            "=mcb",
            "=myc",
            "=par",
            "=vr",
            "=lp7819-8",
        ],
    ),
    (ReportType::Pathology, &["patholog", "=sp", "=pat", "=cp", "=lp7839-6"]),
];

/// The type of a report by its category; a heart's ultrasound is cardiology.
pub fn type_of(report: &ChartItem) -> ReportType {
    let category = report.category.to_lowercase();
    let meets = |name: &&&str| match name.strip_prefix('=') {
        Some(code) => category == code,
        None => category.contains(**name),
    };
    let of = |(kind, names): &(ReportType, &[&str])| names.iter().any(|name| meets(&name)).then_some(*kind);
    let heart = category.contains("cardia") || category.contains("cardio");
    if heart { ReportType::Cardiology } else { SERVICES.iter().find_map(of).unwrap_or(ReportType::Other) }
}

/// `reports` by type, each in the order given; types without a report are left out.
pub fn by_type(reports: &[ChartItem]) -> Vec<(ReportType, Vec<&ChartItem>)> {
    let of = |kind: ReportType| reports.iter().filter(|report| type_of(report) == kind).collect::<Vec<_>>();
    ReportType::ALL.iter().map(|kind| (*kind, of(*kind))).filter(|(_, list)| !list.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::chart::Section;

    #[test]
    fn reports_stand_by_type_and_a_heart_ultrasound_is_cardiology() {
        let of = |category: &str| {
            type_of(&ChartItem { category: category.into(), ..ChartItem::blank(Section::Reports) })
        };
        assert_eq!(of("Radiology"), ReportType::Imaging);
        assert_eq!(of("RAD"), ReportType::Imaging);
        assert_eq!(of("Cardiac Ultrasound"), ReportType::Cardiology);
        assert_eq!(of("EC"), ReportType::Cardiology);
        assert_eq!(of("Microbiology"), ReportType::Microbiology);
        assert_eq!(of("Surgical Pathology"), ReportType::Pathology);
        assert_eq!(of("Sect"), ReportType::Other, "a code counts only when it is the whole category");
        assert_eq!(of(""), ReportType::Other);
    }
}
