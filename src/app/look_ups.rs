//! Why can or can't, who can, what can: decisions asked by the team and the command line.
