//! Catalogues as a Word document in the official layout, one after another.

use super::layout::render;
use crate::sheet::WriteFault;
use domain::catalogue::Catalogue;

/// Writes catalogues as .docx: A3 landscape, the header on each page.
///
/// # Errors
/// [`WriteFault`], when the archive cannot be built.
pub fn write_docx(catalogues: &[Catalogue]) -> Result<Vec<u8>, WriteFault> {
    crate::rendered::write_docx(&catalogues.iter().map(render).collect::<Vec<_>>())
}
