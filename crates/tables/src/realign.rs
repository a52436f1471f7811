//! Rows with fewer cells than the table has columns: web pages and text lose the cells that a merged one covers. The
//! cells keep their order and go where their content fits best.

/// The column for each cell, from left to right, among the columns that are free; `None` if there are more cells
/// than free columns. `fit` says how well a text fits a column.
pub(crate) fn columns(
    texts: &[&str],
    free: &[usize],
    fit: impl Fn(&str, usize) -> i32,
) -> Option<Vec<usize>> {
    if texts.len() > free.len() || texts.is_empty() {
        return None;
    }
    let skips = free.len() - texts.len();
    // best[i][s]: the best sum for the first i cells with s free columns left out.
    let mut best = vec![vec![i32::MIN; skips + 1]; texts.len() + 1];
    let mut skipped = vec![vec![false; skips + 1]; texts.len() + 1];
    for cells in 0..=texts.len() {
        for left_out in 0..=skips {
            let mut value = if cells == 0 && left_out == 0 { 0 } else { i32::MIN };
            if cells > 0
                && let (Some(text), Some(column)) = (texts.get(cells - 1), free.get(cells - 1 + left_out))
            {
                let before = best[cells - 1][left_out];
                if before > i32::MIN {
                    value = before + fit(text, *column);
                }
            }
            if left_out > 0 && best[cells][left_out - 1] > value {
                value = best[cells][left_out - 1];
                skipped[cells][left_out] = true;
            }
            best[cells][left_out] = value;
        }
    }
    let (mut cells, mut left_out) = (texts.len(), skips);
    let mut chosen = Vec::with_capacity(texts.len());
    while cells > 0 {
        if skipped[cells][left_out] {
            left_out -= 1;
        } else {
            chosen.push(*free.get(cells - 1 + left_out)?);
            cells -= 1;
        }
    }
    chosen.reverse();
    Some(chosen)
}
