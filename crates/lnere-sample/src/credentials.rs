/*!
The rows of `credenciales`: a trámite as it stood on the day of an export.
*/

use std::collections::HashMap;

use chrono::NaiveDate;

use super::Rows;
use super::plan::{Place, Plan};
use super::shape::CredentialShape;
use super::share::Share;
use super::sheet::{Cell, Form, Sheet};
use super::vocabulary::{Column, Vocabulary};
use lnere_core::calendar::day_number;
use lnere_core::process::{CredentialColumn, SourceColumn};
use lnere_core::random::Key;

const COLUMNS: usize = CredentialColumn::ALL.len();

/// Everything needed to write any trámite.
pub(super) struct Credentials {
    plan: Plan,
    folios: String,
    rejected_folios: String,
    shape: CredentialShape,
    offices: Wheel,
    offices_of: HashMap<u16, Wheel>,
    keys: Keys,
}

struct Keys {
    office: Key,
    kind: Key,
    life: Key,
    spelling: Key,
    duplicates: Key,
}

/// Labels by weight, as running sums.
struct Wheel(Vec<u64>);

impl Wheel {
    fn new(weights: &[u64]) -> Self {
        let sum = |sum: &mut u64, weight: &u64| {
            *sum += weight;
            Some(*sum)
        };
        Self(weights.iter().scan(0, sum).collect())
    }

    fn at(&self, key: Key, index: u64) -> u16 {
        let turned = key.below(index, self.0.last().copied().unwrap_or(0));
        u16::try_from(self.0.partition_point(|sum| *sum <= turned)).unwrap_or(0)
    }
}

/// Why a row that comes on top is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    Malformed,
    NoFolio,
    BadDate,
    OutOfPeriod,
    OutOfOrder,
    UnknownEntity,
}

const RULES: [Rule; 6] =
    [Rule::Malformed, Rule::NoFolio, Rule::BadDate, Rule::OutOfPeriod, Rule::OutOfOrder, Rule::UnknownEntity];

impl Credentials {
    pub(super) fn new(shape: &CredentialShape, total: u64, key: Key, words: Vocabulary) -> Self {
        let year = words.process.opens.format("%Y");
        Self {
            plan: Plan::new(&shape.curve, &shape.axes, total, key.child(1)),
            folios: format!("SINT-C{year}-"),
            rejected_folios: format!("SINT-C{year}-R"),
            offices: Wheel::new(&shape.offices),
            offices_of: shape.offices_of.iter().map(|(entity, weights)| (*entity, Wheel::new(weights))).collect(),
            shape: shape.clone(),
            keys: Keys {
                office: key.child(2),
                kind: key.child(3),
                life: key.child(4),
                spelling: key.child(5),
                duplicates: key.child(6),
            },
        }
    }

    /// The accepted record of a trámite.
    fn cells<'a>(&'a self, index: u64, place: &Place, sheet: &'a Sheet) -> [Cell<'a>; COLUMNS] {
        let [entity, sex, ..] = place.labels;
        let mut cells = [Cell::Empty; COLUMNS];
        let mut put = |column: CredentialColumn, cell| cells[column.index()] = cell;
        put(CredentialColumn::FolioTramite, Cell::Folio { prefix: &self.folios, number: index + 1 });
        // Offices note the day; one row of four has the time too.
        let form = if self.keys.life.below(index * 8 + 6, 4) == 0 { Form::Second } else { Form::Day };
        let moment = |day, second| Cell::Moment { day, second, form };
        put(CredentialColumn::FechaTramite, moment(place.day, place.second));
        put(CredentialColumn::Entidad, sheet.texts.cell(Column::Entidad, entity, self.other(index, Column::Entidad)));
        put(CredentialColumn::Representacion, self.office(index, entity, sheet));
        put(CredentialColumn::Sexo, sheet.texts.cell(Column::Sexo, sex, self.other(index, Column::Sexo)));
        let kinds = &self.shape.kinds;
        let kind = &kinds[self.keys.kind.below(index, kinds.len() as u64) as usize];
        put(CredentialColumn::TipoTramite, Cell::Text(kind));
        let until = day_number(sheet.day);
        if let Some((day, second)) = self.delivery(index, place.day).filter(|(day, _)| *day <= until) {
            put(CredentialColumn::FechaEntrega, moment(day, second));
            if let Some(day) = self.confirmation(index, day).filter(|day| *day <= until) {
                let second = 36_000 + self.keys.life.below(index * 8 + 7, 36_000) as u32;
                put(CredentialColumn::FechaConfirmacion, moment(day, second));
            }
        }
        cells
    }

    fn office<'a>(&'a self, index: u64, entity: u16, sheet: &'a Sheet) -> Cell<'a> {
        let bits = self.keys.office.draw(!index);
        if self.shape.unknown_offices.holds(bits) {
            let labels = &self.shape.unknown_labels;
            let label = labels.get((bits & 0xffff_ffff) as usize % labels.len().max(1));
            return label.map_or(Cell::Empty, |label| Cell::Text(label));
        }
        let wheel = self.offices_of.get(&entity).unwrap_or(&self.offices);
        let office = wheel.at(self.keys.office, index);
        sheet.texts.cell(Column::Representacion, office, self.other(index, Column::Representacion))
    }

    fn other(&self, index: u64, column: Column) -> Option<u64> {
        let share = self.shape.shares.other_spelling;
        if share == Share::default() {
            return None;
        }
        let bits = self.keys.spelling.draw(index * Column::ALL.len() as u64 + column as u64);
        share.holds(bits).then_some(bits & 0xffff_ffff)
    }

    /// Most take three to five weeks, four on average; of twelve, one is quicker and one goes back
    /// to Mexico and is sent again.
    fn delivery(&self, index: u64, day: i32) -> Option<(i32, u32)> {
        let life = self.keys.life;
        if self.shape.never_delivered.holds(life.draw(index * 8)) {
            return None;
        }
        let wait = match life.below(index * 8 + 1, 12) {
            0 => 14 + life.below(index * 8 + 2, 7),
            1 => 36 + life.below(index * 8 + 2, 25),
            _ => 21 + life.below(index * 8 + 2, 8) + life.below(index * 8 + 3, 6),
        };
        Some((day + wait as i32, 32_400 + life.below(index * 8 + 2, 25_000) as u32))
    }

    /// Within six weeks of the delivery, half of them within ten days; never on the same day, so
    /// that no clock can put it before the delivery.
    fn confirmation(&self, index: u64, delivered: i32) -> Option<i32> {
        let life = self.keys.life;
        let bits = life.draw(index * 8 + 4);
        let span = if bits & 1 == 0 { 10 } else { 42 };
        let wait = 1 + life.below(index * 8 + 5, span);
        self.shape.confirmed.holds(bits).then(|| delivered + wait as i32)
    }

    /// An older record of a trámite: dated a day earlier, and not delivered yet.
    fn duplicate<'a>(&'a self, index: u64, sheet: &'a Sheet) -> [Cell<'a>; COLUMNS] {
        let place = self.plan.place(index);
        let mut cells = self.cells(index, &place, sheet);
        let earlier = Cell::Moment { day: place.day - 1, second: place.second, form: Form::Second };
        cells[CredentialColumn::FechaTramite.index()] = earlier;
        cells[CredentialColumn::FechaEntrega.index()] = Cell::Empty;
        cells[CredentialColumn::FechaConfirmacion.index()] = Cell::Empty;
        cells
    }

    /// The record of a trámite, spoiled: the number of a rejected row says by which rule and how.
    fn rejected<'a>(&'a self, number: u64, index: u64, sheet: &'a Sheet) -> Vec<Cell<'a>> {
        let rules = RULES.len() as u64;
        let (rule, turn) = (RULES[(number % rules) as usize], number / rules);
        let place = self.plan.place(index);
        let mut cells = self.cells(index, &place, sheet).to_vec();
        let mut put = |column: CredentialColumn, cell| cells[column.index()] = cell;
        let moment = |day| Cell::Moment { day, second: 36_000, form: Form::Second };
        put(CredentialColumn::FolioTramite, Cell::Folio { prefix: &self.rejected_folios, number: number + 1 });
        match rule {
            Rule::Malformed if turn % 2 == 0 => cells.truncate(COLUMNS - 2),
            Rule::Malformed => cells.push(Cell::Text("ERROR")),
            Rule::NoFolio => put(CredentialColumn::FolioTramite, Cell::Empty),
            Rule::BadDate => match turn % 3 {
                0 => put(CredentialColumn::FechaTramite, Cell::Empty),
                1 => put(CredentialColumn::FechaTramite, Cell::Text("30/02/2021")),
                _ => put(CredentialColumn::FechaEntrega, Cell::Text("SIN FECHA")),
            },
            Rule::OutOfPeriod => put(CredentialColumn::FechaEntrega, moment(place.day + 3653)),
            Rule::OutOfOrder if turn % 2 == 0 => {
                put(CredentialColumn::FechaEntrega, moment(place.day - 1 - (turn % 9) as i32));
            }
            Rule::OutOfOrder => {
                put(CredentialColumn::FechaEntrega, Cell::Empty);
                put(CredentialColumn::FechaConfirmacion, moment(place.day));
            }
            Rule::UnknownEntity => {
                let unknown = ["0", "ZZ", "", "88"];
                put(CredentialColumn::Entidad, Cell::Text(unknown[(turn % 4) as usize]));
            }
        }
        cells
    }
}

impl Rows for Credentials {
    fn until(&self, day: NaiveDate) -> u64 {
        self.plan.rows_until(day)
    }

    fn write(&self, index: u64, sheet: &Sheet, out: &mut Vec<u8>) -> u64 {
        let mut rows = 1;
        sheet.row(&self.cells(index, &self.plan.place(index), sheet), None, out);
        let shares = &self.shape.shares;
        if shares.duplicates.marked(index + 1) > shares.duplicates.marked(index) {
            let twin = self.keys.duplicates.below(index, index + 1);
            sheet.row(&self.duplicate(twin, sheet), None, out);
            rows += 1;
        }
        let number = shares.rejected.marked(index);
        if shares.rejected.marked(index + 1) > number {
            sheet.row(&self.rejected(number, index, sheet), None, out);
            rows += 1;
        }
        rows
    }
}
