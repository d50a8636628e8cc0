//! What stays hidden of an anonymous challenge (domain.md section 5): everything about its place that is finer than its
//! bureau.
//!
//! A score, too, tells a place: a vendor that offers one solution from two towns could see which lies nearer. So an
//! anonymous challenge stands in the index as if it were posted by a prefecture of its bureau, the same one for all, and
//! whoever ranks challenges or likens them meets that. Its own ranking of solutions is made from its own document and
//! knows the true place: only those see it who may know.

use crate::matching::ChallengeDoc;
use crate::reference::{MunicipalityCode, MunicipalityKind};

/// The same challenge, its place known only as far as its bureau.
pub(super) fn over(doc: ChallengeDoc) -> ChallengeDoc {
    let place = stand_in(doc.place);
    ChallengeDoc { place, ..doc }
}

/// The first prefecture, as a body, of the bureau in whose region a place lies.
fn stand_in(place: MunicipalityCode) -> MunicipalityCode {
    let prefecture = place.bureau().prefectures().next();
    let body = MunicipalityCode::all().find(|code| {
        Some(code.prefecture()) == prefecture && code.municipality().kind == MunicipalityKind::Prefecture
    });
    body.unwrap_or(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_towns_of_one_bureau_cannot_be_told_apart() {
        let [aomori, sendai, sapporo] =
            ["022012", "041009", "011002"].map(|code| stand_in(MunicipalityCode::parse(code).unwrap()));
        assert_eq!(aomori, sendai);
        assert_ne!(aomori, sapporo);
        assert_eq!(aomori.bureau().as_str(), "tohoku");
    }

    #[test]
    fn every_place_has_a_stand_in_that_is_a_prefecture_of_its_bureau() {
        for place in MunicipalityCode::all() {
            let veiled = stand_in(place);
            assert_eq!(veiled.bureau(), place.bureau());
            assert_eq!(veiled.municipality().kind, MunicipalityKind::Prefecture);
        }
    }
}
