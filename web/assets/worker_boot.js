// Starts the worker's wasm, and tells the page when its code fails: a trap inside a promise
// reaches nobody otherwise.
import init from "./worker.js";

self.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  self.postMessage({ trap: String(event.reason?.message ?? event.reason) });
});

try {
  await init({ module_or_path: new URL("worker_bg.wasm", import.meta.url) });
} catch (error) {
  self.postMessage({ trap: String(error?.message ?? error) });
}
