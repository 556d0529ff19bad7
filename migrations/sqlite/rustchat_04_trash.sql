CREATE TABLE rustchat_trash (
    path TEXT NOT NULL PRIMARY KEY,
    createat INTEGER NOT NULL
);
