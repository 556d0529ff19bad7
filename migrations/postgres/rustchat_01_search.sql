CREATE TABLE rustchat_post_words (
    postid varchar(26) NOT NULL PRIMARY KEY,
    channelid varchar(26) NOT NULL,
    userid varchar(26) NOT NULL,
    createat bigint NOT NULL,
    words tsvector NOT NULL
);
CREATE INDEX rustchat_idx_post_words_words ON rustchat_post_words USING gin (words);
CREATE INDEX rustchat_idx_post_words_channelid_createat ON rustchat_post_words (channelid, createat);
CREATE INDEX rustchat_idx_drafts_rootid ON drafts (rootid);
