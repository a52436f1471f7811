//! The office's own words: added, taken out, brought back.

use crate::county::county;
use crate::database::Record;
use crate::on_both_databases;
use domain::scan::{Entry, Rule, Scanner};
use store::Error;

fn entry(word: &str, right: &str) -> Entry {
    Entry { word: word.into(), right: right.into(), reason: String::new(), except: Vec::new() }
}

async fn found(record: &Record, text: &str) -> Vec<Option<String>> {
    let own = store::wording::list(&record.store).await.unwrap();
    Scanner::new(&store::wording::lists(&own)).scan(text).into_iter().map(|hit| hit.replacement).collect()
}

on_both_databases! {
    async fn an_office_changes_the_lists(record: &Record) {
        let county = county(record).await;
        let put = |rule, entry, removed| store::wording::put(&record.store, &county.office, rule, entry, removed);
        assert_eq!(found(record, "示例错词，按装").await, [Some("安装".to_owned())]);
        put(Rule::Wrong, entry(" 示例错词 ", "示例正词"), false).await.unwrap();
        put(Rule::Wrong, entry("按装", "安装"), true).await.unwrap();
        assert_eq!(found(record, "示例错词，按装").await, [Some("示例正词".to_owned())]);
        put(Rule::Forbidden, entry("按装", "安装"), false).await.unwrap();
        assert_eq!(found(record, "按装").await, [Some("安装".to_owned())]);
        assert!(matches!(put(Rule::Wrong, entry("的", ""), false).await, Err(Error::Refused(_))));
        assert!(matches!(put(Rule::Wrong, entry(&"长".repeat(41), ""), false).await, Err(Error::Refused(_))));
        // A right form that holds the word is an exception of itself.
        put(Rule::Wrong, entry("低保金额", "最低生活保障金低保金额"), false).await.unwrap();
        assert_eq!(found(record, "最低生活保障金低保金额").await, [] as [Option<String>; 0]);
    }
}
