//! Regions, units, groups: whose matters a scope covers, changes seen by all, names that stay single.

use crate::county::county;
use crate::on_both_databases;
use domain::role::Scope;
use domain::unit::{Resolution, UnitKind};
use store::Error;
use store::unit::{NewGroup, NewUnit, visible};

on_both_databases! {
    async fn a_scope_covers_what_lies_below_it_and_nothing_beside(record: &Record) {
        let county = county(record).await;
        let directory = store::unit::directory(&record.store).await.unwrap();
        let all: Vec<_> = directory.units().iter().map(|unit| unit.id).collect();
        let town = directory.unit(county.town_two).unwrap().region;
        let seen = |scopes: &[Scope]| visible(&directory, scopes).into_iter().collect::<Vec<_>>();
        assert_eq!(seen(&[Scope::Region(county.county)]), all);
        assert_eq!(seen(&[Scope::Region(town)]), [county.town_two]);
        assert_eq!(seen(&[Scope::Unit(county.land)]), [county.land]);
        assert_eq!(seen(&[Scope::Unit(county.land), Scope::Region(town)]), [county.land, county.town_two]);
        assert!(seen(&[]).is_empty());
        let place = store::unit::place(&directory, county.town_two);
        assert_eq!(place.regions, [town, county.county]);
    }

    async fn two_editors_of_a_unit_do_not_overwrite_each_other(record: &Record) {
        let county = county(record).await;
        let store = &record.store;
        let new = |name: &str, aliases: &[&str]| NewUnit {
            region: county.county,
            name: name.into(),
            kind: UnitKind::Department,
            aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
        };
        let seen = store::unit::unit_version(store, county.land).await.unwrap().unwrap();
        let first = new("示例旗自然资源局", &["旗国土局", "国土局", " 国土局 ", ""]);
        store::unit::change_unit(store, &county.office, county.land, seen, first).await.unwrap();
        let second = new("示例旗国土局", &[]);
        let late = store::unit::change_unit(store, &county.clerk, county.land, seen, second).await;
        let Err(Error::Conflict { changed_by, .. }) = late else { panic!("{late:?}") };
        assert_eq!(changed_by, "公开办");
        let directory = store::unit::directory(store).await.unwrap();
        assert_eq!(directory.resolve("国土局"), Resolution::Unit(county.land));
        let taken = store::unit::change_unit(store, &county.office, county.land, seen + 1, new("示例旗财政局", &[])).await;
        assert!(matches!(taken, Err(Error::Refused(_))), "{taken:?}");
    }

    async fn a_changed_group_is_seen_at_once(record: &Record) {
        let county = county(record).await;
        let store = &record.store;
        let directory = store::unit::directory(store).await.unwrap();
        let Resolution::Group(id) = directory.resolve("各苏木镇") else { panic!("no group") };
        let seen = store::unit::group_version(store, id).await.unwrap().unwrap();
        let new = |members| NewGroup { name: "各苏木镇".into(), aliases: vec![], members };
        store::unit::change_group(store, &county.office, id, seen, new(vec![county.land])).await.unwrap();
        let directory = store::unit::directory(store).await.unwrap();
        assert_eq!(directory.members(&Resolution::Group(id)), [county.land]);
        let late = store::unit::change_group(store, &county.office, id, seen, new(vec![])).await;
        assert!(matches!(late, Err(Error::Conflict { .. })), "{late:?}");
    }

    async fn a_name_with_a_character_nobody_types_is_kept_without_it(record: &Record) {
        let county = county(record).await;
        let new = NewUnit {
            region: county.county,
            name: "示例旗\u{0}司法局".into(),
            kind: UnitKind::Department,
            aliases: vec![],
        };
        store::unit::create_unit(&record.store, &county.office, new).await.unwrap();
        let directory = store::unit::directory(&record.store).await.unwrap();
        assert!(directory.units().iter().any(|unit| unit.name == "示例旗司法局"));
        let found = store::user::list(&record.store, None, "OFF\u{0}ICE", Default::default()).await.unwrap();
        assert_eq!(found.total, 1, "capitals do not matter, on either database");
    }
}
