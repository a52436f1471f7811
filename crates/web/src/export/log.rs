//! The transparency log: its page, its head, and the tiles, from which every proof can be put together. Proofs as files
//! are the service's: each ends in the newest head, so that all of them change with every entry.

use super::Error;
use super::routed::Routed;
use super::writer::Packer;
use crate::app::App;
use domain::transparency::tile::Tile;

/// Pages of the log's list that are written.
const PAGES: u64 = 5;
/// Hashes or entries in a tile.
const WIDTH: u64 = 256;
const TILES: &str = "log/tile/";

/// Writes the log as it stands; whole tiles never change.
pub(super) async fn write(app: &App, routed: &Routed<'_>) -> Result<(), Error> {
    let mut packer = Packer::default();
    let size = store::transparency::size(&app.store).await?;
    routed.writer.claim("log@");
    routed.page("/log", &mut packer).await?;
    let rows = domain::limits::PAGE_ROWS;
    for page in 1..=size.div_ceil(rows).clamp(1, PAGES) {
        routed.page(&format!("/log?page={page}"), &mut packer).await?;
    }
    routed.file("/log/checkpoint", None).await?;
    routed.writer.claim(TILES);
    for tile in tiles(size) {
        let name = format!("{TILES}{}", tile.path());
        if tile.width == WIDTH && routed.writer.stays(&name, None) {
            continue;
        }
        let bytes = store::transparency::tile(&app.store, tile).await?;
        let bytes = bytes.ok_or_else(|| Error::Page(name.clone()))?;
        routed.writer.put(name, &bytes, None)?;
    }
    Ok(())
}

/// Every tile of a log of that size: of entries, of their hashes, of the hashes of 256 of those, …
fn tiles(size: u64) -> Vec<Tile> {
    let mut tiles = Vec::new();
    let mut row = |level: Option<u32>, length: u64| {
        let whole = (0..length / WIDTH).map(|position| Tile { level, position, width: WIDTH });
        tiles.extend(whole);
        if !length.is_multiple_of(WIDTH) {
            tiles.push(Tile { level, position: length / WIDTH, width: length % WIDTH });
        }
    };
    row(None, size);
    let (mut level, mut length) = (0, size);
    while length > 0 {
        row(Some(level), length);
        level += 1;
        length /= WIDTH;
    }
    tiles
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_of_600_has_six_of_entries_and_hashes_and_one_above() {
        let paths: Vec<String> = tiles(600).iter().map(Tile::path).collect();
        let expected =
            ["entries/000", "entries/001", "entries/002.p/88", "0/000", "0/001", "0/002.p/88", "1/000.p/2"];
        assert_eq!(paths, expected);
        assert!(tiles(0).is_empty());
        assert!(tiles(600).iter().all(|tile| tile.is_within(600)));
    }
}
