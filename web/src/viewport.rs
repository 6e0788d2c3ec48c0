//! Wheel, touch and size of a pane's scrolling part. Attached by hand and not by Yew, because
//! the wheel listener must be able to stop the page from scrolling too.

use std::cell::Cell;
use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement, ResizeObserver, TouchEvent, WheelEvent};
use yew::Callback;

use crate::scroll::ROW;

/// What happened to the viewport.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Moved {
    /// Scrolled by so many pixels, down when positive.
    By(f64),
    /// It has this width and height now.
    Size(f64, f64),
}

/// Listens to an element until dropped.
pub struct Viewport {
    _listeners: Vec<EventListener>,
    observer: Option<ResizeObserver>,
    _resized: Closure<dyn FnMut()>,
}

impl std::fmt::Debug for Viewport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Viewport")
    }
}

impl Drop for Viewport {
    fn drop(&mut self) {
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
    }
}

impl Viewport {
    /// Starts to listen.
    pub fn watch(element: &HtmlElement, moved: Callback<Moved>) -> Self {
        let mut own = Self::watch_size(element, moved.clone());
        own._listeners.extend([wheel(element, moved.clone()), scrolled(element, moved.clone())]);
        own._listeners.extend(touch(element, moved));
        own
    }

    /// Listens for other sizes only.
    pub fn watch_size(element: &HtmlElement, moved: Callback<Moved>) -> Self {
        let watched = element.clone();
        let resized = Closure::<dyn FnMut()>::new(move || {
            let (width, height) = (watched.client_width(), watched.client_height());
            moved.emit(Moved::Size(f64::from(width), f64::from(height)));
        });
        let observer = ResizeObserver::new(resized.as_ref().unchecked_ref()).ok();
        if let Some(observer) = &observer {
            observer.observe(element);
        }
        Self { _listeners: Vec::new(), observer, _resized: resized }
    }
}

fn wheel(element: &Element, moved: Callback<Moved>) -> EventListener {
    let options = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(element, "wheel", options, move |event| {
        let Some(event) = event.dyn_ref::<WheelEvent>() else { return };
        // Ctrl and wheel is the browser's zoom.
        if event.ctrl_key() || event.delta_y() == 0.0 {
            return;
        }
        event.prevent_default();
        let unit = match event.delta_mode() {
            WheelEvent::DOM_DELTA_LINE => ROW,
            WheelEvent::DOM_DELTA_PAGE => ROW * 10.0,
            _ => 1.0,
        };
        moved.emit(Moved::By(event.delta_y() * unit));
    })
}

/// Finding text and assistive technology scroll an element even when nobody else can; that
/// becomes a logical scroll, so that there are never two positions.
fn scrolled(element: &Element, moved: Callback<Moved>) -> EventListener {
    let watched = element.clone();
    EventListener::new(element, "scroll", move |_| {
        let pixels = watched.scroll_top();
        if pixels != 0 {
            watched.set_scroll_top(0);
            watched.set_scroll_left(0);
            moved.emit(Moved::By(f64::from(pixels)));
        }
    })
}

fn touch(element: &Element, moved: Callback<Moved>) -> [EventListener; 2] {
    let last = Rc::new(Cell::new(0.0));
    let start = {
        let last = last.clone();
        EventListener::new(element, "touchstart", move |event| {
            if let Some(y) = touch_y(event) {
                last.set(y);
            }
        })
    };
    let options = EventListenerOptions::enable_prevent_default();
    let drag = EventListener::new_with_options(element, "touchmove", options, move |event| {
        let Some(y) = touch_y(event) else { return };
        event.prevent_default();
        moved.emit(Moved::By(last.get() - y));
        last.set(y);
    });
    [start, drag]
}

/// Height of the finger, when there is exactly one: two are the browser's zoom.
fn touch_y(event: &web_sys::Event) -> Option<f64> {
    let touches = event.dyn_ref::<TouchEvent>()?.touches();
    (touches.length() == 1).then(|| touches.item(0).map(|touch| f64::from(touch.client_y())))?
}

/// Sets a style property through the object model: attributes would be inline style, which
/// the security policy forbids.
pub fn set_style(element: &HtmlElement, property: &str, value: &str) {
    // Only an unknown property fails, and those here are known.
    let _ = element.style().set_property(property, value);
}
