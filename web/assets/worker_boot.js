// Starts the worker's wasm, and tells the page when its code fails: a trap inside a promise
// reaches nobody otherwise.
import init from "./worker.js";

self.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  self.postMessage({ trap: String(event.reason?.message ?? event.reason) });
});

// A helper of the worker's is sent the compiled modules and the file; its name tells that it is one. So is the worker
// of a page that is one file, but for the file.
self.given = self.name === "helper" || self.name === "inside"
  ? await new Promise((resolve) => self.addEventListener("message", (event) => resolve(event.data), { once: true }))
  : undefined;

// What is wanted later is a second module, which shares what the first one exports.
const place = self.given ? undefined : new URL("worker_later.wasm", import.meta.url);
let first, later = self.given?.later, fetching;

self.shareWithLater = (exports) => { first = exports; };

// A page that was built in one piece has no table for it.
self.isLaterThere = () => !first.later || Boolean(later);

self.fetchLater = async () => {
  if (self.isLaterThere()) return true;
  fetching ??= fetch(place).then(async (answer) => answer.ok && WebAssembly.compile(await answer.arrayBuffer()));
  // Where that failed it is asked for again when it is next wanted.
  later ||= await fetching.catch(() => undefined) || undefined;
  fetching = undefined;
  return Boolean(later);
};

self.compiledLater = () => later;

// Called by the first module, which waits: what it wants is in the second one.
self.loadLater = () => {
  if (!first.later || first.later.length === 0 || first.later.get(0)) return;
  if (!later) {
    const request = new XMLHttpRequest();
    request.open("GET", place, false);
    request.responseType = "arraybuffer";
    request.send();
    if (request.status !== 200) throw new Error(`worker_later.wasm: ${request.status}`);
    later = new WebAssembly.Module(request.response);
  }
  new WebAssembly.Instance(later, { first });
};

try {
  await init({ module_or_path: self.given?.module ?? new URL("worker_bg.wasm", import.meta.url) });
} catch (error) {
  self.postMessage({ trap: String(error?.message ?? error) });
}
