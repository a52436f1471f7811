//! The Gantt chart (甘特图) of a plan: a row an assignment, its spans over the months, today as a line.

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
    /// How it stands: colours the spans.
    pub class: &'static str,
    /// How it stands, in words, for those who hear the chart.
    pub standing: &'static str,
    /// Its spans.
    pub spans: Vec<Span>,
}

const LABEL_WIDTH: i64 = 250;
const MONTH_WIDTH: i64 = 62;
const ROW_HEIGHT: i64 = 30;
const AXIS_HEIGHT: i64 = 34;
/// More months than that are drawn narrower.
const MONTHS_WIDE: i64 = 24;

#[derive(Debug)]
struct DrawnSpan {
    x: i64,
    width: i64,
    arrow: i64,
    label: String,
    title: String,
}

#[derive(Debug)]
struct DrawnRow {
    y: i64,
    text_y: i64,
    bar_y: i64,
    label: String,
    full: String,
    link: String,
    class: &'static str,
    spans: Vec<DrawnSpan>,
}

#[derive(Debug)]
struct Month {
    x: i64,
    label: String,
}

/// The drawn chart.
#[derive(Template, Debug)]
#[template(path = "chart/gantt.html")]
pub(crate) struct Gantt {
    title: String,
    description: String,
    width: i64,
    height: i64,
    axis_height: i64,
    months: Vec<Month>,
    rows: Vec<DrawnRow>,
    today: Option<i64>,
    today_label: String,
}

fn month_index(date: Date) -> i64 {
    i64::from(date.year()) * 12 + i64::from(date.month()) - 1
}

struct Axis {
    first_month: i64,
    months: i64,
    month_width: i64,
}

impl Axis {
    fn around(dates: impl Iterator<Item = Date> + Clone) -> Option<Self> {
        let first_month = month_index(dates.clone().min()?);
        let months = month_index(dates.max()?) - first_month + 1;
        let month_width =
            if months <= MONTHS_WIDE { MONTH_WIDTH } else { (MONTH_WIDTH * MONTHS_WIDE / months).max(6) };
        Some(Self { first_month, months, month_width })
    }

    /// Where a day begins, counted from the chart's left edge; days outside are put at the edge.
    fn x(&self, date: Date) -> i64 {
        let month = month_index(date) - self.first_month;
        let within = (i64::from(date.day()) - 1) * self.month_width / i64::from(date.days_in_month());
        LABEL_WIDTH + (month * self.month_width + within).clamp(0, self.right() - LABEL_WIDTH)
    }

    fn right(&self) -> i64 {
        LABEL_WIDTH + self.months * self.month_width
    }

    fn labels(&self) -> Vec<Month> {
        let every = (34 / self.month_width.max(1) + 1).max(1);
        (0..self.months)
            .filter(|month| month % every == 0)
            .map(|month| {
                let index = self.first_month + month;
                let (year, number) = (index.div_euclid(12), index.rem_euclid(12) + 1);
                let label = if month == 0 || number == 1 {
                    format!("{year}年{number}月")
                } else {
                    format!("{number}月")
                };
                Month { x: LABEL_WIDTH + month * self.month_width, label }
            })
            .collect()
    }
}

impl Gantt {
    /// Draws the rows; `None` when no row has a span.
    pub(crate) fn draw(title: &str, rows: &[Row], today: Date) -> Option<Self> {
        let spans = || rows.iter().flat_map(|row| &row.spans);
        let ends = spans().flat_map(|span| [span.from, span.to]);
        let axis = Axis::around(ends)?;
        let drawn = rows.iter().zip(0_i64..).map(|(row, position)| {
            let y = AXIS_HEIGHT + position * ROW_HEIGHT;
            DrawnRow {
                y,
                text_y: y + 20,
                bar_y: y + 7,
                label: shorten(&row.label, 17),
                full: format!("{}（{}）", row.label, row.standing),
                link: row.link.clone(),
                class: row.class,
                spans: row.spans.iter().map(|span| draw_span(&axis, span)).collect(),
            }
        });
        let rows_drawn: Vec<DrawnRow> = drawn.collect();
        let height = AXIS_HEIGHT + i64::try_from(rows_drawn.len()).unwrap_or(0) * ROW_HEIGHT + 6;
        let month_today = month_index(today) - axis.first_month;
        Some(Self {
            title: title.to_owned(),
            description: format!(
                "共{}行，横轴从{}起{}个月；同样的内容见下方表格。",
                rows.len(),
                axis_start(&axis),
                axis.months
            ),
            width: axis.right() + 12,
            height,
            axis_height: AXIS_HEIGHT,
            months: axis.labels(),
            rows: rows_drawn,
            today: (0..axis.months).contains(&month_today).then(|| axis.x(today)),
            today_label: format!("今天 {}月{}日", today.month(), today.day()),
        })
    }
}

fn axis_start(axis: &Axis) -> String {
    format!("{}年{}月", axis.first_month.div_euclid(12), axis.first_month.rem_euclid(12) + 1)
}

fn draw_span(axis: &Axis, span: &Span) -> DrawnSpan {
    let x = axis.x(span.from);
    let end = span.to.tomorrow().map_or(axis.right(), |next| axis.x(next)).min(axis.right());
    let width = (end - x).max(4);
    let fits = usize::try_from(width / 14).unwrap_or(0);
    let label = if fits >= 2 { shorten(&span.label, fits) } else { String::new() };
    let to = if span.open { "持续推进".to_owned() } else { span.to.to_string() };
    DrawnSpan {
        x,
        width,
        arrow: if span.open { x + width } else { 0 },
        label,
        title: format!("{} {} 至 {to}", span.label, span.from),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn row(spans: &[(Date, Date)]) -> Row {
        Row {
            label: "编制旗镇两级二十六个领域政务公开事项标准目录".into(),
            link: "/office/assignments/1".into(),
            class: "overdue",
            standing: "已逾期",
            spans: spans
                .iter()
                .map(|(from, to)| Span { from: *from, to: *to, label: "梳理".into(), open: false })
                .collect(),
        }
    }

    #[test]
    fn every_span_lies_within_the_chart() {
        for (from, to) in [
            (date(2020, 8, 1), date(2020, 8, 31)),
            (date(2020, 12, 31), date(2021, 1, 1)),
            (date(1999, 1, 1), date(2099, 12, 31)),
            (date(2020, 2, 29), date(2020, 2, 29)),
            (Date::MIN, Date::MAX),
        ] {
            let chart = Gantt::draw("计划", &[row(&[(from, to)])], date(2020, 9, 1)).unwrap();
            for span in chart.rows.iter().flat_map(|row| &row.spans) {
                assert!(span.x >= LABEL_WIDTH && span.width > 0, "{from} {to} {span:?}");
                assert!(span.x + span.width <= chart.width, "{from} {to} {span:?}");
            }
        }
    }

    #[test]
    fn days_keep_their_order() {
        let axis = Axis::around([date(2020, 8, 1), date(2021, 3, 31)].into_iter()).unwrap();
        let mut day = date(2020, 8, 1);
        while day < date(2021, 3, 31) {
            let next = day.tomorrow().unwrap();
            assert!(axis.x(next) > axis.x(day), "{day}");
            day = next;
        }
    }

    #[test]
    fn without_spans_there_is_no_chart() {
        assert!(Gantt::draw("计划", &[row(&[])], date(2020, 9, 1)).is_none());
    }
}
