//! Patient Selection, My patients, recently viewed.
