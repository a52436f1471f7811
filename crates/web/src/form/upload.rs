//! Forms with files. Files go to disk as they arrive; memory holds one piece of the body and the texts. What cannot end
//! well is refused early: too many parts, too much text, a part's head that never ends.

use super::{TRAP, Typed, check_token, trapped};
use crate::app::App;
use crate::place::Place;
use crate::problem::Problem;
use crate::rate::client_address;
use crate::session::Staff;
use axum::RequestExt;
use axum::body::{Body, BodyDataStream, Bytes};
use axum::extract::multipart::{Field, Multipart, MultipartError};
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::limits::{
    FORM_BYTES_MAX, REQUEST_FILE_BYTES_MAX, UPLOAD_BYTES_MAX, UPLOAD_FILES_MAX, UPLOAD_HELD_BYTES_MAX,
    UPLOAD_PARTS_MAX,
};
use futures_util::{Stream, StreamExt};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};
use tempfile::NamedTempFile;
use tokio::io::AsyncWriteExt;

/// After a file proved too large, so much more is read and thrown away, so that the browser hears the answer instead
/// of a broken connection.
const DRAIN_BYTES_MAX: usize = 600_000_000;

/// A file as it was sent.
pub(crate) struct UploadedFile {
    /// The form's field.
    pub(crate) field: String,
    /// The name on the sender's machine, without any folder.
    pub(crate) name: String,
    /// Where it lies until the request ends.
    pub(crate) file: NamedTempFile,
}

/// A form with files, sent by a signed-in person.
#[derive(Default)]
pub(crate) struct Upload {
    /// The text fields.
    pub(crate) fields: HashMap<String, String>,
    /// The files, empty ones left out.
    pub(crate) files: Vec<UploadedFile>,
    /// A reader's place, kept as long as the files are.
    place: Option<Place>,
}

impl Upload {
    /// A text field, trimmed; empty when missing.
    pub(crate) fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", |value| value.trim())
    }

    /// The first file of a field.
    pub(crate) fn file(&self, field: &str) -> Option<&UploadedFile> {
        self.files.iter().find(|file| file.field == field)
    }
}

impl FromRequest<App> for Upload {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let staff = Staff::from_request_parts(&mut parts, app).await?;
        let extensions = parts.extensions.clone();
        let upload = receive(Request::from_parts(parts, body), UPLOAD_BYTES_MAX).await?;
        Typed::keep(&extensions, upload.fields.iter());
        check_token(&extensions, &staff.session.csrf, upload.fields.get("csrf").map(String::as_str))
            .map_err(IntoResponse::into_response)?;
        Ok(upload)
    }
}

/// A form with files, sent by a reader of the portal.
pub(crate) struct PublicUpload(pub(crate) Upload);

impl FromRequest<App> for PublicUpload {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let connection = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0);
        let address = client_address(request.headers(), connection, app.settings.behind_proxy);
        let Some(mut place) = app.rate_limits.uploads.take(address) else {
            drain(request).await;
            return Err(busy().into_response());
        };
        let mut upload = receive(request, REQUEST_FILE_BYTES_MAX).await?;
        if !upload.field(TRAP).is_empty() {
            return Err(trapped().into_response());
        }
        if !upload.files.is_empty() {
            place.wait_to_read().await;
        }
        upload.place = Some(place);
        Ok(Self(upload))
    }
}

/// Throws a body away, so that the browser hears the answer.
async fn drain(request: Request) {
    let mut pieces = request.with_limited_body().into_body().into_data_stream();
    while let Some(Ok(_)) = pieces.next().await {}
}

/// A body handed on piece by piece, as its parser of multipart uses them up. By itself that parser takes all that has come
/// before it looks at any, and waits for the end of a part's head however much that is.
struct Paced {
    pieces: BodyDataStream,
    /// Bytes handed on since the parser last gave something out.
    held: Arc<AtomicUsize>,
    resting: bool,
}

/// The parser was given much and gave nothing out.
#[derive(Debug, thiserror::Error)]
#[error("a part's head has no end")]
struct Endless;

impl Stream for Paced {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if std::mem::take(&mut self.resting) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let piece = ready!(Pin::new(&mut self.pieces).poll_next(context));
        if let Some(Ok(bytes)) = &piece {
            self.resting = true;
            let held = self.held.fetch_add(bytes.len(), Ordering::Relaxed).saturating_add(bytes.len());
            if held > UPLOAD_HELD_BYTES_MAX {
                return Poll::Ready(Some(Err(axum::Error::new(Endless))));
            }
        }
        Poll::Ready(piece)
    }
}

/// The parts of a form, read within their limits.
struct Receiver {
    multipart: Multipart,
    held: Arc<AtomicUsize>,
    file_bytes_max: usize,
    text_bytes: usize,
}

async fn receive(request: Request, file_bytes_max: usize) -> Result<Upload, Response> {
    let held = Arc::new(AtomicUsize::new(0));
    let request = request.map(|body| {
        Body::from_stream(Paced { pieces: body.into_data_stream(), held: Arc::clone(&held), resting: false })
    });
    let multipart = Multipart::from_request(request, &()).await.map_err(IntoResponse::into_response)?;
    let receiver = Receiver { multipart, held, file_bytes_max, text_bytes: 0 };
    receiver.all().await.map_err(IntoResponse::into_response)
}

impl Receiver {
    async fn all(mut self) -> Result<Upload, Problem> {
        let mut upload = Upload::default();
        let mut parts = 0;
        while let Some(field) = self.multipart.next_field().await.map_err(|error| broken(&error))? {
            self.held.store(0, Ordering::Relaxed);
            parts += 1;
            if parts > UPLOAD_PARTS_MAX {
                return Err(Problem::bad_input("表单的栏目过多，内容没有保存。请返回上一页重新填写。"));
            }
            let name = field.name().unwrap_or_default().to_owned();
            self.text_bytes = self.text_bytes.saturating_add(name.len());
            match field.file_name().map(base_name) {
                None => {
                    let text = receive_text(field, &self.held, &mut self.text_bytes).await?;
                    upload.fields.insert(name, text);
                }
                Some(file_name) => {
                    let file = receive_file(field, &self.held, self.file_bytes_max).await?;
                    upload.files.extend(file.map(|file| UploadedFile { field: name, name: file_name, file }));
                }
            }
            if upload.files.len() > UPLOAD_FILES_MAX {
                return Err(Problem::bad_input(format!(
                    "一次最多上传 {UPLOAD_FILES_MAX} 个文件，请分次上传。"
                )));
            }
        }
        Ok(upload)
    }
}

/// The next piece of a part.
async fn piece(field: &mut Field<'_>, held: &AtomicUsize) -> Result<Option<Bytes>, Problem> {
    let piece = field.chunk().await.map_err(|error| broken(&error))?;
    held.store(0, Ordering::Relaxed);
    Ok(piece)
}

/// A text, with those before it no longer than a form may be.
async fn receive_text(
    mut field: Field<'_>,
    held: &AtomicUsize,
    text_bytes: &mut usize,
) -> Result<String, Problem> {
    let mut text = Vec::new();
    loop {
        if *text_bytes > FORM_BYTES_MAX {
            return Err(Problem::bad_input("填写的文字过长，内容没有保存。请删减后重新提交。"));
        }
        let Some(piece) = piece(&mut field, held).await? else { break };
        *text_bytes = text_bytes.saturating_add(piece.len());
        text.extend_from_slice(&piece);
    }
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// A file on disk; `None` for an empty one.
async fn receive_file(
    mut field: Field<'_>,
    held: &AtomicUsize,
    bytes_max: usize,
) -> Result<Option<NamedTempFile>, Problem> {
    let file = NamedTempFile::new().map_err(|error| no_space(&error))?;
    let mut writer = tokio::fs::File::from_std(file.reopen().map_err(|error| no_space(&error))?);
    let mut bytes = 0;
    while let Some(piece) = piece(&mut field, held).await? {
        bytes += piece.len();
        if bytes > DRAIN_BYTES_MAX {
            return Err(too_large(bytes_max));
        }
        if bytes <= bytes_max {
            writer.write_all(&piece).await.map_err(|error| no_space(&error))?;
        }
    }
    writer.flush().await.map_err(|error| no_space(&error))?;
    if bytes > bytes_max {
        return Err(too_large(bytes_max));
    }
    Ok((bytes > 0).then_some(file))
}

/// The last part of a name, whatever the sender's system separates folders by; bounded, without control characters.
fn base_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last.chars().filter(|c| !c.is_control()).take(200).collect();
    if name.trim().is_empty() { "未命名文件".to_owned() } else { name }
}

fn too_large(bytes_max: usize) -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "文件过大",
        format!(
            "单个文件不能超过 {} MB，文件没有保存。请压缩图片、拆分文件或删去无关工作表后重新上传。",
            bytes_max / 1_000_000
        ),
    )
}

/// The body ended early, or is larger than its route takes.
fn broken(error: &MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "文件过大",
            "上传的文件合计过大，内容没有保存。请压缩或者分次上传。",
        );
    }
    Problem::bad_input("文件没有完整上传，可能是网络中断，内容没有保存。请检查网络后重新上传。")
}

fn busy() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "正在提交的人较多",
        "同时上传材料的人较多，本次内容没有保存。请返回上一页，一分钟后重新提交，已填写的内容仍在页面上。",
    )
}

fn no_space(error: &std::io::Error) -> Problem {
    tracing::error!(%error, "an upload could not be written");
    Problem::from(store::Error::Full)
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream;

    const HEAD: &str = "--b\r\nContent-Disposition: form-data; name=\"";

    fn sent(body: Body) -> Request {
        let builder = Request::builder().header("content-type", "multipart/form-data; boundary=b");
        builder.body(body).unwrap()
    }

    fn cut(body: &str, size: usize) -> Body {
        let pieces =
            body.as_bytes().chunks(size).map(|piece| Ok::<_, axum::Error>(Bytes::copy_from_slice(piece)));
        Body::from_stream(stream::iter(pieces.collect::<Vec<_>>()))
    }

    async fn refused(body: Body) -> StatusCode {
        receive(sent(body), 1_000).await.err().map(|response| response.status()).unwrap()
    }

    #[test]
    fn a_file_name_never_names_a_folder() {
        assert_eq!(base_name("C:\\文件\\分解表.xlsx"), "分解表.xlsx");
        assert_eq!(base_name("../../etc/passwd"), "passwd");
        assert_eq!(base_name("a\u{0}b.txt"), "ab.txt");
        assert_eq!(base_name("目录/"), "未命名文件");
    }

    #[tokio::test]
    async fn texts_and_files_arrive_however_the_body_is_cut() {
        let body = format!(
            "{HEAD}text\"\r\n\r\n一\r\n二\r\n{HEAD}file\"; filename=\"a.txt\"\r\n\r\n内\r\n容\r\n{HEAD}none\"; filename=\"\"\r\n\r\n\r\n--b--\r\n"
        );
        for size in [1, 7, 64, body.len()] {
            let upload = receive(sent(cut(&body, size)), 1_000).await.ok().unwrap();
            assert_eq!(upload.field("text"), "一\r\n二");
            assert_eq!(upload.files.len(), 1, "an empty file is none");
            let file = upload.file("file").unwrap();
            assert_eq!(std::fs::read_to_string(file.file.path()).unwrap(), "内\r\n容");
        }
    }

    #[tokio::test]
    async fn a_head_without_end_is_not_waited_for() {
        let taken = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&taken);
        let head = stream::iter([Bytes::from_static(HEAD.as_bytes())]);
        let rest = stream::repeat(Bytes::from(vec![b'a'; 65_536]));
        let pieces = head.chain(rest).map(move |piece| {
            counted.fetch_add(piece.len(), Ordering::Relaxed);
            Ok::<_, axum::Error>(piece)
        });
        assert_eq!(refused(Body::from_stream(pieces)).await, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(taken.load(Ordering::Relaxed) < 2 * UPLOAD_HELD_BYTES_MAX);
    }

    #[tokio::test]
    async fn names_and_empty_parts_count() {
        let part = |name: &str, text: &str| format!("{HEAD}{name}\"\r\n\r\n{text}\r\n");
        let many: String = (0..=UPLOAD_PARTS_MAX).map(|n| part(&n.to_string(), "")).collect();
        assert_eq!(refused(Body::from(many + "--b--\r\n")).await, StatusCode::UNPROCESSABLE_ENTITY);
        let empty: String =
            (0..=UPLOAD_PARTS_MAX).map(|n| part(&format!("{n}\"; filename=\"a"), "")).collect();
        assert_eq!(refused(Body::from(empty + "--b--\r\n")).await, StatusCode::UNPROCESSABLE_ENTITY);
        let long = "a".repeat(FORM_BYTES_MAX / 4);
        let names: String = (0..5).map(|n| part(&format!("{n}{long}"), "")).collect();
        assert_eq!(refused(cut(&(names + "--b--\r\n"), 65_536)).await, StatusCode::UNPROCESSABLE_ENTITY);
    }

    #[tokio::test]
    async fn a_file_keeps_to_the_limit_of_its_form() {
        let file = |bytes: usize| {
            let content = "x".repeat(bytes);
            Body::from(format!("{HEAD}file\"; filename=\"a.txt\"\r\n\r\n{content}\r\n--b--\r\n"))
        };
        assert!(receive(sent(file(1_000)), 1_000).await.is_ok());
        assert_eq!(refused(file(1_001)).await, StatusCode::PAYLOAD_TOO_LARGE);
    }
}
