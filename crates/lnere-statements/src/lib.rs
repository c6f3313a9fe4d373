/*!
Computes the statistics of one subject at one corte, and chooses the sentences that state them.

A TOML file holds the sentences ([`StatementList`]). Each sentence has placeholders for statistics and
conditions on them. The first sentence of a list whose conditions hold, and whose statistics all exist,
is stated. A statistic is absent where its table is absent, where the count is suppressed, or where a
share would rest on fewer than [`MIN_SHARE_BASE`] cases. So no sentence can state such a statistic.

Charts, report, workbook, dashboard, public page and messages state the same sentences.
*/

mod known_statistics;
mod share_words;
mod statement;
mod statement_file;
mod statistics;
mod subject_statistics;

pub use known_statistics::{KNOWN_STATISTICS, KnownStatistic, StatisticKind};
pub use share_words::{ShareWords, share_in_words_and_percent};
pub use statement::{Statement, StatementList};
pub use statement_file::{StatementFile, StatementFileError};
pub use statistics::{MIN_SHARE_BASE, Situation, Statistic, Statistics};
pub use subject_statistics::{last_earlier_process, subject_statistics};

#[cfg(test)]
mod tests;
