//! Forms, read within their limits, their token checked where the browser does not vouch for them. Those with files are
//! in [`upload`].

pub(crate) mod upload;

pub(crate) use upload::{PublicUpload, Upload, UploadedFile};

use crate::app::App;
use crate::origin::Origin;
use crate::problem::Problem;
use crate::session::Staff;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::{Extensions, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::limits::FORM_BYTES_MAX;
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What a person typed into the form that is being handled, so that a page that refuses it can give the words back.
#[derive(Debug, Clone, Default)]
pub(crate) struct Typed(Arc<Mutex<Vec<(&'static str, String)>>>);

/// A field's name for people, and its words.
pub(crate) type TypedField = (&'static str, String);

/// The fields into which people write, by the names that pages show. Others, above all passwords, are never kept.
const TYPED_FIELDS: [(&str, &str); 54] = [
    ("title", "标题"),
    ("number", "序号"),
    ("name", "名称"),
    ("content", "具体内容"),
    ("units", "责任单位"),
    ("due", "完成时限"),
    ("remark", "备注"),
    ("percent", "完成比例"),
    ("text", "文字内容"),
    ("url", "链接"),
    ("facts", "事由"),
    ("requirement", "办理要求"),
    ("due_on", "新的办理期限"),
    ("aliases", "别名"),
    ("level1", "一级事项"),
    ("level2", "二级事项"),
    ("elements", "公开内容（要素）"),
    ("basis", "公开依据"),
    ("limit", "公开时限"),
    ("publisher", "公开主体"),
    ("channels", "公开渠道和载体"),
    ("audience", "公开对象"),
    ("mode", "公开方式"),
    ("tiers", "公开层级"),
    ("reason", "原因"),
    ("grounds", "放宽的依据"),
    ("about", "信息名称"),
    ("address", "公开地址"),
    ("after", "改成的内容"),
    ("body", "正文"),
    ("document_number", "文号"),
    ("source", "来源"),
    ("keywords", "关键词"),
    ("summary", "内容概述"),
    ("amends", "修改的文件"),
    ("repeals", "废止的文件"),
    ("guide_office", "政府信息公开工作机构"),
    ("guide_address", "办公地址"),
    ("guide_hours", "办公时间"),
    ("guide_phone", "联系电话"),
    ("guide_fax", "传真号码"),
    ("guide_post_code", "邮政编码"),
    ("guide_mail", "电子邮箱"),
    ("guide_web", "其他互联网联系方式"),
    ("guide_arrangement", "信息的分类和编排体系"),
    ("guide_ways", "获取方式"),
    ("guide_reading_places", "查阅场所"),
    ("guide_complaints", "监督投诉机构"),
    ("guide_review_authority", "行政复议机关"),
    ("guide_court", "有管辖权的人民法院"),
    ("overall", "总体情况"),
    ("problems", "存在的主要问题及改进情况"),
    ("others", "其他需要报告的事项"),
    ("explanation", "数据说明"),
];

/// The fields of the rooms of requests for disclosure, some of which mean something else elsewhere.
const REQUEST_FIELDS: [(&str, &str); 10] = [
    ("number", "编号或者案号"),
    ("body", "复议机关或者法院"),
    ("text", "填写的内容"),
    ("note", "说明"),
    ("how", "怎样送达、谁签收"),
    ("phone", "联系电话"),
    ("address", "通信地址"),
    ("email", "电子邮箱"),
    ("remark", "备注"),
    ("reason", "理由"),
];

/// What a page under this address calls a field.
fn label(path: &str, name: &str) -> Option<&'static str> {
    let own: &[_] = if path.contains("/requests") { &REQUEST_FIELDS } else { &[] };
    own.iter().chain(&TYPED_FIELDS).find(|(known, _)| *known == name).map(|(_, label)| *label)
}

impl Typed {
    fn keep<N: AsRef<str>, V: AsRef<str>>(extensions: &Extensions, fields: impl Iterator<Item = (N, V)>) {
        let Some(Self(kept)) = extensions.get::<Self>() else { return };
        let sent: HashMap<String, String> = fields
            .map(|(name, value)| (name.as_ref().to_owned(), value.as_ref().trim().to_owned()))
            .collect();
        let mut names: Vec<&'static str> = Vec::new();
        for (name, _) in TYPED_FIELDS.iter().chain(&REQUEST_FIELDS) {
            if !names.contains(name) {
                names.push(name);
            }
        }
        let typed = names.into_iter().filter_map(|name| Some((name, sent.get(name)?.clone())));
        let typed = typed.filter(|(_, words)| !words.is_empty()).collect();
        *kept.lock().unwrap_or_else(PoisonError::into_inner) = typed;
    }

    /// Takes the fields out, in the order of the pages, as those under this address call them.
    pub(crate) fn take(&self, path: &str) -> Vec<TypedField> {
        let kept = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        kept.into_iter().filter_map(|(name, words)| Some((label(path, name)?, words))).collect()
    }
}

/// A plain form sent by a signed-in person.
pub(crate) struct Form<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<App> for Form<T> {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let staff = Staff::from_request_parts(&mut parts, app).await?;
        let bytes = read_body(body).await.map_err(IntoResponse::into_response)?;
        let fields = || url::form_urlencoded::parse(&bytes);
        Typed::keep(&parts.extensions, fields());
        let token = fields().find(|(name, _)| name == "csrf").map(|(_, value)| value);
        check_token(&parts.extensions, &staff.session.csrf, token.as_deref())
            .map_err(IntoResponse::into_response)?;
        read_form(&bytes).map(Self).map_err(IntoResponse::into_response)
    }
}

/// A form sent by a reader of the portal, who needs no account; it gives no right to anything.
pub(crate) struct PublicForm<T>(pub(crate) T);

/// A field nobody sees; programs that fill in every field of every form fill it in too.
const TRAP: &str = "website";

impl<T: DeserializeOwned> FromRequest<App> for PublicForm<T> {
    type Rejection = Response;

    async fn from_request(request: Request, _app: &App) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let bytes = read_body(body).await.map_err(IntoResponse::into_response)?;
        let fields = || url::form_urlencoded::parse(&bytes);
        Typed::keep(&parts.extensions, fields());
        if fields().any(|(name, value)| name == TRAP && !value.is_empty()) {
            return Err(trapped().into_response());
        }
        read_form(&bytes).map(Self).map_err(IntoResponse::into_response)
    }
}

fn trapped() -> Problem {
    Problem::bad_input("“请勿填写”一栏填有内容，没有提交。请清空这一栏再提交。")
}

/// Reads a form's body within its limit.
///
/// # Errors
/// A form larger than [`FORM_BYTES_MAX`] is refused.
pub(crate) async fn read_body(body: Body) -> Result<Bytes, Problem> {
    axum::body::to_bytes(body, FORM_BYTES_MAX).await.map_err(|_| {
        Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "填写的内容过长",
            format!(
                "一次提交的文字不能超过 {} 万字节，内容没有保存。请返回上一页删减，或作为附件上传。",
                FORM_BYTES_MAX / 10_000
            ),
        )
    })
}

/// Reads the fields of a form.
///
/// # Errors
/// A missing or unreadable field.
pub(crate) fn read_form<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    serde_html_form::from_bytes(bytes).map_err(|error| {
        tracing::debug!(%error, "a form could not be read");
        Problem::bad_input("表单缺少内容或内容无法识别。请返回上一页，检查填写的内容后重新提交。")
    })
}

fn check_token(extensions: &Extensions, expected: &str, given: Option<&str>) -> Result<(), Problem> {
    if extensions.get::<Origin>() == Some(&Origin::Same) {
        return Ok(());
    }
    let given = given.unwrap_or_default().as_bytes();
    let same = given.len() == expected.len()
        && given.iter().zip(expected.as_bytes()).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0;
    if same { Ok(()) } else { Err(Problem::foreign_form()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unvouched_form_needs_the_sessions_token() {
        let mut extensions = Extensions::new();
        extensions.insert(Origin::Unknown);
        assert!(check_token(&extensions, "abc", Some("abc")).is_ok());
        for wrong in [None, Some(""), Some("abd"), Some("abcd")] {
            assert!(check_token(&extensions, "abc", wrong).is_err());
        }
        extensions.insert(Origin::Same);
        assert!(check_token(&extensions, "abc", None).is_ok());
    }
}
