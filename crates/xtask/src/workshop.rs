//! Where things are.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::step::Failure;

/// The checkout and the folders that its work uses.
pub struct Workshop {
    /// The checkout.
    pub root: PathBuf,
    /// Cargo's folder.
    pub target: PathBuf,
    /// Tools of exact versions, kept between checkouts since building them takes minutes.
    pub tools: PathBuf,
}

impl Workshop {
    pub fn find() -> Result<Self, Failure> {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = manifest.ancestors().nth(2).filter(|root| root.join("Cargo.lock").exists());
        let root = root.ok_or_else(|| Failure::new("the checkout that this xtask was built in is gone"))?;
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |path| root.join(path));
        let tools = cache_folder().unwrap_or_else(|| root.join("target")).join("binlogscope").join("tools");
        Ok(Self { root: root.into(), target, tools })
    }

    /// The built command.
    pub fn binary(&self) -> PathBuf {
        self.target.join("release").join(format!("binlogscope{}", std::env::consts::EXE_SUFFIX))
    }

    /// A file under target/ that only xtask writes, its folder made.
    pub fn own(&self, name: &str) -> Result<PathBuf, Failure> {
        let path = self.root.join("target").join(name);
        let folder = path.parent().unwrap_or(&self.root);
        std::fs::create_dir_all(folder)
            .map_err(|error| Failure::new(format!("cannot make the folder {}: {error}", folder.display())))?;
        Ok(path)
    }

    pub fn log(&self, name: &str) -> Result<PathBuf, Failure> {
        self.own(&format!("xtask/{name}.log"))
    }

    /// What the steering repository keeps beside the checkout: corpora, checks, real servers.
    pub fn shared(&self, name: &str) -> Option<PathBuf> {
        let path = self.root.parent()?.join("shared").join(name);
        path.exists().then_some(path)
    }

    /// The folder of a tool that was installed for one version.
    pub fn tool_root(&self, tool: &str, version: &str) -> PathBuf {
        self.tools.join(format!("{tool}-{version}"))
    }

    /// Our tools, then Cargo's own folder (a shell set up before rustup lacks it), then the rest.
    pub fn path(&self) -> OsString {
        let mut folders = Vec::new();
        if let Ok(tools) = std::fs::read_dir(&self.tools) {
            folders.extend(tools.flatten().map(|tool| tool.path().join("bin")));
        }
        // Those that the lock file does not name are left from before.
        let wanted = self.locked_version("wasm-bindgen");
        folders.retain(|folder| {
            let name = folder.parent().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
            name.as_deref()
                .and_then(|name| name.strip_prefix("wasm-bindgen-cli-"))
                .is_none_or(|version| wanted.as_deref() == Some(version))
        });
        let given = std::env::var_os("PATH").unwrap_or_default();
        folders.extend(std::env::split_paths(&given));
        folders.extend(cargo_home().map(|home| home.join("bin")));
        std::env::join_paths(folders).unwrap_or(given)
    }

    /// A package's version in Cargo.lock; the highest one when there are several.
    pub fn locked_version(&self, package: &str) -> Option<String> {
        let lock = std::fs::read_to_string(self.root.join("Cargo.lock")).ok()?;
        locked_version(&lock, package)
    }
}

fn locked_version(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let lines: Vec<&str> = lock.lines().collect();
    let versions = lines.windows(2).filter(|pair| pair[0] == name);
    versions.filter_map(|pair| pair[1].strip_prefix("version = \"")?.strip_suffix('"')).next_back().map(Into::into)
}

fn cargo_home() -> Option<PathBuf> {
    let home = || std::env::home_dir().map(|home| home.join(".cargo"));
    std::env::var_os("CARGO_HOME").map(PathBuf::from).or_else(home)
}

fn cache_folder() -> Option<PathBuf> {
    let variable = if cfg!(windows) { "LOCALAPPDATA" } else { "XDG_CACHE_HOME" };
    let usual = if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" };
    std::env::var_os(variable).map(PathBuf::from).or_else(|| Some(std::env::home_dir()?.join(usual)))
}

#[cfg(test)]
mod tests {
    use super::locked_version;

    #[test]
    fn versions_in_a_lock_file() {
        let lock = "[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n\n[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.80\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(locked_version(lock, "wasm"), None);
    }
}
