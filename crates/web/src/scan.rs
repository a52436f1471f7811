//! The scan before publication: a disclosure's text and every attachment, looked at as a whole. What is found has its place,
//! what may stand there instead, and a fingerprint, by which a person chooses it without its words travelling.

mod own;

use domain::disclosure::{Disclosure, File};
use domain::finding::Severity;
use domain::interpretation::read_body;
use domain::limits::FINDINGS_MAX;
use domain::scan::{self, Hit, Rule, Scanner, WordLists};
use moka::sync::Cache;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use store::Store;
use store::disclosure::public;
use tables::attachment::{self, Content, Edit, Segment};
use tables::rich::block;
use tables::{Limits, Refusal};

/// What a finding is about, where it can be put right.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Target {
    Title(Range<usize>),
    Summary(Range<usize>),
    Body(block::Place),
    /// Words of a file's segment.
    Words(Edit),
    /// Something a reader of the file does not see.
    Hidden,
    Nothing,
}

/// Something found.
#[derive(Debug, Clone)]
pub(crate) struct Noticed {
    /// The term people read.
    pub(crate) label: &'static str,
    /// How much it matters.
    pub(crate) severity: Severity,
    /// Where, in words.
    pub(crate) place: String,
    /// The words found, shortened.
    pub(crate) words: String,
    /// Why, and what to do.
    pub(crate) note: String,
    /// What can stand there instead, when it can be put right at once.
    pub(crate) fix: Option<String>,
    /// Its fingerprint.
    pub(crate) mark: String,
    personal: bool,
    target: Target,
}

/// What was found in one place: the text, or a file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Group {
    /// The file; `None` for the text.
    pub(crate) file: Option<File>,
    /// What was found.
    pub(crate) noticed: Vec<Noticed>,
    /// Why a file could not be looked at, and what to do.
    pub(crate) unread: Option<String>,
    /// How many more there are than are kept.
    pub(crate) cut: usize,
}

impl Group {
    /// How many places name somebody.
    pub(crate) fn personal(&self) -> usize {
        self.noticed.iter().filter(|noticed| noticed.personal).count()
    }
}

/// What the scan found in a disclosure.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scanned {
    /// The text first, then the files.
    pub(crate) groups: Vec<Group>,
}

impl Scanned {
    /// All that was found.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Noticed> {
        self.groups.iter().flat_map(|group| &group.noticed)
    }

    /// The fingerprints of what must not stay without a reason.
    pub(crate) fn marks(&self) -> Vec<String> {
        self.all()
            .filter(|noticed| noticed.severity == Severity::Error)
            .map(|noticed| noticed.mark.clone())
            .collect()
    }

    /// The body with what was found in it marked.
    pub(crate) fn marked(&self, body: &str) -> String {
        let place = |noticed: &Noticed| match &noticed.target {
            Target::Body(place) => Some(place.clone()),
            _ => None,
        };
        let places: Vec<block::Place> = self.all().filter_map(place).collect();
        block::mark(body, &places)
    }
}

/// The scanner for the lists in force, and what it found in files; shared by all.
pub struct Scan {
    scanner: Mutex<(WordLists, Arc<Scanner>)>,
    files: Cache<(String, String), Arc<FileScan>>,
}

/// Files whose findings are kept; a file's findings are a few kilobytes.
const FILES_KEPT: u64 = 500;

impl Default for Scan {
    fn default() -> Self {
        let usual = WordLists::usual();
        let scanner = Arc::new(Scanner::new(&usual));
        Self { scanner: Mutex::new((usual, scanner)), files: Cache::new(FILES_KEPT) }
    }
}

/// What was found in a file's content, whatever its place in the record.
struct FileScan {
    noticed: Vec<Noticed>,
    unread: Option<String>,
    cut: usize,
}

impl Scan {
    /// The scanner for the words in force now. When they change, what was found before is forgotten.
    pub(crate) async fn scanner(&self, store: &Store) -> store::Result<Arc<Scanner>> {
        let lists = store::wording::lists(&store::wording::list(store).await?);
        let mut kept = self.scanner.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.0 != lists {
            *kept = (lists.clone(), Arc::new(Scanner::new(&lists)));
            self.files.invalidate_all();
        }
        Ok(Arc::clone(&kept.1))
    }

    /// Looks at a disclosure's text and files. `own` is its identity, so that it is not taken for its own double.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn disclosure(
        &self,
        store: &Store,
        own: Option<i64>,
        content: &Disclosure,
    ) -> store::Result<Scanned> {
        let scanner = self.scanner(store).await?;
        let mut noticed = text(&scanner, content);
        noticed.extend(beside_words(store, own, content).await?);
        let mut groups = vec![cut(noticed, None)];
        let page = own::Page::of(store, own, content).await?;
        for file in &content.files {
            let found = self.file(store, &scanner, file).await?;
            groups.push(Group {
                file: Some(file.clone()),
                noticed: found.noticed.iter().filter(|one| page.is_news(one)).cloned().collect(),
                unread: found.unread.clone(),
                cut: found.cut,
            });
        }
        Ok(Scanned { groups })
    }

    /// The fingerprints of what must not be published without a reason; for jobs.
    ///
    /// # Errors
    /// The store's.
    pub async fn marks(&self, store: &Store, content: &Disclosure) -> store::Result<Vec<String>> {
        Ok(self.disclosure(store, None, content).await?.marks())
    }

    /// Looks at a file that belongs to no disclosure; what was found is not kept.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn loose(&self, store: &Store, name: &str, bytes: bytes::Bytes) -> store::Result<Group> {
        let (scanner, name) = (self.scanner(store).await?, name.to_owned());
        let found = tokio::task::spawn_blocking(move || one_file(&scanner, &name, &bytes)).await;
        let FileScan { noticed, unread, cut } = found.unwrap_or_else(|_| unchecked());
        Ok(Group { file: None, noticed, unread, cut })
    }

    async fn file(&self, store: &Store, scanner: &Arc<Scanner>, file: &File) -> store::Result<Arc<FileScan>> {
        let key = (file.hash.clone(), file.name.clone());
        if let Some(found) = self.files.get(&key) {
            return Ok(found);
        }
        let (_, bytes) = store::attachment::read(store, file.id).await?;
        let (name, scanner) = (file.name.clone(), Arc::clone(scanner));
        let found = tokio::task::spawn_blocking(move || one_file(&scanner, &name, &bytes)).await;
        let found = Arc::new(found.unwrap_or_else(|_| unchecked()));
        self.files.insert(key, Arc::clone(&found));
        Ok(found)
    }
}

fn unchecked() -> FileScan {
    FileScan {
        noticed: Vec::new(), unread: Some("检查时出错，没有检查完。请人工核对。".to_owned()), cut: 0
    }
}

fn fingerprint(parts: [&str; 3]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.as_bytes());
        hasher.update([0]);
    }
    hasher.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// At most so many are kept of one place, the gravest first.
fn cut(mut noticed: Vec<Noticed>, file: Option<File>) -> Group {
    noticed.sort_by_key(|noticed| noticed.severity);
    let excess = noticed.len().saturating_sub(FINDINGS_MAX);
    noticed.truncate(FINDINGS_MAX);
    Group { file, noticed, unread: None, cut: excess }
}

fn from_hit(hit: &Hit, text: &str, place: &str, target: Target) -> Noticed {
    let words = text.get(hit.range.clone()).unwrap_or_default();
    let note = if hit.note.is_empty() { hit.rule.basis().to_owned() } else { hit.note.clone() };
    Noticed {
        label: hit.rule.label(),
        severity: hit.rule.severity(),
        place: place.to_owned(),
        words: domain::text::head(words, 40),
        note,
        fix: hit.replacement.clone(),
        mark: fingerprint([hit.rule.word(), place, words]),
        personal: hit.rule.is_personal(),
        target,
    }
}

/// What the words of a disclosure hold.
fn text(scanner: &Scanner, content: &Disclosure) -> Vec<Noticed> {
    let mut noticed = Vec::new();
    for hit in scanner.scan(&content.title) {
        noticed.push(from_hit(&hit, &content.title, "标题", Target::Title(hit.range.clone())));
    }
    for hit in scanner.scan(&content.summary) {
        noticed.push(from_hit(&hit, &content.summary, "内容概述", Target::Summary(hit.range.clone())));
    }
    for (number, found) in block::blocks(&content.body).into_iter().enumerate() {
        let place = format!("正文第{}段", number + 1);
        for hit in scanner.scan(&found.text) {
            let target = Target::Body(block::Place { block: number, range: hit.range.clone() });
            noticed.push(from_hit(&hit, &found.text, &place, target));
        }
    }
    noticed
}

/// Links that lead nowhere, a disclosure that is public already.
async fn beside_words(store: &Store, own: Option<i64>, content: &Disclosure) -> store::Result<Vec<Noticed>> {
    let mut noticed = Vec::new();
    let mut say = |label, severity, place: &str, words: &str, note: String| {
        noticed.push(Noticed {
            label,
            severity,
            place: place.to_owned(),
            words: domain::text::head(words, 60),
            note,
            fix: None,
            mark: fingerprint([label, place, words]),
            personal: false,
            target: Target::Nothing,
        });
    };
    let links: BTreeSet<&str> =
        content.body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    for link in links {
        let id = link.strip_prefix("/disclosures/").and_then(|rest| rest.split(['/', '#', '?']).next());
        let Some(id) = id else {
            if link.starts_with("http") && url::Url::parse(link).is_err() {
                say("链接", Severity::Warning, "正文", link, "链接写法不对，点开会出错。请核对。".to_owned());
            }
            continue;
        };
        let leads = match id.parse() {
            Ok(id) => {
                public::find(store, id).await?.is_some_and(|found| matches!(found, public::Found::Public(_)))
            }
            Err(_) => false,
        };
        if !leads {
            let note = "链接的信息没有公开或已经撤回，公众点开会看到错误页面。请核对。".to_owned();
            say("失效链接", Severity::Warning, "正文", link, note);
        }
    }
    let title = content.title.trim();
    if let Some(other) = public::same_title(store, title, own).await? {
        let note = format!("已有同名的公开信息（索引号 {}），请核对是否重复公开。", other.index_number);
        say("重复公开", Severity::Warning, "标题", title, note);
    }
    Ok(noticed)
}

/// Everything in a file: its words, its columns, what a reader does not see.
fn one_file(scanner: &Scanner, name: &str, bytes: &[u8]) -> FileScan {
    let content = match attachment::read(name, bytes, &Limits::default()) {
        Ok(content) => content,
        Err(refusal) => return refused(name, &refusal),
    };
    let can_mask = attachment::can_mask(content.kind);
    let mut noticed = Vec::new();
    for hidden in &content.hidden {
        let severity = match hidden.what {
            attachment::HiddenKind::Property | attachment::HiddenKind::PictureCamera => Severity::Warning,
            attachment::HiddenKind::PictureText | attachment::HiddenKind::Leftover => Severity::Warning,
            attachment::HiddenKind::ExternalLink => Severity::Warning,
            _ => Severity::Error,
        };
        noticed.push(Noticed {
            label: hidden.what.label(),
            severity,
            place: hidden.place.clone(),
            words: hidden.detail.clone(),
            note: "读者在页面上看不到，打开文件却能找到。公开前应当清除。".to_owned(),
            fix: Some("清除".to_owned()),
            mark: fingerprint([hidden.what.label(), &hidden.place, &hidden.detail]),
            personal: true,
            target: Target::Hidden,
        });
    }
    let headings = headings(&content);
    for (segment, found) in content.segments.iter().enumerate() {
        let mut hits = scanner.scan(&found.text);
        if content.kind == attachment::Kind::Pdf {
            paired_over_lines(scanner, &found.text, &mut hits);
        }
        hits.extend(in_column(&headings, found, &hits));
        for hit in hits {
            // A line of a file is often a cell or a heading: brackets over two of them are no slip.
            if matches!(hit.rule, Rule::Unpaired | Rule::Repeated | Rule::FullWidth) && found.cell.is_some() {
                continue;
            }
            let with = hit.replacement.clone().unwrap_or_default();
            let target = Target::Words(Edit { segment, range: hit.range.clone(), with });
            let mut one = from_hit(&hit, &found.text, &found.place, target);
            if !can_mask {
                one.fix = None;
                one.note.push_str("这种文件不能自动遮盖，请在原文件中改好后重新上传。");
            }
            noticed.push(one);
        }
    }
    let Group { noticed, cut, .. } = cut(noticed, None);
    FileScan { noticed, unread: content.unread.map(str::to_owned), cut }
}

/// The lines of a PDF's page are lines of print: a bracket may close on another one. Only what the page as a whole leaves
/// open is a slip.
fn paired_over_lines(scanner: &Scanner, page: &str, hits: &mut Vec<Hit>) {
    if !hits.iter().any(|hit| hit.rule == Rule::Unpaired) {
        return;
    }
    // One byte for one byte, so that places hold.
    let whole = scanner.scan(&page.replace(['\n', '\r'], " "));
    hits.retain(|hit| hit.rule != Rule::Unpaired);
    hits.extend(whole.into_iter().filter(|hit| hit.rule == Rule::Unpaired));
}

fn refused(name: &str, refusal: &Refusal) -> FileScan {
    let noticed = Noticed {
        label: "不能公开的文件",
        severity: Severity::Error,
        place: "整个文件".to_owned(),
        words: name.to_owned(),
        note: refusal.to_string(),
        fix: None,
        mark: fingerprint(["refused", name, refusal.code()]),
        personal: false,
        target: Target::Nothing,
    };
    FileScan { noticed: vec![noticed], unread: None, cut: 0 }
}

/// Rows in which headings stand.
const HEADING_ROWS: usize = 6;

/// What the columns of a file's sheets hold of people, by the headings in their first rows: sheet, column, row of the
/// heading.
fn headings(content: &Content) -> BTreeMap<(usize, usize), (usize, Rule)> {
    let cells = content.segments.iter().filter_map(|segment| Some((segment.cell?, segment.text.as_str())));
    let mut found = BTreeMap::new();
    for ((sheet, row, column), text) in cells.filter(|((_, row, _), _)| *row < HEADING_ROWS) {
        if let Some(rule) = scan::heading(text) {
            found.insert((sheet, column), (row, rule));
        }
    }
    found
}

/// What a cell holds because of the heading of its column, when nothing personal was found in it by its looks.
fn in_column(
    headings: &BTreeMap<(usize, usize), (usize, Rule)>,
    segment: &Segment,
    hits: &[Hit],
) -> Option<Hit> {
    let (sheet, row, column) = segment.cell?;
    let (_, rule) = headings.get(&(sheet, column)).filter(|(heading, _)| *heading < row)?;
    if hits.iter().any(|hit| hit.rule.is_personal()) {
        return None;
    }
    scan::in_column(*rule, &segment.text)
}

/// What a person chose to do with what was found.
pub(crate) enum Choice<'a> {
    /// Mask and clear everything that is personal or hidden.
    Everything,
    /// Put these right.
    Marks(&'a [String]),
}

impl Choice<'_> {
    fn takes(&self, noticed: &Noticed) -> bool {
        noticed.fix.is_some()
            && match self {
                Self::Everything => noticed.personal && noticed.severity != Severity::Info,
                Self::Marks(marks) => marks.contains(&noticed.mark),
            }
    }
}

/// A file to be put in the place of another.
pub(crate) struct Mended {
    /// The file it takes the place of.
    pub(crate) file: i64,
    /// Its name.
    pub(crate) name: String,
    /// Its content.
    pub(crate) bytes: Vec<u8>,
}

/// The content with what was chosen put right, and the files that take the place of others.
///
/// # Errors
/// The store's; a file that cannot be changed.
pub(crate) async fn mend(
    store: &Store,
    content: &Disclosure,
    scanned: &Scanned,
    choice: &Choice<'_>,
) -> store::Result<(Disclosure, Vec<Mended>)> {
    let mut mended = content.clone();
    let mut files = Vec::new();
    let mut body: Vec<(block::Place, String)> = Vec::new();
    let (mut title, mut summary) = (Vec::new(), Vec::new());
    for group in &scanned.groups {
        let chosen: Vec<&Noticed> = group.noticed.iter().filter(|noticed| choice.takes(noticed)).collect();
        let Some(file) = &group.file else {
            for noticed in chosen {
                let with = noticed.fix.clone().unwrap_or_default();
                match &noticed.target {
                    Target::Title(range) => title.push((range.clone(), with)),
                    Target::Summary(range) => summary.push((range.clone(), with)),
                    Target::Body(place) => body.push((place.clone(), with)),
                    Target::Words(_) | Target::Hidden | Target::Nothing => {}
                }
            }
            continue;
        };
        let (_, bytes) = store::attachment::read(store, file.id).await?;
        let Some(bytes) = without(&file.name, bytes, &chosen).await? else { continue };
        files.push(Mended { file: file.id, name: file.name.clone(), bytes });
    }
    body.sort_by_key(|(place, _)| (place.block, place.range.start));
    mended.title = replaced(&content.title, title);
    mended.summary = replaced(&content.summary, summary);
    mended.body = block::replace(&content.body, &body);
    // The text of an interpretation is made of its sections.
    mended.interpretation = content.interpretation.as_ref().map(|_| read_body(&mended.body));
    Ok((mended, files))
}

/// A file without what was chosen; `None` when nothing of it can be put right.
async fn without(name: &str, bytes: bytes::Bytes, chosen: &[&Noticed]) -> store::Result<Option<Vec<u8>>> {
    let hidden = chosen.iter().any(|noticed| noticed.target == Target::Hidden);
    let edits: Vec<Edit> = chosen
        .iter()
        .filter_map(|noticed| match &noticed.target {
            Target::Words(edit) => Some(edit.clone()),
            _ => None,
        })
        .collect();
    if !hidden && edits.is_empty() {
        return Ok(None);
    }
    let name = name.to_owned();
    let work = move || {
        let limits = Limits::default();
        let masked =
            if edits.is_empty() { bytes.to_vec() } else { attachment::mask(&name, &bytes, &edits, &limits)? };
        if hidden { attachment::strip(&name, &masked, &limits) } else { Ok(masked) }
    };
    let changed = tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| store::Error::refused("文件没有处理成功，内容没有改变。请在原文件中改好后重新上传。"))?
        .map_err(|refusal| store::Error::refused(refusal.to_string()))?;
    Ok(Some(changed))
}

/// A file that belongs to no disclosure, without what was chosen of what was found in it.
///
/// # Errors
/// A file that cannot be changed; nothing chosen that can be put right.
pub(crate) async fn masked(
    name: &str,
    bytes: bytes::Bytes,
    group: &Group,
    choice: &Choice<'_>,
) -> store::Result<Vec<u8>> {
    let chosen: Vec<&Noticed> = group.noticed.iter().filter(|noticed| choice.takes(noticed)).collect();
    let changed = without(name, bytes, &chosen).await?;
    changed.ok_or_else(|| store::Error::refused("没有选中可以遮盖的内容。请先勾选，再遮盖。"))
}

/// A field with other words in some places; of edits over each other the first holds.
fn replaced(text: &str, mut edits: Vec<(Range<usize>, String)>) -> String {
    edits.sort_by_key(|(range, _)| range.start);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (range, with) in edits.into_iter() {
        if range.start < at {
            continue;
        }
        out.push_str(text.get(at..range.start).unwrap_or_default());
        out.push_str(&with);
        at = range.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bracket_may_close_on_the_next_line_of_a_page() {
        let scanner = Scanner::new(&WordLists::usual());
        let unpaired = |page: &str| {
            let mut hits = scanner.scan(page);
            paired_over_lines(&scanner, page, &mut hits);
            let unpaired = hits.into_iter().filter(|hit| hit.rule == Rule::Unpaired);
            unpaired.map(|hit| (hit.range.start, hit.range.end)).collect::<Vec<_>>()
        };
        assert_eq!(unpaired("按照（国办公开办函\n〔2021〕30号）的要求"), []);
        assert_eq!(unpaired("按照（国办公开办函\n的要求"), [(6, 9)]);
    }
}
