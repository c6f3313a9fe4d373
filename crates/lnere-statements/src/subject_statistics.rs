/*!
Computes the statistics of one subject from the tables of a release.
*/

use chrono::{Days, NaiveDate};
use lnere_core::calendar::{Corte, Quincena};
use lnere_core::catalog::Catalogs;
use lnere_core::column_names;
use lnere_core::process::{Dimension, MilestoneKind, Process};
use lnere_tables::dictionary::APPLICATION_MEASURES;
use lnere_tables::{ColumnError, GroupSums, Table, TableRows, sort_by_rank};

use crate::statistics::{MIN_SHARE_BASE, Situation, Statistics};

/// The last weeks of registration begin this many days before the close.
const LAST_WEEKS_DAYS: i64 = 21;
/// The code of the nation in tables that have rows of the nation beside those of entities.
const NATION_CODE: &str = "00";
/// The days at the end of registration that [`Statistics`] compares with the rest.
const LAST_DAYS: u64 = 10;

/// Computes the statistics of an entity by its two-digit code, or of the nation (`None`).
///
/// The tables may be those of a release or those that the subject may see; the statistics of an
/// entity use its own rows and totals of entities alone. A table that is absent gives no statistic.
/// Without any table only names and days remain, as for public texts.
///
/// # Errors
/// A table lacks a column, or has it with another type.
pub fn subject_statistics(
    process: &Process,
    catalogs: &Catalogs,
    corte: Corte,
    tables: &[Table],
    entity_code: Option<&str>,
) -> Result<Statistics, ColumnError> {
    let source = SubjectTables { process, corte: corte.day(), tables, entity_code };
    let mut statistics = Statistics::default();
    source.add_names_and_days(catalogs, &mut statistics);
    source.add_applications(&mut statistics)?;
    source.add_pace(&mut statistics)?;
    source.add_last_days(&mut statistics)?;
    source.add_rank(&mut statistics)?;
    source.add_statuses(&mut statistics)?;
    source.add_countries(&mut statistics)?;
    source.add_credentials(&mut statistics)?;
    source.add_projection(&mut statistics)?;
    source.add_voting_needs(&mut statistics)?;
    source.add_goal(&mut statistics)?;
    source.add_last_process(&mut statistics)?;
    Ok(statistics)
}

struct SubjectTables<'a> {
    process: &'a Process,
    corte: NaiveDate,
    tables: &'a [Table],
    entity_code: Option<&'a str>,
}

impl<'a> SubjectTables<'a> {
    fn table(&self, name: &str) -> Option<&'a Table> {
        self.tables.iter().find(|table| table.name == name)
    }

    /// The rows of the subject in a table by entity; `None` if there is none.
    fn rows(&self, name: &str) -> Result<Option<TableRows<'a>>, ColumnError> {
        let Some(table) = self.table(name) else { return Ok(None) };
        let rows = TableRows::of_entity(table, self.entity_code)?;
        Ok(Some(rows).filter(|rows| !rows.is_empty()))
    }

    fn closes(&self) -> NaiveDate {
        self.process.close_known_on(self.corte)
    }

    fn add_names_and_days(&self, catalogs: &Catalogs, statistics: &mut Statistics) {
        let (process, corte, closes) = (self.process, self.corte, self.closes());
        let entities = &catalogs.entities;
        if let Some(entity) = self.entity_code.and_then(|code| entities.by_code(code)) {
            statistics.set_text("subject", entities.name(entity));
            statistics.set_text("of_subject", entities.genitive(entity));
            statistics.set_situation(Situation::Entity);
        } else {
            statistics.set_text("subject", "Nacional");
            statistics.set_situation(Situation::Nation);
        }
        statistics.set_text("process", process.title.as_str());
        statistics.set_count("entities", as_count(process.entities.len()));
        statistics.set_day("corte", corte);
        statistics.set_day("opens", process.opens);
        statistics.set_day("closes", closes);
        statistics.set_day("election_day", process.election_day);
        if let Some(previous) = self.previous_quincena() {
            statistics.set_day("previous_corte", previous.corte().day());
        }
        let days_left = (closes - corte).num_days();
        if corte < process.opens {
            statistics.set_situation(Situation::NotOpen);
        } else if days_left > 0 {
            statistics.set_situation(Situation::Open);
            statistics.set_count("days_left", days_left);
            if days_left <= LAST_WEEKS_DAYS {
                statistics.set_situation(Situation::LastWeeks);
            }
        } else {
            statistics.set_situation(Situation::Closed);
        }
        if process.election_day > corte {
            statistics.set_situation(Situation::BeforeElection);
        }
        let deadlines = process
            .dashboard
            .milestones
            .iter()
            .filter(|milestone| milestone.kind == MilestoneKind::Plazo && milestone.milestone_day > corte);
        if let Some(next) = deadlines.min_by_key(|milestone| milestone.milestone_day) {
            statistics.set_text("next_deadline", next.label.as_str());
            statistics.set_day("next_deadline_day", next.milestone_day);
        }
    }

    /// The quincena before, if registration was open in it.
    fn previous_quincena(&self) -> Option<Quincena> {
        let first_day = Quincena::containing(self.corte).first_day();
        let previous = Quincena::containing(first_day.pred_opt()?);
        (previous.corte().day() >= self.process.opens).then_some(previous)
    }

    fn add_applications(&self, statistics: &mut Statistics) -> Result<(), ColumnError> {
        let Some(rows) = self.rows("lnere_por_entidad")? else { return Ok(()) };
        let sums = rows.sums(&APPLICATION_MEASURES)?;
        let (in_quincena, applications) = (sums[0], sums[1]);
        statistics.set_count("in_quincena", in_quincena);
        statistics.set_count("applications", applications);
        statistics.set_count("applications_before", applications - in_quincena);
        match applications {
            0 => statistics.set_situation(Situation::None),
            count if count < MIN_SHARE_BASE => statistics.set_situation(Situation::Few),
            _ => {}
        }
        Ok(())
    }

    /// The pace per day on which registration was open, so that quincenas of other lengths and the
    /// one of the close compare.
    fn add_pace(&self, statistics: &mut Statistics) -> Result<(), ColumnError> {
        let Some(rows) = self.rows("lnere_serie")? else { return Ok(()) };
        let by_day = rows.sums_by_day(column_names::QUINCENA, &[column_names::SOLICITUDES_QUINCENA])?;
        let in_quincena = |quincena: Quincena| {
            let count = *by_day.get(&quincena.corte().day())?.first()?;
            let first = quincena.first_day().max(self.process.opens);
            let last = quincena.corte().day().min(self.closes());
            let open_days = (last - first).num_days() + 1;
            (open_days > 0).then_some((count, open_days))
        };
        let now = in_quincena(Quincena::containing(self.corte));
        let before = self.previous_quincena().and_then(in_quincena);
        if let Some((count, days)) = now {
            statistics.set_count("per_day", rounded_quotient(count, days));
        }
        if let Some((count, days)) = before {
            statistics.set_count("in_previous_quincena", count);
            // Equal numbers beside a change in per cent would contradict it.
            let per_day = rounded_quotient(count, days);
            if statistics.count("per_day") != Some(per_day) {
                statistics.set_count("per_day_before", per_day);
            }
        }
        if let (Some((count, days)), Some((count_before, days_before))) = (now, before)
            && count >= MIN_SHARE_BASE
            && count_before >= MIN_SHARE_BASE
        {
            let (pace, pace_before) = (count * days_before, count_before * days);
            match rounded_quotient((pace - pace_before) * 100, pace_before) {
                rise if rise > 0 => statistics.set_percent("pace_rise", rise),
                fall if fall < 0 => statistics.set_percent("pace_fall", -fall),
                _ => {}
            }
        }
        Ok(())
    }

    /// What came in the last days of registration, once it has closed.
    fn add_last_days(&self, statistics: &mut Statistics) -> Result<(), ColumnError> {
        let closes = self.closes();
        let Some(first) = closes.checked_sub_days(Days::new(LAST_DAYS - 1)) else { return Ok(()) };
        if self.corte < closes || first <= self.process.opens {
            return Ok(());
        }
        let Some(rows) = self.rows("lnere_diario")? else { return Ok(()) };
        let by_day = rows.sums_by_day(column_names::FECHA, &[column_names::SOLICITUDES])?;
        let sum = |from: NaiveDate| by_day.range(from..).filter_map(|(_, sums)| sums.first()).sum::<i64>();
        statistics.set_share("last_ten_days", sum(first), sum(NaiveDate::MIN));
        Ok(())
    }

    fn add_rank(&self, statistics: &mut Statistics) -> Result<(), ColumnError> {
        let Some(table) = self.table("lnere_por_entidad") else { return Ok(()) };
        let keys = [column_names::CVE_ENTIDAD, column_names::ENTIDAD];
        let mut groups = TableRows::all(table).sums_by(&keys, &[column_names::SOLICITUDES_ACUMULADAS])?;
        if groups.len() < 2 {
            return Ok(());
        }
        sort_by_rank(&mut groups, 0);
        let total: i64 = groups.iter().map(|group| group.sums[0]).sum();
        if let Some(first) = sole_largest(&groups) {
            statistics.set_text("first_entity", first.key[1].as_str());
            statistics.set_share("first_entity_share", first.sums[0], total);
        }
        let own = groups.iter().find(|group| Some(group.key[0].as_str()) == self.entity_code);
        if let Some(own) = own {
            let larger = groups.iter().filter(|group| group.is_identified && group.sums[0] > own.sums[0]).count();
            statistics.set_count("rank", as_count(larger + 1));
            statistics.set_share("share_of_nation", own.sums[0], total);
        }
        Ok(())
    }

    fn add_statuses(&self, statistics: &mut Statistics) -> Result<(), ColumnError> {
        let Some(rows) = self.rows("lnere_estatus_cambios")? else { return Ok(()) };
        let measures = [column_names::ANTERIOR, column_names::ACTUAL];
        let groups = rows.sums_by(&[column_names::ESTATUS], &measures)?;
        let list = self.process.categories(Dimension::ESTATUS);
        let is_one_of = |code: &str, indices: &[u8]| indices.iter().any(|index| list.code(*index) == code);
        let sums = |keep: &dyn Fn(&str) -> bool| {
            let kept = groups.iter().filter(|group| keep(&group.key[0]));
            kept.fold((0, 0), |(before, now), group| (before + group.sums[0], now + group.sums[1]))
        };
        let (_, total) = sums(&|_| true);
        if let Some(plan) = &self.process.projection {
            let (accepted_before, accepted) = sums(&|code| is_one_of(code, &plan.accepted_statuses));
            let (refused_before, refused) = sums(&|code| is_one_of(code, &plan.refused_statuses));
            let undecided = total - accepted - refused;
            statistics.set_count("accepted", accepted);
            statistics.set_count("refused", refused);
            statistics.set_count("undecided", undecided);
            statistics.set_share("accepted_share", accepted, total);
            statistics.set_share("undecided_share", undecided, total);
            statistics.set_count("accepted_change", accepted - accepted_before);
            statistics.set_count("refused_change", refused - refused_before);
        }
        let awaits_citizen =
            |code: &str| list.categories().iter().any(|category| category.awaits_citizen && category.code == code);
        if list.categories().iter().any(|category| category.awaits_citizen) {
            statistics.set_count("awaiting_citizens", sums(&awaits_citizen).1);
        }
        let largest_change = groups.iter().map(|group| (group.sums[1] - group.sums[0]).abs()).max().unwrap_or(0);
        let mut moved = groups.iter().filter(|group| (group.sums[1] - group.sums[0]).abs() == largest_change);
        if let (Some(group), None) = (moved.next(), moved.next()) {
            let category = list.categories().iter().find(|category| category.code == group.key[0]);
            if let Some(category) = category.filter(|_| largest_change > 0) {
                statistics.set_text("moved_status", category.label.as_str());
                statistics.set_count("moved_from", group.sums[0]);
                statistics.set_count("moved_to", group.sums[1]);
                statistics.set_count("moved_change", group.sums[1] - group.sums[0]);
            }
        }
        Ok(())
    }

    fn add_countries(&self, statistics: &mut Statistics) -> Result<(), ColumnError> {
        let Some(rows) = self.rows("lnere_por_pais")? else { return Ok(()) };
        let keys = [column_names::CVE_PAIS, column_names::PAIS];
        let mut groups = rows.sums_by(&keys, &[column_names::SOLICITUDES_ACUMULADAS])?;
        sort_by_rank(&mut groups, 0);
        let total: i64 = groups.iter().map(|group| group.sums[0]).sum();
        let identified: Vec<GroupSums> = groups.into_iter().filter(|group| group.is_identified).collect();
        statistics.set_count("countries", as_count(identified.iter().filter(|group| group.sums[0] > 0).count()));
        if let Some(first) = sole_largest(&identified) {
            statistics.set_text("first_country", first.key[1].as_str());
            statistics.set_share("first_country_share", first.sums[0], total);
        }
        Ok(())
    }

    fn add_credentials(&self, statistics: &mut Statistics) -> Result<(), ColumnError> {
        let Some(rows) = self.rows("credenciales_por_entidad")? else { return Ok(()) };
        let sums = rows.sums(&[column_names::TRAMITADAS_ACUMULADAS, column_names::ENTREGADAS_ACUMULADAS])?;
        statistics.set_count("credentials", sums[0]);
        statistics.set_count("credentials_delivered", sums[1]);
        Ok(())
    }

    fn add_projection(&self, statistics: &mut Statistics) -> Result<(), ColumnError> {
        let own_rows = match self.entity_code {
            Some(_) => self.rows("proyeccion_lnere_entidad")?,
            None => self.table("proyeccion_lnere_nacional").map(TableRows::all),
        };
        let Some(rows) = own_rows else { return Ok(()) };
        let universes: Vec<String> = rows.values(column_names::UNIVERSO)?;
        let bounds = [column_names::INFERIOR_90, column_names::MEDIANA, column_names::SUPERIOR_90];
        let [low, median, high]: [Vec<i64>; 3] =
            [rows.values(bounds[0])?, rows.values(bounds[1])?, rows.values(bounds[2])?];
        for (row, universe) in universes.iter().enumerate() {
            let names = match universe.as_str() {
                "lnere" => ["expected_list_low", "expected_list", "expected_list_high"],
                // After the close the applications are counted, and nothing is expected.
                "solicitudes" if self.corte < self.closes() => {
                    ["expected_applications_low", "expected_applications", "expected_applications_high"]
                }
                _ => continue,
            };
            for (name, value) in names.into_iter().zip([low[row], median[row], high[row]]) {
                statistics.set_count(name, value);
            }
        }
        Ok(())
    }

    /// The rows of the subject in a table that has rows of the nation too.
    fn rows_with_nation(&self, name: &str) -> Result<Option<TableRows<'a>>, ColumnError> {
        let Some(table) = self.table(name) else { return Ok(None) };
        let rows = TableRows::of_entity(table, Some(self.entity_code.unwrap_or(NATION_CODE)))?;
        Ok(Some(rows).filter(|rows| !rows.is_empty()))
    }

    fn add_goal(&self, statistics: &mut Statistics) -> Result<(), ColumnError> {
        let Some(rows) = self.rows_with_nation("metas")? else { return Ok(()) };
        let goal = rows.sums(&[column_names::META])?[0];
        statistics.set_count("goal", goal);
        if let Some(applications) = statistics.count("applications") {
            statistics.set_share("goal_share", applications, goal);
            if applications > goal {
                statistics.set_count("goal_excess", applications - goal);
            }
        }
        Ok(())
    }

    /// The last earlier process, at its close and at the same days to the close.
    fn add_last_process(&self, statistics: &mut Statistics) -> Result<(), ColumnError> {
        let Some(table) = self.table("comparativo") else { return Ok(()) };
        let code = self.entity_code.unwrap_or(NATION_CODE);
        let Some(last) = last_earlier_process(table, &self.process.id, &[code])? else { return Ok(()) };
        let rows = TableRows::of_entity(table, Some(code))?.with_value(column_names::PROCESO, &last)?;
        let days: Vec<i64> = rows.values(column_names::DIAS_AL_CIERRE)?;
        let counts: Vec<i64> = rows.values(column_names::SOLICITUDES_ACUMULADAS)?;
        let row_at = |wanted: i64| days.iter().position(|day| *day == wanted);
        let Some(close_row) = row_at(0) else { return Ok(()) };
        let at_close = counts[close_row];
        if let Some(title) = rows.values::<String>(column_names::TITULO)?.first() {
            statistics.set_text("last_process", title.as_str());
        }
        if let Some(counted) = rows.values::<String>(column_names::QUE_CUENTA)?.first() {
            statistics.set_text("last_process_counted", counted.as_str());
        }
        statistics.set_count("last_process_final", at_close);
        // Counts of all entities together are not compared: another process had other entities.
        if self.entity_code.is_some() {
            // Accepted applications are compared with accepted ones.
            let counts_accepted_only = rows.values::<Option<i64>>(column_names::LISTA_ACUMULADA)?[close_row].is_some();
            let own_count = statistics.count(if counts_accepted_only { "accepted" } else { "applications" });
            if let Some(own_count) = own_count {
                if counts_accepted_only {
                    statistics.set_count("last_process_accepted", own_count);
                }
                statistics.set_share("last_process_share", own_count, at_close);
                if own_count > at_close {
                    statistics.set_count("last_process_excess", own_count - at_close);
                }
            }
        }
        let days_left = (self.closes() - self.corte).num_days();
        if let Some(row) = row_at(days_left).filter(|_| days_left > 0) {
            statistics.set_share("last_process_reached", counts[row], at_close);
        }
        Ok(())
    }

    fn add_voting_needs(&self, statistics: &mut Statistics) -> Result<(), ColumnError> {
        for (table, measure, name) in [
            ("plan_pep", column_names::PAQUETES_MEDIANA, "packages"),
            ("plan_pep", column_names::TIRAJE, "print_run"),
            ("plan_sivei", column_names::ELECTORES_MEDIANA, "internet_voters"),
        ] {
            if let Some(rows) = self.rows(table)? {
                statistics.set_count(name, rows.sums(&[measure])?[0]);
            }
        }
        Ok(())
    }
}

/// The last process before this one whose number at the close is in table `comparativo` for one of
/// some entities.
///
/// # Errors
/// The table lacks a column, or has it with another type.
pub fn last_earlier_process(
    comparison: &Table,
    own_process: &str,
    entity_codes: &[&str],
) -> Result<Option<String>, ColumnError> {
    let processes = comparison.values::<String>(column_names::PROCESO)?;
    let entities = comparison.values::<String>(column_names::CVE_ENTIDAD)?;
    let days = comparison.values::<i64>(column_names::DIAS_AL_CIERRE)?;
    let counts = comparison.values::<i64>(column_names::SOLICITUDES_ACUMULADAS)?;
    let known = (0..comparison.row_count()).filter(|row| {
        processes[*row] != own_process
            && days[*row] == 0
            && counts[*row] > 0
            && entity_codes.contains(&entities[*row].as_str())
    });
    Ok(known.map(|row| processes[row].as_str()).max_by_key(|id| (last_year(id), *id)).map(str::to_owned))
}

/// The year at the end of the id of a process: 2018 of `pef_2017_2018`.
fn last_year(process_id: &str) -> Option<u32> {
    process_id.rsplit('_').find_map(|part| part.parse().ok())
}

/// The first of ranked groups, if it is larger than the second.
fn sole_largest(ranked: &[GroupSums]) -> Option<&GroupSums> {
    let first = ranked.first().filter(|group| group.is_identified && group.sums[0] > 0)?;
    ranked.get(1).is_none_or(|second| second.sums[0] < first.sums[0]).then_some(first)
}

fn as_count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The nearest whole number to a quotient, half away from zero.
fn rounded_quotient(dividend: i64, divisor: i64) -> i64 {
    let twice = 2 * dividend.abs() + divisor;
    twice / (2 * divisor) * dividend.signum()
}
