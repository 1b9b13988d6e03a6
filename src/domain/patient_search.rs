//! What may be typed to find a patient, and what counts as a match.
