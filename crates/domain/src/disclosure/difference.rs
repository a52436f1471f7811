//! What a version changes against the one before, line by line and character by character, for reviewers and the public.

use super::Disclosure;
use similar::{ChangeTag, TextDiff};

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// How it stands.
    pub change: Change,
    /// Its text.
    pub text: String,
}

/// How a piece stands between two versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// In both.
    Same,
    /// In the later one only.
    Added,
    /// In the earlier one only.
    Dropped,
}

/// A field that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// Its name.
    pub label: &'static str,
    /// Its words, piece by piece.
    pub pieces: Vec<Piece>,
}

/// The fields that differ, and the lines of the text around what differs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// Fields of the head table and the files.
    pub fields: Vec<FieldChange>,
    /// The text's lines; unchanged ones far from any change are left out.
    pub lines: Vec<Vec<Piece>>,
}

impl Difference {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.lines.is_empty()
    }
}

/// Unchanged lines shown before and after a changed one.
const AROUND: usize = 2;

/// What `after` changes.
pub fn between(before: &Disclosure, after: &Disclosure) -> Difference {
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let files = |disclosure: &Disclosure| {
        let named = disclosure.files.iter().map(|file| {
            let mark: String = file.hash.chars().take(8).collect();
            format!("{}（{mark}）", file.name)
        });
        named.collect::<Vec<_>>().join("；")
    };
    let items = |disclosure: &Disclosure| {
        disclosure.items.iter().map(|item| item.name.as_str()).collect::<Vec<_>>().join("；")
    };
    let normative = |disclosure: &Disclosure| if disclosure.normative { "是" } else { "" }.to_owned();
    let pairs = [
        ("标题", before.title.clone(), after.title.clone()),
        ("信息种类", before.kind.label().to_owned(), after.kind.label().to_owned()),
        ("行政规范性文件", normative(before), normative(after)),
        ("主题分类", before.subject.clone(), after.subject.clone()),
        ("文号", before.document_number.clone(), after.document_number.clone()),
        ("成文日期", day(before.formed_on), day(after.formed_on)),
        ("施行日期", day(before.effective_on), day(after.effective_on)),
        ("失效日期", day(before.expires_on), day(after.expires_on)),
        ("来源", before.source.clone(), after.source.clone()),
        ("内容概述", before.summary.clone(), after.summary.clone()),
        ("关键词", before.keywords.join("、"), after.keywords.join("、")),
        ("对应目录事项", items(before), items(after)),
        ("附件", files(before), files(after)),
    ];
    let changed = pairs.into_iter().filter(|(_, before, after)| before != after);
    let fields = changed.map(|(label, before, after)| FieldChange { label, pieces: pieces(&before, &after) });
    Difference { fields: fields.collect(), lines: lines(&before.text(), &after.text()) }
}

fn change(tag: ChangeTag) -> Change {
    match tag {
        ChangeTag::Equal => Change::Same,
        ChangeTag::Insert => Change::Added,
        ChangeTag::Delete => Change::Dropped,
    }
}

/// Two texts as pieces of one, character by character.
fn pieces(before: &str, after: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for found in TextDiff::from_chars(before, after).iter_all_changes() {
        let change = change(found.tag());
        match pieces.last_mut() {
            Some(last) if last.change == change => last.text.push_str(found.value()),
            _ => pieces.push(Piece { change, text: found.value().to_owned() }),
        }
    }
    pieces
}

fn lines(before: &str, after: &str) -> Vec<Vec<Piece>> {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let difference = TextDiff::from_slices(&old, &new);
    let mut lines = Vec::new();
    let whole = |change, text: &str| vec![Piece { change, text: text.to_owned() }];
    for group in difference.grouped_ops(AROUND) {
        for operation in group {
            let (old, new) = (
                old.get(operation.old_range()).unwrap_or_default(),
                new.get(operation.new_range()).unwrap_or_default(),
            );
            // A line changed within shows its characters; others stand as they are.
            if operation.tag() == similar::DiffTag::Replace && old.len() == new.len() {
                lines.extend(old.iter().zip(new).map(|(old, new)| pieces(old, new)));
                continue;
            }
            if operation.tag() == similar::DiffTag::Equal {
                lines.extend(new.iter().map(|line| whole(Change::Same, line)));
                continue;
            }
            lines.extend(old.iter().map(|line| whole(Change::Dropped, line)));
            lines.extend(new.iter().map(|line| whole(Change::Added, line)));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn with_body(lines: &[&str]) -> Disclosure {
        let body = lines.iter().map(|line| format!("<p>{line}</p>")).collect();
        Disclosure { title: "甲".into(), body, ..Disclosure::default() }
    }

    #[test]
    fn a_changed_number_stands_out_among_its_line() {
        let difference = between(
            &with_body(&["一", "二", "三", "共12户", "五"]),
            &with_body(&["一", "二", "三", "共13户", "五", "六"]),
        );
        let told: Vec<String> = difference
            .lines
            .iter()
            .map(|line| {
                let mark = |piece: &Piece| match piece.change {
                    Change::Same => piece.text.clone(),
                    Change::Added => format!("[+{}]", piece.text),
                    Change::Dropped => format!("[-{}]", piece.text),
                };
                line.iter().map(mark).collect()
            })
            .collect();
        assert_eq!(told, ["二", "三", "共1[-2][+3]户", "五", "[+六]"]);
    }

    #[test]
    fn fields_are_named() {
        let before = with_body(&["一"]);
        let after = Disclosure { document_number: "甲发〔2020〕1号".into(), ..before.clone() };
        let difference = between(&before, &after);
        assert_eq!(difference.fields.len(), 1);
        assert_eq!(difference.fields[0].label, "文号");
        assert!(difference.lines.is_empty());
    }

    proptest! {
        #[test]
        fn what_is_kept_and_added_is_the_later_text(before in "[甲乙丙1]{0,12}", after in "[甲乙丙1]{0,12}") {
            let pieces = pieces(&before, &after);
            let text = |without| {
                pieces.iter().filter(|piece| piece.change != without).map(|piece| piece.text.as_str()).collect::<String>()
            };
            prop_assert_eq!(text(Change::Dropped), after);
            prop_assert_eq!(text(Change::Added), before);
        }
    }
}
