//! What readers send and are sent, with a mail server and another system that stand in for the real ones and speak their
//! protocols: error reports, subscriptions, webhooks.

use crate::http::{Answer, OWN, get, post, sign_in};
use crate::program::Demo;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// A mail server on a port of its own: takes mails as RFC 5321 has it; hands them over as they came.
fn mail_server() -> (u16, Receiver<String>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, mails) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let _ = take_mails(stream, |mail| sender.send(mail).is_ok());
        }
    });
    (port, mails)
}

fn take_mails(mut stream: TcpStream, keep: impl Fn(String) -> bool) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    stream.write_all(b"220 mail.example ESMTP\r\n")?;
    let mut envelope = String::new();
    while let Some(line) = lines.next() {
        let line = line?;
        let word = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let answer = match word.as_str() {
            "EHLO" | "HELO" => "250-mail.example\r\n250 8BITMIME\r\n",
            "MAIL" | "RCPT" => {
                envelope.push_str(&line);
                envelope.push('\n');
                "250 ok\r\n"
            }
            "DATA" => {
                stream.write_all(b"354 go on\r\n")?;
                let text: Vec<String> =
                    lines.by_ref().map_while(Result::ok).take_while(|line| line != ".").collect();
                if !keep(format!("{envelope}{}", text.join("\n"))) {
                    return Ok(());
                }
                envelope.clear();
                "250 taken\r\n"
            }
            "QUIT" => {
                stream.write_all(b"221 bye\r\n")?;
                return Ok(());
            }
            _ => "250 ok\r\n",
        };
        stream.write_all(answer.as_bytes())?;
    }
    Ok(())
}

/// The text of a mail, its transfer coding undone.
fn text(mail: &str) -> String {
    let (head, body) = mail.split_once("\n\n").unwrap();
    if head.to_ascii_lowercase().contains("content-transfer-encoding: base64") {
        let joined: String = body.split_whitespace().collect();
        use base64::Engine;
        let bytes = base64::engine::general_purpose::STANDARD.decode(joined).unwrap();
        return String::from_utf8(bytes).unwrap();
    }
    let joined = body.replace("=\n", "");
    let mut bytes = Vec::new();
    let mut rest = joined.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let coded = (*first == b'=').then(|| after.get(..2)).flatten();
        let coded = coded.and_then(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok());
        match coded {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// Another system: answers each message with the next status, then with the last one for ever.
fn other_system(statuses: &'static [u16]) -> (u16, Receiver<String>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, messages) = channel();
    std::thread::spawn(move || {
        for (turn, stream) in listener.incoming().map_while(Result::ok).enumerate() {
            let status = statuses[turn.min(statuses.len() - 1)];
            let message = take_message(stream, status).unwrap_or_default();
            if sender.send(message).is_err() {
                return;
            }
        }
    });
    (port, messages)
}

fn take_message(mut stream: TcpStream, status: u16) -> std::io::Result<String> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        if line.trim().is_empty() {
            break;
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    write!(stream, "HTTP/1.1 {status} x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")?;
    Ok(format!("{head}\n{}", String::from_utf8_lossy(&body)))
}

/// The version a disclosure's forms are for.
pub(crate) fn version(demo: &Demo, id: i64, cookie: &str) -> String {
    let page = get(demo, &format!("/office/disclosures/{id}"), cookie).unwrap().body;
    page.split_once("name=\"version\" value=\"").unwrap().1.split('"').next().unwrap().to_owned()
}

pub(crate) fn take(demo: &Demo, id: i64, cookie: &str, step: &str, fields: &[(&str, &str)]) -> Answer {
    let version = version(demo, id, cookie);
    let form = [&[("version", version.as_str())], fields].concat();
    post(demo, &format!("/office/disclosures/{id}/{step}"), cookie, OWN, &form).unwrap()
}

/// A disclosure on its whole way to the public; returns its id.
pub(crate) fn publish(demo: &Demo, title: &str) -> i64 {
    let clerk = sign_in(demo, "minzheng");
    let page = get(demo, "/office/disclosures/new", &clerk).unwrap().body;
    let unit = page.split_once("name=\"unit\"").unwrap().1.split_once("value=\"").unwrap().1;
    let unit = unit.split('"').next().unwrap();
    let form = [("title", title), ("unit", unit), ("kind", "notice")];
    let made = post(demo, "/office/disclosures/new", &clerk, OWN, &form).unwrap();
    let path = made.header("location").unwrap();
    let id: i64 = path.split('/').nth(3).unwrap().split('?').next().unwrap().parse().unwrap();
    let version = version(demo, id, &clerk);
    let form = [
        ("version", version.as_str()),
        ("title", title),
        ("kind", "notice"),
        ("body", "<p>示例正文。</p>"),
        ("subject", "民政、扶贫、救灾"),
        ("formed_on", "2020-09-18"),
    ];
    let saved = post(demo, &format!("/office/disclosures/{id}/edit"), &clerk, OWN, &form).unwrap();
    assert_eq!(saved.status, 303, "{}", saved.body);
    assert_eq!(take(demo, id, &clerk, "submit", &[]).status, 303);
    let reviewer = sign_in(demo, "gongkai");
    for review in ["secrecy", "issue"] {
        assert_eq!(take(demo, id, &reviewer, "pass", &[("review", review)]).status, 303);
    }
    let published = take(demo, id, &clerk, "publish", &[]);
    assert_eq!(published.status, 303, "{}", published.body);
    id
}

#[test]
fn a_reader_subscribes_by_mail_is_written_to_and_leaves() {
    let folder = tempfile::tempdir().unwrap();
    let (port, mails) = mail_server();
    let demo = Demo::start_with(&folder.path().join("data"), &["--smtp", &format!("127.0.0.1:{port}")]);
    let form = [("email", "reader@example.com"), ("kind", "notice"), ("rhythm", "daily")];
    assert_eq!(post(&demo, "/subscriptions", "", OWN, &form).unwrap().status, 303);
    let next = |what: &str| {
        let deadline = Instant::now() + Duration::from_secs(90);
        loop {
            let mail = mails.recv_timeout(deadline.saturating_duration_since(Instant::now()));
            let mail = mail.unwrap_or_else(|_| panic!("no mail about {what}"));
            // The demonstration's own people are written to as well.
            if mail.contains("reader@example.com") {
                return mail;
            }
        }
    };
    let asked = text(&next("the confirmation"));
    let path = asked.split_once("/subscriptions/").unwrap().1.split_whitespace().next().unwrap().to_owned();
    let path = format!("/subscriptions/{path}");
    assert!(get(&demo, &path, "").unwrap().body.contains("确认订阅"));
    assert_eq!(post(&demo, &format!("{path}/confirm"), "", OWN, &[]).unwrap().status, 303);
    let id = publish(&demo, "订阅以后公开的示例公告");
    let mail = next("the news");
    assert!(mail.contains("List-Unsubscribe: <http"), "{mail}");
    let said = text(&mail);
    assert!(
        said.contains("订阅以后公开的示例公告") && said.contains(&format!("/disclosures/{id}")),
        "{said}"
    );
    // A mail program's own button sends no word of where it comes from.
    let end = post(&demo, &format!("{path}/end"), "", "", &[("List-Unsubscribe", "One-Click")]).unwrap();
    assert_eq!(end.status, 303);
    assert_eq!(get(&demo, &path, "").unwrap().status, 404);
    let wrong = post(&demo, "/subscriptions", "", OWN, &[("email", "读者"), ("kind", "notice")]).unwrap();
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("电子邮箱地址写法不对") && wrong.body.contains("value=\"读者\""));
    let bytes = std::fs::read(folder.path().join("data/gongkai.db")).unwrap();
    let holds = bytes.windows(18).any(|window| window == b"reader@example.com");
    assert!(!holds, "an address is kept sealed only");
}

#[test]
fn another_system_is_told_until_it_listens_with_a_signature_it_can_check() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start_with(&folder.path().join("data"), &["--internal-receiver", "127.0.0.1"]);
    let (port, messages) = other_system(&[503, 204]);
    let office = sign_in(&demo, "gongkai");
    let clerk = sign_in(&demo, "minzheng");
    let url = format!("http://127.0.0.1:{port}/hook");
    let form = [("name", "示例办公系统"), ("url", url.as_str())];
    assert_eq!(post(&demo, "/office/webhooks", &clerk, OWN, &form).unwrap().status, 403);
    let added = post(&demo, "/office/webhooks", &office, OWN, &form).unwrap();
    assert_eq!((added.status, added.header("cache-control")), (200, Some("no-store")));
    let secret = added.body.split_once("whsec_").unwrap().1.split('<').next().unwrap().to_owned();
    let page = added.body.split_once("\"/office/webhooks/").unwrap().1.split('"').next().unwrap();
    let page = format!("/office/webhooks/{page}");
    assert!(!get(&demo, &page, &office).unwrap().body.contains("whsec_"), "it is told once");
    let id = publish(&demo, "推送的示例公告");
    let first = messages.recv_timeout(Duration::from_secs(30)).unwrap();
    let header = |message: &str, name: &str| {
        let line = message.lines().find(|line| line.to_ascii_lowercase().starts_with(name)).unwrap();
        line.split_once(':').unwrap().1.trim().to_owned()
    };
    assert!(
        first.contains("disclosure.published") && first.contains(&format!("/disclosures/{id}")),
        "{first}"
    );
    let (_, said) = first.split_once("\n\n").unwrap();
    let (message_id, timestamp) = (header(&first, "webhook-id"), header(&first, "webhook-timestamp"));
    let expected = store::webhook::signature(&secret, &message_id, timestamp.parse().unwrap(), said.trim());
    assert_eq!(header(&first, "webhook-signature"), expected);
    // It was not taken: said on the page, and sent again on demand.
    let seen = Instant::now() + Duration::from_secs(10);
    let failed = loop {
        let body = get(&demo, &page, &office).unwrap().body;
        if body.contains("状态码 503") || Instant::now() > seen {
            break body;
        }
        std::thread::sleep(Duration::from_millis(100));
    };
    let again = failed.split_once("/deliveries/").unwrap().1.split_once("/repeat").unwrap().0;
    let repeat = post(&demo, &format!("{page}/deliveries/{again}/repeat"), &office, OWN, &[]).unwrap();
    assert_eq!(repeat.status, 303);
    let second = messages.recv_timeout(Duration::from_secs(30)).unwrap();
    assert_eq!(header(&second, "webhook-id"), message_id);
}

#[test]
fn a_reader_reports_an_error_and_finds_the_answer() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(&folder.path().join("data"));
    let say = |text: &str, trap: &str| {
        let form = [("page", "/disclosures/1"), ("kind", "link"), ("text", text), ("website", trap)];
        post(&demo, "/error-reports", "", OWN, &form).unwrap()
    };
    assert_eq!(say("附件打不开", "http://spam.example").status, 422, "a program that fills in every field");
    assert_eq!(say(" ", "").status, 422);
    let sent = say("附件打不开", "");
    let path = sent.header("location").unwrap().to_owned();
    assert!(get(&demo, &path, "").unwrap().body.contains("待核实"));
    let code: String = path.rsplit('/').next().unwrap().replace('-', "").to_lowercase();
    let found = get(&demo, &format!("/error-reports/find?code={code}"), "").unwrap();
    assert!(get(&demo, found.header("location").unwrap(), "").unwrap().body.contains("附件打不开"));
    assert_eq!(get(&demo, "/error-reports/AAAA-AAAA-AAAA", "").unwrap().status, 404);

    let office = sign_in(&demo, "gongkai");
    let list = get(&demo, "/office/error-reports", &office).unwrap().body;
    let link = list.split("/office/error-reports/").nth(1).unwrap().split('"').next().unwrap();
    let answer = [("outcome", "corrected"), ("text", "附件已重新上传")];
    let one = format!("/office/error-reports/{link}");
    // The report is about another unit's page.
    assert_eq!(post(&demo, &one, &sign_in(&demo, "galutu"), OWN, &answer).unwrap().status, 403);
    assert_eq!(post(&demo, &one, &office, OWN, &answer).unwrap().status, 303);
    let told = get(&demo, &path, "").unwrap().body;
    assert!(told.contains("附件已重新上传") && told.contains("已改正"), "{told}");
    // One address cannot fill the queue.
    let refused = (0..30).map(|turn| say(&format!("重复{turn}"), "").status).filter(|status| *status == 429);
    assert!(refused.count() > 5);
}
