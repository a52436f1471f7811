//! The words of the demonstration's requests (示例数据): what people ask each unit for, and what its clerks write in letters.

use domain::request::Outcome;

/// What people ask each of the three units for; asked again and again, as in life.
const WANTED: [[&str; 5]; 3] = [
    [
        "某嘎查2019年征地补偿安置方案及补偿标准",
        "某小区建设工程规划许可证及附图",
        "某企业矿山地质环境治理恢复方案的批复",
        "某宗土地出让合同的主要条款",
        "某嘎查集体土地确权登记的公告和结果",
    ],
    [
        "2019年城乡最低生活保障标准及调整依据",
        "某镇敬老院运营补贴的发放标准",
        "2019年临时救助资金的发放情况",
        "2018年至2019年某社会组织年度检查的结论",
        "高龄津贴的发放条件和标准",
    ],
    [
        "2019年度草原生态保护补助奖励资金发放明细",
        "某路段改造工程的施工招标结果",
        "某嘎查饮水安全工程的验收文件",
        "2019年公益性岗位招聘的标准和结果",
        "2018年至2019年危房改造补助对象名单",
    ],
];

/// What somebody asks to be corrected (art. 41).
pub(super) const CORRECTED: &str = "更正本人登记资料中的门牌号码";

/// What the n-th case asks for; the units take turns.
pub(super) fn wanted(case: usize) -> &'static str {
    let of_unit = WANTED.get(case % WANTED.len()).unwrap_or(&[""; 5]);
    of_unit.get((case / WANTED.len()) % of_unit.len()).copied().unwrap_or_default()
}

/// What a clerk writes in a field of a letter.
pub(super) fn of(field: &str, outcome: Option<Outcome>) -> &'static str {
    match field {
        "收费金额" => "700",
        "计收数量" => "100页",
        "计收方式" => "按量计收",
        "收费明细" => "第1至30页，每页0元，计0元；第31至100页，每页10元，计700元",
        "补正事项" => "请写明所需信息涉及的具体位置和年份，便于查找。",
        "申请情况" => "你（单位）近三个月就相近事项多次提出申请，数量、频次明显超过合理范围",
        "延期理由" => "所申请的信息分散在多个股室，需要调取归档材料",
        "征求事项" => "协议中涉及你（单位）的付款条件和往来账目",
        "公开内容" => "所申请信息的文本，共3页，见提供的文件",
        "公开理由" => "该部分内容不属于商业秘密，公开不会损害你（单位）的合法权益",
        "不予公开内容" => "第三方的付款账号和联系方式",
        "不予公开理由" => reason(outcome),
        "获取途径" if outcome == Some(Outcome::Publication) => "可以到图书馆查阅，或者向出版单位购买",
        "获取途径" => "本机关网站“政府信息公开”专栏的“法定主动公开内容”",
        "办理依据" => "《不动产登记资料查询暂行办法》",
        "办理途径" => "持身份证明到不动产登记窗口查询",
        "检索情况" => "查阅了档案室和业务系统2018年以来的记录，以申请内容的关键词检索，没有找到",
        "负责机关" => "乌审旗发展和改革委员会（示例），电话0477-0000000",
        "转送机关" => "乌审旗发展和改革委员会（示例）",
        "适用条款" => "《中华人民共和国政府信息公开条例》第三十三条",
        "另行制作说明" => "需要对分散的台账重新汇总、统计",
        "补正情况" => "补正材料没有写明所需信息的名称或者便于查询的其他特征",
        "反映途径" => "旗信访局接待窗口（示例），或者拨打12345热线",
        "不予处理理由" | "处理理由" => handling(outcome),
        "更正内容" => "登记资料中的门牌号码",
        "更正结果" => "经核对原始材料，门牌号码登记有误，已经更正",
        "第三方" => "示例第三方公司",
        "送达文书" => "政府信息公开申请答复书",
        "文书编号" => "见答复书文号",
        "送达方式" => "直接送达",
        "送达地点" => "示例地址",
        _ => "按有关规定办理",
    }
}

/// Why something is not disclosed.
fn reason(outcome: Option<Outcome>) -> &'static str {
    match outcome {
        Some(Outcome::StateSecret) => "该文件已经依法确定为国家秘密，尚在保密期限内",
        Some(Outcome::ForbiddenByLaw) => "法律规定能够识别单个调查对象身份的统计资料不得对外提供",
        Some(Outcome::PublicSafety) => "内容涉及应急储备设施的位置，公开后可能危及公共安全",
        Some(Outcome::InternalAffairs) => "该信息是本机关内部的人事安排",
        Some(Outcome::ProcessInformation) => "该信息是尚在讨论的征求意见稿",
        Some(Outcome::EnforcementFile) => "该信息是行政处罚案卷中的调查笔录",
        _ => "第三方书面表示不同意公开，经审查，内容属于其经营信息，理由合理",
    }
}

/// Why something is handled otherwise.
fn handling(outcome: Option<Outcome>) -> &'static str {
    match outcome {
        Some(Outcome::NotResponsible) => "该信息由其他机关制作、保存",
        Some(Outcome::NotGovernmentInformation) => "所提内容是对政策的咨询，不是已经形成的信息",
        Some(Outcome::Repeated) => "此前已就相同内容作出答复",
        Some(Outcome::Unreasonable) => "申请数量、频次明显超过合理范围，说明的理由不合理",
        Some(Outcome::Reissue) => "要求确认的信息你（单位）已经获取",
        _ => "所申请事项已经通过其他程序办理",
    }
}
