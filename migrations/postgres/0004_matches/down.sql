DROP TABLE match_announcements;
DROP TABLE moderation_entries;
DROP TABLE matches;
