//! The scrollbar of a logical list: its thumb maps to rows, not to pixels of content.

use web_sys::{HtmlElement, PointerEvent};
use yew::prelude::*;

use crate::viewport::set_style;

/// A thumb smaller than this cannot be caught.
const LEAST_THUMB: f64 = 28.0;

/// What the scrollbar shows.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct Props {
    /// First visible row.
    pub top: u64,
    /// The last row that can be on top.
    pub last_top: u64,
    /// Rows that fit.
    pub page: u64,
    /// Rows in all.
    pub rows: u64,
    /// Id of what scrolls.
    pub controls: AttrValue,
    /// Its name.
    pub label: AttrValue,
    /// Asks for a row on top.
    pub on_move: Callback<u64>,
}

/// Height of the track and of the thumb.
fn measure(track: &HtmlElement, props: &Props) -> (f64, f64) {
    let height = f64::from(track.client_height());
    let share = props.page as f64 / (props.rows.max(1)) as f64;
    (height, (height * share).clamp(LEAST_THUMB.min(height), height))
}

/// Row for a pointer at `y` in the track, holding the thumb `grip` below its top.
fn row_at(track: &HtmlElement, props: &Props, y: f64, grip: f64) -> u64 {
    let (height, thumb) = measure(track, props);
    let way = (height - thumb).max(1.0);
    let share = ((y - grip) / way).clamp(0.0, 1.0);
    // The ends are exact; in between a double has more digits than the track has pixels.
    if share >= 1.0 { props.last_top } else { (props.last_top as f64 * share).round() as u64 }
}

/// The component.
#[component]
pub fn Scrollbar(props: &Props) -> Html {
    let track = use_node_ref();
    let thumb = use_node_ref();
    let grip = use_mut_ref(|| None::<f64>);
    {
        let (track, thumb, props) = (track.clone(), thumb.clone(), props.clone());
        use_effect(move || {
            if let (Some(track), Some(thumb)) = (track.cast::<HtmlElement>(), thumb.cast::<HtmlElement>()) {
                let (height, size) = measure(&track, &props);
                let share = props.top as f64 / props.last_top.max(1) as f64;
                let at = (height - size) * share.min(1.0);
                set_style(&thumb, "height", &format!("{size:.1}px"));
                set_style(&thumb, "transform", &format!("translateY({at:.1}px)"));
            }
        });
    }
    let down = {
        let (track, thumb, grip, props) = (track.clone(), thumb.clone(), grip.clone(), props.clone());
        Callback::from(move |event: PointerEvent| {
            let Some(track) = track.cast::<HtmlElement>() else { return };
            event.prevent_default();
            // Without capture the drag ends at the track's edge, no worse.
            let _ = track.set_pointer_capture(event.pointer_id());
            let y = f64::from(event.client_y()) - track.get_bounding_client_rect().top();
            let (_, size) = measure(&track, &props);
            let inside = thumb.cast::<HtmlElement>().and_then(|thumb| {
                let rect = thumb.get_bounding_client_rect();
                let from = f64::from(event.client_y()) - rect.top();
                (0.0..=rect.height()).contains(&from).then_some(from)
            });
            let held = inside.unwrap_or(size / 2.0);
            grip.replace(Some(held));
            if inside.is_none() {
                props.on_move.emit(row_at(&track, &props, y, held));
            }
        })
    };
    let drag = {
        let (track, grip, props) = (track.clone(), grip.clone(), props.clone());
        Callback::from(move |event: PointerEvent| {
            let (Some(track), Some(grip)) = (track.cast::<HtmlElement>(), *grip.borrow()) else {
                return;
            };
            let y = f64::from(event.client_y()) - track.get_bounding_client_rect().top();
            props.on_move.emit(row_at(&track, &props, y, grip));
        })
    };
    let up = {
        let grip = grip.clone();
        Callback::from(move |_: PointerEvent| {
            grip.replace(None);
        })
    };
    let idle = props.last_top == 0;
    html! {
        <div
            ref={track}
            class={classes!("scrollbar", idle.then_some("idle"))}
            role="scrollbar"
            tabindex="-1"
            aria-orientation="vertical"
            aria-label={props.label.clone()}
            aria-controls={props.controls.clone()}
            aria-valuemin="0"
            aria-valuemax={props.last_top.to_string()}
            aria-valuenow={props.top.min(props.last_top).to_string()}
            onpointerdown={down}
            onpointermove={drag}
            onpointerup={up.clone()}
            onpointercancel={up}
        >
            <div ref={thumb} class="thumb"></div>
        </div>
    }
}
