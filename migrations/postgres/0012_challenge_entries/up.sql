-- Challenges that a bureau entered for a municipality (代理登録), and what the municipality says.
CREATE TABLE challenge_entries (
    challenge_id  UUID PRIMARY KEY REFERENCES challenges (id) ON DELETE CASCADE,
    bureau_id     UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    asked_at      TIMESTAMPTZ NOT NULL,
    answer        TEXT CHECK (answer IN ('confirm', 'refuse')),
    comment       TEXT,
    answered_at   TIMESTAMPTZ
);
CREATE INDEX challenge_entries_by_bureau ON challenge_entries (bureau_id);
