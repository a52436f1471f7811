//! How an account is published to by program (自动发布): through its platform's interface, or by a message to the system that
//! runs it. An account without one is published to by a person, who copies the prepared text and notes the link.

use super::Platform;
use serde::{Deserialize, Serialize};

/// Where WeChat's interface is, unless it is reached through a relay.
pub const WECHAT_API: &str = "https://api.weixin.qq.com";

/// How an account is published to. Its secrets never leave the record unsealed but to whom they are for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Publisher {
    /// WeChat's official accounts: a draft is left there, a person looks at it and sends it out.
    Wechat {
        /// The interface's address, [`WECHAT_API`] or a relay's.
        api: String,
        /// AppID.
        app_id: String,
        /// AppSecret.
        secret: String,
        /// media_id of the picture on the cover, which each article must have.
        cover: String,
    },
    /// A message, signed as the Standard Webhooks specification has it.
    Webhook {
        /// Where to.
        url: String,
        /// What the message is signed with.
        secret: String,
    },
}

impl Publisher {
    /// The term people read.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Wechat { .. } => "公众号草稿箱",
            Self::Webhook { .. } => "通用推送",
        }
    }

    /// Where it goes, without secrets.
    pub fn target(&self) -> &str {
        match self {
            Self::Wechat { app_id, .. } => app_id,
            Self::Webhook { url, .. } => url,
        }
    }

    /// Whether accounts of that platform can be published to this way.
    ///
    /// ```
    /// use domain::account::{Platform, Publisher};
    /// let webhook = Publisher::Webhook { url: "https://x.cn/".into(), secret: String::new() };
    /// assert!(webhook.fits(Platform::Weibo) && !webhook.fits(Platform::Column));
    /// ```
    pub fn fits(&self, platform: Platform) -> bool {
        match self {
            Self::Wechat { .. } => platform == Platform::Wechat,
            Self::Webhook { .. } => !platform.is_site(),
        }
    }
}
