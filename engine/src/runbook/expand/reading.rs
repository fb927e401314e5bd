//! Which texts are programs: a value put into one must not become a part of the program.

/// How a value of a map or an item of a list is going to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// As data: any value may stand in it.
    Data,
    /// As a command: a string is a program for the shell, the words of a list are data.
    Command,
    /// By an interpreter.
    Code(Interpreter),
}

/// Who reads a text as a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Interpreter {
    /// A shell, or another program that is handed a script.
    Shell,
    /// A database.
    Sql,
    /// The conditions of the runbook language itself.
    Condition,
}

impl Interpreter {
    /// In English and Korean.
    pub(super) const fn name(self) -> [&'static str; 2] {
        match self {
            Self::Shell => ["a shell", "셸"],
            Self::Sql => ["a database", "데이터베이스"],
            Self::Condition => ["a condition", "조건식"],
        }
    }
}

/// Why a value must not be put into a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Danger {
    /// This character could end the place where the value stands.
    Character(char),
    /// Nothing: what stands around it would grow together, as in `rm -rf {{ dir }}/x`.
    Empty,
    /// It would be read as an option.
    Option,
    /// It would begin a comment.
    Comment,
}

/// Whether a value can be put behind the text that was read so far without becoming a part of the program.
pub(super) fn judge(value: &str, before: &str, interpreter: Interpreter) -> Result<(), Danger> {
    let safe = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | ':' | '/' | '@' | '%' | '+' | '=' | '-');
    if let Some(character) = value.chars().find(|c| !safe(c)) {
        return Err(Danger::Character(character));
    }
    if value.is_empty() {
        return Err(Danger::Empty);
    }
    let begins_a_word = before.chars().last().is_none_or(|c| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '('));
    match interpreter {
        Interpreter::Shell if begins_a_word && value.starts_with('-') => Err(Danger::Option),
        Interpreter::Sql if value.contains("--") || (value.starts_with('-') && before.ends_with('-')) => {
            Err(Danger::Comment)
        }
        Interpreter::Shell | Interpreter::Sql | Interpreter::Condition => Ok(()),
    }
}

impl Reading {
    /// How the value of a key is read.
    pub(super) fn of_key(key: &str) -> Self {
        match key {
            "command" => Self::Command,
            // A person takes it into a terminal as it stands.
            "copy" => Self::Code(Interpreter::Shell),
            "sql" => Self::Code(Interpreter::Sql),
            "when" => Self::Code(Interpreter::Condition),
            _ => Self::Data,
        }
    }
}

/// Programs that take a program among their arguments.
const INTERPRETERS: [&str; 24] = [
    "sh",
    "bash",
    "dash",
    "ash",
    "ksh",
    "zsh",
    "busybox",
    "su",
    "sudo",
    "runuser",
    "env",
    "perl",
    "ruby",
    "node",
    "php",
    "psql",
    "mysql",
    "mariadb",
    "sqlcmd",
    "sqlplus",
    "pwsh",
    "powershell",
    "cmd",
    "awk",
];
/// Options behind which it stands.
const PROGRAM_FOLLOWS: [&str; 11] =
    ["-c", "-e", "-E", "-r", "-Q", "-q", "-Command", "/c", "/C", "--command", "--execute"];

/// How each word of a list is read: a program in a list is still a program when it is the argument of an interpreter.
pub(super) fn of_words(words: &[Option<&str>]) -> Vec<Reading> {
    let (mut interpreter, mut remote, mut follows) = (false, false, false);
    words
        .iter()
        .map(|word| {
            let word = word.unwrap_or_default();
            let attached =
                interpreter && !is_bundle(word) && PROGRAM_FOLLOWS.iter().any(|option| is_attached(word, option));
            let reading = if remote || follows || attached { Reading::Code(Interpreter::Shell) } else { Reading::Data };
            let program = word.rsplit('/').next().unwrap_or_default();
            interpreter |= INTERPRETERS.contains(&program) || program.starts_with("python");
            // What stands behind a host is joined and read by the shell there.
            remote |= program == "ssh";
            follows = interpreter && (PROGRAM_FOLLOWS.contains(&word) || is_bundle(word));
            reading
        })
        .collect()
}

/// `--command=…`, `-c…`.
fn is_attached(word: &str, option: &str) -> bool {
    let long = option.starts_with("--");
    word.strip_prefix(option).is_some_and(|rest| !rest.is_empty() && (!long || rest.starts_with('=')))
}

/// Short options together, the last of which is `-c`: `sh -euc`.
fn is_bundle(word: &str) -> bool {
    word.strip_prefix('-').is_some_and(|options| {
        options.len() <= 6 && options.ends_with('c') && options.bytes().all(|byte| byte.is_ascii_alphabetic())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readings(words: &[&str]) -> String {
        let words: Vec<Option<&str>> = words.iter().map(|word| Some(*word)).collect();
        of_words(&words).iter().map(|reading| if *reading == Reading::Data { '.' } else { '!' }).collect()
    }

    #[test]
    fn a_program_in_a_list_is_told_from_its_arguments() {
        assert_eq!(readings(&["systemctl", "start", "x"]), "...");
        assert_eq!(readings(&["sh", "-c", "x", "sh", "y"]), "..!..");
        assert_eq!(readings(&["/bin/bash", "-euc", "x"]), "..!");
        assert_eq!(readings(&["psql", "-d", "x", "-c", "y", "--command=z"]), "....!!");
        assert_eq!(readings(&["runuser", "-u", "postgres", "--", "psql", "-cx"]), ".....!");
        assert_eq!(readings(&["ssh", "x", "y"]), ".!!");
        assert_eq!(readings(&["python3.12", "-c", "x"]), "..!");
        assert_eq!(readings(&["tar", "-c", "x"]), "...");
    }

    #[test]
    fn what_could_leave_its_place_is_refused() {
        for value in ["a b", "a;b", "$(x)", "`x`", "a'b", "a\"b", "a\\", "a\nb", "한", "*", "~", "{x}", "#", "!", "a,b"]
        {
            for interpreter in [Interpreter::Shell, Interpreter::Sql, Interpreter::Condition] {
                assert!(judge(value, "x ", interpreter).is_err(), "{value:?}");
            }
        }
        assert_eq!(judge("", "rm -rf ", Interpreter::Shell), Err(Danger::Empty));
        assert_eq!(judge("-rf", "rm ", Interpreter::Shell), Err(Danger::Option));
        assert_eq!(judge("-1", "--delay=", Interpreter::Shell), Ok(()));
        assert_eq!(judge("a--b", "select ", Interpreter::Sql), Err(Danger::Comment));
        assert_eq!(judge("10.0.0.1:8080", "curl ", Interpreter::Shell), Ok(()));
    }
}
