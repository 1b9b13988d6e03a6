//! The Sponsored User Validation: what its schedule does, what the access team sees and changes of it, and what is to come
//! (product.md section 7).

pub mod campaign;
pub mod extend;
pub mod rehearse;
pub mod schedule;
