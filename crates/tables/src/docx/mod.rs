//! Word documents, read as a stream: paragraphs, tables with their merged cells, tracked changes as they would stand
//! when accepted, text boxes, nested tables, automatic numbers.

mod body;
mod numbering;
mod table;

pub(crate) use body::TWIPS_A_CHARACTER;

use crate::archive::Archive;
use crate::xlsx::relations;
use crate::{Document, Limits, Refusal};
use domain::finding::Finding;

pub(crate) fn read(bytes: &[u8], limits: &Limits, findings: &mut Vec<Finding>) -> Result<Document, Refusal> {
    let mut archive = Archive::open(bytes, limits)?;
    let main = relations(&mut archive, "_rels/.rels", "", limits)?
        .into_values()
        .find(|relation| relation.kind.ends_with("/officeDocument"))
        .map_or_else(|| "word/document.xml".to_owned(), |relation| relation.target);
    let (folder, file) = main.rsplit_once('/').unwrap_or(("", &main));
    let relations = relations(&mut archive, &format!("{folder}/_rels/{file}.rels"), folder, limits)?;
    let numbering = relations.values().find(|relation| relation.kind.ends_with("/numbering"));
    let numbering = match numbering {
        Some(relation) => numbering::read(&mut archive, &relation.target, limits)?,
        None => numbering::Numbering::default(),
    };
    let mut body = body::Body::new(numbering, limits);
    body.read(&mut archive.part(&main)?.ok_or(Refusal::Damaged { part: "正文" })?, "正文")?;
    let document = body.finish(findings);
    let mut headers: Vec<&str> = relations
        .values()
        .filter(|relation| relation.kind.ends_with("/header") || relation.kind.ends_with("/footer"))
        .map(|relation| relation.target.as_str())
        .collect();
    headers.sort_unstable();
    for header in headers.into_iter().take(20) {
        let Some(mut part) = archive.part(header)? else { continue };
        let mut body = body::Body::new(numbering::Numbering::default(), limits);
        body.read(&mut part, "页眉页脚")?;
        let text = body.into_lines().join(" ");
        // 第 1 页 共 3 页 says nothing.
        if text.chars().any(|c| c.is_alphabetic() && !"第共页".contains(c)) {
            let head: String = text.chars().take(200).collect();
            findings.push(Finding::info(
                "page-header",
                format!("页眉或页脚中的文字没有作为表格内容读取：“{head}”。"),
            ));
        }
    }
    Ok(document)
}
