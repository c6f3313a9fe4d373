/*!
The published courses of real processes, as far as the press and the institutes gave them. The files in
`pipelines/proyeccion/` name the sources of the Mexican ones.
*/

use chrono::NaiveDate;
use lnere_projection::Reference;

/// A real process whose outcome is known.
#[derive(Clone, Debug)]
pub struct RealCourse {
    /// Its name.
    pub name: &'static str,
    /// Whether it is one of the three Mexican processes with registration by Internet and telephone.
    pub is_mexican: bool,
    /// The lines of its CSV: days with cumulative applications, the opening first and the close last.
    csv: &'static str,
}

/// The courses of the evaluation, the Mexican ones first, oldest first.
///
/// Korea's voters abroad, 2012: press that quotes the election commission (mhroh.com,
/// shanghaibang.com, wowtv.co.kr, kgnews.co.kr, imaeil.com). The last count of April 2012 is the
/// confirmed list. The day before the opening is 0 by definition.
pub const REAL_COURSES: [RealCourse; 5] = [
    RealCourse {
        name: "2017-18",
        is_mexican: true,
        csv: include_str!("../../../pipelines/proyeccion/curva_2017_2018.csv"),
    },
    RealCourse {
        name: "2020-21",
        is_mexican: true,
        csv: include_str!("../../../pipelines/proyeccion/curva_2020_2021.csv"),
    },
    RealCourse {
        name: "2023-24",
        is_mexican: true,
        csv: include_str!("../../../pipelines/proyeccion/curva_2023_2024.csv"),
    },
    RealCourse {
        name: "Korea, April 2012",
        is_mexican: false,
        csv: "2011-11-12,0\n2012-01-12,47373\n2012-01-24,63014\n2012-02-11,123571\n",
    },
    RealCourse {
        name: "Korea, December 2012",
        is_mexican: false,
        csv: "2012-07-21,0\n2012-07-22,3181\n2012-10-03,104916\n2012-10-17,164330\n2012-10-20,217507\n",
    },
];

/// The course of 2017-18 with the applications that INE counted as accepted in May, with credentials
/// applied for abroad: another universe than that of the points before.
pub const COURSE_OF_2018_IN_MAY: RealCourse = RealCourse {
    name: "2017-18 (May)",
    is_mexican: true,
    csv: "2017-08-31,0\n2018-01-31,43359\n2018-02-28,77302\n2018-03-19,114000\n2018-03-31,181256\n",
};

impl RealCourse {
    /// The dated counts; comments and the header are skipped.
    fn dated_points(&self) -> Vec<(NaiveDate, i64)> {
        let point = |line: &str| {
            let (day, count) = line.split_once(',')?;
            Some((day.parse().ok()?, count.parse().ok()?))
        };
        self.csv.lines().filter_map(point).collect()
    }

    /// The opening and the close.
    #[must_use]
    pub fn window(&self) -> Option<(NaiveDate, NaiveDate)> {
        let points = self.dated_points();
        Some((points.first()?.0, points.last()?.0))
    }

    /// The whole counts of each day, joined as references are.
    #[must_use]
    pub fn counts_by_day(&self) -> Vec<i64> {
        let mut counts = lnere_projection::corte_projection::joined_counts(&self.dated_points());
        counts.reverse();
        counts.into_iter().map(|count| count.round() as i64).collect()
    }

    /// The course as a reference.
    #[must_use]
    pub fn reference(&self) -> Reference {
        let counts = self.counts_by_day();
        let total = counts.last().copied().unwrap_or(0);
        Reference {
            name: self.name.to_owned(),
            share_by_horizon: counts.iter().rev().map(|count| *count as f64 / total as f64).collect(),
            total,
            entity_totals: Vec::new(),
            series: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curves_are_read_whole() {
        let ends = REAL_COURSES.map(|course| course.counts_by_day().last().copied());
        assert_eq!(ends, [140_000, 33_698, 226_661, 123_571, 217_507].map(Some));
        let points = REAL_COURSES.map(|course| course.dated_points().len());
        assert_eq!(points, [5, 4, 9, 4, 5]);
    }
}
