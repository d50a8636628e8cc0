//! The share of the first page that is kept for solutions without a record.
//!
//! A first record must be possible to get, or the market closes. The share is the last step of a ranking: scores stay
//! as they are, and nobody is moved up who is not good enough without evidence.

use super::rules::NewcomerRules;

/// What the share needs to know of a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    /// Its place in the order by score, from 0.
    pub(super) place: usize,
    /// Whether it is a newcomer that is good enough.
    pub(super) qualified: bool,
}

/// One place of the page shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Placed {
    /// Its place in the order by score, from 0.
    pub(super) place: usize,
    /// Whether it stands here by the share.
    pub(super) kept: bool,
}

/// The order to be shown, `limit` long: with a first page of n = min(limit, page), its last ⌊share·n⌋ places go to the best
/// qualified newcomers that are not on it already; everything else keeps the order of the scores.
///
/// `by_score` is the whole order, or as much of it as is shown and behind it the best qualified newcomers. With too few qualified newcomers, fewer places are kept.
pub(super) fn with_newcomers(by_score: &[Standing], limit: usize, rules: &NewcomerRules) -> Vec<Placed> {
    let page = limit.min(rules.page as usize).min(by_score.len());
    let kept = kept_places(limit.min(by_score.len()), rules);
    let (head, tail) = by_score.split_at(page.saturating_sub(kept));
    let newcomers: Vec<usize> =
        tail.iter().filter(|standing| standing.qualified).take(kept).map(|standing| standing.place).collect();
    let others = tail.iter().filter(|standing| !newcomers.contains(&standing.place));
    let mut others = others.map(|standing| Placed { place: standing.place, kept: false });
    let mut shown: Vec<Placed> =
        head.iter().map(|standing| Placed { place: standing.place, kept: false }).collect();
    shown.extend(others.by_ref().take(kept - newcomers.len()));
    shown.extend(newcomers.iter().map(|place| Placed { place: *place, kept: *place >= page }));
    shown.extend(others);
    shown.truncate(limit);
    shown
}

/// How many places are kept where `shown` are shown.
pub(super) fn kept_places(shown: usize, rules: &NewcomerRules) -> usize {
    let page = shown.min(rules.page as usize);
    (rules.share * page as f64 + ROUNDING) as usize
}

/// 0.2 × 10 must be 2 although 0.2 is a little less in binary.
const ROUNDING: f64 = 1e-9;

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: NewcomerRules = NewcomerRules { share: 0.2, page: 10.0, least: 0.5 };

    fn shown(qualified: &[usize], candidates: usize, limit: usize) -> Vec<usize> {
        let by_score: Vec<Standing> =
            (0..candidates).map(|place| Standing { place, qualified: qualified.contains(&place) }).collect();
        with_newcomers(&by_score, limit, &RULES).iter().map(|placed| placed.place).collect()
    }

    #[test]
    fn the_last_two_of_ten_places_go_to_the_best_two_newcomers() {
        assert_eq!(shown(&[14, 17, 19], 30, 10), [0, 1, 2, 3, 4, 5, 6, 7, 14, 17]);
    }

    #[test]
    fn whoever_had_to_make_room_follows_behind_the_first_page() {
        assert_eq!(shown(&[14, 17], 30, 13), [0, 1, 2, 3, 4, 5, 6, 7, 14, 17, 8, 9, 10]);
    }

    #[test]
    fn newcomers_who_stand_there_by_their_score_need_no_kept_place() {
        let by_score: Vec<Standing> =
            (0..12).map(|place| Standing { place, qualified: place == 8 }).collect();
        let page = with_newcomers(&by_score, 10, &RULES);
        assert!(page.iter().all(|placed| !placed.kept));
    }

    #[test]
    fn without_enough_qualified_newcomers_the_places_go_by_score() {
        assert_eq!(shown(&[], 30, 10), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        assert_eq!(shown(&[20], 30, 10), [0, 1, 2, 3, 4, 5, 6, 7, 8, 20]);
    }

    #[test]
    fn a_short_page_keeps_the_share_of_its_own_length_rounded_down() {
        assert_eq!(shown(&[20, 21], 30, 4), [0, 1, 2, 3]);
        assert_eq!(shown(&[20, 21], 30, 5), [0, 1, 2, 3, 20]);
    }

    #[test]
    fn few_candidates_or_none_are_shown_as_they_are() {
        assert_eq!(shown(&[], 0, 10), Vec::<usize>::new());
        assert_eq!(shown(&[2], 3, 10), [0, 1, 2]);
    }

    #[test]
    fn nobody_is_shown_twice_and_nobody_is_lost() {
        let mut all = shown(&[3, 9, 11, 25], 30, 30);
        all.sort_unstable();
        assert_eq!(all, (0..30).collect::<Vec<_>>());
    }
}
