//! Tests of the properties that every report has.

mod numbers;
mod pdf;

use std::sync::LazyLock;

use super::ReportTemplate;
use crate::test_release::repository_root;

/// The shipped template.
static TEMPLATE: LazyLock<ReportTemplate> =
    LazyLock::new(|| ReportTemplate::load(&repository_root().join("pipelines/reporte")).unwrap());
