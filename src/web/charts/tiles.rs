//! Japan as 47 tiles, one per prefecture, each about where it lies.

use super::svg::{Pen, Svg};
use crate::accounts::Locale;
use crate::reference::Prefecture;

/// What a tile shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tile {
    /// How dark it is: 0 (nothing there) to 4.
    pub level: u8,
    /// What its title says after the prefecture's name, e.g. "3件"; empty for the name alone.
    pub says: String,
    /// Where it leads.
    pub href: Option<String>,
    /// Whether it is the one that is chosen.
    pub chosen: bool,
}

/// Column, row, width and height in half tiles, by the prefecture's code from 1; and the short name in English.
/// The grid is our own: islands apart, coasts kept, so that the country is recognised.
const PLACES: [(u8, u8, u8, u8, &str); 47] = [
    (24, 0, 4, 4, "Hokkaido"),
    (24, 5, 4, 2, "Aomori"),
    (26, 7, 2, 2, "Iwt"),
    (26, 9, 2, 2, "Myg"),
    (24, 7, 2, 2, "Akt"),
    (24, 9, 2, 2, "Ygt"),
    (24, 11, 4, 2, "Fukushima"),
    (26, 13, 2, 2, "Ibr"),
    (24, 13, 2, 2, "Tcg"),
    (22, 13, 2, 2, "Gnm"),
    (22, 15, 2, 2, "Stm"),
    (26, 15, 2, 4, "Chb"),
    (24, 15, 2, 2, "Tky"),
    (24, 17, 2, 2, "Kng"),
    (20, 11, 4, 2, "Niigata"),
    (18, 11, 2, 2, "Tym"),
    (16, 11, 2, 2, "Isk"),
    (16, 13, 2, 2, "Fki"),
    (20, 15, 2, 2, "Yms"),
    (20, 13, 2, 2, "Ngn"),
    (18, 13, 2, 2, "Gif"),
    (20, 17, 4, 2, "Shizuoka"),
    (18, 15, 2, 2, "Aic"),
    (18, 17, 2, 2, "Mie"),
    (16, 15, 2, 2, "Shg"),
    (14, 15, 2, 2, "Kyt"),
    (14, 17, 2, 2, "Osk"),
    (12, 15, 2, 4, "Hyg"),
    (16, 17, 2, 2, "Nar"),
    (14, 19, 4, 2, "Wakayama"),
    (10, 15, 2, 2, "Ttr"),
    (8, 15, 2, 2, "Smn"),
    (10, 17, 2, 2, "Oky"),
    (8, 17, 2, 2, "Hrs"),
    (6, 15, 2, 4, "Ygc"),
    (10, 22, 2, 2, "Tks"),
    (10, 20, 2, 2, "Kgw"),
    (8, 20, 2, 2, "Ehm"),
    (8, 22, 2, 2, "Kch"),
    (4, 18, 2, 2, "Fko"),
    (2, 18, 2, 2, "Sag"),
    (0, 18, 2, 2, "Ngs"),
    (2, 20, 2, 2, "Kmm"),
    (4, 20, 2, 2, "Oit"),
    (4, 22, 2, 2, "Myz"),
    (2, 22, 2, 2, "Kgs"),
    (0, 25, 2, 2, "Okn"),
];

/// Half a tile in the drawing's units.
const HALF: i32 = 24;
const GAP: i32 = 2;

/// Draws the map; `tile` says what stands in each prefecture. With links it is a group of them, else one image.
/// `name` says what the map shows; the page gives the same as a list or table. `id` must be unique on the page.
pub fn tile_map(id: &str, locale: Locale, name: &str, tile: impl Fn(Prefecture) -> Tile) -> Svg {
    let tiles: Vec<(Prefecture, Tile)> = Prefecture::all().map(|one| (one, tile(one))).collect();
    let role = if tiles.iter().any(|(_, tile)| tile.href.is_some()) { "group" } else { "img" };
    let title = format!("{id}-title");
    let mut pen = Pen::new();
    pen.open(
        "svg",
        &[
            ("class", "chart tile-chart"),
            ("viewBox", "0 0 672 648"),
            ("role", role),
            ("aria-labelledby", &title),
        ],
    );
    pen.text("title", &[("id", &title)], name);
    for (prefecture, tile) in &tiles {
        if let Some(place) = PLACES.get(usize::from(prefecture.code()).wrapping_sub(1)) {
            draw(&mut pen, locale, *prefecture, tile, *place);
        }
    }
    pen.close("svg");
    pen.finish()
}

fn draw(pen: &mut Pen, locale: Locale, prefecture: Prefecture, tile: &Tile, place: (u8, u8, u8, u8, &str)) {
    let (column, row, wide, high, short) = place;
    let [x, y, width, height] = [column, row, wide, high].map(|halves| i32::from(halves) * HALF);
    let full = prefecture.name(locale);
    let says = if tile.says.is_empty() { full.to_owned() } else { format!("{full} {}", tile.says) };
    let chosen = if tile.chosen { " is-chosen" } else { "" };
    let class = format!("tile tile-{}{chosen}", tile.level.min(4));
    match &tile.href {
        Some(href) => {
            // Its name is its title: a label of its own would have to repeat the short name that is seen.
            let mut attributes = vec![("class", class.as_str()), ("href", href)];
            if tile.chosen {
                attributes.push(("aria-current", "true"));
            }
            pen.open("a", &attributes);
        }
        None => pen.open("g", &[("class", &class)]),
    }
    pen.text("title", &[], &says);
    pen.empty(
        "rect",
        &[
            ("x", &(x + GAP / 2).to_string()),
            ("y", &(y + GAP / 2).to_string()),
            ("width", &(width - GAP).to_string()),
            ("height", &(height - GAP).to_string()),
            ("rx", "5"),
        ],
    );
    let short = match locale {
        Locale::Ja => short_ja(full),
        Locale::En => short,
    };
    pen.text(
        "text",
        &[
            ("class", "tile-name"),
            ("x", &(x + width / 2).to_string()),
            ("y", &(y + height / 2 + 5).to_string()),
            ("text-anchor", "middle"),
            ("aria-hidden", "true"),
        ],
        short,
    );
    pen.close(if tile.href.is_some() { "a" } else { "g" });
}

/// 青森 of 青森県; 北海道 stays whole.
fn short_ja(name: &str) -> &str {
    name.strip_suffix(['県', '府'])
        .or_else(|| name.strip_suffix('都').filter(|rest| *rest == "東京"))
        .unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(tile: impl Fn(Prefecture) -> Tile) -> String {
        tile_map("map", Locale::Ja, "都道府県ごとの<課題>", tile).to_string()
    }

    #[test]
    fn every_prefecture_has_a_tile_and_no_two_overlap() {
        assert_eq!(map(|_| Tile::default()).matches("<rect").count(), 47);
        let mut taken = std::collections::HashSet::new();
        for (column, row, wide, high, name) in PLACES {
            for x in column..column + wide {
                for y in row..row + high {
                    assert!(x < 28 && y < 27, "{name} leaves the drawing");
                    assert!(taken.insert((x, y)), "{name} lies upon another");
                }
            }
        }
    }

    #[test]
    fn a_tile_says_its_name_and_value_and_leads_on() {
        let shown = map(|one| Tile {
            level: 9,
            says: "3件".into(),
            href: (one.code() == 1).then(|| "/challenges?prefecture=01&sort=\"new\"".into()),
            chosen: one.code() == 1,
        });
        assert!(shown.contains(
            r#"<a class="tile tile-4 is-chosen" href="/challenges?prefecture=01&amp;sort=&quot;new&quot;" aria-current="true"><title>北海道 3件</title>"#
        ), "{shown}");
        assert!(
            shown.contains("<title>青森県 3件</title>")
                && shown.contains(">青森</text>")
                && shown.contains(">京都</text>")
        );
        assert!(shown.contains(r#"role="group""#) && shown.contains("都道府県ごとの&lt;課題&gt;"));
    }

    #[test]
    fn without_links_it_is_one_image() {
        assert!(map(|_| Tile::default()).contains(r#"role="img""#));
    }
}
