//! What every handler can reach: the record, the clock, the calendar, the settings. Made once by the program.

use crate::cache::PageCache;
use crate::page::Site;
use crate::rate::RateLimits;
use crate::scan::Scan;
use crate::search::Search;
use domain::clock::Clock;
use domain::transparency::note::Signer;
use domain::workday::Calendar;
use jiff::civil::Date;
use std::path::PathBuf;
use std::sync::Arc;
use store::Store;

/// What an office sets; see the operations handbook.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The site's names and marks.
    pub site: Site,
    /// Address under which people reach the site, without a slash at the end; for links in mails, feeds and letters.
    pub public_url: String,
    /// Agency words (机关代字) of supervision notices.
    pub notice_agency: String,
    /// The office that signs supervision notices.
    pub notice_issuer: String,
    /// Whether the session cookie is only sent over TLS.
    pub secure_cookies: bool,
    /// Whether a reverse proxy in front tells the client's address in `X-Forwarded-For`.
    pub behind_proxy: bool,
    /// LibreOffice, for `.doc`, `.wps` and `.et`; `None` when it is not installed.
    pub libreoffice: Option<PathBuf>,
    /// Whether a mail server is set up, so that readers can subscribe by mail.
    pub sends_mail: bool,
    /// Whether this is the demonstration, whose clock may stand elsewhere.
    pub demonstration: bool,
}

/// The state shared by all handlers.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The parts of the state.
pub struct Parts {
    /// The record.
    pub store: Store,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Working days.
    pub calendar: Calendar,
    /// What the office set.
    pub settings: Settings,
    /// Fonts for PDF.
    pub fonts: print::Fonts,
    /// The portal's pages as they were sent.
    pub pages: PageCache,
    /// Signs the transparency log.
    pub signer: Signer,
    /// The search.
    pub search: Search,
    /// The scan before publication.
    pub scan: Scan,
    /// How often one address may ask.
    pub rate_limits: RateLimits,
    /// Renders the metrics page.
    pub metrics: metrics_exporter_prometheus::PrometheusHandle,
}

impl App {
    /// Puts the parts together.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// Today in China.
    pub fn today(&self) -> Date {
        self.clock.today()
    }

    /// The date a demonstration pretends it is, for the ribbon.
    pub fn pretended_date(&self) -> Option<String> {
        self.settings.demonstration.then(|| domain::letter::written_date(self.today()))
    }

    /// The last date that counts as due soon.
    pub fn soon(&self) -> Date {
        let days = u32::try_from(self.store.rules().due_soon.value).unwrap_or(0);
        self.calendar.add_working_days(self.today(), days).date
    }
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
