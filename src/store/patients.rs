//! Finding patients: by MRN, by name and birth date, and the lists of those a viewer may see.
