//! The lists a catalogue's cells hold: elements, basis, publishers. Offices number them, dot them, break them over lines
//! or write them in one row; what comes out is one entry each, and [`join`] writes what reads as the same again.

/// Content elements (公开内容要素) of a cell.
///
/// ```
/// use domain::catalogue::list::elements;
/// assert_eq!(elements("1.机构名称；2.办公地址；\n3.联系电话"), ["机构名称", "办公地址", "联系电话"]);
/// assert_eq!(elements("●法律\n●法规"), ["法律", "法规"]);
/// ```
pub fn elements(cell: &str) -> Vec<String> {
    entries(cell, &['；', ';', '。', '●', '○', '〇', '•', '·', '■', '□', '▪'], Some('、'))
}

/// The legal bases (公开依据) of a cell, one a title.
///
/// ```
/// use domain::catalogue::list::basis;
/// assert_eq!(
///     basis("《中华人民共和国政府信息公开条例》（国令第711号）、《政府信息公开目录（试行）》及相关规定"),
///     ["《中华人民共和国政府信息公开条例》（国令第711号）", "《政府信息公开目录（试行）》及相关规定"]
/// );
/// ```
pub fn basis(cell: &str) -> Vec<String> {
    let mut bases = Vec::new();
    for entry in entries(cell, &['；', ';', '。', '●', '•', '■', '□'], None) {
        let mut depth = 0_usize;
        let mut current = String::new();
        let mut chars = entry.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '《' | '（' | '(' | '〔' => depth += 1,
                '》' | '）' | ')' | '〕' => depth = depth.saturating_sub(1),
                _ => {}
            }
            let between = matches!(c, '、' | '，' | ',' | '和' | '及' | '与') && chars.peek() == Some(&'《');
            // A title right after another one's end begins a new basis: 《甲》《乙》.
            let glued = matches!(c, '》' | '）' | ')') && depth == 0 && chars.peek() == Some(&'《');
            if depth == 0 && between {
                push(&mut bases, &std::mem::take(&mut current));
                continue;
            }
            current.push(c);
            if glued {
                push(&mut bases, &std::mem::take(&mut current));
            }
        }
        push(&mut bases, &current);
    }
    bases
}

/// The publishers (公开主体) of a cell.
///
/// ```
/// use domain::catalogue::list::publishers;
/// assert_eq!(publishers("旗民政局、各苏木镇\n人民政府"), ["旗民政局", "各苏木镇人民政府"]);
/// ```
pub fn publishers(cell: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut depth = 0_usize;
    let mut current = String::new();
    for c in cell.chars() {
        match c {
            '（' | '(' => depth += 1,
            '）' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && matches!(c, '、' | '，' | ',' | '；' | ';' | '/' | '。') {
            push(&mut names, &std::mem::take(&mut current));
        } else if !c.is_whitespace() {
            current.push(c);
        }
    }
    push(&mut names, &current);
    names
}

/// Writes a list so that it is read as the same.
pub fn join(entries: &[String]) -> String {
    entries.join("；")
}

/// Splits at marks, at numbers and, where the cell has neither, at lines that are whole. `last` splits a
/// lone entry.
fn entries(cell: &str, marks: &[char], last: Option<char>) -> Vec<String> {
    let entries = if is_plain(cell) { plain(cell, marks) } else { numbered(cell, marks) };
    if let ([only], Some(last)) = (entries.as_slice(), last)
        && only.matches(last).count() >= 2
        && !only.contains(['，', '：', ':'])
    {
        return only.split(last).map(str::to_owned).filter(|entry| !entry.is_empty()).collect();
    }
    entries
}

/// Whether a cell is one line without anything that could be a list number.
fn is_plain(cell: &str) -> bool {
    let mut bracket = false;
    cell.chars().all(|c| {
        let number = bracket && "一二三四五六七八九十".contains(c);
        bracket = matches!(c, '（' | '(');
        !(number || c == '\n' || c == '\r' || c.is_ascii_digit() || matches!(c, '①'..='⑳'))
    })
}

/// Splits one line at its marks.
fn plain(line: &str, marks: &[char]) -> Vec<String> {
    let mut entries = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    let mut take = |from: usize, to: usize| {
        let entry = line.get(from..to).unwrap_or_default();
        let entry = entry.trim().trim_matches(['、', '，', ',', '；', ';']).trim();
        if !entry.is_empty() {
            entries.push(entry.to_owned());
        }
    };
    for (at, c) in line.char_indices() {
        match c {
            '（' | '(' | '《' | '“' => depth += 1,
            '）' | ')' | '》' | '”' => depth = depth.saturating_sub(1),
            c if depth == 0 && marks.contains(&c) => {
                take(start, at);
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    take(start, line.len());
    entries
}

/// Splits at marks and at list numbers.
fn numbered(cell: &str, marks: &[char]) -> Vec<String> {
    let mut entries = Vec::new();
    let chars: Vec<char> = cell.chars().collect();
    let first = chars.iter().position(|c| !c.is_whitespace()).unwrap_or(0);
    let bracketed =
        chars.get(first).is_some_and(|c| !c.is_ascii_digit()) && numbering(&chars, first).is_some();
    let mut depth = 0_usize;
    let mut current = String::new();
    let mut at = 0;
    while let Some(c) = chars.get(at).copied() {
        // （二） in the middle of words is the list's own only where the list began with one.
        let begins = || !current.ends_with(char::is_alphanumeric) || (bracketed && !c.is_ascii_digit());
        let number = if depth == 0 { numbering(&chars, at).filter(|_| begins()) } else { None };
        if depth == 0 && marks.contains(&c) {
            push_lines(&mut entries, &std::mem::take(&mut current));
            at += 1;
        } else if let Some(length) = number {
            push_lines(&mut entries, &std::mem::take(&mut current));
            at += length;
        } else {
            match c {
                '（' | '(' | '《' | '“' => depth += 1,
                '）' | ')' | '》' | '”' => depth = depth.saturating_sub(1),
                _ => {}
            }
            current.push(c);
            at += 1;
        }
    }
    push_lines(&mut entries, &current);
    entries
}

/// The length of a list number here: `1.` `1、` `(1)` `（一）` `①`; `1.5倍` and `2020年` are none.
fn numbering(chars: &[char], at: usize) -> Option<usize> {
    let rest = chars.get(at..)?;
    let first = rest.first()?;
    if matches!(first, '①'..='⑳') {
        return Some(1);
    }
    let numeral = |c: &&char| c.is_ascii_digit() || "一二三四五六七八九十".contains(**c);
    if matches!(first, '（' | '(') {
        let digits = rest.iter().skip(1).take(2).take_while(numeral).count();
        let closes = matches!(rest.get(digits + 1), Some('）' | ')'));
        return (digits > 0 && closes).then_some(digits + 2);
    }
    let digits = rest.iter().take(2).take_while(|c| c.is_ascii_digit()).count();
    let points = matches!(rest.get(digits), Some('.' | '．' | '、' | '）' | ')'));
    let follows = rest.get(digits + 1).is_none_or(|c| !c.is_ascii_digit());
    (digits > 0 && points && follows).then_some(digits + 1)
}

/// Pushes what stands between two marks: one entry, or one a line where each line is whole.
fn push_lines(entries: &mut Vec<String>, text: &str) {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.len() > 1 && whole(&lines) {
        for line in lines {
            push(entries, line);
        }
    } else {
        push(entries, &lines.concat());
    }
}

/// Lines are entries of their own when none is bent in the middle: brackets are closed on their line, none ends with a
/// comma, and they are not all of one length as a narrow column makes them.
fn whole(lines: &[&str]) -> bool {
    let balanced = |line: &&str| {
        let count = |open: char, close: char| line.matches(open).count() == line.matches(close).count();
        count('（', '）') && count('《', '》') && count('(', ')')
    };
    let bent = |line: &&str| line.ends_with(['、', '，', ',', '和', '及', '的', '或']);
    let length = |line: &&str| line.chars().count();
    let longest = lines.iter().map(length).max().unwrap_or(0);
    let filled =
        lines.split_last().is_some_and(|(_, first)| first.iter().all(|line| length(line) + 1 >= longest));
    let narrow = filled && longest >= 5 && lines.len() > 1;
    lines.iter().all(balanced) && !lines.iter().any(bent) && !narrow
}

fn push(entries: &mut Vec<String>, text: &str) {
    let text: String = text.lines().map(str::trim).collect();
    let mut text = text.as_str();
    loop {
        let trimmed = text.trim().trim_matches(['、', '，', ',', '；', ';']);
        let number = numbering(&trimmed.chars().take(5).collect::<Vec<_>>(), 0).unwrap_or(0);
        let rest =
            trimmed.char_indices().nth(number).map_or("", |(start, _)| trimmed.get(start..).unwrap_or(""));
        if rest.len() == text.len() {
            break;
        }
        text = rest;
    }
    if !text.is_empty() {
        entries.push(text.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_as_offices_write_them() {
        for (cell, expected) in [
            ("文件名称；文号；发布机构", vec!["文件名称", "文号", "发布机构"]),
            ("1.政策依据\n2.申请条件\n3.咨询电话", vec!["政策依据", "申请条件", "咨询电话"]),
            ("（一）申报指南（二）申报材料", vec!["申报指南", "申报材料"]),
            ("①机构名称②地址", vec!["机构名称", "地址"]),
            ("补贴标准（1.5倍）；2020年计划", vec!["补贴标准（1.5倍）", "2020年计划"]),
            ("办事指南\n联系方式\n办理结果", vec!["办事指南", "联系方式", "办理结果"]),
            ("《关于做好基层政务\n公开工作的通知》", vec!["《关于做好基层政务公开工作的通知》"]),
            ("行政许可决定书文\n号、许可名称、有\n效期", vec!["行政许可决定书文号", "许可名称", "有效期"]),
            ("机构职能、负责人、联系方式", vec!["机构职能", "负责人", "联系方式"]),
            ("公开征求意见、建议", vec!["公开征求意见、建议"]),
            ("", vec![]),
        ] {
            assert_eq!(elements(cell), expected, "{cell}");
        }
    }

    #[test]
    fn bases_as_offices_write_them() {
        for (cell, expected) in [
            ("《甲法》《乙条例》", vec!["《甲法》", "《乙条例》"]),
            ("《甲法》第三条、第四条，《乙条例》", vec!["《甲法》第三条、第四条", "《乙条例》"]),
            ("1.《甲法》\n2.《乙办法》（国令第1号）", vec!["《甲法》", "《乙办法》（国令第1号）"]),
            ("《关于〈甲〉和《乙》的通知》", vec!["《关于〈甲〉和《乙》的通知》"]),
            ("相关政策规定", vec!["相关政策规定"]),
        ] {
            assert_eq!(basis(cell), expected, "{cell}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_is_read_again(pieces in proptest::collection::vec(proptest::sample::select(PIECES.to_vec()), 0..8)) {
            let cell = pieces.concat();
            if is_plain(&cell) {
                let marks = ['；', '。'];
                proptest::prop_assert_eq!(plain(&cell, &marks), numbered(&cell, &marks), "{}", cell);
            }
            for read in [elements, basis, publishers] {
                let once = read(&cell);
                proptest::prop_assert_eq!(read(&join(&once)), once, "{}", cell);
            }
        }
    }

    const PIECES: [&str; 12] = [
        "文号",
        "发布机构",
        "《甲法》",
        "（国令第1号）",
        "第三条",
        "；",
        "、",
        "。",
        "\n",
        "\n1.",
        "；（二）",
        "①",
    ];
}
