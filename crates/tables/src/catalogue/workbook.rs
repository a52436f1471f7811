//! Catalogues as an Excel workbook in the official layout, one a sheet.

use super::layout::render;
use crate::sheet::WriteFault;
use domain::catalogue::Catalogue;

/// Writes catalogues as .xlsx, one a sheet: A3 landscape, the header on each page.
///
/// # Errors
/// [`WriteFault`], when a catalogue is larger than a worksheet.
pub fn write_xlsx(catalogues: &[Catalogue]) -> Result<Vec<u8>, WriteFault> {
    crate::rendered::write_xlsx(&catalogues.iter().map(render).collect::<Vec<_>>())
}
