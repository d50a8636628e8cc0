-- Challenges that a bureau entered for a municipality (代理登録), and what the municipality says.
CREATE TABLE challenge_entries (
    challenge_id  BLOB NOT NULL PRIMARY KEY REFERENCES challenges (id) ON DELETE CASCADE CHECK (length(challenge_id) = 16),
    bureau_id     BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE CHECK (length(bureau_id) = 16),
    asked_at      TEXT NOT NULL,
    answer        TEXT CHECK (answer IN ('confirm', 'refuse')),
    comment       TEXT,
    answered_at   TEXT
) STRICT;
CREATE INDEX challenge_entries_by_bureau ON challenge_entries (bureau_id);
