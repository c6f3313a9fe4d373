//! What is promised of every report.

mod numbers;
mod sheets;

use std::sync::LazyLock;

use super::ReportTemplate;
use crate::test_release::root;

/// The template that the repository ships.
static TEMPLATE: LazyLock<ReportTemplate> =
    LazyLock::new(|| ReportTemplate::load(&root().join("pipelines/reporte")).unwrap());
