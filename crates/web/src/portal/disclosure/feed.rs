//! What machines read of the public disclosures: Atom, RSS and JSON feeds, the site map.

use super::Wanted;
use crate::app::App;
use crate::problem::Problem;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::disclosure::Kind;
use serde_json::json;
use std::fmt::Write as _;
use store::disclosure::public::{self, PublicRow};

/// Entries of a feed.
pub(crate) const ENTRIES: u64 = 50;

/// Text as XML holds it.
fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // XML 1.0 has no place for control characters.
            c if c.is_control() && !matches!(c, '\n' | '\t') => {}
            c => out.push(c),
        }
    }
    out
}

fn sent(media_type: &'static str, body: String) -> Response {
    ([(header::CONTENT_TYPE, media_type)], body).into_response()
}

struct Entry {
    link: String,
    unit: String,
    row: PublicRow,
}

/// The newest public disclosures that a list's filters leave, as a feed.
pub(in crate::portal) async fn feed(
    State(app): State<App>,
    Path(format): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let rows = public::newest(&app.store, &wanted.looked_up(&app).await?, ENTRIES).await?;
    listed(&app, &wanted, rows, &format).await
}

/// The feed of a list, of its newest rows.
pub(crate) async fn listed(
    app: &App,
    wanted: &Wanted,
    rows: Vec<PublicRow>,
    format: &str,
) -> Result<Response, Problem> {
    let directory = store::unit::directory(&app.store).await?;
    let unit = wanted.unit.parse().ok().and_then(|unit| directory.unit(unit));
    let unit = unit.map(|unit| unit.name.as_str()).unwrap_or_default();
    let kind = Kind::from_word(&wanted.kind).map_or("政府信息公开", Kind::label);
    let page = crate::list::link("/disclosures", &wanted.query());
    rendered(app, &format!("{unit}{kind}"), &page, rows, format).await
}

/// Some public disclosures as a feed.
pub(in crate::portal) async fn rendered(
    app: &App,
    name: &str,
    page: &str,
    rows: Vec<PublicRow>,
    format: &str,
) -> Result<Response, Problem> {
    let directory = store::unit::directory(&app.store).await?;
    let root = &app.settings.public_url;
    let entry = |row: PublicRow| Entry {
        link: format!("{root}/disclosures/{}", row.id),
        unit: directory.unit(row.unit).map(|unit| unit.name.clone()).unwrap_or_default(),
        row,
    };
    let entries: Vec<Entry> = rows.into_iter().map(entry).collect();
    let title = format!("{}：{name}", app.settings.site.name);
    let page = format!("{root}{page}");
    match format {
        "atom" => Ok(sent("application/atom+xml; charset=utf-8", atom(&title, &page, &entries))),
        "rss" => Ok(sent("application/rss+xml; charset=utf-8", rss(&title, &page, &entries))),
        "json" => Ok(sent("application/feed+json; charset=utf-8", json_feed(&title, &page, &entries))),
        _ => Err(Problem::not_found("这个订阅地址")),
    }
}

fn changed(row: &PublicRow) -> jiff::Timestamp {
    row.revised_at.unwrap_or(row.published_at)
}

fn atom(title: &str, page: &str, entries: &[Entry]) -> String {
    let newest = entries.iter().map(|entry| changed(&entry.row)).max().unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"zh-CN\"><id>{0}</id><title>{1}</title><link rel=\"alternate\" href=\"{0}\"/><updated>{newest}</updated>",
        xml(page),
        xml(title)
    );
    for entry in entries {
        let _ = write!(
            out,
            "<entry><id>{0}</id><title>{1}</title><link href=\"{0}\"/><published>{2}</published><updated>{3}</updated><author><name>{4}</name></author><category term=\"{5}\" label=\"{6}\"/><summary>{7}</summary></entry>",
            xml(&entry.link),
            xml(&entry.row.title),
            entry.row.published_at,
            changed(&entry.row),
            xml(&entry.unit),
            entry.row.kind.word(),
            entry.row.kind.label(),
            xml(&entry.row.summary),
        );
    }
    out.push_str("</feed>\n");
    out
}

fn rss(title: &str, page: &str, entries: &[Entry]) -> String {
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\"><channel><title>{0}</title><link>{1}</link><description>{0}</description><language>zh-cn</language>",
        xml(title),
        xml(page)
    );
    for entry in entries {
        let day = entry.row.published_at.strftime("%a, %d %b %Y %H:%M:%S GMT");
        let _ = write!(
            out,
            "<item><title>{0}</title><link>{1}</link><guid>{1}</guid><pubDate>{2}</pubDate><category>{3}</category><description>{4}</description></item>",
            xml(&entry.row.title),
            xml(&entry.link),
            day,
            entry.row.kind.label(),
            xml(&entry.row.summary),
        );
    }
    out.push_str("</channel></rss>\n");
    out
}

fn json_feed(title: &str, page: &str, entries: &[Entry]) -> String {
    let items: Vec<_> = entries
        .iter()
        .map(|entry| {
            json!({
                "id": entry.link,
                "url": entry.link,
                "title": entry.row.title,
                "summary": entry.row.summary,
                "content_text": entry.row.summary,
                "date_published": entry.row.published_at.to_string(),
                "date_modified": changed(&entry.row).to_string(),
                "authors": [{ "name": entry.unit }],
                "tags": [entry.row.kind.label()],
            })
        })
        .collect();
    let feed = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": page,
        "language": "zh-CN",
        "items": items,
    });
    feed.to_string()
}

/// The site map for search engines.
pub(in crate::portal) async fn site_map(State(app): State<App>) -> Result<Response, Problem> {
    let addresses = public::addresses(&app.store).await?;
    Ok(sent("application/xml; charset=utf-8", mapped(&app, addresses.into_iter())))
}

/// The site map, of public disclosures and when they were last changed.
pub(crate) fn mapped(app: &App, addresses: impl Iterator<Item = (i64, jiff::Timestamp)>) -> String {
    let root = xml(&app.settings.public_url);
    let mut out = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">".to_owned();
    for path in ["/", "/disclosures", "/disclosures?kind=policy", "/catalogues", "/plans", "/map", "/about"] {
        let _ = write!(out, "<url><loc>{root}{path}</loc></url>");
    }
    for (id, at) in addresses {
        let day = domain::clock::civil_date(at);
        let _ = write!(out, "<url><loc>{root}/disclosures/{id}</loc><lastmod>{day}</lastmod></url>");
    }
    out.push_str("</urlset>\n");
    out
}

/// What robots may read: everything public.
pub(in crate::portal) async fn robots(State(app): State<App>) -> Response {
    let root = &app.settings.public_url;
    sent(
        "text/plain; charset=utf-8",
        format!("User-agent: *\nDisallow: /office\nSitemap: {root}/sitemap.xml\n"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_safe_in_xml() {
        assert_eq!(xml("甲 & <乙>\u{1} \"丙\""), "甲 &amp; &lt;乙&gt; &quot;丙&quot;");
    }
}
