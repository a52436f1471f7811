//! Stacked bars: how many of each unit's responsibilities are in which state. Each bar carries its numbers.

use super::shorten;
use askama::Template;
use domain::progress::Standing;
use std::collections::BTreeMap;

/// A bar.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// Whose.
    pub label: String,
    /// Where it leads.
    pub link: String,
    /// How many stand how.
    pub counts: BTreeMap<Standing, u64>,
}

const LABEL_WIDTH: u64 = 230;
const BAR_WIDTH: u64 = 520;
const ROW_HEIGHT: u64 = 30;

#[derive(Debug)]
struct Part {
    x: u64,
    width: u64,
    class: &'static str,
    title: String,
    count: String,
}

#[derive(Debug)]
struct DrawnRow {
    y: u64,
    label: String,
    full: String,
    link: String,
    parts: Vec<Part>,
    total_x: u64,
    total: u64,
}

/// The drawn chart.
#[derive(Template, Debug)]
#[template(path = "chart/bars.html")]
pub(crate) struct Bars {
    title: String,
    width: u64,
    height: u64,
    rows: Vec<DrawnRow>,
    legend: Vec<(&'static str, &'static str)>,
}

impl Bars {
    /// Draws the rows to one scale; `None` when there is nothing to count.
    pub(crate) fn draw(title: &str, rows: &[Row]) -> Option<Self> {
        let largest =
            rows.iter().map(|row| row.counts.values().sum::<u64>()).max().filter(|count| *count > 0)?;
        let drawn = rows.iter().zip(0_u64..).map(|(row, position)| {
            let mut before = 0;
            let mut parts = Vec::new();
            for (standing, count) in row.counts.iter().filter(|(_, count)| **count > 0) {
                let x = LABEL_WIDTH + before * BAR_WIDTH / largest;
                let width = LABEL_WIDTH + (before + count) * BAR_WIDTH / largest - x;
                before += count;
                parts.push(Part {
                    x,
                    width,
                    class: standing.word(),
                    title: format!("{} {count} 项", standing.label()),
                    count: if width >= 18 { count.to_string() } else { String::new() },
                });
            }
            DrawnRow {
                y: position * ROW_HEIGHT,
                label: shorten(&row.label, 16),
                full: row.label.clone(),
                link: row.link.clone(),
                parts,
                total_x: LABEL_WIDTH + before * BAR_WIDTH / largest + 8,
                total: before,
            }
        });
        let rows: Vec<DrawnRow> = drawn.collect();
        Some(Self {
            title: title.to_owned(),
            width: LABEL_WIDTH + BAR_WIDTH + 60,
            height: rows.len() as u64 * ROW_HEIGHT + 4,
            rows,
            legend: Standing::ALL.into_iter().map(|standing| (standing.word(), standing.label())).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_follow_one_another_without_gap() {
        let counts = BTreeMap::from([(Standing::Overdue, 1), (Standing::OnTime, 7), (Standing::Done, 3)]);
        let row = |counts| Row { label: "旗财政局".into(), link: "#".into(), counts };
        let chart = Bars::draw("进展", &[row(counts), row(BTreeMap::new())]).unwrap();
        let parts = &chart.rows[0].parts;
        assert_eq!(parts.len(), 3);
        for pair in parts.windows(2) {
            assert_eq!(pair[0].x + pair[0].width, pair[1].x);
        }
        assert_eq!(parts[2].x + parts[2].width, LABEL_WIDTH + BAR_WIDTH);
        assert_eq!(chart.rows[0].total, 11);
        assert!(Bars::draw("进展", &[row(BTreeMap::new())]).is_none());
    }
}
