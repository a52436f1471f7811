//! The interpretations of the demonstration (示例数据): one policy file goes out with its own, made of sections, as a picture and
//! a handout; one goes out before its own with a reason; the others need none.

use super::disclosures::{Teller, begin, to};
use anyhow::Result;
use domain::disclosure::state::State;
use domain::disclosure::{Disclosure, Kind};
use domain::interpretation::{Form, Need, Scheme, Section, Structure};
use domain::unit::UnitId;
use jiff::civil::Date;

/// The policy file that goes out with its interpretation.
const EXPLAINED: &str = "乌民发〔2020〕26号";
/// The one whose interpretation follows.
const AHEAD: &str = "乌教发〔2020〕30号";

/// How a policy file is to be interpreted.
pub(super) fn scheme(number: &str, unit: UnitId) -> Scheme {
    let whole = Scheme::of(unit);
    match number {
        EXPLAINED => Scheme { forms: vec![Form::Text, Form::Diagram], ..whole },
        AHEAD => Scheme {
            alone: "新学期招生在即，文件先行公布，解读随后公开（示例数据）。".to_owned(),
            ..whole
        },
        _ => {
            let reason = "文件在本平台启用前已经印发，解读见原公布渠道（示例数据）。".to_owned();
            Scheme { need: Some(Need::NotNeeded { reason }), forms: Vec::new(), ..whole }
        }
    }
}

const SECTIONS: [(Section, &str); 7] = [
    (
        Section::Background,
        "有些家庭遇到大病、意外，一时周转不开，以前救助要等一个月左右，群众反映来得慢。新办法把小额救助交给苏木镇直接办，先救助、后补手续。本页为示例数据，不作为办事依据。",
    ),
    (Section::Basis, "《社会救助暂行办法》\n上级关于进一步加强和改进临时救助工作的意见（示例）"),
    (
        Section::Content,
        "小额救助由苏木镇审批，当天就能发。\n外来人员在本旗遇到急难的，也能就地申请。\n救助金额按困难程度分三档，最高一档比以前多一半。",
    ),
    (
        Section::Beneficiaries,
        "因火灾、车祸、大病等突然遇到难处，基本生活过不下去的家庭和个人。\n已经领低保的，遇到急难也可以申请。",
    ),
    (
        Section::How,
        "1.带身份证到嘎查村或者苏木镇便民服务站填表\n2.苏木镇1个工作日内入户看情况\n3.小额的当天发放，其余报旗民政局审批\n4.钱打到一卡通，结果在嘎查村公示栏公示",
    ),
    (Section::When, "2020年7月20日起施行。以前受理、还没有办完的，按新办法办。"),
    (Section::Contact, "乌审旗民政局社会救助股（示例），0477-0000020，工作日8:30—12:00，14:30—17:30。"),
];

/// Writes the interpretation of a policy file that is to go out with it, as far as its approval.
pub(super) async fn prepare(
    teller: &Teller<'_>,
    (policy, unit): (i64, UnitId),
    content: &Disclosure,
    formed_on: Date,
) -> Result<()> {
    if content.document_number != EXPLAINED {
        return Ok(());
    }
    let mut structure = Structure::default();
    for (section, text) in SECTIONS {
        structure.set(section, text);
    }
    let title = content.title.trim_end_matches("（示例数据）");
    let interpretation = Disclosure {
        title: format!("一图读懂《{title}》（示例数据）"),
        kind: Kind::Interpretation,
        subject: content.subject.clone(),
        formed_on: Some(formed_on),
        keywords: vec!["临时救助".to_owned(), "政策解读".to_owned()],
        summary: "临时救助谁能申请、怎么申请、多少天到账。".to_owned(),
        interprets: vec![policy],
        interpretation: Some(structure),
        ..Disclosure::default()
    };
    let id = begin(teller, unit, interpretation).await?;
    to(teller, id, State::Approved).await
}
