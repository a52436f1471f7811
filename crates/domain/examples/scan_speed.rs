//! How fast the scanner reads: megabytes of ordinary text a second. Run by `cargo xtask bench`.

use domain::scan::Scanner;
use std::time::Instant;

const SENTENCES: [&str; 8] = [
    "根据《中华人民共和国政府信息公开条例》第二十条、第二十一条的规定，现将2020年上半年城乡居民最低生活保障资金发放情况予以公布。",
    "各苏木镇、各有关部门要高度重视，明确专人负责，按照任务分解表确定的时限，认真组织实施。",
    "本次共发放保障金128.6万元，惠及1,043户2,117人，其中城镇386户702人，农村牧区657户1415人。",
    "经个人申请、嘎查村民小组评议、苏木镇审核、旗民政局审批，下列人员符合救助条件，公示期为5个工作日。",
    "监督电话：0477-7580000，通信地址：示例大街1号，邮政编码：017300。",
    "张某某，示例嘎查，身份证号1506261990****1234，发放金额3600元。",
    "项目位于示例园区北侧，占地面积36.5亩，计划总投资4200万元，2020年9月30日前完成主体工程。",
    "对在检查中发现的问题，责令限期整改；逾期未整改的，依照有关规定处理。",
];

#[expect(clippy::print_stdout, reason = "a measurement prints what it measured")]
#[expect(clippy::cast_precision_loss, reason = "a figure of three digits")]
fn main() {
    let mut text = String::new();
    let mut state = 1_u32;
    while text.len() < 8_000_000 {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let at = usize::try_from(state >> 29).unwrap_or(0);
        text.push_str(SENTENCES.get(at).copied().unwrap_or_default());
        if state.is_multiple_of(5) {
            text.push('\n');
        }
    }
    let scanner = Scanner::default();
    let mut times: Vec<f64> = (0..7)
        .map(|_| {
            let begun = Instant::now();
            let hits = scanner.scan(&text);
            assert!(!hits.is_empty() && hits.len() < text.len());
            begun.elapsed().as_secs_f64()
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let median = times.get(3).copied().unwrap_or(1.0);
    println!("scan\t{:.0}\tMB/s", text.len() as f64 / median / 1e6);
}
