//! Old formats through LibreOffice, which a script of the same manners stands in for: its arguments, its result, its
//! failures, and its end when it hangs.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "in a test, a panic is the answer")]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;
use support::{ole, pilot, pilot_plan};
use tables::convert::{self, Converter};
use tables::{Limits, Refusal};

/// A Word document of the old kind: a compound file with Word's stream.
fn doc() -> Vec<u8> {
    ole(&[("/WordDocument", &[0; 5_000])])
}

/// A stand-in that runs these lines with `$source`, `$to` and `$out` set as LibreOffice was asked.
fn converter(folder: &Path, lines: &str, patience: u64) -> Converter {
    let program = folder.join("soffice");
    let arguments = "while [ $# -gt 1 ]; do\n case $1 in\n --convert-to) to=$2; shift;;\n \
        --outdir) out=$2; mkdir -p $out; shift;;\n esac\n shift\ndone\nsource=$1\n";
    fs::write(&program, format!("#!/bin/sh\nset -e\n{arguments}{lines}\n")).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    Converter { program, patience: Duration::from_secs(patience) }
}

#[test]
fn what_was_converted_is_read_and_said() {
    let folder = tempfile::tempdir().unwrap();
    let docx = folder.path().join("plan.docx");
    fs::write(&docx, pilot("plan.docx")).unwrap();
    let lines = format!("test -s $source\ncp {} $out/source.$to", docx.display());
    let converter = converter(folder.path(), &lines, 30);
    let (document, findings) = convert::read("a.doc", &doc(), &Limits::default(), Some(&converter)).unwrap();
    assert_eq!(tables::plan::read(&document, None, None).0, pilot_plan());
    assert!(findings.iter().any(|finding| finding.code == "converted"));
}

#[test]
fn without_libreoffice_the_person_is_told_what_to_do() {
    let refusal = convert::read("a.doc", &doc(), &Limits::default(), None).unwrap_err();
    assert!(matches!(refusal, Refusal::LibreOfficeMissing { .. }));
    assert!(refusal.to_string().contains("另存为"), "{refusal}");
}

#[test]
fn a_failed_or_empty_conversion_is_a_refusal() {
    let folder = tempfile::tempdir().unwrap();
    for lines in ["exit 77", "true", "head -c 9000000 /dev/zero > $out/source.$to"] {
        let converter = converter(folder.path(), lines, 30);
        let limits = Limits { bytes: 1_000_000, ..Limits::default() };
        let refusal = convert::read("a.doc", &doc(), &limits, Some(&converter)).unwrap_err();
        assert!(matches!(refusal, Refusal::ConversionFailed { .. }), "{lines}: {refusal}");
    }
}

#[test]
fn a_hanging_conversion_is_ended_with_all_it_started() {
    let folder = tempfile::tempdir().unwrap();
    let note = folder.path().join("child");
    let lines = format!("sleep 600 &\necho $! > {}\nwait", note.display());
    let converter = converter(folder.path(), &lines, 1);
    let refusal = convert::read("a.doc", &doc(), &Limits::default(), Some(&converter)).unwrap_err();
    assert!(matches!(refusal, Refusal::ConversionFailed { .. }));
    let child = fs::read_to_string(note).unwrap();
    let running = || {
        let state = fs::read_to_string(format!("/proc/{}/stat", child.trim())).unwrap_or_default();
        !(state.is_empty() || state.contains(") Z "))
    };
    // The kernel may take a moment to carry it out.
    let ended = (0..500).any(|_| {
        std::thread::sleep(Duration::from_millis(10));
        !running()
    });
    assert!(ended, "the child is still running");
}
