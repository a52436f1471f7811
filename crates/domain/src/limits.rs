//! Every limit in one table, each with its reason. A limit keeps one request from taking what all others need; it
//! is set well above anything an office really does.

/// Bytes of one uploaded file: the largest breakdown table seen is under 1 MB, a scanned attachment under 30 MB.
pub const UPLOAD_BYTES_MAX: usize = 50_000_000;
/// Files in one upload: evidence for one report.
pub const UPLOAD_FILES_MAX: usize = 10;
/// Parts of one upload, fields and files: the longest form has some dozens of fields.
pub const UPLOAD_PARTS_MAX: usize = 1_000;
/// Bytes of an upload that may come before its next part begins or goes on: the head of a part has some hundred bytes,
/// and a connection hands over up to some 400,000 at once.
pub const UPLOAD_HELD_BYTES_MAX: usize = 1_000_000;
/// Bytes of a form without files: the longest text field is a few hundred kilobytes.
pub const FORM_BYTES_MAX: usize = 2_000_000;
/// Characters of a name (unit, region, person): the longest official unit name is under 60.
pub const NAME_CHARACTERS_MAX: usize = 100;
/// Rows of one page of a list: what a person scrolls through.
pub const PAGE_ROWS: u64 = 50;
/// Rows of one exported list, a bound on memory.
pub const EXPORT_ROWS_MAX: u64 = 50_000;
/// Findings kept of one file: nobody works through more at once.
pub const FINDINGS_MAX: usize = 500;

/// Bytes of a part of an office file that are read into memory at once; the parts of usual files are smaller.
pub const PART_BYTES_IN_MEMORY: u64 = 16_000_000;
/// Bytes of a part of an attachment whose text is looked at and changed: its list of tags takes about as much again.
pub const MARKUP_BYTES_MAX: usize = 64_000_000;
/// Bytes all parts of one office file may take when inflated.
pub const INFLATED_BYTES_MAX: u64 = 200_000_000;
/// Inflated ÷ deflated size of one part. Real sheets reach 30; a zip bomb 1,000.
pub const INFLATE_RATIO_MAX: u64 = 200;
/// Parts smaller than this may have any ratio: an empty style sheet of spaces harms nobody.
pub const INFLATE_RATIO_FREE_BYTES: u64 = 1_000_000;
/// Entries of one zip.
pub const ZIP_ENTRIES_MAX: usize = 2_000;
/// Depth of nested elements in one XML part or web page.
pub const XML_DEPTH_MAX: usize = 64;
/// Depth of nested elements in a web page, whose layouts nest far deeper than office files.
pub const HTML_DEPTH_MAX: usize = 512;
/// Bytes of one web page or text file: its tree takes many times that in memory.
pub const TEXT_BYTES_MAX: usize = 10_000_000;
/// Rows of one table.
pub const TABLE_ROWS_MAX: usize = 50_000;
/// Columns of one table; Excel offers 16,384, a breakdown table has fewer than 30.
pub const TABLE_COLUMNS_MAX: usize = 256;
/// Cells of one file.
pub const TABLE_CELLS_MAX: usize = 1_000_000;
/// Items of one catalogue: the longest sector guide has under 200, a department's own under 1,000.
pub const CATALOGUE_ITEMS_MAX: usize = 20_000;
/// Tables of one file.
pub const TABLES_MAX: usize = 200;
/// Characters of one cell: what Excel can hold.
pub const CELL_CHARACTERS_MAX: usize = 32_767;
/// Characters of all cells of one file.
pub const TABLE_CHARACTERS_MAX: usize = 30_000_000;
/// Lines kept of the text around tables.
pub const TEXT_LINES_MAX: usize = 5_000;
/// Seconds LibreOffice may take to convert one old file.
pub const CONVERT_SECONDS_MAX: u64 = 60;

/// Bytes of a disclosure's text with its markup: the longest plans and budgets have some 300,000 characters.
pub const DISCLOSURE_BODY_BYTES_MAX: usize = 1_500_000;
/// Files of one disclosure: a budget comes with some thirty.
pub const DISCLOSURE_FILES_MAX: usize = 50;
/// Characters of a text a person writes (a report, a comment, an answer): longer ones belong in a file.
pub const TEXT_CHARACTERS_MAX: usize = 20_000;
/// Subscriptions by mail: a county has some hundred thousand people, of whom one in ten may subscribe.
pub const SUBSCRIPTIONS_MAX: u64 = 20_000;
/// Subscriptions that wait to be confirmed: a mailbox answers within minutes, so this is what a day brings. The oldest make
/// room for new ones, so that nobody can keep others out by asking in vain.
pub const SUBSCRIPTIONS_UNCONFIRMED_MAX: u64 = 2_000;
/// Of these for one mailbox: each asks it once an hour at most.
pub const SUBSCRIPTIONS_UNCONFIRMED_OF_ADDRESS_MAX: u64 = 3;
/// Addresses of other systems that are told what becomes public: a county runs a few dozen systems.
pub const WEBHOOKS_MAX: u64 = 100;

/// Accounts of one ledger: a county has some hundreds, a prefecture under three thousand.
pub const ACCOUNTS_MAX: u64 = 10_000;

/// Events of one request: a long one has thirty.
pub const REQUEST_EVENTS_MAX: usize = 1_000;
/// Characters of one text of an event.
pub const REQUEST_NOTE_CHARACTERS: usize = 2_000;
/// Days of a request's calendar: a year and a half is longer than any lawful course.
pub const REQUEST_STRIP_DAYS_MAX: usize = 550;
/// Bytes of one file of a request: it is sealed in memory as a whole, and a scanned proof of identity has under 10 MB.
pub const REQUEST_FILE_BYTES_MAX: usize = 20_000_000;
/// Bytes of one upload to the portal, all files and texts together.
pub const PUBLIC_UPLOAD_BYTES_MAX: usize = UPLOAD_FILES_MAX * REQUEST_FILE_BYTES_MAX + FORM_BYTES_MAX;
/// Uploads to the portal at a time: a county receives some hundred requests a year; each may fill 200 MB of disk.
pub const PUBLIC_UPLOADS_MAX: usize = 8;
/// Of these from one address: a service hall with some applicants behind one address.
pub const PUBLIC_UPLOADS_OF_ADDRESS_MAX: usize = 3;
/// Of these with their files in memory: they are sealed there.
pub const PUBLIC_UPLOADS_READ_MAX: usize = 2;
/// Files of one request: a reply comes with some dozens of copies at most.
pub const REQUEST_FILES_MAX: u64 = 100;
/// Recent cases a new one is compared with: a county receives some hundreds a year.
pub const REQUESTS_COMPARED_MAX: u64 = 2_000;
