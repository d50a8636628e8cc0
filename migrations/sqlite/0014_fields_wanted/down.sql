DELETE FROM mails WHERE kind IN ('field_published', 'field_returned', 'field_offered', 'field_answered');
DELETE FROM notices WHERE kind IN ('field_published', 'field_returned', 'field_offered', 'field_answered');
DELETE FROM moderation_acts WHERE subject_kind = 'field_wanted';
DELETE FROM moderation_entries WHERE subject_kind = 'field_wanted';
CREATE TABLE moderation_acts_anew (
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
INSERT INTO moderation_acts_anew SELECT id, batch, subject_kind, subject_id, title, act, version, messages, member_id, organization_id, acted_at, undo_until, undone_at FROM moderation_acts;
DROP TABLE moderation_acts;
ALTER TABLE moderation_acts_anew RENAME TO moderation_acts;
CREATE INDEX moderation_acts_by_batch ON moderation_acts (batch);
CREATE INDEX moderation_acts_by_subject ON moderation_acts (subject_id, undo_until);
CREATE INDEX moderation_acts_by_member ON moderation_acts (member_id, undo_until);
CREATE INDEX moderation_acts_by_organization ON moderation_acts (organization_id);
CREATE TABLE moderation_entries_anew (
    id               BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    subject_kind     TEXT NOT NULL CHECK (subject_kind IN ('organization', 'challenge', 'solution', 'deployment', 'match')),
    subject_id       BLOB NOT NULL CHECK (length(subject_id) = 16),
    act              TEXT NOT NULL,
    comment          TEXT,
    member_id        BLOB REFERENCES members (id) ON DELETE SET NULL CHECK (length(member_id) = 16),
    organization_id  BLOB REFERENCES organizations (id) ON DELETE SET NULL CHECK (length(organization_id) = 16),
    acted_at         TEXT NOT NULL
) STRICT;
INSERT INTO moderation_entries_anew SELECT id, subject_kind, subject_id, act, comment, member_id, organization_id, acted_at FROM moderation_entries;
DROP TABLE moderation_entries;
ALTER TABLE moderation_entries_anew RENAME TO moderation_entries;
CREATE INDEX moderation_entries_by_subject ON moderation_entries (subject_kind, subject_id, acted_at);
CREATE INDEX moderation_entries_by_member ON moderation_entries (member_id);
CREATE INDEX moderation_entries_by_organization ON moderation_entries (organization_id);
DROP TABLE field_offers;
DROP TABLE fields_wanted;
