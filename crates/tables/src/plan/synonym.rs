//! What offices call the columns of a breakdown table.

use super::ColumnRole;

/// Headers, by what they mean. A header that is one of these is certain; one that contains one (of three characters
/// or more) is likely.
const HEADERS: [(ColumnRole, &[&str]); 8] = [
    (ColumnRole::Number, &["序号", "编号", "序", "任务序号", "任务编号", "项次", "条目", "序列号", "号"]),
    (
        ColumnRole::Task,
        &[
            "主要任务",
            "重点任务",
            "工作任务",
            "任务名称",
            "任务",
            "重点工作",
            "工作事项",
            "重点事项",
            "任务事项",
            "目标任务",
            "工作项目",
            "项目",
            "任务分类",
            "工作类别",
            "任务类别",
            "类别",
            "一级任务",
            "一级指标",
            "事项",
            "改革任务",
            "工作名称",
            "重点工作任务",
            "主要工作",
            "项目名称",
            "事项名称",
            "工作重点",
            "任务清单",
            "整改任务",
            "工作主题",
            "任务项目",
        ],
    ),
    (
        ColumnRole::Content,
        &[
            "具体内容",
            "工作内容",
            "任务内容",
            "具体要求",
            "工作要求",
            "任务要求",
            "工作措施",
            "具体措施",
            "主要措施",
            "推进措施",
            "落实措施",
            "具体任务",
            "任务分解",
            "分解任务",
            "工作举措",
            "具体举措",
            "内容",
            "要求",
            "措施",
            "工作目标",
            "任务目标",
            "责任分工",
            "二级任务",
            "细化任务",
            "主要内容",
            "重点内容",
            "工作标准",
            "具体工作",
            "任务分工",
            "公开内容",
            "具体事项",
            "工作任务及要求",
            "具体工作任务",
            "内容及要求",
            "任务及要求",
            "工作内容及要求",
            "任务措施",
            "目标要求",
            "任务描述",
            "二级指标",
            "具体目标",
            "整改措施",
            "细化措施",
            "举措",
        ],
    ),
    (
        ColumnRole::Unit,
        &[
            "责任单位",
            "责任部门",
            "责任科室",
            "责任主体",
            "承办单位",
            "落实单位",
            "实施单位",
            "负责单位",
            "主体单位",
            "承担单位",
            "单位",
            "部门",
            "责任处室",
            "责任股室",
            "完成单位",
            "任务单位",
            "责任单位及部门",
            "承办部门",
            "负责部门",
            "落实部门",
            "实施主体",
            "责任部门单位",
            "科室",
            "公开主体",
            "承办科室",
            "责任旗区",
            "责任地区",
        ],
    ),
    (
        ColumnRole::LeadUnit,
        &[
            "牵头单位",
            "牵头部门",
            "牵头责任单位",
            "主办单位",
            "主责单位",
            "牵头科室",
            "牵头",
            "第一责任单位",
            "主责部门",
            "主办部门",
        ],
    ),
    (
        ColumnRole::CooperatingUnit,
        &[
            "配合单位",
            "配合部门",
            "协办单位",
            "参与单位",
            "协同单位",
            "协作单位",
            "配合责任单位",
            "参加单位",
            "配合科室",
            "配合",
            "协办部门",
        ],
    ),
    (
        ColumnRole::Due,
        &[
            "完成时限",
            "完成时间",
            "时限要求",
            "办结时限",
            "时间要求",
            "时间节点",
            "完成期限",
            "时限",
            "期限",
            "进度安排",
            "时间安排",
            "进度要求",
            "工作时限",
            "起止时间",
            "时间进度",
            "截止时间",
            "完成日期",
            "实施时间",
            "推进时间",
            "进度计划",
            "时间",
            "完成时间节点",
            "任务时限",
            "截止日期",
            "落实时限",
            "整改时限",
            "推进安排",
            "计划完成时间",
            "公开时限",
        ],
    ),
    (ColumnRole::Remark, &["备注", "说明", "备考", "其他说明", "注", "备注说明"]),
];

/// How sure a header's meaning is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sureness {
    Likely,
    Certain,
}

/// The form in which headers are compared: letters and digits only, nothing in brackets.
pub(super) fn bare(header: &str) -> String {
    let mut depth = 0_usize;
    let mut out = String::new();
    for c in header.chars() {
        match c {
            '(' | '（' | '[' | '【' => depth += 1,
            ')' | '）' | ']' | '】' => depth = depth.saturating_sub(1),
            c if depth == 0 && c.is_alphanumeric() => out.push(c),
            _ => {}
        }
    }
    out
}

/// What a header means, if anything.
pub(super) fn meaning(header: &str) -> Option<(ColumnRole, Sureness)> {
    let bare = bare(header);
    let length = bare.chars().count();
    if length == 0 || length > 16 {
        return None;
    }
    let exact = HEADERS.iter().find(|(_, names)| names.contains(&bare.as_str()));
    if let Some((role, _)) = exact {
        return Some((*role, Sureness::Certain));
    }
    let mut best: Option<(usize, ColumnRole)> = None;
    for (role, names) in HEADERS {
        let longest = names
            .iter()
            .filter(|name| bare.contains(**name))
            .map(|name| name.chars().count())
            .filter(|length| *length >= 3)
            .max();
        if let Some(longest) = longest.filter(|longest| best.is_none_or(|(best, _)| *longest > best)) {
            best = Some((longest, role));
        }
    }
    best.map(|(_, role)| (role, Sureness::Likely))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_mean_what_offices_mean() {
        use ColumnRole::{CooperatingUnit, Due, LeadUnit, Number, Remark, Task, Unit};
        for (header, role) in [
            ("序 号", Some(Number)),
            ("主要\n任务", Some(Task)),
            ("工作要求", Some(ColumnRole::Content)),
            ("责任单位（科室）", Some(Unit)),
            ("牵头（责任）单位", Some(LeadUnit)),
            ("配合单位", Some(CooperatingUnit)),
            ("2020年完成时限", Some(Due)),
            ("备  注", Some(Remark)),
            ("责任领导", None),
            ("联系电话", None),
            ("填报单位：旗政务服务局", None),
            ("结合《条例》和“五公开”工作要求，编制完成目录", None),
        ] {
            assert_eq!(meaning(header).map(|(role, _)| role), role, "{header}");
        }
    }
}
