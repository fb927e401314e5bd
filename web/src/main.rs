//! The binary `relight`.

fn main() -> std::process::ExitCode {
    relight::cli::main()
}
