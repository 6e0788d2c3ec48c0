//! Names with values, in the forms in which clients and programs print them: lines of `\G`, tables with `|`
//! or tabs, JSON, and what Java prints of a map.

/// A bounded number of them: of tables with many columns and rows the first are enough.
const MOST: usize = 4096;

/// Names in lower case, in the order of the text.
#[derive(Debug, Default)]
pub(super) struct Pairs<'t>(Vec<(String, &'t str)>);

impl<'t> Pairs<'t> {
    pub fn read(text: &'t str) -> Self {
        let mut pairs = Self::default();
        let mut heads: Vec<&str> = Vec::new();
        for line in text.lines() {
            let cells = cells(line);
            if cells.len() > 1 {
                if cells.len() == heads.len() {
                    for (head, cell) in heads.iter().zip(&cells) {
                        pairs.add(head, cell);
                    }
                } else if cells.iter().all(|cell| is_name(cell)) {
                    heads = cells;
                } else if let [name, value, ..] = cells[..] {
                    pairs.add(name, value);
                }
                continue;
            }
            // Borders stand between a table's head and its rows.
            if !line.trim().starts_with("+-") {
                heads.clear();
            }
            if let Some((name, value)) = line.split_once(':').filter(|(name, _)| is_name(name.trim())) {
                pairs.add(name, value);
            }
            pairs.read_map(line);
        }
        pairs
    }

    fn add(&mut self, name: &str, value: &'t str) {
        let value = value.trim();
        if self.0.len() < MOST && value != "NULL" && value != "null" {
            self.0.push((name.trim().trim_matches('"').to_ascii_lowercase(), value));
        }
    }

    /// `"name": value` and `name=value`.
    fn read_map(&mut self, line: &'t str) {
        let bytes = line.as_bytes();
        for (at, _) in line.match_indices([':', '=']) {
            let before = line.get(..at).unwrap_or_default().trim_end();
            let quoted = before.ends_with('"');
            let inner = before.strip_suffix('"').unwrap_or(before);
            let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.' && !quoted;
            let name = inner.trim_end_matches(is_part).len();
            let name = inner.get(name..).unwrap_or_default().rsplit('.').next().unwrap_or_default();
            if name.is_empty() || bytes.get(at) == Some(&b':') && !quoted {
                continue;
            }
            let after = line.get(at + 1..).unwrap_or_default().trim_start();
            let value = match after.strip_prefix('"') {
                Some(text) => text.split('"').next(),
                None => after.split([',', '}', ']', ' ', '\t']).next(),
            };
            self.add(name, value.unwrap_or_default());
        }
    }

    /// All values of a name.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &'t str> {
        self.0.iter().filter(move |pair| pair.0 == name).map(|pair| pair.1).filter(|value| !value.is_empty())
    }

    /// The first value of the first of these names that has one.
    pub fn first(&self, names: &[&str]) -> Option<&'t str> {
        names.iter().find_map(|name| self.all(name).next())
    }
}

/// The cells of a table's line.
fn cells(line: &str) -> Vec<&str> {
    let line = line.trim_matches([' ', '\r']);
    match line.strip_prefix('|').and_then(|line| line.strip_suffix('|')) {
        Some(inner) => inner.split('|').map(str::trim).collect(),
        None if line.contains('\t') => line.split('\t').map(str::trim).collect(),
        None => Vec::new(),
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
