// Starts the page's wasm. A file of its own, because the security policy forbids inline scripts.
import init from "./page.js";

// What a first visit does not need is a second module, which shares what the first one exports.
const place = new URL("page_later.wasm", import.meta.url);
let first, fetching;

globalThis.shareWithLater = (exports) => { first = exports; };

// A page that was built in one piece has no table for it.
const isLaterThere = () => !first.later || first.later.length === 0 || Boolean(first.later.get(0));

globalThis.fetchLater = async () => {
  if (isLaterThere()) return true;
  fetching ??= fetch(place)
    .then(async (answer) => answer.ok && WebAssembly.instantiate(await answer.arrayBuffer(), { first }));
  // Where that failed it is fetched again when it is next wanted.
  await fetching.catch(() => undefined);
  fetching = undefined;
  return isLaterThere();
};

// Called where something of it is wanted and nobody asked for it before: the page must not go on without it.
globalThis.loadLater = () => {
  if (isLaterThere()) return;
  const request = new XMLHttpRequest();
  request.open("GET", place, false);
  request.overrideMimeType("text/plain; charset=x-user-defined");
  request.send();
  if (request.status !== 200) throw new Error(`page_later.wasm: ${request.status}`);
  const bytes = Uint8Array.from(request.responseText, (letter) => letter.charCodeAt(0) & 255);
  new WebAssembly.Instance(new WebAssembly.Module(bytes), { first });
};

await init({ module_or_path: new URL("page_bg.wasm", import.meta.url) });
