//! Sets of words: a value, the word kept in the record and written in JSON, the term people read.

/// An enum of such values with `ALL`, `word`, `from_word` and `label`. The word is the variant's name in snake case.
macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal, $label:literal;)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$doc])* $variant,)* }

        impl $name {
            /// Every one, in the order shown to people.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The word kept in the record and written in JSON.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// The one of that word.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.word() == word)
            }

            /// The term people read.
            pub fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)* }
            }
        }
    };
}
pub(crate) use words;

#[cfg(test)]
mod tests {
    use serde::Serialize;
    use serde::de::DeserializeOwned;

    /// Every word leads back to its value, is the one JSON has, and no two share a word or a term.
    fn sound<T: Copy + PartialEq + std::fmt::Debug + Serialize + DeserializeOwned>(
        all: &[T],
        word: fn(T) -> &'static str,
        from_word: fn(&str) -> Option<T>,
        label: fn(T) -> &'static str,
    ) {
        assert!(!all.is_empty());
        for (place, one) in all.iter().enumerate() {
            assert_eq!(from_word(word(*one)), Some(*one));
            assert_eq!(serde_json::to_value(one).unwrap(), word(*one));
            let earlier = all.iter().take(place);
            assert!(earlier.clone().all(|other| label(*other) != label(*one)), "{one:?}");
        }
        assert_eq!(from_word("no such word"), None);
    }

    macro_rules! sound {
        ($($name:path),+ $(,)?) => {
            $({
                use $name as Name;
                sound(Name::ALL, Name::word, Name::from_word, Name::label);
            })+
        };
    }

    #[test]
    fn words_survive() {
        sound!(
            crate::account::Act,
            crate::account::Decision,
            crate::account::Field,
            crate::account::Platform,
            crate::account::State,
            crate::disclosure::Kind,
            crate::disclosure::dispatch::State,
            crate::error_report::Kind,
            crate::error_report::State,
            crate::guide::Field,
            crate::inspection::Check,
            crate::inspection::ColumnKind,
            crate::inspection::FooterMark,
            crate::inspection::GuideElement,
            crate::inspection::Outcome,
            crate::inspection::PageKind,
            crate::inspection::Part,
            crate::inspection::Subject,
            crate::interpretation::FileStanding,
            crate::interpretation::Form,
            crate::interpretation::Section,
            crate::interpretation::Stage,
            crate::interpretation::Standing,
            crate::interpretation::State,
            crate::request::State,
            crate::response::HotlineField,
            crate::response::Level,
            crate::response::Source,
            crate::response::Standing,
            crate::response::State,
            crate::response::Step,
            crate::rulebook::Head,
        );
    }
}
