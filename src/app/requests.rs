//! Filing access requests.
