DELETE FROM single_use_links WHERE purpose = 'watch_confirmation';
DELETE FROM unsubscribe_links WHERE scope = 'watches';
DELETE FROM mails WHERE kind IN ('confirm_watch', 'watch_news');
DELETE FROM notices WHERE kind = 'watch_news';
DROP TABLE watch_lines;
DROP TABLE watch_events;
DROP TABLE watch_requests;
DROP TABLE watches;
DROP TABLE watchers;
