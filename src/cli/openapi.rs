//! `dialogporten openapi`: writes the OpenAPI documents.

use std::{fs, path::PathBuf};

use anyhow::Context;

use super::{Invocation, say};
use crate::api::documents::Edition;

/// Write the OpenAPI documents
///
/// One file each for service owners, for end users, and for everything together. They name the server by its
/// configured public address.
#[derive(Debug, Default, clap::Args)]
#[command(after_help = "Example:\n  dialogporten openapi --out openapi")]
pub(super) struct Arguments {
    /// Write them into this directory; it is made where it is missing
    #[arg(long, value_name = "DIR", default_value = "openapi")]
    out: PathBuf,
}

impl Arguments {
    pub(super) fn run(self, invocation: &Invocation) -> anyhow::Result<()> {
        let config = invocation.config()?;
        fs::create_dir_all(&self.out)
            .with_context(|| format!("cannot make the directory {}", self.out.display()))?;
        for edition in Edition::ALL {
            let document = edition.document(&config.http.public_base_uri)?;
            let file = self.out.join(format!("{}.json", edition.name()));
            fs::write(&file, document)
                .with_context(|| format!("cannot write {}", file.display()))?;
            say(file.display());
        }
        Ok(())
    }
}
