//! Configuration: defaults in the binary, overlaid by a file and by the environment.
