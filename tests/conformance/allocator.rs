//! Counts what the thread at hand allocates.
#![allow(unsafe_code, reason = "an allocator is unsafe by its nature")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static COUNT: Cell<u64> = const { Cell::new(0) };
    static HELD: Cell<i64> = const { Cell::new(0) };
    static PEAK: Cell<i64> = const { Cell::new(0) };
}

struct Counting;

fn change(bytes: i64) {
    // A thread that ends allocates after its counters are gone.
    let _ = HELD.try_with(|held| {
        held.set(held.get() + bytes);
        let _ = PEAK.try_with(|peak| peak.set(peak.get().max(held.get())));
    });
    if bytes > 0 {
        let _ = COUNT.try_with(|count| count.set(count.get() + 1));
    }
}

// SAFETY: everything is done by the system's allocator; only numbers are kept beside it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        change(layout.size() as i64);
        unsafe { System.alloc(layout) }
    }
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        change(layout.size() as i64);
        unsafe { System.alloc_zeroed(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        change(-(layout.size() as i64));
        unsafe { System.dealloc(pointer, layout) }
    }
    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        change(-(layout.size() as i64));
        change(size as i64);
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What a piece of work allocated.
#[derive(Clone, Copy, Debug)]
#[allow(dead_code, reason = "not every test looks at both")]
pub struct Allocated {
    /// How often.
    pub count: u64,
    /// Most bytes held at once, beyond those before.
    pub peak: u64,
}

/// Runs `work` on this thread and measures it.
pub fn measured<R>(work: impl FnOnce() -> R) -> (R, Allocated) {
    let (count, held) = (COUNT.get(), HELD.get());
    PEAK.set(held);
    let result = work();
    (result, Allocated { count: COUNT.get() - count, peak: (PEAK.get() - held).max(0) as u64 })
}
