//! Values of inputs. A secret never stands on the command line, where every user of the machine could read it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::Args;
use engine::base::{InputName, Secret};

use super::failure::{Failure, on_file};
use super::place::variable;

/// Longest secret, in bytes.
const LONGEST: u64 = 64 * 1024;

/// What the runbook asks for.
#[derive(Debug, Args)]
pub(super) struct InputArgs {
    /// Value of an input; repeat for each
    #[arg(long = "input", value_name = "NAME=VALUE")]
    inputs: Vec<Given>,
    #[command(flatten)]
    secrets: SecretArgs,
}

/// The secret ones.
#[derive(Debug, Args)]
pub(super) struct SecretArgs {
    /// Where a secret input comes from: NAME=env:VARIABLE, NAME=file:PATH, or NAME=- for standard input; repeat for each
    // Not parsed by clap, whose complaint would repeat what may be the secret itself, written here by mistake.
    #[arg(long = "secret", value_name = "NAME=SOURCE")]
    secrets: Vec<String>,
}

#[derive(Debug, Clone)]
struct Given {
    name: InputName,
    value: String,
}

#[derive(Debug, Clone)]
struct SecretGiven {
    name: InputName,
    source: SecretSource,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum SecretSource {
    Env(String),
    File(PathBuf),
    StandardInput,
}

impl FromStr for Given {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, value) = text.split_once('=').ok_or("write NAME=VALUE")?;
        Ok(Self {
            name: name.parse().map_err(|why: engine::base::InvalidName| why.to_string())?,
            value: value.to_owned(),
        })
    }
}

impl FromStr for SecretGiven {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // The text is repeated in no message.
        let wanted = "write NAME=env:VARIABLE, NAME=file:PATH or NAME=-; the secret itself never stands here";
        let (name, source) = text.split_once('=').ok_or(wanted)?;
        let source = match source.split_once(':') {
            Some(("env", variable)) if !variable.is_empty() => SecretSource::Env(variable.to_owned()),
            Some(("file", path)) if !path.is_empty() => SecretSource::File(path.into()),
            None if source == "-" => SecretSource::StandardInput,
            Some(_) | None => return Err(wanted.to_owned()),
        };
        Ok(Self { name: name.parse().map_err(|why: engine::base::InvalidName| why.to_string())?, source })
    }
}

impl InputArgs {
    /// The open values and the secret ones.
    #[expect(clippy::type_complexity, reason = "two maps, taken apart at once")]
    pub(super) fn read(self) -> Result<(BTreeMap<InputName, String>, BTreeMap<InputName, Secret>), Failure> {
        let mut inputs = BTreeMap::new();
        for Given { name, value } in self.inputs {
            if inputs.insert(name.clone(), value).is_some() {
                return Err(Failure::usage(format!("input {name} is given twice")));
            }
        }
        Ok((inputs, self.secrets.read()?))
    }
}

impl SecretArgs {
    /// Reads every secret from where it is.
    pub(super) fn read(self) -> Result<BTreeMap<InputName, Secret>, Failure> {
        let mut secrets = BTreeMap::new();
        let mut from_input = false;
        for text in self.secrets {
            let SecretGiven { name, source } =
                text.parse().map_err(|why| Failure::usage(format!("a --secret can not be read: {why}")))?;
            if source == SecretSource::StandardInput && std::mem::replace(&mut from_input, true) {
                return Err(Failure::usage("standard input holds one secret; give the others by env: or file:"));
            }
            let value = source.read(&name)?;
            if secrets.insert(name.clone(), value).is_some() {
                return Err(Failure::usage(format!("secret {name} is given twice")));
            }
        }
        Ok(secrets)
    }
}

impl SecretSource {
    fn read(&self, name: &InputName) -> Result<Secret, Failure> {
        match self {
            Self::Env(word) => variable(word).map(Secret::new).ok_or_else(|| {
                Failure::usage(format!("secret {name}: the variable {word} is not set"))
                    .hint(format!("set it in the environment of this command: {word}=… relight run …"))
            }),
            Self::File(path) => {
                let file = File::open(path).map_err(|cause| on_file(path, &cause))?;
                bounded(file, path)
            }
            Self::StandardInput => bounded(io::stdin().lock(), Path::new("standard input")),
        }
    }
}

/// The text without the line end that editors and `echo` put behind it.
fn bounded(from: impl Read, place: &Path) -> Result<Secret, Failure> {
    let mut text = String::new();
    from.take(LONGEST + 1).read_to_string(&mut text).map_err(|cause| on_file(place, &cause))?;
    if text.len() as u64 > LONGEST {
        return Err(Failure::usage(format!("{}: a secret has at most 64 KiB", place.display())));
    }
    let length = text.trim_end_matches(['\r', '\n']).len();
    text.truncate(length);
    Ok(Secret::new(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_of_secrets_are_read() {
        let source = |text: &str| text.parse::<SecretGiven>().map(|given| given.source);
        assert_eq!(source("db=env:PGPASSWORD"), Ok(SecretSource::Env("PGPASSWORD".into())));
        assert_eq!(source("db=file:/run/secrets/a=b:c"), Ok(SecretSource::File("/run/secrets/a=b:c".into())));
        assert_eq!(source("db=-"), Ok(SecretSource::StandardInput));
    }

    #[test]
    fn a_secret_written_by_mistake_is_not_repeated() {
        for text in ["db=hunter2", "hunter2", "db=env:", "db=vault:hunter2"] {
            let why = text.parse::<SecretGiven>().map(|_| ()).unwrap_err();
            assert!(!why.contains("hunter2"), "{why}");
        }
    }

    #[test]
    fn a_value_may_hold_equals_signs() {
        let given: Given = "reason=a=b".parse().unwrap();
        assert_eq!((given.name.as_str(), given.value.as_str()), ("reason", "a=b"));
    }

    #[test]
    fn the_line_end_behind_a_secret_is_not_part_of_it() {
        let secret = bounded("s3cret \r\n".as_bytes(), Path::new("-")).unwrap();
        assert_eq!(secret.expose(), "s3cret ");
    }
}
