# Habits, for `just`. CI needs none of them: it runs scripts/test.

# Shows these lines
default:
    @just --list

# The demonstration
demo *options:
    scripts/demo {{options}}

# Everything that CI runs
test *arguments:
    scripts/test {{arguments}}

# The engine alone: fast, needs neither database nor browser
engine *arguments:
    cargo test -p relight-engine {{arguments}}

# What a reviewer would say first
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings

# Licences, banned crates, advisories (needs cargo-deny)
deny:
    cargo deny check

# Takes new snapshots; read them before committing
snapshots *arguments:
    INSTA_UPDATE=always cargo test --workspace {{arguments}}

# Relight, ninja, make and the floors side by side
perf *options:
    scripts/setup perf
    cargo build --release --locked
    python3 perf/compare.py {{options}}

# The plan of every runbook that is shipped
check:
    cargo run -q -- check runbooks
