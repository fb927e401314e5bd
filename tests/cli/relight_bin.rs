//! The binary as it is shipped, built with the tests so that it is never older than they are.

fn main() -> std::process::ExitCode {
    relight::cli::main()
}
