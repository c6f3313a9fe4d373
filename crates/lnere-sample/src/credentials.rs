/*!
Writes the rows of `credenciales`: a trámite with its state on the day of an export.
*/

use std::collections::HashMap;

use chrono::NaiveDate;

use super::RowWriter;
use super::arrival_plan::{ArrivalPlan, RowArrival};
use super::csv_writer::{CsvWriter, MomentFormat, SampleCell};
use super::fixed_point_share::FixedPointShare;
use super::sample_shape::CredentialShape;
use super::vocabulary::{LabelColumn, Vocabulary};
use lnere_core::calendar::day_number;
use lnere_core::process::{CredentialColumn, SourceColumn};
use lnere_core::random::RandomKey;

const COLUMN_COUNT: usize = CredentialColumn::BUILT_IN.len();

/// Everything needed to write any trámite.
pub(super) struct CredentialRows {
    arrival_plan: ArrivalPlan,
    folio_prefix: String,
    rejected_folio_prefix: String,
    shape: CredentialShape,
    office_weights: WeightedLabels,
    office_weights_by_entity: HashMap<u16, WeightedLabels>,
    random_keys: CredentialKeys,
}

struct CredentialKeys {
    office: RandomKey,
    kind: RandomKey,
    dates: RandomKey,
    spelling: RandomKey,
    duplicates: RandomKey,
}

/// Labels with their weights, as cumulative sums.
struct WeightedLabels(Vec<u64>);

impl WeightedLabels {
    fn new(weights: &[u64]) -> Self {
        let sum = |sum: &mut u64, weight: &u64| {
            *sum += weight;
            Some(*sum)
        };
        Self(weights.iter().scan(0, sum).collect())
    }

    fn draw_label(&self, key: RandomKey, index: u64) -> u16 {
        let turned = key.number_below(index, self.0.last().copied().unwrap_or(0));
        u16::try_from(self.0.partition_point(|sum| *sum <= turned)).unwrap_or(0)
    }
}

/// The reason why an additional row is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CredentialDefect {
    Malformed,
    NoFolio,
    BadDate,
    OutOfPeriod,
    OutOfOrder,
    UnknownEntity,
}

const DEFECTS: [CredentialDefect; 6] = [
    CredentialDefect::Malformed,
    CredentialDefect::NoFolio,
    CredentialDefect::BadDate,
    CredentialDefect::OutOfPeriod,
    CredentialDefect::OutOfOrder,
    CredentialDefect::UnknownEntity,
];

impl CredentialRows {
    pub(super) fn new(shape: &CredentialShape, total: u64, key: RandomKey, words: Vocabulary) -> Self {
        let year = words.process.opens.format("%Y");
        Self {
            arrival_plan: ArrivalPlan::new(&shape.curve, &shape.allocated_columns, total, key.child(1)),
            folio_prefix: format!("SINT-C{year}-"),
            rejected_folio_prefix: format!("SINT-C{year}-R"),
            office_weights: WeightedLabels::new(&shape.office_weights),
            office_weights_by_entity: shape
                .office_weights_by_entity
                .iter()
                .map(|(entity, weights)| (*entity, WeightedLabels::new(weights)))
                .collect(),
            shape: shape.clone(),
            random_keys: CredentialKeys {
                office: key.child(2),
                kind: key.child(3),
                dates: key.child(4),
                spelling: key.child(5),
                duplicates: key.child(6),
            },
        }
    }

    /// The accepted record of a trámite.
    fn row_cells<'a>(
        &'a self,
        index: u64,
        arrival: &RowArrival,
        sheet: &'a CsvWriter,
    ) -> [SampleCell<'a>; COLUMN_COUNT] {
        let [entity, sex, ..] = arrival.labels;
        let mut cells = [SampleCell::Empty; COLUMN_COUNT];
        let mut put = |column: CredentialColumn, cell| cells[column.index()] = cell;
        put(CredentialColumn::FolioTramite, SampleCell::Folio { prefix: &self.folio_prefix, number: index + 1 });
        // Offices record the day; one row of four also has the time.
        let form = if self.random_keys.dates.number_below(index * 8 + 6, 4) == 0 {
            MomentFormat::Second
        } else {
            MomentFormat::Day
        };
        let moment = |day, second| SampleCell::Moment { day, second, moment_format: form };
        put(CredentialColumn::FechaTramite, moment(arrival.day, arrival.second));
        put(
            CredentialColumn::Entidad,
            sheet.encoded_texts.label_cell(
                LabelColumn::Entidad,
                entity,
                self.other_spelling_bits(index, LabelColumn::Entidad),
            ),
        );
        put(CredentialColumn::Representacion, self.office_cell(index, entity, sheet));
        put(
            CredentialColumn::Sexo,
            sheet.encoded_texts.label_cell(LabelColumn::Sexo, sex, self.other_spelling_bits(index, LabelColumn::Sexo)),
        );
        let kinds = &self.shape.kind_texts;
        let kind = &kinds[self.random_keys.kind.number_below(index, kinds.len() as u64) as usize];
        put(CredentialColumn::TipoTramite, SampleCell::Text(kind));
        let export_day = day_number(sheet.export_day);
        if let Some((day, second)) =
            self.delivery_day_and_second(index, arrival.day).filter(|(day, _)| *day <= export_day)
        {
            put(CredentialColumn::FechaEntrega, moment(day, second));
            if let Some(day) = self.confirmation_day(index, day).filter(|day| *day <= export_day) {
                let second = 36_000 + self.random_keys.dates.number_below(index * 8 + 7, 36_000) as u32;
                put(CredentialColumn::FechaConfirmacion, moment(day, second));
            }
        }
        cells
    }

    fn office_cell<'a>(&'a self, index: u64, entity: u16, sheet: &'a CsvWriter) -> SampleCell<'a> {
        let bits = self.random_keys.office.draw(!index);
        if self.shape.unknown_office_share.is_selected(bits) {
            let labels = &self.shape.unknown_labels;
            let label = labels.get((bits & 0xffff_ffff) as usize % labels.len().max(1));
            return label.map_or(SampleCell::Empty, |label| SampleCell::Text(label));
        }
        let weighted_offices = self.office_weights_by_entity.get(&entity).unwrap_or(&self.office_weights);
        let office = weighted_offices.draw_label(self.random_keys.office, index);
        sheet.encoded_texts.label_cell(
            LabelColumn::Representacion,
            office,
            self.other_spelling_bits(index, LabelColumn::Representacion),
        )
    }

    fn other_spelling_bits(&self, index: u64, column: LabelColumn) -> Option<u64> {
        let share = self.shape.defect_shares.other_spelling;
        if share == FixedPointShare::default() {
            return None;
        }
        let bits = column.draw_bits(self.random_keys.spelling, index);
        share.is_selected(bits).then_some(bits & 0xffff_ffff)
    }

    /// Most deliveries take three to five weeks, four on average. Of twelve credentials, one is
    /// faster, and one returns to Mexico and is sent again.
    fn delivery_day_and_second(&self, index: u64, day: i32) -> Option<(i32, u32)> {
        let dates = self.random_keys.dates;
        if self.shape.never_delivered_share.is_selected(dates.draw(index * 8)) {
            return None;
        }
        let wait = match dates.number_below(index * 8 + 1, 12) {
            0 => 14 + dates.number_below(index * 8 + 2, 7),
            1 => 36 + dates.number_below(index * 8 + 2, 25),
            _ => 21 + dates.number_below(index * 8 + 2, 8) + dates.number_below(index * 8 + 3, 6),
        };
        Some((day + wait as i32, 32_400 + dates.number_below(index * 8 + 2, 25_000) as u32))
    }

    /// The confirmation follows within six weeks of the delivery, half of them within ten days. It
    /// is never on the same day, so no time can precede the delivery.
    fn confirmation_day(&self, index: u64, delivered: i32) -> Option<i32> {
        let dates = self.random_keys.dates;
        let bits = dates.draw(index * 8 + 4);
        let span = if bits & 1 == 0 { 10 } else { 42 };
        let wait = 1 + dates.number_below(index * 8 + 5, span);
        self.shape.confirmed_share.is_selected(bits).then(|| delivered + wait as i32)
    }

    /// An older record of a trámite: one day earlier, and not yet delivered.
    fn duplicate_cells<'a>(&'a self, index: u64, sheet: &'a CsvWriter) -> [SampleCell<'a>; COLUMN_COUNT] {
        let arrival = self.arrival_plan.arrival(index);
        let mut cells = self.row_cells(index, &arrival, sheet);
        let earlier =
            SampleCell::Moment { day: arrival.day - 1, second: arrival.second, moment_format: MomentFormat::Second };
        cells[CredentialColumn::FechaTramite.index()] = earlier;
        cells[CredentialColumn::FechaEntrega.index()] = SampleCell::Empty;
        cells[CredentialColumn::FechaConfirmacion.index()] = SampleCell::Empty;
        cells
    }

    /// The spoiled record of a trámite; the number of the rejected row selects the rule and the
    /// kind of fault.
    fn rejected_cells<'a>(&'a self, number: u64, index: u64, sheet: &'a CsvWriter) -> Vec<SampleCell<'a>> {
        let rules = DEFECTS.len() as u64;
        let (rule, turn) = (DEFECTS[(number % rules) as usize], number / rules);
        let arrival = self.arrival_plan.arrival(index);
        let mut cells = self.row_cells(index, &arrival, sheet).to_vec();
        let mut put = |column: CredentialColumn, cell| cells[column.index()] = cell;
        let moment = |day| SampleCell::Moment { day, second: 36_000, moment_format: MomentFormat::Second };
        put(
            CredentialColumn::FolioTramite,
            SampleCell::Folio { prefix: &self.rejected_folio_prefix, number: number + 1 },
        );
        match rule {
            CredentialDefect::Malformed if turn % 2 == 0 => cells.truncate(COLUMN_COUNT - 2),
            CredentialDefect::Malformed => cells.push(SampleCell::Text("ERROR")),
            CredentialDefect::NoFolio => put(CredentialColumn::FolioTramite, SampleCell::Empty),
            CredentialDefect::BadDate => match turn % 3 {
                0 => put(CredentialColumn::FechaTramite, SampleCell::Empty),
                1 => put(CredentialColumn::FechaTramite, SampleCell::Text("30/02/2021")),
                _ => put(CredentialColumn::FechaEntrega, SampleCell::Text("SIN FECHA")),
            },
            CredentialDefect::OutOfPeriod => put(CredentialColumn::FechaEntrega, moment(arrival.day + 3653)),
            CredentialDefect::OutOfOrder if turn % 2 == 0 => {
                put(CredentialColumn::FechaEntrega, moment(arrival.day - 1 - (turn % 9) as i32));
            }
            CredentialDefect::OutOfOrder => {
                put(CredentialColumn::FechaEntrega, SampleCell::Empty);
                put(CredentialColumn::FechaConfirmacion, moment(arrival.day));
            }
            CredentialDefect::UnknownEntity => {
                let unknown = ["0", "ZZ", "", "88"];
                put(CredentialColumn::Entidad, SampleCell::Text(unknown[(turn % 4) as usize]));
            }
        }
        cells
    }
}

impl RowWriter for CredentialRows {
    fn rows_until(&self, day: NaiveDate) -> u64 {
        self.arrival_plan.rows_until(day)
    }

    fn write_row(&self, index: u64, sheet: &CsvWriter, out: &mut Vec<u8>) -> u64 {
        let mut rows = 1;
        sheet.write_row(&self.row_cells(index, &self.arrival_plan.arrival(index), sheet), None, out);
        let shares = &self.shape.defect_shares;
        if shares.duplicates.selected_rows_of(index + 1) > shares.duplicates.selected_rows_of(index) {
            let twin = self.random_keys.duplicates.number_below(index, index + 1);
            sheet.write_row(&self.duplicate_cells(twin, sheet), None, out);
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
