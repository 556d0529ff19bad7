//! Implements the contract: unpack, call the domain, pack.
