-- Who follows what (見守り): a member, or somebody with a confirmed mail address and no account.
CREATE TABLE watchers (
    id          BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    member_id   BLOB REFERENCES members (id) ON DELETE CASCADE CHECK (length(member_id) = 16),
    email       TEXT,
    locale      TEXT NOT NULL,
    -- What the link in every mail to somebody without an account carries.
    page_key    BLOB NOT NULL CHECK (length(page_key) = 16),
    created_at  TEXT NOT NULL,
    CHECK ((member_id IS NULL) <> (email IS NULL)),
    UNIQUE (member_id),
    UNIQUE (email),
    UNIQUE (page_key)
) STRICT;

-- A challenge, a solution, or what a list would find.
CREATE TABLE watches (
    id            BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    watcher_id    BLOB NOT NULL REFERENCES watchers (id) ON DELETE CASCADE CHECK (length(watcher_id) = 16),
    kind          TEXT NOT NULL CHECK (kind IN ('challenge', 'solution', 'challenge_search', 'solution_search')),
    challenge_id  BLOB REFERENCES challenges (id) ON DELETE CASCADE CHECK (length(challenge_id) = 16),
    solution_id   BLOB REFERENCES solutions (id) ON DELETE CASCADE CHECK (length(solution_id) = 16),
    query         TEXT,
    name          TEXT,
    frequency     TEXT NOT NULL CHECK (frequency IN ('instant', 'daily', 'weekly')),
    version       INTEGER NOT NULL,
    created_at    TEXT NOT NULL,
    CHECK ((kind = 'challenge') = (challenge_id IS NOT NULL)),
    CHECK ((kind = 'solution') = (solution_id IS NOT NULL)),
    CHECK ((kind IN ('challenge_search', 'solution_search')) = (query IS NOT NULL))
) STRICT;
CREATE INDEX watches_by_watcher ON watches (watcher_id);
CREATE INDEX watches_by_challenge ON watches (challenge_id);
CREATE INDEX watches_by_solution ON watches (solution_id);
CREATE INDEX watches_by_kind ON watches (kind);

-- Asked for by mail, until the link in the mail is followed.
CREATE TABLE watch_requests (
    id          BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    email       TEXT NOT NULL,
    locale      TEXT NOT NULL,
    wish        TEXT NOT NULL,
    created_at  TEXT NOT NULL,
    expires_at  TEXT NOT NULL
) STRICT;
CREATE INDEX watch_requests_by_email ON watch_requests (email, created_at);
CREATE INDEX watch_requests_by_expiry ON watch_requests (expires_at);

-- What happened to a challenge or a solution, once each.
CREATE TABLE watch_events (
    id            BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    subject_kind  TEXT NOT NULL CHECK (subject_kind IN ('challenge', 'solution')),
    subject_id    BLOB NOT NULL CHECK (length(subject_id) = 16),
    happening     TEXT NOT NULL,
    -- Which of several: the number of an amendment, the id of a question.
    which         TEXT NOT NULL,
    -- From when it may be told: later than it was written while its deed can be taken back.
    happened_at   TEXT NOT NULL,
    spread_at     TEXT,
    UNIQUE (subject_kind, subject_id, happening, which)
) STRICT;
CREATE INDEX watch_events_by_spread ON watch_events (spread_at, happened_at);

-- What is to be told because of a watch; told once to a person, whichever watch it came by.
CREATE TABLE watch_lines (
    watch_id    BLOB NOT NULL REFERENCES watches (id) ON DELETE CASCADE CHECK (length(watch_id) = 16),
    event_id    BLOB NOT NULL REFERENCES watch_events (id) ON DELETE CASCADE CHECK (length(event_id) = 16),
    watcher_id  BLOB NOT NULL REFERENCES watchers (id) ON DELETE CASCADE CHECK (length(watcher_id) = 16),
    due_at      TEXT NOT NULL,
    told_at     TEXT,
    PRIMARY KEY (watch_id, event_id)
) STRICT;
CREATE INDEX watch_lines_by_event ON watch_lines (event_id);
CREATE INDEX watch_lines_by_watcher ON watch_lines (watcher_id, event_id);
CREATE INDEX watch_lines_by_due ON watch_lines (told_at, due_at);
