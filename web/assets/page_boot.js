// Starts the page's wasm. A file of its own, because the security policy forbids inline scripts.
import init from "./page.js";

await init({ module_or_path: new URL("page_bg.wasm", import.meta.url) });
