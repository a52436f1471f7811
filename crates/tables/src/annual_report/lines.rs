//! The texts of a report: whose it is and of which year, parts 一, 五 and 六. A line that belongs to none is kept as a finding.

use super::Reading;
use super::value::core;
use domain::annual_report::PARTS;
use domain::finding::Place;
use domain::text::head;

pub(super) fn read(reading: &mut Reading, lines: &[String]) {
    let mut part = None;
    let mut texts: [Vec<&str>; 6] = Default::default();
    let mut before: Vec<&str> = Vec::new();
    for line in lines.iter().map(|line| line.trim()).filter(|line| !line.is_empty()) {
        if let Some(index) = PARTS.iter().position(|part| core(part) == core(line)) {
            part = Some(index);
            continue;
        }
        match part.and_then(|index| texts.get_mut(index)) {
            Some(text) => text.push(line),
            None => before.push(line),
        }
    }
    title(reading, &before);
    let [overall, notes_two, notes_three, notes_four, problems, others] = texts;
    reading.report.overall = overall.join("\n");
    reading.report.problems = problems.join("\n");
    reading.report.others = others.join("\n");
    for line in [notes_two, notes_three, notes_four].concat() {
        let message = format!("表格旁的文字没有放进报告：{}。", head(line, 100));
        reading.findings.push(domain::finding::Finding::info("report-note", message));
    }
}

/// `某某局2025年政府信息公开工作年度报告`, on one line or with the unit on the line before.
fn title(reading: &mut Reading, lines: &[&str]) {
    let titled = lines.iter().position(|line| {
        let plain = core(line);
        plain.contains("政府信息公开工作年度报告")
            || plain.contains("政府信息公开年度报告")
            || plain.contains("政府信息公开工作报告")
    });
    let Some(index) = titled else {
        let message = "没有找到标题（某单位某年政府信息公开工作年度报告），单位和年份请手工填写。".to_owned();
        reading.warn("report-title-missing", message, Place::FILE);
        return;
    };
    let line: String =
        lines.get(index).copied().unwrap_or("").chars().filter(|c| !c.is_whitespace()).collect();
    let Some((at, year)) = year(&line) else {
        reading.warn(
            "report-year-missing",
            format!("标题“{}”中没有年份，请手工填写。", head(&line, 40)),
            Place::FILE,
        );
        return;
    };
    reading.report.year = year;
    let unit = line.get(..at).unwrap_or("").trim_end_matches("关于");
    let above = index.checked_sub(1).and_then(|above| lines.get(above)).copied().unwrap_or("");
    reading.report.unit = if unit.is_empty() { above.to_owned() } else { unit.to_owned() };
}

/// The first year written in four digits, and where.
fn year(line: &str) -> Option<(usize, i16)> {
    line.match_indices('年').find_map(|(at, _)| {
        let digits = line.get(at.checked_sub(4)?..at)?;
        let year = digits.parse().ok().filter(|year| (2008..=2199).contains(year))?;
        Some((at - 4, year))
    })
}
