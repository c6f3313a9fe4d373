/*!
Checks the content of a shape file and makes a [`SampleShape`](super::SampleShape). It reports every
mistake with its line.
*/

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use chrono::{Days, NaiveDate};
use toml::Spanned;
use toml::value::Datetime;

use super::apportion::apportion_capped;
use super::arrival_plan::{AllocatedColumn, Curve, CurvePoint};
use super::birth_dates;
use super::fixed_point_share::FixedPointShare;
use super::raw_sample_shape::{RawApplications, RawCredentials, RawCurve, RawDefectShares, RawPoint, RawSampleShape};
use super::sample_shape::{ApplicationShape, CredentialShape, DefectShares};
use super::vocabulary::{LabelColumn, Vocabulary};
use lnere_core::calendar::{Corte, Quincena, parse_iso_day};
use lnere_core::process::ProcessError;
use lnere_messages::message;

/// The default share of dates of birth without an age; real exports have a few.
const DEFAULT_SHARE_WITHOUT_AGE: f64 = 0.004;

type LabelCounts = BTreeMap<Spanned<String>, u64>;

pub(super) struct ShapeParser<'a> {
    pub path: &'a Path,
    pub text: &'a str,
    pub vocabulary: Vocabulary<'a>,
}

impl ShapeParser<'_> {
    fn mistake_at<T>(&self, value: &Spanned<T>, message: impl Into<String>) -> ProcessError {
        ProcessError::mistake_at(self.path, self.text, value.span().start, message)
    }

    pub(super) fn parse_day(&self, value: &Spanned<Datetime>) -> Result<NaiveDate, ProcessError> {
        let text = value.get_ref().to_string();
        parse_iso_day(&text).ok_or_else(|| self.mistake_at(value, message!("L822-not-a-day", text)))
    }

    fn parse_share(&self, value: Option<&Spanned<f64>>) -> Result<f64, ProcessError> {
        match value {
            None => Ok(0.0),
            Some(share) if (0.0..=1.0).contains(share.get_ref()) => Ok(*share.get_ref()),
            Some(share) => Err(self.mistake_at(share, message!("L822-not-a-share", share = share.get_ref()))),
        }
    }

    fn parse_defect_shares(&self, raw: &RawDefectShares) -> Result<DefectShares, ProcessError> {
        let share = |value: &Option<Spanned<f64>>| self.parse_share(value.as_ref()).map(FixedPointShare::new);
        Ok(DefectShares {
            duplicates: share(&raw.duplicates)?,
            rejected: share(&raw.rejected)?,
            other_spelling: share(&raw.other_spelling)?,
            other_dates: share(&raw.other_dates)?,
        })
    }

    fn find_column(&self, name: &Spanned<String>, among: &[LabelColumn]) -> Result<LabelColumn, ProcessError> {
        among.iter().copied().find(|column| column.name() == name.get_ref()).ok_or_else(|| {
            let accepted: Vec<_> = among.iter().map(|column| column.name()).collect();
            let message = message!("L823-unknown-column", column = name.get_ref(), accepted = accepted.join(", "));
            self.mistake_at(name, message)
        })
    }

    fn find_label(&self, column: LabelColumn, name: &Spanned<String>) -> Result<u16, ProcessError> {
        self.vocabulary.find(column, name.get_ref()).ok_or_else(|| {
            let message = message!(
                "L823-unknown-label",
                column = column.name(),
                label = name.get_ref(),
                accepted = self.vocabulary.accepted_names(column),
            );
            self.mistake_at(name, message)
        })
    }

    /// The days of the exports: the listed days, or the last `count` cortes. The last corte is that
    /// of the quincena in which registration closes.
    pub(super) fn parse_export_days(&self, raw: &RawSampleShape) -> Result<Vec<NaiveDate>, ProcessError> {
        let process = self.vocabulary.process;
        match (&raw.exports.export_days, &raw.exports.last_corte_count) {
            (Some(days), None) if !days.is_empty() => {
                let mut dates = days.iter().map(|day| self.parse_day(day)).collect::<Result<Vec<_>, _>>()?;
                dates.sort_unstable();
                dates.dedup();
                Ok(dates)
            }
            (None, Some(count)) if *count.get_ref() > 0 => {
                let last = Quincena::containing(process.closes).corte().day();
                let cortes: Vec<_> = Corte::range(process.opens, last).map(Corte::day).collect();
                Ok(cortes[cortes.len().saturating_sub(*count.get_ref())..].to_vec())
            }
            _ => {
                let offset = self.text.find("[exports]").unwrap_or(0);
                Err(ProcessError::mistake_at(self.path, self.text, offset, message!("L825-export-days")))
            }
        }
    }

    pub(super) fn parse_applications(&self, raw: &RawApplications) -> Result<ApplicationShape, ProcessError> {
        let process = self.vocabulary.process;
        let entities: Vec<u16> = process.entities.iter().map(|entity| entity.number().into()).collect();
        let allocated_columns = self.parse_allocated_columns(raw)?;
        let age_columns =
            self.vocabulary.declared_columns().filter(|column| self.vocabulary.age_bands(*column).is_some());
        let mut unidentified: HashMap<_, _> =
            age_columns.map(|column| (column, FixedPointShare::new(DEFAULT_SHARE_WITHOUT_AGE))).collect();
        for (name, share) in &raw.unidentified_shares {
            let lists = [
                LabelColumn::Modalidad,
                LabelColumn::Medio,
                LabelColumn::TipoCredencial,
                LabelColumn::Sexo,
                LabelColumn::Estatus,
            ];
            let columns: Vec<_> = lists.into_iter().chain(self.vocabulary.declared_columns()).collect();
            unidentified
                .insert(self.find_column(name, &columns)?, FixedPointShare::new(self.parse_share(Some(share))?));
        }
        for label in &raw.unknown_labels {
            self.refuse_known_label(LabelColumn::Pais, label)?;
        }
        if let Some(first) = &raw.curve.first_day {
            return Err(self.mistake_at(first, message!("L825-first-day-of-applications")));
        }
        let window = (process.opens, process.closes);
        Ok(ApplicationShape {
            default_rows: self.parse_row_count(&raw.default_rows)?,
            curve: self.parse_curve(&raw.curve, window, &self.vocabulary.application_columns(), &entities)?,
            allocated_columns,
            unidentified_shares: unidentified,
            unknown_labels: raw.unknown_labels.iter().map(|label| label.get_ref().clone()).collect(),
            defect_shares: self.parse_defect_shares(&raw.defect_shares)?,
        })
    }

    fn parse_allocated_columns(&self, raw: &RawApplications) -> Result<Vec<AllocatedColumn>, ProcessError> {
        let columns = self.vocabulary.application_columns();
        let mut axes = self.uncorrelated_columns(&columns);
        for (name, labels) in &raw.label_order {
            let column = self.find_column(name, &columns)?;
            let first = labels.iter().map(|label| self.find_label(column, label)).collect::<Result<Vec<_>, _>>()?;
            let place = columns.iter().position(|c| *c == column).unwrap_or(0);
            // The sort is stable, so unlisted labels keep their order after the listed ones.
            axes[place]
                .ordered_labels
                .sort_by_key(|label| first.iter().position(|l| l == label).unwrap_or(first.len()));
        }
        for (name, correlation) in &raw.correlations {
            let column = self.find_column(name, &columns)?;
            let place = columns.iter().position(|c| *c == column).unwrap_or(0);
            let parent = self.find_column(&correlation.parent_column, &columns[..place])?;
            let parent = columns.iter().position(|c| *c == parent).unwrap_or(0);
            axes[place].parent_and_strength = Some((parent, self.parse_share(Some(&correlation.strength))?));
        }
        Ok(axes)
    }

    /// Every label of each column, the unknown country last.
    fn uncorrelated_columns(&self, columns: &[LabelColumn]) -> Vec<AllocatedColumn> {
        let order = |column: &LabelColumn| {
            let mut ordered_labels = self.vocabulary.known_labels(*column);
            if *column == LabelColumn::Pais {
                ordered_labels.push(0);
            }
            AllocatedColumn { ordered_labels, parent_and_strength: None }
        };
        columns.iter().map(order).collect()
    }

    pub(super) fn parse_credentials(&self, raw: &RawCredentials) -> Result<CredentialShape, ProcessError> {
        let process = self.vocabulary.process;
        // Every real export contains trámites that began before the first counted day.
        let before = process
            .credentials_counted_from
            .checked_sub_days(Days::new(120))
            .unwrap_or(process.credentials_counted_from);
        let first = raw.curve.first_day.as_ref().map_or(Ok(before), |day| self.parse_day(day))?;
        if let Some(day) = raw.curve.first_day.as_ref().filter(|_| first > process.closes) {
            return Err(self.mistake_at(day, message!("L825-first-day-after-close", first, closes = process.closes)));
        }
        if raw.kind_texts.get_ref().is_empty() {
            return Err(self.mistake_at(&raw.kind_texts, message!("L825-no-kinds")));
        }
        for label in &raw.unknown_labels {
            self.refuse_known_label(LabelColumn::Representacion, label)?;
        }
        let mut offices_of = HashMap::new();
        for (entity, weights) in &raw.office_weights_by_entity {
            offices_of.insert(
                self.find_label(LabelColumn::Entidad, entity)?,
                self.parse_office_weights(weights, raw.other_office_weight)?,
            );
        }
        let share = |value: &Option<Spanned<f64>>| self.parse_share(value.as_ref()).map(FixedPointShare::new);
        let window = (first, process.closes);
        let columns = &LabelColumn::CREDENTIAL_COLUMNS;
        Ok(CredentialShape {
            default_rows: self.parse_row_count(&raw.default_rows)?,
            curve: self.parse_curve(
                &raw.curve,
                window,
                columns,
                &self.vocabulary.known_labels(LabelColumn::Entidad),
            )?,
            allocated_columns: self.uncorrelated_columns(columns),
            kind_texts: raw.kind_texts.get_ref().clone(),
            never_delivered_share: share(&raw.never_delivered_share)?,
            confirmed_share: share(&raw.confirmed_share)?,
            unknown_office_share: share(&raw.unknown_office_share)?,
            unknown_labels: raw.unknown_labels.iter().map(|label| label.get_ref().clone()).collect(),
            office_weights: self.parse_office_weights(&raw.office_weights, raw.other_office_weight)?,
            office_weights_by_entity: offices_of,
            defect_shares: self.parse_defect_shares(&raw.defect_shares)?,
        })
    }

    fn parse_office_weights(&self, weights: &LabelCounts, other: u64) -> Result<Vec<u64>, ProcessError> {
        let mut offices = vec![other; self.vocabulary.label_count(LabelColumn::Representacion)];
        offices[0] = 0;
        for (name, weight) in weights {
            offices[usize::from(self.find_label(LabelColumn::Representacion, name)?)] = *weight;
        }
        Ok(offices)
    }

    fn refuse_known_label(&self, column: LabelColumn, label: &Spanned<String>) -> Result<(), ProcessError> {
        match self.vocabulary.find(column, label.get_ref()) {
            Some(known) if known != 0 => {
                Err(self.mistake_at(label, message!("L824-known-label", label = label.get_ref())))
            }
            _ => Ok(()),
        }
    }

    fn parse_row_count(&self, value: &Spanned<u64>) -> Result<u64, ProcessError> {
        match value.get_ref() {
            0 => Err(self.mistake_at(value, message!("L822-no-rows"))),
            size => Ok(*size),
        }
    }

    pub(super) fn parse_spellings(
        &self,
        raw_shape: &RawSampleShape,
    ) -> Result<HashMap<(LabelColumn, u16), Vec<String>>, ProcessError> {
        let mut spellings = HashMap::new();
        for (name, labels) in &raw_shape.spellings {
            let mut columns = self.vocabulary.columns();
            columns.retain(|column| self.vocabulary.age_bands(*column).is_none());
            let column = self.find_column(name, &columns)?;
            for (label_name, texts) in labels {
                let label = self.find_label(column, label_name)?;
                if let Some(text) = texts.iter().find(|text| self.vocabulary.find(column, text) != Some(label)) {
                    let message =
                        message!("L824-spelling-not-read", text, column = column.name(), label = label_name.get_ref());
                    return Err(self.mistake_at(label_name, message));
                }
                spellings.insert((column, label), texts.clone());
            }
        }
        Ok(spellings)
    }

    fn parse_curve(
        &self,
        raw_curve: &RawCurve,
        first_and_last_day: (NaiveDate, NaiveDate),
        columns: &[LabelColumn],
        entities: &[u16],
    ) -> Result<Curve, ProcessError> {
        let mut day_factors = HashMap::new();
        for (name, factor) in &raw_curve.day_factors {
            let day = parse_iso_day(name.get_ref());
            let day =
                day.ok_or_else(|| self.mistake_at(name, message!("L822-not-a-factor-day", text = name.get_ref())))?;
            day_factors.insert(day, factor.max(0.0));
        }
        let mut curve = Curve {
            first_day: first_and_last_day.0,
            points: Vec::new(),
            weekday_weights: raw_curve.weekday_weights.unwrap_or([1.0; 7]).map(|weight| weight.max(0.0)),
            max_noise: self.parse_share(raw_curve.max_noise.as_ref())?,
            day_factors,
        };
        if raw_curve.points.is_empty() {
            let point = RawPoint {
                day: None,
                elapsed_share: None,
                cumulative_rows: 1_000_000,
                growth_to_last_day: 1.0,
                last_day_factor: 1.0,
                label_counts: BTreeMap::new(),
            };
            let point = Spanned::new(0..0, point);
            curve.points.push(self.parse_point(&point, first_and_last_day, columns, entities, None)?);
            return Ok(curve);
        }
        // From the last point to the first: the labels that a point leaves open follow the next
        // point.
        for point in raw_curve.points.iter().rev() {
            let checked = self.parse_point(point, first_and_last_day, columns, entities, curve.points.last())?;
            curve.points.push(checked);
        }
        curve.points.reverse();
        Ok(curve)
    }

    fn parse_point(
        &self,
        raw_point: &Spanned<RawPoint>,
        (first, last): (NaiveDate, NaiveDate),
        columns: &[LabelColumn],
        entities: &[u16],
        next_point: Option<&CurvePoint>,
    ) -> Result<CurvePoint, ProcessError> {
        let RawPoint {
            day,
            elapsed_share: at,
            cumulative_rows: total,
            growth_to_last_day: growth,
            last_day_factor: peak,
            label_counts: counts,
        } = raw_point.get_ref();
        let day = match (day, at) {
            (Some(day), None) => self.parse_day(day)?,
            (None, Some(at)) => {
                let along = self.parse_share(Some(at))? * (last - first).num_days() as f64;
                first.checked_add_days(Days::new(along as u64)).unwrap_or(last)
            }
            (None, None) => last,
            (Some(_), Some(at)) => return Err(self.mistake_at(at, message!("L826-day-and-at"))),
        };
        if day < first || day > last {
            return Err(self.mistake_at(raw_point, message!("L826-outside-window", day, first, last)));
        }
        if *total == 0 || !(growth.is_finite() && *growth >= 0.0 && peak.is_finite() && *peak >= 0.0) {
            return Err(self.mistake_at(raw_point, message!("L826-point-values")));
        }
        if let Some(next) = next_point.filter(|next| next.day <= day || next.cumulative_rows < *total) {
            let message =
                message!("L826-point-order", total, day, next_total = next.cumulative_rows, next_day = next.day);
            return Err(self.mistake_at(raw_point, message));
        }
        if let Some(name) = counts.keys().find(|name| !columns.iter().any(|c| c.name() == name.get_ref())) {
            self.find_column(name, columns)?;
        }
        let mut filled = Vec::with_capacity(columns.len());
        for (place, column) in columns.iter().enumerate() {
            let labels =
                if *column == LabelColumn::Entidad { entities.to_vec() } else { self.vocabulary.known_labels(*column) };
            let given = counts.iter().find(|(name, _)| name.get_ref() == column.name()).map(|(_, counts)| counts);
            let next = next_point.map(|next| next.label_counts[place].as_slice());
            filled.push(self.fill_label_counts(raw_point, *column, &labels, given, next)?);
        }
        Ok(CurvePoint {
            day,
            cumulative_rows: *total,
            growth_to_last_day: *growth,
            last_day_factor: *peak,
            label_counts: filled,
        })
    }

    /// The default weights of the labels of a declared dimension. Dates of birth follow the ages of
    /// a population. In a list, each category has fewer rows than the previous one, and none is
    /// left out.
    fn default_weights(&self, column: LabelColumn) -> Option<Vec<u64>> {
        const FIRST_WEIGHT: u64 = 1_000_000;
        if !matches!(column, LabelColumn::Declared(_)) {
            return None;
        }
        let labels = self.vocabulary.known_labels(column).into_iter();
        Some(match self.vocabulary.age_bands(column) {
            Some(bands) => labels.map(|label| birth_dates::band_weight(bands, label)).collect(),
            None => labels.map(|label| 2 * FIRST_WEIGHT / (u64::from(label) + 2)).collect(),
        })
    }

    /// The stated counts of a point. The other labels share the rest of its total in proportion to
    /// the next point. At the last point they share it equally, or as
    /// [`ShapeParser::default_weights`] states.
    fn fill_label_counts(
        &self,
        raw_point: &Spanned<RawPoint>,
        column: LabelColumn,
        labels: &[u16],
        given_counts: Option<&LabelCounts>,
        next_counts: Option<&[u64]>,
    ) -> Result<Vec<u64>, ProcessError> {
        let total = raw_point.get_ref().cumulative_rows;
        let size = self.vocabulary.label_count(column);
        let mut counts = vec![0; size];
        let mut stated_labels = Vec::new();
        for (name, count) in given_counts.into_iter().flatten() {
            let label = self.find_label(column, name)?;
            let is_unknown_country = column == LabelColumn::Pais && label == 0;
            if !labels.contains(&label) && !is_unknown_country {
                return Err(self.mistake_at(
                    name,
                    message!("L827-no-vote-from-abroad", column = column.name(), label = name.get_ref()),
                ));
            }
            if let Some(later) = next_counts.map(|next| next[usize::from(label)]).filter(|later| later < count) {
                let message = message!("L827-count-falls", label = name.get_ref(), count, later);
                return Err(self.mistake_at(name, message));
            }
            counts[usize::from(label)] = *count;
            stated_labels.push(label);
        }
        let mut capacity = vec![0; size];
        for label in labels.iter().filter(|label| !stated_labels.contains(label)) {
            capacity[usize::from(*label)] = next_counts.map_or(total, |next| next[usize::from(*label)]);
        }
        if let Some(next) = next_counts.filter(|_| column == LabelColumn::Pais && !stated_labels.contains(&0)) {
            capacity[0] = next[0];
        }
        let usual = self.default_weights(column).filter(|_| next_counts.is_none());
        let weights: Vec<u64> = match usual {
            Some(usual) => {
                usual.iter().zip(&capacity).map(|(weight, room)| if *room > 0 { *weight } else { 0 }).collect()
            }
            None => capacity.clone(),
        };
        let sum: u64 = counts.iter().sum();
        match total.checked_sub(sum) {
            Some(left) if left <= capacity.iter().sum() => {
                let rest = apportion_capped(left, &weights, &capacity);
                Ok(counts.iter().zip(rest).map(|(count, more)| count + more).collect())
            }
            _ => {
                let message = message!("L827-sum-of-counts", column = column.name(), sum, total);
                Err(self.mistake_at(raw_point, message))
            }
        }
    }
}
