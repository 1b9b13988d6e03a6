//! The program: parse the arguments, run the command.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    postern::cli::run().await
}
