/*!
The names that statement files may use, with their meaning. `docs/statements.md` lists them.
*/

/// The kind of a statistic, which decides the styles that a placeholder may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatisticKind {
    /// A count.
    Count,
    /// A part of a whole.
    Share,
    /// Whole per cent.
    Percent,
    /// A name.
    Text,
    /// A day.
    Day,
}

/// A statistic that a statement file may name.
#[derive(Clone, Copy, Debug)]
pub struct KnownStatistic {
    /// The name.
    pub name: &'static str,
    /// The kind.
    pub kind: StatisticKind,
    /// The meaning, for the documentation.
    pub meaning: &'static str,
}

macro_rules! known_statistics {
    ($($name:ident: $kind:ident = $meaning:literal;)+) => {
        /// All statistics, in the order of the documentation.
        pub const KNOWN_STATISTICS: &[KnownStatistic] =
            &[$(KnownStatistic { name: stringify!($name), kind: StatisticKind::$kind, meaning: $meaning },)+];
    };
}

known_statistics! {
    subject: Text = "the entity, or `Nacional`";
    of_subject: Text = "the entity with its preposition: `de Chihuahua`, `de la Ciudad de México`; absent for the nation";
    process: Text = "the title of the process";
    entities: Count = "the number of entities of the process";
    corte: Day = "the corte";
    previous_corte: Day = "the corte before; absent for the first one";
    opens: Day = "the first day of registration";
    closes: Day = "the last day of registration, as known at the corte";
    election_day: Day = "the election day";
    days_left: Count = "days from the corte to the close; absent after it";
    next_deadline: Text = "the next deadline (`hitos` of the kind `plazo`) after the corte";
    next_deadline_day: Day = "the day of that deadline";
    applications: Count = "applications up to the corte";
    applications_before: Count = "applications up to the previous corte";
    in_quincena: Count = "applications of the quincena";
    in_previous_quincena: Count = "applications of the quincena before";
    per_day: Count = "applications of the quincena per day on which registration was open, rounded";
    per_day_before: Count = "the same of the quincena before; absent if it rounds to the same number";
    pace_rise: Percent = "by how much the pace per open day rose; both quincenas have 30 applications or more";
    pace_fall: Percent = "by how much it fell";
    last_ten_days: Share = "the part of the applications that came in the last ten days of registration; after the close";
    rank: Count = "the place of the entity by applications, from 1";
    share_of_nation: Share = "the part of the applications of all entities that the entity has";
    first_entity: Text = "the entity with the most applications";
    first_entity_share: Share = "its part of the applications";
    accepted: Count = "applications that were accepted at the corte (`projection.accepted`)";
    refused: Count = "applications that were refused at the corte (`projection.refused`)";
    undecided: Count = "applications that were neither";
    accepted_share: Share = "the part of the applications that was accepted";
    undecided_share: Share = "the part of the applications that was undecided";
    accepted_change: Count = "accepted now less accepted at the previous corte";
    refused_change: Count = "refused now less refused at the previous corte";
    awaiting_citizens: Count = "applications that wait for the citizen (`awaits_citizen` of a status)";
    moved_status: Text = "the status whose number changed most since the previous corte";
    moved_from: Count = "its number at the previous corte";
    moved_to: Count = "its number at the corte";
    moved_change: Count = "the difference";
    first_country: Text = "the country with the most applications";
    first_country_share: Share = "its part of the applications";
    countries: Count = "countries with at least one application";
    credentials: Count = "credentials applied for since the start of the count";
    credentials_delivered: Count = "credentials delivered since the start, whenever they were applied for";
    expected_applications: Count = "applications expected at the close (median); before the close";
    expected_applications_low: Count = "the lower bound of 90 %";
    expected_applications_high: Count = "the upper bound of 90 %";
    expected_list: Count = "the expected list (median)";
    expected_list_low: Count = "the lower bound of 90 %";
    expected_list_high: Count = "the upper bound of 90 %";
    packages: Count = "postal packages expected (sum of the medians)";
    print_run: Count = "postal packages to print";
    internet_voters: Count = "expected voters by Internet (sum of the medians)";
    goal: Count = "the goal of applications (`goals`)";
    goal_share: Share = "the part of the goal that is reached; absent above it";
    goal_excess: Count = "the applications above the goal; absent below it";
    last_process: Text = "the last earlier process whose number at the close is known";
    last_process_counted: Text = "what that number counts, as its source says";
    last_process_final: Count = "its number at the close";
    last_process_accepted: Count = "accepted applications, where that number counts accepted ones alone; else absent";
    last_process_share: Share = "applications, or those accepted, as a part of that number; of entities, absent above it";
    last_process_excess: Count = "the same less that number; absent below it";
    last_process_reached: Share = "the part of that number that the process had at the same days to its close";
    total: Count = "chart: the sum of what is drawn";
    categories: Count = "chart: categories with at least one";
    top: Text = "chart: the largest category, if one is larger than all others";
    top_count: Count = "chart: its count";
    top_share: Share = "chart: its part of the total";
    second: Text = "chart: the second largest category";
    second_count: Count = "chart: its count";
    second_share: Share = "chart: its part of the total";
    panel: Text = "map: the title of its first panel";
    panel_share: Share = "map: the part of the total that this panel has";
    split: Text = "crossed chart: the part that is the largest of all bars together";
    highest: Text = "the bar with the largest share: crossed chart, of `split`; comparison, of its earlier count";
    highest_share: Share = "that share";
    lowest: Text = "the bar with the smallest share, if it is another whole percentage";
    lowest_share: Share = "that share";
    profile: Text = "profile: the largest category of each bar with its share";
    distinct: Text = "profile of an entity: the category whose share differs most from that of all, by 3 points or more";
    distinct_share: Share = "profile: its share";
    distinct_share_of_all: Share = "profile: its share in all entities together";
}

/// The statistic of this name.
pub(crate) fn known_statistic(name: &str) -> Option<&'static KnownStatistic> {
    KNOWN_STATISTICS.iter().find(|statistic| statistic.name == name)
}
