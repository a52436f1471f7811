//! Settings for nginx, written beside the pages: which file answers an address, what is asked of the service, 长者模式 by
//! replacing the three places in which it differs, and the headers the service would have sent.

use super::generation::Generation;
use super::writer::{Named, Outcome};
use super::{Error, Options};
use crate::app::App;
use crate::security_header;
use axum::http::HeaderName;
use axum::http::header::CONTENT_SECURITY_POLICY;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What 长者模式 changes on a page of the portal: the words of `base.html` and `base_portal.html`, plain and elder.
pub const ELDER: [(&str, &str); 3] = [
    ("<html lang=\"zh-CN\">", "<html lang=\"zh-CN\" class=\"elder\">"),
    ("<input type=\"hidden\" name=\"on\" value=\"1\">", "<input type=\"hidden\" name=\"on\" value=\"0\">"),
    (
        "<button class=\"quiet\" type=\"submit\">长者模式</button>",
        "<button class=\"quiet\" type=\"submit\">退出长者模式</button>",
    ),
];

const NAMES: &str = "names.txt";
const SETTINGS: &str = "nginx.conf";
const TEMPLATE: &str = include_str!("nginx.conf");

/// Writes the settings, and the files whose names cannot be told from their addresses.
pub(super) fn write(
    app: &App,
    options: &Options,
    generation: &Generation,
    outcome: &Outcome,
) -> Result<(), Error> {
    let mut names =
        if generation.manifest.is_empty() { BTreeMap::new() } else { read(&generation.read(NAMES)?) };
    names.retain(|_, named| !outcome.gone.contains(&named.file));
    names.extend(outcome.names.clone());
    let mut list = String::new();
    let (mut files, mut dispositions) = (String::new(), String::new());
    for (address, Named { file, disposition }) in &names {
        let _ = writeln!(list, "{address}\t{file}\t{disposition}");
        let _ = writeln!(files, "    {} {};", quoted(address), quoted(&format!("/{file}")));
        // By the time nginx adds headers, `$uri` is the file that was found.
        let _ = writeln!(dispositions, "    {} {};", quoted(&format!("/{file}")), quoted(disposition));
    }
    generation.write(NAMES, list.as_bytes())?;
    let headers = |indent: &str| -> String {
        let header = |(name, value): (HeaderName, &str)| {
            // Files that the browser shows by itself have a policy of their own.
            let value =
                if name == CONTENT_SECURITY_POLICY { "$gongkai_policy".into() } else { quoted(value) };
            format!("{indent}add_header {name} {value} always;\n")
        };
        security_header::always().map(header).collect()
    };
    let elder: String = ELDER
        .iter()
        .map(|(plain, elder)| format!("        sub_filter {} {};\n", quoted(plain), quoted(elder)))
        .collect();
    let policy = security_header::always().find(|(name, _)| *name == CONTENT_SECURITY_POLICY);
    let settings = TEMPLATE
        .replace("@POLICY@", &quoted(policy.map_or("", |(_, value)| value)))
        .replace("@PREVIEW_POLICY@", &quoted(security_header::PREVIEW_POLICY))
        .replace("@FILES@", &files)
        .replace("@DISPOSITIONS@", &dispositions)
        .replace("@HEADERS@", &headers("    "))
        .replace("@HEADERS_INNER@", &headers("        "))
        .replace("@ELDER@", &elder)
        .replace("@SERVICE@", &options.service)
        .replace("@PAGES@", &format!("{}/current/pages", absolute(options)))
        .replace("@DOMAIN@", &app.settings.site.domain);
    generation.write(SETTINGS, settings.as_bytes())
}

fn absolute(options: &Options) -> String {
    let folder = std::path::absolute(&options.folder).unwrap_or_else(|_| options.folder.clone());
    folder.display().to_string()
}

fn read(text: &str) -> BTreeMap<String, Named> {
    let line = |line: &str| {
        let mut parts = line.split('\t').map(str::to_owned);
        Some((parts.next()?, Named { file: parts.next()?, disposition: parts.next()? }))
    };
    text.lines().filter_map(line).collect()
}

/// A word as nginx reads it.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
