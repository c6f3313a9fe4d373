/*!
Writes the rows of `solicitudes`: an application with its state on the day of an export.
*/

use chrono::NaiveDate;

use super::arrival_plan::{ArrivalPlan, RowArrival};
use super::birth_dates::BirthGenerator;
use super::csv_writer::{CsvWriter, MomentFormat, SampleCell};
use super::fixed_point_share::FixedPointShare;
use super::sample_shape::ApplicationShape;
use super::vocabulary::{LabelColumn, Vocabulary};
use super::{RowWriter, texts_without_label};
use lnere_core::calendar::day_number;
use lnere_core::catalog::EntityId;
use lnere_core::process::{ApplicationColumn, Dimension, MAX_DECLARED_DIMENSIONS, SourceColumn};
use lnere_core::random::{RandomKey, scale_bits_below};

/// The most columns of a record.
const MAX_COLUMNS: usize = ApplicationColumn::BUILT_IN.len() + MAX_DECLARED_DIMENSIONS;

/// Everything needed to write any application.
pub(super) struct ApplicationRows {
    arrival_plan: ArrivalPlan,
    opening_day: i32,
    folio_prefix: String,
    rejected_folio_prefix: String,
    shape: ApplicationShape,
    status_path: StatusPath,
    /// The columns that the plan allocates.
    planned_columns: Vec<PlannedColumn>,
    /// The number of columns of a record.
    column_count: usize,
    unknown_status_texts: Vec<String>,
    defects: Vec<ApplicationDefect>,
    /// Entities without a vote from abroad in the process.
    entities_without_vote: Vec<String>,
    random_keys: ApplicationKeys,
}

/// A column that the plan allocates.
struct PlannedColumn {
    label_column: LabelColumn,
    export_column: ApplicationColumn,
    /// Texts that no list contains.
    unknown_texts: Vec<String>,
    /// The dates of birth of the column, if it holds them.
    birth_generator: Option<BirthGenerator>,
}

struct ApplicationKeys {
    spelling: RandomKey,
    dates: RandomKey,
    unidentified: RandomKey,
    duplicates: RandomKey,
    notes: RandomKey,
}

/// The reason why an additional row is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ApplicationDefect {
    Malformed,
    NoFolio,
    BadDate,
    OutOfPeriod,
    OutOfOrder,
    UnknownEntity,
    EntityWithoutVote,
}

impl ApplicationRows {
    pub(super) fn new(shape: &ApplicationShape, total: u64, key: RandomKey, words: Vocabulary) -> Self {
        let process = words.process;
        let entities_without_vote: Vec<String> =
            words.catalogs.entities.ids().filter(|e| !process.entities.contains(e)).map(EntityId::code).collect();
        let mut defects = vec![
            ApplicationDefect::Malformed,
            ApplicationDefect::NoFolio,
            ApplicationDefect::BadDate,
            ApplicationDefect::OutOfPeriod,
            ApplicationDefect::OutOfOrder,
            ApplicationDefect::UnknownEntity,
        ];
        if !entities_without_vote.is_empty() {
            defects.push(ApplicationDefect::EntityWithoutVote);
        }
        let year = process.opens.format("%Y");
        let births = key.child(8);
        let axis = |(label, number): (LabelColumn, u64)| PlannedColumn {
            label_column: label,
            export_column: export_column_of(words, label),
            unknown_texts: texts_without_label(words, label),
            birth_generator: words
                .age_bands(label)
                .map(|bands| BirthGenerator::new(bands, process.opens, births.child(number))),
        };
        Self {
            arrival_plan: ArrivalPlan::new(&shape.curve, &shape.allocated_columns, total, key.child(1)),
            opening_day: day_number(process.opens),
            folio_prefix: format!("SINT-{year}-"),
            rejected_folio_prefix: format!("SINT-{year}-R"),
            shape: shape.clone(),
            status_path: StatusPath::new(words, key.child(2)),
            planned_columns: words.application_columns().into_iter().zip(0..).map(axis).collect(),
            column_count: process.solicitudes_contract.columns.all().len(),
            unknown_status_texts: texts_without_label(words, LabelColumn::Estatus),
            defects,
            entities_without_vote,
            random_keys: ApplicationKeys {
                spelling: key.child(3),
                dates: key.child(4),
                unidentified: key.child(5),
                duplicates: key.child(6),
                notes: key.child(7),
            },
        }
    }

    /// The accepted record of an application; only the first cells count if a record has fewer
    /// columns.
    fn row_cells<'a>(
        &'a self,
        index: u64,
        arrival: &RowArrival,
        sheet: &'a CsvWriter,
    ) -> [SampleCell<'a>; MAX_COLUMNS] {
        let mut cells = [SampleCell::Empty; MAX_COLUMNS];
        let mut put = |column: ApplicationColumn, cell| cells[column.index()] = cell;
        put(ApplicationColumn::Folio, SampleCell::Folio { prefix: &self.folio_prefix, number: index + 1 });
        for (axis, label) in self.planned_columns.iter().zip(arrival.labels) {
            put(axis.export_column, self.label_cell(index, axis, label, sheet));
        }
        let step = self.status_path.status_change_by(index, arrival, day_number(sheet.export_day));
        let share = self.shape.unidentified_shares.get(&LabelColumn::Estatus).copied().unwrap_or_default();
        let bits = Self::random_bits_if_selected(self.random_keys.unidentified, index, LabelColumn::Estatus, share);
        put(
            ApplicationColumn::Estatus,
            match bits {
                Some(bits) => pick_text(&self.unknown_status_texts, bits),
                None => sheet.encoded_texts.label_cell(
                    LabelColumn::Estatus,
                    step.status.into(),
                    self.other_spelling_bits(index, LabelColumn::Estatus),
                ),
            },
        );

        // The first status always has its second, or no date. An older record of the same folio is
        // then older in every date format.
        let moment = |day, second, form| SampleCell::Moment { day, second, moment_format: form };
        let forms = [MomentFormat::Day, MomentFormat::Minute, MomentFormat::Offset, MomentFormat::Utc];
        let other = self.shape.defect_shares.other_dates;
        let varied = Self::random_bits_if_selected(self.random_keys.dates, index, LabelColumn::Entidad, other)
            .map(|bits| forms[(bits % 4) as usize]);
        let is_new = step.day == arrival.day;
        let unstated = is_new
            && varied.is_none()
            && Self::random_bits_if_selected(self.random_keys.dates, index, LabelColumn::Pais, other).is_some();
        put(
            ApplicationColumn::FechaSolicitud,
            moment(arrival.day, arrival.second, varied.unwrap_or(MomentFormat::Second)),
        );
        let form = if is_new { MomentFormat::Second } else { varied.unwrap_or(MomentFormat::Second) };
        put(
            ApplicationColumn::FechaEstatus,
            if unstated { SampleCell::Empty } else { moment(step.day, step.second, form) },
        );
        cells
    }

    fn label_cell<'a>(
        &'a self,
        index: u64,
        axis: &'a PlannedColumn,
        label: u16,
        sheet: &'a CsvWriter,
    ) -> SampleCell<'a> {
        let column = axis.label_column;
        if column == LabelColumn::Pais && label == 0 {
            return pick_text(&self.shape.unknown_labels, self.random_keys.unidentified.draw(!index));
        }
        let share = self.shape.unidentified_shares.get(&column).copied().unwrap_or_default();
        let unidentified = Self::random_bits_if_selected(self.random_keys.unidentified, index, column, share);
        if let Some(births) = &axis.birth_generator {
            let birth = if unidentified.is_some() {
                births.birth_without_age(index)
            } else {
                Some(births.birth_in_band(index, label))
            };
            let moment = |day| SampleCell::Moment { day, second: 0, moment_format: MomentFormat::Day };
            return birth.map_or(SampleCell::Empty, moment);
        }
        match unidentified {
            Some(bits) => pick_text(&axis.unknown_texts, bits),
            None => sheet.encoded_texts.label_cell(column, label, self.other_spelling_bits(index, column)),
        }
    }

    fn other_spelling_bits(&self, index: u64, column: LabelColumn) -> Option<u64> {
        Self::random_bits_if_selected(self.random_keys.spelling, index, column, self.shape.defect_shares.other_spelling)
    }

    /// Random bits for a cell that the share selects.
    fn random_bits_if_selected(key: RandomKey, index: u64, column: LabelColumn, share: FixedPointShare) -> Option<u64> {
        if share == FixedPointShare::default() {
            return None;
        }
        let bits = column.draw_bits(key, index);
        share.is_selected(bits).then_some(bits & 0xffff_ffff)
    }

    /// An older record of an application. It has the first status, in the first second of the first
    /// day, so the record to keep is unambiguous.
    fn duplicate_cells<'a>(&'a self, index: u64, sheet: &'a CsvWriter) -> [SampleCell<'a>; MAX_COLUMNS] {
        let arrival = self.arrival_plan.arrival(index);
        let mut cells = self.row_cells(index, &arrival, sheet);
        cells[ApplicationColumn::Estatus.index()] = sheet.encoded_texts.label_cell(LabelColumn::Estatus, 0, None);
        cells[ApplicationColumn::FechaEstatus.index()] =
            SampleCell::Moment { day: arrival.day, second: 0, moment_format: MomentFormat::Second };
        cells
    }

    /// The spoiled record of an application; the number of the rejected row selects the rule and
    /// the kind of fault. Only the returned fields are written.
    fn rejected_cells<'a>(&'a self, number: u64, index: u64, sheet: &'a CsvWriter) -> Vec<SampleCell<'a>> {
        let rules = self.defects.len() as u64;
        let (rule, turn) = (self.defects[(number % rules) as usize], number / rules);
        let arrival = self.arrival_plan.arrival(index);
        let mut cells = self.row_cells(index, &arrival, sheet)[..self.column_count].to_vec();
        let mut put = |column: ApplicationColumn, cell| cells[column.index()] = cell;
        let moment = |day| SampleCell::Moment { day, second: 36_000, moment_format: MomentFormat::Second };
        put(ApplicationColumn::Folio, SampleCell::Folio { prefix: &self.rejected_folio_prefix, number: number + 1 });
        match rule {
            ApplicationDefect::Malformed if turn % 2 == 0 => cells.truncate(self.column_count - 1),
            ApplicationDefect::Malformed => cells.push(SampleCell::Text("ERROR")),
            ApplicationDefect::NoFolio => put(ApplicationColumn::Folio, SampleCell::Empty),
            ApplicationDefect::BadDate => match turn % 4 {
                0 => put(ApplicationColumn::FechaSolicitud, SampleCell::Empty),
                1 => put(ApplicationColumn::FechaSolicitud, SampleCell::Text("31/02/2021")),
                2 => put(ApplicationColumn::FechaEstatus, SampleCell::Text("PENDIENTE")),
                _ => put(ApplicationColumn::FechaSolicitud, SampleCell::Text("0000-00-00")),
            },
            ApplicationDefect::OutOfPeriod if turn % 2 == 0 => {
                put(ApplicationColumn::FechaSolicitud, moment(self.opening_day - 1 - (turn % 30) as i32));
            }
            ApplicationDefect::OutOfPeriod => put(ApplicationColumn::FechaEstatus, moment(arrival.day + 3653)),
            ApplicationDefect::OutOfOrder => {
                put(ApplicationColumn::FechaEstatus, moment(arrival.day - 1 - (turn % 9) as i32));
            }
            ApplicationDefect::UnknownEntity => {
                let unknown = ["33", "ZZ", "", "99", "NO APLICA"];
                put(ApplicationColumn::Entidad, SampleCell::Text(unknown[(turn % 5) as usize]));
            }
            ApplicationDefect::EntityWithoutVote => {
                let outside = &self.entities_without_vote[(turn % self.entities_without_vote.len() as u64) as usize];
                put(ApplicationColumn::Entidad, SampleCell::Text(outside));
            }
        }
        cells
    }
}

impl RowWriter for ApplicationRows {
    fn rows_until(&self, day: NaiveDate) -> u64 {
        self.arrival_plan.rows_until(day)
    }

    fn write_row(&self, index: u64, sheet: &CsvWriter, out: &mut Vec<u8>) -> u64 {
        let mut rows = 1;
        let note = sheet.note_share().map(|share| (FixedPointShare::new(share), self.random_keys.notes.draw(index)));
        let note = note.filter(|(share, bits)| share.is_selected(*bits)).map(|(_, bits)| bits & 0xffff_ffff);
        sheet.write_row(
            &self.row_cells(index, &self.arrival_plan.arrival(index), sheet)[..self.column_count],
            note,
            out,
        );
        let shares = &self.shape.defect_shares;
        if shares.duplicates.selected_rows_of(index + 1) > shares.duplicates.selected_rows_of(index) {
            let twin = self.random_keys.duplicates.number_below(index, index + 1);
            sheet.write_row(&self.duplicate_cells(twin, sheet)[..self.column_count], None, out);
            rows += 1;
        }
        let number = shares.rejected.selected_rows_of(index);
        if shares.rejected.selected_rows_of(index + 1) > number {
            sheet.write_row(&self.rejected_cells(number, index, sheet), None, out);
            rows += 1;
        }
        rows
    }
}

/// The export column that a label column fills.
fn export_column_of(words: Vocabulary, column: LabelColumn) -> ApplicationColumn {
    match column {
        LabelColumn::Declared(dimension) => words.process.dimension(dimension).source_column,
        LabelColumn::Entidad => ApplicationColumn::Entidad,
        LabelColumn::Pais | LabelColumn::Representacion => ApplicationColumn::Pais,
        LabelColumn::Modalidad => ApplicationColumn::Modalidad,
        LabelColumn::Medio => ApplicationColumn::Medio,
        LabelColumn::TipoCredencial => ApplicationColumn::TipoCredencial,
        LabelColumn::Sexo => ApplicationColumn::Sexo,
        LabelColumn::Estatus => ApplicationColumn::Estatus,
    }
}

fn pick_text(texts: &[String], bits: u64) -> SampleCell<'_> {
    match texts.len() as u64 {
        0 => SampleCell::Empty,
        length => SampleCell::Text(&texts[(bits % length) as usize]),
    }
}

/// The statuses of an application during the analysis.
struct StatusPath {
    key: RandomKey,
    in_analysis: Option<u8>,
    inconsistent: Option<u8>,
    corrected: Option<u8>,
    granted: Option<u8>,
    refused: Option<u8>,
}

#[derive(Clone, Copy)]
struct StatusChange {
    status: u8,
    day: i32,
    second: u32,
}

impl StatusPath {
    /// Skips a status that the process does not have. Each application begins with the first status
    /// of the list.
    fn new(words: Vocabulary, key: RandomKey) -> Self {
        let find = |code| words.process.categories(Dimension::ESTATUS).find(code).filter(|status| *status > 0);
        Self {
            key,
            in_analysis: find("EN_ANALISIS"),
            inconsistent: find("CON_INCONSISTENCIA"),
            corrected: find("SUBSANADA"),
            granted: find("PROCEDENTE"),
            refused: find("IMPROCEDENTE"),
        }
    }

    /// The status at the end of a day. A status changes at least a day after the previous one. 18
    /// of 100 applications have an inconsistency, and 96 are granted in the end.
    fn status_change_by(&self, index: u64, arrival: &RowArrival, export_day: i32) -> StatusChange {
        let draw = |number: u64, bound: u64| self.key.number_below(index * 8 + number, bound) as i32;
        let mut step = StatusChange { status: 0, day: arrival.day, second: arrival.second };
        let mut day = arrival.day;
        let mut take = |status: Option<u8>, wait: i32, number: u64| {
            day += wait;
            if let (Some(status), true) = (status, day <= export_day) {
                let second = 9 * 3600 + scale_bits_below(self.key.draw(index * 8 + number), 9 * 3600) as u32;
                step = StatusChange { status, day, second };
            }
            day < export_day
        };
        let mut go = take(self.in_analysis, 1 + draw(0, 5), 0);
        if go && draw(1, 100) < 18 {
            go = take(self.inconsistent, 2 + draw(2, 9), 2);
            if go && draw(3, 100) < 80 {
                if take(self.corrected, 3 + draw(4, 16), 4) {
                    let outcome = if draw(5, 100) < 97 { self.granted } else { self.refused };
                    take(outcome, 2 + draw(6, 8), 6);
                }
            } else if go {
                take(self.refused, 20 + draw(5, 11), 5);
            }
        } else if go {
            take(self.granted, 3 + draw(2, 19), 2);
        }
        step
    }
}
