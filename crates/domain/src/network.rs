//! Addresses of the network: which lead to this machine, its neighbours or nowhere, so that nobody has the program ask
//! there what only insiders may ask, and which of them an office lists as reachable all the same.

use serde::Deserialize;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// Networks of IPv4 that are not the internet's (IANA's registry of special-purpose addresses).
const INTERNAL_V4: [(Ipv4Addr, u8); 11] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// The same of IPv6. The first holds nobody, the loopback and the old way to write an address of IPv4; the last two lead
/// to one of IPv4 through a translator, and nobody's public system is only there.
const INTERNAL_V6: [(Ipv6Addr, u8); 7] = [
    (Ipv6Addr::UNSPECIFIED, 96),
    (Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7),
    (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10),
    (Ipv6Addr::new(0xfec0, 0, 0, 0, 0, 0, 0, 0), 10),
    (Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0), 8),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 32),
];

/// Whether an address leads elsewhere than to the internet.
pub fn is_internal(address: IpAddr) -> bool {
    let v4 = INTERNAL_V4.into_iter().map(|(first, prefix)| (IpAddr::V4(first), prefix));
    let v6 = INTERNAL_V6.into_iter().map(|(first, prefix)| (IpAddr::V6(first), prefix));
    v4.chain(v6).any(|(first, prefix)| Network { address: first, prefix }.contains(address))
}

/// A network: its first address and how many of its bits are fixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    fn contains(self, address: IpAddr) -> bool {
        let (one, two, bits) = match (self.address, address.to_canonical()) {
            (IpAddr::V4(one), IpAddr::V4(two)) => {
                (u128::from(u32::from(one)), u128::from(u32::from(two)), 32_u8)
            }
            (IpAddr::V6(one), IpAddr::V6(two)) => (u128::from(one), u128::from(two), 128),
            _ => return false,
        };
        let free = u32::from(bits.saturating_sub(self.prefix));
        (one ^ two).checked_shr(free).unwrap_or(0) == 0
    }
}

/// What is neither a network, nor an address, nor a host's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}”写法不对。应写网段（10.20.0.0/16）、地址（10.20.0.5）或者主机名（oa.example.gov.cn）。")]
pub struct Unreadable(String);

impl FromStr for Network {
    type Err = Unreadable;

    fn from_str(text: &str) -> Result<Self, Unreadable> {
        let unreadable = || Unreadable(text.to_owned());
        let (address, prefix) = text.split_once('/').map_or((text, None), |(one, two)| (one, Some(two)));
        let address: IpAddr = address.parse().map_err(|_| unreadable())?;
        let bits = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Ok(bits), |prefix| prefix.parse().map_err(|_| unreadable()))?;
        if prefix > bits {
            return Err(unreadable());
        }
        Ok(Self { address, prefix })
    }
}

/// What an office lists as reachable though it is internal: a county's systems often are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Vec<String>")]
pub struct Reachable {
    networks: Vec<Network>,
    hosts: Vec<String>,
}

impl Reachable {
    /// Whether what was found at that address for that host may be asked.
    pub fn allows(&self, host: &str, address: IpAddr) -> bool {
        !is_internal(address)
            || self.networks.iter().any(|network| network.contains(address))
            || self.hosts.iter().any(|listed| listed.eq_ignore_ascii_case(host))
    }
}

impl TryFrom<Vec<String>> for Reachable {
    type Error = Unreadable;

    fn try_from(listed: Vec<String>) -> Result<Self, Unreadable> {
        let mut reachable = Self::default();
        for text in listed {
            let is_name = text.contains(|c: char| c.is_ascii_alphabetic())
                && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
            if is_name {
                reachable.hosts.push(text);
            } else {
                reachable.networks.push(text.parse()?);
            }
        }
        Ok(reachable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn the_internet_is_told_from_everything_nearer() {
        for internal in [
            "127.0.0.1",
            "127.255.0.3",
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "198.19.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "ff02::1",
            "2002:7f00:1::",
            "64:ff9b::7f00:1",
        ] {
            assert!(is_internal(address(internal)), "{internal}");
        }
        for public in
            ["8.8.8.8", "100.128.0.1", "172.32.0.1", "192.0.1.1", "2001:4860::8888", "::ffff:8.8.8.8"]
        {
            assert!(!is_internal(address(public)), "{public}");
        }
    }

    #[test]
    fn what_an_office_lists_is_reachable_and_nothing_beside_it() {
        let listed = ["10.20.0.0/16", "192.168.7.5", "fd00::/8", "oa.example.gov.cn"].map(str::to_owned);
        let reachable = Reachable::try_from(listed.to_vec()).unwrap();
        for (host, at, allowed) in [
            ("x", "10.20.255.1", true),
            ("x", "::ffff:10.20.1.1", true),
            ("x", "10.21.0.1", false),
            ("x", "192.168.7.5", true),
            ("x", "192.168.7.6", false),
            ("x", "fd12::1", true),
            ("x", "8.8.8.8", true),
            ("OA.example.gov.cn", "10.9.9.9", true),
            ("evil.oa.example.gov.cn", "10.9.9.9", false),
        ] {
            assert_eq!(reachable.allows(host, address(at)), allowed, "{host} {at}");
        }
        assert!(!Reachable::default().allows("localhost", address("127.0.0.1")));
        let everywhere = Reachable::try_from(vec!["0.0.0.0/0".to_owned()]).unwrap();
        assert!(everywhere.allows("x", address("10.0.0.1")) && !everywhere.allows("x", address("::1")));
        for wrong in ["", "10.0.0.0/33", "10.0.0", "10.0.0.0/x", "fd00::/129", "a b", "http://oa"] {
            assert!(Reachable::try_from(vec![wrong.to_owned()]).is_err(), "{wrong}");
        }
    }
}
