//! The Gantt chart (甘特图) of a plan: a table whose rows are assignments and whose last column is drawn, one picture a
//! row. Being a table it repeats its head on paper, keeps its labels in sight when it scrolls, and can be heard.

use super::axis::{Axis, Share, Tick};
use super::shorten;
use askama::Template;
use jiff::civil::Date;

/// A span of a row.
#[derive(Debug, Clone)]
pub(crate) struct Span {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// What it is, e.g. the phase's name; may be empty.
    pub label: String,
    /// Without an end: drawn as an arrow.
    pub open: bool,
}

/// A row of the chart.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// Its words.
    pub label: String,
    /// Where they lead.
    pub link: String,
    /// How it stands: colours the spans and the badge.
    pub class: &'static str,
    /// How it stands, in words.
    pub standing: &'static str,
    /// Its spans.
    pub spans: Vec<Span>,
}

/// The narrowest the drawn column gets on a desktop, in pixels; decides how many characters fit on a span.
const PLOT_WIDTH: i64 = 560;
const CHARACTER_WIDTH: i64 = 13;

#[derive(Debug)]
struct DrawnSpan {
    x: Share,
    width: Share,
    end: Share,
    open: bool,
    label: String,
    title: String,
}

#[derive(Debug)]
struct DrawnRow {
    label: String,
    link: String,
    class: &'static str,
    standing: &'static str,
    spans: Vec<DrawnSpan>,
    heard: String,
}

/// The line of today.
#[derive(Debug)]
struct Today {
    x: Share,
    anchor: &'static str,
    label: String,
}

/// The drawn chart.
#[derive(Template, Debug)]
#[template(path = "chart/gantt.html")]
pub(crate) struct Gantt {
    title: String,
    range: String,
    size: &'static str,
    ticks: Vec<Tick>,
    rows: Vec<DrawnRow>,
    today: Option<Today>,
}

impl Gantt {
    /// Draws the rows; `None` when no row has a span.
    pub(crate) fn draw(title: &str, rows: &[Row], today: Date) -> Option<Self> {
        let spans = || rows.iter().flat_map(|row| &row.spans);
        let first = spans().map(|span| span.from.min(span.to)).min()?;
        let last = spans().map(|span| span.to).max()?;
        let axis = Axis::over(first, last, today);
        Some(Self {
            title: title.to_owned(),
            range: axis.in_words(),
            size: match axis.months() {
                ..=9 => "months-9",
                10..=18 => "months-18",
                _ => "months-many",
            },
            ticks: axis.ticks(),
            rows: rows.iter().map(|row| draw_row(&axis, row)).collect(),
            today: axis.holds(today).then(|| draw_today(&axis, today)),
        })
    }
}

fn draw_today(axis: &Axis, today: Date) -> Today {
    let x = axis.at(today);
    let anchor = match x.percent() {
        ..=10 => "start",
        11..=89 => "middle",
        _ => "end",
    };
    Today { x, anchor, label: format!("今天 {}月{}日", today.month(), today.day()) }
}

fn draw_row(axis: &Axis, row: &Row) -> DrawnRow {
    let spans: Vec<DrawnSpan> = row.spans.iter().map(|span| draw_span(axis, span)).collect();
    let titles: Vec<&str> = spans.iter().map(|span| span.title.as_str()).collect();
    DrawnRow {
        label: row.label.split_whitespace().collect(),
        link: row.link.clone(),
        class: row.class,
        standing: row.standing,
        heard: titles.join("；"),
        spans,
    }
}

fn draw_span(axis: &Axis, span: &Span) -> DrawnSpan {
    let (x, end) = axis.between(span.from, span.to);
    let width = end.minus(x);
    let fits = usize::try_from(width.of(PLOT_WIDTH) / CHARACTER_WIDTH).unwrap_or(0);
    let label = if fits >= 2 { shorten(&span.label, fits) } else { String::new() };
    let days = if span.open {
        format!("{} 起", span.from)
    } else if span.from < span.to {
        format!("{} 至 {}", span.from, span.to)
    } else {
        span.to.to_string()
    };
    let title = if span.label.is_empty() { days } else { format!("{} {days}", span.label) };
    DrawnSpan { x, width, end, open: span.open, label, title }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn row(spans: &[(Date, Date)]) -> Row {
        Row {
            label: "城乡规划领域\n征地补偿领域".into(),
            link: "/office/assignments/1".into(),
            class: "overdue",
            standing: "已逾期",
            spans: spans
                .iter()
                .map(|(from, to)| Span { from: *from, to: *to, label: "梳理".into(), open: false })
                .collect(),
        }
    }

    fn any_date() -> impl Strategy<Value = Date> {
        (-9999_i16..=9999, 1_i8..=12, 1_i8..=28).prop_map(|(year, month, day)| date(year, month, day))
    }

    proptest! {
        #[test]
        fn every_span_lies_within_the_chart(ends in prop::collection::vec((any_date(), any_date()), 1..8), today in any_date()) {
            let chart = Gantt::draw("计划", &[row(&ends)], today).unwrap();
            for span in chart.rows.iter().flat_map(|row| &row.spans) {
                prop_assert!(span.x >= Share::START && span.end <= Share::END, "{span:?}");
                prop_assert!(span.width > Share::START, "{span:?}");
            }
            prop_assert!(!chart.ticks.is_empty() && chart.ticks.len() <= 60, "{}", chart.ticks.len());
            prop_assert!(chart.render().is_ok());
        }
    }

    #[test]
    fn phases_of_one_row_stand_in_order_and_are_heard() {
        let phases = [(date(2020, 8, 1), date(2020, 8, 31)), (date(2020, 9, 1), date(2020, 9, 30))];
        let chart = Gantt::draw("计划", &[row(&phases)], date(2020, 9, 21)).unwrap();
        let spans = &chart.rows[0].spans;
        assert_eq!(spans[0].end, spans[1].x, "one ends where the next begins");
        assert_eq!(chart.rows[0].heard, "梳理 2020-08-01 至 2020-08-31；梳理 2020-09-01 至 2020-09-30");
        assert_eq!(chart.range, "2020年8月至2020年9月");
        assert!(chart.render().unwrap().contains("今天 9月21日"));
    }

    #[test]
    fn a_page_with_the_chart_holds_no_inline_style() {
        let chart = Gantt::draw("计划", &[row(&[(date(2020, 8, 1), date(2020, 8, 31))])], date(2020, 8, 3));
        let html = chart.unwrap().render().unwrap();
        assert!(!html.contains("style="), "{html}");
        assert!(html.contains("城乡规划领域征地补偿领域"), "{html}");
    }

    #[test]
    fn without_spans_there_is_no_chart() {
        assert!(Gantt::draw("计划", &[row(&[])], date(2020, 9, 1)).is_none());
    }
}
