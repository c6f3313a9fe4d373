/*!
Validates records: the parts that both sources share to turn a record into a coded row or a fault.
*/

use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_128_with_seed;

use super::accepted_statistics::AcceptedStatistics;
use super::csv::BlockPool;
use super::csv::encoding::Encoding;
use super::dates::{DateReader, Moment};
use super::export_fault::ExportFault;
use super::label_cache::{LabelCache, LabelCode, RecordFindings};
use super::memory_budget::MemoryBudget;
use super::message_text::{escape_invisible, header_names, nearest, toml_name};
use super::record_rules::{RecordRule, RuleCounts};
use super::spill::{SpillFolder, SpillRecord};
use lnere_core::calendar::MexicoCityClock;
use lnere_core::catalog::{Catalogs, EntityId};
use lnere_core::process::{CategorySource, DimensionDefinition, EncodingChoice, ExportContract, Process, SourceColumn};
use lnere_messages::message;

/// A folio as 128 bits of XXH3 under the seed of the run. The probability that two of ten million
/// folios share a hash is below 10⁻²⁴. The hash does not reveal the folio.
pub(super) type FolioHash = [u64; 2];

/// The key of folio hashes. It is random for each run, so that nobody can choose folios with equal
/// hashes.
#[derive(Clone, Copy)]
pub(super) struct FolioSeed(pub u64);

impl FolioSeed {
    #[inline]
    fn hash(self, folio: &[u8]) -> FolioHash {
        let hash = xxh3_128_with_seed(folio, self.0);
        [(hash >> 64) as u64, hash as u64]
    }
}

/// The number of shards that rows are partitioned into by folio.
pub(super) const SHARDS: usize = 64;

/// An accepted record in codes.
pub(super) trait AcceptedRow: Copy + Send + Sync + SpillRecord {
    fn folio(&self) -> FolioHash;
    /// The rank of the record; of several records of a folio, the one with the largest rank is
    /// kept.
    fn rank(&self) -> i64;
    /// The line, from 0 at the start of its segment.
    fn line_in_segment(&self) -> u32;
    /// The attributes of a person's record that persist between exports, packed: entity, country,
    /// categories.
    type Attributes: Copy + Send + Sync + SpillRecord;
    fn attributes(&self) -> Self::Attributes;
    /// The bits in which two rows differ, in words of 64.
    fn differing(one: Self::Attributes, other: Self::Attributes) -> [u64; 2];
    /// Counts the record as accepted, with the notes on it.
    fn count(&self, counts: &mut RuleCounts, statistics: &mut AcceptedStatistics, context: &FileContext);
}

/// A column that is compared with the previous export.
#[derive(Clone, Copy)]
pub(super) struct ComparedColumn {
    /// The place of the column in the contract.
    pub column: usize,
    /// The word of [`AcceptedRow::differing`] that holds the bits of the column.
    pub word_index: usize,
    /// The bits of the column in that word.
    pub bit_mask: u64,
}

/// The shard of a folio.
#[inline]
pub(super) fn shard_of(folio: FolioHash) -> usize {
    (folio[0] >> 58) as usize
}

/// The first rule that a record breaks, and the place of the column at fault.
#[derive(Clone, Copy, Debug)]
pub(super) struct RecordFault {
    pub rule: RecordRule,
    pub column: Option<u8>,
}

impl RecordFault {
    pub fn in_column(rule: RecordRule, column: impl SourceColumn) -> Self {
        Self { rule, column: u8::try_from(column.index()).ok() }
    }
}

/// The context of a contract, equal for every record of a file.
pub(super) struct FileContext<'a> {
    pub process: &'a Process,
    pub catalogs: &'a Catalogs,
    pub clock: &'a MexicoCityClock,
    /// The day that the export covers, days since 1970.
    pub export_day: i32,
    /// The range of days on which an application of the export may have been registered.
    pub registration_days: (i32, i32),
    /// Whether unknown labels are collected.
    pub collect_labels: bool,
    /// The key of folio hashes.
    pub seed: FolioSeed,
    /// The memory budget of the records.
    pub memory: &'a Arc<MemoryBudget>,
    /// The folder for rows that exceed the memory budget; `None` refuses the export instead.
    pub spill_folder: Option<&'a Arc<SpillFolder>>,
    /// The memory in which text exports are read.
    pub blocks: &'a BlockPool,
}

/// The contract of a source: its columns, and the validation of its records.
pub(super) trait SourceContract: Sync {
    type Column: SourceColumn;
    type Row: AcceptedRow;

    fn export(process: &Process) -> &ExportContract<Self::Column>;

    /// The columns of [`AcceptedRow::compared_columns`], at most 16.
    fn compared_columns(process: &Process) -> Vec<ComparedColumn>;

    /// Validates a record. Returns its row, or the first rule that it breaks. `cell` returns the
    /// cell of a column without quotes, but with its blanks.
    fn validate<'a>(
        decoder: &mut CellDecoder,
        context: &FileContext,
        cell: impl Fn(Self::Column) -> &'a [u8],
        line: u32,
    ) -> Result<Self::Row, RecordFault>;
}

/// The caches of one thread between records.
pub(super) struct CellDecoder<'a> {
    caches: Vec<LabelCache>,
    pub dates: DateReader<'a>,
    pub findings: RecordFindings,
    encoding: Encoding,
    collect_labels: bool,
    seed: FolioSeed,
    empty_words: EmptyWords<'a>,
}

/// The words that mean an empty cell.
struct EmptyWords<'a> {
    words: &'a [String],
}

impl EmptyWords<'_> {
    /// Whether a cell without blanks is one of these words.
    #[inline]
    fn contain(&self, text: &[u8], encoding: Encoding) -> bool {
        !self.words.is_empty() && self.search(text, encoding)
    }

    fn search(&self, text: &[u8], encoding: Encoding) -> bool {
        if text.is_ascii() || encoding == Encoding::Utf8 {
            return self.words.iter().any(|word| word.as_bytes() == text);
        }
        let text = encoding.decode(text);
        self.words.contains(&text.into_owned())
    }
}

impl<'a> CellDecoder<'a> {
    pub fn new<C: SourceContract>(context: &FileContext<'a>) -> Self {
        Self {
            caches: C::export(context.process).columns.all().iter().map(|_| LabelCache::new()).collect(),
            dates: DateReader::new(&C::export(context.process).date_formats, context.clock),
            findings: RecordFindings::default(),
            encoding: Encoding::Utf8,
            collect_labels: context.collect_labels,
            seed: context.seed,
            empty_words: EmptyWords { words: &C::export(context.process).words_for_empty_cells },
        }
    }

    /// A cell without the blanks around it. A word that means an empty cell becomes empty.
    #[inline]
    pub fn trimmed_text<'c>(&self, cell: &'c [u8]) -> &'c [u8] {
        let text = self.encoding.trim(cell);
        if self.empty_words.contain(text, self.encoding) { &[] } else { text }
    }

    /// Whether all cells of a record are empty. Such a line is not a record.
    #[inline]
    pub fn are_empty<'c>(&self, mut cells: impl Iterator<Item = &'c [u8]>) -> bool {
        cells.all(|cell| self.trimmed_text(cell).is_empty())
    }

    /// Whether the process file declares words for an empty cell.
    #[inline]
    pub fn has_empty_words(&self) -> bool {
        !self.empty_words.words.is_empty()
    }

    /// Sets the encoding. Clears the caches if the same bytes now mean another text.
    pub fn set_encoding(&mut self, encoding: Encoding) {
        if self.encoding != encoding {
            self.encoding = encoding;
            self.caches.iter_mut().for_each(|cache| *cache = LabelCache::new());
        }
    }

    /// The code of a label of a column; `unknown` if no list has the label.
    #[inline]
    pub fn label_code(
        &mut self,
        column: impl SourceColumn,
        cell: &[u8],
        unknown: u16,
        find: impl Fn(&str) -> Option<u16>,
    ) -> u16 {
        let (words, encoding) = (&self.empty_words, self.encoding);
        // Each distinct text is looked up once, so the check for empty words costs little.
        let find =
            |text: &str| if words.contain(text.trim().as_bytes(), Encoding::Utf8) { find("") } else { find(text) };
        match self.caches[column.index()].code(cell, encoding, find) {
            LabelCode::Code(code) => code,
            LabelCode::Unknown => {
                self.unknown_label(column.index(), cell);
                unknown
            }
        }
    }

    #[cold]
    fn unknown_label(&mut self, column: usize, cell: &[u8]) {
        let label = self.encoding.decode(self.trimmed_text(cell));
        self.findings.diagnosis.count_unknown_label(column, &label);
        if self.collect_labels {
            self.findings.labels.add(column, &label);
        }
    }

    /// The index of the category of a cell in its list. A cell without a value is unidentified.
    #[inline]
    pub fn category(&mut self, definition: &DimensionDefinition, cell: &[u8]) -> u8 {
        let list = &definition.categories;
        match &definition.category_source {
            CategorySource::Labels => {
                let unknown = u16::from(list.unidentified_index());
                self.label_code(definition.source_column, cell, unknown, |text| list.find(text).map(u16::from)) as u8
            }
            CategorySource::Ages(bands) => {
                let text = self.trimmed_text(cell);
                let birth = self.dates.read_birth(text, bands.reference_day());
                let birth =
                    birth.or_else(|| self.birth_after_text_mark(definition.source_column, text, bands.reference_day()));
                birth.and_then(|birth| bands.band_of_birth(birth)).unwrap_or(list.unidentified_index())
            }
        }
    }

    /// The entity of a cell.
    #[inline]
    pub fn entity(&mut self, column: impl SourceColumn, cell: &[u8], catalogs: &Catalogs) -> Option<EntityId> {
        let find = |text: &str| catalogs.entities.find(text.trim()).map(|entity| u16::from(entity.number()));
        let number = self.label_code(column, cell, 0, find);
        let entity = u8::try_from(number).ok().and_then(EntityId::new);
        if entity.is_none() {
            self.count_missing_entity_word(column, cell);
        }
        entity
    }

    #[cold]
    fn count_missing_entity_word(&mut self, column: impl SourceColumn, cell: &[u8]) {
        let text = self.encoding.decode(self.trimmed_text(cell));
        self.findings.diagnosis.count_null_word(column.index(), &text);
    }

    /// The folio of a cell; an empty cell is a fault.
    #[inline]
    pub fn hash_folio(&self, column: impl SourceColumn, cell: &[u8]) -> Result<FolioHash, RecordFault> {
        let text = self.trimmed_text(cell);
        if text.is_empty() {
            return Err(RecordFault::in_column(RecordRule::FolioVacio, column));
        }
        // The same folio has the same hash in exports of both encodings.
        let is_ascii = text.is_ascii();
        Ok(if is_ascii { self.seed.hash(text) } else { self.seed.hash(self.encoding.decode(text).as_bytes()) })
    }

    /// The date of a required cell.
    #[inline]
    pub fn date(&mut self, column: impl SourceColumn, cell: &[u8]) -> Result<Moment, RecordFault> {
        let text = self.trimmed_text(cell);
        match self.dates.read(text) {
            Some(moment) => Ok(moment),
            None => self.date_after_text_mark(text).ok_or_else(|| self.unreadable_date(column, text)),
        }
    }

    /// The date of a cell that carries the text mark of a spreadsheet.
    #[cold]
    fn date_after_text_mark(&mut self, text: &[u8]) -> Option<Moment> {
        let inner = self.strip_text_mark(text)?;
        self.dates.read(inner)
    }

    /// Removes the text mark of a spreadsheet: `'2020-10-05`, `="2020-10-05"`.
    fn strip_text_mark<'c>(&self, text: &'c [u8]) -> Option<&'c [u8]> {
        let formula = || text.strip_prefix(b"=\"")?.strip_suffix(b"\"");
        let inner = text.strip_prefix(b"'").or_else(formula)?;
        Some(self.encoding.trim(inner))
    }

    /// The date of birth of a cell that carries the text mark of a spreadsheet. Notes any other
    /// cell as unreadable.
    #[cold]
    fn birth_after_text_mark(&mut self, column: impl SourceColumn, text: &[u8], until: i32) -> Option<i32> {
        let birth = self.strip_text_mark(text).and_then(|inner| self.dates.read_birth(inner, until));
        if birth.is_none() {
            let trouble = self.dates.date_fault(text);
            self.findings.diagnosis.count_unreadable_birth(column.index(), trouble, &self.encoding.decode(text));
        }
        birth
    }

    #[cold]
    fn unreadable_date(&mut self, column: impl SourceColumn, text: &[u8]) -> RecordFault {
        let trouble = self.dates.date_fault(text);
        self.findings.diagnosis.count_unreadable_date(column.index(), trouble, &self.encoding.decode(text));
        RecordFault::in_column(RecordRule::FechaInvalida, column)
    }

    /// The date of an optional cell.
    #[inline]
    pub fn optional_date(&mut self, column: impl SourceColumn, cell: &[u8]) -> Result<Option<Moment>, RecordFault> {
        let text = self.trimmed_text(cell);
        if text.is_empty() { Ok(None) } else { self.date(column, text).map(Some) }
    }
}

/// The encoding that the process file forces.
pub(super) fn forced_encoding(choice: EncodingChoice) -> Option<Encoding> {
    match choice {
        EncodingChoice::Auto => None,
        // The reader receives UTF-16 already converted to UTF-8.
        EncodingChoice::Utf8 | EncodingChoice::Utf16 => Some(Encoding::Utf8),
        EncodingChoice::Windows1252 => Some(Encoding::Windows1252),
    }
}

/// The place in a file of each column of its contract, by the names of the columns in the file.
/// Each column must occur exactly once.
pub(super) fn column_places<'a, C: SourceColumn>(
    contract: &ExportContract<C>,
    names: impl ExactSizeIterator<Item = &'a str>,
) -> Result<Vec<usize>, ExportFault> {
    let names: Vec<&str> = names.collect();
    let mut places = vec![None; contract.columns.all().len()];
    for (place, name) in names.iter().enumerate() {
        if let Some(column) = contract.columns.find(name)
            && places[column.index()].replace(place).is_some()
        {
            return Err(ExportFault::ColumnTwice {
                line: None,
                column: escape_invisible(contract.columns.first_header(column)),
                dimension: contract.columns.is_declared(column).then(|| contract.columns.key(column).to_owned()),
                section: C::SOURCE,
            });
        }
    }
    if places.iter().all(Option::is_some) {
        Ok(places.into_iter().flatten().collect())
    } else {
        Err(missing_columns_fault(contract, &names, &places))
    }
}

/// The number of contract columns that the names contain, each counted once.
pub(super) fn count_contract_columns<'a, C: SourceColumn>(
    contract: &ExportContract<C>,
    names: impl Iterator<Item = &'a str>,
) -> usize {
    let mut found = vec![false; contract.columns.all().len()];
    for column in names.filter_map(|name| contract.columns.find(name)) {
        found[column.index()] = true;
    }
    found.into_iter().filter(|found| *found).count()
}

/// The fault of a header that lacks columns, with its names and the entries for the process file.
fn missing_columns_fault<C: SourceColumn>(
    contract: &ExportContract<C>,
    names: &[&str],
    places: &[Option<usize>],
) -> ExportFault {
    let all = contract.columns.all();
    let missing: Vec<C> = all.iter().copied().filter(|column| places[column.index()].is_none()).collect();
    let shown = header_names(names, all.len() - missing.len());
    let mut free: Vec<(usize, &str)> = names.iter().copied().enumerate().collect();
    free.retain(|(place, name)| !name.trim().is_empty() && !places.contains(&Some(*place)));
    let (mut entries, mut declared) = (Vec::new(), Vec::new());
    for column in &missing {
        let wanted: Vec<&str> = contract.columns.headers(*column).iter().map(String::as_str).collect();
        // A message proposes only names that it may show.
        let near = shown.as_ref().and_then(|_| nearest(&wanted, &free));
        free.retain(|(place, _)| near != Some(*place));
        let name = near.map_or_else(|| "…".to_owned(), |place| toml_name(names[place]));
        let key = contract.columns.key(*column);
        if contract.columns.is_declared(*column) {
            declared.push(message!("ingest-header-of-dimension", name, dimension = key));
        } else {
            entries.push(format!("{key} = \"{name}\""));
        }
    }
    let columns = missing.iter().map(|column| escape_invisible(contract.columns.first_header(*column))).collect();
    ExportFault::ColumnsMissing {
        line: None,
        columns,
        found: names.len(),
        names: shown,
        entries,
        declared,
        section: C::SOURCE,
    }
}
