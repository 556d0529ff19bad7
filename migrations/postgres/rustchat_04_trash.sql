CREATE TABLE rustchat_trash (
    path varchar(1024) NOT NULL PRIMARY KEY,
    createat bigint NOT NULL
);
