//! A disclosure's pages, made from what was read of it and nothing else: the document, an old version, what a version
//! changed, what is left of one that was taken back, and the document in schema.org's words. A visitor's request and a
//! static export call the same functions.

use super::preview;
use crate::app::App;
use crate::chart::diagram::Diagram;
use crate::list::link;
use crate::page::Page;
use crate::portal::platform::{self, DISCLOSURES};
use crate::portal::{framed, size};
use crate::problem::Problem;
use askama::Template;
use domain::clock::{civil_date, civil_time};
use domain::disclosure::difference::{self, Change, Difference};
use domain::disclosure::{Disclosure, File, ItemLink, Kind, Validity};
use domain::letter::written_date;
use domain::unit::{Directory, UnitId};
use jiff::Timestamp;
use serde_json::json;
use store::disclosure::public::{PublicRow, Tombstone};
use store::disclosure::whole::{Version, Whole};

/// What pages depend on beside the disclosure.
pub(crate) struct Scene<'a> {
    pub(crate) app: &'a App,
    pub(crate) directory: &'a Directory,
    pub(crate) elder: bool,
}

struct FileLine {
    name: String,
    link: String,
    size: String,
    preview: Option<String>,
}

fn files(id: i64, content: &Disclosure) -> Vec<FileLine> {
    let line = |file: &File| FileLine {
        link: format!("/disclosures/{id}/files/{}", file.id),
        preview: preview::shown(&file.name).map(|_| format!("/disclosures/{id}/files/{}/preview", file.id)),
        size: size(file.bytes),
        name: file.name.clone(),
    };
    content.files.iter().map(line).collect()
}

struct VersionLine {
    number: u32,
    link: String,
    changes: Option<String>,
    at: String,
    reason: String,
    current: bool,
}

/// A row of the head table.
struct Fact {
    label: &'static str,
    value: String,
}

/// A policy file that touches another.
pub(super) struct Related {
    pub(super) link: String,
    pub(super) title: String,
    document_number: String,
}

pub(super) fn related(rows: &[PublicRow]) -> Vec<Related> {
    let one = |row: &PublicRow| Related {
        link: format!("/disclosures/{}", row.id),
        title: row.title.clone(),
        document_number: row.document_number.clone(),
    };
    rows.iter().map(one).collect()
}

#[derive(Template)]
#[template(path = "portal/disclosure.html")]
struct ShowPage {
    page: Page,
    id: i64,
    title: String,
    facts: Vec<Fact>,
    validity: Option<Validity>,
    links: Vec<(&'static str, Vec<Related>)>,
    /// The page with a policy file's whole way.
    chain: Option<String>,
    /// The picture of an interpretation.
    diagram: Option<Diagram>,
    /// An interpretation's handout; of the version in view only.
    handout: Option<String>,
    body: String,
    /// Tables of the body are wide: it takes the whole width, and is scrolled on phones.
    wide: bool,
    files: Vec<FileLine>,
    items: Vec<(String, String)>,
    versions: Vec<VersionLine>,
    old: Option<String>,
    /// In schema.org's words, for search engines; the version in view only.
    structured: Option<String>,
    address: String,
    qr: Option<String>,
    subscribe: String,
    /// The place of this version in the transparency log.
    logged: Option<u64>,
    record: String,
}

#[derive(Template)]
#[template(path = "portal/disclosure_changes.html")]
struct ChangesPage {
    page: Page,
    title: String,
    number: u32,
    reason: String,
    at: String,
    difference: Difference,
    link: String,
}

#[derive(Template)]
#[template(path = "portal/disclosure_withdrawn.html")]
struct WithdrawnPage {
    page: Page,
    unit: String,
    index_number: String,
    at: String,
    reason: String,
}

/// `2020-09-04 09:30`, as page labels want it.
fn minute(at: Timestamp) -> String {
    civil_time(at).strftime("%Y-%m-%d %H:%M").to_string()
}

impl Scene<'_> {
    pub(super) fn unit(&self, id: UnitId) -> String {
        self.directory.unit(id).map(|unit| unit.name.clone()).unwrap_or_default()
    }

    pub(super) fn frame(&self, title: &str, path: &str) -> Page {
        framed(self.app, self.elder, title, path).under("首页", "/")
    }

    /// The document, in the version of that number.
    pub(crate) fn document(&self, whole: &Whole, number: u32) -> Result<String, Problem> {
        let version = whole.version(number).ok_or_else(|| Problem::not_found("这个版本"))?;
        let content = version.content()?;
        let head = content.head();
        self.read(whole, number, content, &head)
    }

    /// The document as it was read, with its sentence or two for lists and labels.
    pub(crate) fn read(
        &self,
        whole: &Whole,
        number: u32,
        content: Disclosure,
        head: &str,
    ) -> Result<String, Problem> {
        let row = &whole.row;
        let unit = self.unit(row.unit);
        let validity = row.kind.has_validity().then(|| whole.links.validity(row, self.app.today()));
        let base = format!("/disclosures/{}", row.id);
        let old_version = number != row.number;
        let path = if old_version { format!("{base}/versions/{number}") } else { base.clone() };
        let address = format!("{}{base}", self.app.settings.public_url);
        let links = [
            ("修改了", &whole.links.amends),
            ("废止了", &whole.links.repeals),
            ("被下列文件修改", &whole.links.amended_by),
            ("被下列文件废止", &whole.links.repealed_by),
            ("解读的文件", &whole.links.interprets),
            ("政策解读", &whole.links.interpreted_by),
        ];
        let links = links.into_iter().filter(|(_, rows)| !rows.is_empty());
        let item = |item: &ItemLink| {
            (item.name.clone(), format!("/catalogues/{}/items/{}", item.catalogue, item.code))
        };
        let template = ShowPage {
            page: self.document_frame(row, &content, head, (&unit, &path, &address)),
            facts: facts(row, &content, &unit, validity),
            validity,
            links: links.map(|(label, rows)| (label, related(rows))).collect(),
            chain: (row.kind == Kind::Policy).then(|| format!("{base}/chain")),
            diagram: content.interpretation.as_ref().and_then(Diagram::draw),
            handout: (!old_version && content.interpretation.is_some())
                .then(|| format!("{base}/handout.pdf")),
            files: files(row.id, &content),
            items: content.items.iter().map(item).collect(),
            versions: version_lines(whole, &base),
            old: old_version.then_some(base),
            structured: (!old_version).then(|| self.structured(whole, head)),
            qr: crate::qr::svg(&address, "本页网址的二维码"),
            address,
            id: row.id,
            subscribe: link(
                "/subscriptions",
                &[("kind", row.kind.word().to_owned()), ("unit", row.unit.to_string())],
            ),
            logged: whole.positions.get(&number).copied(),
            record: format!("/disclosures/{}/versions/{number}/record.json", row.id),
            wide: content.kind == Kind::AnnualReport,
            title: content.title,
            body: content.body,
        };
        Ok(template.render()?)
    }

    fn document_frame(
        &self,
        row: &PublicRow,
        content: &Disclosure,
        head: &str,
        (unit, path, address): (&str, &str, &str),
    ) -> Page {
        let source = if content.source.is_empty() { unit } else { &content.source };
        let column = platform::of(Some(row.kind));
        let mut page = self.frame(&content.title, path).under(column.name, column.link);
        if !row.kind.is_about_disclosure() {
            page = page.under(row.kind.label(), &format!("/disclosures?kind={}", row.kind.word()));
        }
        let page = page
            .labelled("ColumnName", row.kind.label())
            .labelled("ColumnType", column.kind)
            .labelled("ArticleTitle", &content.title)
            .labelled("PubDate", &minute(row.published_at))
            .labelled("ContentSource", source)
            .labelled("Author", unit)
            .labelled("Description", head)
            .labelled("Url", address);
        if content.keywords.is_empty() {
            page
        } else {
            page.labelled("Keywords", &content.keywords.join(","))
        }
    }

    /// What a version changed.
    pub(crate) fn changes(&self, whole: &Whole, number: u32) -> Result<String, Problem> {
        let before = whole.version(number.saturating_sub(1));
        let (Some(before), Some(version)) = (before, whole.version(number)) else {
            return Err(Problem::not_found("这个版本的变化"));
        };
        let (before, after) = (before.content()?, version.content()?);
        let base = format!("/disclosures/{}", whole.row.id);
        let path = format!("{base}/versions/{number}/changes");
        let frame = self
            .frame(&format!("第{number}版的变化"), &path)
            .under(DISCLOSURES.name, DISCLOSURES.link)
            .under(&after.title, &base);
        let template = ChangesPage {
            page: DISCLOSURES.labelled(frame),
            number,
            reason: version.row.reason.clone(),
            at: minute(version.row.published_at),
            difference: difference::between(&before, &after),
            title: after.title,
            link: base,
        };
        Ok(template.render()?)
    }

    /// What is left of a disclosure that was taken back.
    pub(crate) fn withdrawn(&self, id: i64, left: &Tombstone) -> Result<String, Problem> {
        let template = WithdrawnPage {
            page: DISCLOSURES.labelled(
                self.frame("信息已撤回", &format!("/disclosures/{id}"))
                    .under(DISCLOSURES.name, DISCLOSURES.link),
            ),
            unit: self.unit(left.unit),
            index_number: left.index_number.clone(),
            at: written_date(civil_date(left.at)),
            reason: left.reason.clone(),
        };
        Ok(template.render()?)
    }

    /// The version in view in schema.org's words (JSON-LD).
    fn structured(&self, whole: &Whole, head: &str) -> String {
        let row = &whole.row;
        let address = format!("{}/disclosures/{}", self.app.settings.public_url, row.id);
        let kind = if row.kind == Kind::Policy { "Legislation" } else { "DigitalDocument" };
        let mut said = json!({
            "@context": "https://schema.org",
            "@type": kind,
            "@id": address,
            "url": address,
            "name": row.title,
            "identifier": row.index_number,
            "inLanguage": "zh-CN",
            "description": head,
            "datePublished": row.published_at.to_string(),
            "dateModified": row.revised_at.unwrap_or(row.published_at).to_string(),
            "version": row.number,
            "publisher": { "@type": "GovernmentOrganization", "name": self.unit(row.unit) },
            "isAccessibleForFree": true,
        });
        if kind == "Legislation" && !row.document_number.is_empty() {
            said["legislationIdentifier"] = json!(row.document_number);
            said["legislationDate"] = json!(row.formed_on.map(|day| day.to_string()));
        }
        // No text ends the element it stands in.
        said.to_string().replace('<', "\\u003c")
    }
}

/// The head table: seven facts always, three where there is something to say.
fn facts(row: &PublicRow, content: &Disclosure, unit: &str, validity: Option<Validity>) -> Vec<Fact> {
    let day = |day: Option<jiff::civil::Date>| day.map(written_date).unwrap_or_default();
    let always = [
        ("索引号", row.index_number.clone()),
        ("主题分类", content.subject.clone()),
        ("发布机构", unit.to_owned()),
        ("成文日期", day(content.formed_on)),
        ("标题", content.title.clone()),
        ("文号", content.document_number.clone()),
        ("发布日期", written_date(civil_date(row.published_at))),
    ];
    let sometimes = [
        ("有效性", validity.map(|validity| validity.label().to_owned()).unwrap_or_default()),
        ("施行日期", day(content.effective_on)),
        ("失效日期", day(content.expires_on)),
    ];
    let sometimes = sometimes.into_iter().filter(|(_, value)| !value.is_empty());
    always.into_iter().chain(sometimes).map(|(label, value)| Fact { label, value }).collect()
}

fn version_lines(whole: &Whole, base: &str) -> Vec<VersionLine> {
    let line = |version: &Version| {
        let (number, current) = (version.row.number, version.row.number == whole.row.number);
        VersionLine {
            link: if current { base.to_owned() } else { format!("{base}/versions/{number}") },
            changes: (number > 1).then(|| format!("{base}/versions/{number}/changes")),
            at: minute(version.row.published_at),
            reason: version.row.reason.clone(),
            current,
            number,
        }
    };
    whole.versions.iter().map(line).collect()
}
