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
use super::births;
use super::fixed_point_share::Share;
use super::raw_shape::{RawApplications, RawCredentials, RawCurve, RawPoint, RawSampleShape, RawShares};
use super::shape::{ApplicationShape, CredentialShape, DefectShares};
use super::vocabulary::{LabelColumn, Vocabulary};
use lnere_core::calendar::{Corte, Quincena, parse_iso_day};
use lnere_core::process::ProcessError;

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

    pub(super) fn day(&self, value: &Spanned<Datetime>) -> Result<NaiveDate, ProcessError> {
        let text = value.get_ref().to_string();
        parse_iso_day(&text)
            .ok_or_else(|| self.mistake_at(value, format!("`{text}` is not a date; expected one like 2020-09-01")))
    }

    fn share(&self, value: Option<&Spanned<f64>>) -> Result<f64, ProcessError> {
        match value {
            None => Ok(0.0),
            Some(share) if (0.0..=1.0).contains(share.get_ref()) => Ok(*share.get_ref()),
            Some(share) => Err(self.mistake_at(share, format!("{} is no share; expected 0.0 to 1.0", share.get_ref()))),
        }
    }

    fn shares(&self, raw: &RawShares) -> Result<DefectShares, ProcessError> {
        let share = |value: &Option<Spanned<f64>>| self.share(value.as_ref()).map(Share::new);
        Ok(DefectShares {
            duplicates: share(&raw.duplicates)?,
            rejected: share(&raw.rejected)?,
            other_spelling: share(&raw.other_spelling)?,
            other_dates: share(&raw.other_dates)?,
        })
    }

    fn column(&self, name: &Spanned<String>, among: &[LabelColumn]) -> Result<LabelColumn, ProcessError> {
        among.iter().copied().find(|column| column.name() == name.get_ref()).ok_or_else(|| {
            let accepted: Vec<_> = among.iter().map(|column| column.name()).collect();
            self.mistake_at(
                name,
                format!("no column `{}` here; expected one of: {}", name.get_ref(), accepted.join(", ")),
            )
        })
    }

    fn label(&self, column: LabelColumn, name: &Spanned<String>) -> Result<u16, ProcessError> {
        self.vocabulary.find(column, name.get_ref()).ok_or_else(|| {
            let message = format!(
                "the process has no {} `{}`; expected {}",
                column.name(),
                name.get_ref(),
                self.vocabulary.accepted_names(column)
            );
            self.mistake_at(name, message)
        })
    }

    /// The days of the exports: the listed days, or the last `count` cortes. The last corte is that
    /// of the quincena in which registration closes.
    pub(super) fn exports(&self, raw: &RawSampleShape) -> Result<Vec<NaiveDate>, ProcessError> {
        let process = self.vocabulary.process;
        match (&raw.exports.days, &raw.exports.count) {
            (Some(days), None) if !days.is_empty() => {
                let mut dates = days.iter().map(|day| self.day(day)).collect::<Result<Vec<_>, _>>()?;
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
                let message = "exports needs either `days`, a list of dates, or `count`, how many, at least one";
                let offset = self.text.find("[exports]").unwrap_or(0);
                Err(ProcessError::mistake_at(self.path, self.text, offset, message))
            }
        }
    }

    pub(super) fn applications(&self, raw: &RawApplications) -> Result<ApplicationShape, ProcessError> {
        let process = self.vocabulary.process;
        let entities: Vec<u16> = process.entities.iter().map(|entity| entity.number().into()).collect();
        let allocated_columns = self.allocated_columns(raw)?;
        let age_columns = self.vocabulary.declared().filter(|column| self.vocabulary.ages(*column).is_some());
        let mut unidentified: HashMap<_, _> =
            age_columns.map(|column| (column, Share::new(DEFAULT_SHARE_WITHOUT_AGE))).collect();
        for (name, share) in &raw.unidentified {
            let lists = [
                LabelColumn::Modalidad,
                LabelColumn::Medio,
                LabelColumn::TipoCredencial,
                LabelColumn::Sexo,
                LabelColumn::Estatus,
            ];
            let columns: Vec<_> = lists.into_iter().chain(self.vocabulary.declared()).collect();
            unidentified.insert(self.column(name, &columns)?, Share::new(self.share(Some(share))?));
        }
        for label in &raw.unknown_labels {
            self.refuse_known(LabelColumn::Pais, label)?;
        }
        if let Some(first) = &raw.curve.first {
            return Err(self
                .mistake_at(first, "applications begin when the process file says; only credentials may set `first`"));
        }
        let window = (process.opens, process.closes);
        Ok(ApplicationShape {
            default_rows: self.size(&raw.default)?,
            curve: self.curve(&raw.curve, window, &self.vocabulary.application_columns(), &entities)?,
            allocated_columns,
            unidentified,
            unknown_labels: raw.unknown_labels.iter().map(|label| label.get_ref().clone()).collect(),
            shares: self.shares(&raw.shares)?,
        })
    }

    fn allocated_columns(&self, raw: &RawApplications) -> Result<Vec<AllocatedColumn>, ProcessError> {
        let columns = self.vocabulary.application_columns();
        let mut axes = self.plain_axes(&columns);
        for (name, labels) in &raw.order {
            let column = self.column(name, &columns)?;
            let first = labels.iter().map(|label| self.label(column, label)).collect::<Result<Vec<_>, _>>()?;
            let place = columns.iter().position(|c| *c == column).unwrap_or(0);
            // The sort is stable, so unlisted labels keep their order after the listed ones.
            axes[place]
                .ordered_labels
                .sort_by_key(|label| first.iter().position(|l| l == label).unwrap_or(first.len()));
        }
        for (name, correlation) in &raw.correlations {
            let column = self.column(name, &columns)?;
            let place = columns.iter().position(|c| *c == column).unwrap_or(0);
            let parent = self.column(&correlation.to, &columns[..place])?;
            let parent = columns.iter().position(|c| *c == parent).unwrap_or(0);
            axes[place].correlation = Some((parent, self.share(Some(&correlation.share))?));
        }
        Ok(axes)
    }

    /// Every label of each column, the unknown country last.
    fn plain_axes(&self, columns: &[LabelColumn]) -> Vec<AllocatedColumn> {
        let order = |column: &LabelColumn| {
            let mut ordered_labels = self.vocabulary.labels(*column);
            if *column == LabelColumn::Pais {
                ordered_labels.push(0);
            }
            AllocatedColumn { ordered_labels, correlation: None }
        };
        columns.iter().map(order).collect()
    }

    pub(super) fn credentials(&self, raw: &RawCredentials) -> Result<CredentialShape, ProcessError> {
        let process = self.vocabulary.process;
        // Every real export contains trámites that began before the first counted day.
        let before = process.credentials_from.checked_sub_days(Days::new(120)).unwrap_or(process.credentials_from);
        let first = raw.curve.first.as_ref().map_or(Ok(before), |day| self.day(day))?;
        if let Some(day) = raw.curve.first.as_ref().filter(|_| first > process.closes) {
            return Err(self.mistake_at(day, format!("{first} is after registration closes on {}", process.closes)));
        }
        if raw.kinds.get_ref().is_empty() {
            return Err(self.mistake_at(&raw.kinds, "kinds needs at least one text for TIPO_TRAMITE"));
        }
        for label in &raw.unknown_labels {
            self.refuse_known(LabelColumn::Representacion, label)?;
        }
        let mut offices_of = HashMap::new();
        for (entity, weights) in &raw.offices_of {
            offices_of.insert(self.label(LabelColumn::Entidad, entity)?, self.offices(weights, raw.other_office)?);
        }
        let share = |value: &Option<Spanned<f64>>| self.share(value.as_ref()).map(Share::new);
        let window = (first, process.closes);
        let columns = &LabelColumn::CREDENTIAL_COLUMNS;
        Ok(CredentialShape {
            default_rows: self.size(&raw.default)?,
            curve: self.curve(&raw.curve, window, columns, &self.vocabulary.labels(LabelColumn::Entidad))?,
            allocated_columns: self.plain_axes(columns),
            kinds: raw.kinds.get_ref().clone(),
            never_delivered: share(&raw.never_delivered)?,
            confirmed: share(&raw.confirmed)?,
            unknown_offices: share(&raw.unknown_offices)?,
            unknown_labels: raw.unknown_labels.iter().map(|label| label.get_ref().clone()).collect(),
            offices: self.offices(&raw.offices, raw.other_office)?,
            offices_of,
            shares: self.shares(&raw.shares)?,
        })
    }

    fn offices(&self, weights: &LabelCounts, other: u64) -> Result<Vec<u64>, ProcessError> {
        let mut offices = vec![other; self.vocabulary.label_count(LabelColumn::Representacion)];
        offices[0] = 0;
        for (name, weight) in weights {
            offices[usize::from(self.label(LabelColumn::Representacion, name)?)] = *weight;
        }
        Ok(offices)
    }

    fn refuse_known(&self, column: LabelColumn, label: &Spanned<String>) -> Result<(), ProcessError> {
        match self.vocabulary.find(column, label.get_ref()) {
            Some(known) if known != 0 => Err(self.mistake_at(
                label,
                format!("the catalogue knows `{}`; expected a label that it does not", label.get_ref()),
            )),
            _ => Ok(()),
        }
    }

    fn size(&self, value: &Spanned<u64>) -> Result<u64, ProcessError> {
        match value.get_ref() {
            0 => Err(self.mistake_at(value, "default is how many rows there are; expected at least 1")),
            size => Ok(*size),
        }
    }

    pub(super) fn spellings(
        &self,
        raw: &RawSampleShape,
    ) -> Result<HashMap<(LabelColumn, u16), Vec<String>>, ProcessError> {
        let mut spellings = HashMap::new();
        for (name, labels) in &raw.spellings {
            let mut columns = self.vocabulary.columns();
            columns.retain(|column| self.vocabulary.ages(*column).is_none());
            let column = self.column(name, &columns)?;
            for (label_name, texts) in labels {
                let label = self.label(column, label_name)?;
                if let Some(text) = texts.iter().find(|text| self.vocabulary.find(column, text) != Some(label)) {
                    let message = format!("`{text}` is not read as {} `{}`", column.name(), label_name.get_ref());
                    return Err(self.mistake_at(label_name, message));
                }
                spellings.insert((column, label), texts.clone());
            }
        }
        Ok(spellings)
    }

    fn curve(
        &self,
        raw: &RawCurve,
        window: (NaiveDate, NaiveDate),
        columns: &[LabelColumn],
        entities: &[u16],
    ) -> Result<Curve, ProcessError> {
        let mut day_factors = HashMap::new();
        for (name, factor) in &raw.days {
            let day = parse_iso_day(name.get_ref());
            let day =
                day.ok_or_else(|| self.mistake_at(name, format!("`{}` is no date like 2020-12-25", name.get_ref())))?;
            day_factors.insert(day, factor.max(0.0));
        }
        let mut curve = Curve {
            first_day: window.0,
            points: Vec::new(),
            weekdays: raw.weekdays.unwrap_or([1.0; 7]).map(|weight| weight.max(0.0)),
            noise: self.share(raw.noise.as_ref())?,
            day_factors,
        };
        if raw.until.is_empty() {
            let point =
                RawPoint { day: None, at: None, total: 1_000_000, growth: 1.0, peak: 1.0, counts: BTreeMap::new() };
            let point = Spanned::new(0..0, point);
            curve.points.push(self.point(&point, window, columns, entities, None)?);
            return Ok(curve);
        }
        // From the last point to the first: the labels that a point leaves open follow the next
        // point.
        for point in raw.until.iter().rev() {
            let checked = self.point(point, window, columns, entities, curve.points.last())?;
            curve.points.push(checked);
        }
        curve.points.reverse();
        Ok(curve)
    }

    fn point(
        &self,
        raw: &Spanned<RawPoint>,
        (first, last): (NaiveDate, NaiveDate),
        columns: &[LabelColumn],
        entities: &[u16],
        next: Option<&CurvePoint>,
    ) -> Result<CurvePoint, ProcessError> {
        let RawPoint { day, at, total, growth, peak, counts } = raw.get_ref();
        let day = match (day, at) {
            (Some(day), None) => self.day(day)?,
            (None, Some(at)) => {
                let along = self.share(Some(at))? * (last - first).num_days() as f64;
                first.checked_add_days(Days::new(along as u64)).unwrap_or(last)
            }
            (None, None) => last,
            (Some(_), Some(at)) => return Err(self.mistake_at(at, "a point has a `day` or an `at`, not both")),
        };
        if day < first || day > last {
            return Err(self.mistake_at(raw, format!("{day} is outside the window from {first} to {last}")));
        }
        if *total == 0 || !(growth.is_finite() && *growth >= 0.0 && peak.is_finite() && *peak >= 0.0) {
            return Err(self.mistake_at(raw, "a point needs a total of at least 1, and no negative growth or peak"));
        }
        if let Some(next) = next.filter(|next| next.day <= day || next.total < *total) {
            let message =
                format!("{total} on {day} is not before and at most the next point, {} on {}", next.total, next.day);
            return Err(self.mistake_at(raw, message));
        }
        if let Some(name) = counts.keys().find(|name| !columns.iter().any(|c| c.name() == name.get_ref())) {
            self.column(name, columns)?;
        }
        let mut filled = Vec::with_capacity(columns.len());
        for (place, column) in columns.iter().enumerate() {
            let labels =
                if *column == LabelColumn::Entidad { entities.to_vec() } else { self.vocabulary.labels(*column) };
            let given = counts.iter().find(|(name, _)| name.get_ref() == column.name()).map(|(_, counts)| counts);
            let next = next.map(|next| next.counts[place].as_slice());
            filled.push(self.fill(raw, *column, &labels, given, next)?);
        }
        Ok(CurvePoint { day, total: *total, growth: *growth, peak: *peak, counts: filled })
    }

    /// The default weights of the labels of a declared dimension. Dates of birth follow the ages of
    /// a population. In a list, each category has fewer rows than the previous one, and none is
    /// left out.
    fn usual_weights(&self, column: LabelColumn) -> Option<Vec<u64>> {
        const FIRST_WEIGHT: u64 = 1_000_000;
        if !matches!(column, LabelColumn::Declared(_)) {
            return None;
        }
        let labels = self.vocabulary.labels(column).into_iter();
        Some(match self.vocabulary.ages(column) {
            Some(bands) => labels.map(|label| births::weight(bands, label)).collect(),
            None => labels.map(|label| 2 * FIRST_WEIGHT / (u64::from(label) + 2)).collect(),
        })
    }

    /// The stated counts of a point. The other labels share the rest of its total in proportion to
    /// the next point. At the last point they share it equally, or as
    /// [`ShapeParser::usual_weights`] states.
    fn fill(
        &self,
        point: &Spanned<RawPoint>,
        column: LabelColumn,
        labels: &[u16],
        given: Option<&LabelCounts>,
        next: Option<&[u64]>,
    ) -> Result<Vec<u64>, ProcessError> {
        let total = point.get_ref().total;
        let size = self.vocabulary.label_count(column);
        let mut counts = vec![0; size];
        let mut stated_labels = Vec::new();
        for (name, count) in given.into_iter().flatten() {
            let label = self.label(column, name)?;
            let is_unknown_country = column == LabelColumn::Pais && label == 0;
            if !labels.contains(&label) && !is_unknown_country {
                return Err(self.mistake_at(
                    name,
                    format!("the process has no vote from abroad in {} `{}`", column.name(), name.get_ref()),
                ));
            }
            if let Some(later) = next.map(|next| next[usize::from(label)]).filter(|later| later < count) {
                let message = format!("`{}` has {count} here and only {later} at the next point", name.get_ref());
                return Err(self.mistake_at(name, message));
            }
            counts[usize::from(label)] = *count;
            stated_labels.push(label);
        }
        let mut capacity = vec![0; size];
        for label in labels.iter().filter(|label| !stated_labels.contains(label)) {
            capacity[usize::from(*label)] = next.map_or(total, |next| next[usize::from(*label)]);
        }
        if let Some(next) = next.filter(|_| column == LabelColumn::Pais && !stated_labels.contains(&0)) {
            capacity[0] = next[0];
        }
        let usual = self.usual_weights(column).filter(|_| next.is_none());
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
                let message = format!(
                    "the counts of {} add up to {sum}, which the labels left out cannot bring to the total of {total}",
                    column.name()
                );
                Err(self.mistake_at(point, message))
            }
        }
    }
}
