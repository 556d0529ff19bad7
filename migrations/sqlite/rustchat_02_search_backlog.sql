CREATE TABLE rustchat_search_backlog (
    id INTEGER PRIMARY KEY,
    createat INTEGER NOT NULL,
    postid TEXT NOT NULL,
    done INTEGER NOT NULL
);
INSERT INTO rustchat_search_backlog (id, createat, postid, done)
SELECT 1, 9223372036854775807, '', NOT EXISTS (SELECT 1 FROM posts);
