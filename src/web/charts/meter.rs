//! How full something is, and how a figure went.

use super::svg::{Pen, Svg, image, percent};

/// A meter of `value` out of `most` equal parts, such as 4 of 7 points of a checklist. `name` says it in words.
/// `id` must be unique on the page.
pub fn meter(id: &str, name: &str, value: u32, most: u32) -> Svg {
    let mut pen = Pen::new();
    image(&mut pen, id, "chart meter-chart", &[("width", "100%"), ("height", "12")], name, "");
    let most = most.max(1);
    for at in 0..most {
        let class = if at < value { "meter-full" } else { "meter-empty" };
        let (x, width) = (percent(f64::from(at) / f64::from(most)), percent(1.0 / f64::from(most) - GAP));
        pen.empty(
            "rect",
            &[("class", class), ("x", &x), ("y", "1"), ("width", &width), ("height", "10"), ("rx", "2")],
        );
    }
    pen.close("svg");
    pen.finish()
}

/// The gap between two parts, as a share of the width.
const GAP: f64 = 0.01;

/// A line through `values` from the first to the last, without axes: the course of one figure. Nothing is drawn of
/// fewer than two values. `id` must be unique on the page.
pub fn sparkline(id: &str, name: &str, values: &[f64]) -> Svg {
    const WIDTH: f64 = 120.0;
    const HEIGHT: f64 = 32.0;
    const MARGIN: f64 = 3.0;
    let mut pen = Pen::new();
    image(&mut pen, id, "chart spark-chart", &[("viewBox", "0 0 120 32")], name, "");
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let last = values.len().saturating_sub(1);
    if last > 0 && low.is_finite() && high.is_finite() {
        let span = if high > low { high - low } else { 1.0 };
        let place = |at: usize, value: f64| {
            let x = MARGIN + (WIDTH - 2.0 * MARGIN) * at as f64 / last as f64;
            let y = HEIGHT - MARGIN - (HEIGHT - 2.0 * MARGIN) * (value - low) / span;
            format!("{x:.1},{y:.1}")
        };
        let points: Vec<String> = values.iter().enumerate().map(|(at, value)| place(at, *value)).collect();
        pen.empty("polyline", &[("class", "spark-line"), ("points", &points.join(" "))]);
        if let Some((x, y)) = points.last().and_then(|point| point.split_once(',')) {
            pen.empty("circle", &[("class", "spark-end"), ("cx", x), ("cy", y), ("r", "2.5")]);
        }
    }
    pen.close("svg");
    pen.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_meter_has_as_many_parts_as_there_are_and_fills_those_reached() {
        let shown = meter("m", "準備：7項目のうち4項目", 4, 7).to_string();
        assert_eq!((shown.matches("meter-full").count(), shown.matches("meter-empty").count()), (4, 3));
        assert!(shown.contains(r#"aria-labelledby="m-title""#) && shown.contains("7項目のうち4項目"));
        assert!(meter("m", "", 9, 0).to_string().contains("meter-full"));
    }

    #[test]
    fn a_sparkline_stays_within_its_frame() {
        let shown = sparkline("s", "件数", &[5.0, 1.0, 9.0]).to_string();
        assert!(shown.contains(r#"points="3.0,16.0 60.0,29.0 117.0,3.0""#), "{shown}");
        assert!(sparkline("s", "", &[2.0, 2.0]).to_string().contains("3.0,29.0 117.0,29.0"));
        assert!(!sparkline("s", "", &[1.0]).to_string().contains("polyline"));
        assert!(!sparkline("s", "", &[f64::NAN, f64::INFINITY]).to_string().contains("NaN"));
    }

    #[test]
    fn names_are_escaped() {
        assert!(meter("m", "<a onload=\"x\">", 1, 2).to_string().contains("&lt;a onload=&quot;x&quot;&gt;"));
    }
}
