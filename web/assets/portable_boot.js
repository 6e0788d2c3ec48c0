// Starts the page where everything is in one file (crates/xtask/src/page/portable.rs). It stands behind page.js.

const text = (id) => document.getElementById(id).textContent;
const decoded = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
const unpacked = (id) =>
  new Response(new Blob([decoded(text(id))]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
const asText = async (id) => new TextDecoder().decode(await unpacked(id));

// What a first visit elsewhere fetches later is here already, and is started when it is first wanted.
let first, pageLater;
globalThis.shareWithLater = (exports) => { first = exports; };
const isLaterThere = () => !first.later || first.later.length === 0 || Boolean(first.later.get(0));
globalThis.loadLater = () => {
  if (!isLaterThere()) new WebAssembly.Instance(pageLater, { first });
};
globalThis.fetchLater = async () => {
  globalThis.loadLater();
  return true;
};

const script = URL.createObjectURL(new Blob([await asText("worker-script")], { type: "text/javascript" }));
const bundle = text("bundle");

// What the page asks for instead of fetching it.
globalThis.binlogscopeInside = {
  script,
  modules: {
    module: await WebAssembly.compile(await unpacked("worker")),
    later: await WebAssembly.compile(await unpacked("worker-later")),
  },
  texts: JSON.parse(await asText("texts")),
  bundle: bundle && decoded(bundle),
};
pageLater = await WebAssembly.compile(await unpacked("page-later"));
await __wbg_init({ module_or_path: await unpacked("page") });
