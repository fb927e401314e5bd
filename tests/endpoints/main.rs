//! Steps that reach systems by their own protocols, from YAML to the answer, against the servers that users have.

mod bench;
mod dns;
mod hosts;
mod mssql;
mod sql;
