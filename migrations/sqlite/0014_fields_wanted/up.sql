-- Fields wanted (実証フィールド募集): a vendor seeks a municipality in which to try its solution.
CREATE TABLE fields_wanted (
    id               BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    organization_id  BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE CHECK (length(organization_id) = 16),
    solution_id      BLOB NOT NULL REFERENCES solutions (id) ON DELETE CASCADE CHECK (length(solution_id) = 16),
    prefecture       INTEGER NOT NULL,
    status           TEXT NOT NULL CHECK (status IN ('draft', 'in_review', 'returned', 'open', 'closed')),
    title            TEXT NOT NULL,
    content          TEXT NOT NULL,
    closes_at        TEXT,
    submitted_at     TEXT,
    published_at     TEXT,
    closed_at        TEXT,
    created_by       BLOB REFERENCES members (id) ON DELETE SET NULL CHECK (length(created_by) = 16),
    version          INTEGER NOT NULL,
    created_at       TEXT NOT NULL,
    updated_at       TEXT NOT NULL
) STRICT;
CREATE INDEX fields_wanted_by_organization ON fields_wanted (organization_id);
CREATE INDEX fields_wanted_by_solution ON fields_wanted (solution_id);
CREATE INDEX fields_wanted_by_creator ON fields_wanted (created_by);
CREATE INDEX fields_wanted_by_status ON fields_wanted (status, closes_at);

-- Municipalities that raised a hand.
CREATE TABLE field_offers (
    id               BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    field_wanted_id  BLOB NOT NULL REFERENCES fields_wanted (id) ON DELETE CASCADE CHECK (length(field_wanted_id) = 16),
    organization_id  BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE CHECK (length(organization_id) = 16),
    challenge_id     BLOB REFERENCES challenges (id) ON DELETE SET NULL CHECK (length(challenge_id) = 16),
    match_id         BLOB REFERENCES matches (id) ON DELETE SET NULL CHECK (length(match_id) = 16),
    status           TEXT NOT NULL CHECK (status IN ('offered', 'accepted', 'declined', 'withdrawn')),
    note             TEXT NOT NULL,
    reason           TEXT,
    offered_by       BLOB REFERENCES members (id) ON DELETE SET NULL CHECK (length(offered_by) = 16),
    answered_by      BLOB REFERENCES members (id) ON DELETE SET NULL CHECK (length(answered_by) = 16),
    offered_at       TEXT NOT NULL,
    answered_at      TEXT,
    version          INTEGER NOT NULL,
    UNIQUE (field_wanted_id, organization_id)
) STRICT;
CREATE INDEX field_offers_by_organization ON field_offers (organization_id);
CREATE INDEX field_offers_by_challenge ON field_offers (challenge_id);
CREATE INDEX field_offers_by_match ON field_offers (match_id);
CREATE INDEX field_offers_by_offerer ON field_offers (offered_by);
CREATE INDEX field_offers_by_answerer ON field_offers (answered_by);

-- What is moderated is told by the code alone from here on: a new kind needs no new table.
CREATE TABLE moderation_acts_anew (
    id               BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    batch            BLOB NOT NULL CHECK (length(batch) = 16),
    subject_kind     TEXT NOT NULL,
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
    subject_kind     TEXT NOT NULL,
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
