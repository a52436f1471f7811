//! Questions to small indexes in memory.

use crate::{Document, Index, Query};
use std::sync::Arc;

/// A document of that title and text.
pub(super) fn document(id: i64, title: &str, body: &str) -> Document {
    Document {
        id,
        kind: "disclosure".to_owned(),
        title: title.to_owned(),
        body: body.to_owned(),
        attachments: String::new(),
        unit: 1,
        sector: None,
        topics: Vec::new(),
        year: 2026,
        validity: "valid".to_owned(),
        document_number: String::new(),
        index_number: String::new(),
        published_on: jiff::civil::date(2026, 5, 15),
    }
}

pub(super) fn index(documents: &[Document]) -> Index {
    let index = Index::in_memory().unwrap();
    let mut writer = index.writer().unwrap();
    for document in documents {
        writer.put(document).unwrap();
    }
    writer.commit(1).unwrap();
    index
}

pub(super) fn ids(index: &Index, words: &str) -> Vec<i64> {
    let answer = index.search(&Query { words: words.to_owned(), page_size: 50, ..Query::default() }).unwrap();
    answer.hits.iter().map(|hit| hit.id).collect()
}

fn sorted(index: &Index, words: &str) -> Vec<i64> {
    let mut ids = ids(index, words);
    ids.sort_unstable();
    ids
}

#[test]
fn phrases_stand_exactly_as_quoted() {
    let index = index(&[
        document(1, "依申请公开", ""),
        document(2, "", "主动公开和依申请公开目录，研究生命起源"),
        document(3, "", "依法申请，公开"),
        document(4, "", "2020年10月底前、GB9704"),
        document(5, "关于印发\n政务　公开通知", ""),
    ]);
    for (words, expected) in [
        ("\"依申请公开\"", vec![1, 2]),
        ("“申请公开”", vec![1, 2]),
        ("\"请公\"", vec![1, 2]),
        ("\"研究生\"", vec![2]),
        ("\"生命\"", vec![2]),
        ("\"申请，公开\"", vec![3]),
        ("\"申请、公开\"", vec![3]),
        ("\"10月底\"", vec![4]),
        ("\"年10月\"", vec![4]),
        ("\"2020年\"", vec![4]),
        ("\"0月\"", vec![]),
        ("\"gb9704\"", vec![4]),
        ("\"印发政务公开通\"", vec![5]),
        ("「公开通知」", vec![5]),
        ("\"知\"", vec![5]),
        ("\"通\"", vec![5]),
        ("\"目\"", vec![2]),
    ] {
        assert_eq!(sorted(&index, words), expected, "{words}");
    }
}

#[test]
fn words_are_joined_loosened_and_excluded() {
    let index = index(&[
        document(1, "最低生活保障申请条件", ""),
        document(2, "低保金发放公示", ""),
        document(3, "公租房申请条件", ""),
    ]);
    assert_eq!(sorted(&index, "低保"), [1, 2]);
    assert_eq!(sorted(&index, "低保怎么申请"), [1]);
    assert_eq!(sorted(&index, "怎么申请低保？"), [1]);
    assert_eq!(sorted(&index, "申请条件 -公租房"), [1]);
    assert_eq!(sorted(&index, "-申请"), [2]);
    let answer = index.search(&Query { words: "低保 公租房 发放".to_owned(), ..Query::default() }).unwrap();
    assert!(answer.loosened);
    assert_eq!((answer.total, answer.hits[0].id), (3, 2));
    assert_eq!(sorted(&index, ""), [1, 2, 3]);
    assert_eq!(sorted(&index, "（）*?:"), [1, 2, 3]);
}

#[test]
fn numbers_are_found_exactly() {
    let mut own = document(1, "实施方案", "正文");
    own.document_number = "乌政务发〔2020〕10号".to_owned();
    own.index_number = "15062600-012/2020-00001".to_owned();
    let mut near = document(2, "另一方案", "根据乌政务发〔2020〕10号文件");
    near.document_number = "乌政务发〔2020〕1号".to_owned();
    near.index_number = "15062600-012/2020-00010".to_owned();
    let index = index(&[own, near]);
    for typed in [
        "乌政务发〔2020〕10号",
        "乌政务发[2020]10号",
        "乌政务发（2020）10号",
        "乌政务发【2020】第10号",
        "乌政务发 〔2020〕 10号",
        "\"乌政务发(2020)10号\"",
    ] {
        assert_eq!(ids(&index, typed), [1, 2], "{typed}");
    }
    assert_eq!(ids(&index, "乌政务发〔2020〕1号"), [2]);
    assert_eq!(ids(&index, "〔2020〕1号"), [2]);
    assert_eq!(ids(&index, "15062600-012/2020-00001"), [1]);
    assert_eq!(ids(&index, "15062600-012／2020－00001"), [1]);
}

#[test]
fn initials_find_titles() {
    let index = index(&[document(1, "关于政务公开工作的通知", ""), document(2, "行政处罚", "政务公开")]);
    assert_eq!(ids(&index, "zwgk"), [1]);
    assert_eq!(ids(&index, "ZWGK"), [1]);
    assert_eq!(ids(&index, "xzcf"), [2]);
    assert_eq!(ids(&index, "zwgk 通知"), [1]);
    let titles =
        |typed: &str| index.suggest(typed, 5).unwrap().into_iter().map(|one| one.id).collect::<Vec<_>>();
    assert_eq!(titles("zwg"), [1]);
    assert_eq!(titles("行政"), [2]);
    assert_eq!(titles("政"), [2, 1]);
    assert_eq!(titles(""), Vec::<i64>::new());
}

#[test]
fn mistypes_are_corrected() {
    let vocabulary = Arc::new(crate::Vocabulary::new(["示例旗民政局"]));
    let index = index(&[
        document(1, "依申请公开办理流程", "申请人提交材料"),
        document(2, "最低生活保障对象公示", "公开低保对象"),
        document(3, "示例旗民政局部门预算", ""),
    ]);
    index.set_vocabulary(vocabulary);
    for (typed, expected) in [
        ("依申请工开", Some("依申请公开")),
        ("依申情工开", Some("依申请公开")),
        ("依申公开", Some("依申请公开")),
        ("依申请请公开", Some("依申请公开")),
        ("依请申公开", Some("依申请公开")),
        ("最低升活保障", Some("最低生活保障")),
        ("示例旗民正局", Some("示例旗民政局")),
        ("部门玉算", Some("部门预算")),
        ("依申请公开", None),
        ("低保对象", None),
        ("办理材料", None),
        ("xyz", None),
    ] {
        let answer = index.search(&Query { words: typed.to_owned(), ..Query::default() }).unwrap();
        assert_eq!(answer.did_you_mean.as_deref(), expected, "{typed}");
    }
}
