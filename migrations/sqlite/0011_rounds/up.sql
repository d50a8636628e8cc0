-- Rounds (募集回) of a bureau, with their three windows of days in Japan.
CREATE TABLE rounds (
    id                      BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    organization_id         BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE CHECK (length(organization_id) = 16),
    bureau                  TEXT NOT NULL,
    status                  TEXT NOT NULL CHECK (status IN ('draft', 'announced', 'ended', 'cancelled')),
    title                   TEXT NOT NULL,
    description             TEXT NOT NULL,
    challenges_from         TEXT NOT NULL,
    challenges_to           TEXT NOT NULL,
    proposals_from          TEXT NOT NULL,
    proposals_to            TEXT NOT NULL,
    sessions_from           TEXT NOT NULL,
    sessions_to             TEXT NOT NULL,
    sessions_per_challenge  INTEGER NOT NULL CHECK (sessions_per_challenge > 0),
    sessions_per_vendor     INTEGER NOT NULL CHECK (sessions_per_vendor > 0),
    session_minutes         INTEGER NOT NULL CHECK (session_minutes > 0),
    -- Every opening and closing up to here has been told; the next one is due then.
    turned_until            TEXT,
    next_turn_at            TEXT,
    announced_at            TEXT,
    surveyed_at             TEXT,
    ended_at                TEXT,
    reason                  TEXT,
    created_by              BLOB REFERENCES members (id) ON DELETE SET NULL CHECK (length(created_by) = 16),
    version                 INTEGER NOT NULL,
    created_at              TEXT NOT NULL,
    updated_at              TEXT NOT NULL
) STRICT;
CREATE INDEX rounds_by_organization ON rounds (organization_id);
CREATE INDEX rounds_by_creator ON rounds (created_by);
CREATE INDEX rounds_by_turn ON rounds (status, next_turn_at);

-- Which challenge takes part in which round; at most one.
CREATE TABLE round_challenges (
    challenge_id  BLOB NOT NULL PRIMARY KEY REFERENCES challenges (id) ON DELETE CASCADE CHECK (length(challenge_id) = 16),
    round_id      BLOB NOT NULL REFERENCES rounds (id) ON DELETE CASCADE CHECK (length(round_id) = 16),
    entered_by    BLOB REFERENCES members (id) ON DELETE SET NULL CHECK (length(entered_by) = 16),
    entered_at    TEXT NOT NULL
) STRICT;
CREATE INDEX round_challenges_by_round ON round_challenges (round_id);
CREATE INDEX round_challenges_by_member ON round_challenges (entered_by);

-- Where and when sessions (提案会) can be held.
CREATE TABLE round_slots (
    id          BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    round_id    BLOB NOT NULL REFERENCES rounds (id) ON DELETE CASCADE CHECK (length(round_id) = 16),
    starts_at   TEXT NOT NULL,
    ends_at     TEXT NOT NULL,
    place       TEXT NOT NULL,
    link        TEXT,
    capacity    INTEGER NOT NULL CHECK (capacity > 0),
    created_at  TEXT NOT NULL,
    CHECK (ends_at > starts_at)
) STRICT;
CREATE INDEX round_slots_by_round ON round_slots (round_id, starts_at);

-- Slots at which an organization cannot.
CREATE TABLE round_blocks (
    slot_id          BLOB NOT NULL REFERENCES round_slots (id) ON DELETE CASCADE CHECK (length(slot_id) = 16),
    organization_id  BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE CHECK (length(organization_id) = 16),
    created_at       TEXT NOT NULL,
    PRIMARY KEY (slot_id, organization_id)
) STRICT;
CREATE INDEX round_blocks_by_organization ON round_blocks (organization_id);

-- Sessions: who presents what to whom, and when.
CREATE TABLE round_sessions (
    id                         BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    round_id                   BLOB NOT NULL REFERENCES rounds (id) ON DELETE CASCADE CHECK (length(round_id) = 16),
    challenge_id               BLOB NOT NULL REFERENCES challenges (id) ON DELETE CASCADE CHECK (length(challenge_id) = 16),
    solution_id                BLOB NOT NULL REFERENCES solutions (id) ON DELETE CASCADE CHECK (length(solution_id) = 16),
    municipality_id            BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE CHECK (length(municipality_id) = 16),
    vendor_id                  BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE CHECK (length(vendor_id) = 16),
    slot_id                    BLOB REFERENCES round_slots (id) CHECK (length(slot_id) = 16),
    status                     TEXT NOT NULL CHECK (status IN ('planned', 'published', 'held', 'cancelled')),
    source                     TEXT NOT NULL CHECK (source IN ('proposal', 'match', 'ranking', 'bureau')),
    score                      REAL NOT NULL,
    by_hand                    INTEGER NOT NULL CHECK (by_hand IN (0, 1)),
    sequence                   INTEGER NOT NULL,
    reason                     TEXT,
    municipality_outcome       TEXT CHECK (municipality_outcome IN ('continue', 'pilot', 'no')),
    municipality_reason        TEXT,
    municipality_recorded_at   TEXT,
    vendor_outcome             TEXT CHECK (vendor_outcome IN ('continue', 'pilot', 'no')),
    vendor_reason              TEXT,
    vendor_recorded_at         TEXT,
    version                    INTEGER NOT NULL,
    created_at                 TEXT NOT NULL,
    updated_at                 TEXT NOT NULL,
    CHECK (status IN ('planned', 'cancelled') OR slot_id IS NOT NULL)
) STRICT;
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
    member_id   BLOB NOT NULL PRIMARY KEY REFERENCES members (id) ON DELETE CASCADE CHECK (length(member_id) = 16),
    token_hash  BLOB NOT NULL UNIQUE,
    created_at  TEXT NOT NULL
) STRICT;

-- A mail may carry an appointment (RFC 5545): its method and its text.
ALTER TABLE mails ADD COLUMN calendar_method TEXT;
ALTER TABLE mails ADD COLUMN calendar TEXT;

-- What a link does is told by the code alone from here on: a new purpose needs no new table.
CREATE TABLE links_of_any_purpose (
    token_hash  BLOB NOT NULL PRIMARY KEY,
    purpose     TEXT NOT NULL,
    subject_id  BLOB NOT NULL CHECK (length(subject_id) = 16),
    email       TEXT NOT NULL,
    created_at  TEXT NOT NULL,
    expires_at  TEXT NOT NULL,
    used_at     TEXT
) STRICT;
INSERT INTO links_of_any_purpose SELECT token_hash, purpose, subject_id, email, created_at, expires_at, used_at FROM single_use_links;
DROP TABLE single_use_links;
ALTER TABLE links_of_any_purpose RENAME TO single_use_links;
CREATE INDEX single_use_links_by_subject ON single_use_links (purpose, subject_id);
CREATE INDEX single_use_links_by_expiry ON single_use_links (expires_at);
