//! A PostgreSQL database for one test, on the cluster that `scripts/with-postgres` brings.

use std::env;
use std::sync::LazyLock;

use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use kakehashi::db::{DatabaseUrl, DbConn, Mode};
use url::Url;
use uuid::Uuid;

/// Names the cluster: a libpq URL of a superuser, host or socket folder included.
const CLUSTER: &str = "TEST_POSTGRES_URL";

/// A database of one test; dropped with it, whoever is still connected.
pub struct TestDatabase {
    cluster: Url,
    name: String,
}

impl TestDatabase {
    /// An empty database.
    pub fn create() -> Self {
        Self::create_from("template0")
    }

    /// One with all tables, copied from a template that is migrated once for all tests.
    pub fn migrated() -> Self {
        static TEMPLATE: LazyLock<TestDatabase> = LazyLock::new(|| {
            let template = TestDatabase::create();
            let url = DatabaseUrl::parse(&template.url()).unwrap();
            DbConn::open(&url, Mode::ReadWrite).unwrap().migrate().unwrap();
            template
        });
        Self::copy_of(&TEMPLATE)
    }

    /// A copy of `template` with its tables and rows, much faster than migrating again.
    ///
    /// PostgreSQL refuses to copy a database that anyone is connected to.
    pub fn copy_of(template: &Self) -> Self {
        Self::create_from(&template.name)
    }

    /// What `database.url` takes, and libpq.
    pub fn url(&self) -> String {
        let mut url = self.cluster.clone();
        url.set_path(&format!("/{}", self.name));
        url.into()
    }

    fn create_from(template: &str) -> Self {
        let cluster = env::var(CLUSTER).unwrap_or_else(|_| {
            panic!(
                "{CLUSTER} is not set, and this test needs PostgreSQL. \
                 Run it with: scripts/with-postgres cargo test --test all NAME"
            )
        });
        let database = Self {
            cluster: Url::parse(&cluster).unwrap_or_else(|error| panic!("{CLUSTER}: {error}: {cluster}")),
            name: format!("t_{}", Uuid::new_v4().simple()),
        };
        database.tell_cluster(&format!("CREATE DATABASE {} TEMPLATE {template}", database.name)).unwrap();
        database
    }

    fn tell_cluster(&self, statement: &str) -> QueryResult<()> {
        let mut connection = PgConnection::establish(self.cluster.as_str())
            .unwrap_or_else(|error| panic!("no cluster at {CLUSTER}={}: {error}", self.cluster));
        connection.batch_execute(statement)
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let dropped = self.tell_cluster(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
        if !std::thread::panicking() {
            dropped.unwrap();
        }
    }
}

mod tests {
    use super::*;
    use diesel::dsl::sql;
    use diesel::sql_types::BigInt;

    fn connect(database: &TestDatabase) -> PgConnection {
        PgConnection::establish(&database.url()).unwrap()
    }

    fn count(database: &TestDatabase, rows: &str) -> i64 {
        let count = diesel::select(sql::<BigInt>(&format!("(SELECT count(*) FROM {rows})")));
        count.get_result(&mut connect(database)).unwrap()
    }

    #[test]
    fn every_test_has_a_database_of_its_own() {
        let (mine, yours) = (TestDatabase::create(), TestDatabase::create());
        connect(&mine).batch_execute("CREATE TABLE only_mine (id int)").unwrap();
        assert_eq!(count(&mine, "pg_tables WHERE tablename = 'only_mine'"), 1);
        assert_eq!(count(&yours, "pg_tables WHERE tablename = 'only_mine'"), 0);
    }

    #[test]
    fn a_copy_starts_with_the_rows_of_its_template_and_goes_its_own_way() {
        let template = TestDatabase::create();
        connect(&template).batch_execute("CREATE TABLE t (id int); INSERT INTO t VALUES (1), (2)").unwrap();
        let copy = TestDatabase::copy_of(&template);
        connect(&copy).batch_execute("DELETE FROM t WHERE id = 1").unwrap();
        assert_eq!(count(&copy, "t"), 1);
        assert_eq!(count(&template, "t"), 2);
    }

    #[test]
    fn a_database_goes_with_its_test_even_while_somebody_is_connected() {
        let (database, witness) = (TestDatabase::create(), TestDatabase::create());
        let _still_there = connect(&database);
        let itself = format!("pg_database WHERE datname = '{}'", database.name);
        assert_eq!(count(&witness, &itself), 1);
        drop(database);
        assert_eq!(count(&witness, &itself), 0);
    }
}
