//! Where a disclosure goes after the portal: the kinds of accounts (两微一端 and others) and what became of it there.

use serde::{Deserialize, Serialize};

/// A kind of account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// 微信公众号.
    Wechat,
    /// 微博.
    Weibo,
    /// 移动客户端.
    App,
    /// 短视频.
    Video,
    /// 微信群.
    Group,
    /// 报刊、广播、电视.
    Press,
    /// 其他.
    Other,
}

impl Channel {
    /// Every kind, in the order shown to people.
    pub const ALL: [Self; 7] =
        [Self::Wechat, Self::Weibo, Self::App, Self::Video, Self::Group, Self::Press, Self::Other];

    /// The word kept in the record and used in forms.
    pub fn word(self) -> &'static str {
        match self {
            Self::Wechat => "wechat",
            Self::Weibo => "weibo",
            Self::App => "app",
            Self::Video => "video",
            Self::Group => "group",
            Self::Press => "press",
            Self::Other => "other",
        }
    }

    /// The kind of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.word() == word)
    }

    /// The term people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Wechat => "微信公众号",
            Self::Weibo => "微博",
            Self::App => "移动客户端",
            Self::Video => "短视频账号",
            Self::Group => "微信群",
            Self::Press => "报刊、广播、电视",
            Self::Other => "其他",
        }
    }
}

/// What became of it there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// 待发布.
    Planned,
    /// 已发布.
    Done,
    /// 不发布.
    Dropped,
}

impl State {
    /// Every state, in the order shown to people.
    pub const ALL: [Self; 3] = [Self::Planned, Self::Done, Self::Dropped];

    /// The word kept in the record and used in forms.
    pub fn word(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Done => "done",
            Self::Dropped => "dropped",
        }
    }

    /// The state of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// The term people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Planned => "待发布",
            Self::Done => "已发布",
            Self::Dropped => "不发布",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_survive() {
        for channel in Channel::ALL {
            assert_eq!(Channel::from_word(channel.word()), Some(channel));
        }
        for state in State::ALL {
            assert_eq!(State::from_word(state.word()), Some(state));
        }
    }
}
