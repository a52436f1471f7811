//! Writes sample files into a folder, to be looked at: `cargo run -p print --example samples -- FOLDER [FONTS]`.
//! A supervision notice and a table of 32 rows with all faces at hand, both again with the embedded faces alone, and
//! a table of 1,000 rows; `times.txt` says how long each took.

use domain::letter::{Block, Copies, Fact, Letter, paragraphs};
use jiff::civil::date;
use print::{Align, Cell, Column, Fonts, Pdf, PrintError, Sheet, TablePage};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("no folder given")?);
    let own = arguments.next().map(PathBuf::from);
    std::fs::create_dir_all(&folder)?;
    let started = Instant::now();
    let fonts = Fonts::find(own.as_deref());
    let mut times = format!("{}\nfonts found: {:?}\n", fonts.report(), started.elapsed());
    let embedded = Fonts::embedded();
    let mut keep = |name: &str, work: &dyn Fn() -> Result<Pdf, PrintError>| {
        let started = Instant::now();
        let pdf = work()?;
        let took = started.elapsed();
        let _ = writeln!(
            times,
            "{name}: {} pages, {} bytes, archival {}, missing {:?}, {took:?}, {}",
            pdf.pages,
            pdf.bytes.len(),
            pdf.archival,
            pdf.missing,
            memory()
        );
        write(&folder, name, &pdf)
    };
    keep("notice", &|| print::letter(&notice(), &fonts))?;
    keep("notice-again", &|| print::letter(&notice(), &fonts))?;
    keep("notice-embedded", &|| print::letter(&notice(), &embedded))?;
    keep("plan", &|| print::table(&plan(32), &fonts))?;
    keep("plan-embedded", &|| print::table(&plan(32), &embedded))?;
    keep("plan-1000", &|| print::table(&plan(1_000), &fonts))?;
    std::fs::write(folder.join("times.txt"), times)?;
    Ok(())
}

/// The process's memory now and at its highest, as Linux tells it.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let lines = status.lines().filter(|line| line.starts_with("VmHWM") || line.starts_with("VmRSS"));
    lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>().join(", ")
}

fn write(folder: &Path, name: &str, pdf: &Pdf) -> Result<(), Box<dyn std::error::Error>> {
    Ok(std::fs::write(folder.join(format!("{name}.pdf")), &pdf.bytes)?)
}

fn notice() -> Letter {
    let fact = |name: &str, value: &str| Fact { name: name.into(), value: value.into() };
    let facts = vec![
        fact("督办事项", "编制完成义务教育领域基层政务公开标准目录"),
        fact("任务来源", "《乌审旗推进基层政务公开标准化规范化工作任务分解表》第2项"),
        fact("责任单位", "旗教育体育局"),
        fact("原完成时限", "2020年9月4日之前"),
        fact(
            "目前进展",
            "截至2020年9月11日，平台未见目录稿，未报送进展情况，已逾期5个工作日。\n9月1日、9月4日系统已两次提醒。",
        ),
        fact("新的办理期限", "2020年9月18日（自即日起5个工作日）"),
    ];
    let before = "一、督办事由\n按照《乌审旗推进基层政务公开标准化规范化工作任务分解表》，你单位承担的“编制完成义务教育领域基层政务公开标准目录”任务，应于2020年9月4日之前完成。经核，截至2020年9月11日仍未完成，具体情况如下：";
    let after = "二、办理要求\n（一）限期完成。请对照国务院部门制定的试点领域标准指引，逐项梳理公开事项，于2020年9月18日前将标准目录报旗政务服务局审核后公开。\n（二）明确责任。请确定一名分管负责人和一名具体经办人，并在答复时写明姓名、职务和联系电话。\n1.目录应当包括公开事项、公开内容（要素）、公开依据、公开时限、公开主体、公开渠道和载体、公开对象、公开方式、公开层级等要素。\n2.确有困难不能按期完成的，应当在期限届满2个工作日前书面说明理由和新的时间安排。\n三、答复方式\n请登录政务公开平台“督办”栏目填写答复，并上传目录电子版。逾期不答复的，将列入季度通报，并作为年度政务公开考核依据。";
    Letter {
        agency: "乌审旗人民政府办公室".into(),
        number: Some("乌政公开督〔2020〕3号".into()),
        title: "关于限期完成义务教育领域基层政务公开标准目录编制工作的督办通知".into(),
        addressee: Some("旗教育体育局：".into()),
        body: [paragraphs(before), vec![Block::Facts(facts)], paragraphs(after)].concat(),
        attachments: vec![
            "乌审旗推进基层政务公开标准化规范化工作任务分解表（节选）".into(),
            "督办答复单".into(),
        ],
        signature: "乌审旗人民政府办公室".into(),
        date: date(2020, 9, 11),
        note: Some("联系人：政务公开办，电话：0477-0000000".into()),
        copies: Some(Copies {
            copy_to: Some("旗政务服务局，旗人民政府督查室".into()),
            issuer: "乌审旗人民政府办公室".into(),
            issued_on: date(2020, 9, 11),
        }),
        sample: true,
    }
}

fn plan(rows: usize) -> TablePage {
    let column =
        |title: &str, weight, align| Column { title: title.into(), group: String::new(), weight, align };
    let contents = [
        "全面梳理本领域政务公开事项，编制完成标准目录，做到应列尽列、应公开尽公开。",
        "对照国务院部门制定的26个试点领域标准指引，结合权责清单和公共服务事项，逐项确定公开主体、公开时限、公开方式、公开渠道和载体，目录编制完成后报旗政务服务局审核，审核通过后在旗人民政府门户网站集中发布，网址：https://www.wsq.gov.cn/zwgk/fdzdgknr/jczwgkbzhgfh/202009/t20200904_2729.html。",
        "在便民服务中心设立政府信息公开专区。",
        "健全政务公开工作机制，明确分管领导、责任科室和经办人员，建立信息发布审查、依申请公开办理、政策解读、回应关切、公众参与等制度，每季度对落实情况进行一次自查。",
    ];
    let dues = ["2020年9月4日之前", "2020年10月底前", "2021年3月底前", "持续推进"];
    let units =
        ["旗政务服务局", "各苏木镇、各有关部门", "旗教育体育局、旗卫生健康委员会、旗民政局", "旗财政局"];
    let group = 4;
    let cells = (0..rows).map(|row| {
        let mut cells = Vec::new();
        if row % group == 0 {
            let task = |text: String| Cell { row_span: group, ..Cell::new(text) };
            cells.push(task((row / group + 1).to_string()));
            cells.push(task("推进基层政务公开标准目录编制和落实".into()));
        }
        cells.push(Cell::new(contents[row % 4]));
        cells.push(Cell::new(units[row % 4]));
        cells.push(Cell::new(dues[row % 4]));
        cells.push(Cell::new(if row % 5 == 0 { "已完成" } else { "推进中" }));
        cells.push(Cell::new(if row % 7 == 0 { "需重新核定时限" } else { "" }));
        cells
    });
    TablePage {
        title: "乌审旗推进基层政务公开标准化规范化工作任务分解表".into(),
        subtitle: "乌审旗政务服务局　2020年9月11日".into(),
        columns: vec![
            column("序号", 0.8, Align::Center),
            column("主要任务", 2.5, Align::Start),
            column("具体内容", 8.0, Align::Start),
            column("责任单位", 3.0, Align::Start),
            column("完成时限", 2.2, Align::Center),
            column("进展", 1.2, Align::Center),
            column("备注", 1.8, Align::Start),
        ],
        rows: cells.collect(),
        footer: "注：完成时限以任务分解表原文为准；工作日按国务院办公厅节假日安排计算。".into(),
        sheet: Sheet::A3,
        date: date(2020, 9, 11),
        sample: true,
    }
}
