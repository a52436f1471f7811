//! The index as its callers see it: what people type and what they should find, filters and counts, a process killed at
//! any time, directories in any state.
#![expect(clippy::unwrap_used, reason = "helpers of tests may end on any fault")]

use proptest::prelude::*;
use search::{Document, Filters, Index, Query, Sort, State, Vocabulary};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::{Arc, LazyLock};

fn document(id: i64, title: &str, body: &str) -> Document {
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
        published_on: "2026-05-15".parse().unwrap(),
    }
}

fn filled(documents: &[Document]) -> Index {
    let index = Index::in_memory().unwrap();
    fill(&index, documents, 1);
    index
}

fn fill(index: &Index, documents: &[Document], sequence: i64) {
    let mut writer = index.writer().unwrap();
    for document in documents {
        writer.put(document).unwrap();
    }
    writer.commit(sequence).unwrap();
}

fn asked(words: &str) -> Query {
    Query { words: words.to_owned(), ..Query::default() }
}

fn ids(index: &Index, query: &Query) -> Vec<i64> {
    index.search(query).unwrap().hits.iter().map(|hit| hit.id).collect()
}

#[derive(Deserialize)]
struct Recall {
    case: Vec<Case>,
    bodies: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Case {
    query: String,
    title: String,
}

#[test]
fn people_find_what_they_look_for() {
    let recall: Recall = toml::from_str(include_str!("recall.toml")).unwrap();
    let titles: BTreeSet<&str> = recall.case.iter().map(|case| case.title.as_str()).collect();
    let mut documents: Vec<Document> = (1..)
        .zip(&titles)
        .map(|(id, title)| document(id, title, recall.bodies.get(*title).map_or("", String::as_str)))
        .collect();
    for document in &mut documents {
        if document.title.starts_with("关于加强安全生产") {
            document.document_number = "示政发〔2024〕15号".to_owned();
        }
        if document.title.starts_with("住房公积金") {
            document.index_number = "15062600-012/2024-00007".to_owned();
        }
    }
    assert!(recall.bodies.keys().all(|title| titles.contains(title.as_str())));
    assert!(recall.case.len() >= 40);
    let index = filled(&documents);
    index.set_vocabulary(Arc::new(Vocabulary::new(["示例旗民政局", "乌兰示例嘎查"])));
    let mut missed = Vec::new();
    for case in &recall.case {
        let hits = ids(&index, &asked(&case.query));
        let titles =
            hits.iter().take(3).filter_map(|id| documents.iter().find(|document| document.id == *id));
        let titles: Vec<&str> = titles.map(|document| document.title.as_str()).collect();
        if !titles.contains(&case.title.as_str()) {
            missed.push(format!("{} -> {} but {titles:?}", case.query, case.title));
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn filters_narrow_and_facets_count() {
    let mut documents = Vec::new();
    for id in 0..30 {
        let mut one = document(id, "政务公开", "");
        one.unit = id % 3;
        one.year = 2020 + i16::try_from(id % 5).unwrap();
        one.sector = (id % 2 == 0).then(|| "social-assistance".to_owned());
        one.kind = if id < 10 { "policy" } else { "disclosure" }.to_owned();
        one.validity = if id == 7 { "repealed" } else { "valid" }.to_owned();
        one.topics = if id < 4 { vec!["elderly".to_owned(), "farmers".to_owned()] } else { Vec::new() };
        one.published_on = jiff::civil::date(one.year, 1, 1);
        documents.push(one);
    }
    let index = filled(&documents);
    let total = |filters: Filters| {
        let by_words = index.search(&Query { filters: filters.clone(), ..asked("公开") }).unwrap().total;
        let without = index.search(&Query { filters, ..asked("") }).unwrap().total;
        assert_eq!(by_words, without);
        without
    };
    assert_eq!(total(Filters { units: vec![0, 2, 99], ..Filters::default() }), 20);
    assert_eq!(total(Filters { sectors: vec!["social-assistance".to_owned()], ..Filters::default() }), 15);
    assert_eq!(total(Filters { year_from: Some(2021), year_to: Some(2022), ..Filters::default() }), 12);
    assert_eq!(total(Filters { year_from: Some(2024), ..Filters::default() }), 6);
    assert_eq!(total(Filters { year_from: Some(2024), year_to: Some(2020), ..Filters::default() }), 0);
    assert_eq!(total(Filters { kinds: vec!["policy".to_owned()], ..Filters::default() }), 10);
    assert_eq!(total(Filters { validities: vec!["repealed".to_owned()], ..Filters::default() }), 1);
    assert_eq!(total(Filters { topics: vec!["farmers".to_owned()], ..Filters::default() }), 4);
    let both = Filters { units: vec![0], kinds: vec!["policy".to_owned()], ..Filters::default() };
    assert_eq!(total(both), 4);

    let facets = index.search(&Query { facets: true, ..asked("公开") }).unwrap().facets.unwrap();
    assert_eq!(facets.units, [(0, 10), (1, 10), (2, 10)]);
    assert_eq!(facets.years, [(2024, 6), (2023, 6), (2022, 6), (2021, 6), (2020, 6)]);
    assert_eq!(facets.sectors, [("social-assistance".to_owned(), 15)]);
    assert_eq!(facets.kinds, [("disclosure".to_owned(), 20), ("policy".to_owned(), 10)]);
    assert_eq!(facets.validities, [("valid".to_owned(), 29), ("repealed".to_owned(), 1)]);
}

#[test]
fn pinyin_written_out_finds_titles() {
    let index = filled(&[document(1, "低保资金发放公示", ""), document(2, "住房公积金提取指南", "")]);
    for (typed, found) in [("dibao", 1), ("DiBao", 1), ("gongjijin", 2), ("zijin", 1)] {
        assert_eq!(ids(&index, &asked(typed)), [found], "{typed}");
    }
    assert_eq!(ids(&index, &asked("baodi")), [0_i64; 0]);
    assert_eq!(index.suggest("dibao", 5).unwrap()[0].id, 1);
}

#[test]
fn nothing_is_meant_that_finds_nothing() {
    let mut one = document(1, "依申请公开指南", "");
    one.document_number = "乌政发〔2020〕10号".to_owned();
    let index = filled(&[one]);
    assert_eq!(index.search(&asked("依申请工开")).unwrap().did_you_mean.as_deref(), Some("依申请公开"));
    let filters = Filters { units: vec![99], ..Filters::default() };
    let elsewhere = index.search(&Query { filters, ..asked("依申请工开") }).unwrap();
    assert_eq!(elsewhere.did_you_mean, None, "there is nothing of it in that unit");
    assert_eq!(index.search(&asked("乌政法〔2020〕10号")).unwrap().did_you_mean, None);
}

#[test]
fn what_is_no_longer_in_force_comes_after_what_is() {
    let mut repealed = document(1, "临时救助工作办法", "临时救助，临时救助，临时救助。");
    repealed.validity = "repealed".to_owned();
    repealed.document_number = "乌民发〔2017〕21号".to_owned();
    let mut in_force = document(2, "关于做好救助工作的意见", "临时救助由民政部门负责。");
    in_force.validity = "in_force".to_owned();
    let index = filled(&[repealed, in_force]);
    assert_eq!(ids(&index, &asked("临时救助")), [2, 1]);
    assert_eq!(ids(&index, &asked("乌民发〔2017〕21号")), [1], "it can be found by its number");
}

#[test]
fn pages_go_from_the_newest_and_end() {
    let mut documents: Vec<Document> = (0..25).map(|id| document(id, "公开", "")).collect();
    documents[3].published_on = jiff::civil::date(2027, 1, 1);
    let index = filled(&documents);
    let page = |page| ids(&index, &Query { sort: Sort::Newest, page, ..asked("公开") });
    assert_eq!(page(1), [3, 24, 23, 22, 21, 20, 19, 18, 17, 16]);
    assert_eq!(page(3), [5, 4, 2, 1, 0].into_iter().collect::<Vec<_>>());
    assert_eq!(page(4), Vec::<i64>::new());
    assert_eq!(page(usize::MAX), Vec::<i64>::new());
    assert_eq!(page(0), page(1));
    // The newer of two that say the same comes first.
    assert_eq!(ids(&index, &asked("公开"))[0], 3);
    let hit = index.search(&asked("公开")).unwrap().hits.swap_remove(0);
    assert_eq!(hit.published_on, Some(jiff::civil::date(2027, 1, 1)));
}

#[test]
fn titles_weigh_more_and_attachments_are_found_and_shown() {
    let mut attached = document(3, "公告", "见附件");
    attached.attachments = "草畜平衡责任书<样本>".to_owned();
    let index = filled(&[document(1, "通知", "供热"), document(2, "供热", "通知"), attached]);
    assert_eq!(ids(&index, &asked("供热")), [2, 1]);
    let hit = index.search(&asked("平衡责任")).unwrap().hits.swap_remove(0);
    assert_eq!((hit.id, hit.title.as_str()), (3, "公告"));
    assert_eq!(
        hit.snippet,
        "草畜<mark>平衡</mark><mark>责任</mark>书&lt;样本&gt;".replace("</mark><mark>", "")
    );
}

#[test]
fn what_was_not_committed_never_happened_and_can_be_given_again() {
    let folder = tempfile::tempdir().unwrap();
    let opened = Index::open(folder.path()).unwrap();
    assert_eq!((opened.state, opened.sequence), (State::Missing, None));
    fill(&opened.index, &[document(1, "一", ""), document(2, "二", ""), document(3, "三", "")], 5);
    // Changes 6 to 8: killed before the commit.
    let changes = |index: &Index| {
        let mut writer = index.writer().unwrap();
        writer.put(&document(2, "改", "")).unwrap();
        writer.delete(3);
        writer.put(&document(4, "四", "")).unwrap();
        writer
    };
    drop(changes(&opened.index));
    drop(opened);
    let opened = Index::open(folder.path()).unwrap();
    assert_eq!((opened.state, opened.sequence, opened.index.documents()), (State::Whole, Some(5), 3));
    assert_eq!(ids(&opened.index, &asked("二")), [2]);
    // Given twice, as a reader of the journal does when in doubt.
    for _ in 0..2 {
        changes(&opened.index).commit(8).unwrap();
    }
    drop(opened);
    let opened = Index::open(folder.path()).unwrap();
    assert_eq!((opened.state, opened.sequence, opened.index.documents()), (State::Whole, Some(8), 3));
    let mut all = ids(&opened.index, &asked(""));
    all.sort_unstable();
    assert_eq!(all, [1, 2, 4]);
    assert_eq!(ids(&opened.index, &asked("二")), Vec::<i64>::new());
    assert_eq!(ids(&opened.index, &asked("改")), [2]);
}

#[test]
fn a_rebuild_shows_the_old_until_it_is_committed() {
    let index = filled(&[document(1, "旧", "")]);
    let mut writer = index.writer().unwrap();
    writer.put(&document(9, "未提交", "")).unwrap();
    writer.clear().unwrap();
    for title in ["新", "更新"] {
        writer.put(&document(2, title, "")).unwrap();
    }
    assert_eq!(ids(&index, &asked("")), [1]);
    writer.commit(2).unwrap();
    assert_eq!(ids(&index, &asked("")), [2]);
    assert_eq!(index.search(&asked("更新")).unwrap().total, 1);
    writer.put(&document(3, "三", "")).unwrap();
    writer.rollback().unwrap();
    writer.commit(3).unwrap();
    assert_eq!(ids(&index, &asked("")), [2]);
}

#[test]
fn one_writer_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let index = Index::open(folder.path()).unwrap().index;
    let writer = index.writer().unwrap();
    assert!(matches!(index.writer(), Err(search::Error::Busy)));
    drop(writer);
    assert!(index.writer().is_ok());
}

/// The files of an index, largest first.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder.join("fulltext")).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries.filter(|path| !path.to_string_lossy().ends_with(".lock")).collect();
    files.sort_by_key(|path| std::cmp::Reverse(fs::metadata(path).unwrap().len()));
    files
}

#[test]
fn what_is_damaged_or_of_another_version_is_told_as_empty() {
    type Harm = fn(&Path);
    let harms: [(&str, Harm, &[State]); 6] = [
        (
            "no list of segments",
            |folder| fs::remove_file(folder.join("fulltext/meta.json")).unwrap(),
            &[State::Damaged],
        ),
        (
            "a torn list",
            |folder| fs::write(folder.join("fulltext/meta.json"), "{\"segm").unwrap(),
            &[State::Damaged],
        ),
        (
            "bytes",
            |folder| fs::write(folder.join("fulltext/meta.json"), [0xff, 0, 1]).unwrap(),
            &[State::Damaged],
        ),
        (
            "empty files",
            |folder| files(folder).iter().for_each(|file| fs::write(file, "").unwrap()),
            &[State::Damaged],
        ),
        (
            "missing files",
            |folder| {
                let files = files(folder);
                let segments = files.iter().filter(|file| file.extension().is_some_and(|end| end != "json"));
                segments.for_each(|file| fs::remove_file(file).unwrap());
            },
            &[State::Damaged],
        ),
        (
            "another version",
            |folder| {
                let path = folder.join("fulltext/meta.json");
                let meta = fs::read_to_string(&path).unwrap();
                assert!(meta.contains(":7\""), "{meta}");
                fs::write(path, meta.replace(":7\"", "x:7\"")).unwrap();
            },
            &[State::OtherVersion],
        ),
    ];
    for (what, harm, states) in harms {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("of another"), "kept").unwrap();
        fill(&Index::open(folder.path()).unwrap().index, &[document(1, "一", "")], 7);
        harm(folder.path());
        let opened = Index::open(folder.path()).unwrap();
        assert!(states.contains(&opened.state), "{what}: {:?}", opened.state);
        assert_eq!((opened.sequence, opened.index.documents()), (None, 0), "{what}");
        fill(&opened.index, &[document(1, "一", "")], 8);
        drop(opened);
        assert_eq!(Index::open(folder.path()).unwrap().sequence, Some(8), "{what}");
        assert!(folder.path().join("of another").exists());
    }
    // A file stands where the directory should be.
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("fulltext"), "").unwrap();
    assert!(matches!(Index::open(folder.path()), Err(search::Error::Directory(_))));
}

#[test]
fn a_query_of_ten_megabytes_is_read_at_its_beginning() {
    let index = filled(&[document(1, "依申请公开", "")]);
    let words = format!("依申请公开 {}", "\"(公开 ".repeat(2_000_000));
    assert_eq!(index.search(&asked(&words)).unwrap().hits.len(), 1);
    assert_eq!(index.suggest(&words, 5).unwrap().len(), 0);
    assert_eq!(index.suggest("依申请", 5).unwrap().len(), 1);
}

static SHARED: LazyLock<Index> = LazyLock::new(|| {
    filled(&[
        document(1, "依申请公开办理流程", "申请人在2020年10月底前提交材料，共3份。"),
        document(2, "最低生活保障对象公示", "低保对象：见附件"),
        document(3, "部门预算", "按GB9704执行 abc ABC def"),
    ])
});

proptest! {
    #[test]
    fn no_query_fails(words in "[依申请公开低保\"“”「」()\\[\\]〔〕号年2010 a-dA-D:^~*+/\\-\u{0}\u{202e}㈱Ⅷ😀]{0,40}", page in 0_usize..3) {
        SHARED.search(&Query { page, facets: true, ..asked(&words) }).unwrap();
        SHARED.suggest(&words, 3).unwrap();
    }

    #[test]
    fn no_string_fails(words in any::<String>()) {
        SHARED.search(&asked(&words)).unwrap();
        SHARED.suggest(&words, 3).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    /// A phrase is found exactly where it stands, wherever it is cut out: all short parts of all texts.
    #[test]
    fn every_part_of_a_text_is_found_as_a_phrase(
        texts in proptest::collection::vec("[依申请公开的2a ，。]{0,14}", 4..12),
    ) {
        let documents: Vec<Document> = (0..).zip(&texts).map(|(id, text)| document(id, "", text)).collect();
        let index = filled(&documents);
        let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        let mut parts = BTreeSet::new();
        for text in &texts {
            // Runs of letters and digits are words and signs are all alike: parts of Chinese characters are compared.
            for run in bare(text).split(|c: char| !('\u{4e00}'..='\u{9fff}').contains(&c)) {
                let run: Vec<char> = run.chars().collect();
                parts.extend((1..6).flat_map(|length| run.windows(length)).map(String::from_iter));
            }
        }
        for part in parts {
            let query = Query { page_size: 50, sort: Sort::Newest, ..asked(&format!("\"{part}\"")) };
            let mut found = ids(&index, &query);
            found.sort_unstable();
            let holding = documents.iter().filter(|one| bare(&one.body).contains(&part));
            let expected: Vec<i64> = holding.map(|one| one.id).collect();
            prop_assert_eq!(found, expected, "{} in {:?}", part, &texts);
        }
    }
}
