//! Just enough HTTP to be a browser without one: cookies and forms over a plain socket.

use crate::program::Demo;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
    /// The body as it came.
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let line = |line: &'_ str| {
            let (found, _) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then_some(())
        };
        self.head.lines().find(|text| line(text).is_some())?.split_once(':').map(|(_, value)| value.trim())
    }
}

fn exchange(demo: &Demo, request: &[u8]) -> Option<Answer> {
    exchange_at(demo.port, request)
}

fn exchange_at(port: u16, request: &[u8]) -> Option<Answer> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(120))).ok()?;
    stream.write_all(request).ok()?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).ok()?;
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let body = bytes.split_off(end + 4);
    let head = String::from_utf8_lossy(&bytes).into_owned();
    let chunked = head.to_ascii_lowercase().contains("transfer-encoding: chunked");
    let body = if chunked { joined(&body)? } else { body };
    let status = head.split_whitespace().nth(1)?.parse().ok()?;
    Some(Answer { status, head, body: String::from_utf8_lossy(&body).into_owned(), bytes: body })
}

/// A body that came in chunks.
fn joined(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let end = body.windows(2).position(|two| two == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&body[..end]).ok()?, 16).ok()?;
        if size == 0 {
            return Some(whole);
        }
        whole.extend_from_slice(body.get(end + 2..end + 2 + size)?);
        body = body.get(end + 2 + size + 2..)?;
    }
}

/// A request with headers of one's own, each ended as HTTP ends lines.
pub(crate) fn ask(demo: &Demo, method: &str, path: &str, headers: &str) -> Option<Answer> {
    ask_port(demo.port, method, path, headers)
}

/// The same of any server.
pub(crate) fn ask_port(port: u16, method: &str, path: &str, headers: &str) -> Option<Answer> {
    let request =
        format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{headers}Connection: close\r\n\r\n");
    exchange_at(port, request.as_bytes())
}

/// Bytes that no page of ours sends.
pub(crate) fn send_port(port: u16, path: &str, body: &[u8]) -> Option<Answer> {
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    exchange_at(port, &[head.as_bytes(), body].concat())
}

pub(crate) fn get(demo: &Demo, path: &str, cookie: &str) -> Option<Answer> {
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n",
        demo.port
    );
    exchange(demo, request.as_bytes())
}

/// A page, unless it is still the one of that tag.
pub(crate) fn get_if_changed(demo: &Demo, path: &str, tag: &str) -> Option<Answer> {
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nIf-None-Match: {tag}\r\nConnection: close\r\n\r\n",
        demo.port
    );
    exchange(demo, request.as_bytes())
}

/// A form as our own page sends it, or with the headers given instead of the browser's word for it.
pub(crate) fn post(
    demo: &Demo,
    path: &str,
    cookie: &str,
    origin: &str,
    form: &[(&str, &str)],
) -> Option<Answer> {
    let encode = |text: &str| -> String { text.bytes().map(|byte| format!("%{byte:02X}")).collect() };
    let body: Vec<String> = form.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
    let body = body.join("&");
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nCookie: {cookie}\r\n{origin}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        demo.port,
        body.len()
    );
    exchange(demo, request.as_bytes())
}

/// What a browser says of a form of our own page.
pub(crate) const OWN: &str = "Sec-Fetch-Site: same-origin\r\n";

/// The session cookie of a demonstration account.
pub(crate) fn sign_in(demo: &Demo, login: &str) -> String {
    let form = [("login", login), ("password", "Yanshi-2026")];
    let answer = post(demo, "/office/sign-in", "", OWN, &form).unwrap();
    assert_eq!(answer.status, 303, "{}", answer.body);
    let line = answer.head.lines().find(|line| line.contains("gongkai_session=")).unwrap();
    let cookie = line.split_once(": ").unwrap().1.split(';').next().unwrap();
    cookie.to_owned()
}

/// A file sent by the import form.
pub(crate) fn upload(demo: &Demo, cookie: &str, name: &str, content: &[u8]) -> Answer {
    let file = ("file", name, content);
    multipart(demo, "/office/plans/import", cookie, &[("region", "1")], file)
}

/// A form with a file, as our own page sends it.
pub(crate) fn multipart(
    demo: &Demo,
    path: &str,
    cookie: &str,
    fields: &[(&str, &str)],
    (field, name, content): (&str, &str, &[u8]),
) -> Answer {
    let boundary = "gongkai-test-boundary";
    let part = |head: &str| format!("--{boundary}\r\nContent-Disposition: form-data; {head}");
    let texts: String =
        fields.iter().map(|(name, value)| part(&format!("name=\"{name}\"\r\n\r\n{value}\r\n"))).collect();
    let file = part(&format!(
        "name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
    ));
    let head = texts + &file;
    let tail = format!("\r\n--{boundary}--\r\n");
    let length = head.len() + content.len() + tail.len();
    let mut request = format!(
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nCookie: {cookie}\r\n{OWN}Content-Type: multipart/form-data; boundary={boundary}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n",
        demo.port
    )
    .into_bytes();
    request.extend_from_slice(head.as_bytes());
    request.extend_from_slice(content);
    request.extend_from_slice(tail.as_bytes());
    exchange(demo, &request).expect("the program answers every upload")
}

/// Sends a comment; the answer's status, or `None` when the program is gone.
pub(crate) fn comment(port: u16, cookie: &str, text: &str) -> Option<u16> {
    let encoded: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let body = format!("text={encoded}");
    let request = format!(
        "POST /office/assignments/1/comments HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n{OWN}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    answer.split_whitespace().nth(1)?.parse().ok()
}
