//! Which faces are at hand and which stands in for which: the office's own folder first, then the two faces in the
//! program, then, only for a text with characters neither holds, Debian's Noto CJK (the same design, 25 MB a file).
//! Files are read while something is printed and let go afterwards.

use serde::Serialize;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use typst::foundations::Bytes;
use typst::text::{Font, FontBook, FontInfo, FontVariant};
use typst::utils::LazyHash;

const SERIF: &[u8] = include_bytes!("../fonts/gongkai-serif-regular.otf");
const SANS: &[u8] = include_bytes!("../fonts/gongkai-sans-bold.otf");
const EMBEDDED_SERIF: &str = "Gongkai Serif";
const EMBEDDED_SANS: &str = "Gongkai Sans";

/// Where Debian's `fonts-noto-cjk` puts its files, and the simplified Chinese face wanted from each.
const DEBIAN: [(&str, &str); 2] = [
    ("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc", "Noto Serif CJK SC"),
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc", "Noto Sans CJK SC"),
];

/// A fonts folder with more files than this is not one made for this program.
const OWN_FILES: usize = 100;
/// The largest font file read: a full CJK collection has some 30 MB.
const OWN_BYTES: u64 = 64 << 20;

/// What a face is used for (GB/T 9704-2012, 5.2.2 and 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// 仿宋: running text.
    FangSong,
    /// 小标宋: the red head and the title.
    XiaoBiaoSong,
    /// 黑体: headings of the first level.
    Hei,
    /// 楷体: headings of the second level.
    Kai,
    /// 宋体: page numbers and tables.
    Song,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 5] = [Self::FangSong, Self::XiaoBiaoSong, Self::Hei, Self::Kai, Self::Song];

    /// The name people know the face by.
    pub fn label(self) -> &'static str {
        match self {
            Self::FangSong => "仿宋",
            Self::XiaoBiaoSong => "小标宋",
            Self::Hei => "黑体",
            Self::Kai => "楷体",
            Self::Song => "宋体",
        }
    }

    /// Families that are the face itself, the most usual first. The free ones come last.
    fn families(self) -> &'static [&'static str] {
        match self {
            Self::FangSong => &[
                "仿宋_GB2312",
                "FangSong_GB2312",
                "仿宋",
                "FangSong",
                "华文仿宋",
                "STFangsong",
                "方正仿宋_GBK",
                "FZFangSong-Z02",
                "FZFangSong-Z02S",
                "Zhuque Fangsong (technical preview)",
                "朱雀仿宋",
            ],
            Self::XiaoBiaoSong => {
                &["方正小标宋简体", "FZXiaoBiaoSong-B05S", "方正小标宋_GBK", "FZXiaoBiaoSong-B05", "小标宋"]
            }
            Self::Hei => {
                &["黑体", "SimHei", "华文黑体", "STHeiti", "方正黑体_GBK", "FZHei-B01", "FZHei-B01S"]
            }
            Self::Kai => &[
                "楷体_GB2312",
                "KaiTi_GB2312",
                "楷体",
                "KaiTi",
                "华文楷体",
                "STKaiti",
                "方正楷体_GBK",
                "FZKai-Z03",
                "FZKai-Z03S",
                "LXGW WenKai",
                "霞鹜文楷",
            ],
            Self::Song => &["宋体", "SimSun", "新宋体", "NSimSun", "华文宋体", "STSong", "方正书宋_GBK"],
        }
    }
}

/// The face used for a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What it is used for.
    pub role: Role,
    /// Its family name.
    pub family: String,
    /// It is the face the standard names; otherwise it stands in for it.
    pub standard: bool,
}

/// How a template asks for a face.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Face {
    /// Families to try, each known to exist.
    families: Vec<String>,
    weight: &'static str,
    /// A light face stands in for a heavy one: the template draws a thin outline around it.
    thicken: bool,
}

/// The faces at hand. Cheap to clone; knows the files, does not hold them.
#[derive(Debug, Clone)]
pub struct Fonts(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    book: LazyHash<FontBook>,
    sources: Vec<Source>,
    choices: Vec<Choice>,
    unread: Vec<String>,
    /// The same faces and Debian's, looked for when first needed; `None` when these are all there are.
    wider: Option<OnceLock<Fonts>>,
}

/// Where the face of the same number in the book comes from.
#[derive(Debug, Clone)]
enum Source {
    Embedded(&'static [u8]),
    File { path: PathBuf, index: u32 },
}

#[derive(Debug, Default)]
struct Shelf {
    book: FontBook,
    sources: Vec<Source>,
    unread: Vec<String>,
}

impl Fonts {
    /// Looks for faces: `own` (the office's folder of `.ttf` `.otf` `.ttc` files, not its subfolders), the embedded
    /// ones, and whether Debian's `fonts-noto-cjk` is there for rare characters. Never fails: a file that cannot be
    /// read is named in [`Fonts::report`]. Reads each of the office's files once: call it when the program starts and
    /// keep the value.
    pub fn find(own: Option<&Path>) -> Self {
        let mut shelf = Shelf::default();
        if let Some(folder) = own {
            shelf.add_folder(folder);
        }
        shelf.add_embedded();
        let debian = DEBIAN.iter().any(|(file, _)| Path::new(file).exists());
        Self::shelved(shelf, debian)
    }

    /// The two faces in the program alone: the same pages on every machine.
    pub fn embedded() -> Self {
        let mut shelf = Shelf::default();
        shelf.add_embedded();
        Self::shelved(shelf, false)
    }

    fn shelved(shelf: Shelf, wider: bool) -> Self {
        let choices = Role::ALL.into_iter().map(|role| choose(&shelf.book, role)).collect();
        Self(Arc::new(Inner {
            book: LazyHash::new(shelf.book),
            sources: shelf.sources,
            choices,
            unread: shelf.unread,
            wider: wider.then(OnceLock::new),
        }))
    }

    /// These faces and Debian's, for a text these cannot draw. `None` when there are no more.
    pub(crate) fn wider(&self) -> Option<&Self> {
        let wider = self.0.wider.as_ref()?;
        Some(wider.get_or_init(|| {
            let mut shelf = Shelf {
                book: (*self.0.book).clone(),
                sources: self.0.sources.clone(),
                unread: self.0.unread.clone(),
            };
            for (file, family) in DEBIAN {
                shelf.add_file(Path::new(file), Some(family));
            }
            Self::shelved(shelf, false)
        }))
    }

    /// Which face is used for each role.
    pub fn choices(&self) -> &[Choice] {
        &self.0.choices
    }

    /// What a person should know about the faces: which stand in for those GB/T 9704 names, and how to do better.
    pub fn report(&self) -> String {
        let (own, other): (Vec<&Choice>, Vec<&Choice>) =
            self.0.choices.iter().partition(|choice| choice.standard);
        let list = |choices: &[&Choice]| {
            choices
                .iter()
                .map(|choice| format!("{}（{}）", choice.role.label(), choice.family))
                .collect::<Vec<_>>()
                .join("、")
        };
        let mut lines = Vec::new();
        if !own.is_empty() {
            lines.push(format!("已找到公文用字体：{}。", list(&own)));
        }
        if !other.is_empty() {
            lines.push(format!(
                "以下字体未找到，括号内为代用字体：{}。如需与公文格式标准完全一致，请将本单位有权使用的字体文件放入字体目录（--fonts）后重新启动。",
                list(&other)
            ));
        }
        if !self.0.unread.is_empty() {
            lines.push(format!("以下字体文件无法读取，已略过：{}。", self.0.unread.join("、")));
        }
        lines.join("\n")
    }

    pub(crate) fn book(&self) -> &LazyHash<FontBook> {
        &self.0.book
    }

    pub(crate) fn count(&self) -> usize {
        self.0.sources.len()
    }

    /// Reads a face. `None` when the file has gone since it was found.
    pub(crate) fn load(&self, index: usize) -> Option<Font> {
        match self.0.sources.get(index)? {
            Source::Embedded(data) => Font::new(Bytes::new(*data), 0),
            Source::File { path, index } => Font::new(Bytes::new(std::fs::read(path).ok()?), *index),
        }
    }

    /// Some face can draw the character.
    pub(crate) fn covers(&self, c: char) -> bool {
        (0..self.count())
            .any(|index| self.0.book.info(index).is_some_and(|info| info.coverage.contains(c as u32)))
    }

    /// How a template asks for the face of a role, with what else may help out.
    pub(crate) fn face(&self, role: Role) -> Face {
        let chosen = self.0.choices.iter().find(|choice| choice.role == role);
        let (near, far) = if role == Role::Hei {
            ([EMBEDDED_SANS, "Noto Sans CJK SC"], [EMBEDDED_SERIF, "Noto Serif CJK SC"])
        } else {
            ([EMBEDDED_SERIF, "Noto Serif CJK SC"], [EMBEDDED_SANS, "Noto Sans CJK SC"])
        };
        let mut families: Vec<String> = chosen.iter().map(|choice| choice.family.clone()).collect();
        for family in near.into_iter().chain(far) {
            if self.0.book.contains_family(&family.to_lowercase())
                && !families.iter().any(|known| known == family)
            {
                families.push(family.to_owned());
            }
        }
        let standard = chosen.is_some_and(|choice| choice.standard);
        let weight = if role == Role::Hei && !standard { "bold" } else { "regular" };
        Face { families, weight, thicken: role == Role::XiaoBiaoSong && !standard }
    }
}

impl Shelf {
    fn add_embedded(&mut self) {
        for data in [SERIF, SANS] {
            if let Some(info) = FontInfo::new(data, 0) {
                self.book.push(info);
                self.sources.push(Source::Embedded(data));
            }
        }
    }

    fn add_folder(&mut self, folder: &Path) {
        let Ok(entries) = std::fs::read_dir(folder) else {
            self.unread.push(folder.display().to_string());
            return;
        };
        let mut files: Vec<PathBuf> =
            entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| is_font(path)).collect();
        // The order of a directory is the file system's whim; the choice of a face must not be.
        files.sort();
        for path in files.iter().skip(OWN_FILES) {
            self.unread.push(name_of(path));
        }
        for path in files.iter().take(OWN_FILES) {
            self.add_file(path, None);
        }
    }

    /// Adds the faces of a file, or only those of one family.
    fn add_file(&mut self, path: &Path, only: Option<&str>) {
        let small = std::fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.len() <= OWN_BYTES);
        let data = if small { std::fs::read(path).ok() } else { None };
        let mut found = false;
        for (index, info) in data.iter().flat_map(|data| FontInfo::iter(data)).enumerate() {
            if only.is_some_and(|family| family != info.family) {
                continue;
            }
            found = true;
            let index = u32::try_from(index).unwrap_or(0);
            self.book.push(info);
            self.sources.push(Source::File { path: path.to_owned(), index });
            if only.is_some() {
                break;
            }
        }
        if !found {
            self.unread.push(name_of(path));
        }
    }
}

fn choose(book: &FontBook, role: Role) -> Choice {
    let at_hand = |family: &&str| book.select(&family.to_lowercase(), FontVariant::default()).is_some();
    if let Some(family) = role.families().iter().copied().find(at_hand) {
        return Choice { role, family: family.to_owned(), standard: true };
    }
    let family = if role == Role::Hei { EMBEDDED_SANS } else { EMBEDDED_SERIF };
    Choice { role, family: family.to_owned(), standard: false }
}

fn is_font(path: &Path) -> bool {
    path.extension()
        .and_then(|extension| extension.to_str())
        .is_some_and(|extension| ["ttf", "otf", "ttc", "otc"].contains(&extension.to_lowercase().as_str()))
}

fn name_of(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_faces_hold_what_papers_use() {
        let fonts = Fonts::embedded();
        for c in "乌审旗苏力德苏木嘎查政务公开〔2026〕□■√①⑳㎡—“”％《》㊣喆堃镕".chars()
        {
            assert!(fonts.covers(c), "{c}");
        }
        assert!(!fonts.covers('龘'));
        assert!(!fonts.covers('ᠮ'));
    }

    #[test]
    fn the_report_names_each_stand_in() {
        let report = Fonts::embedded().report();
        for name in ["仿宋（Gongkai Serif）", "小标宋（", "黑体（Gongkai Sans）", "楷体（", "--fonts"]
        {
            assert!(report.contains(name), "{report}");
        }
    }

    #[test]
    fn a_folder_of_rubbish_is_reported_not_fatal() {
        let folder = std::env::temp_dir().join(format!("gongkai-print-fonts-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("坏.ttf"), b"no font").unwrap();
        std::fs::write(folder.join("说明.txt"), b"not looked at").unwrap();
        std::fs::write(folder.join("own.otf"), SANS).unwrap();
        let fonts = Fonts::find(Some(&folder));
        std::fs::remove_dir_all(&folder).unwrap();
        assert!(fonts.report().contains("坏.ttf"));
        assert!(!fonts.report().contains("说明.txt"));
        assert!(fonts.0.sources.len() >= 3);
        assert!(Fonts::find(Some(&folder)).report().contains("gongkai-print-fonts"));
    }
}
