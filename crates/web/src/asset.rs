//! Stylesheets, scripts, icons: carried in the program, addressed by content, kept by browsers for a year.

use crate::problem::Problem;
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fmt::Write;
use std::sync::LazyLock;

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Files;

/// Content hash of each file, by name.
static HASHES: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    Files::iter()
        .filter_map(|name| {
            let file = Files::get(&name)?;
            let hash = Sha256::digest(&file.data).iter().take(6).fold(String::new(), |mut text, byte| {
                let _ = write!(text, "{byte:02x}");
                text
            });
            Some((name.into_owned(), hash))
        })
        .collect()
});

/// The address of an asset, with its content's hash: `/assets/1f2e3d/gongkai.css`.
pub(crate) fn url(name: &str) -> String {
    match HASHES.get(name) {
        Some(hash) => format!("/assets/{hash}/{name}"),
        None => format!("/assets/0/{name}"),
    }
}

/// The addresses of all assets.
pub(crate) fn urls() -> impl Iterator<Item = String> {
    HASHES.keys().map(|name| url(name))
}

/// Serves an asset.
///
/// # Errors
/// Not found.
pub(crate) async fn serve(Path((_hash, name)): Path<(String, String)>) -> Result<Response, Problem> {
    let file = Files::get(&name).ok_or_else(|| Problem::not_found("这个文件"))?;
    let kind = mime_guess::from_path(&name).first_or_octet_stream();
    let kind = if kind.type_() == "text" { format!("{kind}; charset=utf-8") } else { kind.to_string() };
    let headers = [
        (header::CONTENT_TYPE, kind.as_str()),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    Ok((headers, file.data.into_owned()).into_response())
}
