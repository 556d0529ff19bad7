//! The hub as a whole: audiences, omissions, resuming, sessions.
