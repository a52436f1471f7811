//! Mail: notifications to staff, confirmations and news to subscribers. A mail that could not be sent stays and is tried
//! again, later and later; the notification in the program is there in any case.

use crate::configuration::{SmtpSecurity, SmtpTable};
use anyhow::{Context, Result};
use lettre::message::Mailbox;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::transport::smtp::authentication::Credentials;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use std::time::Duration;
use store::disclosure::public::PublicRow;
use store::subscription::Letter;
use web::app::App;

/// Mails taken at once, of each sort. With [`WAIT`] they are sent or given back before another node may take them.
const BATCH: u64 = 10;
/// How long the mail server may take for one.
const WAIT: Duration = Duration::from_secs(30);
/// Disclosures named in one mail to a subscriber.
const LINES: u64 = 50;

/// A configured mail server.
pub(crate) struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Mailer {
    /// Prepares the connection; nothing is sent yet.
    ///
    /// # Errors
    /// A sender that is no mail address, a host that is no name.
    pub(crate) fn new(table: &SmtpTable) -> Result<Self> {
        let builder = match table.security {
            SmtpSecurity::Tls => AsyncSmtpTransport::<Tokio1Executor>::relay(&table.host)?,
            SmtpSecurity::Starttls => AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(&table.host)?,
            SmtpSecurity::None => AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&table.host),
        };
        let mut builder = builder.port(table.port);
        if let (Some(user), Some(password)) = (&table.user, &table.password) {
            builder = builder.credentials(Credentials::new(user.clone(), password.clone()));
        }
        let from = table.from.parse().context("配置 smtp.from 不是有效的邮件地址。")?;
        Ok(Self { transport: builder.build(), from })
    }

    /// Sends some of what waits: notifications to staff, then what readers asked for. Returns how many are done with.
    ///
    /// # Errors
    /// Only the record's; a mail that fails is noted and tried again later.
    pub(crate) async fn send_pending(&self, app: &App) -> Result<usize> {
        Ok(self.notify(app).await?
            + self.write_to_applicants(app).await?
            + self.ask_for_confirmation(app).await?
            + self.write_to_subscribers(app).await?)
    }

    async fn notify(&self, app: &App) -> Result<usize> {
        let mut done = 0;
        for mail in store::notification::mail_pending(&app.store, BATCH).await? {
            let body = format!(
                "{}\n\n请登录办理：{}{}\n\n本邮件由{}自动发出，请勿直接回复。",
                mail.body, app.settings.public_url, mail.link, app.settings.site.name
            );
            match self.send(&mail.address, &mail.subject, body, None).await {
                Ok(()) => {
                    done += 1;
                    store::notification::mail_sent(&app.store, mail.id).await?;
                }
                Err(error) => {
                    tracing::warn!(notification = mail.id, %error, "a mail could not be sent");
                    store::notification::mail_failed(&app.store, mail.id).await?;
                }
            }
        }
        Ok(done)
    }

    /// Mails to applicants name the receipt number and what happened, never what was asked for or by whom.
    async fn write_to_applicants(&self, app: &App) -> Result<usize> {
        let mut done = 0;
        for mail in store::request::mail_pending(&app.store, BATCH).await? {
            let subject = format!("政府信息公开申请 {} 有新进展", mail.number);
            let body = format!(
                "{}\n\n请凭申请编号和查询码查看：{}/requests#find\n\n本邮件由{}自动发出，请勿直接回复。",
                mail.text, app.settings.public_url, app.settings.site.name
            );
            match self.send(&mail.address, &subject, body, None).await {
                Ok(()) => {
                    done += 1;
                    store::request::mail_sent(&app.store, mail.id).await?;
                }
                Err(error) => {
                    let reason = error.to_string().replace(&mail.address, "<address>");
                    tracing::warn!(notice = mail.id, reason, "a mail to an applicant could not be sent");
                    store::request::mail_failed(&app.store, mail.id).await?;
                }
            }
        }
        Ok(done)
    }

    async fn ask_for_confirmation(&self, app: &App) -> Result<usize> {
        let mut done = 0;
        let directory = store::unit::directory(&app.store).await?;
        for letter in store::subscription::to_confirm(&app.store, BATCH).await? {
            let topic = letter.topic.words(&directory, app.today());
            let (subject, body) = confirmation(app, &letter, &topic);
            match self.send(&letter.address, &subject, body, None).await {
                Ok(()) => {
                    done += 1;
                    store::subscription::asked(&app.store, letter.id).await?;
                }
                Err(error) => self.put_off(app, &letter, &error).await?,
            }
        }
        Ok(done)
    }

    async fn write_to_subscribers(&self, app: &App) -> Result<usize> {
        let mut done = 0;
        let directory = store::unit::directory(&app.store).await?;
        for letter in store::subscription::to_write(&app.store, BATCH).await? {
            let (news, epoch) = store::subscription::news(&app.store, &letter, LINES).await?;
            if news.rows.is_empty() {
                store::subscription::written(&app.store, letter.id, epoch, None).await?;
                done += 1;
                continue;
            }
            let topic = letter.topic.words(&directory, app.today());
            let (subject, body) = digest(app, &letter, &topic, &news);
            let end = format!("{}/subscriptions/{}/end", app.settings.public_url, letter.token);
            match self.send(&letter.address, &subject, body, Some(end)).await {
                Ok(()) => {
                    done += 1;
                    store::subscription::written(&app.store, letter.id, epoch, Some(app.today())).await?;
                }
                Err(error) => self.put_off(app, &letter, &error).await?,
            }
        }
        Ok(done)
    }

    /// Without the address: a log holds no personal data.
    async fn put_off(&self, app: &App, letter: &Letter, error: &anyhow::Error) -> Result<()> {
        let reason = error.to_string().replace(&letter.address, "<address>");
        tracing::warn!(subscription = letter.id, reason, "a mail could not be sent");
        Ok(store::subscription::failed(&app.store, letter.id).await?)
    }

    /// `end` is where a mail program's own button ends a subscription (RFC 8058).
    async fn send(&self, address: &str, subject: &str, body: String, end: Option<String>) -> Result<()> {
        let mut message = Message::builder()
            .from(self.from.clone())
            .to(address.parse()?)
            .subject(subject)
            .header(ContentType::TEXT_PLAIN);
        if let Some(end) = end {
            message = message.header(ListUnsubscribe(format!("<{end}>"))).header(OneClick);
        }
        let sent = tokio::time::timeout(WAIT, self.transport.send(message.body(body)?));
        sent.await.context("the mail server takes too long")??;
        Ok(())
    }
}

/// `List-Unsubscribe` (RFC 2369).
#[derive(Clone)]
struct ListUnsubscribe(String);

impl Header for ListUnsubscribe {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(text.to_owned()))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.clone())
    }
}

/// `List-Unsubscribe-Post` (RFC 8058).
#[derive(Clone)]
struct OneClick;

impl Header for OneClick {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe-Post")
    }

    fn parse(_text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "List-Unsubscribe=One-Click".to_owned())
    }
}

fn confirmation(app: &App, letter: &Letter, topic: &str) -> (String, String) {
    let (site, root) = (&app.settings.site.name, &app.settings.public_url);
    let subject = format!("请确认订阅：{topic}");
    let body = format!(
        "有人用这个邮箱在{site}订阅了“{topic}”，{}。\n\n是您本人订阅的，请打开下面的网址确认：\n{root}/subscriptions/{}\n\n不是您订阅的，不用理会，两天后这个邮箱地址会从本站删除。\n\n本邮件由{site}自动发出，请勿直接回复。",
        letter.rhythm.label(),
        letter.token
    );
    (subject, body)
}

fn digest(app: &App, letter: &Letter, topic: &str, news: &store::Page<PublicRow>) -> (String, String) {
    let (site, root) = (&app.settings.site.name, &app.settings.public_url);
    let subject = format!("{topic}：新公开 {} 条", news.total);
    let mut body = format!("您在{site}订阅的“{topic}”有新公开的信息：\n");
    for row in &news.rows {
        let day = domain::clock::civil_date(row.published_at);
        body.push_str(&format!("\n{}\n{day}　{root}/disclosures/{}\n", row.title, row.id));
    }
    let left = news.total.saturating_sub(news.rows.len() as u64);
    if left > 0 {
        body.push_str(&format!("\n另有 {left} 条，请到网站查看：{root}/disclosures\n"));
    }
    body.push_str(&format!(
        "\n查看或退订：{root}/subscriptions/{}\n本邮件由{site}自动发出，请勿直接回复。",
        letter.token
    ));
    (subject, body)
}
