//! Searches that found nothing: counted by their words, without numbers of people.

use crate::on_both_databases;
use store::search_miss;

on_both_databases! {
    async fn they_are_counted_and_masked(record: &Record) {
        for typed in [" 低保标准 ", "低保标准", "张某某 13812345678", "", "\u{0}"] {
            search_miss::count(&record.store, typed).await.unwrap();
        }
        let found = search_miss::list(&record.store, 10).await.unwrap();
        let found: Vec<(&str, i64)> = found.iter().map(|miss| (miss.words.as_str(), miss.times)).collect();
        assert_eq!(found, [("低保标准", 2), ("张某某 138****5678", 1)]);
        assert_eq!(search_miss::list(&record.store, 1).await.unwrap().len(), 1);
    }
}
