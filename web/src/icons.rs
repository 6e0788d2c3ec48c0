//! Icons, drawn for this page: 16 units square, strokes in the text's colour.

use yew::prelude::*;

fn icon(paths: &'static [&'static str]) -> Html {
    html! {
        <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
            { for paths.iter().map(|path| html! { <path d={*path} /> }) }
        </svg>
    }
}

/// The product's mark: a run of bytes under a lens.
pub fn logo() -> Html {
    html! {
        <svg class="logo" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
            <rect class="logo-a" x="1" y="3" width="6" height="5" rx="1.5" />
            <rect class="logo-b" x="9" y="3" width="13" height="5" rx="1.5" />
            <rect class="logo-c" x="1" y="10" width="10" height="5" rx="1.5" />
            <rect class="logo-d" x="1" y="17" width="4" height="5" rx="1.5" />
            <circle class="logo-lens" cx="16" cy="15" r="5" />
            <path class="logo-lens" d="M19.6 18.6 23 22" />
        </svg>
    }
}

/// Open a file.
pub fn open() -> Html {
    icon(&["M2 4.5v8h10.5l2-6H5l-1.5 4", "M2 4.5h4l1.5 2H12"])
}

/// Paste.
pub fn paste() -> Html {
    icon(&["M5 3H3.5v11h9V3H11", "M5.5 2h5v2.5h-5z", "M6 8h4M6 11h3"])
}

/// Filter.
pub fn filter() -> Html {
    icon(&["M2 3.5h12L9.5 9v4l-3-1.5V9z"])
}

/// An address.
pub fn link() -> Html {
    icon(&[
        "M7 9.5 9.5 7",
        "M8 4.5l1.2-1.2a2.5 2.5 0 0 1 3.5 3.5L11.5 8",
        "M8 11.5l-1.2 1.2a2.5 2.5 0 0 1-3.5-3.5L4.5 8",
    ])
}

/// A server, live.
pub fn live() -> Html {
    icon(&["M8 7v2M5.2 10.8a4 4 0 0 1 0-5.6M10.8 5.2a4 4 0 0 1 0 5.6M3 13a7 7 0 0 1 0-10M13 3a7 7 0 0 1 0 10"])
}

/// To somebody else.
pub fn share() -> Html {
    icon(&["M8 10V2.5M5 5l3-3 3 3", "M5.5 7.5h-2v6h9v-6h-2"])
}

/// Samples.
pub fn samples() -> Html {
    icon(&["M3 3h10v3H3zM3 8h10v2H3zM3 12h6v2H3z"])
}

/// Light, dark or automatic.
pub fn theme() -> Html {
    html! {
        <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
            <circle cx="8" cy="8" r="5.5" />
            <path class="filled" d="M8 2.5a5.5 5.5 0 0 1 0 11z" />
        </svg>
    }
}

/// Keys.
pub fn keys() -> Html {
    icon(&["M1.5 4h13v8h-13z", "M4 6.5h1M7.5 6.5h1M11 6.5h1M4.5 9.5h7"])
}

/// Close.
pub fn close() -> Html {
    icon(&["M4 4l8 8M12 4l-8 8"])
}

/// Down.
pub fn down() -> Html {
    icon(&["M4 6l4 4 4-4"])
}

/// Back.
pub fn back() -> Html {
    icon(&["M10 3.5 5.5 8l4.5 4.5"])
}

/// On.
pub fn forward() -> Html {
    icon(&["M6 3.5 10.5 8 6 12.5"])
}
