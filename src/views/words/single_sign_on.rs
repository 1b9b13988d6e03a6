//! Words of the hospital's single sign-on.
