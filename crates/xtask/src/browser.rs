//! Finding a Chromium, or getting one.

use std::path::{Path, PathBuf};

use crate::program::{Program, version_of};
use crate::step::{Failure, State};
use crate::workshop::Workshop;

/// Says which browser to use, before anything is looked for.
pub const VARIABLE: &str = "BINLOGSCOPE_CHROMIUM";

const NAMES: [&str; 7] = [
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "microsoft-edge-stable",
    "microsoft-edge",
    "chrome",
];

/// Where installers put browsers that are on no PATH.
const PLACES: [&str; 6] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
];

/// The browser to run, when there is one.
pub fn find(workshop: &Workshop) -> Option<PathBuf> {
    if let Some(given) = std::env::var_os(VARIABLE) {
        return Some(given.into());
    }
    let on_path = || {
        let path = workshop.path();
        let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
        let suffix = std::env::consts::EXE_SUFFIX;
        let tried =
            NAMES.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(format!("{name}{suffix}"))));
        tried.into_iter().find(|candidate| candidate.is_file())
    };
    let installed = || PLACES.iter().map(PathBuf::from).find(|place| place.is_file());
    on_path().or_else(installed).or_else(|| playwrights_own(workshop))
}

/// Playwright tells where it would keep the browser that fits it.
fn playwrights_own(workshop: &Workshop) -> Option<PathBuf> {
    let script = "process.stdout.write(require('@playwright/test').chromium.executablePath())";
    let node = Program::new("node").args(["-e", script]).in_folder(workshop.root.join("tests/e2e"));
    let path = node.log("playwright-browser").output(workshop).ok()?;
    Some(PathBuf::from(path.trim())).filter(|path| path.is_file())
}

pub fn look(workshop: &Workshop) -> Result<State, Failure> {
    Ok(match find(workshop) {
        Some(path) => State::Done(path.display().to_string()),
        None if is_debian_root(workshop) => State::Missing("apt-get install chromium".into()),
        None => State::Missing("downloading Playwright's own".into()),
    })
}

pub fn install(workshop: &Workshop) -> Result<String, Failure> {
    if is_debian_root(workshop) {
        apt_install(workshop, "chromium")?;
    } else {
        let npx = Program::new(if cfg!(windows) { "npx.cmd" } else { "npx" });
        let download = npx.args(["playwright", "install", "chromium"]).in_folder(workshop.root.join("tests/e2e"));
        download.log("playwright-install").run(workshop).map_err(|failure| {
            Failure::new(format!("{failure}\nOr install Chrome, Chromium or Edge yourself, or name one in {VARIABLE}."))
        })?;
    }
    let found = find(workshop).ok_or_else(|| Failure::new(format!("still no browser; name one in {VARIABLE}.")))?;
    Ok(found.display().to_string())
}

/// The Firefox to run, when there is one.
pub fn find_firefox(workshop: &Workshop) -> Option<PathBuf> {
    let path = workshop.path();
    let folders = std::env::split_paths(&path).collect::<Vec<PathBuf>>();
    let names = ["firefox-esr", "firefox"].map(|name| format!("{name}{}", std::env::consts::EXE_SUFFIX));
    names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|path| path.is_file())
}

pub fn look_for_firefox(workshop: &Workshop) -> Result<State, Failure> {
    Ok(match find_firefox(workshop) {
        Some(path) => State::Done(path.display().to_string()),
        None => State::Missing("apt-get install firefox-esr".into()),
    })
}

pub fn install_firefox(workshop: &Workshop) -> Result<String, Failure> {
    if !is_debian_root(workshop) {
        return Err(Failure::new("Install Firefox yourself: it is only got from Debian's packages here."));
    }
    apt_install(workshop, "firefox-esr").map(|()| "installed".into())
}

/// Only where it can be asked for and got: elsewhere the system brings its own fonts.
pub fn look_for_font(workshop: &Workshop) -> Result<State, Failure> {
    if !is_debian_root(workshop) {
        return Ok(State::Done("left to the system".into()));
    }
    let listed = version_of(workshop, "fc-list", &[":lang=zh-cn", "family"]).unwrap_or_default();
    Ok(match listed.lines().next() {
        Some(font) => State::Done(font.into()),
        None => State::Missing("apt-get install fonts-wqy-microhei".into()),
    })
}

pub fn install_font(workshop: &Workshop) -> Result<String, Failure> {
    apt_install(workshop, "fonts-wqy-microhei").map(|()| "installed".into())
}

fn is_debian_root(workshop: &Workshop) -> bool {
    Path::new("/etc/debian_version").exists() && version_of(workshop, "id", &["-u"]).as_deref() == Some("0")
}

/// The package lists of a fresh machine are empty or old, so they are fetched first.
fn apt_install(workshop: &Workshop, package: &str) -> Result<(), Failure> {
    let apt = || Program::new("apt-get").env("DEBIAN_FRONTEND", "noninteractive");
    apt().args(["update", "-q"]).log("apt-update").run(workshop)?;
    let install = apt().args(["install", "-y", "-q", "--no-install-recommends", package]);
    install.log(&format!("apt-install-{package}")).run(workshop)
}
