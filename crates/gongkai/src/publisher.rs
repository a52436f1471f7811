//! Publishes to accounts by program: a draft in WeChat's official accounts (stable_token, then draft/add), or a signed message
//! to the system that runs the account. Why it was not taken is told in words a clerk understands.

use domain::account::Publisher;
use domain::disclosure::share;
use serde_json::{Value, json};
use std::time::Duration;
use store::dispatch::{Outgoing, Published};
use web::app::App;

/// Dispatches sent in one turn.
const BATCH: u64 = 10;
/// How long the platform may take.
const WAIT: Duration = Duration::from_secs(20);
/// Bytes of an answer that are read; real ones have a few hundred.
const ANSWER_BYTES: u64 = 64_000;

/// Sends what has come due; returns how many the platforms took.
///
/// # Errors
/// Only the record's.
pub(crate) async fn publish(app: &App) -> store::Result<usize> {
    let mut taken = 0;
    for outgoing in store::dispatch::claim(&app.store, &app.settings.public_url, BATCH).await? {
        let id = outgoing.id;
        let answer = tokio::task::spawn_blocking(move || send(&outgoing)).await;
        let answer = answer.unwrap_or_else(|_| Err("发布中断，稍后重试。".to_owned()));
        taken += usize::from(answer.is_ok());
        store::dispatch::answered(&app.store, id, answer).await?;
    }
    Ok(taken)
}

fn send(outgoing: &Outgoing) -> Result<Published, String> {
    match &outgoing.publisher {
        Publisher::Wechat { api, app_id, secret, cover } => {
            let credential = json!({
                "grant_type": "client_credential", "appid": app_id, "secret": secret, "force_refresh": false,
            });
            // The stable one: other systems of the county that use the account keep theirs.
            let token = wechat(&format!("{api}/cgi-bin/stable_token"), &credential)?;
            let token = word(&token, "access_token")?;
            let token: String =
                token.chars().filter(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
            let draft = share::draft(&outgoing.content, &outgoing.unit, &outgoing.address);
            let mut article = serde_json::to_value(draft).map_err(|error| error.to_string())?;
            article["thumb_media_id"] = cover.as_str().into();
            let articles = json!({ "articles": [article] });
            let kept = wechat(&format!("{api}/cgi-bin/draft/add?access_token={token}"), &articles)?;
            Ok(Published::Draft(word(&kept, "media_id")?))
        }
        Publisher::Webhook { url, secret } => {
            let body = message(outgoing).to_string();
            let id = format!("dispatch-{}", outgoing.id);
            let signature = store::webhook::signature(secret, &id, outgoing.timestamp, &body);
            let timestamp = outgoing.timestamp.to_string();
            let headers =
                [("webhook-id", &id), ("webhook-timestamp", &timestamp), ("webhook-signature", &signature)];
            let answer = post(url, &headers, &body)?;
            let answer: Value = serde_json::from_str(&answer).unwrap_or_default();
            let link = answer["link"].as_str().unwrap_or_default();
            let opens = link.starts_with("https://") || link.starts_with("http://");
            Ok(Published::Live(if opens { link.to_owned() } else { String::new() }))
        }
    }
}

/// What a webhook is told.
fn message(outgoing: &Outgoing) -> Value {
    json!({
        "type": "dispatch.publish",
        "data": {
            "title": outgoing.content.title,
            "unit": outgoing.unit,
            "url": outgoing.address,
            "article": share::article(&outgoing.content, &outgoing.unit, &outgoing.address),
            "short": share::short(&outgoing.content, &outgoing.unit, &outgoing.address),
            "html": outgoing.content.body,
        },
    })
}

/// Posts JSON; the body of the answer when the other side took it (2xx).
fn post(url: &str, headers: &[(&str, &String)], body: &str) -> Result<String, String> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(WAIT))
        // Another address than the one registered is not told.
        .max_redirects(0)
        .http_status_as_error(false)
        .build()
        .into();
    let mut request = agent.post(url).header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    // An error of the library may show the address, and that bears the token.
    let mut answer = request.send(body).map_err(|_| "连不上对方系统，请检查网络和接口地址。".to_owned())?;
    if !answer.status().is_success() {
        return Err(format!("对方系统没有接收（HTTP {}）。", answer.status().as_u16()));
    }
    let body = answer.body_mut().with_config().limit(ANSWER_BYTES).read_to_string();
    body.map_err(|_| "对方系统的答复读不出来。".to_owned())
}

/// Asks WeChat; it says what went wrong in the answer, with status 200.
fn wechat(url: &str, body: &Value) -> Result<Value, String> {
    let answer = post(url, &[], &body.to_string())?;
    let answer: Value =
        serde_json::from_str(&answer).map_err(|_| "公众平台的答复不是JSON，请检查接口地址。".to_owned())?;
    match answer["errcode"].as_i64() {
        None | Some(0) => Ok(answer),
        Some(code) => Err(refusal(code, answer["errmsg"].as_str().unwrap_or_default())),
    }
}

/// What to do about an error of WeChat's.
fn refusal(code: i64, message: &str) -> String {
    let advice = match code {
        -1 => "公众平台繁忙，稍后自动重试",
        40001 | 40125 => "AppSecret不正确，请在账号页面重新填写",
        40013 => "AppID不正确，请在账号页面重新填写",
        40007 => "封面素材编号不正确，请在公众平台后台核对",
        40164 | 61004 => "服务器的IP地址不在公众号的白名单中，请在公众平台后台添加",
        45009 => "今天调用接口的次数已用完，明天再试",
        48001 => "公众号没有草稿箱接口的权限，请先完成认证",
        _ => "公众平台没有接收",
    };
    let message: String = message.chars().take(200).collect();
    format!("{advice}（{code} {message}）。")
}

fn word(answer: &Value, name: &str) -> Result<String, String> {
    let word = answer[name].as_str().filter(|word| !word.is_empty());
    word.map(str::to_owned).ok_or_else(|| format!("公众平台的答复中没有{name}。"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::disclosure::Disclosure;
    use std::io::{BufRead, BufReader, Read, Write};
    use std::net::{TcpListener, TcpStream};
    use std::sync::mpsc::{Receiver, channel};

    /// A request as the stand-in got it: its first line, its headers, its body.
    struct Got {
        line: String,
        headers: Vec<String>,
        body: Value,
    }

    fn take(stream: &TcpStream) -> Got {
        let mut reader = BufReader::new(stream);
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            if line.trim().is_empty() {
                break;
            }
            lines.push(line.trim().to_owned());
        }
        let length = lines.iter().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().unwrap())
        });
        let mut body = vec![0; length.unwrap_or(0)];
        reader.read_exact(&mut body).unwrap();
        Got { line: lines.remove(0), headers: lines, body: serde_json::from_slice(&body).unwrap() }
    }

    /// Somebody who stands in for a platform: answers each request by `answer`, hands over what it got.
    fn stand_in(answer: fn(&Got) -> (u16, Value)) -> (String, Receiver<Got>) {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (sender, received) = channel();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().map_while(Result::ok) {
                let got = take(&stream);
                let (status, body) = answer(&got);
                let body = body.to_string();
                let head =
                    format!("HTTP/1.1 {status} X\r\ncontent-type: application/json; charset=utf-8\r\n");
                let tail = format!("content-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
                stream.write_all((head + &tail).as_bytes()).unwrap();
                if sender.send(got).is_err() {
                    return;
                }
            }
        });
        (address, received)
    }

    /// WeChat's official accounts as far as drafts go, with its rules: a token for the right credential, a cover that
    /// it knows, a title of at most 32 characters; errors come with status 200.
    fn official_accounts(got: &Got) -> (u16, Value) {
        let path = got.line.split(' ').nth(1).unwrap_or_default();
        let answer = match path.split_once('?') {
            None if path == "/cgi-bin/stable_token" => {
                match (got.body["appid"].as_str(), got.body["secret"].as_str()) {
                    (Some("wx-shili"), Some("secret-shili")) => {
                        json!({ "access_token": "TOKEN_1-a", "expires_in": 7200 })
                    }
                    (Some("wx-shili"), _) => json!({ "errcode": 40125, "errmsg": "invalid appsecret" }),
                    _ => json!({ "errcode": 40013, "errmsg": "invalid appid" }),
                }
            }
            Some(("/cgi-bin/draft/add", "access_token=TOKEN_1-a")) => {
                let article = &got.body["articles"][0];
                let text = |name: &str| article[name].as_str().unwrap_or_default().to_owned();
                if text("thumb_media_id") != "COVER" {
                    json!({ "errcode": 40007, "errmsg": "invalid media_id" })
                } else if text("title").chars().count() > 32 || text("title").is_empty() {
                    json!({ "errcode": 45003, "errmsg": "title size out of limit" })
                } else if text("content").is_empty() {
                    json!({ "errcode": 44004, "errmsg": "empty content" })
                } else {
                    json!({ "media_id": "MEDIA_1" })
                }
            }
            _ => json!({ "errcode": 40001, "errmsg": "invalid credential" }),
        };
        (200, answer)
    }

    fn outgoing(publisher: Publisher) -> Outgoing {
        Outgoing {
            id: 7,
            publisher,
            content: Disclosure {
                title: "关于发放示例补贴的公告".repeat(4),
                body: "<p>现将“有关事项”公告如下。</p>".into(),
                ..Disclosure::default()
            },
            unit: "示例旗民政局".into(),
            address: "https://x.cn/disclosures/1".into(),
            timestamp: 1_600_000_000,
        }
    }

    fn official(api: String, secret: &str, cover: &str) -> Publisher {
        Publisher::Wechat { api, app_id: "wx-shili".into(), secret: secret.into(), cover: cover.into() }
    }

    #[test]
    fn a_draft_is_left_at_the_official_account() {
        let (api, received) = stand_in(official_accounts);
        let sent = send(&outgoing(official(api, "secret-shili", "COVER")));
        assert_eq!(sent, Ok(Published::Draft("MEDIA_1".into())));
        let token = received.recv().unwrap();
        assert_eq!(token.line, "POST /cgi-bin/stable_token HTTP/1.1");
        assert_eq!(token.body["grant_type"], "client_credential");
        let draft = received.recv().unwrap();
        let article = &draft.body["articles"][0];
        assert_eq!(article["content_source_url"], "https://x.cn/disclosures/1");
        assert!(article["content"].as_str().unwrap().contains("<p>现将“有关事项”公告如下。</p>"));
    }

    #[test]
    fn what_the_official_account_refuses_is_said_with_what_to_do() {
        let (api, _received) = stand_in(official_accounts);
        let wrong_secret = send(&outgoing(official(api.clone(), "other", "COVER"))).unwrap_err();
        assert!(wrong_secret.contains("AppSecret不正确") && wrong_secret.contains("40125"), "{wrong_secret}");
        let wrong_cover = send(&outgoing(official(api, "secret-shili", "OTHER"))).unwrap_err();
        assert!(wrong_cover.contains("封面素材编号"), "{wrong_cover}");
        let nobody = send(&outgoing(official("http://127.0.0.1:9".into(), "secret-shili", "COVER")));
        assert!(nobody.unwrap_err().contains("连不上"));
    }

    #[test]
    fn a_signed_message_is_taken_and_its_link_is_kept() {
        let (url, received) = stand_in(|_| (200, json!({ "link": "https://weibo.example/1" })));
        let secret = "whsec_c2VjcmV0";
        let publisher = Publisher::Webhook { url: format!("{url}/hook"), secret: secret.into() };
        let sent = send(&outgoing(publisher));
        assert_eq!(sent, Ok(Published::Live("https://weibo.example/1".into())));
        let got = received.recv().unwrap();
        assert_eq!(got.line, "POST /hook HTTP/1.1");
        let header = |name: &str| {
            let found = got.headers.iter().find_map(|line| line.strip_prefix(name)).unwrap();
            found.trim_start_matches(':').trim().to_owned()
        };
        assert_eq!(
            (header("webhook-id"), header("webhook-timestamp")),
            ("dispatch-7".into(), "1600000000".into())
        );
        let expected = store::webhook::signature(secret, "dispatch-7", 1_600_000_000, &got.body.to_string());
        assert_eq!(header("webhook-signature"), expected);
        assert_eq!(got.body["type"], "dispatch.publish");
    }

    #[test]
    fn a_message_that_is_not_taken_is_not_out() {
        let (url, _received) = stand_in(|_| (503, json!({})));
        let sent = send(&outgoing(Publisher::Webhook { url, secret: "whsec_c2VjcmV0".into() }));
        assert_eq!(sent, Err("对方系统没有接收（HTTP 503）。".into()));
        let (url, _received) = stand_in(|_| (200, json!({ "link": "javascript:1" })));
        let sent = send(&outgoing(Publisher::Webhook { url, secret: "whsec_c2VjcmV0".into() }));
        assert_eq!(sent, Ok(Published::Live(String::new())));
    }
}
