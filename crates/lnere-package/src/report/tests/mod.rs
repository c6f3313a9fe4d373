//! What is promised of every report.

mod numbers;
mod sheets;

use std::sync::LazyLock;

use super::Template;
use crate::test_release::root;

/// The template that the repository ships.
static TEMPLATE: LazyLock<Template> = LazyLock::new(|| Template::load(&root().join("pipelines/reporte")).unwrap());
