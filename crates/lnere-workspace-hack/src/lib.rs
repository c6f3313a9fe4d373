/*!
No code: this crate depends on all external dependencies of the workspace.

Cargo builds a dependency with the features that the selected packages ask for. Without this crate,
`cargo test -p lnere-charts` would ask for fewer features than the whole workspace, and would build
polars once more. Every crate has it as a development dependency, so the shipped program has none of it.
*/
