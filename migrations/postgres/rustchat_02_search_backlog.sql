CREATE TABLE rustchat_search_backlog (
    id integer NOT NULL PRIMARY KEY,
    createat bigint NOT NULL,
    postid varchar(26) NOT NULL,
    done boolean NOT NULL
);
INSERT INTO rustchat_search_backlog (id, createat, postid, done)
SELECT 1, 9223372036854775807, '', NOT EXISTS (SELECT 1 FROM posts);
