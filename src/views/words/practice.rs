//! Words of a provider's practices.
