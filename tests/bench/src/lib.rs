//! The kernels that are measured, natively and in wasm: the same code, over bytes in memory.

pub mod kernels;

#[cfg(target_arch = "wasm32")]
mod exports;
#[cfg(feature = "peer")]
pub mod peer;
