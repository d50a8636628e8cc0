-- Fields wanted (実証フィールド募集): a vendor seeks a municipality in which to try its solution.
CREATE TABLE fields_wanted (
    id               UUID PRIMARY KEY,
    organization_id  UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    solution_id      UUID NOT NULL REFERENCES solutions (id) ON DELETE CASCADE,
    prefecture       INTEGER NOT NULL,
    status           TEXT NOT NULL CHECK (status IN ('draft', 'in_review', 'returned', 'open', 'closed')),
    title            TEXT NOT NULL,
    content          JSONB NOT NULL,
    closes_at        TIMESTAMPTZ,
    submitted_at     TIMESTAMPTZ,
    published_at     TIMESTAMPTZ,
    closed_at        TIMESTAMPTZ,
    created_by       UUID REFERENCES members (id) ON DELETE SET NULL,
    version          INTEGER NOT NULL,
    created_at       TIMESTAMPTZ NOT NULL,
    updated_at       TIMESTAMPTZ NOT NULL
);
CREATE INDEX fields_wanted_by_organization ON fields_wanted (organization_id);
CREATE INDEX fields_wanted_by_solution ON fields_wanted (solution_id);
CREATE INDEX fields_wanted_by_creator ON fields_wanted (created_by);
CREATE INDEX fields_wanted_by_status ON fields_wanted (status, closes_at);

-- Municipalities that raised a hand.
CREATE TABLE field_offers (
    id               UUID PRIMARY KEY,
    field_wanted_id  UUID NOT NULL REFERENCES fields_wanted (id) ON DELETE CASCADE,
    organization_id  UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    challenge_id     UUID REFERENCES challenges (id) ON DELETE SET NULL,
    match_id         UUID REFERENCES matches (id) ON DELETE SET NULL,
    status           TEXT NOT NULL CHECK (status IN ('offered', 'accepted', 'declined', 'withdrawn')),
    note             TEXT NOT NULL,
    reason           TEXT,
    offered_by       UUID REFERENCES members (id) ON DELETE SET NULL,
    answered_by      UUID REFERENCES members (id) ON DELETE SET NULL,
    offered_at       TIMESTAMPTZ NOT NULL,
    answered_at      TIMESTAMPTZ,
    version          INTEGER NOT NULL,
    UNIQUE (field_wanted_id, organization_id)
);
CREATE INDEX field_offers_by_organization ON field_offers (organization_id);
CREATE INDEX field_offers_by_challenge ON field_offers (challenge_id);
CREATE INDEX field_offers_by_match ON field_offers (match_id);
CREATE INDEX field_offers_by_offerer ON field_offers (offered_by);
CREATE INDEX field_offers_by_answerer ON field_offers (answered_by);

-- What is moderated is told by the code alone from here on: a new kind needs no new table.
ALTER TABLE moderation_acts DROP CONSTRAINT IF EXISTS moderation_acts_subject_kind_check;
ALTER TABLE moderation_entries DROP CONSTRAINT IF EXISTS moderation_entries_subject_kind_check;
