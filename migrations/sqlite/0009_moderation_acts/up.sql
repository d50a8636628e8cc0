-- Acts of a desk that can be taken back for a short while, and what they told whom.
CREATE TABLE moderation_acts (
    id               BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    batch            BLOB NOT NULL CHECK (length(batch) = 16),
    subject_kind     TEXT NOT NULL CHECK (subject_kind IN ('organization', 'challenge', 'solution', 'match', 'confirmation')),
    subject_id       BLOB NOT NULL CHECK (length(subject_id) = 16),
    title            TEXT NOT NULL,
    act              TEXT NOT NULL,
    version          INTEGER NOT NULL,
    messages         TEXT NOT NULL CHECK (json_valid(messages)),
    member_id        BLOB NOT NULL REFERENCES members (id) ON DELETE CASCADE CHECK (length(member_id) = 16),
    organization_id  BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE CHECK (length(organization_id) = 16),
    acted_at         TEXT NOT NULL,
    undo_until       TEXT NOT NULL,
    undone_at        TEXT
) STRICT;
CREATE INDEX moderation_acts_by_batch ON moderation_acts (batch);
CREATE INDEX moderation_acts_by_subject ON moderation_acts (subject_id, undo_until);
CREATE INDEX moderation_acts_by_member ON moderation_acts (member_id, undo_until);
CREATE INDEX moderation_acts_by_organization ON moderation_acts (organization_id);
