//! The platforms an account may be on (政务新媒体类型, 国办发〔2018〕123号), and the names offices give them.

use crate::text::half_width;
use crate::vocabulary::words;
use serde::{Deserialize, Serialize};

words! {
    /// A platform.
    Platform {
        /// The government's portal.
        Portal = "portal", "政府门户网站";
        /// A department's site.
        Site = "site", "部门网站";
        /// A column of a site.
        Column = "column", "网站栏目";
        /// WeChat's official accounts, of either type.
        Wechat = "wechat", "微信公众号";
        /// WeChat's short videos.
        WechatVideo = "wechat_video", "微信视频号";
        /// Microblogs.
        Weibo = "weibo", "微博";
        /// Short videos.
        Douyin = "douyin", "抖音号";
        /// Short videos.
        Kuaishou = "kuaishou", "快手号";
        /// News.
        Toutiao = "toutiao", "今日头条号";
        /// News.
        Baijia = "baijia", "百家号";
        /// News.
        Penguin = "penguin", "企鹅号";
        /// News.
        Dayu = "dayu", "大鱼号";
        /// A program of its own for telephones.
        App = "app", "移动客户端";
        /// A program within another one.
        MiniProgram = "mini_program", "小程序";
        /// Short videos elsewhere.
        Video = "video", "其他短视频账号";
        /// A group of readers.
        Group = "group", "微信群";
        /// Paper, radio, television.
        Press = "press", "报刊、广播、电视";
        /// Anything else.
        Other = "other", "其他";
    }
}

/// What offices write for a platform; of several that a cell holds, the first of this list.
const NAMES: [(&str, Platform); 28] = [
    ("栏目", Platform::Column),
    ("专栏", Platform::Column),
    ("小程序", Platform::MiniProgram),
    ("微信群", Platform::Group),
    ("视频号", Platform::WechatVideo),
    ("公众号", Platform::Wechat),
    ("订阅号", Platform::Wechat),
    ("服务号", Platform::Wechat),
    ("微信", Platform::Wechat),
    ("微博", Platform::Weibo),
    ("抖音", Platform::Douyin),
    ("快手", Platform::Kuaishou),
    ("头条", Platform::Toutiao),
    ("百家号", Platform::Baijia),
    ("企鹅号", Platform::Penguin),
    ("腾讯新闻", Platform::Penguin),
    ("大鱼号", Platform::Dayu),
    ("客户端", Platform::App),
    ("app", Platform::App),
    ("短视频", Platform::Video),
    ("门户网站", Platform::Portal),
    ("政府网站", Platform::Portal),
    ("网站", Platform::Site),
    ("报刊", Platform::Press),
    ("报纸", Platform::Press),
    ("广播", Platform::Press),
    ("电视", Platform::Press),
    ("其他", Platform::Other),
];

impl Platform {
    /// The platform a cell names; `None` where it names none that is known.
    ///
    /// ```
    /// use domain::account::Platform;
    /// assert_eq!(Platform::read("微信公众号（订阅号）"), Some(Platform::Wechat));
    /// assert_eq!(Platform::read("ＡＰＰ"), Some(Platform::App));
    /// assert_eq!(Platform::read("示例平台"), None);
    /// ```
    pub fn read(words: &str) -> Option<Self> {
        let plain: String = words.chars().filter_map(half_width).flat_map(char::to_lowercase).collect();
        NAMES.iter().find(|(name, _)| plain.contains(name)).map(|(_, platform)| *platform)
    }

    /// Whether it is a site or a part of one; the portal's own pages are not sent there, they are there.
    pub fn is_site(self) -> bool {
        matches!(self, Self::Portal | Self::Site | Self::Column)
    }

    /// Whether it is new media (政务新媒体).
    pub fn is_new_media(self) -> bool {
        !self.is_site() && !matches!(self, Self::Group | Self::Press | Self::Other)
    }

    /// Whether somebody else runs it, so that a unit has one account there (一个单位一个账号).
    pub fn is_third_party(self) -> bool {
        self.is_new_media() && !matches!(self, Self::App | Self::MiniProgram | Self::Video)
    }

    /// Whether its accounts have an id.
    pub fn has_number(self) -> bool {
        !matches!(self, Self::Column | Self::Group | Self::Press | Self::Other)
    }

    /// Whether its accounts have an address on the web that may be looked at.
    pub fn has_address(self) -> bool {
        self.is_site() || self == Self::Weibo
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_platform_is_read_from_its_label_and_its_kinds_are_apart() {
        for platform in Platform::ALL {
            assert_eq!(Platform::read(platform.label()), Some(*platform), "{platform:?}");
            assert!(!(platform.is_site() && platform.is_new_media()));
            assert!(!platform.is_third_party() || platform.is_new_media());
        }
    }

    #[test]
    fn offices_write_it_in_many_ways() {
        for (words, platform) in [
            ("微信（服务号）", Platform::Wechat),
            ("新浪微博", Platform::Weibo),
            ("旗政府门户网站栏目", Platform::Column),
            ("微信 小程序", Platform::MiniProgram),
            ("手机APP", Platform::App),
            ("短视频（抖音）", Platform::Douyin),
        ] {
            assert_eq!(Platform::read(words), Some(platform), "{words}");
        }
        assert_eq!(Platform::read(""), None);
    }
}
