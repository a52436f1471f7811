//! The letters a request takes: every shipped template with every outcome, and what is refused.
#![expect(clippy::unwrap_used, reason = "in a test, a panic is the answer")]

use domain::letter::{Block, Letter};
use domain::request::{Fields, LetterKind, Outcome, Remedies, RenderError, Template, TemplateError, render};
use domain::rule::Rules;
use jiff::civil::date;
use std::collections::{BTreeMap, BTreeSet};

fn templates() -> BTreeMap<LetterKind, Template> {
    Template::builtin().unwrap().into_iter().map(|template| (template.kind, template)).collect()
}

fn fields(kind: LetterKind, outcome: Option<Outcome>) -> Fields {
    let automatic = kind.automatic();
    let by_hand = kind.fields().into_iter().filter(|name| !automatic.contains(name));
    Fields {
        agency: "示例局".into(),
        number: Some("示公复〔2026〕3号".into()),
        date: date(2026, 11, 25),
        outcome,
        values: by_hand.map(|name| (name.to_owned(), format!("〈{name}〉"))).collect(),
        sample: true,
    }
}

fn text(letter: &Letter) -> String {
    let words = letter.body.iter().map(|block| match block {
        Block::Paragraph(paragraph) => format!("{}{}", paragraph.heading, paragraph.text),
        Block::Facts(facts) => facts.iter().map(|fact| format!("{}：{}", fact.name, fact.value)).collect(),
    });
    words.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_letter_has_a_template_that_uses_all_its_own_fields() {
    let (templates, rules) = (templates(), Rules::builtin().unwrap());
    assert_eq!(templates.keys().copied().collect::<BTreeSet<_>>(), LetterKind::ALL.iter().copied().collect());
    for kind in LetterKind::ALL {
        let told = kind.outcomes();
        let outcomes = if told.is_empty() { vec![None] } else { told.into_iter().map(Some).collect() };
        for outcome in outcomes {
            let letter = render(*kind, &fields(*kind, outcome), &templates[kind], &rules).unwrap();
            let text = text(&letter) + letter.addressee.as_deref().unwrap_or_default();
            for name in kind.own_fields() {
                assert!(text.contains(&format!("〈{name}〉")), "{kind:?} leaves out {name}");
            }
            assert!(!text.contains("{{") && !text.contains("。。") && !text.contains("，。"), "{text}");
            assert_eq!(letter.title, kind.label());
            if let Some(outcome) = outcome {
                let article =
                    if outcome == Outcome::Other { "〈适用条款〉" } else { outcome.article() };
                assert!(text.contains(article), "{text}");
                assert!(text.contains("60日内向〈复议机关〉申请行政复议"), "{text}");
                let first = outcome.remedies() == Remedies::ReviewFirst;
                assert_eq!(text.contains("应当先申请行政复议"), first, "{outcome:?}");
                assert_eq!(text.contains("6个月内向〈管辖法院〉提起行政诉讼"), !first, "{outcome:?}");
                let notice = kind.label().contains("告知书");
                assert_eq!(text.contains("如不服本告知，"), notice, "{kind:?}");
                assert_eq!(text.contains("如不服本答复，"), !notice, "{kind:?}");
            }
        }
    }
}

#[test]
fn a_refusal_reads_as_offices_write() {
    let kind = LetterKind::ReplyRefused;
    let mut fields = fields(kind, Some(Outcome::ThirdParty));
    for (name, value) in [
        ("申请人", "张某某（示例）"),
        ("收到日期", "2026年10月9日"),
        ("申请编号", "2026-007"),
        ("申请内容", "某企业检测报告"),
        ("不予公开理由", "该信息属于商业秘密，第三方不同意公开且有合理理由"),
        ("复议机关", "某某旗人民政府"),
        ("管辖法院", "某某旗人民法院"),
    ] {
        fields.values.insert(name.into(), value.into());
    }
    let letter = render(kind, &fields, &templates()[&kind], &Rules::builtin().unwrap()).unwrap();
    insta::assert_snapshot!(text(&letter), @r"
    本机关于2026年10月9日收到你（单位）提出的政府信息公开申请（编号：2026-007），申请内容为：某企业检测报告。
    经审查，你（单位）申请公开的信息涉及商业秘密、个人隐私等，公开会对第三方合法权益造成损害。理由：该信息属于商业秘密，第三方不同意公开且有合理理由。
    根据《中华人民共和国政府信息公开条例》第十五条、第三十二条、第三十六条第三项的规定，本机关决定不予公开。
    如不服本答复，根据《中华人民共和国行政复议法》第二十三条第一款第四项的规定，应当先申请行政复议：可以自收到本答复之日起60日内向某某旗人民政府申请行政复议；对行政复议决定不服的，可以自收到行政复议决定书之日起15日内向某某旗人民法院提起行政诉讼。
    ");
    assert_eq!((letter.addressee.as_deref(), letter.signature.as_str()), (Some("张某某（示例）"), "示例局"));
}

#[test]
fn whoever_is_written_to_has_the_whole_period_of_the_law() {
    let (templates, rules) = (templates(), Rules::builtin().unwrap());
    let written = |kind| text(&render(kind, &fields(kind, None), &templates[&kind], &rules).unwrap());
    assert!(written(LetterKind::FeeNotice).contains("请自收到本通知次日起20个工作日内缴纳"));
    assert!(written(LetterKind::ThirdPartyOpinion).contains("请自收到本意见书之日起15个工作日内书面提出"));
    let agency = written(LetterKind::AgencyOpinion);
    assert!(agency.contains("15个工作日内") && agency.contains("逾期未提出的，视为同意公开"), "{agency}");
    let third = written(LetterKind::ThirdPartyDecision);
    assert!(third.contains("自收到本告知书之日起60日内向〈复议机关〉申请行政复议"), "{third}");
    assert!(
        !written(LetterKind::ConsultationNotice).contains("不计算在答复期限内"),
        "the case says so, or not"
    );
}

#[test]
fn fields_of_the_outcome_are_offered_where_there_is_one() {
    for kind in LetterKind::ALL {
        let (fields, told) = (kind.fields(), !kind.outcomes().is_empty());
        for name in ["处理情形", "依据条款"] {
            assert_eq!(fields.contains(&name), told, "{kind:?} {name}");
        }
        assert_eq!(fields.contains(&"救济途径"), kind.has_remedies(), "{kind:?}");
    }
    assert!(!LetterKind::Receipt.fields().contains(&"救济途径"));
}

#[test]
fn the_agency_in_charge_is_named_where_it_can_be_told() {
    let kind = LetterKind::ReplyNotResponsible;
    let mut given = fields(kind, Some(Outcome::NotResponsible));
    let (templates, rules) = (templates(), Rules::builtin().unwrap());
    let made = |fields: &Fields| text(&render(kind, fields, &templates[&kind], &rules).unwrap());
    assert!(made(&given).contains("现予告知。负责公开该信息的机关：〈负责机关〉。"), "{}", made(&given));
    given.values.insert("负责机关".into(), String::new());
    assert!(made(&given).contains("现予告知。\n如不服"), "{}", made(&given));
}

#[test]
fn what_is_missing_or_unknown_is_named() {
    let (templates, rules) = (templates(), Rules::builtin().unwrap());
    let kind = LetterKind::ReplyGranted;
    let whole = fields(kind, Some(Outcome::Granted));
    let made = |fields: &Fields| render(kind, fields, &templates[&kind], &rules);

    let mut short = whole.clone();
    short.values.remove("复议机关");
    short.values.insert("提供方式".into(), " ".into());
    assert_eq!(made(&short), Err(RenderError::Unfilled(vec!["复议机关".into(), "提供方式".into()])));

    let mut more = whole.clone();
    more.values.insert("申请用途".into(), "科研".into());
    more.values.insert("救济途径".into(), "无".into());
    assert_eq!(
        made(&more).unwrap_err().to_string(),
        "“政府信息公开申请答复书（予以公开）”没有这些内容：救济途径、申请用途。请核对名称。"
    );
    assert_eq!(
        made(&Fields { outcome: Some(Outcome::NotHeld), ..whole.clone() }),
        Err(RenderError::Outcome(kind))
    );
    assert_eq!(made(&Fields { outcome: None, ..whole.clone() }), Err(RenderError::Outcome(kind)));
    assert_eq!(made(&Fields { agency: " ".into(), ..whole.clone() }), Err(RenderError::NoAgency));
    let other = render(LetterKind::Receipt, &whole, &templates[&kind], &rules);
    assert!(matches!(other, Err(RenderError::Template { .. })));
}

#[test]
fn an_office_may_write_its_own_and_mistakes_are_answered() {
    let own = |body: &str| {
        Template::parse(&format!(
            "[[template]]\nkind = 'receipt'\naddressee = '{{{{申请人}}}}'\nbody = '{body}'\n"
        ))
    };
    let template = own("已收到{{申请编号}}，{{文书日期}}。").unwrap().remove(0);
    let mut given = fields(LetterKind::Receipt, None);
    given.values.insert("申请编号".into(), "{{联系人}}".into());
    let letter = render(LetterKind::Receipt, &given, &template, &Rules::builtin().unwrap()).unwrap();
    assert_eq!(text(&letter), "已收到{{联系人}}，2026年11月25日。", "what was put in is not looked at again");

    assert_eq!(
        own("用途：{{申请用途}}").unwrap_err(),
        TemplateError::Unknown { kind: LetterKind::Receipt, names: vec!["申请用途".into()] }
    );
    assert_eq!(own("{{申请编号").unwrap_err(), TemplateError::Open(LetterKind::Receipt));
    assert_eq!(own(" ").unwrap_err(), TemplateError::Length(LetterKind::Receipt));
    assert_eq!(
        Template::parse("[[template]]\nkind = 'letter'\n").unwrap_err(),
        TemplateError::Syntax { line: 2 }
    );
    let twice = "[[template]]\nkind = 'receipt'\nbody = '收到'\n".repeat(2);
    assert_eq!(Template::parse(&twice).unwrap_err(), TemplateError::Twice(LetterKind::Receipt));
}
