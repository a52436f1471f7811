//! Automatic numbers (编号): a 序号 column is often nothing but list numbering, so the numbers must be counted out.

use crate::archive::Archive;
use crate::xml::{Xml, attribute, number};
use crate::{Limits, Refusal};
use quick_xml::events::Event;
use std::collections::HashMap;

/// Levels a list can have.
const LEVELS: usize = 9;

#[derive(Clone, Default)]
struct Level {
    format: String,
    text: String,
    start: u32,
}

/// The lists of a document and how far each has counted.
#[derive(Default)]
pub(crate) struct Numbering {
    lists: HashMap<u32, u32>,
    levels: HashMap<(u32, usize), Level>,
    counts: HashMap<u32, [Option<u32>; LEVELS]>,
}

pub(crate) fn read(archive: &mut Archive<'_>, path: &str, limits: &Limits) -> Result<Numbering, Refusal> {
    let mut numbering = Numbering::default();
    let Some(mut part) = archive.part(path)? else {
        return Ok(numbering);
    };
    let mut xml = Xml::new(&mut part, limits.depth, "编号");
    let (mut list, mut level, mut instance) = (None, None, None);
    loop {
        match xml.next()? {
            Event::Start(element) | Event::Empty(element) => match element.local_name().into_inner() {
                "abstractNum" => list = number::<u32>(&element, "abstractNumId"),
                "num" => {
                    list = None;
                    instance = number::<u32>(&element, "numId");
                }
                "abstractNumId" => {
                    if let (Some(instance), Some(of)) = (instance, number(&element, "val")) {
                        numbering.lists.insert(instance, of);
                    }
                }
                "lvl" => {
                    level = number::<usize>(&element, "ilvl").filter(|level| *level < LEVELS);
                    if let (Some(list), Some(level)) = (list, level) {
                        let new = Level { start: 1, ..Level::default() };
                        numbering.levels.insert((list, level), new);
                    }
                }
                name @ ("start" | "numFmt" | "lvlText") => {
                    let known = list.zip(level).and_then(|key| numbering.levels.get_mut(&key));
                    let Some(known) = known else { continue };
                    match name {
                        "start" => known.start = number(&element, "val").unwrap_or(1),
                        "numFmt" => known.format = attribute(&element, "val").unwrap_or_default(),
                        _ => known.text = attribute(&element, "val").unwrap_or_default(),
                    }
                }
                _ => {}
            },
            Event::Eof => return Ok(numbering),
            _ => {}
        }
        if numbering.levels.len() > limits.cells || numbering.lists.len() > limits.cells {
            return Err(Refusal::Damaged { part: "编号" });
        }
    }
}

impl Numbering {
    /// The number of the next paragraph of a list, as it is printed; nothing for bullets.
    pub(crate) fn next(&mut self, instance: u32, level: usize) -> Option<String> {
        let list = *self.lists.get(&instance)?;
        let own = self.levels.get(&(list, level))?;
        let counts = self.counts.entry(list).or_default();
        let place = counts.get_mut(level)?;
        *place = Some(place.map_or(own.start, |count| count.saturating_add(1)));
        for deeper in counts.iter_mut().skip(level + 1) {
            *deeper = None;
        }
        if own.format == "bullet" || own.format == "none" || own.text.is_empty() {
            return None;
        }
        let mut text = own.text.clone();
        for above in 0..=level {
            let mark = format!("%{}", above + 1);
            if text.contains(&mark) {
                let known = self.levels.get(&(list, above));
                let count =
                    counts.get(above).copied().flatten().unwrap_or(known.map_or(1, |level| level.start));
                text = text.replace(&mark, &write(count, known.map_or("", |level| level.format.as_str())));
            }
        }
        Some(text)
    }
}

fn write(count: u32, format: &str) -> String {
    match format {
        "chineseCounting"
        | "chineseCountingThousand"
        | "japaneseCounting"
        | "ideographDigital"
        | "taiwaneseCounting"
        | "taiwaneseCountingThousand" => chinese(count),
        "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" => match count {
            1..=20 => char::from_u32(0x2460 + count - 1).map_or_else(|| count.to_string(), String::from),
            _ => count.to_string(),
        },
        "lowerLetter" | "upperLetter" if (1..=26).contains(&count) => {
            let base = if format == "lowerLetter" { b'a' } else { b'A' };
            u8::try_from(count - 1)
                .map_or_else(|_| count.to_string(), |offset| char::from(base + offset).to_string())
        }
        _ => count.to_string(),
    }
}

/// 1 to 99 in Chinese numerals.
pub(crate) fn chinese(count: u32) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let digit =
        |value: u32| usize::try_from(value).ok().and_then(|value| DIGITS.get(value)).copied().unwrap_or("");
    match count {
        1..=9 => digit(count).to_owned(),
        10..=19 => format!("十{}", digit(count - 10)),
        20..=99 => format!("{}十{}", digit(count / 10), digit(count % 10)),
        _ => count.to_string(),
    }
}
