//! Mail: sends the notifications that wait for it. A mail that could not be sent stays and is tried again, later and
//! later; the notification in the program is there in any case.

use crate::configuration::{SmtpSecurity, SmtpTable};
use anyhow::{Context, Result};
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::Credentials;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use web::app::App;

/// Mails sent in one turn.
const BATCH: u64 = 50;

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

    /// Sends what waits.
    ///
    /// # Errors
    /// Only the record's; a mail that fails is noted and tried again later.
    pub(crate) async fn send_pending(&self, app: &App) -> Result<()> {
        for mail in store::notification::mail_pending(&app.store, BATCH).await? {
            match self.send(app, &mail).await {
                Ok(()) => store::notification::mail_sent(&app.store, mail.id).await?,
                Err(error) => {
                    tracing::warn!(notification = mail.id, %error, "a mail could not be sent");
                    store::notification::mail_failed(&app.store, mail.id).await?;
                }
            }
        }
        Ok(())
    }

    async fn send(&self, app: &App, mail: &store::notification::PendingMail) -> Result<()> {
        let body = format!(
            "{}\n\n请登录办理：{}{}\n\n本邮件由{}自动发出，请勿直接回复。",
            mail.body, app.settings.public_url, mail.link, app.settings.site.name
        );
        let message = Message::builder()
            .from(self.from.clone())
            .to(mail.address.parse()?)
            .subject(&mail.subject)
            .header(ContentType::TEXT_PLAIN)
            .body(body)?;
        self.transport.send(message).await?;
        Ok(())
    }
}
