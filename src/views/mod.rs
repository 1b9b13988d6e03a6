//! HTML, and nothing else: plain structs in, Markup out.
