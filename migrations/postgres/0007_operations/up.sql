CREATE TABLE idempotency_keys (
    member_id    UUID NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    method       TEXT NOT NULL,
    path         TEXT NOT NULL,
    key          TEXT NOT NULL,
    fingerprint  BYTEA NOT NULL,
    status       INTEGER NOT NULL,
    location     TEXT,
    etag         TEXT,
    body         TEXT NOT NULL,
    created_at   TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (member_id, method, path, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

CREATE TABLE change_log (
    seq           BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    xid           BIGINT NOT NULL DEFAULT (pg_current_xact_id()::text::bigint),
    subject_kind  TEXT NOT NULL,
    subject_id    UUID NOT NULL,
    logged_at     TIMESTAMPTZ NOT NULL
);
CREATE INDEX change_log_by_transaction ON change_log (xid, seq);
CREATE INDEX change_log_by_age ON change_log (logged_at);

CREATE TABLE leases (
    name        TEXT PRIMARY KEY,
    holder      UUID NOT NULL,
    held_until  TIMESTAMPTZ NOT NULL
);
