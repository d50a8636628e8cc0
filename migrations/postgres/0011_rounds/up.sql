-- Rounds (募集回) of a bureau, with their three windows of days in Japan.
CREATE TABLE rounds (
    id                      UUID PRIMARY KEY,
    organization_id         UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    bureau                  TEXT NOT NULL,
    status                  TEXT NOT NULL CHECK (status IN ('draft', 'announced', 'ended', 'cancelled')),
    title                   TEXT NOT NULL,
    description             TEXT NOT NULL,
    challenges_from         DATE NOT NULL,
    challenges_to           DATE NOT NULL,
    proposals_from          DATE NOT NULL,
    proposals_to            DATE NOT NULL,
    sessions_from           DATE NOT NULL,
    sessions_to             DATE NOT NULL,
    sessions_per_challenge  INTEGER NOT NULL CHECK (sessions_per_challenge > 0),
    sessions_per_vendor     INTEGER NOT NULL CHECK (sessions_per_vendor > 0),
    session_minutes         INTEGER NOT NULL CHECK (session_minutes > 0),
    -- Every opening and closing up to here has been told; the next one is due then.
    turned_until            TIMESTAMPTZ,
    next_turn_at            TIMESTAMPTZ,
    announced_at            TIMESTAMPTZ,
    surveyed_at             TIMESTAMPTZ,
    ended_at                TIMESTAMPTZ,
    reason                  TEXT,
    created_by              UUID REFERENCES members (id) ON DELETE SET NULL,
    version                 INTEGER NOT NULL,
    created_at              TIMESTAMPTZ NOT NULL,
    updated_at              TIMESTAMPTZ NOT NULL
);
CREATE INDEX rounds_by_organization ON rounds (organization_id);
CREATE INDEX rounds_by_creator ON rounds (created_by);
CREATE INDEX rounds_by_turn ON rounds (status, next_turn_at);

-- Which challenge takes part in which round; at most one.
CREATE TABLE round_challenges (
    challenge_id  UUID PRIMARY KEY REFERENCES challenges (id) ON DELETE CASCADE,
    round_id      UUID NOT NULL REFERENCES rounds (id) ON DELETE CASCADE,
    entered_by    UUID REFERENCES members (id) ON DELETE SET NULL,
    entered_at    TIMESTAMPTZ NOT NULL
);
CREATE INDEX round_challenges_by_round ON round_challenges (round_id);
CREATE INDEX round_challenges_by_member ON round_challenges (entered_by);

-- Where and when sessions (提案会) can be held.
CREATE TABLE round_slots (
    id          UUID PRIMARY KEY,
    round_id    UUID NOT NULL REFERENCES rounds (id) ON DELETE CASCADE,
    starts_at   TIMESTAMPTZ NOT NULL,
    ends_at     TIMESTAMPTZ NOT NULL,
    place       TEXT NOT NULL,
    link        TEXT,
    capacity    INTEGER NOT NULL CHECK (capacity > 0),
    created_at  TIMESTAMPTZ NOT NULL,
    CHECK (ends_at > starts_at)
);
CREATE INDEX round_slots_by_round ON round_slots (round_id, starts_at);

-- Slots at which an organization cannot.
CREATE TABLE round_blocks (
    slot_id          UUID NOT NULL REFERENCES round_slots (id) ON DELETE CASCADE,
    organization_id  UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    created_at       TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (slot_id, organization_id)
);
CREATE INDEX round_blocks_by_organization ON round_blocks (organization_id);

-- Sessions: who presents what to whom, and when.
CREATE TABLE round_sessions (
    id                         UUID PRIMARY KEY,
    round_id                   UUID NOT NULL REFERENCES rounds (id) ON DELETE CASCADE,
    challenge_id               UUID NOT NULL REFERENCES challenges (id) ON DELETE CASCADE,
    solution_id                UUID NOT NULL REFERENCES solutions (id) ON DELETE CASCADE,
    municipality_id            UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    vendor_id                  UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    slot_id                    UUID REFERENCES round_slots (id),
    status                     TEXT NOT NULL CHECK (status IN ('planned', 'published', 'held', 'cancelled')),
    source                     TEXT NOT NULL CHECK (source IN ('proposal', 'match', 'ranking', 'bureau')),
    score                      DOUBLE PRECISION NOT NULL,
    by_hand                    BOOLEAN NOT NULL,
    sequence                   INTEGER NOT NULL,
    reason                     TEXT,
    municipality_outcome       TEXT CHECK (municipality_outcome IN ('continue', 'pilot', 'no')),
    municipality_reason        TEXT,
    municipality_recorded_at   TIMESTAMPTZ,
    vendor_outcome             TEXT CHECK (vendor_outcome IN ('continue', 'pilot', 'no')),
    vendor_reason              TEXT,
    vendor_recorded_at         TIMESTAMPTZ,
    version                    INTEGER NOT NULL,
    created_at                 TIMESTAMPTZ NOT NULL,
    updated_at                 TIMESTAMPTZ NOT NULL,
    CHECK (status IN ('planned', 'cancelled') OR slot_id IS NOT NULL)
);
CREATE INDEX round_sessions_by_round ON round_sessions (round_id, status);
CREATE INDEX round_sessions_by_challenge ON round_sessions (challenge_id);
CREATE INDEX round_sessions_by_solution ON round_sessions (solution_id);
CREATE INDEX round_sessions_by_municipality ON round_sessions (municipality_id);
CREATE INDEX round_sessions_by_vendor ON round_sessions (vendor_id);
CREATE INDEX round_sessions_by_slot ON round_sessions (slot_id);
-- A vendor meets a challenge once in a round.
CREATE UNIQUE INDEX round_sessions_once ON round_sessions (round_id, challenge_id, vendor_id) WHERE status <> 'cancelled';

-- The address under which a member's calendar is read without signing in; known by its hash only.
CREATE TABLE calendar_feeds (
    member_id   UUID PRIMARY KEY REFERENCES members (id) ON DELETE CASCADE,
    token_hash  BYTEA NOT NULL UNIQUE,
    created_at  TIMESTAMPTZ NOT NULL
);

-- A mail may carry an appointment (RFC 5545): its method and its text.
ALTER TABLE mails ADD COLUMN calendar_method TEXT;
ALTER TABLE mails ADD COLUMN calendar TEXT;

-- What a link does is told by the code alone from here on: a new purpose needs no new table.
ALTER TABLE single_use_links DROP CONSTRAINT IF EXISTS single_use_links_purpose_check;
