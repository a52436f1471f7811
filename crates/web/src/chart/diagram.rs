//! The picture of an interpretation (图解): steps in rows of three with arrows, whom it is for, from when on and whom to ask
//! below. On narrow screens the same stands as a list.

use askama::Template;
use domain::interpretation::{self, Node, Structure};

/// Boxes in a row.
const COLUMNS: usize = 3;
/// Half-width characters in a line of a box: at 16 units a character, what its width leaves.
const CHARACTERS: usize = 24;
/// A box's width, the gap between two, the height of a line, of the heading with its margins, in units of the picture.
const WIDTH: usize = 232;
const GAP: usize = 32;
const LINE: usize = 24;
const HEAD: usize = 44;
/// Between the edge of a box and its text.
const INSET: usize = 16;

#[derive(Debug)]
struct Line {
    y: usize,
    text: String,
}

#[derive(Debug)]
struct Drawn {
    x: usize,
    y: usize,
    height: usize,
    heading_y: usize,
    side: bool,
    node: Node,
    lines: Vec<Line>,
}

impl Drawn {
    fn text_x(&self) -> usize {
        self.x + INSET
    }
}

/// An arrow: its line, and the corners of its head.
#[derive(Debug)]
struct Arrow {
    line: String,
    head: String,
}

/// The drawn picture.
#[derive(Template, Debug)]
#[template(path = "chart/diagram.html")]
pub(crate) struct Diagram {
    width: usize,
    height: usize,
    box_width: usize,
    heard: String,
    boxes: Vec<Drawn>,
    arrows: Vec<Arrow>,
}

impl Diagram {
    /// Draws what an interpretation says; `None` when there is nothing to draw.
    pub(crate) fn draw(structure: &Structure) -> Option<Self> {
        let picture = interpretation::diagram(structure, CHARACTERS);
        let mut boxes = Vec::new();
        let mut bottom = row_by_row(picture.steps, false, 0, &mut boxes);
        let steps = boxes.len();
        bottom = row_by_row(picture.sides, true, bottom, &mut boxes);
        let right = boxes.iter().map(|drawn| drawn.x + WIDTH).max()?;
        let heard = boxes.iter().map(|drawn| format!("{}：{}", drawn.node.heading, drawn.node.text));
        Some(Self {
            width: right + 1,
            height: bottom - GAP + 2,
            box_width: WIDTH,
            heard: heard.collect::<Vec<_>>().join("；").replace('\n', "，"),
            arrows: boxes.get(..steps)?.windows(2).filter_map(arrow).collect(),
            boxes,
        })
    }

    fn steps(&self) -> impl Iterator<Item = &Node> {
        self.boxes.iter().filter(|drawn| !drawn.side).map(|drawn| &drawn.node)
    }

    fn sides(&self) -> impl Iterator<Item = &Node> {
        self.boxes.iter().filter(|drawn| drawn.side).map(|drawn| &drawn.node)
    }
}

/// Puts boxes into rows from a height on; returns the height below them.
fn row_by_row(nodes: Vec<Node>, side: bool, mut top: usize, boxes: &mut Vec<Drawn>) -> usize {
    let mut nodes = nodes.into_iter().peekable();
    while nodes.peek().is_some() {
        let row: Vec<Node> = nodes.by_ref().take(COLUMNS).collect();
        let most = row.iter().map(|node| node.lines.len()).max().unwrap_or(0);
        let height = HEAD + most * LINE + INSET;
        for (column, node) in row.into_iter().enumerate() {
            let line =
                |(at, text): (usize, &String)| Line { y: top + HEAD + 20 + at * LINE, text: text.clone() };
            boxes.push(Drawn {
                x: 1 + column * (WIDTH + GAP),
                y: 1 + top,
                height,
                heading_y: top + 30,
                side,
                lines: node.lines.iter().enumerate().map(line).collect(),
                node,
            });
        }
        top += height + GAP;
    }
    top
}

/// From a box to the next: straight on within a row, else down and back.
fn arrow(pair: &[Drawn]) -> Option<Arrow> {
    let [from, to] = pair else { return None };
    if from.y == to.y {
        let (x, end, y) = (from.x + WIDTH, to.x, from.y + from.height / 2);
        return Some(Arrow {
            line: format!("M{x} {y}H{}", end - 8),
            head: format!("{} {},{end} {y},{} {}", end - 10, y - 6, end - 10, y + 6),
        });
    }
    let (x, y) = (from.x + WIDTH / 2, from.y + from.height);
    let (end_x, end_y) = (to.x + WIDTH / 2, to.y);
    Some(Arrow {
        line: format!("M{x} {y}V{}H{end_x}V{}", y + GAP / 2, end_y - 8),
        head: format!("{} {},{end_x} {end_y},{} {}", end_x - 6, end_y - 10, end_x + 6, end_y - 10),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::interpretation::Section;

    fn structure(steps: usize) -> Structure {
        let mut structure = Structure::default();
        let how: Vec<String> =
            (1..=steps).map(|step| format!("{step}.办第{step}件事<b>，带上身份证")).collect();
        structure.set(Section::How, &how.join("\n"));
        structure.set(Section::Beneficiaries, "承包草场并签了禁牧合同的牧户。");
        structure.set(Section::When, "2020年10月1日起。");
        structure
    }

    #[test]
    fn boxes_stand_in_the_picture_and_none_over_another() {
        for steps in 1..=7 {
            let picture = Diagram::draw(&structure(steps)).unwrap();
            assert_eq!((picture.steps().count(), picture.sides().count()), (steps, 2));
            assert_eq!(picture.arrows.len(), steps - 1);
            for (at, one) in picture.boxes.iter().enumerate() {
                assert!(one.x + WIDTH < picture.width && one.y + one.height < picture.height, "{one:?}");
                let apart = |other: &Drawn| {
                    one.x + WIDTH < other.x || one.y + one.height < other.y || one.y > other.y + other.height
                };
                assert!(picture.boxes.iter().skip(at + 1).all(apart), "{steps} steps: {one:?}");
                let last = one.lines.last().unwrap();
                assert!(last.y + 4 < one.y + one.height, "{one:?}");
            }
        }
    }

    #[test]
    fn the_picture_is_text_and_says_itself() {
        let page = Diagram::draw(&structure(2)).unwrap().render().unwrap();
        assert!(page.contains("aria-label=\"第1步：办第1件事&#60;b&#62;，带上身份证；第2步："), "{page}");
        assert!(page.contains("<text") && !page.contains("<b>") && !page.contains("style="), "{page}");
        assert!(Diagram::draw(&Structure::default()).is_none());
    }
}
