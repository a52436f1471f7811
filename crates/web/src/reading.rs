//! From an uploaded file to a draft that can be corrected, and from a plan back to a file: what the import pages and
//! the command line share. Reading itself is `tables`' affair, checking the domain's, keeping the store's.

use crate::app::App;
use crate::problem::Problem;
use domain::finding::{Finding, Place, arrange};
use domain::plan::{Plan, UnitRole, check, due, mention};
use domain::progress::State;
use domain::role::Actor;
use domain::row::Origin;
use domain::unit::{Directory, RegionId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use store::Store;
use store::plan_draft::{DraftView, NewDraft, Resolutions};
use tables::catalogue::Read;
use tables::plan::{ColumnRole, Layout, Mapping, ProgressColumn};
use tables::{Document, Limits, Refusal};
use tokio::sync::Semaphore;

/// Files read at once: each may take as much memory as its limits allow.
static READING: Semaphore = Semaphore::const_new(2);

/// A breakdown table as it was read.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The plan.
    pub plan: Plan,
    /// Everything noticed: by the reader and by the checks.
    pub findings: Vec<Finding>,
    /// What only the reader can notice; kept while the plan is corrected.
    noticed: Vec<Finding>,
    mapping: Mapping,
    document: Document,
}

/// Reads a file. With a directory, units nobody knows are noticed too.
///
/// # Errors
/// [`Refusal`]: the file cannot be read, and why.
pub fn read_plan(
    name: &str,
    bytes: &[u8],
    libreoffice: Option<&Path>,
    directory: Option<&Directory>,
) -> Result<Reading, Refusal> {
    let converter = libreoffice.map(tables::convert::Converter::new);
    let (document, findings) = tables::convert::read(name, bytes, &Limits::default(), converter.as_ref())?;
    Ok(understand(document, findings, None, directory))
}

fn understand(
    document: Document,
    mut noticed: Vec<Finding>,
    mapping: Option<&Mapping>,
    directory: Option<&Directory>,
) -> Reading {
    let (plan, from_plan, mapping) = tables::plan::read(&document, mapping, None);
    let checked = check::plan(&plan);
    noticed.extend(from_plan.into_iter().filter(|finding| !checked.contains(finding)));
    let unknown = directory.map(|directory| check::units(&plan, directory)).unwrap_or_default();
    let findings = arrange(noticed.iter().cloned().chain(checked).chain(unknown).collect());
    Reading { plan, findings, noticed, mapping, document }
}

/// Reads an uploaded file off the async threads, using the column meanings remembered for its header.
///
/// # Errors
/// The reader's refusal; the record's.
pub(crate) async fn read_upload(
    app: &App,
    directory: &std::sync::Arc<Directory>,
    name: &str,
    path: &Path,
) -> Result<Reading, Problem> {
    let permit = READING.acquire().await.map_err(|_| Problem::fault())?;
    let (name, path, directory) = (name.to_owned(), PathBuf::from(path), directory.clone());
    let libreoffice = app.settings.libreoffice.clone();
    let first = off_thread(move || {
        let bytes = std::fs::read(&path).map_err(|error| {
            tracing::error!(%error, "an upload could not be read back");
            Problem::fault()
        })?;
        read_plan(&name, &bytes, libreoffice.as_deref(), Some(&directory))
            .map(|reading| (reading, directory))
            .map_err(Problem::from)
    })
    .await?;
    let (reading, directory) = first?;
    let remembered = store::column_mapping::find(&app.store, &reading.mapping.signature()).await?;
    let remembered: Option<Mapping> = remembered.and_then(|mapping| serde_json::from_value(mapping).ok());
    let roles = remembered.map(|mapping| mapping.roles()).filter(|roles| *roles != reading.mapping.roles());
    let reading = match roles {
        None => reading,
        Some(roles) => {
            off_thread(move || {
                let mapping = reading.mapping.with_roles(&roles);
                understand(reading.document, Vec::new(), Some(&mapping), Some(&directory))
            })
            .await?
        }
    };
    drop(permit);
    Ok(reading)
}

/// A file read as catalogues.
pub(crate) struct CatalogueReading {
    /// What was read, with what the columns were taken to mean.
    pub(crate) reads: Vec<Read>,
    /// Everything noticed.
    pub(crate) findings: Vec<Finding>,
}

/// Under what a catalogue's mapping is remembered: apart from those of breakdown tables.
fn remembered_as(mapping: &tables::catalogue::Mapping) -> String {
    format!("catalogue|{}", mapping.signature())
}

/// Remembers what a person said the columns of such a table mean.
///
/// # Errors
/// The record's.
pub(crate) async fn remember(
    store: &Store,
    actor: &Actor,
    mapping: &tables::catalogue::Mapping,
) -> store::Result<()> {
    let json = serde_json::to_value(mapping)?;
    store::column_mapping::remember(store, actor, &remembered_as(mapping), &json).await
}

/// Reads a file as catalogues, off the async threads, using the column meanings remembered for its headers.
///
/// # Errors
/// The reader's refusal; the record's.
pub(crate) async fn read_catalogues(
    app: &App,
    name: &str,
    bytes: bytes::Bytes,
) -> Result<CatalogueReading, Problem> {
    let name = name.to_owned();
    let permit = READING.acquire().await.map_err(|_| Problem::fault())?;
    let libreoffice = app.settings.libreoffice.clone();
    let statutory = domain::obligation::period(app.store.rules());
    let first = off_thread(move || {
        let converter = libreoffice.as_deref().map(tables::convert::Converter::new);
        let limits = Limits::default();
        let (document, noticed) = tables::convert::read(&name, &bytes, &limits, converter.as_ref())?;
        let (reads, findings) = tables::catalogue::read(&document, &[], statutory);
        Ok::<_, Refusal>((document, noticed, reads, findings))
    })
    .await?;
    let (document, noticed, reads, findings) = first?;
    let mut known = Vec::new();
    for read in &reads {
        let remembered = store::column_mapping::find(&app.store, &remembered_as(&read.mapping)).await?;
        known.extend(remembered.and_then(|mapping| serde_json::from_value(mapping).ok()));
    }
    let (reads, findings) = if known.is_empty() {
        (reads, findings)
    } else {
        off_thread(move || tables::catalogue::read(&document, &known, statutory)).await?
    };
    drop(permit);
    Ok(CatalogueReading { reads, findings: arrange(noticed.into_iter().chain(findings).collect()) })
}

/// Reads a file as a ledger of accounts, off the async threads.
///
/// # Errors
/// The reader's refusal.
pub(crate) async fn read_accounts(
    app: &App,
    directory: &std::sync::Arc<Directory>,
    name: &str,
    bytes: bytes::Bytes,
) -> Result<tables::account::Read, Problem> {
    let _permit = READING.acquire().await.map_err(|_| Problem::fault())?;
    let (name, directory) = (name.to_owned(), directory.clone());
    let libreoffice = app.settings.libreoffice.clone();
    let read = off_thread(move || {
        let converter = libreoffice.as_deref().map(tables::convert::Converter::new);
        let (document, noticed) =
            tables::convert::read(&name, &bytes, &Limits::default(), converter.as_ref())?;
        let mut read = tables::account::read(&document, &directory);
        read.findings = arrange(noticed.into_iter().chain(read.findings).collect());
        Ok::<_, Refusal>(read)
    });
    Ok(read.await??)
}

async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        tracing::error!(%error, "reading broke off");
        Problem::fault()
    })
}

/// What a draft keeps beside its plan and mapping, as JSON.
#[derive(Serialize, Deserialize)]
struct Source {
    document: Document,
    places: Vec<Place>,
    noticed: Vec<Finding>,
}

fn source_json(document: Document, plan: &Plan, noticed: Vec<Finding>) -> store::Result<Value> {
    let places = plan.assignments().map(|(_, assignment)| assignment.origin.0).collect();
    Ok(serde_json::to_value(Source { document, places, noticed })?)
}

/// Keeps what was read as a draft; returns the draft.
///
/// # Errors
/// The record's.
pub async fn keep(
    store: &Store,
    actor: &Actor,
    region: RegionId,
    file_name: &str,
    attachment: i64,
    reading: Reading,
) -> store::Result<i64> {
    let new = NewDraft {
        region,
        attachment,
        file_name: file_name.to_owned(),
        findings: reading.findings,
        mapping: serde_json::to_value(&reading.mapping)?,
        document: source_json(reading.document, &reading.plan, reading.noticed)?,
        plan: reading.plan,
    };
    store::plan_draft::create(store, actor, new).await
}

/// Keeps a file and what was read from it, and puts it into force as it is; for the command line, which has shown the
/// findings. Returns the plan.
///
/// # Errors
/// The record's.
pub async fn keep_and_accept(
    store: &Store,
    actor: &Actor,
    region: RegionId,
    file_name: &str,
    bytes: Vec<u8>,
    reading: Reading,
) -> store::Result<i64> {
    let kind = crate::office::media_type(file_name);
    let file = store::attachment::put(store, actor, file_name, kind, bytes.into()).await?;
    let draft = keep(store, actor, region, file_name, file.id, reading).await?;
    store::plan_draft::accept(store, actor, draft, 1).await
}

/// A draft taken up again for correction.
pub(crate) struct Kept {
    pub(crate) plan: Plan,
    pub(crate) mapping: Mapping,
    noticed: Vec<Finding>,
    document: Document,
}

/// What a person wrote for one assignment.
pub(crate) struct Correction {
    pub(crate) number: String,
    pub(crate) name: String,
    pub(crate) content: String,
    pub(crate) units: String,
    pub(crate) due: String,
    pub(crate) remark: String,
}

impl Kept {
    /// Takes a draft up.
    ///
    /// # Errors
    /// A draft kept by a program that knew other shapes.
    pub(crate) fn read(draft: &DraftView) -> store::Result<Self> {
        let source: Source = serde_json::from_value(draft.document.clone())?;
        let mut plan = draft.plan.clone();
        let assignments = plan.tasks.iter_mut().flat_map(|task| &mut task.assignments);
        for (assignment, place) in assignments.zip(&source.places) {
            assignment.origin = Origin(*place);
        }
        Ok(Self {
            plan,
            mapping: serde_json::from_value(draft.mapping.clone())?,
            noticed: source.noticed,
            document: source.document,
        })
    }

    /// The mapping as the record keeps it.
    pub(crate) fn mapping_json(&self) -> store::Result<Value> {
        Ok(serde_json::to_value(&self.mapping)?)
    }

    /// What else the draft keeps, as the record keeps it.
    pub(crate) fn source_json(&self) -> store::Result<Value> {
        source_json(self.document.clone(), &self.plan, self.noticed.clone())
    }

    /// Everything noticed now. Texts a person has given a meaning are no longer unknown.
    pub(crate) fn findings(&self, directory: &Directory, resolutions: &Resolutions) -> Vec<Finding> {
        let mut open = self.plan.clone();
        for task in &mut open.tasks {
            for assignment in &mut task.assignments {
                assignment.units.retain(|unit| !resolutions.contains_key(&unit.text));
            }
        }
        let checked = check::plan(&self.plan);
        let all = self.noticed.iter().cloned().chain(checked).chain(check::units(&open, directory));
        arrange(all.collect())
    }

    /// Corrects the assignment at a position, counted over all tasks; false when there is none. Units and due are read
    /// as they are in a table; what the reader had noticed about the old words is forgotten.
    pub(crate) fn correct(&mut self, position: usize, correction: &Correction) -> bool {
        let year = self.plan.year().or_else(|| self.years().next());
        let mut left = position;
        for task in &mut self.plan.tasks {
            let Some(assignment) = task.assignments.get_mut(left) else {
                left -= task.assignments.len();
                continue;
            };
            task.number = correction.number.trim().to_owned();
            task.name = correction.name.trim().to_owned();
            let place = assignment.origin.0;
            let mut noticed: Vec<Finding> = Vec::new();
            if assignment.due.text.trim() != correction.due.trim() {
                let (read, findings) = due::parse(&correction.due, year);
                assignment.due = read;
                noticed.extend(findings);
            }
            let (units, findings) = mention::parse(&correction.units, UnitRole::Responsible);
            assignment.units = units;
            noticed.extend(findings);
            assignment.content = correction.content.trim().to_owned();
            assignment.remark = correction.remark.trim().to_owned();
            let elsewhere =
                |finding: &Finding| (finding.at.table, finding.at.row) != (place.table, place.row);
            self.noticed.retain(|finding| finding.at.row.is_none() || elsewhere(finding));
            self.noticed.extend(noticed.into_iter().map(|finding| finding.at(place)));
            return true;
        }
        false
    }

    fn years(&self) -> impl Iterator<Item = i16> {
        self.plan.assignments().filter_map(|(_, assignment)| assignment.due.deadline()).map(|day| day.year())
    }

    /// The document read anew with other column meanings; unknown words leave a column as it was.
    pub(crate) fn remapped(self, words: &[String]) -> Result<Self, Problem> {
        let roles = words.iter().map(|word| ColumnRole::from_word(word));
        let roles: Option<Vec<ColumnRole>> = roles.collect();
        let roles = roles.ok_or_else(|| Problem::bad_input("请为每一列选择含义。"))?;
        let mapping = self.mapping.with_roles(&roles);
        let reading = understand(self.document, Vec::new(), Some(&mapping), None);
        Ok(Self {
            plan: reading.plan,
            mapping: reading.mapping,
            noticed: reading.noticed,
            document: reading.document,
        })
    }
}

/// A file form for exports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Excel.
    Xlsx,
    /// Word.
    Docx,
}

/// The plan as it stands today, in the layout it came in, with columns on its progress if wanted.
///
/// # Errors
/// The record's; a plan that does not fit into the form.
pub(crate) async fn export(
    app: &App,
    plan: i64,
    form: Form,
    with_progress: bool,
) -> Result<Vec<u8>, Problem> {
    let (content, ids) = store::plan::content_by_assignment(&app.store, plan).await?;
    let layout = layout(&store::plan::layout(&app.store, plan).await?)?;
    let progress = if with_progress { Some(progress(app, plan, &ids).await?) } else { None };
    let write = match form {
        Form::Xlsx => tables::plan::write_xlsx,
        Form::Docx => tables::plan::write_docx,
    };
    let written = off_thread(move || write(&content, &layout, progress.as_deref())).await?;
    written.map_err(|fault| {
        tracing::error!(%fault, "a plan could not be exported");
        Problem::bad_input(fault.to_string())
    })
}

#[derive(Deserialize)]
struct KeptLayout {
    document: Source,
    mapping: Mapping,
}

fn layout(kept: &Value) -> store::Result<Layout> {
    let kept: KeptLayout = serde_json::from_value(kept.clone())?;
    Ok(Layout::of(&kept.document.document, &kept.mapping))
}

/// How far each assignment is: units done of all, and how it stands.
async fn progress(app: &App, plan: i64, ids: &[i64]) -> Result<Vec<ProgressColumn>, Problem> {
    let filter = store::assignment::Filter { plan: Some(plan), ..Default::default() };
    let (today, soon) = (app.today(), app.soon());
    let found =
        store::assignment::list(&app.store, &filter, today, soon, store::PageRequest::whole()).await?;
    let rows: HashMap<i64, store::assignment::AssignmentRow> =
        found.rows.into_iter().map(|row| (row.id, row)).collect();
    let (mut done, mut standing) = (Vec::new(), Vec::new());
    for id in ids {
        let row = rows.get(id);
        let counts = row.map(|row| &row.counts);
        let completed = counts.and_then(|counts| counts.get(&State::Completed)).copied().unwrap_or(0);
        let whole: u64 = counts.map(|counts| counts.values().sum()).unwrap_or(0);
        done.push(format!("{completed} / {whole}"));
        let label =
            row.and_then(|row| row.standing).map_or("未落实责任单位", |standing| standing.label());
        standing.push(label.to_owned());
    }
    let column = |header: &str, width, cells| ProgressColumn { header: header.to_owned(), width, cells };
    let standing_header = format!("进展情况（截至{}月{}日）", today.month(), today.day());
    Ok(vec![column("已完成单位", 12.0, done), column(&standing_header, 16.0, standing)])
}
