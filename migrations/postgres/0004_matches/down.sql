DROP TABLE moderation_entries;
DROP TABLE matches;
