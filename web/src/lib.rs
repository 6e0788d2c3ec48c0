//! The Binlogscope page and its worker.

pub mod app;
pub mod bit_diagram;
pub mod client;
pub mod connect_dialog;
mod copy_menu;
pub mod dialogs;
pub mod event_bytes;
pub mod event_model;
pub mod explanations;
pub mod fetching;
pub mod filter_field;
pub mod hover;
pub mod icons;
pub mod localisation;
pub mod location;
mod menu;
pub mod notes;
pub mod numbers;
pub mod packed;
pub mod panes;
pub mod protocol;
pub mod samples;
pub mod scroll;
pub mod scrollbar;
pub mod selection;
pub mod served;
pub mod settings;
pub mod term_menu;
pub mod viewport;
pub mod visible_part;
mod visible_text;
pub mod worker;

/// Starts the page in the document's body.
pub fn start() {
    app::later::share();
    yew::Renderer::<app::App>::with_root(gloo_utils::body().into()).render();
}
