//! The Binlogscope page and its worker.

pub mod app;
pub mod bit_diagram;
pub mod client;
pub mod copying;
pub mod dialogs;
pub mod event_bytes;
pub mod event_model;
pub mod explanations;
pub mod fetching;
pub mod hover;
pub mod icons;
pub mod localisation;
pub mod location;
pub mod numbers;
pub mod panes;
pub mod protocol;
pub mod samples;
pub mod scroll;
pub mod scrollbar;
pub mod selection;
pub mod served;
pub mod settings;
pub mod viewport;
pub mod visible_text;
pub mod worker;

/// Starts the page in the document's body.
pub fn start() {
    yew::Renderer::<app::App>::with_root(gloo_utils::body().into()).render();
}
