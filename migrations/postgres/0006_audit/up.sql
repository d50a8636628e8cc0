CREATE TABLE audit_events (
    id               UUID PRIMARY KEY,
    happened_at      TIMESTAMPTZ NOT NULL,
    actor_kind       TEXT NOT NULL CHECK (actor_kind IN ('member', 'link', 'system', 'command_line', 'public')),
    member_id        UUID,
    organization_id  UUID,
    address          TEXT,
    request_id       TEXT,
    action           TEXT NOT NULL,
    subject_kind     TEXT NOT NULL,
    subject_id       UUID NOT NULL,
    prefecture       INTEGER,
    before           JSONB,
    after            JSONB
);
CREATE INDEX audit_events_by_member ON audit_events (member_id, id);
CREATE INDEX audit_events_by_organization ON audit_events (organization_id, id);
CREATE INDEX audit_events_by_subject ON audit_events (subject_id, id);
CREATE INDEX audit_events_by_prefecture ON audit_events (prefecture, id);

CREATE TABLE audit_unsealed (
    event_id  UUID PRIMARY KEY
);

CREATE TABLE audit_seals (
    position   BIGINT PRIMARY KEY,
    event_id   UUID NOT NULL UNIQUE,
    seal       BYTEA NOT NULL,
    key_id     TEXT NOT NULL,
    sealed_at  TIMESTAMPTZ NOT NULL
);
