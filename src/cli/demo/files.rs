//! A spreadsheet that a bureau has gathered and tried: two of its rows cannot be entered yet.

use actix_web::web::Bytes;

use super::people::People;
use crate::failure::Failure;
use crate::imports::{self, ImportKind};
use crate::services::Services;
use crate::web::File;

/// A municipality of the region whose bureau gathers.
const TOWN: &str = "012106";

/// Tries the file `seeds/demo/import.csv`.
pub(super) async fn gather(services: &Services, people: &People) -> Result<(), Failure> {
    let bureau = people.bureau_of(&people.town(TOWN)?)?;
    let bytes = Bytes::from_static(include_bytes!("../../../seeds/demo/import.csv"));
    let file = File { name: "道内_地域課題_取りまとめ.csv".to_owned(), bytes };
    imports::rehearse(services, bureau, ImportKind::Challenges, Some(file)).await.map(|_| ())
}
