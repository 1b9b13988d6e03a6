//! The embedded feed's tables: resources, chart items, and the listings and seats they make.
