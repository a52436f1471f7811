//! Times of search beside bare tantivy with the same words over the same documents, and beside bare tantivy with words
//! of a dictionary, in one process and by turns: figures for people. A line a figure, tab-separated. The number of
//! documents may be given; 100,000 if not.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark prints its figures and may end on any fault"
)]

use jieba_rs::{Jieba, TokenizeMode};
use search::{Document, Index, Query, peer};
use std::collections::{BTreeMap, BTreeSet};
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{BooleanQuery, BoostQuery, Occur, PhraseQuery, TermQuery};
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, SchemaBuilder, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer};
use tantivy::{IndexReader, IndexWriter, TantivyDocument, Term};

const CHARACTERS: usize = 800;
const QUESTIONS: usize = 400;
/// Bytes and threads of the bare writers: what the crate's own writer has.
const BUDGET: usize = 100_000_000;
const THREADS: usize = 2;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let first = arguments.next().unwrap_or_else(|| "100000".to_owned());
    if first == "open" {
        return memory(Path::new(&arguments.next().unwrap()));
    }
    let count: usize = first.parse().unwrap();
    let clauses = clauses();
    let documents: Vec<Document> = (0..count).map(|number| document(number, &clauses)).collect();
    let characters: usize = documents.iter().map(|document| document.body.chars().count()).sum();
    println!("documents\t{count}\t{} characters each", characters / count);
    let folder = tempfile::tempdir().unwrap();
    let jieba = Arc::new(Jieba::new());

    let started = Instant::now();
    let index = Index::open(&folder.path().join("ours")).unwrap().index;
    let mut writer = index.writer().unwrap();
    for document in &documents {
        writer.put(document).unwrap();
    }
    writer.commit(1).unwrap();
    let ours = rate(count, started);
    drop(writer);
    let started = Instant::now();
    let pairs = TextAnalyzer::from(peer::words());
    let bare = Bare::build(&folder.path().join("same"), pairs, peer::phrase, &documents);
    let same = rate(count, started);
    let started = Instant::now();
    let cut = {
        let jieba = Arc::clone(&jieba);
        move |text: &str| {
            let words = jieba.tokenize(text, TokenizeMode::Default, false);
            words.into_iter().map(|word| (word.start, word.word.to_owned())).collect()
        }
    };
    let tokenizer = TextAnalyzer::from(Dictionary(Arc::clone(&jieba)));
    let dictionary = Bare::build(&folder.path().join("dictionary"), tokenizer, cut, &documents);
    let other = rate(count, started);
    println!("indexed by us\t{ours:.0}\tdocuments a second");
    println!("indexed by bare tantivy, same words\t{same:.0}\tdocuments a second");
    println!("indexed by bare tantivy, dictionary's words\t{other:.0}\tdocuments a second");
    println!("our rate over bare tantivy's, same words\t{:.2}\t", ours / same);
    println!("our rate over bare tantivy's, dictionary's words\t{:.2}\t", ours / other);
    for name in ["ours", "same", "dictionary"] {
        println!("size on disk, {name}\t{:.0}\tMB", size(&folder.path().join(name)));
    }
    index.vocabulary().load();
    for (what, questions) in questions(&documents, &jieba) {
        compare(what, &questions, &index, &bare, &dictionary);
    }
    mistyped(&documents, &index);
    drop((index, bare, dictionary));
    let program = std::env::current_exe().unwrap();
    let opened =
        std::process::Command::new(program).arg("open").arg(folder.path().join("ours")).output().unwrap();
    print!("{}", String::from_utf8(opened.stdout).unwrap());
}

/// Questions with a wrong character, for which the index looks what may have been meant.
fn mistyped(documents: &[Document], index: &Index) {
    let mut times = Vec::new();
    let mut helped = 0;
    for document in documents.iter().take(QUESTIONS / 4) {
        let clause = document.body.split(['，', '。']).find(|clause| clause.chars().count() >= 5);
        let words: String = clause
            .unwrap()
            .chars()
            .take(5)
            .enumerate()
            .map(|(at, c)| if at == 2 { '囧' } else { c })
            .collect();
        let started = Instant::now();
        let answer = index.search(&Query { words, ..Query::default() }).unwrap();
        times.push(started.elapsed().as_secs_f64() * 1_000.0);
        helped += usize::from(answer.did_you_mean.is_some());
    }
    times.sort_by(f64::total_cmp);
    let middle = times.get(times.len() / 2).unwrap();
    println!(
        "mistyped, us\tp50 {middle:.2} ms, most {:.2} ms\t{helped} of {} helped",
        times.last().unwrap(),
        times.len()
    );
}

/// Each question to each, by turns, twice; the first time warms.
fn compare(what: &str, questions: &[String], index: &Index, bare: &Bare, dictionary: &Bare) {
    let names =
        ["us, with snippets", "us, with snippets and facets", "bare, same words", "bare, dictionary's words"];
    let mut times: [Vec<f64>; 4] = Default::default();
    let mut found = [0_usize; 4];
    for round in 0..2 {
        times = Default::default();
        for question in questions {
            let phrase = what == "phrase";
            let words: Vec<&str> = question.split(' ').collect();
            let typed = if phrase { format!("\"{question}\"") } else { question.clone() };
            let ours = |facets| {
                index.search(&Query { words: typed.clone(), facets, ..Query::default() }).unwrap().total
            };
            let asked: [&dyn Fn() -> usize; 4] =
                [&|| ours(false), &|| ours(true), &|| bare.search(&words), &|| dictionary.search(&words)];
            for ((ask, times), found) in asked.iter().zip(&mut times).zip(&mut found) {
                let started = Instant::now();
                let total = black_box(ask());
                times.push(started.elapsed().as_secs_f64() * 1_000.0);
                *found += if round == 0 { total } else { 0 };
            }
        }
    }
    let mut late = Vec::new();
    for ((name, mut times), found) in names.iter().zip(times).zip(found) {
        times.sort_by(f64::total_cmp);
        let at = |share: usize| {
            times.get((times.len() * share / 100).min(times.len() - 1)).copied().unwrap_or(0.0)
        };
        println!(
            "{what}, {name}\tp50 {:.2} ms, p99 {:.2} ms\t{} found on average",
            at(50),
            at(99),
            found / times.len()
        );
        late.push(at(99));
    }
    if let [ours, _, same, other] = late.as_slice() {
        println!("{what}, our p99 over bare tantivy's, same words\t{:.2}\t", ours / same);
        println!("{what}, our p99 over bare tantivy's, dictionary's words\t{:.2}\t", ours / other);
    }
}

/// What a process that opens the index holds, before and after its first question.
fn memory(folder: &Path) {
    let resident = || {
        let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
        pages.split(' ').nth(1).unwrap().parse::<f64>().unwrap() * 4_096.0 / 1e6
    };
    let before = resident();
    let started = Instant::now();
    let opened = Index::open(folder).unwrap();
    let milliseconds = started.elapsed().as_secs_f64() * 1_000.0;
    println!("opening\t{milliseconds:.1}\tms");
    println!("resident before opening\t{before:.0}\tMB");
    println!("resident after opening\t{:.0}\tMB", resident());
    let started = Instant::now();
    opened.index.vocabulary().load();
    println!("reading the dictionary\t{:.0}\tms", started.elapsed().as_secs_f64() * 1_000.0);
    println!("resident with the dictionary\t{:.0}\tMB", resident());
    black_box(opened.index.search(&Query { words: "公开 申请".to_owned(), ..Query::default() }).unwrap());
    println!("resident after a question\t{:.0}\tMB", resident());
}

fn rate(count: usize, started: Instant) -> f64 {
    f64::from(u32::try_from(count).unwrap()) / started.elapsed().as_secs_f64()
}

fn size(folder: &Path) -> f64 {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries
        .map(|entry| {
            let meta = entry.metadata().unwrap();
            if meta.is_dir() {
                size(&entry.path())
            } else {
                f64::from(u32::try_from(meta.len()).unwrap()) / 1e6
            }
        })
        .sum()
}

/// Numbers that look drawn and are the same in every run.
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    /// Small numbers more often than large ones, as words are.
    fn skewed(&mut self, bound: usize) -> usize {
        self.below(bound) * self.below(bound) / bound
    }
}

/// Clauses of each of the national standard lists, and names that stand in no list.
fn clauses() -> Vec<Vec<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/standards");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
        .iter()
        .map(|file| {
            let text = std::fs::read_to_string(file).unwrap();
            let clauses = text.split(|sign: char| !sign.is_alphanumeric());
            let clauses = clauses.filter(|clause| (3..=40).contains(&clause.chars().count()));
            let mut clauses: Vec<String> = clauses.map(str::to_owned).collect();
            clauses.sort();
            clauses.dedup();
            let mut draw = Draw(7);
            for place in (1..clauses.len()).rev() {
                clauses.swap(place, draw.below(place + 1));
            }
            clauses
        })
        .collect()
}

/// A made-up place, of some 40,000.
fn place(draw: &mut Draw) -> String {
    const SYLLABLES: &str = "巴彦乌兰查干哈达苏木陶海图布日嘎鲁特音额尔德尼呼和敖包毛都宝力格其那";
    let characters: Vec<char> = SYLLABLES.chars().collect();
    let mut name: String = (0..3).filter_map(|_| characters.get(draw.below(characters.len()))).collect();
    name.push_str(if draw.below(2) == 0 { "嘎查" } else { "社区" });
    name
}

fn document(number: usize, clauses: &[Vec<String>]) -> Document {
    let mut draw = Draw(u64::try_from(number).unwrap() * 2_654_435_761 + 1);
    // Three clauses of four from the list of its sector.
    let own = number % clauses.len();
    let clause = |draw: &mut Draw| {
        let list = if draw.below(4) == 0 { draw.below(clauses.len()) } else { own };
        let list = clauses.get(list).unwrap();
        list.get(draw.skewed(list.len())).unwrap().as_str()
    };
    let title = format!("{}{}{}的通知", place(&mut draw), clause(&mut draw), clause(&mut draw));
    let mut body = String::new();
    let mut length = 0;
    while length < CHARACTERS {
        let name = if draw.below(6) == 0 { place(&mut draw) } else { String::new() };
        let next = clause(&mut draw);
        length += next.chars().count() + name.chars().count() + 1;
        body.push_str(&name);
        body.push_str(next);
        body.push(if length % 5 == 0 { '。' } else { '，' });
    }
    let sectors = ["sector-a", "sector-b", "sector-c", "sector-d", "sector-e"];
    Document {
        id: i64::try_from(number).unwrap(),
        kind: if number.is_multiple_of(9) { "policy" } else { "disclosure" }.to_owned(),
        title,
        body,
        attachments: String::new(),
        unit: i64::try_from(number % 150).unwrap(),
        sector: sectors.get(number % 7).map(|sector| (*sector).to_owned()),
        topics: Vec::new(),
        year: 2016 + i16::try_from(number % 10).unwrap(),
        validity: "valid".to_owned(),
        document_number: format!("示政发〔{}〕{number}号", 2016 + number % 10),
        index_number: String::new(),
        published_on: jiff::civil::date(2016 + i16::try_from(number % 10).unwrap(), 1, 1),
    }
}

/// Questions drawn from what stands in the documents, each different word and clause as likely as another: words of two
/// to four characters, pairs of words of one document, phrases of six characters.
fn questions(documents: &[Document], jieba: &Jieba) -> [(&'static str, Vec<String>); 3] {
    let mut words: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut phrases = BTreeSet::new();
    for document in documents.iter().take(2_000) {
        let cut = jieba.cut(&document.body, false).into_iter().map(|token| token.word);
        let cut: Vec<&str> = cut.filter(|word| (2..=4).contains(&word.chars().count())).collect();
        for (word, other) in cut.iter().zip(cut.iter().skip(cut.len() / 2)) {
            words.entry((*word).to_owned()).or_default().push((*other).to_owned());
        }
        let clauses = document.body.split(['，', '。']).filter(|clause| clause.chars().count() >= 6);
        phrases.extend(clauses.map(|clause| clause.chars().take(6).collect::<String>()));
    }
    let mut draw = Draw(42);
    let words: Vec<(String, Vec<String>)> = words.into_iter().collect();
    let phrases: Vec<String> = phrases.into_iter().collect();
    let mut word = || words.get(draw.below(words.len())).unwrap().clone();
    let one = (0..QUESTIONS).map(|_| word().0).collect();
    let two =
        (0..QUESTIONS).map(|_| word()).map(|(word, others)| format!("{word} {}", others.first().unwrap()));
    let two = two.collect();
    let phrases = (0..QUESTIONS).map(|_| phrases.get(draw.below(phrases.len())).unwrap().clone()).collect();
    [("one term", one), ("two terms", two), ("phrase", phrases)]
}

/// Words of a dictionary, each at the place of its first character.
#[derive(Clone)]
struct Dictionary(Arc<Jieba>);

impl Tokenizer for Dictionary {
    type TokenStream<'a> = Words;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Words {
        let words = self.0.tokenize(text, TokenizeMode::Search, false).into_iter();
        let words = words.filter(|word| word.word.chars().any(char::is_alphanumeric));
        let words: Vec<_> = words.map(|word| (word.start, word.word.to_owned())).collect();
        Words { words: words.into_iter(), token: Token::default() }
    }
}

struct Words {
    words: std::vec::IntoIter<(usize, String)>,
    token: Token,
}

impl TokenStream for Words {
    fn advance(&mut self) -> bool {
        let Some((place, word)) = self.words.next() else { return false };
        self.token.position = place;
        self.token.text = word;
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

type Cut = Box<dyn Fn(&str) -> Vec<(usize, String)>>;

/// Tantivy with title, text, unit and date, asked for the ten best and their number.
struct Bare {
    reader: IndexReader,
    fields: [Field; 2],
    cut: Cut,
}

impl Bare {
    fn build(
        folder: &Path,
        tokenizer: TextAnalyzer,
        cut: impl Fn(&str) -> Vec<(usize, String)> + 'static,
        documents: &[Document],
    ) -> Self {
        std::fs::create_dir_all(folder).unwrap();
        let mut builder = SchemaBuilder::new();
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("words")
            .set_index_option(IndexRecordOption::WithFreqsAndPositions);
        let text = TextOptions::default().set_indexing_options(indexing);
        let id = builder.add_i64_field("id", INDEXED | STORED);
        let title = builder.add_text_field("title", text.clone());
        let body = builder.add_text_field("body", text);
        let unit = builder.add_i64_field("unit", INDEXED | FAST);
        let year = builder.add_i64_field("year", INDEXED | FAST);
        let index = tantivy::Index::create_in_dir(folder, builder.build()).unwrap();
        index.tokenizers().register("words", tokenizer);
        let mut writer: IndexWriter = index.writer_with_num_threads(THREADS, BUDGET).unwrap();
        for document in documents {
            let mut fields = TantivyDocument::default();
            fields.add_i64(id, document.id);
            fields.add_text(title, &document.title);
            fields.add_text(body, &document.body);
            fields.add_i64(unit, document.unit);
            fields.add_i64(year, i64::from(document.year));
            writer.add_document(fields).unwrap();
        }
        writer.commit().unwrap();
        Self { reader: index.reader().unwrap(), fields: [title, body], cut: Box::new(cut) }
    }

    fn search(&self, words: &[&str]) -> usize {
        let clause = |word: &&str| {
            let words = (self.cut)(word);
            let field = |field: Field| -> Box<dyn tantivy::query::Query> {
                let terms = words.iter().map(|(place, word)| (*place, Term::from_field_text(field, word)));
                let terms: Vec<(usize, Term)> = terms.collect();
                match terms.as_slice() {
                    [(_, term)] => Box::new(TermQuery::new(term.clone(), IndexRecordOption::WithFreqs)),
                    _ => Box::new(PhraseQuery::new_with_offset(terms)),
                }
            };
            let [title, body] = self.fields;
            let either: Vec<Box<dyn tantivy::query::Query>> =
                vec![Box::new(BoostQuery::new(field(title), 4.0)), field(body)];
            (Occur::Must, Box::new(BooleanQuery::union(either)) as Box<dyn tantivy::query::Query>)
        };
        let query = BooleanQuery::new(words.iter().map(clause).collect());
        let searcher = self.reader.searcher();
        let (count, top) =
            searcher.search(&query, &(Count, TopDocs::with_limit(10).order_by_score())).unwrap();
        for (_, address) in top {
            black_box(searcher.doc::<TantivyDocument>(address).unwrap());
        }
        count
    }
}
