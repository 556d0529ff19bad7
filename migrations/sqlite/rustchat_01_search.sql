CREATE TABLE rustchat_post_docs (
    docid INTEGER PRIMARY KEY,
    postid TEXT NOT NULL,
    channelid TEXT NOT NULL,
    userid TEXT NOT NULL,
    createat INTEGER NOT NULL
);
CREATE UNIQUE INDEX rustchat_idx_post_docs_postid ON rustchat_post_docs (postid);
CREATE VIRTUAL TABLE rustchat_post_words USING fts5(
    words, tags, content='', contentless_delete=1, tokenize="ascii tokenchars '#-_'"
);
CREATE INDEX rustchat_idx_drafts_rootid ON drafts (rootid);
