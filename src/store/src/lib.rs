//! SQL, migrations and caches of rows; the only crate that names sqlx.
