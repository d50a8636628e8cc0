//! Charts and maps as SVG, drawn here so that no script, no tile server and no other host is needed.
//!
//! Each is an image with a name and a description (or, where its parts are links, a named group); the page around
//! it gives the same content as text or table. Nothing carries an inline style: colours come from the classes in
//! `assets/charts.css`. Charts with text along an axis are placed in percent, so that the text keeps its size on a
//! phone; the others scale as a whole.

mod meter;
mod score;
mod svg;
mod tiles;
mod timeline;
mod windows;

pub use meter::{meter, sparkline};
pub use score::{Part, part_bar, score_bar};
pub use svg::Svg;
pub use tiles::{Tile, tile_map};
pub use timeline::{Certainty, Span, Timeline, timeline};
pub use windows::{DayAxis, DaySpan, day_spans};
