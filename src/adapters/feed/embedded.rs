//! The embedded feed: the record out of this database.
