//! Small tools the grammars share: one form for full-width and half-width characters, Chinese numerals.

/// Half-width for full-width, one kind of dash, no white space: the form in which dues are read. Characters map one
/// to one or vanish.
pub fn half_width(c: char) -> Option<char> {
    if c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{2060}') {
        return None;
    }
    Some(match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '—' | '–' | '―' | '‐' | '‑' | '−' | '─' | '﹣' => '-',
        '〜' | '∼' | '∽' => '~',
        '﹒' => '.',
        '○' | '〇' | 'Ο' => '零',
        other => simplified(other),
    })
}

/// Traditional characters of the words offices' tables are made of; copies that went through other programs have them.
const TRADITIONAL: &str = "開开級级縣县鄉乡鎮镇業业對对務务動动請请內内據据體体載载會会發发佈布報报廣广電电視视紙纸質质媒媒眾众門门網网訊讯號号\
責责單单標标準准錄录項项層层類类時时間间個个變变獲获備备後后應应決决處处罰罚許许農农補补貼贴財财產产價价險险環环護护\
規规劃划設设債债權权實实際际長长進进續续結结則则條条項项檔档書书圖图館馆點点務务戶户現现場场準准推推機机構构關关\
領领導导屬属區区蘇苏嶺岭營营養养醫医衛卫學学習习監监稅税費费償偿徵征選选舉举評评審审驗验繳缴欄栏辦办復复測测災灾釋释預预徑径";

/// The simplified form of a traditional character of [`TRADITIONAL`]; any other character itself.
fn simplified(c: char) -> char {
    /// The form of every character of the block, in its place: this is asked of each character of each file.
    static FORMS: std::sync::LazyLock<Vec<char>> = std::sync::LazyLock::new(|| {
        let mut forms: Vec<char> = ('\u{4e00}'..='\u{9fff}').collect();
        let chars: Vec<char> = TRADITIONAL.chars().filter(|c| !c.is_whitespace()).collect();
        for pair in chars.chunks_exact(2) {
            if let Some(form) = forms.get_mut(pair[0] as usize - FIRST) {
                *form = pair[1];
            }
        }
        forms
    });
    const FIRST: usize = '\u{4e00}' as usize;
    let place = (c as usize).wrapping_sub(FIRST);
    if place > '\u{9fff}' as usize - FIRST {
        return c;
    }
    FORMS.get(place).copied().unwrap_or(c)
}

/// The value of a Chinese digit, `十` excluded.
pub(crate) fn chinese_digit(c: char) -> Option<u32> {
    Some(match c {
        '零' => 0,
        '一' | '壹' => 1,
        '二' | '贰' | '两' => 2,
        '三' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

/// A number at the start of `chars`, in Arabic digits or Chinese numerals below 100 (or a run of Chinese digits such
/// as `二零二零`), with how many characters it takes.
pub(crate) fn number(chars: &[char]) -> Option<(u32, usize)> {
    let digits = chars.iter().take(9).take_while(|c| c.is_ascii_digit()).count();
    if digits > 0 {
        let value = chars.iter().take(digits).filter_map(|c| c.to_digit(10)).fold(0, |sum, d| sum * 10 + d);
        return Some((value, digits));
    }
    chinese_number(chars)
}

fn chinese_number(chars: &[char]) -> Option<(u32, usize)> {
    let numeral = |c: &&char| chinese_digit(**c).is_some() || matches!(**c, '十' | '廿' | '卅' | '拾');
    let length = chars.iter().take(5).take_while(numeral).count();
    let run = chars.get(..length).filter(|run| !run.is_empty())?;
    let Some(ten) = run.iter().position(|c| matches!(c, '十' | '拾' | '廿' | '卅')) else {
        let value = run.iter().filter_map(|c| chinese_digit(*c)).fold(0, |sum, d| sum * 10 + d);
        return Some((value, length));
    };
    let tens = match (run.get(ten), ten) {
        (Some('廿'), 0) => 2,
        (Some('卅'), 0) => 3,
        (_, 0) => 1,
        (_, 1) => chinese_digit(run[0])?,
        _ => return None,
    };
    match run.get(ten + 1) {
        None => Some((tens * 10, ten + 1)),
        Some(c) => match chinese_digit(*c) {
            Some(units) if run.len() == ten + 2 => Some((tens * 10 + units, ten + 2)),
            _ => None,
        },
    }
}

/// The start of a text, for quoting in a message.
pub fn head(text: &str, characters: usize) -> String {
    let joined: String = text.chars().filter(|c| !c.is_control()).collect();
    if joined.chars().count() <= characters {
        return joined;
    }
    joined.chars().take(characters).chain(['…']).collect()
}

/// A text as HTML shows it as it is.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traditional_copies_read_like_simplified_ones() {
        let read = |text: &str| text.chars().filter_map(half_width).collect::<String>();
        assert_eq!(read("公開時限　公開對象：縣級、鄉級"), "公开时限公开对象:县级、乡级");
        assert_eq!(TRADITIONAL.chars().filter(|c| !c.is_whitespace()).count() % 2, 0);
    }

    #[test]
    fn reads_numerals_of_both_kinds() {
        for (text, expected) in [
            ("2020年", Some((2020, 4))),
            ("二零二零年", Some((2020, 4))),
            ("十月", Some((10, 1))),
            ("十二月", Some((12, 2))),
            ("二十", Some((20, 2))),
            ("三十一日", Some((31, 3))),
            ("廿五", Some((25, 2))),
            ("九", Some((9, 1))),
            ("百", None),
            ("", None),
        ] {
            let chars: Vec<char> = text.chars().collect();
            assert_eq!(number(&chars), expected, "{text}");
        }
    }
}
