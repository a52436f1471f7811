//! PDF files: the text of their pages as far as it can be read, and what a reader does not see.

use super::{Hidden, HiddenKind, Read, Segment, Source};
use crate::Refusal;
use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Bytes one stream may inflate to.
const INFLATED_BYTES_MAX: usize = 64_000_000;
/// Pages whose text is looked at.
const PAGES_MAX: usize = 2_000;

const SCANNED: &str =
    "这份 PDF 是扫描件，没有文字，不能自动检查。请人工核对其中有无身份证号、签名等个人信息。";

/// A broken file must not stop the server, whatever the library does with it.
fn guarded<T>(work: impl FnOnce() -> Result<T, Refusal>) -> Result<T, Refusal> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(Refusal::Damaged { part: "PDF 内容" }))
}

fn open(bytes: &[u8]) -> Result<Document, Refusal> {
    let options = LoadOptions { max_decompressed_size: Some(INFLATED_BYTES_MAX), ..LoadOptions::default() };
    let document = Document::load_mem_with_options(bytes, options).map_err(|error| match error {
        lopdf::Error::InvalidPassword | lopdf::Error::Decryption(_) => Refusal::Encrypted,
        _ => Refusal::Damaged { part: "PDF 内容" },
    })?;
    if document.is_encrypted() || document.was_encrypted() {
        return Err(Refusal::Encrypted);
    }
    Ok(document)
}

/// Reads the text of the pages and what is hidden.
pub(super) fn read(bytes: &[u8]) -> Result<Read, Refusal> {
    guarded(|| {
        let document = open(bytes)?;
        let mut read = Read { hidden: hidden(&document), ..Read::default() };
        let mut unread_pages = 0;
        for number in document.get_pages().into_keys().take(PAGES_MAX) {
            let text = document.extract_text_with_limit(&[number], INFLATED_BYTES_MAX).unwrap_or_default();
            if text.trim().is_empty() {
                unread_pages += 1;
                continue;
            }
            read.segments.push(Segment { place: format!("第{number}页"), text, cell: None });
            read.sources.push(Source::Fixed);
        }
        if read.segments.is_empty() && unread_pages > 0 {
            read.unread = Some(SCANNED);
        }
        Ok(read)
    })
}

fn hidden(document: &Document) -> Vec<Hidden> {
    let mut found = Vec::new();
    let mut say = |what, place: String, detail: String| found.push(Hidden { what, place, detail });
    if let Some(information) = information(document) {
        for (key, label) in TELLING {
            let value =
                information.get(key).ok().and_then(|value| text_of(document, value)).unwrap_or_default();
            if !value.trim().is_empty() {
                let value = domain::text::head(value.trim(), 40);
                say(HiddenKind::Property, "文档属性".to_owned(), format!("{label}：{value}"));
            }
        }
    }
    if let Ok(catalog) = document.catalog() {
        if names(document, catalog, b"EmbeddedFiles") {
            say(HiddenKind::EmbeddedFile, "附件".to_owned(), "文件中带有其他文件".to_owned());
        }
        if names(document, catalog, b"JavaScript") || catalog.has(b"AA") || is_script(document, catalog) {
            say(HiddenKind::Script, "脚本".to_owned(), "打开时会运行".to_owned());
        }
    }
    for (number, page) in document.get_pages() {
        for annotation in document.get_page_annotations(page).unwrap_or_default() {
            if is_kept(annotation) {
                continue;
            }
            let words = annotation.get(b"Contents").ok().and_then(|value| text_of(document, value));
            let words = domain::text::head(words.unwrap_or_default().trim(), 60);
            say(HiddenKind::Annotation, format!("第{number}页"), words);
        }
    }
    found
}

const TELLING: [(&[u8], &str); 5] = [
    (b"Author", "作者"),
    (b"Title", "标题"),
    (b"Subject", "主题"),
    (b"Keywords", "关键词"),
    (b"Company", "单位"),
];

fn information(document: &Document) -> Option<&Dictionary> {
    let object = document.trailer.get(b"Info").ok()?;
    document.dereference(object).ok()?.1.as_dict().ok()
}

fn text_of(document: &Document, value: &Object) -> Option<String> {
    lopdf::decode_text_string(document.dereference(value).ok()?.1).ok()
}

fn names(document: &Document, catalog: &Dictionary, key: &[u8]) -> bool {
    let names = catalog.get(b"Names").ok().and_then(|names| document.dereference(names).ok());
    names.and_then(|(_, names)| names.as_dict().ok()).is_some_and(|names| names.has(key))
}

fn is_script(document: &Document, catalog: &Dictionary) -> bool {
    let action = catalog.get(b"OpenAction").ok().and_then(|action| document.dereference(action).ok());
    let action = action.and_then(|(_, action)| action.as_dict().ok());
    action
        .and_then(|action| action.get(b"S").ok())
        .is_some_and(|kind| matches!(kind, Object::Name(name) if name == b"JavaScript"))
}

/// Links and fields of forms are seen and used.
fn is_kept(annotation: &Dictionary) -> bool {
    annotation.get(b"Subtype").and_then(Object::as_name).is_ok_and(|kind| matches!(kind, b"Link" | b"Widget"))
}

/// The file without properties, notes, embedded files and scripts.
pub(super) fn strip(bytes: &[u8]) -> Result<Vec<u8>, Refusal> {
    guarded(|| {
        let mut document = open(bytes)?;
        document.trailer.remove(b"Info");
        let mut gone: Vec<ObjectId> = Vec::new();
        if let Ok(catalog) = document.catalog_mut() {
            catalog.remove(b"Metadata");
            catalog.remove(b"AA");
            catalog.remove(b"AF");
        }
        let names = document.catalog().ok().and_then(|catalog| catalog.get(b"Names").ok()).cloned();
        match names {
            Some(Object::Reference(id)) => {
                if let Ok(names) = document.get_dictionary_mut(id) {
                    names.remove(b"EmbeddedFiles");
                    names.remove(b"JavaScript");
                }
            }
            Some(Object::Dictionary(_)) => {
                let names =
                    document.catalog_mut().and_then(|catalog| catalog.get_mut(b"Names")?.as_dict_mut());
                if let Ok(names) = names {
                    names.remove(b"EmbeddedFiles");
                    names.remove(b"JavaScript");
                }
            }
            _ => {}
        }
        if document.catalog().is_ok_and(|catalog| is_script(&document, catalog))
            && let Ok(catalog) = document.catalog_mut()
        {
            catalog.remove(b"OpenAction");
        }
        for page in document.get_pages().into_values() {
            strip_page(&mut document, page, &mut gone);
        }
        for id in gone {
            document.objects.remove(&id);
        }
        document.prune_objects();
        let mut out = Vec::new();
        document.save_to(&mut out).map_err(|_| Refusal::Damaged { part: "PDF 内容" })?;
        Ok(out)
    })
}

fn strip_page(document: &mut Document, page: ObjectId, gone: &mut Vec<ObjectId>) {
    let listed = document.get_dictionary(page).and_then(|page| page.get(b"Annots")).cloned();
    let listed = listed.ok().and_then(|list| document.dereference(&list).ok().map(|(_, list)| list.clone()));
    let Some(Object::Array(list)) = listed else {
        if let Ok(page) = document.get_dictionary_mut(page) {
            page.remove(b"Metadata");
        }
        return;
    };
    let mut kept = Vec::new();
    for annotation in list {
        let dictionary = document.dereference(&annotation).ok().and_then(|(_, object)| object.as_dict().ok());
        if dictionary.is_some_and(is_kept) {
            kept.push(annotation);
        } else if let Object::Reference(id) = annotation {
            gone.push(id);
        }
    }
    if let Ok(page) = document.get_dictionary_mut(page) {
        page.set("Annots", Object::Array(kept));
        page.remove(b"Metadata");
        page.remove(b"AA");
    }
}
