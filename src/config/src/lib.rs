//! config.json, MM_* variables, defaults and the client projection.
