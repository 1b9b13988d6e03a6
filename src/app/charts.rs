//! Opening a chart and reading its sections.
