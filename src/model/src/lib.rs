//! Generated vocabulary: structs, enums, limits, configuration sections.
