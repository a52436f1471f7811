//! The whole way of a policy (制定、发布、解读、回应、公开、监督) as its page shows it: where each stage stands, in a sentence.

use super::Need;
use crate::letter::written_date;
use crate::vocabulary::words;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

words! {
    /// A stage.
    Stage {
        /// Drafted, with the plan of its interpretation.
        Drafting = "drafting", "制定";
        /// Published.
        Publication = "publication", "发布";
        /// Interpreted.
        Interpretation = "interpretation", "解读";
        /// Questions about it answered.
        Response = "response", "回应";
        /// Carried to the other platforms.
        Dissemination = "dissemination", "公开";
        /// What readers found wrong put right.
        Supervision = "supervision", "监督";
    }
}

words! {
    /// Where a stage stands.
    Standing {
        /// Done, or nothing left to do.
        Done = "done", "已完成";
        /// Under way.
        Running = "running", "进行中";
        /// Something is late.
        Overdue = "overdue", "逾期";
        /// Nothing to do here.
        Idle = "idle", "暂无";
    }
}

/// What the record says of a policy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// The unit that drafted it.
    pub drafting: String,
    /// 成文日期.
    pub formed_on: Option<Date>,
    /// The day it became public.
    pub published_on: Option<Date>,
    /// Whether it is to be interpreted.
    pub need: Option<Need>,
    /// The last day for its interpretation, once it is public.
    pub interpretation_due: Option<Date>,
    /// The day its first interpretation became public.
    pub interpreted_on: Option<Date>,
    /// Questions about it: answered, open in time, open and late.
    pub questions: [usize; 3],
    /// Platforms it goes to: done, still to do.
    pub platforms: [usize; 2],
    /// What readers found wrong: settled, open in time, open and late.
    pub reports: [usize; 3],
}

/// A stage of one policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Which.
    pub stage: Stage,
    /// Where it stands.
    pub standing: Standing,
    /// A sentence about it.
    pub words: String,
}

/// Every stage, in order.
pub fn chain(facts: &Facts, today: Date) -> Vec<Link> {
    Stage::ALL
        .iter()
        .map(|stage| {
            let (standing, words) = match stage {
                Stage::Drafting => drafting(facts),
                Stage::Publication => match facts.published_on {
                    Some(day) => (Standing::Done, format!("{}公开。", written_date(day))),
                    None => (Standing::Running, "尚未公开。".to_owned()),
                },
                Stage::Interpretation => interpretation(facts, today),
                Stage::Response => counted(facts.questions, "咨询", "答复"),
                Stage::Dissemination => match facts.platforms {
                    [0, 0] => (Standing::Idle, "没有转到其他平台。".to_owned()),
                    [done, 0] => (Standing::Done, format!("已在{done}个平台转发。")),
                    [done, left] => {
                        (Standing::Running, format!("已在{done}个平台转发，还有{left}个待转发。"))
                    }
                },
                Stage::Supervision => counted(facts.reports, "找错", "办结"),
            };
            Link { stage: *stage, standing, words }
        })
        .collect()
}

fn drafting(facts: &Facts) -> (Standing, String) {
    let unit = if facts.drafting.is_empty() { "起草单位未登记" } else { &facts.drafting };
    match facts.formed_on {
        Some(day) => (Standing::Done, format!("{unit}起草并负责解读，{}成文。", written_date(day))),
        None => (Standing::Running, format!("{unit}起草，尚未成文。")),
    }
}

fn interpretation(facts: &Facts, today: Date) -> (Standing, String) {
    match (&facts.need, facts.interpreted_on, facts.interpretation_due) {
        (_, Some(day), Some(due)) if day > due => {
            (Standing::Done, format!("{}公开，晚于期限{}。", written_date(day), written_date(due)))
        }
        (_, Some(day), _) => (Standing::Done, format!("{}公开。", written_date(day))),
        (Some(Need::NotNeeded { reason }), ..) => (Standing::Idle, format!("不需要解读：{reason}")),
        (_, None, Some(due)) if today > due => {
            (Standing::Overdue, format!("应于{}前解读，尚未公开。", written_date(due)))
        }
        (_, None, Some(due)) => (Standing::Running, format!("应于{}前解读。", written_date(due))),
        (None, None, None) => (Standing::Running, "尚未说明是否需要解读。".to_owned()),
        (Some(Need::Needed), None, None) => (Standing::Running, "与文件一并准备。".to_owned()),
    }
}

fn counted([settled, open, late]: [usize; 3], matter: &str, act: &str) -> (Standing, String) {
    match (settled, open, late) {
        (0, 0, 0) => (Standing::Idle, format!("没有收到{matter}。")),
        (_, 0, 0) => (Standing::Done, format!("收到{matter}{settled}件，全部{act}。")),
        (_, _, 0) => (Standing::Running, format!("收到{matter}{}件，还有{open}件待{act}。", settled + open)),
        _ => {
            let (all, left) = (settled + open + late, open + late);
            (Standing::Overdue, format!("收到{matter}{all}件，还有{left}件待{act}，其中{late}件逾期。"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn standings(facts: &Facts) -> Vec<Standing> {
        chain(facts, date(2020, 9, 10)).into_iter().map(|link| link.standing).collect()
    }

    #[test]
    fn a_policy_goes_its_way() {
        use Standing::*;
        let new = Facts::default();
        assert_eq!(standings(&new), [Running, Running, Running, Idle, Idle, Idle]);
        let out = Facts {
            drafting: "示例旗民政局".into(),
            formed_on: Some(date(2020, 9, 1)),
            published_on: Some(date(2020, 9, 2)),
            need: Some(Need::Needed),
            interpretation_due: Some(date(2020, 9, 7)),
            questions: [2, 1, 0],
            platforms: [1, 1],
            reports: [1, 0, 1],
            ..Facts::default()
        };
        assert_eq!(standings(&out), [Done, Done, Overdue, Running, Running, Overdue]);
        let words: Vec<String> = chain(&out, date(2020, 9, 7)).into_iter().map(|link| link.words).collect();
        assert_eq!(words[0], "示例旗民政局起草并负责解读，2020年9月1日成文。");
        assert_eq!(words[2], "应于2020年9月7日前解读。");
        assert_eq!(words[3], "收到咨询3件，还有1件待答复。");
        assert_eq!(words[5], "收到找错2件，还有1件待办结，其中1件逾期。");
        let whole = Facts {
            interpreted_on: Some(date(2020, 9, 8)),
            questions: [3, 0, 0],
            platforms: [2, 0],
            reports: [2, 0, 0],
            ..out
        };
        assert_eq!(standings(&whole), [Done; 6]);
        assert_eq!(chain(&whole, date(2020, 9, 10))[2].words, "2020年9月8日公开，晚于期限2020年9月7日。");
        let plain = Facts { need: Some(Need::NotNeeded { reason: "人事任免".into() }), ..new };
        assert_eq!(standings(&plain)[2], Idle);
    }
}
