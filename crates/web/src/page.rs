//! What every page needs: the site's names and marks, where we are, who is signed in, what may be chosen.

use crate::asset;
use axum::http::HeaderMap;
use axum_extra::extract::cookie::CookieJar;

/// The site's names and marks, shown on every page (《政府网站发展指引》 网页设计规范).
#[derive(Debug, Clone)]
pub struct Site {
    /// 网站名称.
    pub name: String,
    /// 网站域名.
    pub domain: String,
    /// 网站标识码, 10 digits.
    pub id_code: String,
    /// 主办单位.
    pub host_unit: String,
    /// 承办单位.
    pub organiser: String,
    /// 联系方式.
    pub contact: String,
    /// ICP备案号.
    pub icp: String,
    /// 公安机关备案标识.
    pub police: String,
    /// Whether everything here is sample data; every page says so.
    pub sample: bool,
}

/// The signed-in person, as the frame shows them.
#[derive(Debug, Clone)]
pub struct Menu {
    /// Name.
    pub name: String,
    /// Unit.
    pub unit: String,
    /// Form token.
    pub csrf: String,
    /// Unread notifications.
    pub unread: u64,
    /// Entries of the side menu.
    pub entries: Vec<Entry>,
}

/// An entry of a menu.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Words.
    pub label: &'static str,
    /// Where it leads.
    pub link: &'static str,
    /// Whether we are there.
    pub current: bool,
}

impl Entry {
    /// Its picture in `assets/menu.svg`: the last word of its address.
    pub fn icon(&self) -> &'static str {
        match self.link {
            "/office" => "today",
            link => link.rsplit('/').next().unwrap_or("today"),
        }
    }
}

/// A step of the breadcrumb trail.
#[derive(Debug, Clone)]
pub struct Crumb {
    /// Words.
    pub label: String,
    /// Where it leads.
    pub link: String,
}

/// A page's frame.
#[derive(Debug, Clone)]
pub struct Page {
    /// The site.
    pub site: Site,
    /// The page's own title.
    pub title: String,
    /// Its path.
    pub path: String,
    /// 长者模式.
    pub elder: bool,
    /// Steps above this page.
    pub crumbs: Vec<Crumb>,
    /// What was just done.
    pub done: Option<&'static str>,
    /// Who is signed in; office only.
    pub menu: Option<Menu>,
    /// The date a demonstration pretends it is.
    pub pretended_date: Option<String>,
    /// Page labels (网页标签): name and content.
    pub labels: Vec<(&'static str, String)>,
}

/// The cookie that keeps 长者模式.
pub const ELDER_COOKIE: &str = "gongkai_elder";

/// Whether the visitor chose 长者模式.
pub fn wants_elder(headers: &HeaderMap) -> bool {
    CookieJar::from_headers(headers).get(ELDER_COOKIE).is_some_and(|cookie| cookie.value() == "1")
}

/// Outcomes named in `?done=`, in words: a reload says nothing twice, and nobody can put words into our mouth.
const OUTCOMES: &[(&str, &str)] = &[
    ("accepted", "任务分解表已生效，责任单位可以开始报送进展。"),
    ("discarded", "已放弃导入，原文件仍保留在操作日志中。"),
    ("changed", "修改已保存。"),
    ("reported", "进展已报送。"),
    ("submitted", "已报请确认，政务公开办将收到提醒。"),
    ("confirmed", "已确认完成。"),
    ("returned", "已退回，责任单位将收到提醒。"),
    ("evidence", "佐证已添加。"),
    ("evidence-removed", "佐证已移除，操作日志中保留记录。"),
    ("commented", "意见已发表。"),
    ("settled", "意见已标为处理完毕。"),
    ("taken", "选中的事项已加入本单位目录的末尾，请核对。"),
    ("undone", "已撤销上一次修改。"),
    ("handed-in", "目录已提交审查，政务公开办将收到提醒。"),
    ("sent-back", "目录已退回，编制单位将收到提醒。"),
    ("approved", "目录已通过审查，可以公布。"),
    ("in-force", "目录已公布，公众网站即时更新。"),
    ("adjusting", "已建立下一版草稿，现行版本不受影响。"),
    ("followed", "上级目录的调整已写入草稿，请核对后提交审查。"),
    ("abandoned", "已放弃这次调整，现行版本不变。"),
    ("withdrawn", "目录已撤回，公众网站不再显示；相关任务已重新打开。"),
    ("noted", "已登记，公开期限已算出，到期前会提醒。"),
    ("noted-published", "公开情况已登记。"),
    ("note-cancelled", "登记已取消，操作日志中保留记录。"),
    ("disclosure-created", "草稿已建立，请写正文、传附件。内容随时保存。"),
    ("disclosure-submitted", "已提交审查，审查人将收到提醒。"),
    ("disclosure-passed", "审查意见已记录。"),
    ("disclosure-returned", "已退回，撰写人将收到提醒。"),
    ("disclosure-scheduled", "已定时，到时自动公开。"),
    ("disclosure-published", "已公开，公众网站即时更新。"),
    ("disclosure-revising", "已建立修订草稿，公众看到的版本不受影响。"),
    ("disclosure-abandoned", "已放弃修订，公众看到的版本不变。"),
    ("disclosure-withdrawn", "已撤回，原地址保留撤回日期和原因。"),
    ("interpretation-begun", "解读草稿已建立，并已关联政策文件。请逐项填写，图解和一页通由此生成。"),
    ("scan-mended", "已遮盖、改正选中的内容，请再核对一遍。"),
    ("scan-waived", "已记录保留的理由。"),
    ("error-report-answered", "已答复，提交人凭编号可以看到。"),
    ("request-supplemented", "补正已提交，答复期限重新计算。"),
    ("request-reasons", "理由已提交。"),
    ("request-contact", "联系方式已更正。"),
    ("request-withdrawn", "申请已撤回。"),
    ("request-registered", "已登记。请把申请编号和查询码告诉申请人。"),
    ("request-stepped", "已办理，申请人可以看到进展。"),
    ("request-proposed", "已报请审批，审批人将收到提醒。"),
    ("request-approved", "已批准，文书已制发。"),
    ("request-returned", "已退回，报请人将收到提醒。"),
    ("request-file", "文件已存入。"),
    ("request-file-removed", "文件已移除，操作日志中保留记录。"),
    ("request-masked", "已遮盖，原件转为办理材料，不提供给申请人。请再核对一遍。"),
    ("request-unmasked", "不遮盖的理由已存入办理材料。"),
    ("request-issued", "文书已制发。"),
    ("request-delivered", "送达情况已登记。"),
    ("request-disputed", "复议诉讼情况已登记。"),
    ("request-office", "文书设置已保存，以后制发的文书按新设置。"),
    ("request-template", "模板已保存，以后制发的文书按新模板。"),
    ("request-template-reset", "已恢复为自带的模板。"),
    ("dispatch-noted", "转发情况已登记。"),
    ("account-proposed", "申请已提交，审批人将收到提醒。批准后生效。"),
    ("account-approved", "已批准，账号清单和公众网站即时更新。"),
    ("account-returned", "已退回，申请人将收到提醒。"),
    ("account-taken-back", "申请已撤回。"),
    ("account-publisher", "自动发布的设置已保存。"),
    ("account-imported", "清单已导入。已在清单中的没有重复登记。"),
    ("webhook-removed", "推送地址已删除。"),
    ("webhook-repeated", "已重新排队，马上推送。"),
    ("review-route-set", "审查流程已保存，之后提交的按新流程办理。"),
    ("review-route-removed", "已取消这条设置，之后提交的按上一级的设置或通常流程办理。"),
    ("absence-noted", "已登记。期间新的审查提醒按登记的办理。"),
    ("absence-ended", "已提前结束，提醒和办理恢复如常。"),
    ("report-begun", "年报已建立。正文从上一年的开始，数字由系统统计，请逐项核对。"),
    ("figures-kept", "录入的数字已保存，核对结果见下。"),
    ("figures-read", "已读入年报中的数字，核对结果见下。"),
    ("report-submitted", "年报已提交审查，审查人将收到提醒。"),
    ("report-correcting", "可以更正了，公众看到的年报暂时不变。改好后重新提交审查。"),
    ("guide-draft", "已保存。还缺下面列出的内容，填齐后自动公开。"),
    ("guide-taken-back", "已收回，公众网站不再显示这份指南，内容仍保留在这里。"),
    ("guide-kept", "公开指南已保存，公众网站即时更新。"),
    ("wording-changed", "词表已更新，之后的检查按新词表进行。"),
    ("disclosure-discarded", "草稿已删除，操作日志中保留记录。"),
    ("attached", "附件已上传。"),
    ("detached", "附件已移除。"),
    ("issued", "督办单已发出，责任单位将收到提醒。"),
    ("answered", "答复已提交。"),
    ("closed", "督办单已办结。"),
    ("published", "已向社会公开。"),
    ("unpublished", "已停止公开。"),
    ("created", "已新增。"),
    ("password", "密码已修改，请用新密码登录。"),
    ("reset", "密码已重置，该人员下次登录须修改密码。"),
    ("unlocked", "已解除锁定。"),
    ("read", "已全部标为已读。"),
    ("mapping", "已按新的表头对应关系重新读取。"),
    ("signed-out", "您已退出登录。"),
];

impl Page {
    /// A page of the portal.
    pub fn portal(site: &Site, title: &str, path: &str) -> Self {
        Self {
            site: site.clone(),
            title: title.to_owned(),
            path: path.to_owned(),
            elder: false,
            crumbs: Vec::new(),
            done: None,
            menu: None,
            pretended_date: None,
            labels: vec![
                ("SiteName", site.name.clone()),
                ("SiteDomain", site.domain.clone()),
                ("SiteIDCode", site.id_code.clone()),
            ],
        }
    }

    /// With 长者模式 on or off.
    pub fn with_elder(mut self, elder: bool) -> Self {
        self.elder = elder;
        self
    }

    /// With a step above it.
    pub fn under(mut self, label: &str, link: &str) -> Self {
        self.crumbs.push(Crumb { label: label.to_owned(), link: link.to_owned() });
        self
    }

    /// With the words for an outcome.
    pub fn with_done(mut self, done: Option<&str>) -> Self {
        self.done =
            done.and_then(|word| OUTCOMES.iter().find(|(known, _)| *known == word)).map(|(_, words)| *words);
        self
    }

    /// With a page label.
    pub fn labelled(mut self, name: &'static str, content: &str) -> Self {
        self.labels.push((name, content.to_owned()));
        self
    }

    /// Whether the page is a wide table, printed on A3 landscape; others go on A4 upright.
    pub fn is_wide_on_paper(&self) -> bool {
        let lists = [
            "/office/assignments",
            "/office/obligations",
            "/office/requests",
            "/office/supervision",
            "/office/journal",
            "/office/accounts",
        ];
        self.path.starts_with("/plans/")
            || (self.path.starts_with("/catalogues/")
                && !self.path.contains("/items/")
                && !self.path.ends_with("/changes"))
            || self.path.starts_with("/office/catalogues/")
            || self.path == "/office/plans"
            || (self.crumbs.is_empty() && lists.contains(&self.path.as_str()))
    }

    /// An asset's address.
    pub fn asset(&self, name: &str) -> String {
        asset::url(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site() -> Site {
        let text = String::new;
        Site {
            name: "乌审旗政务公开平台".into(),
            domain: text(),
            id_code: "1506260000".into(),
            host_unit: text(),
            organiser: text(),
            contact: text(),
            icp: text(),
            police: text(),
            sample: true,
        }
    }

    #[test]
    fn every_entry_of_the_menu_has_its_picture() {
        let pictures = include_str!("../assets/menu.svg");
        for link in [
            "/office",
            "/office/plans",
            "/office/assignments",
            "/office/supervision",
            "/office/catalogues",
            "/office/obligations",
            "/office/disclosures",
            "/office/interpretation",
            "/office/annual-reports",
            "/office/accounts",
            "/office/reviews",
            "/office/requests",
            "/office/units",
            "/office/users",
            "/office/journal",
        ] {
            let icon = Entry { label: "", link, current: false }.icon();
            assert!(pictures.contains(&format!("<symbol id=\"{icon}\"")), "{link}: {icon}");
        }
    }

    #[test]
    fn tables_go_on_wide_paper_and_letters_do_not() {
        let page = |path: &str| Page::portal(&site(), "页", path);
        assert!(page("/plans/1").is_wide_on_paper());
        assert!(page("/office/assignments").is_wide_on_paper());
        assert!(!page("/office/supervision").under("督办", "/office/supervision").is_wide_on_paper());
        assert!(!page("/about").is_wide_on_paper());
    }

    #[test]
    fn only_known_outcomes_are_said() {
        let page = |word| Page::portal(&site(), "页", "/office").with_done(Some(word));
        assert_eq!(page("issued").done, Some("督办单已发出，责任单位将收到提醒。"));
        assert_eq!(page("请拨打诈骗电话").done, None);
    }
}
