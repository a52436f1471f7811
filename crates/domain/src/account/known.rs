//! The accounts on record, for finding the same one again; registering it twice is refused.

use super::{Account, Platform, plain};
use std::collections::HashMap;

/// Accounts by what tells that two are the same: the same id on the same platform, or the same address; without an id
/// on either side, the same name on the same platform.
#[derive(Debug, Clone)]
pub struct Known<Id> {
    addresses: HashMap<String, Id>,
    numbers: HashMap<(Platform, String), Id>,
    names: HashMap<(Platform, String), Id>,
    names_without_number: HashMap<(Platform, String), Id>,
}

impl<Id> Default for Known<Id> {
    fn default() -> Self {
        Self {
            addresses: HashMap::new(),
            numbers: HashMap::new(),
            names: HashMap::new(),
            names_without_number: HashMap::new(),
        }
    }
}

impl<Id: Copy> Known<Id> {
    /// Adds one; of several that are the same, the first is found.
    pub fn add(&mut self, id: Id, account: &Account) {
        let (address, number) = (plain_address(&account.address), plain(&account.number));
        let name = (account.platform, plain(&account.name));
        if !address.is_empty() {
            self.addresses.entry(address).or_insert(id);
        }
        if number.is_empty() {
            self.names_without_number.entry(name.clone()).or_insert(id);
        } else {
            self.numbers.entry((account.platform, number)).or_insert(id);
        }
        self.names.entry(name).or_insert(id);
    }

    /// The one that is the same.
    pub fn find(&self, account: &Account) -> Option<Id> {
        let number = plain(&account.number);
        let name = (account.platform, plain(&account.name));
        let named = if number.is_empty() { &self.names } else { &self.names_without_number };
        let by_address = self.addresses.get(&plain_address(&account.address));
        by_address
            .or_else(|| self.numbers.get(&(account.platform, number)))
            .or_else(|| named.get(&name))
            .copied()
    }
}

impl<'a, Id: Copy> FromIterator<(Id, &'a Account)> for Known<Id> {
    fn from_iter<T: IntoIterator<Item = (Id, &'a Account)>>(accounts: T) -> Self {
        let mut known = Self::default();
        for (id, account) in accounts {
            known.add(id, account);
        }
        known
    }
}

/// An address without its scheme, its host in small letters.
fn plain_address(address: &str) -> String {
    let address = address.trim();
    let (_, rest) = address.split_once("://").unwrap_or(("", address));
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    format!("{}/{}", host.to_lowercase(), path.trim_end_matches('/')).trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::tests::account;
    use super::*;

    #[test]
    fn the_same_account_is_known_however_it_is_written() {
        let known = Known::from_iter([(7, &account())]);
        let number = Account { number: "ＳＨＩＬＩ-fabu ".into(), address: String::new(), ..account() };
        assert_eq!(known.find(&number), Some(7));
        let address = Account { number: "x".into(), address: "http://MP.example/shili".into(), ..account() };
        assert_eq!(known.find(&address), Some(7));
        let named = Account { number: String::new(), address: String::new(), ..account() };
        assert_eq!(known.find(&named), Some(7));
        let other =
            Account { number: "other".into(), address: "https://mp.example/other".into(), ..account() };
        assert_eq!(known.find(&other), None);
        let elsewhere = Account { platform: Platform::Weibo, address: String::new(), ..account() };
        assert_eq!(known.find(&elsewhere), None);
    }

    #[test]
    fn an_account_on_record_without_a_number_is_known_by_its_name() {
        let bare = Account { number: String::new(), address: String::new(), ..account() };
        let known = Known::from_iter([(7, &bare), (8, &bare)]);
        assert_eq!(known.find(&account()), Some(7));
        assert_eq!(known.find(&Account { name: "示例微观".into(), ..account() }), None);
    }
}
