//! Files as offices make them: encodings, shapes of text, web pages, Word and Excel with everything that goes wrong.

mod support;

use domain::finding::Severity;
use std::fmt::Write;
use support::{
    codes, docx, docx_with, outline, paragraph, pilot, pilot_plan, plan_of, read, sheet_rows, word_table,
    xls, xlsx, xlsx_with,
};
use tables::plan::{ColumnRole, Layout};

const HEADER: &[&str] = &["序号", "主要任务", "具体内容", "责任单位", "完成时限", "备注"];

/// The pilot's rows, blank where merged cells go on.
fn pilot_rows() -> Vec<Vec<String>> {
    let plan = pilot_plan();
    let mut rows = vec![HEADER.iter().map(|cell| (*cell).to_owned()).collect()];
    for task in &plan.tasks {
        for (index, assignment) in task.assignments.iter().enumerate() {
            let first = |text: &str| if index == 0 { text.to_owned() } else { String::new() };
            let units: Vec<&str> = assignment.units.iter().map(|unit| unit.text.as_str()).collect();
            let due =
                if task.number == "2" { first(&assignment.due.text) } else { assignment.due.text.clone() };
            let remark = first(&assignment.remark);
            rows.push(vec![
                first(&task.number),
                first(&task.name),
                assignment.content.clone(),
                units.join("、"),
                due,
                remark,
            ]);
        }
    }
    rows
}

#[test]
fn text_in_any_encoding_gives_the_same_plan() {
    let text = String::from_utf8(pilot("plan.txt")).unwrap();
    let utf16 = |big: bool| -> Vec<u8> {
        text.encode_utf16()
            .flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() })
            .collect()
    };
    let with_mark = |mark: &[u8], bytes: Vec<u8>| [mark, &bytes].concat();
    let (gb18030, _, lost) = encoding_rs::GB18030.encode(&text);
    assert!(!lost);
    for (name, bytes) in [
        ("gb18030.txt", gb18030.into_owned()),
        ("utf8-bom.txt", with_mark(b"\xef\xbb\xbf", text.clone().into_bytes())),
        ("utf16le-bom.txt", with_mark(b"\xff\xfe", utf16(false))),
        ("utf16be-bom.txt", with_mark(b"\xfe\xff", utf16(true))),
        ("utf16le.txt", utf16(false)),
        ("crlf.txt", text.replace('\n', "\r\n").into_bytes()),
    ] {
        assert_eq!(plan_of(name, &bytes).0, pilot_plan(), "{name}");
    }
}

#[test]
fn text_in_any_shape_gives_the_same_plan() {
    let rows = pilot_rows();
    let title = "附件\n乌审旗基层政务公开标准化规范化重点任务分解表\n";
    let quoted = |separator: &str| -> String {
        let mut text = title.to_owned();
        for row in &rows {
            let cells: Vec<String> = row
                .iter()
                .map(|cell| {
                    let needs = cell.contains(['\n', '"']) || cell.contains(separator);
                    if needs { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.clone() }
                })
                .collect();
            writeln!(text, "{}", cells.join(separator)).unwrap();
        }
        text
    };
    let mut markdown = title.to_owned();
    for (index, row) in rows.iter().enumerate() {
        writeln!(markdown, "| {} |", row.join(" | ").replace('\n', "<br>")).unwrap();
        if index == 0 {
            writeln!(markdown, "|---|---|---|---|---|---|").unwrap();
        }
    }
    let border = "+----+----+----+----+----+----+\n";
    let mut boxed = format!("{title}{border}");
    for row in &rows {
        let height = row.iter().map(|cell| cell.split('\n').count()).max().unwrap();
        for line in 0..height {
            let cells: Vec<&str> = row.iter().map(|cell| cell.split('\n').nth(line).unwrap_or("")).collect();
            writeln!(boxed, "│{}│", cells.join("│")).unwrap();
        }
        boxed += border;
    }
    for (name, text) in
        [("a.csv", quoted(",")), ("a.tsv", quoted("\t")), ("a.md", markdown), ("a.txt", boxed)]
    {
        let (plan, findings) = plan_of(name, text.as_bytes());
        assert_eq!(outline(&plan), outline(&pilot_plan()), "{name}");
        assert_eq!(plan, pilot_plan(), "{name}");
        assert!(findings.iter().all(|finding| finding.severity != Severity::Error), "{name}");
    }
}

#[test]
fn a_web_page_gives_the_same_plan_with_and_without_its_spans() {
    let rows = pilot_rows();
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('\n', "<br>");
    let mut with_spans = String::new();
    let mut without = String::new();
    for (index, row) in rows.iter().enumerate() {
        with_spans += "<tr>";
        without += "<tr>";
        for (column, cell) in row.iter().enumerate() {
            let below = rows[index + 1..].iter().take_while(|row| row[0].is_empty()).count();
            let merged =
                below > 0 && [0, 1, 4, 5].contains(&column) && !row[0].is_empty() && rows[index][0] == "2"
                    || below > 0 && [0, 1].contains(&column) && !row[0].is_empty();
            let covered = row[0].is_empty() && ([0, 1].contains(&column) || (column > 3 && cell.is_empty()));
            if covered {
                continue;
            }
            let span = if merged { format!(" rowspan=\"{}\"", below + 1) } else { String::new() };
            with_spans += &format!("<td{span}><p>{}</p>", escape(cell));
            without += &format!("<td>{}</td>", escape(cell));
        }
        with_spans += "</tr>\n";
        without += "</tr>\n";
    }
    let page = |table: &str| {
        format!(
            "<!DOCTYPE html><html><head><meta charset=\"gbk\"><title>网站</title><style>td {{}}</style></head><body>\
             <table><tr><td>首页</td><td>导航</td></tr><tr><td colspan=2><div>附件</div>\
             <h1>乌审旗基层政务公开标准化规范化重点任务分解表</h1><table>{table}</table></td></tr>\
             <tr><td>页脚</td></tr></table></body></html>"
        )
    };
    let source = page(&with_spans);
    let (bytes, _, _) = encoding_rs::GBK.encode(&source);
    let (plan, findings) = plan_of("a.html", &bytes);
    assert_eq!(outline(&plan), outline(&pilot_plan()));
    assert!(!codes(&findings).contains(&"row-realigned"));

    let (plan, findings) = plan_of("a.htm", page(&without).replace("gbk", "utf-8").as_bytes());
    assert_eq!(outline(&plan), outline(&pilot_plan()));
    assert!(codes(&findings).contains(&"row-realigned"));
    assert!(codes(&findings).contains(&"blank-continued"));
}

#[test]
fn a_system_export_that_calls_itself_excel() {
    let page = "<html><meta http-equiv=Content-Type content=\"text/html; charset=utf-8\"><table>\
        <tr><td>序号<td>工作任务<td>责任部门<td>时限要求\
        <tr><td>1<td>编制目录并向社会公开<td>旗财政局<td>2020年9月</table>";
    let (plan, findings) = plan_of("导出.xls", page.as_bytes());
    insta::assert_snapshot!(outline(&plan), @r"
    # 无标题
    1 编制目录并向社会公开
      - 编制目录并向社会公开 | 旗财政局 | 2020-09-30
    ");
    assert_eq!(codes(&findings), ["name-mismatch", "title-missing"]);
}

#[test]
fn an_old_workbook() {
    let rows: &[&[&str]] = &[
        &["乌审旗2020年重点任务清单"],
        &["序号", "工作任务", "具体要求", "责任科室", "时限要求"],
        &["1", "编制目录", "编制单位目录", "办公室", "9月底前"],
        &["", "", "公开单位目录", "信息科", "年底前"],
    ];
    let (plan, findings) = plan_of("a.xls", &xls(rows, &[(0, 0, 0, 4), (2, 3, 0, 0), (2, 3, 1, 1)]));
    insta::assert_snapshot!(outline(&plan), @r"
    # 乌审旗2020年重点任务清单
    1 编制目录
      - 编制单位目录 | 办公室 | 2020-09-30
      - 公开单位目录 | 信息科 | 2020-12-31
    ");
    assert_eq!(codes(&findings), ["year-from-context"]);

    // The size that a sheet claims costs nothing: only its cells count.
    let mut bytes = xls(rows, &[]);
    let claim = bytes.windows(4).position(|record| record == [0x00, 0x02, 14, 0]).unwrap() + 4;
    bytes[claim..claim + 14].fill(0xff);
    bytes[claim..claim + 4].fill(0);
    assert_eq!(plan_of("a.xls", &bytes).0, plan_of("a.xls", &xls(rows, &[])).0);
}

#[test]
fn control_characters_are_taken_out_and_reported() {
    let text = String::from_utf8(pilot("plan.txt")).unwrap();
    let dirty = text.replacen("旗财政局", "旗\u{1}财\u{b}政\u{202e}局\u{0}", 1);
    let (plan, findings) = plan_of("plan.txt", dirty.as_bytes());
    let finding = findings.iter().find(|finding| finding.code == "control-characters").unwrap();
    assert!(finding.message.contains("3个看不见的控制字符"), "{}", finding.message);
    assert_eq!(finding.at.to_string(), "表1第6行第4列");
    assert_eq!(plan, pilot_plan(), "a line break within a name does not break it");
}

#[test]
fn two_tables_are_told_apart() {
    let contacts = word_table(&[&["姓名", "电话"], &["张某", "0477-0000000"]]);
    let tasks = word_table(&[HEADER, &["1", "编制目录", "编制完成目录", "旗财政局", "2020年底", ""]]);
    let body = format!("{contacts}{}{tasks}{}", paragraph("2020年任务分解表"), paragraph("注：按月报送。"));
    let (plan, findings) = plan_of("a.docx", &docx(&body));
    insta::assert_snapshot!(outline(&plan), @r"
    # 2020年任务分解表
    1 编制目录
      - 编制完成目录 | 旗财政局 | 2020-12-31
    ");
    let other = findings.iter().find(|finding| finding.code == "other-table").unwrap();
    insta::assert_snapshot!(format!("{} {}", other.at, other.message), @"表1 文件中另有一个表（2行，开头是“姓名、电话、张某”），没有读入。需要读入的，请单独存成一个文件上传。");
    let around = findings.iter().find(|finding| finding.code == "text-around").unwrap();
    assert!(around.message.contains("注：按月报送。"), "{}", around.message);
    // Two plans in one file: the longer one is read, the other reported.
    let more = word_table(&[
        HEADER,
        &["1", "公开信息", "公开财政信息", "旗财政局", "2020年底", ""],
        &["2", "解读政策", "解读惠农政策", "旗农牧局", "2020年底", ""],
    ]);
    let (plan, findings) =
        plan_of("a.docx", &docx(&format!("{tasks}{}{more}", paragraph("2021年任务分解表"))));
    assert_eq!((plan.title.as_str(), plan.tasks.len()), ("2021年任务分解表", 2));
    let other = findings.iter().find(|finding| finding.code == "other-table").unwrap();
    assert_eq!(other.at.to_string(), "表1");
}

#[test]
fn a_table_that_goes_on_in_another_is_one_plan() {
    let first = word_table(&[HEADER, &["1", "编制目录", "编制完成目录", "旗财政局", "2020年底", ""]]);
    let second = word_table(&[
        HEADER,
        &["2", "公开目录", "在网站公开目录", "旗司法局", "2020年底", ""],
        &["3", "更新目录", "动态调整目录", "旗司法局", "持续推进", ""],
    ]);
    let body = format!("{}{first}{}{second}", paragraph("2020年任务分解表"), paragraph("二、公开"));
    let (plan, findings) = plan_of("a.docx", &docx(&body));
    insta::assert_snapshot!(outline(&plan), @r#"
    # 2020年任务分解表
    1 编制目录
      - 编制完成目录 | 旗财政局 | 2020-12-31
    2 公开目录 [二、公开]
      - 在网站公开目录 | 旗司法局 | 2020-12-31
    3 更新目录 [二、公开]
      - 动态调整目录 | 旗司法局 | "ongoing"
    "#);
    assert_eq!(codes(&findings), ["tables-joined"]);
}

#[test]
fn a_table_without_header_is_guessed_and_must_be_confirmed() {
    let rows = word_table(&[
        &["1", "结合职能职责编制完成本单位目录", "旗财政局", "2020年9月4日之前"],
        &["2", "在政府网站设置专栏集中公开信息", "各苏木镇", "持续推进"],
    ]);
    let (plan, findings) = plan_of("a.docx", &docx(&rows));
    insta::assert_snapshot!(outline(&plan), @r#"
    # 无标题
    1 结合职能职责编制完成本单位目录
      - 结合职能职责编制完成本单位目录 | 旗财政局 | 2020-09-04
    2 在政府网站设置专栏集中公开信息
      - 在政府网站设置专栏集中公开信息 | 各苏木镇 | "ongoing"
    "#);
    let missing = findings.iter().find(|finding| finding.code == "header-missing").unwrap();
    assert_eq!(missing.severity, Severity::Error);
    insta::assert_snapshot!(missing.message, @"没有找到表头，已按内容推测各列为：序号、具体内容、责任单位、完成时限。请逐列确认，或在原表加上表头后重新上传。");
    let (plan, findings) = plan_of("a.csv", "甲,乙,丙\n1,2,3\n4,5,6\n".as_bytes());
    assert!(plan.tasks.is_empty());
    insta::assert_snapshot!(findings[0].message, @"没有找到表头（如“序号、主要任务、具体内容、责任单位、完成时限、备注”），无法确定各列的含义。请在原表加上表头后重新上传，或逐列指定含义。");
}

#[test]
fn tracked_changes_stand_as_accepted_and_are_reported() {
    let content = r#"<w:p><w:r><w:t>编制</w:t></w:r><w:ins w:id="1" w:author="甲"><w:r><w:t>并公开</w:t></w:r></w:ins><w:del w:id="2"><w:r><w:delText>旧的</w:delText></w:r></w:del><w:r><w:t xml:space="preserve">目录</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>内部</w:t></w:r></w:p>"#;
    let row = |cells: [&str; 4], properties: &str| {
        let cells: String = cells.iter().map(|cell| format!("<w:tc>{cell}</w:tc>")).collect();
        format!("<w:tr>{properties}{cells}</w:tr>")
    };
    let text = paragraph;
    let header = row([&text("序号"), &text("工作要求"), &text("牵头单位"), &text("完成时间")], "");
    let kept = row([&text("1"), content, &text("旗财政局"), &text("2020年底")], "");
    let deleted = row(
        [&text("2"), &text("作废的任务"), &text("旗司法局"), &text("2020年底")],
        r#"<w:trPr><w:del w:id="3"/></w:trPr>"#,
    );
    let (plan, findings) = plan_of("a.docx", &docx(&format!("<w:tbl>{header}{kept}{deleted}</w:tbl>")));
    insta::assert_snapshot!(outline(&plan), @r"
    # 无标题
    1 编制并公开目录
      - 编制并公开目录 | 旗财政局(lead) | 2020-12-31
    ");
    let said: Vec<String> = findings
        .iter()
        .filter(|finding| finding.code.starts_with("tracked") || finding.code.starts_with("hidden"))
        .map(|finding| format!("{} {}", finding.at, finding.message))
        .collect();
    insta::assert_snapshot!(said.join("\n"), @r"
    表1第2行 “并公开”是尚未接受的修订（插入），已按接受读取。请在原文件中接受或拒绝修订后核对。
    表1第2行 “旧的”是尚未接受的修订（删除），没有读取。请在原文件中接受或拒绝修订后核对。
    表1第2行 “内部”在 Word 中不显示（隐藏文字或被合并单元格遮住），没有读取。需要的，请改为显示后重新上传。
    表1第3行 这里有一行是尚未接受的修订（删除），没有读取。请在原文件中接受或拒绝修订后核对。
    ");
}

#[test]
fn words_own_structures_are_read() {
    let numbering = r#"<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="4"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1"/></w:lvl></w:abstractNum><w:num w:numId="7"><w:abstractNumId w:val="4"/></w:num></w:numbering>"#;
    let numbered = r#"<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="7"/></w:numPr></w:pPr></w:p>"#;
    let boxed = r#"<w:p><w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:txbx><w:txbxContent><w:p><w:r><w:t>框内文字</w:t></w:r></w:p></w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent><w:p><w:r><w:t>框内文字</w:t></w:r></w:p></w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"#;
    let nested = format!("{}{}", paragraph("见下："), word_table(&[&["甲", "乙"], &["丙", "丁"]]));
    let cell =
        |content: &str, properties: &str| format!("<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>");
    let text = paragraph;
    let body = format!(
        "{}<w:tbl><w:tr>{}{}{}{}</w:tr><w:tr>{}{}{}{}</w:tr><w:tr>{}{}{}{}</w:tr><w:tr>{}</w:tr></w:tbl>",
        paragraph("重点任务分解表"),
        cell(&text("序号"), ""),
        cell(&text("工作任务"), ""),
        cell(&text("责任单位"), ""),
        cell(&text("完成时限"), ""),
        cell(numbered, ""),
        cell(boxed, ""),
        cell(&text("旗财政局</w:t><w:br/><w:t>旗民政局"), r#"<w:vMerge w:val="restart"/>"#),
        cell(&text("2020年<w:fldChar/>底"), ""),
        cell(numbered, ""),
        cell(&nested, ""),
        cell("<w:p/>", "<w:vMerge/>"),
        cell(&text("2021年底"), ""),
        cell(&text("注：自动编号。"), r#"<w:gridSpan w:val="4"/>"#),
    );
    let (plan, findings) = plan_of("a.docx", &docx_with(&body, Some(numbering)));
    insta::assert_snapshot!(outline(&plan), @r"
    # 重点任务分解表
    1 框内文字
      - 框内文字 | 旗财政局、旗民政局 | 2020-12-31
    2 见下：
    甲 乙
    丙 丁
      - 见下：
    甲 乙
    丙 丁 | 旗财政局、旗民政局 | 2021-12-31
    ");
    assert_eq!(codes(&findings), ["nested-table", "text-around", "text-box"]);
}

#[test]
fn headings_in_between_are_sections_or_tasks() {
    let sections = sheet_rows(&[
        &["2020年工作要点任务分解表"],
        &["序号", "工作任务", "责任单位", "完成时限"],
        &["一、主动公开"],
        &["1", "编制目录", "旗财政局", "2020年底"],
        &["2", "公开目录", "旗民政局", "2020年底"],
        &["二、依申请公开"],
        &["（一）规范办理"],
        &["1", "规范答复文书", "旗司法局", "2020年底"],
        &["注：本表由旗政务服务局解释"],
    ]);
    let merges = r#"<mergeCells><mergeCell ref="A1:D1"/><mergeCell ref="A3:D3"/><mergeCell ref="A6:D6"/><mergeCell ref="A7:D7"/><mergeCell ref="A9:D9"/></mergeCells>"#;
    let bytes = xlsx(&sections, merges);
    let (plan, findings) = plan_of("a.xlsx", &bytes);
    insta::assert_snapshot!(outline(&plan), @r"
    # 2020年工作要点任务分解表
    1 编制目录 [一、主动公开]
      - 编制目录 | 旗财政局 | 2020-12-31
    2 公开目录 [一、主动公开]
      - 公开目录 | 旗民政局 | 2020-12-31
    1 规范答复文书 [二、依申请公开 / （一）规范办理]
      - 规范答复文书 | 旗司法局 | 2020-12-31
    ");
    assert_eq!(codes(&findings), ["text-around"]);
    let (document, _) = read("a.xlsx", &bytes).unwrap();
    let (_, _, mapping) = tables::plan::read(&document, None, None);
    let layout = Layout::of(&document, &mapping);
    assert_eq!(layout.below, ["注：本表由旗政务服务局解释"]);
    let again = tables::plan::write_xlsx(&plan, &layout, None).unwrap();
    assert_eq!(plan_of("b.xlsx", &again).0, plan);

    let tasks = sheet_rows(&[
        &["工作要求", "牵头单位", "责任单位"],
        &["一、主动公开"],
        &["编制本单位目录", "旗政府办", "旗财政局、旗民政局"],
        &["在网站公开目录", "旗政府办", "各苏木镇"],
        &["二、政策解读"],
        &["解读重要政策", "旗司法局", "各有关部门"],
    ]);
    let bytes = xlsx(&tasks, r#"<mergeCells><mergeCell ref="A2:C2"/><mergeCell ref="A5:C5"/></mergeCells>"#);
    let (plan, findings) = plan_of("a.xlsx", &bytes);
    insta::assert_snapshot!(outline(&plan), @r#"
    # 无标题
    一 主动公开
      - 编制本单位目录 | 旗政府办(lead)、旗财政局、旗民政局 | "unspecified"
      - 在网站公开目录 | 旗政府办(lead)、各苏木镇 | "unspecified"
    二 政策解读
      - 解读重要政策 | 旗司法局(lead)、各有关部门 | "unspecified"
    "#);
    assert_eq!(codes(&findings), ["column-missing", "title-missing"]);
    let (document, _) = read("a.xlsx", &bytes).unwrap();
    let (_, _, mapping) = tables::plan::read(&document, None, None);
    let layout = Layout::of(&document, &mapping);
    for bytes in [
        ("b.xlsx", tables::plan::write_xlsx(&plan, &layout, None).unwrap()),
        ("b.docx", tables::plan::write_docx(&plan, &layout, None).unwrap()),
    ] {
        assert_eq!(plan_of(bytes.0, &bytes.1).0, plan);
    }
}

#[test]
fn a_header_in_two_rows() {
    let rows = sheet_rows(&[
        &["序号", "任务", "", "责任单位", "", "完成\n时限"],
        &["", "重点任务", "具体措施", "牵头单位", "配合单位", ""],
        &["1", "编制目录", "梳理权责清单", "旗政府办", "旗财政局", "2020年底"],
        &["", "", "编制目录", "同上", "", "同上"],
    ]);
    let merges = r#"<mergeCells><mergeCell ref="A1:A2"/><mergeCell ref="B1:C1"/><mergeCell ref="D1:E1"/><mergeCell ref="F1:F2"/><mergeCell ref="A3:A4"/><mergeCell ref="B3:B4"/></mergeCells>"#;
    let bytes = xlsx(&rows, merges);
    let (plan, findings) = plan_of("a.xlsx", &bytes);
    insta::assert_snapshot!(outline(&plan), @r"
    # 无标题
    1 编制目录
      - 梳理权责清单 | 旗政府办(lead)、旗财政局(cooperating) | 2020-12-31
      - 编制目录 | 旗政府办(lead) | 2020-12-31
    ");
    assert_eq!(codes(&findings), ["title-missing"]);
    let (document, _) = read("a.xlsx", &bytes).unwrap();
    let (_, _, mapping) = tables::plan::read(&document, None, None);
    let again = tables::plan::write_docx(&plan, &Layout::of(&document, &mapping), None).unwrap();
    assert_eq!(plan_of("b.docx", &again).0, plan);
}

#[test]
fn excels_own_structures_are_read() {
    let styles = r#"<styleSheet><numFmts><numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/></numFmts><fonts><font/><font><strike/></font></fonts><cellXfs><xf numFmtId="0" fontId="0"/><xf numFmtId="176" fontId="0"/><xf numFmtId="57" fontId="0"/><xf numFmtId="0" fontId="1"/></cellXfs></styleSheet>"#;
    let shared = "<sst><si><t>编制</t></si><si><r><t>公开</t></r><r><t>目录</t></r><rPh><t>gongkai</t></rPh></si><si><t xml:space=\"preserve\">甲_x000D_\n乙&#10;丙</t></si></sst>";
    let header: String = sheet_rows(&[&["序号", "工作任务", "责任单位", "完成时限", "备注"]]);
    let sheet = format!(
        r##"<worksheet><cols><col min="1" max="1" width="6.5"/><col min="2" max="2" width="40"/></cols><sheetData>{header}<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="s"><v>0</v></c><c r="C2" t="str"><f>X</f><v>旗财政局</v></c><c r="D2" s="1"><v>42616</v></c><c r="E2" t="s"><v>2</v></c></row><row r="3" hidden="1"><c r="A3"><v>2</v></c><c r="B3" t="s" s="3"><v>1</v></c><c r="C3" t="e"><v>#REF!</v></c><c r="D3" s="2"><v>42613</v></c></row><row><c><v>3</v></c><c t="inlineStr"><is><t>总结</t></is></c><c t="inlineStr"><is><t>各部门</t></is></c><c t="d"><v>2020-12-31T00:00:00</v></c></row></sheetData><pageSetup orientation="landscape"/></worksheet>"##
    );
    let hidden = format!("<worksheet><sheetData>{header}</sheetData></worksheet>");
    let bytes = xlsx_with(
        r#"<workbookPr date1904="1"/>"#,
        &[("草稿", r#"state="hidden""#, &hidden), ("2020年任务台账", "", &sheet)],
        styles,
        shared,
    );
    let (document, findings) = read("a.xlsx", &bytes).unwrap();
    assert_eq!(codes(&findings), ["cell-error", "hidden-row", "hidden-sheet", "struck-text"]);
    assert!(document.landscape);
    assert_eq!(document.tables[0].widths[..2], [Some(6.5), Some(40.0)]);
    let (plan, findings) = plan_of("a.xlsx", &bytes);
    insta::assert_snapshot!(outline(&plan), @r"
    # 2020年任务台账
    1 编制
      - 编制 | 旗财政局 | 2020-09-04 (甲
    乙
    丙)
    2 公开目录
      - 公开目录 | #REF! | 2020-09-30
    3 总结
      - 总结 | 各部门 | 2020-12-31
    ");
    assert!(!codes(&findings).contains(&"title-missing"), "the sheet's name is the title");
}

#[test]
fn nothing_is_lost_that_has_no_place() {
    let rows = sheet_rows(&[
        &["任务分解表"],
        &["填报单位：旗政务服务局"],
        &["序号", "任务名称", "责任领导", "责任单位", "进度安排", "", "备注"],
        &["1", "编制目录", "分管领导", "旗财政局", "每季度末", "另有说明", ""],
        &["2"],
        &["3", "公开目录", "", "", "", "", "只有备注"],
    ]);
    let (plan, findings) = plan_of("a.xlsx", &xlsx(&rows, ""));
    insta::assert_snapshot!(outline(&plan), @r#"
    # 任务分解表
    1 编制目录
      - 编制目录 | 旗财政局 | "ongoing" {责任领导=分管领导} {第6列=另有说明}
    3 公开目录
      - 公开目录 |  | "unspecified" (只有备注)
    "#);
    let said: Vec<String> = findings
        .iter()
        .map(|finding| format!("{} {}: {}", finding.at, finding.code, finding.message))
        .collect();
    insta::assert_snapshot!(said.join("\n"), @r"
    表1第6行 task-number-gap: 序号从“1”跳到“3”。请核对是否缺行或序号有误。
    表1第6行第2列 unit-missing: “公开目录”没有写责任单位，不会有单位收到这项任务。请补填责任单位。
    表1第3行第3列 column-extra: “责任领导”列没有对应的含义，内容原样保留在各行的其他信息中。含义不对的，请重新指定。
    表1第5行 row-empty: 这一行只有序号“2”，没有内容，已略去。
    ");
}

#[test]
fn a_page_break_repeats_the_header_and_cells() {
    let rows = sheet_rows(&[
        &["2020年任务分解表"],
        HEADER,
        &["1", "编制政务公开事项目录", "梳理事项", "旗财政局", "2020年底", "说明"],
        HEADER,
        &["1", "编制政务公开事项目录", "公开事项", "旗民政局", "2020年底", "说明"],
        &["1", "编制政务公开的事项目录", "更新事项", "旗司法局", "2020年底", ""],
        &["1", "完全是另外一件事", "总结", "旗司法局", "2020年底", ""],
    ]);
    let (plan, findings) = plan_of("a.xlsx", &xlsx(&rows, ""));
    insta::assert_snapshot!(outline(&plan), @r"
    # 2020年任务分解表
    1 编制政务公开事项目录
      - 梳理事项 | 旗财政局 | 2020-12-31 (说明)
      - 公开事项 | 旗民政局 | 2020-12-31 (说明)
      - 更新事项 | 旗司法局 | 2020-12-31 (说明)
    1 完全是另外一件事
      - 总结 | 旗司法局 | 2020-12-31
    ");
    assert_eq!(
        codes(&findings),
        ["blank-continued", "header-repeated", "repeated-cell-differs", "task-number-repeated"]
    );
}

#[test]
fn a_person_can_say_what_the_columns_mean() {
    let rows = sheet_rows(&[
        &["序号", "主要任务", "责任单位", "完成时限", "承接处室"],
        &["1", "编制目录", "旗财政局", "2020年底", "办公室"],
    ]);
    let (document, _) = read("a.xlsx", &xlsx(&rows, "")).unwrap();
    let (plan, _, mapping) = tables::plan::read(&document, None, None);
    assert_eq!(plan.tasks[0].assignments[0].extra[0].text, "办公室");
    let mut roles = mapping.roles();
    roles[4] = ColumnRole::CooperatingUnit;
    let corrected = mapping.with_roles(&roles);
    assert_eq!(corrected.signature(), mapping.signature());
    let corrected = serde_json::from_str(&serde_json::to_string(&corrected).unwrap()).unwrap();
    let (plan, findings, used) = tables::plan::read(&document, Some(&corrected), None);
    assert_eq!(used, corrected);
    insta::assert_snapshot!(outline(&plan), @r"
    # 无标题
    1 编制目录
      - 编制目录 | 旗财政局、办公室(cooperating) | 2020-12-31
    ");
    assert!(!codes(&findings).contains(&"column-extra"));
    // A mapping made for another file does not break the reading.
    let mut wrong = corrected;
    wrong.table = 9;
    assert_eq!(tables::plan::read(&document, Some(&wrong), None).0.tasks.len(), 1);
}

#[test]
fn the_year_comes_from_the_nearest_date() {
    let rows = |title: &str| {
        xlsx(
            &sheet_rows(&[
                &[title],
                &["序号", "任务", "责任单位", "时限"],
                &["1", "甲任务", "旗财政局", "9月底前"],
                &["2", "乙任务", "旗财政局", "2021年3月底前"],
                &["3", "丙任务", "旗财政局", "6月底前"],
            ]),
            "",
        )
    };
    let dues = |bytes: &[u8], year: Option<i16>| -> Vec<String> {
        let (document, _) = read("a.xlsx", bytes).unwrap();
        let (plan, _, _) = tables::plan::read(&document, None, year);
        plan.assignments().map(|(_, a)| a.due.deadline().unwrap().to_string()).collect()
    };
    assert_eq!(dues(&rows("任务表"), None), ["2021-09-30", "2021-03-31", "2021-06-30"]);
    assert_eq!(dues(&rows("2020年任务表"), None), ["2020-09-30", "2021-03-31", "2020-06-30"]);
    assert_eq!(dues(&rows("2020年任务表"), Some(2019)), ["2019-09-30", "2021-03-31", "2019-06-30"]);
}
