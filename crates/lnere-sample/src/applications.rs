/*!
Writes the rows of `solicitudes`: an application with its state on the day of an export.
*/

use chrono::NaiveDate;

use super::arrival_plan::{ArrivalPlan, RowArrival};
use super::births::Births;
use super::shape::ApplicationShape;
use super::share::Share;
use super::sheet::{MomentFormat, SampleCell, SampleSheet};
use super::vocabulary::{LabelColumn, Vocabulary};
use super::{RowWriter, unknown_texts};
use lnere_core::calendar::day_number;
use lnere_core::catalog::EntityId;
use lnere_core::process::{Dimension, MAX_DECLARED, RequestColumn, SourceColumn};
use lnere_core::random::{RandomKey, scale};

/// The most columns of a record.
const MAX_COLUMNS: usize = RequestColumn::BUILT_IN.len() + MAX_DECLARED;

/// Everything needed to write any application.
pub(super) struct ApplicationRows {
    plan: ArrivalPlan,
    opens: i32,
    folios: String,
    rejected_folios: String,
    shape: ApplicationShape,
    life: StatusPath,
    /// The columns that the plan allocates.
    axes: Vec<Axis>,
    /// The number of columns of a record.
    columns: usize,
    unknown_statuses: Vec<String>,
    rules: Vec<ApplicationDefect>,
    /// Entities without a vote from abroad in the process.
    outside: Vec<String>,
    keys: Keys,
}

/// A column that the plan allocates.
struct Axis {
    label: LabelColumn,
    target: RequestColumn,
    /// Texts that no list contains.
    unknown: Vec<String>,
    /// The dates of birth of the column, if it holds them.
    births: Option<Births>,
}

struct Keys {
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
    EntityOutside,
}

impl ApplicationRows {
    pub(super) fn new(shape: &ApplicationShape, total: u64, key: RandomKey, words: Vocabulary) -> Self {
        let process = words.process;
        let outside: Vec<String> =
            words.catalogs.entities.ids().filter(|e| !process.entities.contains(e)).map(EntityId::code).collect();
        let mut rules = vec![
            ApplicationDefect::Malformed,
            ApplicationDefect::NoFolio,
            ApplicationDefect::BadDate,
            ApplicationDefect::OutOfPeriod,
            ApplicationDefect::OutOfOrder,
            ApplicationDefect::UnknownEntity,
        ];
        if !outside.is_empty() {
            rules.push(ApplicationDefect::EntityOutside);
        }
        let year = process.opens.format("%Y");
        let births = key.child(8);
        let axis = |(label, number): (LabelColumn, u64)| Axis {
            label,
            target: target(words, label),
            unknown: unknown_texts(words, label),
            births: words.ages(label).map(|bands| Births::new(bands, process.opens, births.child(number))),
        };
        Self {
            plan: ArrivalPlan::new(&shape.curve, &shape.axes, total, key.child(1)),
            opens: day_number(process.opens),
            folios: format!("SINT-{year}-"),
            rejected_folios: format!("SINT-{year}-R"),
            shape: shape.clone(),
            life: StatusPath::new(words, key.child(2)),
            axes: words.of_applications().into_iter().zip(0..).map(axis).collect(),
            columns: process.solicitudes.columns.all().len(),
            unknown_statuses: unknown_texts(words, LabelColumn::Estatus),
            rules,
            outside,
            keys: Keys {
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
    fn cells<'a>(&'a self, index: u64, arrival: &RowArrival, sheet: &'a SampleSheet) -> [SampleCell<'a>; MAX_COLUMNS] {
        let mut cells = [SampleCell::Empty; MAX_COLUMNS];
        let mut put = |column: RequestColumn, cell| cells[column.index()] = cell;
        put(RequestColumn::Folio, SampleCell::Folio { prefix: &self.folios, number: index + 1 });
        for (axis, label) in self.axes.iter().zip(arrival.labels) {
            put(axis.target, self.label(index, axis, label, sheet));
        }
        let step = self.life.step_until(index, arrival, day_number(sheet.day));
        let share = self.shape.unidentified.get(&LabelColumn::Estatus).copied().unwrap_or_default();
        let bits = Self::draw(self.keys.unidentified, index, LabelColumn::Estatus, share);
        put(
            RequestColumn::Estatus,
            match bits {
                Some(bits) => pick(&self.unknown_statuses, bits),
                None => sheet.texts.cell(
                    LabelColumn::Estatus,
                    step.status.into(),
                    self.spelling(index, LabelColumn::Estatus),
                ),
            },
        );

        // The first status always has its second, or no date. An older record of the same folio is
        // then older in every date format.
        let moment = |day, second, form| SampleCell::Moment { day, second, form };
        let forms = [MomentFormat::Day, MomentFormat::Minute, MomentFormat::Offset, MomentFormat::Utc];
        let other = self.shape.shares.other_dates;
        let varied =
            Self::draw(self.keys.dates, index, LabelColumn::Entidad, other).map(|bits| forms[(bits % 4) as usize]);
        let is_new = step.day == arrival.day;
        let unstated =
            is_new && varied.is_none() && Self::draw(self.keys.dates, index, LabelColumn::Pais, other).is_some();
        put(RequestColumn::FechaSolicitud, moment(arrival.day, arrival.second, varied.unwrap_or(MomentFormat::Second)));
        let form = if is_new { MomentFormat::Second } else { varied.unwrap_or(MomentFormat::Second) };
        put(
            RequestColumn::FechaEstatus,
            if unstated { SampleCell::Empty } else { moment(step.day, step.second, form) },
        );
        cells
    }

    fn label<'a>(&'a self, index: u64, axis: &'a Axis, label: u16, sheet: &'a SampleSheet) -> SampleCell<'a> {
        let column = axis.label;
        if column == LabelColumn::Pais && label == 0 {
            return pick(&self.shape.unknown_labels, self.keys.unidentified.draw(!index));
        }
        let share = self.shape.unidentified.get(&column).copied().unwrap_or_default();
        let unidentified = Self::draw(self.keys.unidentified, index, column, share);
        if let Some(births) = &axis.births {
            let birth =
                if unidentified.is_some() { births.without_age(index) } else { Some(births.of_band(index, label)) };
            let moment = |day| SampleCell::Moment { day, second: 0, form: MomentFormat::Day };
            return birth.map_or(SampleCell::Empty, moment);
        }
        match unidentified {
            Some(bits) => pick(&axis.unknown, bits),
            None => sheet.texts.cell(column, label, self.spelling(index, column)),
        }
    }

    fn spelling(&self, index: u64, column: LabelColumn) -> Option<u64> {
        Self::draw(self.keys.spelling, index, column, self.shape.shares.other_spelling)
    }

    /// Random bits for a cell that the share selects.
    fn draw(key: RandomKey, index: u64, column: LabelColumn, share: Share) -> Option<u64> {
        if share == Share::default() {
            return None;
        }
        let bits = column.draw(key, index);
        share.holds(bits).then_some(bits & 0xffff_ffff)
    }

    /// An older record of an application. It has the first status, in the first second of the first
    /// day, so the record to keep is unambiguous.
    fn duplicate<'a>(&'a self, index: u64, sheet: &'a SampleSheet) -> [SampleCell<'a>; MAX_COLUMNS] {
        let arrival = self.plan.arrival(index);
        let mut cells = self.cells(index, &arrival, sheet);
        cells[RequestColumn::Estatus.index()] = sheet.texts.cell(LabelColumn::Estatus, 0, None);
        cells[RequestColumn::FechaEstatus.index()] =
            SampleCell::Moment { day: arrival.day, second: 0, form: MomentFormat::Second };
        cells
    }

    /// The spoiled record of an application; the number of the rejected row selects the rule and
    /// the kind of fault. Only the returned fields are written.
    fn rejected<'a>(&'a self, number: u64, index: u64, sheet: &'a SampleSheet) -> Vec<SampleCell<'a>> {
        let rules = self.rules.len() as u64;
        let (rule, turn) = (self.rules[(number % rules) as usize], number / rules);
        let arrival = self.plan.arrival(index);
        let mut cells = self.cells(index, &arrival, sheet)[..self.columns].to_vec();
        let mut put = |column: RequestColumn, cell| cells[column.index()] = cell;
        let moment = |day| SampleCell::Moment { day, second: 36_000, form: MomentFormat::Second };
        put(RequestColumn::Folio, SampleCell::Folio { prefix: &self.rejected_folios, number: number + 1 });
        match rule {
            ApplicationDefect::Malformed if turn % 2 == 0 => cells.truncate(self.columns - 1),
            ApplicationDefect::Malformed => cells.push(SampleCell::Text("ERROR")),
            ApplicationDefect::NoFolio => put(RequestColumn::Folio, SampleCell::Empty),
            ApplicationDefect::BadDate => match turn % 4 {
                0 => put(RequestColumn::FechaSolicitud, SampleCell::Empty),
                1 => put(RequestColumn::FechaSolicitud, SampleCell::Text("31/02/2021")),
                2 => put(RequestColumn::FechaEstatus, SampleCell::Text("PENDIENTE")),
                _ => put(RequestColumn::FechaSolicitud, SampleCell::Text("0000-00-00")),
            },
            ApplicationDefect::OutOfPeriod if turn % 2 == 0 => {
                put(RequestColumn::FechaSolicitud, moment(self.opens - 1 - (turn % 30) as i32));
            }
            ApplicationDefect::OutOfPeriod => put(RequestColumn::FechaEstatus, moment(arrival.day + 3653)),
            ApplicationDefect::OutOfOrder => {
                put(RequestColumn::FechaEstatus, moment(arrival.day - 1 - (turn % 9) as i32));
            }
            ApplicationDefect::UnknownEntity => {
                let unknown = ["33", "ZZ", "", "99", "NO APLICA"];
                put(RequestColumn::Entidad, SampleCell::Text(unknown[(turn % 5) as usize]));
            }
            ApplicationDefect::EntityOutside => {
                let outside = &self.outside[(turn % self.outside.len() as u64) as usize];
                put(RequestColumn::Entidad, SampleCell::Text(outside));
            }
        }
        cells
    }
}

impl RowWriter for ApplicationRows {
    fn until(&self, day: NaiveDate) -> u64 {
        self.plan.rows_until(day)
    }

    fn write(&self, index: u64, sheet: &SampleSheet, out: &mut Vec<u8>) -> u64 {
        let mut rows = 1;
        let note = sheet.notes().map(|share| (Share::new(share), self.keys.notes.draw(index)));
        let note = note.filter(|(share, bits)| share.holds(*bits)).map(|(_, bits)| bits & 0xffff_ffff);
        sheet.row(&self.cells(index, &self.plan.arrival(index), sheet)[..self.columns], note, out);
        let shares = &self.shape.shares;
        if shares.duplicates.floor_of(index + 1) > shares.duplicates.floor_of(index) {
            let twin = self.keys.duplicates.below(index, index + 1);
            sheet.row(&self.duplicate(twin, sheet)[..self.columns], None, out);
            rows += 1;
        }
        let number = shares.rejected.floor_of(index);
        if shares.rejected.floor_of(index + 1) > number {
            sheet.row(&self.rejected(number, index, sheet), None, out);
            rows += 1;
        }
        rows
    }
}

/// The export column that a label column fills.
fn target(words: Vocabulary, column: LabelColumn) -> RequestColumn {
    match column {
        LabelColumn::Declared(dimension) => words.process.dimension(dimension).source_column,
        LabelColumn::Entidad => RequestColumn::Entidad,
        LabelColumn::Pais | LabelColumn::Representacion => RequestColumn::Pais,
        LabelColumn::Modalidad => RequestColumn::Modalidad,
        LabelColumn::Medio => RequestColumn::Medio,
        LabelColumn::TipoCredencial => RequestColumn::TipoCredencial,
        LabelColumn::Sexo => RequestColumn::Sexo,
        LabelColumn::Estatus => RequestColumn::Estatus,
    }
}

fn pick(texts: &[String], bits: u64) -> SampleCell<'_> {
    match texts.len() as u64 {
        0 => SampleCell::Empty,
        length => SampleCell::Text(&texts[(bits % length) as usize]),
    }
}

/// The statuses of an application during the analysis.
struct StatusPath {
    key: RandomKey,
    analysis: Option<u8>,
    inconsistent: Option<u8>,
    corrected: Option<u8>,
    granted: Option<u8>,
    refused: Option<u8>,
}

#[derive(Clone, Copy)]
struct Step {
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
            analysis: find("EN_ANALISIS"),
            inconsistent: find("CON_INCONSISTENCIA"),
            corrected: find("SUBSANADA"),
            granted: find("PROCEDENTE"),
            refused: find("IMPROCEDENTE"),
        }
    }

    /// The status at the end of a day. A status changes at least a day after the previous one. 18
    /// of 100 applications have an inconsistency, and 96 are granted in the end.
    fn step_until(&self, index: u64, arrival: &RowArrival, until: i32) -> Step {
        let draw = |number: u64, bound: u64| self.key.below(index * 8 + number, bound) as i32;
        let mut step = Step { status: 0, day: arrival.day, second: arrival.second };
        let mut day = arrival.day;
        let mut take = |status: Option<u8>, wait: i32, number: u64| {
            day += wait;
            if let (Some(status), true) = (status, day <= until) {
                let second = 9 * 3600 + scale(self.key.draw(index * 8 + number), 9 * 3600) as u32;
                step = Step { status, day, second };
            }
            day < until
        };
        let mut go = take(self.analysis, 1 + draw(0, 5), 0);
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
