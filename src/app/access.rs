//! Deciding access, recording it, and handing out permits.
