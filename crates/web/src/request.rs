//! What the office and the portal have alike of a request: the form it comes by, its days as a calendar, its letters as
//! files, files it takes.

use crate::app::App;
use crate::form::{Upload, UploadedFile};
use crate::office::{media_type, sent_as_file};
use crate::problem::Problem;
use axum::body::Body;
use axum::response::Response;
use domain::limits::REQUEST_FILE_BYTES_MAX;
use domain::request::{ApplicantKind, Clock, Identity, Mark, Obtaining, Providing, StopKind, Way};
use domain::unit::UnitId;
use jiff::civil::Date;
use std::collections::HashMap;
use store::request::{Applicant, FileRow, LetterRow, Missing, NewFile, Purpose, Submission};
use tables::{Limits, attachment};

/// What is wrong with a form: the field, and a sentence.
pub(crate) type Wrong = (&'static str, String);

/// What was typed about a request.
#[derive(Default)]
pub(crate) struct Typed(HashMap<String, String>);

impl<const N: usize> From<[(&str, String); N]> for Typed {
    fn from(fields: [(&str, String); N]) -> Self {
        Self(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }
}

impl Typed {
    /// The text fields of a form, and its files.
    pub(crate) fn of(upload: Upload) -> (Self, Vec<UploadedFile>) {
        (Self(upload.fields), upload.files)
    }

    /// A field, trimmed; empty when missing.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |value| value.trim())
    }

    /// Whether a field has a value.
    pub(crate) fn is(&self, name: &str, value: &str) -> bool {
        self.get(name) == value
    }

    fn applicant(&self, kind: ApplicantKind, identity: Identity) -> Applicant {
        let field = |name: &str| self.get(name).to_owned();
        Applicant {
            kind,
            name: field("applicant"),
            identity,
            identity_number: field("identity_number"),
            phone: field("phone"),
            address: field("address"),
            email: field("email"),
        }
    }

    /// The request, if it lacks nothing.
    ///
    /// # Errors
    /// What it lacks, in the order of the form.
    pub(crate) fn submission(
        &self,
        unit: UnitId,
        way: Way,
        arrived: Date,
        files: &[UploadedFile],
    ) -> Result<Submission, Vec<Wrong>> {
        let (Some(kind), Some(identity), Some(providing), Some(obtaining)) = (
            ApplicantKind::from_word(self.get("kind")),
            Identity::from_word(self.get("identity")),
            Providing::from_word(self.get("providing")),
            Obtaining::from_word(self.get("obtaining")),
        ) else {
            return Err(vec![("kind", "请选择申请人类别、身份证明种类、提供形式和获取途径。".to_owned())]);
        };
        let files = read_files(files, Purpose::Material);
        let refused = files.as_ref().err().map(|words| ("files", words.clone()));
        let submission = Submission {
            unit,
            applicant: self.applicant(kind, identity),
            wanted: self.get("wanted").to_owned(),
            way,
            arrived,
            providing,
            obtaining,
            files: files.unwrap_or_default(),
            form: Some(self.get("form").to_owned()),
        };
        let missing = store::request::problems(&submission);
        let wrong = missing.into_iter().map(|(missing, words)| (field(missing), words));
        let wrong: Vec<Wrong> = wrong.chain(refused).collect();
        if wrong.is_empty() { Ok(submission) } else { Err(wrong) }
    }
}

/// The field of the form that something missing belongs to.
fn field(missing: Missing) -> &'static str {
    match missing {
        Missing::Wanted => "wanted",
        Missing::Name => "applicant",
        Missing::Identity => "identity_number",
        Missing::Contact => "phone",
        Missing::Address => "address",
        Missing::Email => "email",
        Missing::Obtaining => "obtaining",
    }
}

/// A day of the calendar.
pub(crate) struct Day {
    /// The day of the month; empty before the first and after the last day shown.
    pub(crate) number: String,
    /// The class that gives its colour.
    pub(crate) class: &'static str,
    /// What it is, in a word.
    pub(crate) word: String,
    /// What it is, in words that are read out.
    pub(crate) said: String,
}

/// A month of the calendar, week by week from Monday.
pub(crate) struct Month {
    /// `2020年9月`.
    pub(crate) name: String,
    /// Weeks of seven days.
    pub(crate) weeks: Vec<Vec<Day>>,
}

fn empty() -> Day {
    Day { number: String::new(), class: "", word: String::new(), said: String::new() }
}

fn day(clock: &Clock, day: &domain::request::StripDay) -> Day {
    let stop = |kind: StopKind| match kind {
        StopKind::Supplement => "补正",
        StopKind::ThirdParty => "第三方",
        StopKind::Agency => "征求",
        StopKind::Fee => "缴费",
    };
    let (class, word, said) = match &day.mark {
        Mark::Before | Mark::After => ("", String::new(), String::new()),
        Mark::Start => ("start", "起算".to_owned(), "期限从这一天的次日起计算".to_owned()),
        Mark::Counted(count) => ("counted", format!("第{count}日"), format!("计入期限的第{count}个工作日")),
        Mark::Off(name) => ("off", "休".to_owned(), format!("{name}，不计入")),
        Mark::Stopped(kind) => ("stopped", stop(*kind).to_owned(), format!("{}，不计入", kind.label())),
    };
    let (class, word) = match () {
        () if clock.due == Some(day.date) => ("due", "到期".to_owned()),
        () if clock.ended == Some(day.date) => ("ended", "办结".to_owned()),
        () => (class, word),
    };
    let word = if day.known || word.is_empty() { word } else { format!("{word}?") };
    Day { number: day.date.day().to_string(), class, word, said }
}

/// The days of a case as months.
pub(crate) fn months(clock: &Clock) -> Vec<Month> {
    let mut months: Vec<Month> = Vec::new();
    for found in &clock.days {
        let date = found.date;
        let name = format!("{}年{}月", date.year(), date.month());
        let weekday = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or(0);
        if months.last().is_none_or(|month| month.name != name) {
            months.push(Month { name, weeks: Vec::new() });
        }
        let Some(month) = months.last_mut() else { continue };
        if month.weeks.is_empty() || weekday == 0 {
            month.weeks.push(Vec::new());
        }
        let Some(week) = month.weeks.last_mut() else { continue };
        // The first week of what is shown may begin in its middle.
        while week.len() < weekday {
            week.push(empty());
        }
        week.push(day(clock, found));
    }
    for week in months.iter_mut().flat_map(|month| &mut month.weeks) {
        week.resize_with(7, empty);
    }
    months
}

/// An issued letter as a Word or PDF file.
pub(crate) async fn letter_file(app: &App, row: &LetterRow, ending: &str) -> Result<Response, Problem> {
    let name = format!("{} {}.{ending}", row.letter.title, row.number);
    let bytes = letter_bytes(app, &row.letter, ending).await?;
    Ok(sent_as_file(&name, media_type(&name), Body::from(bytes)))
}

/// A letter's bytes as `docx` or `pdf`.
pub(crate) async fn letter_bytes(
    app: &App,
    letter: &domain::letter::Letter,
    ending: &str,
) -> Result<Vec<u8>, Problem> {
    if ending == "docx" {
        return tables::letter::write_docx(letter).map_err(|error| {
            tracing::error!(?error, "a letter could not be written as docx");
            Problem::bad_input(error.to_string())
        });
    }
    if ending != "pdf" {
        return Err(Problem::not_found("这种格式的文书"));
    }
    let (letter, fonts) = (letter.clone(), app.fonts.clone());
    match tokio::task::spawn_blocking(move || print::letter(&letter, &fonts)).await {
        Ok(Ok(pdf)) => Ok(pdf.bytes),
        Ok(Err(error)) => {
            tracing::error!(?error, "a letter could not be printed");
            Err(Problem::bad_input(error.to_string()))
        }
        Err(error) => {
            tracing::error!(?error, "printing broke off");
            Err(Problem::fault())
        }
    }
}

/// A file of a case, saved under its name.
pub(crate) fn case_file(file: &FileRow, content: bytes::Bytes) -> Response {
    sent_as_file(&file.name, &file.media_type, Body::from(content))
}

/// Reads uploaded files; programs, archives of other things and what is too large are refused with their names.
///
/// # Errors
/// A sentence for the person who sent them.
pub(crate) fn read_files(files: &[UploadedFile], purpose: Purpose) -> Result<Vec<NewFile>, String> {
    let mut read = Vec::new();
    for file in files {
        let size = file.file.as_file().metadata().map_or(u64::MAX, |found| found.len());
        if size > REQUEST_FILE_BYTES_MAX as u64 {
            let limit = REQUEST_FILE_BYTES_MAX / 1_000_000;
            return Err(format!("文件“{}”超过{limit}MB，没有保存。请压缩或者拆分后重新上传。", file.name));
        }
        let content = std::fs::read(file.file.path()).map_err(|error| {
            tracing::error!(%error, "an upload could not be read again");
            format!("文件“{}”没有保存成功，请重新上传。", file.name)
        })?;
        if let Err(refusal) = attachment::kind(&file.name, &content, &Limits::default()) {
            return Err(format!("文件“{}”不能接收：{refusal}", file.name));
        }
        read.push(NewFile {
            purpose,
            name: file.name.clone(),
            media_type: media_type(&file.name).to_owned(),
            content: content.into(),
        });
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::request::{Event, EventKind, clock};
    use domain::{rule::Rules, workday::Calendar};
    use jiff::civil::date;

    #[test]
    fn days_stand_under_their_weekdays() {
        let events = [Event::new(date(2020, 9, 23), EventKind::Received)];
        let clock = clock(&events, &Calendar::builtin(), &Rules::builtin().unwrap(), date(2020, 9, 25));
        let months = months(&clock);
        assert_eq!(
            months.iter().map(|month| month.name.as_str()).collect::<Vec<_>>(),
            ["2020年9月", "2020年10月"]
        );
        let week = &months[0].weeks[0];
        assert_eq!(
            week.iter().map(|day| day.number.as_str()).collect::<Vec<_>>(),
            ["", "", "23", "24", "25", "26", "27"]
        );
        assert_eq!((week[2].class, week[3].word.as_str(), week[5].class), ("start", "第1日", "off"));
        assert_eq!(week[6].class, "counted", "the Sunday that is worked counts");
        let last = months[1].weeks.iter().flatten().find(|day| day.class == "due").unwrap();
        assert_eq!(last.number, clock.due.unwrap().day().to_string());
        assert!(months.iter().flat_map(|month| &month.weeks).all(|week| week.len() == 7));
    }
}
