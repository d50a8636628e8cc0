CREATE TABLE notices (
    id            BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    member_id     BLOB NOT NULL REFERENCES members (id) ON DELETE CASCADE CHECK (length(member_id) = 16),
    kind          TEXT NOT NULL,
    subject_kind  TEXT NOT NULL,
    subject_id    BLOB NOT NULL CHECK (length(subject_id) = 16),
    facts         TEXT NOT NULL CHECK (json_valid(facts)),
    delivery      TEXT NOT NULL CHECK (delivery IN ('mailed', 'digest', 'digested', 'app_only')),
    digest_at     TEXT,
    created_at    TEXT NOT NULL,
    read_at       TEXT
) STRICT;
CREATE INDEX notices_by_member ON notices (member_id, created_at);
CREATE INDEX notices_by_digest ON notices (delivery, digest_at);

CREATE TABLE mails (
    id               BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    notice_id        BLOB REFERENCES notices (id) ON DELETE SET NULL CHECK (length(notice_id) = 16),
    member_id        BLOB REFERENCES members (id) ON DELETE SET NULL CHECK (length(member_id) = 16),
    kind             TEXT NOT NULL,
    recipient        TEXT NOT NULL,
    locale           TEXT NOT NULL CHECK (locale IN ('ja', 'en')),
    subject          TEXT NOT NULL,
    body_text        TEXT NOT NULL,
    body_html        TEXT NOT NULL,
    unsubscribe_url  TEXT,
    secret           INTEGER NOT NULL CHECK (secret IN (0, 1)),
    urgent           INTEGER NOT NULL CHECK (urgent IN (0, 1)),
    state            TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'dead', 'parked')),
    attempts         INTEGER NOT NULL,
    due_at           TEXT NOT NULL,
    lease            BLOB CHECK (length(lease) = 16),
    leased_until     TEXT,
    last_error       TEXT,
    created_at       TEXT NOT NULL,
    sent_at          TEXT
) STRICT;
CREATE INDEX mails_by_due ON mails (state, due_at);
CREATE INDEX mails_by_notice ON mails (notice_id);
CREATE INDEX mails_by_member ON mails (member_id);

CREATE TABLE unsubscribe_links (
    id          BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    email       TEXT NOT NULL,
    scope       TEXT NOT NULL,
    created_at  TEXT NOT NULL,
    refused_at  TEXT,
    UNIQUE (email, scope)
) STRICT;
