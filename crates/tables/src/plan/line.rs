//! The lines around the table: the title, 附件, notes; and what lines mean within it: headings, notes, totals.

use super::Mapping;
use crate::Document;
use domain::finding::{Finding, Place};

/// The lines above and below a plan's table.
#[derive(Default)]
pub(super) struct Frame {
    pub(super) title: String,
    /// The lines above, the title among them.
    pub(super) above: Vec<(String, bool)>,
    /// The lines below, outside of the table.
    pub(super) below: Vec<String>,
    pub(super) notes: Vec<Finding>,
}

/// Reads the lines around the mapped table.
pub(super) fn frame(document: &Document, mapping: &Mapping) -> Frame {
    let Some(grid) = document.tables.get(mapping.table) else { return Frame::default() };
    let cover = grid.cover();
    let mut lines = grid.leading.clone();
    for row in 0..mapping.header_row {
        let cells = cover.row(row).into_iter().filter(|cell| cell.row == row && !cell.text.is_empty());
        let line: Vec<String> = cells.map(|cell| cell.text.replace('\n', "")).collect();
        if !line.is_empty() {
            lines.push(line.join(" "));
        }
    }
    let mut frame = Frame::default();
    if mapping.table + 1 == document.tables.len() {
        frame.below.clone_from(&document.trailing);
    }
    let chosen = title_line(&lines);
    for (index, line) in lines.into_iter().enumerate() {
        match chosen {
            Some((first, last)) if index == first => {
                frame.title.push_str(&line);
                if first == last {
                    frame.above.push((line, true));
                }
            }
            Some((_, last)) if index == last => {
                frame.title.push_str(&line);
                frame.above.push((frame.title.clone(), true));
            }
            _ => frame.above.push((line, false)),
        }
    }
    if chosen.is_none() && !is_plain_sheet_name(&grid.name) {
        frame.title.clone_from(&grid.name);
    }
    let others: Vec<&str> = frame
        .above
        .iter()
        .filter(|(line, title)| !title && !is_label(line))
        .map(|(line, _)| line.as_str())
        .collect();
    frame.notes.extend(note("上方", &others, Place::table(mapping.table)));
    let below: Vec<&str> = frame.below.iter().map(String::as_str).collect();
    frame.notes.extend(note("下方", &below, Place::FILE));
    frame
}

/// Says which text around the table belongs to no task.
pub(super) fn note(side: &str, lines: &[&str], at: Place) -> Option<Finding> {
    if lines.is_empty() {
        return None;
    }
    let text = lines.join("／");
    let head: String = text.chars().take(500).collect();
    let cut = if head.len() < text.len() { "……" } else { "" };
    Some(
        Finding::info(
            "text-around",
            format!("表格{side}的文字不属于任何任务，没有列入任务内容，导出时保留：“{head}{cut}”。"),
        )
        .at(at),
    )
}

/// The first and last line of the title.
fn title_line(lines: &[String]) -> Option<(usize, usize)> {
    let (best, _) = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| !is_label(line))
        .map(|(index, line)| (index, title_score(line)))
        .filter(|(_, score)| *score > 0)
        .max_by_key(|(index, score)| (*score, *index))?;
    let length = |index: usize| lines.get(index).map_or(0, |line| line.chars().count());
    // A short second line is the end of a title over two lines: `乌审旗2020年` / `重点任务分解表`.
    let before = best.checked_sub(1).filter(|before| {
        let line = lines.get(*before).map_or("", String::as_str);
        length(best) < 12 && (4..=40).contains(&length(*before)) && !is_label(line) && title_score(line) > 0
    });
    Some((before.unwrap_or(best), best))
}

const TITLE_WORDS: [&str; 16] = [
    "分解表",
    "任务表",
    "责任表",
    "分工表",
    "一览表",
    "任务清单",
    "清单",
    "台账",
    "任务书",
    "分工方案",
    "实施方案",
    "工作要点",
    "安排表",
    "计划表",
    "分解方案",
    "进度表",
];

fn title_score(line: &str) -> usize {
    let length = line.chars().count();
    let text = line.chars().any(char::is_alphabetic);
    if !text || length > 120 {
        return 0;
    }
    let named = TITLE_WORDS.iter().any(|word| line.contains(word));
    let sentence = line.ends_with(['。', '；', '：', ':', '，']);
    match (named, sentence) {
        (true, false) => 3,
        (false, false) => 2,
        (true, true) => 1,
        (false, true) => 0,
    }
}

/// Lines that name the attachment, the unit that fills in, a date or a page, not the table.
fn is_label(line: &str) -> bool {
    let bare: String = line.chars().filter(|c| !c.is_whitespace()).collect();
    let starts = [
        "附件",
        "附表",
        "附：",
        "附:",
        "填报单位",
        "填表单位",
        "填报人",
        "填表人",
        "制表",
        "单位：",
        "单位:",
        "单位（",
        "日期",
        "时间：",
        "联系人",
        "联系电话",
        "密级",
        "第",
        "页",
        "编号",
        "截至",
        "填报日期",
        "填报时间",
        "审核",
        "单位盖章",
        "（盖章",
        "续表",
    ];
    let short = bare.chars().count() <= 30;
    let number_only = !bare.chars().any(char::is_alphabetic);
    let only_date = bare.chars().all(|c| {
        c.is_numeric() || matches!(c, '年' | '月' | '日' | '.' | '-' | '/' | '（' | '）' | '(' | ')')
    });
    // `第三季度重点任务分解表` begins like `第1页` and is a title all the same.
    let attachment = ["附", "续表"].iter().any(|word| bare.starts_with(word));
    let titled = !attachment && TITLE_WORDS.iter().any(|word| bare.ends_with(word));
    number_only || only_date || (short && !titled && starts.iter().any(|word| bare.starts_with(word)))
}

/// `Sheet1`, `工作表1`: names nobody gave.
fn is_plain_sheet_name(name: &str) -> bool {
    let rest = ["Sheet", "sheet", "工作表", "表"].iter().find_map(|word| name.strip_prefix(word));
    name.is_empty() || rest.is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit()))
}

/// How a heading row is numbered: 一、 stands above （一）, which stands above nothing in particular.
pub(crate) fn heading_level(text: &str) -> Option<usize> {
    let mut chars = text.trim_start().chars().peekable();
    let bracketed = chars.next_if(|c| matches!(c, '（' | '(')).is_some();
    let part = chars.next_if_eq(&'第').is_some();
    let mut numerals = 0;
    while chars.next_if(|c| "一二三四五六七八九十".contains(*c)).is_some() {
        numerals += 1;
    }
    if numerals == 0 {
        return None;
    }
    match (bracketed, part, chars.next()) {
        (true, false, Some('）' | ')')) => Some(2),
        (false, false, Some('、' | '.' | '．' | ' ')) => Some(1),
        (false, true, Some('部' | '章' | '类' | '项')) => Some(1),
        _ => None,
    }
}

/// A row of one text below the table's last task: 注：…, 说明：….
pub(super) fn is_note(text: &str) -> bool {
    let starts = [
        "注：",
        "注:",
        "注意",
        "说明：",
        "说明:",
        "备注：",
        "备注:",
        "填表",
        "填报",
        "制表",
        "联系人",
        "审核",
        "附注",
        "★",
        "*",
        "※",
        "单位负责人",
    ];
    starts.iter().any(|word| text.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn title(lines: &[&str]) -> String {
        let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        title_line(&lines).map(|(first, last)| lines[first..=last].concat()).unwrap_or_default()
    }

    #[test]
    fn the_title_is_found_among_other_lines() {
        assert_eq!(title(&["附件", "乌审旗重点任务分解表"]), "乌审旗重点任务分解表");
        assert_eq!(
            title(&["附件2", "乌审旗2020年", "重点任务分解表", "填报单位：旗政府办"]),
            "乌审旗2020年重点任务分解表"
        );
        assert_eq!(
            title(&["各有关部门：", "现将任务印发给你们，请落实。", "政务公开工作要点"]),
            "政务公开工作要点"
        );
        assert_eq!(title(&["附件1", "2020年9月4日"]), "");
        assert_eq!(title(&["附件1", "第三季度任务分解表", "第1页 共3页"]), "第三季度任务分解表");
        assert_eq!(title(&["编号：3", "审核事项清单"]), "审核事项清单");
        assert_eq!(title(&["2020年重点工作"]), "2020年重点工作");
    }

    #[test]
    fn headings_are_told_from_sentences() {
        assert_eq!(heading_level("一、主动公开"), Some(1));
        assert_eq!(heading_level("（二）政策解读"), Some(2));
        assert_eq!(heading_level("第一部分 总体要求"), Some(1));
        assert_eq!(heading_level("一体化平台建设"), None);
        assert_eq!(heading_level("1.编制目录"), None);
    }
}
