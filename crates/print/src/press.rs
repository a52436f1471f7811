//! The press: a template, its data and the faces in; pages and a PDF file out. One sheet at a time, because a long
//! table takes some hundred megabytes while it is laid out.

use crate::font::Fonts;
use crate::text::fit;
use crate::{Pdf, PrintError};
use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{LazyLock, Mutex, OnceLock, PoisonError};
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Dict, Duration, IntoValue, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

static PRESS: Mutex<()> = Mutex::new(());

/// Makes a template's data for the faces it will be drawn with.
pub(crate) type DataFor<'a> = dyn Fn(&Fonts) -> Result<Value, PrintError> + 'a;

/// A template's source. Its text never changes, so it is parsed once.
pub(crate) struct Template(LazyLock<Option<Source>>);

/// The template of letters.
pub(crate) static LETTER: Template =
    Template(LazyLock::new(|| source("letter.typ", include_str!("../templates/letter.typ"))));
/// The template of tables.
pub(crate) static TABLE: Template =
    Template(LazyLock::new(|| source("table.typ", include_str!("../templates/table.typ"))));
/// The template of reports.
pub(crate) static REPORT: Template =
    Template(LazyLock::new(|| source("report.typ", include_str!("../templates/report.typ"))));
/// The template of handouts.
pub(crate) static HANDOUT: Template =
    Template(LazyLock::new(|| source("handout.typ", include_str!("../templates/handout.typ"))));

fn source(name: &str, text: &str) -> Option<Source> {
    let path = VirtualPath::new(name).ok()?;
    Some(Source::new(RootedPath::new(VirtualRoot::Project, path).intern(), text.to_owned()))
}

/// A date as templates take it.
#[derive(Debug, Serialize)]
pub(crate) struct Day {
    year: i16,
    month: i8,
    day: i8,
}

impl From<Date> for Day {
    fn from(date: Date) -> Self {
        Self { year: date.year(), month: date.month(), day: date.day() }
    }
}

/// Pages laid out, not yet a file.
pub(crate) struct Sheets {
    pub(crate) document: PagedDocument,
    #[cfg(test)]
    pub(crate) warnings: Vec<String>,
    pub(crate) missing: Vec<char>,
}

/// Lays out and writes the file.
pub(crate) fn print(template: &Template, data: &DataFor<'_>, fonts: &Fonts) -> Result<Pdf, PrintError> {
    working(|| {
        let sheets = lay_out(template, data, fonts)?;
        let pages = sheets.document.pages().len();
        let missing = sheets.missing;
        if let Ok(bytes) = write(&sheets.document, &[PdfStandard::A_2a]) {
            return Ok(Pdf { bytes, pages, missing, archival: true });
        }
        // A face of the office's own may forbid or lack what PDF/A asks for; the page matters more than the seal on it.
        let bytes = write(&sheets.document, &[])?;
        Ok(Pdf { bytes, pages, missing, archival: false })
    })
}

/// Runs `work` alone, turns a panic into an error and lets go of what typst remembers, the faces above all.
pub(crate) fn working<T>(work: impl FnOnce() -> Result<T, PrintError>) -> Result<T, PrintError> {
    let _alone = PRESS.lock().unwrap_or_else(PoisonError::into_inner);
    let outcome = catch_unwind(AssertUnwindSafe(work));
    typst::comemo::evict(0);
    outcome.unwrap_or_else(|_| Err(PrintError::Layout("排版程序内部错误".to_owned())))
}

/// Lays out pages; call it inside [`working`].
pub(crate) fn lay_out(
    template: &Template,
    data_for: &DataFor<'_>,
    fonts: &Fonts,
) -> Result<Sheets, PrintError> {
    let mut fonts = fonts;
    let mut data = data_for(fonts)?;
    let mut missing = fit(&mut data, fonts);
    if !missing.is_empty()
        && let Some(wider) = fonts.wider()
    {
        fonts = wider;
        data = data_for(fonts)?;
        missing = fit(&mut data, fonts);
    }
    let main = template.0.as_ref().ok_or_else(|| PrintError::Layout("模板无法读取".to_owned()))?;
    let mut inputs = Dict::new();
    inputs.insert("data".into(), data.to_string().into_value());
    let room = Room {
        library: LazyHash::new(Library::builder().with_inputs(inputs).build()),
        fonts,
        faces: (0..fonts.count()).map(|_| OnceLock::new()).collect(),
        main,
    };
    let compiled = typst::compile::<PagedDocument>(&room);
    let document = compiled.output.map_err(|errors| PrintError::Layout(said(&errors).join("；")))?;
    Ok(Sheets {
        document,
        #[cfg(test)]
        warnings: said(&compiled.warnings),
        missing,
    })
}

fn write(document: &PagedDocument, standards: &[PdfStandard]) -> Result<Vec<u8>, PrintError> {
    let standards =
        PdfStandards::new(standards).map_err(|error| PrintError::Layout(error.message().to_string()))?;
    let options = PdfOptions {
        standards,
        creator: Smart::Custom(Some("公开 Gongkai".to_owned())),
        ..PdfOptions::default()
    };
    typst_pdf::pdf(document, &options).map_err(|errors| PrintError::Layout(said(&errors).join("；")))
}

fn said(diagnostics: &[SourceDiagnostic]) -> Vec<String> {
    diagnostics.iter().map(|diagnostic| diagnostic.message.to_string()).collect()
}

/// All that a template can see: itself, its data, the faces. No files, no clock.
struct Room<'a> {
    library: LazyHash<Library>,
    fonts: &'a Fonts,
    faces: Vec<OnceLock<Option<Font>>>,
    main: &'a Source,
}

impl World for Room<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        self.fonts.book()
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() { Ok(self.main.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, _: FileId) -> FileResult<Bytes> {
        Err(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.faces.get(index)?.get_or_init(|| self.fonts.load(index)).clone()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
