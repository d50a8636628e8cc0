CREATE TABLE matches (
    id                      BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    challenge_id            BLOB NOT NULL REFERENCES challenges (id) ON DELETE CASCADE CHECK (length(challenge_id) = 16),
    solution_id             BLOB NOT NULL REFERENCES solutions (id) ON DELETE CASCADE CHECK (length(solution_id) = 16),
    origin                  TEXT NOT NULL CHECK (origin IN ('engine', 'bureau', 'municipality', 'proposal')),
    status                  TEXT NOT NULL CHECK (status IN ('suggested', 'dismissed', 'approved', 'introduced', 'meeting_held', 'agreed', 'project', 'ended')),
    score                   REAL NOT NULL,
    explanation             TEXT NOT NULL CHECK (json_valid(explanation)),
    note                    TEXT,
    reason                  TEXT,
    suggested_by            BLOB REFERENCES members (id) ON DELETE SET NULL CHECK (length(suggested_by) = 16),
    municipality_agreed_at  TEXT,
    vendor_agreed_at        TEXT,
    introduced_at           TEXT,
    version                 INTEGER NOT NULL,
    created_at              TEXT NOT NULL,
    updated_at              TEXT NOT NULL,
    UNIQUE (challenge_id, solution_id)
) STRICT;
CREATE INDEX matches_by_solution ON matches (solution_id);
CREATE INDEX matches_by_status ON matches (status, created_at);
CREATE INDEX matches_by_suggester ON matches (suggested_by);

CREATE TABLE moderation_entries (
    id               BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    subject_kind     TEXT NOT NULL CHECK (subject_kind IN ('organization', 'challenge', 'solution', 'deployment', 'match')),
    subject_id       BLOB NOT NULL CHECK (length(subject_id) = 16),
    act              TEXT NOT NULL,
    comment          TEXT,
    member_id        BLOB REFERENCES members (id) ON DELETE SET NULL CHECK (length(member_id) = 16),
    organization_id  BLOB REFERENCES organizations (id) ON DELETE SET NULL CHECK (length(organization_id) = 16),
    acted_at         TEXT NOT NULL
) STRICT;
CREATE INDEX moderation_entries_by_subject ON moderation_entries (subject_kind, subject_id, acted_at);
CREATE INDEX moderation_entries_by_member ON moderation_entries (member_id);
CREATE INDEX moderation_entries_by_organization ON moderation_entries (organization_id);

CREATE TABLE match_announcements (
    subject_kind  TEXT NOT NULL CHECK (subject_kind IN ('challenge', 'solution')),
    subject_id    BLOB NOT NULL CHECK (length(subject_id) = 16),
    announced_at  TEXT NOT NULL,
    PRIMARY KEY (subject_kind, subject_id)
) STRICT;
