//! Stacked bars: how many of each unit's matters stand how. Each part carries its mark and its number, so the
//! picture can be read without its colours.

use super::axis::Share;
use askama::Template;
use domain::interpretation::FileStanding;
use domain::progress::Standing;
use std::collections::BTreeMap;

/// How what is counted stands.
pub(crate) trait Counted: Copy + Ord + 'static {
    /// Every one, in the order of the legend.
    fn all() -> &'static [Self];
    /// The class of its part, which has its colour.
    fn class(self) -> &'static str;
    /// Its mark, the same as on its badge.
    fn mark(self) -> &'static str;
    /// The term people read.
    fn label(self) -> &'static str;
}

impl Counted for Standing {
    fn all() -> &'static [Self] {
        &Self::ALL
    }

    fn class(self) -> &'static str {
        self.word()
    }

    fn mark(self) -> &'static str {
        match self {
            Self::Overdue => "▲",
            Self::DueSoon => "◆",
            Self::OnTime => "▶",
            Self::Undated => "○",
            Self::Awaiting => "◐",
            Self::Done => "✓",
        }
    }

    fn label(self) -> &'static str {
        Self::label(self)
    }
}

impl Counted for FileStanding {
    fn all() -> &'static [Self] {
        Self::ALL
    }

    fn class(self) -> &'static str {
        match self {
            Self::InTime => "done",
            Self::Late => "due_soon",
            Self::Waiting => "on_time",
            Self::Missing => "overdue",
            Self::NotNeeded => "undated",
        }
    }

    fn mark(self) -> &'static str {
        match self {
            Self::InTime => "✓",
            Self::Late => "◆",
            Self::Waiting => "▶",
            Self::Missing => "▲",
            Self::NotNeeded => "○",
        }
    }

    fn label(self) -> &'static str {
        Self::label(self)
    }
}

/// A bar.
#[derive(Debug, Clone)]
pub(crate) struct Row<S> {
    /// Whose.
    pub label: String,
    /// Where it leads.
    pub link: String,
    /// How many stand how.
    pub counts: BTreeMap<S, u64>,
}

/// The narrowest part that still shows its number, in whole percents.
const NUMBER_PERCENT_MIN: i64 = 7;

#[derive(Debug)]
struct Part {
    x: Share,
    width: Share,
    class: &'static str,
    title: String,
    words: String,
}

#[derive(Debug)]
struct DrawnRow {
    label: String,
    link: String,
    parts: Vec<Part>,
    total: u64,
    heard: String,
}

/// The drawn chart.
#[derive(Template, Debug)]
#[template(path = "chart/bars.html")]
pub(crate) struct Bars {
    title: String,
    rows: Vec<DrawnRow>,
    legend: Vec<(&'static str, &'static str, &'static str)>,
}

impl Bars {
    /// Draws the rows to one scale; `None` when there is nothing to count.
    pub(crate) fn draw<S: Counted>(title: &str, rows: &[Row<S>]) -> Option<Self> {
        let total = |row: &Row<S>| row.counts.values().fold(0_u64, |sum, count| sum.saturating_add(*count));
        let largest = rows.iter().map(total).max().filter(|count| *count > 0)?;
        let seen =
            |standing: &S| rows.iter().any(|row| row.counts.get(standing).is_some_and(|count| *count > 0));
        let legend = S::all().iter().copied().filter(seen);
        Some(Self {
            title: title.to_owned(),
            rows: rows.iter().map(|row| draw_row(row, largest, total(row))).collect(),
            legend: legend.map(|standing| (standing.class(), standing.mark(), standing.label())).collect(),
        })
    }
}

fn draw_row<S: Counted>(row: &Row<S>, largest: u64, total: u64) -> DrawnRow {
    let place = |count: u64| Share::of_whole(whole(count), whole(largest));
    let mut before = 0_u64;
    let mut parts = Vec::new();
    for (standing, count) in row.counts.iter().filter(|(_, count)| **count > 0) {
        let x = place(before);
        before = before.saturating_add(*count);
        let width = place(before).minus(x);
        let shown = width.percent() >= NUMBER_PERCENT_MIN;
        parts.push(Part {
            x,
            width,
            class: standing.class(),
            title: format!("{} {count} 项", standing.label()),
            words: if shown { format!("{} {count}", standing.mark()) } else { String::new() },
        });
    }
    let titles: Vec<&str> = parts.iter().map(|part| part.title.as_str()).collect();
    DrawnRow { label: row.label.clone(), link: row.link.clone(), heard: titles.join("，"), parts, total }
}

fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(counts: &[(Standing, u64)]) -> Row<Standing> {
        Row { label: "旗财政局".into(), link: "#".into(), counts: counts.iter().copied().collect() }
    }

    #[test]
    fn parts_follow_one_another_without_gap() {
        let counts = [(Standing::Overdue, 1), (Standing::OnTime, 7), (Standing::Done, 3)];
        let chart = Bars::draw("进展", &[row(&counts), row(&[])]).unwrap();
        let parts = &chart.rows[0].parts;
        assert_eq!(parts.iter().map(|part| part.words.as_str()).collect::<Vec<_>>(), ["▲ 1", "▶ 7", "✓ 3"]);
        for pair in parts.windows(2) {
            assert!(pair[1].x.minus(pair[0].x) == pair[0].width);
        }
        assert!(Share::END.minus(parts[2].x) == parts[2].width, "the largest fills the width");
        assert_eq!((chart.rows[0].total, chart.rows[1].total), (11, 0));
        assert_eq!(chart.rows[0].heard, "已逾期 1 项，按期推进 7 项，已完成 3 项");
    }

    #[test]
    fn the_legend_names_what_is_drawn() {
        let chart = Bars::draw("进展", &[row(&[(Standing::Done, 3), (Standing::Overdue, 0)])]).unwrap();
        assert_eq!(chart.legend, [("done", "✓", "已完成")]);
        assert!(!chart.render().unwrap().contains("style="));
    }

    #[test]
    fn nothing_counted_is_not_drawn() {
        assert!(Bars::draw("进展", &[row(&[])]).is_none());
        let chart = Bars::draw("进展", &[row(&[(Standing::Done, u64::MAX), (Standing::OnTime, u64::MAX)])]);
        assert!(chart.unwrap().rows[0].parts.iter().all(|part| part.width <= Share::END));
    }
}
