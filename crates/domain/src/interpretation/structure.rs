//! The sections of an interpretation, what is wanting in them, and the texts made of them: the page and the handout.

use crate::disclosure::Disclosure;
use crate::finding::Finding;
use crate::rule::Rules;
use crate::text::half_width;
use crate::vocabulary::words;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};

words! {
    /// A section, in the order of the page.
    Section {
        /// Why the policy was made.
        Background = "background", "背景";
        /// On what it rests.
        Basis = "basis", "依据";
        /// What it says, in plain words.
        Content = "content", "主要内容";
        /// Whom it is for.
        Beneficiaries = "beneficiaries", "谁能享受";
        /// What to do, a step a line.
        How = "how", "怎么办";
        /// From when on.
        When = "when", "何时起";
        /// Whom to ask.
        Contact = "contact", "联系谁";
    }
}

impl Section {
    /// Whether an interpretation is incomplete without it. Plans and programmes have nobody to apply for anything, so whom
    /// it is for and what to do may be left out, both together.
    pub fn is_required(self) -> bool {
        !matches!(self, Self::Beneficiaries | Self::How)
    }

    /// What to write there.
    pub fn hint(self) -> &'static str {
        match self {
            Self::Background => "为什么出台：遇到什么问题，群众关心什么。",
            Self::Basis => "依据哪些法律法规和上级文件，写全名称和文号。",
            Self::Content => "用群众的话说清主要规定，与以前有什么不同；不要照抄文件。",
            Self::Beneficiaries => "哪些人、哪些企业符合条件，不符合的情形有哪些。",
            Self::How => "怎么申请，一步写一行：到哪里、带什么、多少天办完。",
            Self::When => "从哪天起施行，到哪天为止，以前的情况怎么算。",
            Self::Contact => "咨询单位、科室、电话和办公时间。",
        }
    }
}

/// What an interpretation says, section by section; what is not said is not in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Structure(BTreeMap<Section, String>);

impl Structure {
    /// What it says in a section; empty where it says nothing.
    pub fn get(&self, section: Section) -> &str {
        self.0.get(&section).map_or("", String::as_str)
    }

    /// Says something in a section; white space says nothing.
    pub fn set(&mut self, section: Section, text: &str) {
        match text.trim() {
            "" => self.0.remove(&section),
            text => self.0.insert(section, text.to_owned()),
        };
    }

    /// The sections that say something, in their order.
    pub fn sections(&self) -> impl Iterator<Item = (Section, &str)> {
        self.0.iter().map(|(section, text)| (*section, text.as_str()))
    }
}

/// Lines that say something, without the white space around them.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

/// The steps of a text, a line each, without the numbers somebody wrote before them.
///
/// ```
/// use domain::interpretation::steps;
/// let written = "1. 到便民服务大厅提交申请\n（二）苏木镇审核\n第三步：旗民政局审批\n3个工作日内发放";
/// let read = ["到便民服务大厅提交申请", "苏木镇审核", "旗民政局审批", "3个工作日内发放"];
/// assert_eq!(steps(written), read);
/// ```
pub fn steps(text: &str) -> Vec<&str> {
    lines(text).map(unnumbered).collect()
}

fn unnumbered(line: &str) -> &str {
    let numeral = |c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c);
    let bare = line.trim_start_matches(['（', '(']);
    let opened = bare.len() < line.len();
    let bare = bare.strip_prefix('第').unwrap_or(bare);
    let rest = bare.trim_start_matches(numeral);
    let numbered = rest.len() < bare.len();
    let ends: &[&str] = if opened {
        &["）", ")"]
    } else {
        &["步：", "步，", "步 ", "步", "、", ".", "．", "）", ")"]
    };
    let rest = ends.iter().find_map(|end| rest.strip_prefix(end)).filter(|_| numbered);
    // `3.5万元` is no third step.
    let rest = rest
        .map(str::trim_start)
        .filter(|rest| !rest.is_empty() && !rest.starts_with(|c: char| c.is_ascii_digit()));
    let circled = line.strip_prefix(|c| ('①'..='⑳').contains(&c)).map(str::trim_start);
    rest.or(circled).unwrap_or(line)
}

/// What one page of the handout holds, in characters: 28 lines of 26 on A4 in a size old people read, less the head.
pub const HANDOUT_CHARACTERS: usize = 600;

/// Everything noticed; `policy` is the text of what is interpreted. Errors keep it from being handed in.
pub fn check(structure: &Structure, policy: &str, rules: &Rules) -> Vec<(Section, Finding)> {
    let mut found = Vec::new();
    let says = |section| !structure.get(section).is_empty();
    for section in Section::ALL.iter().copied().filter(|section| section.is_required() && !says(*section)) {
        let message = format!("没有写“{}”。{}", section.label(), section.hint());
        found.push((section, Finding::error("interpretation-missing", message)));
    }
    let pair = [(Section::Beneficiaries, Section::How), (Section::How, Section::Beneficiaries)];
    for (there, other) in pair.into_iter().filter(|(there, other)| says(*there) && !says(*other)) {
        let message = format!("写了“{}”，没有写“{}”。{}", there.label(), other.label(), other.hint());
        found.push((other, Finding::warning("interpretation-half", message)));
    }
    let contact = structure.get(Section::Contact);
    if says(Section::Contact)
        && contact.chars().filter_map(half_width).filter(|c| c.is_ascii_digit()).count() < 5
    {
        let message = "“联系谁”里没有电话。请写上咨询电话，最好写上办公时间。";
        found.push((Section::Contact, Finding::warning("interpretation-no-phone", message)));
    }
    let own = [Section::Background, Section::Content, Section::Beneficiaries, Section::How];
    let own: Vec<&str> = own.into_iter().map(|section| structure.get(section)).collect();
    let percent = copied(&own.join("\n"), policy);
    if i64::from(percent) >= rules.interpretation_digest.value {
        let message = format!(
            "解读的文字有{percent}%与文件原文相同，像是摘抄。请用群众的话说明为什么、是什么、怎么办。"
        );
        found.push((Section::Content, Finding::warning("interpretation-digest", message)));
    }
    let characters: usize = handout(structure).iter().map(|(_, text)| text.chars().count()).sum();
    if characters > HANDOUT_CHARACTERS {
        let message = format!(
            "明白纸约{characters}字，一页（{HANDOUT_CHARACTERS}字）放不下。请把“主要内容”等写短，细节留给文件。"
        );
        found.push((Section::Content, Finding::info("interpretation-long", message)));
    }
    found
}

/// So many characters in a row that stand in both are copied: names and set phrases are shorter.
const RUN: usize = 10;

/// How much of a text stands word for word in another, in percent of its characters, punctuation left out. Unlike
/// likeness it is one-sided: a short text copied from a long one is copied wholly.
///
/// ```
/// use domain::interpretation::copied;
/// let policy = "符合条件的农牧民，可以向所在苏木镇人民政府提出申请。";
/// assert_eq!(copied("符合条件的农牧民可以向所在苏木镇人民政府提出申请", policy), 100);
/// assert_eq!(copied("家里有草场的，带上身份证去镇里填一张表。", policy), 0);
/// ```
pub fn copied(text: &str, original: &str) -> u32 {
    let plain = |text: &str| -> Vec<char> {
        text.chars().filter_map(half_width).filter(|c| c.is_alphanumeric()).collect()
    };
    let (text, original) = (plain(text), plain(original));
    let runs: HashSet<&[char]> = original.windows(RUN).collect();
    let mut until = 0;
    let mut copied = 0;
    for (start, run) in text.windows(RUN).enumerate().filter(|(_, run)| runs.contains(run)) {
        copied += start + run.len() - until.max(start);
        until = start + run.len();
    }
    u32::try_from((copied * 100).checked_div(text.len()).unwrap_or(0)).unwrap_or(100)
}

/// The interpretation as clean HTML: a heading a section, a paragraph a line, what to do as a numbered list.
///
/// ```
/// use domain::interpretation::{Section, Structure, body};
/// let mut structure = Structure::default();
/// structure.set(Section::How, "1.填表\n2.交表");
/// assert_eq!(body(&structure), "<h2>怎么办</h2><ol><li>填表</li><li>交表</li></ol>");
/// ```
pub fn body(structure: &Structure) -> String {
    let mut body = String::new();
    for (section, text) in structure.sections() {
        body.push_str(&format!("<h2>{}</h2>", section.label()));
        let steps = steps(text);
        if section == Section::How && steps.len() > 1 {
            let items: Vec<String> =
                steps.iter().map(|step| format!("<li>{}</li>", crate::text::escaped(step))).collect();
            body.push_str(&format!("<ol>{}</ol>", items.concat()));
        } else {
            body.extend(lines(text).map(|line| format!("<p>{}</p>", crate::text::escaped(line))));
        }
    }
    body
}

/// The sections of a page made by [`body`], after something was put right in it.
///
/// ```
/// use domain::interpretation::{Section, read_body};
/// let structure = read_body("<h2>怎么办</h2><ol><li>填表</li><li>交表</li></ol><h2>联系谁</h2><p>甲&amp;乙</p>");
/// assert_eq!(structure.get(Section::How), "填表\n交表");
/// assert_eq!(structure.get(Section::Contact), "甲&乙");
/// ```
pub fn read_body(body: &str) -> Structure {
    let mut structure = Structure::default();
    for (heading, rest) in body.split("<h2>").filter_map(|part| part.split_once("</h2>")) {
        let Some(section) = Section::ALL.iter().find(|section| section.label() == heading) else { continue };
        let text = Disclosure { body: rest.to_owned(), ..Disclosure::default() }.text();
        structure.set(*section, &text);
    }
    structure
}

/// The one-page handout (明白纸): what people ask first comes first; why and on what it rests is left to the page.
pub fn handout(structure: &Structure) -> Vec<(Section, &str)> {
    let order = [Section::Beneficiaries, Section::Content, Section::How, Section::When, Section::Contact];
    order
        .into_iter()
        .map(|section| (section, structure.get(section)))
        .filter(|(_, text)| !text.is_empty())
        .collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;

    pub(in crate::interpretation) fn structure() -> Structure {
        let mut structure = Structure::default();
        for (section, text) in [
            (Section::Background, "近年来草场退化，牧民反映补助发得晚。"),
            (Section::Basis, "《示例办法》（示例发〔2020〕1号）"),
            (Section::Content, "每亩补助多了，发放时间提前了。"),
            (Section::Beneficiaries, "承包草场并签了禁牧合同的牧户。"),
            (Section::How, "1.到嘎查填表\n2.苏木镇核实\n3.打到一卡通"),
            (Section::When, "2020年10月1日起。"),
            (Section::Contact, "示例旗农牧局，0477-0000000，工作日8:30—17:30。"),
        ] {
            structure.set(section, text);
        }
        structure
    }

    fn codes(structure: &Structure, policy: &str) -> Vec<(Section, String)> {
        let found = check(structure, policy, &Rules::builtin().unwrap());
        found.into_iter().map(|(section, finding)| (section, finding.code.into_owned())).collect()
    }

    #[test]
    fn a_sound_one_is_left_alone_and_each_gap_is_named() {
        let policy = "第一条 为了保护草原生态，规范补助发放，根据有关规定，制定本办法。";
        assert_eq!(codes(&structure(), policy), []);
        for section in Section::ALL {
            let mut less = structure();
            less.set(*section, " \n ");
            let code = if section.is_required() { "interpretation-missing" } else { "interpretation-half" };
            assert_eq!(codes(&less, policy), [(*section, code.to_owned())], "{section:?}");
        }
        let mut vague = structure();
        vague.set(Section::Contact, "请到窗口咨询");
        assert_eq!(codes(&vague, policy), [(Section::Contact, "interpretation-no-phone".to_owned())]);
    }

    #[test]
    fn a_digest_of_the_policy_is_told() {
        let clause = "符合禁牧条件的草场承包户，按照每亩七元五角的标准发放禁牧补助，补助资金由旗财政局通过一卡通发放到户。";
        let mut digest = structure();
        digest.set(Section::Content, &clause.repeat(4));
        let policy = format!("第一条 总则。\n第二条 {clause}\n第三条 附则。");
        assert_eq!(codes(&digest, &policy), [(Section::Content, "interpretation-digest".to_owned())]);
        assert_eq!(codes(&digest, ""), []);
    }

    #[test]
    fn own_words_between_copied_ones_are_own() {
        let (policy, own) = ("天地玄黄宇宙洪荒日月盈昃辰宿列张", "寒来暑往秋收冬藏");
        let (first, last) = ("天地玄黄宇宙洪荒日月盈昃", "宇宙洪荒日月盈昃辰宿列张");
        assert_eq!(copied(&format!("{first}{own}{last}"), policy), 75);
        assert_eq!(copied(&format!("{first}，辰宿列张"), policy), 100);
    }

    #[test]
    fn a_handout_that_does_not_fit_is_told() {
        let mut long = structure();
        long.set(Section::Content, &"说得太多。".repeat(HANDOUT_CHARACTERS / 5));
        assert_eq!(codes(&long, ""), [(Section::Content, "interpretation-long".to_owned())]);
        let sections: Vec<Section> = handout(&structure()).into_iter().map(|(section, _)| section).collect();
        assert_eq!(sections[0], Section::Beneficiaries);
        assert!(!sections.contains(&Section::Background));
    }

    proptest! {
        /// Whatever is written, the page has it all, and nothing of it is markup.
        #[test]
        fn the_page_loses_nothing(texts in proptest::collection::vec("[a-z<>&\"'甲乙。 \n]{0,40}", 7)) {
            let mut structure = Structure::default();
            for (section, text) in Section::ALL.iter().zip(&texts) {
                structure.set(*section, text);
            }
            let page = Disclosure { body: body(&structure), ..Disclosure::default() }.text();
            let all = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            let said: String =
                structure.sections().map(|(section, text)| format!("{}{text}", section.label())).collect();
            prop_assert_eq!(all(&page), all(&said));
        }

        /// What was made of the sections is read back as what they say.
        #[test]
        fn the_page_is_read_back(texts in proptest::collection::vec("[a-z<>&甲乙。]{0,20}(\n[a-z<>&甲乙。]{1,20})?", 7)) {
            let mut structure = Structure::default();
            for (section, text) in Section::ALL.iter().zip(&texts) {
                structure.set(*section, text);
            }
            prop_assert_eq!(read_body(&body(&structure)), structure);
        }

        /// Copying is measured between nothing and all, and a text is wholly its own copy.
        #[test]
        fn copying_is_a_percentage(one in "[甲乙丙丁]{0,60}", other in "[甲乙丙丁]{0,60}") {
            prop_assert!(copied(&one, &other) <= 100);
            let expected = if one.chars().count() >= RUN { 100 } else { 0 };
            prop_assert_eq!(copied(&one, &one), expected);
        }
    }
}
