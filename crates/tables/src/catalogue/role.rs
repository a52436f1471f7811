//! What the columns of a catalogue mean, and what offices call them.

use domain::catalogue::{Column, Field};
use domain::text::half_width;
use serde::{Deserialize, Serialize};

/// What a column means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnRole {
    /// The item's permanent code.
    Code,
    /// 序号.
    Number,
    /// 一级事项.
    Level1,
    /// 二级事项.
    Level2,
    /// 公开内容（要素）.
    Elements,
    /// 公开依据.
    Basis,
    /// 公开时限.
    Limit,
    /// 公开主体.
    Publisher,
    /// 公开渠道和载体.
    Channels,
    /// 公开对象 in one column of words.
    Audience,
    /// 全社会.
    AudienceAll,
    /// 特定群体.
    AudienceGroups,
    /// 公开方式 in one column of words.
    Mode,
    /// 主动.
    Proactive,
    /// 依申请.
    OnRequest,
    /// 公开层级 in one column of words.
    Tiers,
    /// 县级.
    County,
    /// 乡级.
    Township,
    /// 村级.
    Village,
    /// 乡、村级.
    TownshipAndVillage,
    /// Anything else: kept with the item as it is.
    #[default]
    Extra,
}

use ColumnRole::{
    Audience, AudienceAll, AudienceGroups, Basis, Channels, Code, County, Elements, Extra, Level1, Level2,
    Limit, Mode, Number, OnRequest, Proactive, Publisher, Tiers, Township, TownshipAndVillage, Village,
};

/// Headers, by what they mean.
const HEADERS: [(ColumnRole, &[&str]); 20] = [
    (Code, &["编号", "事项编码", "编码", "目录编码", "事项编号"]),
    (Number, &["序号", "序", "号", "项次"]),
    (
        Level1,
        &[
            "一级事项",
            "一级目录",
            "一级",
            "一级公开事项",
            "公开事项一级事项",
            "事项一级",
            "公开类别",
            "事项大类",
            "一级指标",
        ],
    ),
    (Level2, &["二级事项", "二级目录", "二级", "二级公开事项", "公开事项二级事项", "事项二级", "二级指标"]),
    (
        Elements,
        &[
            "公开内容",
            "公开内容要素",
            "公开要素",
            "公开内容要素及要求",
            "公开内容及要素",
            "内容要素",
            "公开内容和要素",
            "主要内容",
        ],
    ),
    (Basis, &["公开依据", "依据", "法律依据", "政策依据", "公开的依据"]),
    (Limit, &["公开时限", "公开期限", "时限", "公开时间", "公开时限要求", "更新时限", "公开时限及频次"]),
    (
        Publisher,
        &["公开主体", "责任主体", "公开责任主体", "公开单位", "责任单位", "公开责任单位", "发布主体"],
    ),
    (
        Channels,
        &[
            "公开渠道和载体",
            "公开渠道",
            "公开载体",
            "公开渠道及载体",
            "公开渠道载体",
            "渠道和载体",
            "公开途径",
            "公开形式",
            "公开方式渠道",
        ],
    ),
    (Audience, &["公开对象", "公开范围", "对象"]),
    (AudienceAll, &["全社会", "全社", "社会公众"]),
    (AudienceGroups, &["特定群体", "特定群众", "特定对象", "特定人群", "特定"]),
    (Mode, &["公开方式", "公开属性"]),
    (Proactive, &["主动", "主动公开"]),
    (OnRequest, &["依申请", "依申请公开", "依申请公"]),
    (Tiers, &["公开层级", "层级", "公开级别", "公开层次"]),
    (
        County,
        &[
            "县级",
            "旗级",
            "旗县级",
            "区级",
            "市级",
            "县区级",
            "旗县区级",
            "州级县级",
            "市县级",
            "县市级",
            "县市区级",
            "盟市级",
        ],
    ),
    (
        Township,
        &[
            "乡级",
            "镇级",
            "乡镇级",
            "镇街级",
            "街道",
            "街道级",
            "苏木镇级",
            "苏木乡镇级",
            "镇街道级",
            "乡镇街道级",
            "镇乡级",
            "乡镇街级",
        ],
    ),
    (Village, &["村级", "嘎查村级", "村社区级", "村居级", "社区级", "村"]),
    (
        TownshipAndVillage,
        &[
            "乡村级",
            "镇村级",
            "镇街村级",
            "苏木镇嘎查村级",
            "乡镇村级",
            "乡镇级村级",
            "乡级村级",
            "镇街乡村级",
            "镇街乡村",
            "镇乡村级",
        ],
    ),
];

/// The name of the item where no levels are told apart: the second level beside a first one, else the first.
const ITEM_NAMES: [&str; 5] = ["公开事项", "事项名称", "公开事项名称", "事项", "公开事项类别"];

/// Headers that only stand over others.
const GROUPS: [&str; 4] = ["公开事项", "公开对象", "公开方式", "公开层级"];

/// A header without spaces, brackets with what they hold, and marks: the form in which headers are compared.
pub(super) fn bare(header: &str) -> String {
    let mut depth = 0_usize;
    let mut bare = String::new();
    for c in header.chars().filter_map(half_width) {
        match c {
            '(' | '[' | '<' => depth += 1,
            ')' | ']' | '>' => depth = depth.saturating_sub(1),
            c if depth == 0 && c.is_alphanumeric() => bare.push(c),
            _ => {}
        }
    }
    bare
}

/// What a header means.
pub(super) fn meaning(header: &str) -> Option<ColumnRole> {
    let bare = bare(header);
    let known = HEADERS.into_iter().find(|(_, names)| names.contains(&bare.as_str())).map(|(role, _)| role);
    // 公开内容（要素）及要求（“●”表示必选项）
    known.or_else(|| {
        [
            ("公开内容", Elements),
            ("公开渠道", Channels),
            ("公开时限", Limit),
            ("公开依据", Basis),
            ("公开主体", Publisher),
        ]
        .into_iter()
        .find(|(start, _)| bare.starts_with(start))
        .map(|(_, role)| role)
    })
}

/// Whether a header names the item as such.
pub(super) fn names_item(header: &str) -> bool {
    ITEM_NAMES.contains(&bare(header).as_str())
}

/// Whether a header only stands over others.
pub(super) fn is_group(header: &str) -> bool {
    GROUPS.contains(&bare(header).as_str())
}

impl ColumnRole {
    /// Every role, in the order a person chooses from.
    pub const ALL: [Self; 21] = [
        Code,
        Number,
        Level1,
        Level2,
        Elements,
        Basis,
        Limit,
        Publisher,
        Channels,
        Audience,
        AudienceAll,
        AudienceGroups,
        Mode,
        Proactive,
        OnRequest,
        Tiers,
        County,
        Township,
        Village,
        TownshipAndVillage,
        Extra,
    ];

    /// The term people read.
    pub fn label(self) -> &'static str {
        match self {
            Code => "事项编码",
            Number => "序号",
            Level1 => "一级事项",
            Level2 => "二级事项",
            Elements => "公开内容（要素）",
            Basis => "公开依据",
            Limit => "公开时限",
            Publisher => "公开主体",
            Channels => "公开渠道和载体",
            Audience => "公开对象",
            AudienceAll => "全社会",
            AudienceGroups => "特定群体",
            Mode => "公开方式",
            Proactive => "主动",
            OnRequest => "依申请",
            Tiers => "公开层级",
            County => "县级",
            Township => "乡级",
            Village => "村级",
            TownshipAndVillage => "乡、村级",
            Extra => "其他（原样保留）",
        }
    }

    /// The field the column belongs to; `None` for code and number.
    pub fn field(self) -> Option<Field> {
        Some(match self {
            Code | Number => return None,
            Level1 => Field::Level1,
            Level2 => Field::Level2,
            Elements => Field::Elements,
            Basis => Field::Basis,
            Limit => Field::Limit,
            Publisher => Field::Publisher,
            Channels => Field::Channels,
            Audience | AudienceAll | AudienceGroups => Field::Audience,
            Mode | Proactive | OnRequest => Field::Mode,
            Tiers | County | Township | Village | TownshipAndVillage => Field::Tiers,
            Extra => Field::Extra,
        })
    }

    /// The marks a ticked column sets; empty for columns of words.
    pub(super) fn marks(self) -> &'static [Column] {
        match self {
            AudienceAll => &[Column::AudienceAll],
            Proactive => &[Column::Proactive],
            OnRequest => &[Column::OnRequest],
            County => &[Column::County],
            Township => &[Column::Township],
            Village => &[Column::Village],
            TownshipAndVillage => &[Column::Township, Column::Village],
            _ => &[],
        }
    }

    /// Whether its cells hold a mark and not words.
    pub(super) fn is_ticked(self) -> bool {
        !self.marks().is_empty()
    }
}
