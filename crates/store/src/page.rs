//! A page of a list: never more rows than a person reads, with the total beside it.

/// Which page is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest {
    /// From 1.
    pub page: u64,
    /// Rows a page.
    pub size: u64,
}

impl Default for PageRequest {
    fn default() -> Self {
        Self { page: 1, size: domain::limits::PAGE_ROWS }
    }
}

impl PageRequest {
    /// The page of that number, of the usual size.
    pub fn number(page: u64) -> Self {
        Self { page: page.max(1), ..Self::default() }
    }

    /// All rows there may be at most, for exports.
    pub fn whole() -> Self {
        Self { page: 1, size: domain::limits::EXPORT_ROWS_MAX }
    }

    pub(crate) fn offset(self) -> u64 {
        self.page.saturating_sub(1).saturating_mul(self.size)
    }
}

/// Rows of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows of this page.
    pub rows: Vec<T>,
    /// How many rows there are on all pages.
    pub total: u64,
    /// This page's number, from 1.
    pub page: u64,
    /// Rows a page.
    pub size: u64,
}

impl<T> Page<T> {
    pub fn new(rows: Vec<T>, total: u64, request: PageRequest) -> Self {
        Self { rows, total, page: request.page, size: request.size }
    }

    /// How many pages there are, at least one.
    pub fn pages(&self) -> u64 {
        self.total.div_ceil(self.size.max(1)).max(1)
    }
}
