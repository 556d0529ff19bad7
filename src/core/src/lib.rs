//! Ids, clock, error definitions, permissions and roles, text rules; no I/O.
