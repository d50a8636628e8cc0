DROP TABLE unsubscribe_links;
DROP TABLE mails;
DROP TABLE notices;
