//! How a score is made up: one bar of all parts, and a bar per part against what it could give.

use super::svg::{Pen, Svg, image, percent};

/// One part of a score.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Its name in the reader's language.
    pub label: String,
    /// What it gives, 0 to its weight.
    pub contribution: f64,
    /// The most it could give, 0 to 1; the weights of all parts are 1 together.
    pub weight: f64,
}

/// All parts end to end on a track of length 1, each in a colour of its own by its place (`part-1` …). `name` says
/// the whole score in words. `id` must be unique on the page.
pub fn score_bar(id: &str, name: &str, parts: &[Part]) -> Svg {
    let mut pen = Pen::new();
    let about = parts.iter().map(|part| format!("{} {:.1}", part.label, part.contribution * 100.0));
    let about = about.collect::<Vec<_>>().join(", ");
    image(&mut pen, id, "chart score-chart", &[("width", "100%"), ("height", "16")], name, &about);
    pen.empty("rect", &[("class", "chart-track"), ("width", "100%"), ("height", "16"), ("rx", "3")]);
    let mut start = 0.0;
    for (at, part) in parts.iter().enumerate() {
        let length = part.contribution.clamp(0.0, 1.0);
        if length > 0.0 {
            let class = format!("part part-{}", at + 1);
            pen.empty(
                "rect",
                &[
                    ("class", &class),
                    ("x", &percent(start)),
                    ("width", &percent((length - GAP).max(GAP))),
                    ("height", "16"),
                ],
            );
        }
        start += length;
    }
    pen.close("svg");
    pen.finish()
}

/// The gap between two parts, as a share of the width.
const GAP: f64 = 0.003;

/// One part: how much of what it could give it gives. `at` is its place among the parts, from 1, for its colour;
/// `widest` the largest weight among them, which fills the width. Decorative: the text beside it says the same.
pub fn part_bar(part: &Part, at: usize, widest: f64) -> Svg {
    let scale = if widest > 0.0 { 1.0 / widest } else { 0.0 };
    let mut pen = Pen::new();
    pen.open(
        "svg",
        &[
            ("class", "chart part-chart"),
            ("width", "100%"),
            ("height", "12"),
            ("aria-hidden", "true"),
            ("focusable", "false"),
        ],
    );
    pen.empty(
        "rect",
        &[
            ("class", "chart-track"),
            ("y", "1"),
            ("width", &percent(part.weight * scale)),
            ("height", "10"),
            ("rx", "2"),
        ],
    );
    let class = format!("part part-{at}");
    pen.empty(
        "rect",
        &[
            ("class", &class),
            ("y", "1"),
            ("width", &percent(part.contribution * scale)),
            ("height", "10"),
            ("rx", "2"),
        ],
    );
    pen.close("svg");
    pen.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(label: &str, contribution: f64, weight: f64) -> Part {
        Part { label: label.to_owned(), contribution, weight }
    }

    #[test]
    fn parts_lie_end_to_end_and_none_is_drawn_of_nothing() {
        let shown = score_bar(
            "s",
            "62.5点",
            &[part("分野", 0.25, 0.3), part("予算", 0.0, 0.2), part("実績", 0.375, 0.5)],
        );
        let shown = shown.to_string();
        assert!(shown.contains(r#"class="part part-1" x="0.00%" width="24.70%""#), "{shown}");
        assert!(
            shown.contains(r#"class="part part-3" x="25.00%" width="37.20%""#) && !shown.contains("part-2"),
            "{shown}"
        );
        assert!(shown.contains("分野 25.0, 予算 0.0, 実績 37.5"), "{shown}");
    }

    #[test]
    fn a_part_is_drawn_against_the_largest_weight() {
        let shown = part_bar(&part("実績", 0.1, 0.2), 5, 0.4).to_string();
        assert!(shown.contains(r#"width="50.00%""#) && shown.contains(r#"width="25.00%""#), "{shown}");
        assert!(part_bar(&part("", 1.0, 1.0), 1, 0.0).to_string().contains(r#"width="0.00%""#));
    }
}
