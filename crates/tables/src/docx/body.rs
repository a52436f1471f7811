//! The body of a Word document: a state machine over its elements.

use super::numbering::Numbering;
use super::table::{Merge, OpenCell, OpenTable};
use crate::archive::Part;
use crate::xml::{Xml, attribute, number, on, push_reference};
use crate::{Document, Limits, Refusal};
use domain::finding::{Finding, Place};
use quick_xml::events::{BytesStart, Event};
use std::io::Read;

/// At most so many places are named one by one in findings.
const NAMED_MAX: usize = 20;
/// Twips in one character of Excel's measure.
pub(crate) const TWIPS_A_CHARACTER: f64 = 105.0;

/// Something to report, with the words it is about.
struct Note {
    kind: NoteKind,
    at: Place,
    words: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum NoteKind {
    Inserted,
    Deleted,
    RowDeleted,
    Hidden,
    Struck,
    Nested,
    TextBox,
}

#[derive(Default)]
struct Run {
    bold: bool,
    struck: bool,
    hidden: bool,
}

/// A document being read.
pub(crate) struct Body<'a> {
    limits: &'a Limits,
    numbering: Numbering,
    document: Document,
    /// Lines since the last table.
    lines: Vec<String>,
    /// The paragraph outside of tables being read.
    line: String,
    /// Tables being read, outermost first.
    open: Vec<OpenTable>,
    run: Run,
    list: Option<u32>,
    level: usize,
    in_text: bool,
    /// Depth within elements whose text does not count: deletions, field codes, fallbacks.
    deleted: usize,
    skipped: usize,
    inserted: usize,
    boxes: usize,
    in_properties: usize,
    in_run_properties: usize,
    in_row_properties: usize,
    in_grid: bool,
    notes: Vec<Note>,
    cells: usize,
    prefix: String,
    /// Words of the insertion or deletion being read.
    changed: String,
}

impl<'a> Body<'a> {
    pub(crate) fn new(numbering: Numbering, limits: &'a Limits) -> Self {
        Self {
            limits,
            numbering,
            document: Document::default(),
            lines: Vec::new(),
            line: String::new(),
            open: Vec::new(),
            run: Run::default(),
            list: None,
            level: 0,
            in_text: false,
            deleted: 0,
            skipped: 0,
            inserted: 0,
            boxes: 0,
            in_properties: 0,
            in_run_properties: 0,
            in_row_properties: 0,
            in_grid: false,
            notes: Vec::new(),
            cells: 0,
            prefix: String::new(),
            changed: String::new(),
        }
    }

    /// Reads a part.
    pub(crate) fn read(&mut self, part: &mut Part<impl Read>, name: &'static str) -> Result<(), Refusal> {
        let mut xml = Xml::new(part, self.limits.depth, name);
        let mut first = true;
        loop {
            match xml.next()? {
                Event::Start(element) => {
                    if std::mem::take(&mut first) {
                        let name = element.name().into_inner();
                        self.prefix =
                            name.split_once(':').map_or(String::new(), |(prefix, _)| prefix.to_owned());
                    }
                    self.start(&element)?;
                }
                Event::Empty(element) => {
                    self.start(&element)?;
                    self.end(element.name().into_inner())?;
                }
                Event::End(element) => self.end(element.name().into_inner())?,
                Event::Text(text) => self.text(&text.xml10_content()),
                Event::CData(text) => self.text(&text.xml10_content()),
                Event::GeneralRef(reference) => {
                    let mut c = String::new();
                    push_reference(&mut c, &reference);
                    self.text(&c);
                }
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    }

    /// The name without Word's own prefix; `None` for drawings and other vocabularies.
    fn own<'n>(&self, name: &'n str) -> Option<&'n str> {
        match name.split_once(':') {
            Some((prefix, local)) => (prefix == self.prefix).then_some(local),
            None => self.prefix.is_empty().then_some(name),
        }
    }

    fn start(&mut self, element: &BytesStart<'_>) -> Result<(), Refusal> {
        let whole = element.name().into_inner().to_owned();
        if whole == "mc:Fallback" {
            self.skipped += 1;
            return Ok(());
        }
        let Some(name) = self.own(&whole) else { return Ok(()) };
        match name {
            "tbl" if self.skipped == 0 => self.begin_table()?,
            "tblGrid" => self.in_grid = true,
            "gridCol" if self.in_grid => {
                let width = number::<f64>(element, "w").map(|twips| twips / TWIPS_A_CHARACTER);
                if let Some(table) =
                    self.open.last_mut().filter(|t| t.grid.widths.len() < self.limits.columns)
                {
                    table.grid.widths.push(width.filter(|width| (0.5..=255.0).contains(width)));
                }
            }
            "tr" => set(self.open.last_mut(), OpenTable::begin_row),
            "trPr" => self.in_row_properties += 1,
            "gridBefore" => {
                let columns = number(element, "val").unwrap_or(0);
                set(self.open.last_mut(), |table| table.skip(columns));
            }
            "tc" => set(self.open.last_mut(), |table| {
                table.cell = Some(OpenCell { span: 1, ..OpenCell::default() });
            }),
            "gridSpan" => {
                let span = number(element, "val").unwrap_or(1);
                set(self.cell(), |cell| cell.span = span);
            }
            "vMerge" => {
                let begins = attribute(element, "val").as_deref() == Some("restart");
                set(self.cell(), |cell| cell.merge = if begins { Merge::Begins } else { Merge::Goes });
            }
            "hMerge" => {}
            "pPr" => self.in_properties += 1,
            "numId" if self.in_properties > 0 => self.list = number(element, "val").filter(|id| *id > 0),
            "ilvl" if self.in_properties > 0 => self.level = number(element, "val").unwrap_or(0),
            "p" => (self.list, self.level) = (None, 0),
            "r" => self.begin_run(),
            "rPr" => self.in_run_properties += 1,
            "b" if self.in_run() => self.run.bold = on(element, "val"),
            "strike" | "dstrike" if self.in_run() => self.run.struck |= on(element, "val"),
            "vanish" if self.in_run() => self.run.hidden = on(element, "val"),
            "t" => self.in_text = true,
            "tab" if self.in_properties == 0 => self.push(" "),
            "br" | "cr" => self.push("\n"),
            "noBreakHyphen" => self.push("-"),
            "ins" | "moveTo" => {
                self.inserted += usize::from(self.in_properties == 0 && self.in_row_properties == 0);
            }
            "del" | "moveFrom" if self.in_row_properties > 0 => {
                set(self.open.last_mut(), |table| table.row_deleted = true);
            }
            "del" | "moveFrom" => self.deleted += usize::from(self.in_properties == 0),
            "delText" if self.deleted > 0 => self.in_text = true,
            "instrText" | "delInstrText" => self.skipped += 1,
            "txbxContent" => self.begin_box(),
            "pgSz" => {
                self.document.landscape |= attribute(element, "orient").as_deref() == Some("landscape");
            }
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, whole: &str) -> Result<(), Refusal> {
        if whole == "mc:Fallback" {
            self.skipped = self.skipped.saturating_sub(1);
            return Ok(());
        }
        let Some(name) = self.own(whole) else { return Ok(()) };
        match name {
            "tbl" if self.skipped == 0 => self.end_table(),
            "tblGrid" => self.in_grid = false,
            "tr" => self.end_row()?,
            "tc" => {
                set(self.open.last_mut(), OpenTable::end_cell);
                self.cells += 1;
                if self.cells > self.limits.cells {
                    return Err(Refusal::too_large("表格的单元格", self.limits.cells, "个"));
                }
            }
            "trPr" => self.in_row_properties = self.in_row_properties.saturating_sub(1),
            "pPr" => {
                self.in_properties = self.in_properties.saturating_sub(1);
                self.print_number();
            }
            "rPr" => self.in_run_properties = self.in_run_properties.saturating_sub(1),
            "t" | "delText" => self.in_text = false,
            "p" => self.end_paragraph(),
            "ins" | "moveTo"
                if self.inserted > 0 && self.in_properties == 0 && self.in_row_properties == 0 =>
            {
                self.inserted -= 1;
                self.note_change(NoteKind::Inserted);
            }
            "del" | "moveFrom"
                if self.deleted > 0 && self.in_properties == 0 && self.in_row_properties == 0 =>
            {
                self.deleted -= 1;
                self.note_change(NoteKind::Deleted);
            }
            "instrText" | "delInstrText" => self.skipped = self.skipped.saturating_sub(1),
            "txbxContent" => self.boxes = self.boxes.saturating_sub(1),
            _ => {}
        }
        Ok(())
    }

    fn cell(&mut self) -> Option<&mut OpenCell> {
        self.open.last_mut().and_then(|table| table.cell.as_mut())
    }

    fn in_run(&self) -> bool {
        self.in_run_properties > 0 && self.in_properties == 0
    }

    fn begin_run(&mut self) {
        self.run = Run::default();
    }

    fn begin_table(&mut self) -> Result<(), Refusal> {
        if self.document.tables.len() + self.open.len() >= self.limits.tables {
            return Err(Refusal::too_large("表格", self.limits.tables, "个"));
        }
        if !self.open.is_empty() {
            self.note(NoteKind::Nested, String::new());
        }
        let mut table = OpenTable::default();
        table.grid.knows_merges = true;
        if self.open.is_empty() {
            self.end_paragraph();
            table.grid.leading = std::mem::take(&mut self.lines);
        }
        self.open.push(table);
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), Refusal> {
        let Some(table) = self.open.last_mut() else { return Ok(()) };
        if table.row_deleted {
            let at = Place::row(self.document.tables.len(), table.grid.rows);
            table.end_row();
            if self.notes.len() < NAMED_MAX * 4 {
                self.notes.push(Note { kind: NoteKind::RowDeleted, at, words: String::new() });
            }
            return Ok(());
        }
        table.end_row();
        if table.grid.rows > self.limits.rows {
            return Err(Refusal::too_large("表格的行数", self.limits.rows, "行"));
        }
        if table.grid.columns > self.limits.columns {
            return Err(Refusal::too_large("表格的列数", self.limits.columns, "列"));
        }
        Ok(())
    }

    fn end_table(&mut self) {
        let Some(mut table) = self.open.pop() else { return };
        let index = self.document.tables.len();
        for (row, column, words) in std::mem::take(&mut table.hidden) {
            if self.notes.len() < NAMED_MAX * 4 {
                self.notes.push(Note { kind: NoteKind::Hidden, at: Place::cell(index, row, column), words });
            }
        }
        if self.open.is_empty() {
            self.document.tables.push(table.grid);
            return;
        }
        // A table within a cell is read as the cell's lines, a row a line.
        let mut row = usize::MAX;
        let mut lines = String::new();
        for cell in table.grid.cells.iter().filter(|cell| !cell.text.trim().is_empty()) {
            lines.push_str(if cell.row == row { " " } else { "\n" });
            row = cell.row;
            lines.push_str(cell.text.trim());
        }
        lines.push('\n');
        set(self.cell(), |cell| cell.text.push_str(&lines));
    }

    fn begin_box(&mut self) {
        self.boxes += 1;
        self.note(NoteKind::TextBox, String::new());
        self.push("\n");
    }

    fn print_number(&mut self) {
        if self.in_properties > 0 || self.deleted > 0 || self.skipped > 0 {
            return;
        }
        let Some(list) = self.list.take() else { return };
        if let Some(number) = self.numbering.next(list, self.level) {
            self.push(&number);
        }
    }

    fn end_paragraph(&mut self) {
        if self.open.is_empty() {
            let line = std::mem::take(&mut self.line);
            if !line.trim().is_empty() && self.lines.len() < domain::limits::TEXT_LINES_MAX {
                self.lines.push(line);
            }
        } else {
            set(self.cell(), |cell| cell.text.push('\n'));
        }
    }

    fn text(&mut self, text: &str) {
        if !self.in_text {
            return;
        }
        self.push(text);
    }

    fn push(&mut self, text: &str) {
        if self.skipped > 0 {
            return;
        }
        if self.deleted > 0 {
            self.changed.push_str(text);
            return;
        }
        if self.run.hidden && !text.trim().is_empty() {
            self.note(NoteKind::Hidden, text.to_owned());
            return;
        }
        if self.run.struck && !text.trim().is_empty() {
            self.note(NoteKind::Struck, text.to_owned());
        }
        if self.inserted > 0 {
            self.changed.push_str(text);
        }
        let bold = self.run.bold;
        let says = !text.trim().is_empty();
        match self.open.last_mut() {
            Some(table) => set(table.cell.as_mut(), |cell| {
                cell.text.push_str(text);
                cell.bold |= says && bold;
                cell.plain |= says && !bold;
            }),
            None => self.line.push_str(text),
        }
    }

    fn here(&self) -> Place {
        let table = self.document.tables.len();
        self.open.first().map_or(Place::FILE, |open| Place::row(table, open.grid.rows))
    }

    fn note(&mut self, kind: NoteKind, words: String) {
        if self.notes.len() < NAMED_MAX * 4 {
            let at = self.here();
            match self.notes.last_mut().filter(|note| note.kind == kind && note.at == at) {
                Some(note) => note.words.push_str(&words),
                None => self.notes.push(Note { kind, at, words }),
            }
        }
    }

    fn note_change(&mut self, kind: NoteKind) {
        let words = std::mem::take(&mut self.changed);
        if !words.trim().is_empty() {
            self.note(kind, words);
        }
    }

    /// The lines of a part without tables of interest.
    pub(crate) fn into_lines(mut self) -> Vec<String> {
        self.end_paragraph();
        let cells = self.document.tables.into_iter().flat_map(|grid| grid.cells).map(|cell| cell.text);
        cells.chain(self.lines).map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
    }

    /// The document, and what a person should know about it.
    pub(crate) fn finish(mut self, findings: &mut Vec<Finding>) -> Document {
        while !self.open.is_empty() {
            self.end_table();
        }
        self.end_paragraph();
        self.document.trailing = std::mem::take(&mut self.lines);
        findings.extend(self.notes.iter().map(finding));
        self.document
    }
}

fn set<T>(target: Option<&mut T>, change: impl FnOnce(&mut T)) {
    if let Some(target) = target {
        change(target);
    }
}

fn finding(note: &Note) -> Finding {
    let head: String = note.words.split_whitespace().collect::<String>().chars().take(40).collect();
    let finding = match note.kind {
        NoteKind::Inserted => Finding::warning(
            "tracked-insertion",
            format!("“{head}”是尚未接受的修订（插入），已按接受读取。请在原文件中接受或拒绝修订后核对。"),
        ),
        NoteKind::Deleted => Finding::warning(
            "tracked-deletion",
            format!("“{head}”是尚未接受的修订（删除），没有读取。请在原文件中接受或拒绝修订后核对。"),
        ),
        NoteKind::RowDeleted => Finding::warning(
            "tracked-deletion",
            "这里有一行是尚未接受的修订（删除），没有读取。请在原文件中接受或拒绝修订后核对。",
        ),
        NoteKind::Hidden => Finding::warning(
            "hidden-text",
            format!(
                "“{head}”在 Word 中不显示（隐藏文字或被合并单元格遮住），没有读取。需要的，请改为显示后重新上传。"
            ),
        ),
        NoteKind::Struck => {
            Finding::warning("struck-text", format!("“{head}”带有删除线，仍按有效内容读取。已作废的请删去。"))
        }
        NoteKind::Nested => Finding::info(
            "nested-table",
            "单元格中还有表格，已按文字并入该单元格。请核对，必要时改成普通行。",
        ),
        NoteKind::TextBox => Finding::info("text-box", "文本框中的文字已并入所在位置。请核对次序。"),
    };
    finding.at(note.at)
}
