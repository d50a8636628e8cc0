//! `src/db/schema.rs`, both folders of migrations and two live databases say the same.

use std::collections::{BTreeMap, BTreeSet};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use diesel_migrations::{FileBasedMigrations, MigrationHarness};
use kakehashi::db::{DatabaseUrl, DbConn, Mode};

use crate::support::postgres::TestDatabase;

/// Table → column → (type, nullable).
type Tables = BTreeMap<String, BTreeMap<String, (String, bool)>>;

/// A database of each engine that lives as long as this value.
struct Engines {
    sqlite: DbConn,
    postgres: DbConn,
    _folder: tempfile::TempDir,
    _database: TestDatabase,
}

impl Engines {
    fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = TestDatabase::create();
        let sqlite = DatabaseUrl::Sqlite(folder.path().join("test.db"));
        let postgres = DatabaseUrl::parse(&database.url()).unwrap();
        Self {
            sqlite: DbConn::open(&sqlite, Mode::ReadWrite).unwrap(),
            postgres: DbConn::open(&postgres, Mode::ReadWrite).unwrap(),
            _folder: folder,
            _database: database,
        }
    }

    fn migrated() -> Self {
        let mut engines = Self::empty();
        engines.sqlite.migrate().unwrap();
        engines.postgres.migrate().unwrap();
        engines
    }
}

/// What `schema.rs` says, read as text.
fn described() -> Tables {
    let text = include_str!("../../src/db/schema.rs");
    let mut tables = Tables::new();
    for block in text.split("diesel::table!").skip(1) {
        let body = block.split("\n}\n").next().unwrap();
        let mut table = String::new();
        for line in body.lines().map(str::trim) {
            if let Some(name) = line.strip_suffix('{').filter(|line| line.contains('(')) {
                table = name.split(' ').next().unwrap().to_owned();
            } else if let Some((column, kind)) = line.trim_end_matches(',').split_once(" -> ") {
                let bare = kind.strip_prefix("Nullable<").and_then(|kind| kind.strip_suffix('>'));
                let entry = (bare.unwrap_or(kind).to_owned(), bare.is_some());
                tables.entry(table.clone()).or_default().insert(column.to_owned(), entry);
            }
        }
    }
    assert!(tables.len() > 20, "the reader of schema.rs understands it");
    tables
}

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
}

fn collect(rows: Vec<Column>) -> Tables {
    let mut tables = Tables::new();
    for row in rows {
        tables.entry(row.table_name).or_default().insert(row.column_name, (row.kind, row.nullable));
    }
    tables
}

fn live_postgres(conn: &mut DbConn) -> Tables {
    let rows = diesel::sql_query(
        "SELECT table_name::text, column_name::text, udt_name::text AS kind, is_nullable = 'YES' AS nullable
         FROM information_schema.columns
         WHERE table_schema = current_schema() AND table_name NOT LIKE '\\_\\_diesel%'",
    );
    collect(rows.load(conn).unwrap())
}

fn live_sqlite(conn: &mut DbConn) -> Tables {
    let rows = diesel::sql_query(
        "SELECT m.name AS table_name, c.name AS column_name, c.type AS kind,
                c.\"notnull\" = 0 AND c.pk = 0 AS nullable
         FROM sqlite_schema m JOIN pragma_table_info(m.name) c
         WHERE m.type = 'table' AND m.name NOT LIKE '\\_\\_diesel%' ESCAPE '\\' AND m.name NOT LIKE 'sqlite%'",
    );
    collect(rows.load(conn).unwrap())
}

fn stored_as(kind: &str, on_postgres: bool) -> &'static str {
    match (kind, on_postgres) {
        ("Uuid", true) => "uuid",
        ("Uuid" | "Binary", false) => "BLOB",
        ("Binary", true) => "bytea",
        ("Text", true) => "text",
        ("Timestamptz", true) => "timestamptz",
        ("Date", true) => "date",
        ("Jsonb", true) => "jsonb",
        ("Text" | "Timestamptz" | "Date" | "Jsonb", false) => "TEXT",
        ("Int4", true) => "int4",
        ("Int8", true) => "int8",
        ("Bool", true) => "bool",
        ("Int4" | "Int8" | "Bool", false) => "INTEGER",
        ("Double", true) => "float8",
        ("Double", false) => "REAL",
        other => panic!("{other:?} has no place in schema.rs"),
    }
}

fn expected(on_postgres: bool) -> Tables {
    let mut tables = described();
    for (kind, _) in tables.values_mut().flat_map(BTreeMap::values_mut) {
        *kind = stored_as(kind, on_postgres).to_owned();
    }
    tables
}

#[test]
fn both_live_databases_have_the_tables_and_columns_of_schema_rs() {
    let mut engines = Engines::migrated();
    assert_eq!(live_postgres(&mut engines.postgres), expected(true));
    assert_eq!(live_sqlite(&mut engines.sqlite), expected(false));
}

fn migration_names(engine: &str) -> BTreeSet<String> {
    let folder = format!("{}/migrations/{engine}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[test]
fn every_migration_has_a_twin_of_the_same_name() {
    assert_eq!(migration_names("sqlite"), migration_names("postgres"));
}

#[test]
fn every_migration_goes_up_down_and_up_again_to_the_same_tables() {
    fn round_trip<B: diesel::backend::Backend>(
        conn: &mut impl MigrationHarness<B>,
        source: FileBasedMigrations,
    ) where
        FileBasedMigrations: diesel::migration::MigrationSource<B>,
    {
        conn.run_pending_migrations(source.clone()).unwrap();
        conn.revert_all_migrations(source.clone()).unwrap();
        conn.run_pending_migrations(source).unwrap();
    }
    let mut engines = Engines::empty();
    let source = |engine| FileBasedMigrations::from_path(format!("migrations/{engine}")).unwrap();
    match &mut engines.sqlite {
        DbConn::Sqlite(conn) => round_trip(conn, source("sqlite")),
        DbConn::Postgres(_) => unreachable!(),
    }
    match &mut engines.postgres {
        DbConn::Postgres(conn) => round_trip(conn, source("postgres")),
        DbConn::Sqlite(_) => unreachable!(),
    }
    assert_eq!(live_sqlite(&mut engines.sqlite), expected(false));
    assert_eq!(live_postgres(&mut engines.postgres), expected(true));
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
}

fn names(conn: &mut DbConn, query: &str) -> Vec<String> {
    diesel::sql_query(query).load::<Named>(conn).unwrap().into_iter().map(|row| row.name).collect()
}

#[test]
fn every_sqlite_table_is_strict() {
    let mut engines = Engines::migrated();
    let loose = names(
        &mut engines.sqlite,
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0
         AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_\\_diesel%' ESCAPE '\\'",
    );
    assert!(loose.is_empty(), "{loose:?}");
}

#[test]
fn every_foreign_key_is_indexed() {
    let mut engines = Engines::migrated();
    let unindexed = names(
        &mut engines.postgres,
        "SELECT c.conrelid::regclass || '.' || a.attname AS name
         FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
         WHERE c.contype = 'f' AND NOT EXISTS
               (SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indkey[0] = c.conkey[1])",
    );
    assert!(unindexed.is_empty(), "{unindexed:?}");
}

#[test]
fn every_table_that_refers_to_an_organization_says_what_happens_when_it_goes() {
    let mut engines = Engines::migrated();
    let silent = names(
        &mut engines.postgres,
        "SELECT conrelid::regclass || '.' || conname AS name FROM pg_constraint
         WHERE contype = 'f' AND confrelid = 'organizations'::regclass AND confdeltype = 'a'",
    );
    assert!(silent.is_empty(), "{silent:?}");
}

#[test]
fn a_reader_on_sqlite_cannot_write() {
    let folder = tempfile::tempdir().unwrap();
    let url = DatabaseUrl::Sqlite(folder.path().join("test.db"));
    DbConn::open(&url, Mode::ReadWrite).unwrap().migrate().unwrap();
    let mut reader = DbConn::open(&url, Mode::ReadOnly).unwrap();
    assert!(reader.batch_execute("DELETE FROM leases").is_err());
}
