//! What Word and Excel files have in common: properties of the document, embedded files, pictures, links to the outside.

use super::markup::{Patch, Sort};
use super::package::Package;
use super::{Hidden, HiddenKind, Read, picture};
use crate::{Limits, Refusal};

const PART: &str = "文档属性";

/// Parts nobody sees on the page that tell about authors, machines and earlier states.
fn is_unseen(name: &str) -> bool {
    let within = |folder: &str| name.starts_with(folder);
    within("customXml/")
        || within("docProps/custom")
        || within("docProps/thumbnail")
        || within("word/comments")
        || within("word/people")
        || within("word/embeddings/")
        || within("word/activeX/")
        || within("word/recipientData")
        || within("xl/comments")
        || within("xl/threadedComments/")
        || within("xl/persons/")
        || within("xl/externalLinks/")
        || within("xl/embeddings/")
        || within("xl/activeX/")
        || within("xl/ctrlProps/")
        || within("xl/printerSettings/")
        || within("xl/revisions/")
        || within("xl/calcChain")
        || within("xl/connections")
        || within("xl/queryTables/")
        || within("xl/customProperty")
        || within("_xmlsignatures/")
        || name.ends_with(".bin") && name.contains("rinterSettings")
}

/// Links to the outside that nobody sees; a hyperlink in the text is seen.
fn is_unseen_link(kind: &str) -> bool {
    !matches!(kind, "hyperlink" | "image" | "video" | "audio" | "media")
}

/// Elements of the properties that name people and organisations.
const TELLING: [(&str, &str); 13] = [
    ("creator", "作者"),
    ("lastModifiedBy", "最后修改人"),
    ("Company", "单位"),
    ("Manager", "主管"),
    ("title", "标题"),
    ("subject", "主题"),
    ("keywords", "关键词"),
    ("description", "备注"),
    ("category", "类别"),
    ("contentStatus", "状态"),
    ("Template", "模板"),
    ("HyperlinkBase", "链接基准"),
    ("lastPrinted", "最后打印时间"),
];

/// Names programs put there themselves.
const HARMLESS: [&str; 5] = ["Normal.dotm", "Normal", "", "Microsoft Office User", "2000-01-01T00:00:00Z"];

/// What properties, embedded files and pictures tell.
pub(super) fn hidden(package: &Package, limits: &Limits, read: &mut Read) -> Result<(), Refusal> {
    let hidden = &mut read.hidden;
    let say = |hidden: &mut Vec<Hidden>, what, place: &str, detail: String| {
        hidden.push(Hidden { what, place: place.to_owned(), detail });
    };
    for name in ["docProps/core.xml", "docProps/app.xml", "docProps/custom.xml"] {
        let Some(markup) = package.markup(name, limits, PART)? else { continue };
        for index in 0..markup.tokens.len() {
            if name.ends_with("custom.xml") && markup.begins(index, "property") {
                let label = markup.attribute(index, "name").unwrap_or_default();
                let value = domain::text::head(markup.text(index).trim(), 40);
                say(hidden, HiddenKind::Property, "文档属性", format!("{label}：{value}"));
                continue;
            }
            let Some((_, label)) = TELLING.iter().find(|(tag, _)| markup.begins(index, tag)) else {
                continue;
            };
            let value = markup.text(index);
            if !HARMLESS.contains(&value.trim()) {
                say(
                    hidden,
                    HiddenKind::Property,
                    "文档属性",
                    format!("{label}：{}", domain::text::head(value.trim(), 40)),
                );
            }
        }
    }
    for name in package.names() {
        let file = name.rsplit('/').next().unwrap_or(name);
        let bytes = package.part(name).unwrap_or_default();
        if name.contains("/embeddings/") || name.contains("/activeX/") {
            say(hidden, HiddenKind::EmbeddedFile, "嵌入的文件", file.to_owned());
        } else if name.starts_with("customXml/item") && !name.contains("Props") && !name.contains("_rels") {
            if bytes.len() > 600 {
                say(hidden, HiddenKind::Property, "自定义数据", format!("{file}，{} 字节", bytes.len()));
            }
        } else if picture::is_picture(bytes) {
            hidden.extend(picture::hidden(bytes, &format!("图片 {file}")));
        }
    }
    Ok(())
}

/// Links of parts to files and templates elsewhere.
pub(super) fn outside(package: &Package, limits: &Limits, read: &mut Read) -> Result<(), Refusal> {
    let directories: Vec<&str> = package.names().filter(|name| name.ends_with(".rels")).collect();
    for directory in directories {
        let source = directory.trim_end_matches(".rels").replace("_rels/", "");
        for (kind, target) in package.relations(&source, limits)?.into_values() {
            if kind.strip_prefix("external:").is_some_and(is_unseen_link) {
                read.hidden.push(Hidden {
                    what: HiddenKind::ExternalLink,
                    place: "外部链接".to_owned(),
                    detail: domain::text::head(&target, 60),
                });
            }
        }
    }
    Ok(())
}

/// Takes out properties, embedded files, what pictures tell, links to files elsewhere.
///
/// # Errors
/// A part that cannot be read.
pub(super) fn strip(package: &mut Package, limits: &Limits) -> Result<(), Refusal> {
    package.remove(is_unseen, is_unseen_link, limits)?;
    for name in ["docProps/core.xml", "docProps/app.xml"] {
        let Some(markup) = package.markup(name, limits, PART)? else { continue };
        let mut patch = Patch::default();
        for (index, token) in markup.tokens.iter().enumerate() {
            let telling = TELLING.iter().any(|(tag, _)| markup.begins(index, tag))
                || ["TitlesOfParts", "HeadingPairs"].iter().any(|tag| markup.begins(index, tag));
            if telling && token.sort == Sort::Open {
                patch.remove(markup.element(index));
            }
        }
        package.patch(name, patch);
    }
    let pictures: Vec<String> = package
        .names()
        .filter(|name| package.part(name).is_some_and(picture::is_picture))
        .map(str::to_owned)
        .collect();
    for name in pictures {
        // A picture cut off stays as it is: what cannot be read cannot be found in it either.
        if let Some(Ok(bytes)) = package.part(&name).map(picture::strip) {
            package.put(&name, bytes);
        }
    }
    Ok(())
}
