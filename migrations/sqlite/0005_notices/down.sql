DROP TABLE mails;
DROP TABLE notices;
