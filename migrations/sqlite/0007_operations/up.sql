CREATE TABLE idempotency_keys (
    member_id    BLOB NOT NULL REFERENCES members (id) ON DELETE CASCADE CHECK (length(member_id) = 16),
    method       TEXT NOT NULL,
    path         TEXT NOT NULL,
    key          TEXT NOT NULL,
    fingerprint  BLOB NOT NULL,
    status       INTEGER NOT NULL,
    location     TEXT,
    etag         TEXT,
    body         TEXT NOT NULL,
    created_at   TEXT NOT NULL,
    PRIMARY KEY (member_id, method, path, key)
) STRICT;
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

CREATE TABLE change_log (
    seq           INTEGER PRIMARY KEY AUTOINCREMENT,
    xid           INTEGER NOT NULL DEFAULT 0,
    subject_kind  TEXT NOT NULL,
    subject_id    BLOB NOT NULL CHECK (length(subject_id) = 16),
    logged_at     TEXT NOT NULL
) STRICT;
CREATE INDEX change_log_by_transaction ON change_log (xid, seq);
CREATE INDEX change_log_by_age ON change_log (logged_at);

CREATE TABLE leases (
    name        TEXT NOT NULL PRIMARY KEY,
    holder      BLOB NOT NULL CHECK (length(holder) = 16),
    held_until  TEXT NOT NULL
) STRICT;
