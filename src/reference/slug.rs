//! What all interned reference values share: they are small copies that point at a row of a compiled-in
//! table, are written as their slug everywhere, and are ordered as the table is.

use crate::fields::Invalid;

/// Gives a new-type over `&'static Row` its identity, order, text form and serde form.
///
/// The row must have `index` (its place in the table) and `slug`.
macro_rules! interned {
    ($name:ident, $row:ty) => {
        impl $name {
            /// The slug, as it is stored, sent and received.
            pub fn as_str(self) -> &'static str {
                &self.0.slug
            }

            /// The place of this value in its table, from 0; stable within one build only.
            pub fn index(self) -> usize {
                self.0.index
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.0.index == other.0.index
            }
        }

        impl Eq for $name {}

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }

        impl Ord for $name {
            fn cmp(&self, other: &Self) -> std::cmp::Ordering {
                self.0.index.cmp(&other.0.index)
            }
        }

        impl std::hash::Hash for $name {
            fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                self.0.index.hash(state);
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({})", stringify!($name), self.as_str())
            }
        }

        $crate::reference::slug::written_as_slug!($name);
    };
}

/// Display, `FromStr` and serde for a type that has `parse` and `as_str`.
macro_rules! written_as_slug {
    ($name:ident) => {
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        $crate::reference::slug::parsed_from_text!($name);
    };
}

/// `FromStr` and serde for a type that has `parse` and Display.
macro_rules! parsed_from_text {
    ($name:ident) => {
        impl std::str::FromStr for $name {
            type Err = $crate::fields::Invalid;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}

pub(super) use {interned, parsed_from_text, written_as_slug};

/// The refusal of an unknown slug: `suggest` with the nearest known slug when one is near, else `plain`.
///
/// `known` are the slugs with the names under which people know them.
pub(super) fn unknown<'a>(
    given: &str,
    known: impl Iterator<Item = (&'a str, [&'a str; 2])>,
    plain: &'static str,
    suggest: &'static str,
) -> Invalid {
    match nearest(given, known) {
        Some(slug) => Invalid::new(suggest).with("suggestion", slug),
        None => Invalid::new(plain),
    }
}

/// Longer texts (in characters) are no slip of the keyboard, and comparing them would cost their length.
const LONGEST_GUESSED: usize = 80;

/// The slug that was probably meant: its own last part or name was given, or few letters are wrong.
fn nearest<'a>(given: &str, known: impl Iterator<Item = (&'a str, [&'a str; 2])>) -> Option<&'a str> {
    if given.chars().count() > LONGEST_GUESSED {
        return None;
    }
    let given = given.trim().to_lowercase().replace(['_', ' '], "-");
    let tolerated = (given.chars().count() / 4).min(4);
    let mut best: Option<(usize, &str)> = None;
    for (slug, names) in known {
        let last = slug.rsplit('/').next().unwrap_or(slug);
        let named = names.iter().any(|name| name.to_lowercase() == given);
        let distance = if named { 0 } else { edits(&given, slug).min(edits(&given, last)) };
        if distance <= tolerated && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, slug));
        }
    }
    best.map(|(_, slug)| slug)
}

/// Levenshtein distance in characters.
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (to, above) in b.iter().zip(row.iter_mut().skip(1)) {
            let cost = (diagonal + usize::from(from != *to)).min(left + 1).min(*above + 1);
            diagonal = *above;
            *above = cost;
            left = cost;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [(&str, [&str; 2]); 3] = [
        ("infrastructure-maintenance/snow-removal", ["除雪・雪害", "Snow removal"]),
        ("infrastructure-maintenance/water-leak", ["上下水道・漏水", "Water, sewerage & leakage"]),
        ("disaster-safety/landslide", ["土砂災害", "Landslides"]),
    ];

    fn suggestion(given: &str) -> Option<&'static str> {
        nearest(given, KNOWN.into_iter())
    }

    #[test]
    fn a_leaf_without_its_top_sector_is_recognised() {
        assert_eq!(suggestion("snow-removal"), Some("infrastructure-maintenance/snow-removal"));
        assert_eq!(suggestion("Snow_Removal"), Some("infrastructure-maintenance/snow-removal"));
    }

    #[test]
    fn a_japanese_name_is_recognised() {
        assert_eq!(suggestion("土砂災害"), Some("disaster-safety/landslide"));
    }

    #[test]
    fn a_slip_of_the_keyboard_is_recognised() {
        assert_eq!(suggestion("disaster-safty/landslide"), Some("disaster-safety/landslide"));
    }

    #[test]
    fn something_else_altogether_gets_no_suggestion() {
        assert_eq!(suggestion("blockchain"), None);
        assert_eq!(suggestion(""), None);
    }

    #[test]
    fn edits_counts_insertions_deletions_and_replacements() {
        assert_eq!(edits("kitten", "sitting"), 3);
        assert_eq!(edits("", "abc"), 3);
        assert_eq!(edits("除雪", "除雪車"), 1);
    }
}
