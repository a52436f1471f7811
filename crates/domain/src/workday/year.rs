//! One year's holiday arrangement, read from its TOML file (`data/calendar/2026.toml` shows the form).
//! An office adds a later year by writing such a file, so every mistake in it is answered with its line.

use crate::document_number::DocumentNumber;
use jiff::civil::{Date, Weekday, date};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use toml::Spanned;

/// A year's file holds some forty days; what is larger is another file.
const FILE_BYTES_MAX: usize = 256 * 1024;
/// Twice what any year has needed.
const DAYS_MAX: usize = 120;
/// The longest name so far has 28 characters (2015-09-03).
const NAME_CHARACTERS_MAX: usize = 60;
const YEARS: RangeInclusive<i16> = 1949..=2199;

/// Whether a day named in a notice is a day off or a day at work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// 放假
    Off,
    /// 上班 on a Saturday or Sunday (调休)
    Work,
}

impl Kind {
    /// The one-character mark calendars print: 休 or 班.
    pub fn mark(self) -> &'static str {
        match self {
            Self::Off => "休",
            Self::Work => "班",
        }
    }
}

/// A day that a notice names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArrangedDay {
    /// The day.
    pub date: Date,
    /// The holiday it belongs to, e.g. `国庆节`.
    pub name: String,
    /// Off or at work.
    pub kind: Kind,
}

/// The document an arrangement stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Title, e.g. `国务院办公厅关于2026年部分节假日安排的通知`.
    pub title: String,
    /// Document number; `None` where the file says that it could not be verified.
    pub number: Option<DocumentNumber>,
    /// Formed on (成文日期), where known.
    pub issued: Option<Date>,
}

/// One year's arrangement: the notice, what amended it, and the days as they stand in the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarYear {
    year: i16,
    notice: Notice,
    amendments: Vec<Notice>,
    days: Vec<ArrangedDay>,
}

/// Why a year's file was not taken. Reads as a sentence for whoever wrote the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// Larger than any year's file can be.
    #[error("文件太大（超过256 KB），不像是一年的节假日安排，请核对是否选错了文件。")]
    TooLarge,
    /// Not TOML, a key missing, or a key nobody knows.
    #[error(
        "第{line}行“{text}”写法不对。文件先写 year、title、number，再逐日写 [[days]]，每日写 date = \"2026-01-01\"、name = \"元旦\"、kind = \"off\"（放假）或 \"work\"（上班）。"
    )]
    Syntax {
        /// Line, from 1.
        line: usize,
        /// The line's text, shortened.
        text: String,
    },
    /// A year out of range.
    #[error("第{line}行的年份 {year} 不对，应在1949至2199之间。")]
    Year {
        /// Line, from 1.
        line: usize,
        /// As written.
        year: i16,
    },
    /// A title or a name that is empty, too long or holds control characters.
    #[error("第{line}行的名称是空的、过长（超过60个字）或含有控制字符，请重新填写。")]
    Name {
        /// Line, from 1.
        line: usize,
    },
    /// Neither a number nor the admission that it was not verified.
    #[error("没有写发文字号（number）。确实无法核对时，请另写一行 notice_unverified = true。")]
    NumberMissing,
    /// Not a document number.
    #[error("第{line}行的“{text}”不是完整的发文字号，应写成“国办发明电〔2025〕7号”的样子。")]
    Number {
        /// Line, from 1.
        line: usize,
        /// As written.
        text: String,
    },
    /// Not a date.
    #[error("第{line}行的“{text}”不是有效的日期，应写成“2026-01-01”的样子。")]
    Date {
        /// Line, from 1.
        line: usize,
        /// As written.
        text: String,
    },
    /// Neither `off` nor `work`.
    #[error("第{line}行的“{text}”看不懂，kind 只能写 off（放假）或 work（上班）。")]
    Kind {
        /// Line, from 1.
        line: usize,
        /// As written.
        text: String,
    },
    /// A day that this year's notice cannot be about.
    #[error("第{line}行的 {date} 不属于{year}年的安排（只收本年各日，以及上年12月、下年1月的相连日子）。")]
    OtherYear {
        /// Line, from 1.
        line: usize,
        /// The day.
        date: Date,
        /// The file's year.
        year: i16,
    },
    /// The same day twice.
    #[error("第{line}行的 {date} 与第{first}行重复，请只保留一处。")]
    Twice {
        /// Line, from 1.
        line: usize,
        /// The day.
        date: Date,
        /// The line where it stood first.
        first: usize,
    },
    /// A weekday declared a day at work: it is one anyway, so the date is most likely mistyped.
    #[error("第{line}行的 {date} 是{weekday}，本来就上班，不必写 work；请核对日期。")]
    NotWeekend {
        /// Line, from 1.
        line: usize,
        /// The day.
        date: Date,
        /// Its weekday.
        weekday: &'static str,
    },
    /// No day off, or too many days.
    #[error("列出的日子共{count}天，其中放假{off}天，不像是一年的安排（至少放假1天，总数不超过120天）。")]
    Count {
        /// All days.
        count: usize,
        /// Days off.
        off: usize,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    year: Spanned<i16>,
    title: Spanned<String>,
    number: Option<Spanned<String>>,
    #[serde(default)]
    notice_unverified: bool,
    issued: Option<Spanned<String>>,
    #[serde(default)]
    amendments: Vec<AmendmentEntry>,
    days: Vec<DayEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AmendmentEntry {
    title: Spanned<String>,
    number: Spanned<String>,
    issued: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DayEntry {
    date: Spanned<String>,
    name: Spanned<String>,
    kind: Spanned<String>,
}

impl CalendarYear {
    /// Reads a year's file. A byte-order mark and either line ending are accepted.
    ///
    /// # Errors
    /// [`CalendarError`]: the first mistake, with its line.
    ///
    /// ```
    /// use domain::workday::CalendarYear;
    /// let year = CalendarYear::parse(
    ///     "year = 2027\ntitle = '国务院办公厅关于2027年部分节假日安排的通知'\nnotice_unverified = true\n\
    ///      [[days]]\ndate = '2027-01-01'\nname = '元旦'\nkind = 'off'\n",
    /// )
    /// .unwrap();
    /// assert_eq!((year.year(), year.days().len()), (2027, 1));
    ///
    /// let mistake = CalendarYear::parse("year = 2027\ntitle = '通知'\nnotice_unverified = true\n\
    ///      [[days]]\ndate = '2027-02-30'\nname = '春节'\nkind = 'off'\n").unwrap_err();
    /// assert_eq!(mistake.to_string(), "第5行的“2027-02-30”不是有效的日期，应写成“2026-01-01”的样子。");
    /// ```
    pub fn parse(text: &str) -> Result<Self, CalendarError> {
        if text.len() > FILE_BYTES_MAX {
            return Err(CalendarError::TooLarge);
        }
        let text = Source(text.strip_prefix('\u{feff}').unwrap_or(text));
        let file: File = toml::from_str(text.0).map_err(|error| text.syntax(&error))?;
        let year = *file.year.get_ref();
        if !YEARS.contains(&year) {
            return Err(CalendarError::Year { line: text.line(&file.year), year });
        }
        if file.number.is_none() && !file.notice_unverified {
            return Err(CalendarError::NumberMissing);
        }
        let notice = text.notice(&file.title, file.number.as_ref(), file.issued.as_ref())?;
        let amendments = file
            .amendments
            .iter()
            .map(|entry| text.notice(&entry.title, Some(&entry.number), entry.issued.as_ref()))
            .collect::<Result<_, _>>()?;
        Ok(Self { year, notice, amendments, days: text.days(&file.days, year)? })
    }

    /// The year that the arrangement is about.
    pub fn year(&self) -> i16 {
        self.year
    }

    /// The notice.
    pub fn notice(&self) -> &Notice {
        &self.notice
    }

    /// Later notices that changed it; the days already say what they left.
    pub fn amendments(&self) -> &[Notice] {
        &self.amendments
    }

    /// Every day named, in order. Some may lie in the December before or the January after.
    pub fn days(&self) -> &[ArrangedDay] {
        &self.days
    }
}

/// The file's text, to turn places into lines.
struct Source<'text>(&'text str);

impl Source<'_> {
    fn line_at(&self, offset: usize) -> usize {
        self.0.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
    }

    fn line<T>(&self, place: &Spanned<T>) -> usize {
        self.line_at(place.span().start)
    }

    fn syntax(&self, error: &toml::de::Error) -> CalendarError {
        let line = self.line_at(error.span().map_or(0, |span| span.start));
        let text = self.0.lines().nth(line - 1).unwrap_or_default();
        let text = text.chars().filter(|c| !c.is_control()).take(60).collect();
        CalendarError::Syntax { line, text }
    }

    fn name(&self, place: &Spanned<String>) -> Result<String, CalendarError> {
        let name = place.get_ref().trim();
        let length = name.chars().count();
        if length == 0 || length > NAME_CHARACTERS_MAX || name.chars().any(char::is_control) {
            return Err(CalendarError::Name { line: self.line(place) });
        }
        Ok(name.to_owned())
    }

    fn date(&self, place: &Spanned<String>) -> Result<Date, CalendarError> {
        let text = place.get_ref().trim();
        let strict = || {
            let (year, rest) = text.split_once('-')?;
            let (month, day) = rest.split_once('-')?;
            let number = |digits: &str, width: usize| {
                let plain = digits.len() == width && digits.bytes().all(|byte| byte.is_ascii_digit());
                plain.then(|| digits.parse::<i16>().ok()).flatten()
            };
            let (month, day) = (i8::try_from(number(month, 2)?).ok()?, i8::try_from(number(day, 2)?).ok()?);
            Date::new(number(year, 4)?, month, day).ok()
        };
        strict().ok_or_else(|| CalendarError::Date { line: self.line(place), text: shorten(text) })
    }

    fn notice(
        &self,
        title: &Spanned<String>,
        number: Option<&Spanned<String>>,
        issued: Option<&Spanned<String>>,
    ) -> Result<Notice, CalendarError> {
        let number = number.map(|place| {
            DocumentNumber::read(place.get_ref()).ok_or_else(|| CalendarError::Number {
                line: self.line(place),
                text: shorten(place.get_ref()),
            })
        });
        Ok(Notice {
            title: self.name(title)?,
            number: number.transpose()?,
            issued: issued.map(|place| self.date(place)).transpose()?,
        })
    }

    fn days(&self, entries: &[DayEntry], year: i16) -> Result<Vec<ArrangedDay>, CalendarError> {
        let mut days: BTreeMap<Date, (usize, ArrangedDay)> = BTreeMap::new();
        for entry in entries {
            let line = self.line(&entry.date);
            let date = self.date(&entry.date)?;
            if !belongs(date, year) {
                return Err(CalendarError::OtherYear { line, date, year });
            }
            if let Some((first, _)) = days.get(&date) {
                return Err(CalendarError::Twice { line, date, first: *first });
            }
            let kind = match entry.kind.get_ref().trim() {
                "off" => Kind::Off,
                "work" => Kind::Work,
                other => {
                    return Err(CalendarError::Kind { line: self.line(&entry.kind), text: shorten(other) });
                }
            };
            if kind == Kind::Work && !is_weekend(date) {
                return Err(CalendarError::NotWeekend { line, date, weekday: weekday_name(date) });
            }
            days.insert(date, (line, ArrangedDay { date, name: self.name(&entry.name)?, kind }));
        }
        let off = days.values().filter(|(_, day)| day.kind == Kind::Off).count();
        if off == 0 || days.len() > DAYS_MAX {
            return Err(CalendarError::Count { count: days.len(), off });
        }
        Ok(days.into_values().map(|(_, day)| day).collect())
    }
}

fn belongs(day: Date, year: i16) -> bool {
    // The range of YEARS keeps both neighbours within the calendar.
    (date(year - 1, 12, 1)..=date(year + 1, 1, 31)).contains(&day)
}

fn shorten(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(40).collect()
}

/// Whether a plain calendar makes the date a Saturday or Sunday.
pub(super) fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// `星期一` … `星期日`.
pub fn weekday_name(date: Date) -> &'static str {
    match date.weekday() {
        Weekday::Monday => "星期一",
        Weekday::Tuesday => "星期二",
        Weekday::Wednesday => "星期三",
        Weekday::Thursday => "星期四",
        Weekday::Friday => "星期五",
        Weekday::Saturday => "星期六",
        Weekday::Sunday => "星期日",
    }
}
