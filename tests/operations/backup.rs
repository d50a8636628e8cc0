//! Copies of a SQLite database, and what PostgreSQL is told instead.

use crate::support::process::{Place, complained, said};

#[test]
fn a_running_service_is_copied_and_the_copy_restored_once_it_stopped() {
    let place = Place::on_sqlite();
    let copy = place.file("copy.db");
    let copy = copy.to_str().unwrap();
    let service = place.serve();

    let backup = place.run(&["backup", copy]);
    assert!(backup.status.success(), "{}", complained(&backup));

    let refused = place.run(&["restore", copy]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(complained(&refused).contains("in use"), "{}", complained(&refused));

    service.terminate();
    let restored = place.run(&["restore", copy]);
    assert!(restored.status.success(), "{}", complained(&restored));
    assert!(said(&restored).contains("kept as"), "{}", said(&restored));
    assert_eq!(place.serve().client().get("/health/ready").send().status, 200);
}

#[test]
fn a_backup_never_overwrites_a_file() {
    let place = Place::on_sqlite();
    assert!(place.run(&["migrate"]).status.success());
    let file = place.file("precious");
    std::fs::write(&file, "precious").unwrap();
    assert_eq!(place.run(&["backup", file.to_str().unwrap()]).status.code(), Some(2));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "precious");
}

#[test]
fn a_file_that_is_no_whole_database_of_ours_is_not_restored() {
    let place = Place::on_sqlite();
    assert!(place.run(&["migrate"]).status.success());
    let before = std::fs::read(place.var().join("kakehashi.db")).unwrap();
    for content in ["", "garbage", "SQLite format 3\0 but not really"] {
        let file = place.file("bad.db");
        std::fs::write(&file, content).unwrap();
        let output = place.run(&["restore", file.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(1), "{content:?}: {}", complained(&output));
    }
    assert_eq!(std::fs::read(place.var().join("kakehashi.db")).unwrap(), before);
}

#[test]
fn on_postgresql_both_commands_name_the_tools_to_use() {
    let place = Place::on_sqlite();
    for verb in ["backup", "restore"] {
        let output =
            place.command(&[verb, "x"]).env("KAKEHASHI_DATABASE__URL", "postgres://db/k").output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(complained(&output).contains("pg_dump"), "{}", complained(&output));
    }
}
