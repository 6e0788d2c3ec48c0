//! What Node calls. The file lies in the module's own memory.

use crate::kernels;

/// Makes room for a file; returns where.
#[unsafe(no_mangle)]
pub extern "C" fn room(bytes: usize) -> *mut u8 {
    let mut room = vec![0u8; bytes];
    let start = room.as_mut_ptr();
    std::mem::forget(room);
    start
}

fn file<'a>(start: *const u8, bytes: usize) -> &'a [u8] {
    // SAFETY: `room` gave this out and nothing takes it back.
    unsafe { std::slice::from_raw_parts(start, bytes) }
}

macro_rules! kernels {
    ($($name:ident),*) => {$(
        #[unsafe(no_mangle)]
        pub extern "C" fn $name(start: *const u8, bytes: usize) -> f64 {
            kernels::$name(file(start, bytes)) as f64
        }
    )*};
}

kernels!(crc, walk, rows_unchecked);
