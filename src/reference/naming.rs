//! What things are called in a reader's language.

use super::{Bureau, Condition, Municipality, Prefecture, Sector, Technology, TopSector};
use crate::accounts::Locale;

macro_rules! named {
    ($($kind:ty),*) => {$(
        impl $kind {
            /// Its name in `locale`.
            pub fn name(self, locale: Locale) -> &'static str {
                match locale {
                    Locale::Ja => self.name_ja(),
                    Locale::En => self.name_en(),
                }
            }
        }
    )*};
}

named!(Bureau, Condition, Prefecture, Sector, Technology, TopSector);

macro_rules! named_by_slug {
    ($($kind:ty),*) => {$(
        impl $kind {
            /// The name, in `locale`, of the one with this slug; the slug itself when there is none.
            pub fn name_of(slug: &str, locale: Locale) -> String {
                Self::parse(slug).map_or_else(|_| slug.to_owned(), |one| one.name(locale).to_owned())
            }
        }
    )*};
}

named_by_slug!(Bureau, Condition, Technology);

impl Municipality {
    /// Its name with that of its prefecture, in `locale`.
    pub fn full_name(&self, locale: Locale) -> String {
        match locale {
            Locale::Ja => self.full_name_ja(),
            Locale::En => self.full_name_en(),
        }
    }
}
