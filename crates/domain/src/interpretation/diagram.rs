//! The picture of an interpretation (图解) as values: steps in a row, and beside them whom it is for, from when on, whom to ask.
//! Where lines break is decided here; boxes and arrows are drawn by the page.

use super::structure::{Section, Structure, steps};

/// A box of the picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its heading: `第1步`, `谁能享受`.
    pub heading: String,
    /// Its text, whole: what a screen reader says.
    pub text: String,
    /// The same, broken into the lines that are drawn.
    pub lines: Vec<String>,
}

/// A picture.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagram {
    /// The boxes that follow one another: the steps of what to do, else the points of what it says.
    pub steps: Vec<Node>,
    /// The boxes beside them.
    pub sides: Vec<Node>,
}

/// The picture of a structure, its boxes `width` half-width characters wide.
///
/// ```
/// use domain::interpretation::{Section, Structure, diagram};
/// let mut structure = Structure::default();
/// structure.set(Section::How, "填表\n交表");
/// structure.set(Section::When, "2020年10月1日起");
/// let picture = diagram(&structure, 20);
/// let headings: Vec<&str> = picture.steps.iter().map(|node| node.heading.as_str()).collect();
/// assert_eq!((headings, picture.sides.len()), (vec!["第1步", "第2步"], 1));
/// ```
pub fn diagram(structure: &Structure, width: usize) -> Diagram {
    let node =
        |heading: String, text: &str| Node { heading, text: text.to_owned(), lines: wrap(text, width) };
    let (section, word) = match structure.get(Section::How) {
        "" => (Section::Content, ("要点", "")),
        _ => (Section::How, ("第", "步")),
    };
    let numbered = steps(structure.get(section)).into_iter().enumerate();
    let side = |section: Section| {
        let text = structure.get(section);
        (!text.is_empty()).then(|| node(section.label().to_owned(), text))
    };
    Diagram {
        steps: numbered.map(|(at, text)| node(format!("{}{}{}", word.0, at + 1, word.1), text)).collect(),
        sides: [Section::Beneficiaries, Section::When, Section::Contact]
            .into_iter()
            .filter_map(side)
            .collect(),
    }
}

/// Marks that begin no line.
const NOT_FIRST: &str = "，。；：、！？）》”’】〕…—,.;:!?)]";
/// Marks that end no line.
const NOT_LAST: &str = "（《“‘【〔([";

/// A text in lines of at most `width` half-width characters: Chinese breaks anywhere, runs of letters and digits hold
/// together, punctuation hangs on to what it belongs to. Only a run longer than a line is broken; one mark may
/// stand over a line's end.
///
/// ```
/// use domain::interpretation::wrap;
/// assert_eq!(wrap("咨询电话0477-0000000（工作日）。", 14), ["咨询电话", "0477-0000000", "（工作日）。"]);
/// ```
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .flat_map(|line| wrap_line(line, width.max(2)))
        .collect()
}

fn wrap_line(line: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut current = String::new();
    for piece in pieces(line, width) {
        if !current.is_empty() && columns(&current) + columns(bare(&piece)) > width {
            lines.push(std::mem::take(&mut current).trim_end().to_owned());
        }
        current.push_str(if current.is_empty() { piece.trim_start() } else { &piece });
    }
    if !current.trim_end().is_empty() {
        lines.push(current.trim_end().to_owned());
    }
    lines
}

/// A piece without the mark that may hang over a line's end.
fn bare(piece: &str) -> &str {
    piece.strip_suffix(hangs).unwrap_or(piece)
}

/// Whether a mark may stand over a line's end.
fn hangs(c: char) -> bool {
    NOT_FIRST.contains(c) && width_of(c) == 2
}

/// What is not broken: a character or a run of letters and digits, with the marks that belong to it.
fn pieces(line: &str, width: usize) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    for c in line.chars() {
        let last = pieces.last_mut().filter(|last| {
            let before = last.chars().next_back();
            let run = |c: char| c.is_ascii_graphic();
            let joins = before.is_some_and(|before| {
                NOT_LAST.contains(before) || NOT_FIRST.contains(c) || run(before) && run(c)
            });
            joins && columns(last) + width_of(c) <= width + if hangs(c) { 2 } else { 0 }
        });
        match last {
            Some(last) => last.push(c),
            None => pieces.push(c.to_string()),
        }
    }
    pieces
}

/// How wide a text is, in half-width characters.
fn columns(text: &str) -> usize {
    text.chars().map(width_of).sum()
}

fn width_of(c: char) -> usize {
    if c.is_ascii() { 1 } else { 2 }
}

#[cfg(test)]
mod tests {
    use super::super::structure::tests::structure;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn steps_stand_in_a_row_and_the_rest_beside() {
        let picture = diagram(&structure(), 16);
        let texts: Vec<&str> = picture.steps.iter().map(|node| node.text.as_str()).collect();
        assert_eq!(texts, ["到嘎查填表", "苏木镇核实", "打到一卡通"]);
        let sides: Vec<&str> = picture.sides.iter().map(|node| node.heading.as_str()).collect();
        assert_eq!(sides, ["谁能享受", "何时起", "联系谁"]);
        let mut plan = Structure::default();
        plan.set(Section::Content, "一、修路\n二、建桥");
        let points: Vec<String> = diagram(&plan, 16).steps.into_iter().map(|node| node.heading).collect();
        assert_eq!(points, ["要点1", "要点2"]);
    }

    #[test]
    fn lines_break_where_readers_expect() {
        for (text, width, lines) in [
            ("承包草场并签了禁牧合同的牧户。", 10, vec!["承包草场并", "签了禁牧合", "同的牧户。"]),
            ("先填表，后交表", 6, vec!["先填表，", "后交表"]),
            ("依据《办法》", 6, vec!["依据", "《办法》"]),
            ("abcdefgh", 4, vec!["abcd", "efgh"]),
            ("填 表", 2, vec!["填", "表"]),
            ("", 10, vec![]),
        ] {
            assert_eq!(wrap(text, width), lines, "{text}");
        }
    }

    proptest! {
        /// No character is lost, no line is too wide save for a mark that hangs over, none begins with such a mark.
        #[test]
        fn wrapping_loses_nothing(text in "[甲乙丙丁，。（）《》a-c0-9 -]{0,60}", width in 4_usize..30) {
            let lines = wrap(&text, width);
            let all = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(all(&lines.concat()), all(&text));
            for line in &lines {
                prop_assert!(columns(bare(line)) <= width, "{:?} {}", line, width);
            }
        }
    }
}
