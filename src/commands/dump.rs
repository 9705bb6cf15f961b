//! `jaal dump`: the whole ledger as open text.

use super::Ended;
use crate::console;
use crate::failure::{Failure, Outcome};
use crate::output::number::bytes;
use crate::output::with_stdout_bytes;
use crate::session::Session;
use clap::Args;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

/// Write the whole ledger as compressed text (ndjson in zstd), to a file or to standard output
///
/// The dump holds everything: `jaal restore` makes the same store from it, commit for commit.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  jaal dump --output case.ndjson.zst\n  jaal dump | ssh archive 'cat > case.ndjson.zst'\n  zstdcat case.ndjson.zst | less"
)]
pub(crate) struct DumpArgs {
    /// The file to write; standard output when not given.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace the file if it is there already.
    #[arg(long, requires = "output")]
    force: bool,
}

pub(crate) fn run(session: &Session, args: &DumpArgs) -> Ended {
    let database = session.open()?;
    let Some(path) = &args.output else {
        if console::is_terminal() {
            return Err(Failure::usage(
                "a dump is compressed and no text for a terminal",
                "give `--output FILE`, or send it on",
            ));
        }
        with_stdout_bytes(|mut out| Ok(database.dump(&mut out, &mut session.progress())?))?;
        return Ok(Outcome::Done);
    };
    if session.at(path).exists() && !args.force {
        return Err(Failure::usage(
            format!("`{}` is there already", path.display()),
            "give another name, or --force to replace it",
        ));
    }
    let aside = aside(path);
    let file = File::create(session.at(&aside)).map_err(Failure::io("create", &aside))?;
    let mut out = BufWriter::new(file);
    database.dump(&mut out, &mut session.progress())?;
    let file = out.into_inner().map_err(|error| Failure::io("write", &aside)(error.into_error()))?;
    file.sync_all().map_err(Failure::io("write", &aside))?;
    let size = file.metadata().map_err(Failure::io("look at", &aside))?.len();
    // Under its own name a dump is whole, whatever happens while it is written.
    std::fs::rename(session.at(&aside), session.at(path)).map_err(Failure::io("rename", &aside))?;
    session.note(format_args!("wrote {} ({})", path.display(), bytes(size)));
    Ok(Outcome::Done)
}

fn aside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}
