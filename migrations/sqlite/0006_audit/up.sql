CREATE TABLE audit_events (
    id               BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    happened_at      TEXT NOT NULL,
    actor_kind       TEXT NOT NULL CHECK (actor_kind IN ('member', 'link', 'system', 'command_line', 'public')),
    member_id        BLOB CHECK (length(member_id) = 16),
    organization_id  BLOB CHECK (length(organization_id) = 16),
    address          TEXT,
    request_id       TEXT,
    action           TEXT NOT NULL,
    subject_kind     TEXT NOT NULL,
    subject_id       BLOB NOT NULL CHECK (length(subject_id) = 16),
    prefecture       INTEGER,
    before           TEXT CHECK (json_valid(before)),
    after            TEXT CHECK (json_valid(after))
) STRICT;
CREATE INDEX audit_events_by_member ON audit_events (member_id, id);
CREATE INDEX audit_events_by_organization ON audit_events (organization_id, id);
CREATE INDEX audit_events_by_subject ON audit_events (subject_id, id);
CREATE INDEX audit_events_by_prefecture ON audit_events (prefecture, id);

CREATE TABLE audit_unsealed (
    event_id  BLOB NOT NULL PRIMARY KEY CHECK (length(event_id) = 16)
) STRICT;

CREATE TABLE audit_seals (
    position   INTEGER PRIMARY KEY,
    event_id   BLOB NOT NULL UNIQUE CHECK (length(event_id) = 16),
    seal       BLOB NOT NULL,
    key_id     TEXT NOT NULL,
    sealed_at  TEXT NOT NULL
) STRICT;
