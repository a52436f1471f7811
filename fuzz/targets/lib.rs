//! What the targets share: a file is read, its plan found and written out again, all within small limits.

use tables::plan::Layout;
use tables::{Limits, Refusal};

/// Limits that keep one run short; the code is the same.
pub fn limits() -> Limits {
    Limits {
        bytes: 1_000_000,
        text_bytes: 200_000,
        inflated_bytes: 2_000_000,
        rows: 500,
        columns: 40,
        cells: 5_000,
        characters: 200_000,
        tables: 20,
        ..Limits::default()
    }
}

/// Reads a file and does everything that is done with one. The plan that was read must keep its JSON.
pub fn whole_way(name: &str, bytes: &[u8]) -> Result<(), Refusal> {
    let (document, _) = tables::read(name, bytes, &limits())?;
    catalogues(&document);
    let (plan, _, mapping) = tables::plan::read(&document, None, None);
    let json = serde_json::to_string(&plan).map_err(|_| Refusal::NoTable)?;
    assert_eq!(serde_json::from_str::<domain::plan::Plan>(&json).ok().as_ref(), Some(&plan));
    let layout = Layout::of(&document, &mapping);
    if let Ok(written) = tables::plan::write_docx(&plan, &layout, None) {
        let again = tables::read("again.docx", &written, &Limits::default());
        assert!(plan.tasks.is_empty() || again.is_ok(), "what was written can be read: {again:?}");
    }
    Ok(())
}

/// Reads a document as catalogues. What was read must keep its JSON, and an item's words must be read as the same.
fn catalogues(document: &tables::Document) {
    use domain::catalogue::{Catalogue, Field, Item};
    let (reads, _) = tables::catalogue::read(document, &[], 20);
    for read in reads {
        let json = serde_json::to_string(&read.catalogue).unwrap_or_default();
        assert_eq!(serde_json::from_str::<Catalogue>(&json).ok().as_ref(), Some(&read.catalogue));
        for item in &read.catalogue.items {
            let mut again = Item::default();
            for field in Field::ALL {
                again.write(field, &item.words(field));
            }
            let _ = tables::catalogue::Layout::of(&read.catalogue).row(&again);
        }
    }
}

/// A zip with one part changed: the fuzzer works on the XML, not on deflated bytes. The first byte chooses the part.
pub fn package(parts: &[&str], fixed: &[(&str, &[u8])], data: &[u8]) -> Vec<u8> {
    use std::io::{Cursor, Write};
    let (choice, content) = data.split_first().unwrap_or((&0, &[]));
    let changed = parts[usize::from(*choice) % parts.len()];
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, whole) in fixed {
        let bytes = if *name == changed { content } else { whole };
        if zip.start_file(*name, options).and_then(|()| zip.write_all(bytes).map_err(Into::into)).is_err() {
            return Vec::new();
        }
    }
    zip.finish().map(Cursor::into_inner).unwrap_or_default()
}

/// A compound file whose one stream is the workbook given.
pub fn compound(stream: &[u8]) -> Vec<u8> {
    use std::io::{Cursor, Write};
    let made = || -> std::io::Result<Vec<u8>> {
        let mut file = cfb::CompoundFile::create_with_version(cfb::Version::V3, Cursor::new(Vec::new()))?;
        let mut workbook = stream.to_vec();
        workbook.resize(workbook.len().max(4096), 0);
        file.create_stream("/Workbook")?.write_all(&workbook)?;
        file.flush()?;
        Ok(file.into_inner().into_inner())
    };
    made().unwrap_or_default()
}
