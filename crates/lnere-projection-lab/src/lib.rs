/*!
The laboratory of the projection: real and generated processes with known outcomes, the rivals of
the projection, and its evaluation. The program does not depend on this crate.
*/

pub mod baseline;
pub mod evaluation;
pub mod generated_processes;
mod random_variates;
pub mod real_courses;
