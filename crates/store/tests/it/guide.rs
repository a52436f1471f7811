//! Guides: kept by unit and region, one each; two people at once; the portal's epoch moves.

use crate::county::county;
use crate::on_both_databases;
use domain::guide::{Field, Guide};
use domain::role::Scope;
use store::Error;

fn guide(phone: &str) -> Guide {
    let mut guide = Guide::default();
    guide.set(Field::Office, "示例旗政务公开办");
    guide.set(Field::Phone, phone);
    guide
}

on_both_databases! {
    async fn a_guide_is_one_a_place(record: &Record) {
        let county = county(record).await;
        let (region, unit) = (Scope::Region(county.county), Scope::Unit(county.land));
        let put = |scope, guide, version| store::guide::put(&record.store, &county.office, scope, guide, version);
        assert_eq!(store::guide::find(&record.store, region).await.unwrap(), None);
        let before = store::journal::epoch(&record.store).await.unwrap();
        put(region, guide("0477-0000001"), 0).await.unwrap();
        put(unit, guide("0477-0000002"), 0).await.unwrap();
        assert!(store::journal::epoch(&record.store).await.unwrap() > before);
        assert!(matches!(put(region, guide("0477-0000003"), 0).await, Err(Error::Conflict { .. })));
        put(region, guide("0477-0000004"), 1).await.unwrap();
        let epoch = store::journal::epoch(&record.store).await.unwrap();
        put(region, guide("0477-0000004"), 2).await.unwrap();
        assert_eq!(store::journal::epoch(&record.store).await.unwrap(), epoch, "the same words are no change");
        let kept = store::guide::find(&record.store, region).await.unwrap().unwrap();
        assert_eq!((kept.guide.get(Field::Phone), kept.version), ("0477-0000004", 2));
        let listed: Vec<Scope> =
            store::guide::list(&record.store).await.unwrap().into_iter().map(|row| row.scope).collect();
        assert_eq!(listed, [region, unit], "on every database alike");
        assert!(matches!(put(unit, guide(&"长".repeat(domain::limits::TEXT_CHARACTERS_MAX + 1)), 1).await, Err(Error::Refused(_))));
    }
}
