//! Sends what other systems are to be told: to each in order, to all at once. Each message is tried until it is taken; the
//! answer is noted, its content is nobody's business. Nothing within the local network is asked unless an office lists it.

use domain::network::Reachable;
use std::collections::BTreeMap;
use std::time::Duration;
use store::webhook::Outgoing;
use tokio::task::JoinSet;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use web::app::App;

/// Messages taken at once. With [`WAIT`] they are sent before another node may take them.
const BATCH: u64 = 10;
/// How long the other system may take.
const WAIT: Duration = Duration::from_secs(10);

/// What a system answered: the status when it took the message (2xx), else the status, if any, and the reason.
type Answer = Result<u16, (Option<u16>, String)>;

/// Sends messages.
#[derive(Clone)]
pub(crate) struct Pusher(ureq::Agent);

impl Pusher {
    /// One that reaches the internet, and what is listed of the local network.
    pub(crate) fn new(reachable: Reachable) -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(WAIT))
            // Another address than the one registered is not told.
            .max_redirects(0)
            .http_status_as_error(false)
            // A proxy would look names up by itself.
            .proxy(None)
            .build();
        let resolver = Checked { reachable, names: DefaultResolver::default() };
        Self(ureq::Agent::with_parts(config, DefaultConnector::default(), resolver))
    }

    /// Collects what became public and sends some of what waits; returns how many messages were tried.
    ///
    /// # Errors
    /// Only the record's.
    pub(crate) async fn push(&self, app: &App) -> store::Result<usize> {
        let root = &app.settings.public_url;
        store::webhook::collect(&app.store, root).await?;
        let mut by_system: BTreeMap<i64, Vec<Outgoing>> = BTreeMap::new();
        for outgoing in store::webhook::claim(&app.store, root, BATCH).await? {
            by_system.entry(outgoing.webhook).or_default().push(outgoing);
        }
        let tried = by_system.values().map(Vec::len).sum();
        let mut sending = JoinSet::new();
        for messages in by_system.into_values() {
            sending.spawn(self.clone().tell(app.clone(), messages));
        }
        let mut outcome = Ok(tried);
        while let Some(told) = sending.join_next().await {
            match told {
                Ok(Ok(())) => {}
                Ok(Err(error)) => outcome = Err(error),
                Err(error) => tracing::error!(?error, "sending broke off; tried again later"),
            }
        }
        outcome
    }

    /// Tells one system, in order. When it cannot be reached, it is not waited for again with the next message.
    async fn tell(self, app: App, messages: Vec<Outgoing>) -> store::Result<()> {
        let mut unreachable = None;
        for outgoing in messages {
            let id = outgoing.id;
            let answer: Answer = match &unreachable {
                Some(reason) => Err((None, String::clone(reason))),
                None => {
                    let agent = self.0.clone();
                    let answer = tokio::task::spawn_blocking(move || send(&agent, &outgoing)).await;
                    answer.unwrap_or_else(|_| Err((None, "推送中断，稍后重试。".to_owned())))
                }
            };
            if let Err((None, reason)) = &answer {
                unreachable = Some(reason.clone());
            }
            store::webhook::answered(&app.store, id, answer).await?;
        }
        Ok(())
    }
}

fn send(agent: &ureq::Agent, outgoing: &Outgoing) -> Answer {
    let answer = agent
        .post(&outgoing.url)
        .header("content-type", "application/json")
        .header("webhook-id", &outgoing.message_id)
        .header("webhook-timestamp", outgoing.timestamp.to_string())
        .header("webhook-signature", &outgoing.signature)
        .send(&outgoing.body);
    match answer.map(|answer| answer.status()) {
        Ok(status) if status.is_success() => Ok(status.as_u16()),
        Ok(status) => Err((Some(status.as_u16()), "对方系统没有接收。".to_owned())),
        Err(ureq::Error::Other(reason)) => Err((None, reason.to_string())),
        Err(error) => Err((None, format!("连不上对方系统：{error}"))),
    }
}

/// Looks up where a host is and leaves out where nobody may be asked. What it answers is what is connected to.
#[derive(Debug)]
struct Checked {
    reachable: Reachable,
    names: DefaultResolver,
}

impl Resolver for Checked {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let host = uri.host().unwrap_or_default();
        let mut allowed = self.empty();
        for address in self.names.resolve(uri, config, timeout)?.iter() {
            if self.reachable.allows(host, address.ip()) {
                allowed.push(*address);
            }
        }
        if allowed.is_empty() {
            return Err(ureq::Error::Other(
                "接收地址在本机或者内部网络，没有推送。确需推送的内部系统，请系统管理员列入配置 internal_receivers。".into(),
            ));
        }
        Ok(allowed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpListener;

    fn to(url: String) -> Outgoing {
        let text = String::new;
        Outgoing { id: 1, webhook: 1, url, body: text(), message_id: text(), timestamp: 0, signature: text() }
    }

    fn listed(list: &[&str]) -> Pusher {
        Pusher::new(
            Reachable::try_from(list.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>()).unwrap(),
        )
    }

    #[test]
    fn nothing_within_is_asked_unless_listed() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        listener.set_nonblocking(true).unwrap();
        let hosts = ["127.0.0.1", "localhost", "0.0.0.0", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"];
        for host in hosts {
            let refused =
                send(&listed(&["10.0.0.0/8"]).0, &to(format!("http://{host}:{port}/"))).unwrap_err();
            assert!(refused.0.is_none(), "{host}: {refused:?}");
            assert!(listener.accept().is_err(), "{host} was connected to");
        }
        let refused = send(&listed(&[]).0, &to(format!("http://localhost:{port}/"))).unwrap_err();
        assert!(refused.1.contains("internal_receivers"), "{refused:?}");
    }

    #[test]
    fn what_is_listed_is_told_and_leads_nowhere_else() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = std::thread::spawn(move || {
            for answer in ["204 No Content\r\n", "302 Found\r\nLocation: http://127.0.0.1:9/\r\n"] {
                let (mut stream, _) = listener.accept().unwrap();
                let _ = stream.read(&mut [0; 4_096]).unwrap();
                write!(stream, "HTTP/1.1 {answer}Content-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
            }
        });
        assert_eq!(send(&listed(&["localhost"]).0, &to(format!("http://localhost:{port}/"))), Ok(204));
        let moved = send(&listed(&["127.0.0.0/8"]).0, &to(format!("http://127.0.0.1:{port}/")));
        assert_eq!(moved.unwrap_err().0, Some(302));
        server.join().unwrap();
    }
}
