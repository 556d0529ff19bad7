//! Generated contract: one trait per tag, request types, router, the OPERATIONS table.
