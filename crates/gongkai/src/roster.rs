//! The roster file (单位名录): regions, units, groups, people of one county as TOML, taken into an empty record.

use crate::configuration::SiteTable;
use anyhow::{Context, Result, bail};
use domain::role::{Actor, Grant, Role, Scope};
use domain::unit::{RegionId, Resolution, Tier, UnitId, UnitKind};
use serde::Deserialize;
use std::collections::BTreeSet;
use store::Store;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Roster {
    /// Names and marks of the site; for the demonstration.
    pub(crate) site: Option<SiteTable>,
    county: CountyTable,
    #[serde(default)]
    township: Vec<TownshipTable>,
    #[serde(default)]
    department: Vec<DepartmentTable>,
    #[serde(default)]
    group: Vec<GroupTable>,
    /// People; for the demonstration.
    #[serde(default)]
    pub(crate) person: Vec<PersonTable>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CountyTable {
    code: String,
    name: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TownshipTable {
    code: String,
    name: String,
    #[serde(default)]
    villages: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DepartmentTable {
    name: String,
    #[serde(default)]
    aliases: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupTable {
    name: String,
    #[serde(default)]
    aliases: Vec<String>,
    members: Members,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Members {
    Townships,
    Departments,
    Villages,
}

/// A person of the demonstration.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PersonTable {
    /// What is typed to sign in.
    pub(crate) login: String,
    /// The name shown.
    pub(crate) name: String,
    unit: String,
    role: String,
    scope: ScopeWord,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ScopeWord {
    County,
    Unit,
}

impl Roster {
    /// Reads the file's text.
    ///
    /// # Errors
    /// Names the line that is wrong.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        toml::from_str(text).context("单位名录文件有误，请按提示的行修改。")
    }

    /// Takes regions, units and groups into the record, in one transaction each; returns the county.
    ///
    /// # Errors
    /// A record that already has a county is left alone.
    pub(crate) async fn register(&self, store: &Store) -> Result<RegionId> {
        let actor = Actor::System;
        if !store::unit::directory(store).await?.regions().is_empty() {
            bail!("已经登记过行政区划和单位，没有重复登记。请在“单位”页面修改。");
        }
        let region = |code: &str, name: &str, tier, parent| store::unit::NewRegion {
            code: code.to_owned(),
            name: name.to_owned(),
            tier,
            parent,
        };
        let unit = |region: RegionId, name: String, kind, aliases: Vec<String>| store::unit::NewUnit {
            region,
            name,
            kind,
            aliases,
        };
        let county = store::unit::create_region(
            store,
            &actor,
            region(&self.county.code, &self.county.name, Tier::County, None),
        )
        .await?;
        let mut departments = Vec::new();
        for department in &self.department {
            let new = unit(county, department.name.clone(), UnitKind::Department, department.aliases.clone());
            departments.push(store::unit::create_unit(store, &actor, new).await?);
        }
        let (mut townships, mut villages) = (Vec::new(), Vec::new());
        for township in &self.township {
            let place = region(&township.code, &township.name, Tier::Township, Some(county));
            let town = store::unit::create_region(store, &actor, place).await?;
            let government = format!("{}人民政府", township.name);
            let new = unit(town, government, UnitKind::Township, vec![township.name.clone()]);
            townships.push(store::unit::create_unit(store, &actor, new).await?);
            for (position, village) in township.villages.iter().enumerate() {
                let code = format!("{}{}", township.code, 200 + position);
                let place = store::unit::create_region(
                    store,
                    &actor,
                    region(&code, village, Tier::Village, Some(town)),
                );
                let committee = format!("{village}村民委员会").replace("村村民", "村民");
                let committee =
                    if village.ends_with("嘎查") { format!("{village}村民委员会") } else { committee };
                let new = unit(place.await?, committee, UnitKind::Village, vec![village.clone()]);
                villages.push(store::unit::create_unit(store, &actor, new).await?);
            }
        }
        for group in &self.group {
            let members: &[UnitId] = match group.members {
                Members::Townships => &townships,
                Members::Departments => &departments,
                Members::Villages => &villages,
            };
            let new = store::unit::NewGroup {
                name: group.name.clone(),
                aliases: group.aliases.clone(),
                members: members.to_vec(),
            };
            store::unit::create_group(store, &actor, new).await?;
        }
        Ok(county)
    }

    /// Adds the file's people with one password.
    ///
    /// # Errors
    /// A unit or a role nobody knows.
    pub(crate) async fn enrol(&self, store: &Store, county: RegionId, password: &str) -> Result<()> {
        let directory = store::unit::directory(store).await?;
        for person in &self.person {
            let Resolution::Unit(unit) = directory.resolve(&person.unit) else {
                bail!("人员 {} 的单位“{}”不在名录中。", person.login, person.unit)
            };
            let role = Role::from_word(&person.role)
                .with_context(|| format!("没有名为 {} 的角色。", person.role))?;
            let scope = match person.scope {
                ScopeWord::County => Scope::Region(county),
                ScopeWord::Unit => Scope::Unit(unit),
            };
            let new = store::user::NewUser {
                login: person.login.clone(),
                name: person.name.clone(),
                unit,
                email: None,
                grants: BTreeSet::from([Grant { role, scope }]),
                password: password.to_owned(),
                must_change_password: false,
            };
            store::user::create(store, &Actor::System, new).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demonstrations_roster_is_whole() {
        let roster = Roster::parse(include_str!("../../../data/demo/wushen.toml")).unwrap();
        assert_eq!(roster.township.len(), 6);
        assert_eq!(roster.department.len(), 22);
        assert!(roster.site.is_some());
        assert!(roster.person.iter().all(|person| Role::from_word(&person.role).is_some()));
    }
}
