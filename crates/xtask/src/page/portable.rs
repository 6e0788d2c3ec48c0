//! The page as one file, which needs no server and no network: styles, scripts, WebAssembly and texts stand inside of
//! it. Who shares a bundle as a page gets a copy with the bundle in it; until then nobody fetches this file.
//!
//! The modules are compressed by gzip, which every browser unpacks by itself, and written in base64. The policy in the
//! page names its one script and its one style by their hashes, and allows no connection at all. The worker starts from
//! its script's text (`web/assets/portable_boot.js`).

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::{compressed, list};
use crate::step::Failure;

/// Below a folder: what lies beside the page itself is fetched by every visitor.
pub const FILE: &str = "export/page.html";

/// Where a bundle goes in, in base64: between these two, by whoever fetched the file.
const BUNDLE: &str = "<script type=\"application/octet-stream\" id=\"bundle\"></script>";

/// The scripts, as the build of the page leaves them, and what they must not have here: there is nothing to import.
const IMPORT: &str = "import init from \"./worker.js\";";
const EXPORT: &str = "export { initSync, __wbg_init as default };";

/// Folders whose texts the page asks for when it runs.
const TEXTS: [&str; 2] = ["later", "explanations"];

/// The modules, by the names that the boot script knows them by.
const MODULES: [(&str, &str); 4] = [
    ("page", "page_bg.wasm"),
    ("page-later", "page_later.wasm"),
    ("worker", "worker_bg.wasm"),
    ("worker-later", "worker_later.wasm"),
];

/// Writes it, from a built page and the sources of its boot script.
pub fn write(root: &Path, dist: &Path) -> Result<(), Failure> {
    let text = |path: &Path| {
        fs::read_to_string(path).map_err(|error| Failure::new(format!("cannot read {}: {error}", path.display())))
    };
    let script = [without(&text(&dist.join("page.js"))?, EXPORT)?, text(&root.join("web/assets/portable_boot.js"))?];
    let script = script.join("\n");
    let boot = without(&text(&dist.join("worker_boot.js"))?, IMPORT)?.replace("await init(", "await __wbg_init(");
    // Browsers start no worker that is a module from a page in a folder; as a plain script it runs.
    let worker = [without(&text(&dist.join("worker.js"))?, EXPORT)?, boot].join("\n");
    let worker = format!("(async () => {{\n{}\n}})();\n", worker.replace("import.meta.url", "self.location.href"));
    let style = styles(dist, &text(&dist.join("index.html"))?, &text)?;
    let mut texts = Map::new();
    for folder in TEXTS {
        let mut files = Vec::new();
        list(&dist.join(folder), &mut files).map_err(|error| Failure::new(format!("cannot list {folder}: {error}")))?;
        files.sort();
        for file in files.iter().filter(|file| file.extension().is_some_and(|it| it == "ftl" || it == "json")) {
            let name = file.strip_prefix(dist).unwrap_or(file).to_string_lossy().replace('\\', "/");
            texts.insert(name, Value::from(text(file)?));
        }
    }
    let mut parts =
        vec![part("texts", Value::from(texts).to_string().as_bytes())?, part("worker-script", worker.as_bytes())?];
    for (id, file) in MODULES {
        let bytes = fs::read(dist.join(file)).map_err(|error| Failure::new(format!("cannot read {file}: {error}")))?;
        parts.push(part(id, &bytes)?);
    }
    let policy = format!(
        "default-src 'none'; script-src '{}' 'wasm-unsafe-eval' blob:; worker-src blob:; style-src '{}'; \
         img-src data:; base-uri 'none'; form-action 'none'",
        hash(&script),
        hash(&style)
    );
    let page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n\
         <link rel=\"icon\" href=\"data:,\">\n<title>Binlogscope</title>\n<style>{style}</style>\n</head>\n<body>\n\
         {BUNDLE}\n{}\n<script type=\"module\">{script}</script>\n</body>\n</html>\n",
        parts.join("\n")
    );
    let path = dist.join(FILE);
    let folder = path.parent().unwrap_or(dist);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&path, page))
        .map_err(|error| Failure::new(format!("cannot write {}: {error}", path.display())))
}

/// All styles in the order in which the page names them.
fn styles(dist: &Path, index: &str, text: &dyn Fn(&Path) -> Result<String, Failure>) -> Result<String, Failure> {
    let names = index.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let names = names.filter(|name| name.ends_with(".css")).map(|name| name.trim_start_matches("./"));
    let all: Result<Vec<String>, Failure> = names.map(|name| text(&dist.join(name))).collect();
    let all = all?.join("\n");
    if all.is_empty() || all.contains("</style") {
        return Err(Failure::new("the page's styles cannot stand inside of it"));
    }
    Ok(all)
}

/// A script without a line that it must have once.
fn without(script: &str, line: &str) -> Result<String, Failure> {
    if script.matches(line).count() != 1 || script.contains("</script") || script.contains("<!--") {
        return Err(Failure::new(format!(
            "a script of the page cannot stand inside of it: {line:?} is not there once"
        )));
    }
    Ok(script.replace(line, ""))
}

/// A part as data: no browser runs it.
fn part(id: &str, bytes: &[u8]) -> Result<String, Failure> {
    let packed = compressed::gzip(bytes).map_err(|error| Failure::new(format!("cannot compress {id}: {error}")))?;
    Ok(format!("<script type=\"application/gzip\" id=\"{id}\">{}</script>", STANDARD.encode(packed)))
}

/// As a policy names what may run.
fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_file_with_everything_inside() {
        let root = std::env::temp_dir().join(format!("xtask-portable-{}", std::process::id()));
        let dist = root.join("dist");
        for folder in ["web/assets", "dist/later", "dist/explanations/en"] {
            fs::create_dir_all(root.join(folder)).expect("a folder");
        }
        for (name, text) in [
            ("web/assets/portable_boot.js", "boot();"),
            ("dist/page.js", "function page() {}\nexport { initSync, __wbg_init as default };"),
            ("dist/worker.js", "function worker() {}\nexport { initSync, __wbg_init as default };"),
            ("dist/worker_boot.js", "import init from \"./worker.js\";\nawait init({});"),
            ("dist/index.html", "<link rel=\"stylesheet\" href=\"./2.css\"><link href=\"./1.css\">"),
            ("dist/1.css", "b {}"),
            ("dist/2.css", "a {}"),
            ("dist/later/en.ftl", "share = Share"),
            ("dist/later/en.ftl.br", "not text"),
            ("dist/page_bg.wasm", "1"),
            ("dist/page_later.wasm", "2"),
            ("dist/worker_bg.wasm", "3"),
            ("dist/worker_later.wasm", "4"),
        ] {
            fs::write(root.join(name), text).expect("a file");
        }
        write(&root, &dist).expect("it is written");
        let page = fs::read_to_string(dist.join(FILE)).expect("it is there");
        assert!(page.contains("<style>a {}\nb {}</style>"), "{page}");
        let script = "function page() {}\n\nboot();";
        assert!(page.contains(&format!("<script type=\"module\">{script}</script>")), "{page}");
        assert!(page.contains(&format!("script-src '{}'", hash(script))), "{page}");
        assert_eq!(page.matches(BUNDLE).count(), 1);
        for id in ["texts", "worker-script", "page", "page-later", "worker", "worker-later"] {
            assert_eq!(page.matches(&format!("id=\"{id}\">")).count(), 1, "{id}");
        }
        fs::write(dist.join("page.js"), "export default 1;").expect("a file");
        assert!(write(&root, &dist).is_err(), "a script of another form is not cut up");
        fs::remove_dir_all(&root).expect("it was there");
    }
}
