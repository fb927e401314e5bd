//! Starting one process, and saying plainly why it could not be started.

use std::fs::File;
use std::io::{self, PipeReader};
use std::os::fd::AsFd as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::unistd::{AccessFlags, Pid, access};

use super::Order;
use crate::base::Text;

/// A process that was started, leader of its own group.
#[derive(Debug)]
pub(super) struct Started {
    /// Its process id, which is also its group's.
    pub(super) pid: Pid,
    /// Where its output comes from: both streams in one pipe, or standard output first, then standard error.
    pub(super) pipes: Vec<PipeReader>,
}

/// Starts the process. The error is for people.
pub(super) fn spawn(order: &Order) -> Result<Started, Text> {
    let empty = || Text::new("명령이 비어 있습니다. 프로그램을 적으십시오", "the command is empty: write a program");
    let (program, arguments) = order.argv.split_first().ok_or_else(empty)?;
    let path = order.env.iter().find(|(name, _)| name == "PATH").map_or("", |(_, path)| path.as_str());
    let found = find(program, path)?;
    start(order, &found, program, arguments).map_err(|error| explain(&error, program, &found, &order.dir))
}

fn start(order: &Order, found: &Path, program: &str, arguments: &[String]) -> io::Result<Started> {
    let (out, out_writer) = io::pipe()?;
    let mut pipes = vec![out];
    let err_writer = if order.look_for.is_some() || order.keep {
        let (err, err_writer) = io::pipe()?;
        pipes.push(err);
        err_writer
    } else {
        out_writer.try_clone()?
    };
    for pipe in &pipes {
        fcntl(pipe.as_fd(), FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
    }
    // Nothing here may need code between fork and exec: then the standard library uses posix_spawn, whose cost does not
    // grow with the memory of the keeper.
    #[expect(clippy::disallowed_methods, reason = "the keeper is where processes are started")]
    let mut command = std::process::Command::new(found);
    command
        .arg0(program)
        .args(arguments)
        .env_clear()
        .envs(order.env.iter().map(|(name, value)| (name, value)))
        .current_dir(&order.dir)
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(out_writer)
        .stderr(err_writer);
    let child = command.spawn()?;
    let pid = Pid::from_raw(i32::try_from(child.id()).map_err(io::Error::other)?);
    Ok(Started { pid, pipes })
}

/// Looks a program up as a shell would.
fn find(program: &str, path: &str) -> Result<PathBuf, Text> {
    if program.contains('/') {
        return Ok(PathBuf::from(program));
    }
    path.split(':')
        .filter(|dir| dir.starts_with('/'))
        .map(|dir| Path::new(dir).join(program))
        .find(|candidate| access(candidate, AccessFlags::X_OK).is_ok() && candidate.is_file())
        .ok_or_else(|| {
            Text::new(
                format!("{program:?}을(를) PATH ({path})에서 찾지 못했습니다. 설치하거나 전체 경로를 적으십시오"),
                format!("{program:?} was not found in PATH ({path}): install it, or write its full path"),
            )
        })
}

fn explain(error: &io::Error, program: &str, found: &Path, dir: &str) -> Text {
    let at = Path::new(dir).join(found);
    let errno = error.raw_os_error().map_or(Errno::UnknownErrno, Errno::from_raw);
    if !Path::new(dir).is_dir() {
        return Text::new(
            format!("작업 폴더 {dir:?}이(가) 없습니다. 만들거나 `dir`을 고치십시오"),
            format!("the working directory {dir:?} does not exist: make it, or correct `dir`"),
        );
    }
    let (ko, en) = match errno {
        Errno::ENOENT if !at.exists() => {
            ("이(가) 없습니다. 설치하거나 경로를 고치십시오", "does not exist: install it, or correct the path")
        }
        Errno::ENOENT => (
            "의 첫 줄에 적힌 해석기가 없습니다. 설치하거나 첫 줄을 고치십시오",
            "names an interpreter in its first line that does not exist: install it, or correct that line",
        ),
        Errno::EACCES => (
            "을(를) 실행할 권한이 없습니다. 권한을 확인하십시오 (chmod +x)",
            "may not be executed: check its permissions (chmod +x)",
        ),
        Errno::ENOEXEC => (
            "은(는) 실행할 수 있는 프로그램이 아닙니다. 스크립트에는 #! 줄이 있어야 합니다",
            "is not an executable program: a script needs a #! line",
        ),
        Errno::E2BIG => (
            "에 시스템이 허용하는 것보다 긴 인자와 환경 변수를 주었습니다",
            "was given more arguments and environment than the system allows",
        ),
        Errno::EMFILE | Errno::ENFILE => (
            "을(를) 시작하지 못했습니다. 열린 파일이 너무 많습니다. 한도(ulimit -n, LimitNOFILE)를 올리거나 동시 \
             실행 수를 낮추십시오",
            "was not started, too many files are open: raise the limit (ulimit -n, LimitNOFILE) or lower the concurrency",
        ),
        Errno::EAGAIN | Errno::ENOMEM => (
            "을(를) 시작하지 못했습니다. 프로세스나 메모리가 모자랍니다. 한도(ulimit -u, TasksMax)를 올리거나 동시 \
             실행 수를 낮추십시오",
            "was not started, the system is out of processes or memory: raise the limit (ulimit -u, TasksMax) or lower \
             the concurrency",
        ),
        _ => {
            return Text::new(
                format!("{program:?}을(를) 시작하지 못했습니다: {error}"),
                format!("{program:?} was not started: {error}"),
            );
        }
    };
    Text::new(format!("{program:?}{ko}"), format!("{program:?} {en}"))
}

/// Reads without waiting what is there. `Ok(0)` is the end, `WouldBlock` means nothing at present.
pub(super) fn read(pipe: &PipeReader, into: &mut [u8]) -> io::Result<usize> {
    Ok(nix::unistd::read(pipe.as_fd(), into)?)
}

/// `/dev/null`, to put in the place of a stream.
pub(super) fn null() -> io::Result<File> {
    File::options().read(true).write(true).open("/dev/null")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Lang;

    fn why(argv: &[&str], dir: &str) -> String {
        let order = Order {
            argv: argv.iter().map(|&word| word.to_owned()).collect(),
            env: vec![("PATH".to_owned(), "/usr/bin:/bin".to_owned())],
            dir: dir.to_owned(),
            look_for: None,
            keep: false,
        };
        spawn(&order).unwrap_err().get(Lang::En).to_owned()
    }

    #[test]
    fn what_can_not_be_started_says_why_and_what_to_do() {
        assert_eq!(
            why(&["no-such-program"], "/"),
            "\"no-such-program\" was not found in PATH (/usr/bin:/bin): install it, or write its full path"
        );
        assert_eq!(why(&["/no/such"], "/"), "\"/no/such\" does not exist: install it, or correct the path");
        assert_eq!(
            why(&["true"], "/no/such/dir"),
            "the working directory \"/no/such/dir\" does not exist: make it, or correct `dir`"
        );
        assert_eq!(why(&["/etc/passwd"], "/"), "\"/etc/passwd\" may not be executed: check its permissions (chmod +x)");
        assert_eq!(why(&[], "/"), "the command is empty: write a program");
    }
}
