//! Recordings, replayer, scoreboard, coverage, generated client, real clients.
