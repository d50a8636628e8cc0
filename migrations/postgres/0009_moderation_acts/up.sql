-- Acts of a desk that can be taken back for a short while, and what they told whom.
CREATE TABLE moderation_acts (
    id               UUID PRIMARY KEY,
    batch            UUID NOT NULL,
    subject_kind     TEXT NOT NULL CHECK (subject_kind IN ('organization', 'challenge', 'solution', 'match', 'confirmation')),
    subject_id       UUID NOT NULL,
    title            TEXT NOT NULL,
    act              TEXT NOT NULL,
    version          INTEGER NOT NULL,
    messages         JSONB NOT NULL,
    member_id        UUID NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    organization_id  UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    acted_at         TIMESTAMPTZ NOT NULL,
    undo_until       TIMESTAMPTZ NOT NULL,
    undone_at        TIMESTAMPTZ
);
CREATE INDEX moderation_acts_by_batch ON moderation_acts (batch);
CREATE INDEX moderation_acts_by_subject ON moderation_acts (subject_id, undo_until);
CREATE INDEX moderation_acts_by_member ON moderation_acts (member_id, undo_until);
CREATE INDEX moderation_acts_by_organization ON moderation_acts (organization_id);
