CREATE TABLE matches (
    id                      UUID PRIMARY KEY,
    challenge_id            UUID NOT NULL REFERENCES challenges (id) ON DELETE CASCADE,
    solution_id             UUID NOT NULL REFERENCES solutions (id) ON DELETE CASCADE,
    origin                  TEXT NOT NULL CHECK (origin IN ('engine', 'bureau', 'municipality', 'proposal')),
    status                  TEXT NOT NULL CHECK (status IN ('suggested', 'dismissed', 'approved', 'introduced', 'meeting_held', 'agreed', 'project', 'ended')),
    score                   DOUBLE PRECISION NOT NULL,
    explanation             JSONB NOT NULL,
    note                    TEXT,
    reason                  TEXT,
    suggested_by            UUID REFERENCES members (id) ON DELETE SET NULL,
    municipality_agreed_at  TIMESTAMPTZ,
    vendor_agreed_at        TIMESTAMPTZ,
    introduced_at           TIMESTAMPTZ,
    version                 INTEGER NOT NULL,
    created_at              TIMESTAMPTZ NOT NULL,
    updated_at              TIMESTAMPTZ NOT NULL,
    UNIQUE (challenge_id, solution_id)
);
CREATE INDEX matches_by_solution ON matches (solution_id);
CREATE INDEX matches_by_status ON matches (status, created_at);
CREATE INDEX matches_by_suggester ON matches (suggested_by);

CREATE TABLE moderation_entries (
    id               UUID PRIMARY KEY,
    subject_kind     TEXT NOT NULL CHECK (subject_kind IN ('organization', 'challenge', 'solution', 'deployment', 'match')),
    subject_id       UUID NOT NULL,
    act              TEXT NOT NULL,
    comment          TEXT,
    member_id        UUID REFERENCES members (id) ON DELETE SET NULL,
    organization_id  UUID REFERENCES organizations (id) ON DELETE SET NULL,
    acted_at         TIMESTAMPTZ NOT NULL
);
CREATE INDEX moderation_entries_by_subject ON moderation_entries (subject_kind, subject_id, acted_at);
CREATE INDEX moderation_entries_by_member ON moderation_entries (member_id);
CREATE INDEX moderation_entries_by_organization ON moderation_entries (organization_id);

CREATE TABLE match_announcements (
    subject_kind  TEXT NOT NULL CHECK (subject_kind IN ('challenge', 'solution')),
    subject_id    UUID NOT NULL,
    announced_at  TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (subject_kind, subject_id)
);
