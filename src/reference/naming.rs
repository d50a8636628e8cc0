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

impl Municipality {
    /// Its name with that of its prefecture, in `locale`.
    pub fn full_name(&self, locale: Locale) -> String {
        match locale {
            Locale::Ja => self.full_name_ja(),
            Locale::En => self.full_name_en(),
        }
    }
}
