//! The binary `kakehashi`: parses the command line and hands over.

fn main() -> std::process::ExitCode {
    kakehashi::cli::main()
}
