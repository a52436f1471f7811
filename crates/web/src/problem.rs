//! What went wrong, as a page that says what happened, why, and what to do.
//!
//! Handlers return `Result<_, Problem>`; the middleware [`render`] turns a problem into the portal's or the office's
//! error page. Details of our own faults go to the log with the request id, never to the page.

use crate::app::App;
use crate::form::{Typed, TypedField};
use crate::page::Page;
use crate::session::Staff;
use askama::Template;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use domain::role::Denied;

/// A refusal or a fault, with the words for the person.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    /// HTTP status.
    pub(crate) status: StatusCode,
    /// What happened, in a few words.
    pub(crate) title: String,
    /// Why, and what to do.
    pub(crate) message: String,
}

impl Problem {
    /// A problem with the given words.
    pub(crate) fn new(status: StatusCode, title: &str, message: impl Into<String>) -> Self {
        Self { status, title: title.to_owned(), message: message.into() }
    }

    /// Nothing is here.
    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            &format!("没有找到{what}"),
            "它可能已被移走，或地址输入有误。请检查地址，或从首页、栏目导航重新进入。",
        )
    }

    /// The input cannot be used; the sentence says why and what to do.
    pub(crate) fn bad_input(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "提交的内容需要修改", message)
    }

    /// The request did not come from our own page.
    pub(crate) fn foreign_form() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "页面已过期",
            "为保障安全，本次提交没有执行。请返回上一页，刷新后重新提交；已填写的内容请先复制保存。",
        )
    }

    /// Too many requests from one address.
    pub(crate) fn too_many() -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "操作过于频繁", "请稍等一分钟后再试。")
    }
}

impl From<store::Error> for Problem {
    fn from(error: store::Error) -> Self {
        use store::Error;
        match error {
            Error::Conflict { .. } => Self::new(StatusCode::CONFLICT, "内容已被他人修改", error.to_string()),
            Error::Refused(message) => Self::bad_input(message),
            Error::NotFound(what) => Self::not_found(what),
            Error::Full => Self::new(
                StatusCode::INSUFFICIENT_STORAGE,
                "存储空间不足",
                "内容没有保存。请联系系统管理员清理磁盘空间后重试。",
            ),
            fault => {
                tracing::error!(error = ?fault, "the record could not be read or written");
                Self::fault()
            }
        }
    }
}

impl Problem {
    /// Our own fault; the reason is in the log.
    pub(crate) fn fault() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "系统出现故障",
            "本次操作没有完成，已保存的内容不受影响。请稍后重试；多次出现的，请将页面下方的请求编号告知系统管理员。",
        )
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        Self::new(StatusCode::FORBIDDEN, "没有权限", denied.to_string())
    }
}

impl From<askama::Error> for Problem {
    fn from(error: askama::Error) -> Self {
        tracing::error!(%error, "a page could not be rendered");
        Self::fault()
    }
}

impl From<tables::Refusal> for Problem {
    fn from(refusal: tables::Refusal) -> Self {
        let status = match refusal {
            tables::Refusal::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Self::new(status, "文件无法读取", refusal.to_string())
    }
}

impl IntoResponse for Problem {
    /// A bare response carrying the problem; [`render`] replaces it by a whole page.
    fn into_response(self) -> Response {
        let mut response = (self.status, self.message.clone()).into_response();
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// A page as a response.
///
/// # Errors
/// A template that cannot be rendered is our fault, logged and shown as such.
pub(crate) fn page(template: &impl Template) -> Result<Response, Problem> {
    Ok(Html(template.render()?).into_response())
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    page: Page,
    problem: Problem,
    request_id: String,
    in_office: bool,
    own_requests: bool,
    typed: Vec<TypedField>,
    from: Option<String>,
}

/// The same within the office's frame.
#[derive(Template)]
#[template(path = "office/problem.html")]
struct OfficeProblemPage {
    page: Page,
    problem: Problem,
    request_id: String,
    in_office: bool,
    own_requests: bool,
    typed: Vec<TypedField>,
    from: Option<String>,
}

/// The office's frame, for who is signed in; `None` for everybody else, and when not even that can be read.
async fn office_frame(app: &App, headers: &HeaderMap, title: &str) -> Option<Page> {
    let (mut parts, ()) = Request::new(()).into_parts();
    parts.headers.clone_from(headers);
    let staff = Staff::from_request_parts(&mut parts, app).await.ok()?;
    crate::office::frame(app, &staff, headers, title, "").await.ok()
}

/// The page of the office from which a form was sent.
fn sent_from(headers: &HeaderMap) -> Option<String> {
    let referer = url::Url::parse(headers.get(header::REFERER)?.to_str().ok()?).ok()?;
    let path = referer.path();
    // A second slash would name another host.
    (path == "/office" || path.starts_with("/office/")).then(|| match referer.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    })
}

/// Turns problems, ours and the framework's (a body that is too large, an unreadable form), into pages.
pub(crate) async fn render(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let typed = Typed::default();
    request.extensions_mut().insert(typed.clone());
    let from = sent_from(request.headers()).filter(|_| request.method() == Method::POST);
    let path = request.uri().path().to_owned();
    let headers = request.headers().clone();
    let elder = crate::page::wants_elder(&headers);
    let request_id = request
        .headers()
        .get("x-request-id")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    let response = next.run(request).await;
    let status = response.status();
    let problem = match response.extensions().get::<Problem>() {
        Some(problem) => problem.clone(),
        None if status.is_client_error() && !is_page(&response) => framework_problem(status),
        None if status.is_server_error() && !is_page(&response) => Problem::fault(),
        None => return response,
    };
    let in_office = path.starts_with("/office");
    let own_requests = path.starts_with("/requests/");
    let typed = typed.take(&path);
    let framed = if in_office { office_frame(&app, &headers, &problem.title).await } else { None };
    let rendered = match framed {
        Some(page) => {
            OfficeProblemPage { page, problem, request_id, in_office, own_requests, typed, from }.render()
        }
        None => {
            let page = Page::portal(&app.settings.site, &problem.title, &path).with_elder(elder);
            ProblemPage { page, problem, request_id, in_office, own_requests, typed, from }.render()
        }
    };
    let body = rendered.unwrap_or_else(|error| {
        tracing::error!(%error, "the error page could not be rendered");
        "系统出现故障，请稍后重试。".to_owned()
    });
    let mut page = (status, Html(body)).into_response();
    page.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(retry) = response.headers().get(header::RETRY_AFTER) {
        page.headers_mut().insert(header::RETRY_AFTER, retry.clone());
    }
    page
}

fn is_page(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    kind.is_some_and(|kind| kind.starts_with(b"text/html") || kind.starts_with(b"application/json"))
}

fn framework_problem(status: StatusCode) -> Problem {
    match status {
        StatusCode::NOT_FOUND => Problem::not_found("这个页面"),
        StatusCode::METHOD_NOT_ALLOWED => {
            Problem::new(status, "这个地址不能这样访问", "请返回上一页，从页面上的按钮或链接进入。")
        }
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(
            status,
            "提交的内容过大",
            format!(
                "单个文件不能超过 {} MB，内容没有保存。请压缩图片、拆分文件或删去无关工作表后重新上传。",
                domain::limits::UPLOAD_BYTES_MAX / 1_000_000
            ),
        ),
        StatusCode::REQUEST_TIMEOUT => Problem::new(
            status,
            "处理超时",
            "网络较慢或内容较多，本次操作没有完成。请重试；文件较大的请拆分后上传。",
        ),
        _ => Problem::new(status, "提交的内容无法识别", "请返回上一页，检查填写的内容后重新提交。"),
    }
}

/// The answer after a handler panicked; [`render`] makes it a page. The panic is in the log.
pub(crate) fn after_panic(_reason: Box<dyn std::any::Any + Send>) -> Response {
    tracing::error!("a handler panicked");
    Problem::fault().into_response()
}
