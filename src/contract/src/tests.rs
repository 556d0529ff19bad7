//! Placeholder module list of the contract's tests.
