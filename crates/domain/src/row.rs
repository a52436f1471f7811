//! What every row of an office's table carries, whatever the table is: the columns that mean nothing here, kept as they
//! were, and where the row was read.

use crate::finding::Place;
use serde::{Deserialize, Serialize};

/// A column kept as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extra {
    /// The column's header.
    pub name: String,
    /// The cell.
    pub text: String,
}

/// Where a row was read. It serves messages only: it is not kept with the row and two tables read from
/// different files are equal when they say the same, so all origins are equal.
#[derive(Debug, Clone, Copy, Default)]
pub struct Origin(pub Place);

impl PartialEq for Origin {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Origin {}
