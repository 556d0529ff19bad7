//! The `rustchat` program; all of it is in the library so that tests run it in process.

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    rustchat_server::cli::main()
}
