//! The demo hospital: its authored facts, computed from the clock at first start.
