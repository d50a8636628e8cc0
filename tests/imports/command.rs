//! `kakehashi import`.

use serde_json::Value;

use super::TWO;
use crate::road::{PASSWORD, bureau};
use crate::support::process::{Place, complained, said};

#[test]
fn a_file_is_imported_at_the_command_line_in_somebodys_name() {
    let place = Place::new();
    let arguments =
        ["user", "create-bureau", "--bureau", "hokkaido", "--email", "desk@example.jp", "--name", "担当"];
    assert!(place.run_with_input(&arguments, PASSWORD).status.success());
    let file = place.file("課題.csv");
    let import = |more: &[&str]| {
        let mut arguments = vec!["import", file.to_str().unwrap(), "--kind", "challenges"];
        arguments.extend(more);
        place.run(&arguments)
    };
    std::fs::write(&file, TWO).unwrap();
    let nobody = import(&["--as", "nobody@example.jp"]);
    assert_eq!(nobody.status.code(), Some(2), "{}", complained(&nobody));
    // Every row lacks its municipality.
    let wrong = import(&["--as", "desk@example.jp"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(said(&wrong).contains("row 2 column -: "), "{}", said(&wrong));
    assert!(complained(&wrong).contains("nothing was imported: 2 to correct"), "{}", complained(&wrong));

    // With a town, the file is tried, imported, and not imported again.
    let service = place.serve();
    let client = service.client();
    let hokkaido = bureau(&place, &client, "hokkaido");
    let mails = crate::support::mailbox::Mailbox::watch(place.var().join("mail"));
    let town = serde_json::json!({"kind": "municipality", "name": "岩見沢市", "municipality_code": "012106"});
    crate::road::signed_up(&client, &mails, "dx@city.iwamizawa.example.jp", town);
    crate::road::approve_the_waiting(&hokkaido);
    let by_town = ["--as", "dx@city.iwamizawa.example.jp"];
    let tried = import(&[&by_town[..], &["--dry-run"]].concat());
    assert!(tried.status.success() && said(&tried).contains("nothing to correct"), "{}", said(&tried));
    let done = import(&[&by_town[..], &["--json"]].concat());
    let view: Value = serde_json::from_str(&said(&done)).unwrap();
    assert_eq!(
        (&view["status"], view["made"].as_array().unwrap().len()),
        (&serde_json::json!("accepted"), 2)
    );
    let again = import(&by_town);
    assert_eq!(again.status.code(), Some(1));
    assert!(complained(&again).contains("imported before"), "{}", complained(&again));
}
