//! Explanations of fields for people, fetched when first needed.

use fluent_bundle::{FluentBundle, FluentResource};

use crate::{client, fetching};

/// All explanations of a language.
pub struct Explanations {
    bundle: FluentBundle<FluentResource>,
}

impl std::fmt::Debug for Explanations {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Explanations")
    }
}

impl Explanations {
    /// Fetches every file that the index names; what is missing is left out.
    pub async fn load() -> Self {
        let mut bundle = FluentBundle::new(vec!["en".parse().unwrap_or_default()]);
        bundle.set_use_isolating(false);
        let index = fetching::text("explanations/en/index.json").await.unwrap_or_default();
        let files: Vec<String> = client::from_json(&index).unwrap_or_default();
        for file in files {
            let Ok(text) = fetching::text(&format!("explanations/en/{file}")).await else {
                continue;
            };
            let resource = match FluentResource::try_new(text) {
                Ok(resource) | Err((resource, _)) => resource,
            };
            bundle.add_resource_overriding(resource);
        }
        Self { bundle }
    }

    /// The explanation of a catalogue id, if there is one.
    pub fn of(&self, id: &str) -> Option<String> {
        let pattern = self.bundle.get_message(&id.replace('.', "-"))?.value()?;
        let mut errors = Vec::new();
        Some(self.bundle.format_pattern(pattern, None, &mut errors).into_owned())
    }
}
