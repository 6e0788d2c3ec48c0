// What a first visit costs: the bytes that come over the line until the page answers and after, and the time until
// then.

/** Opens the page in a profile that knows nothing of it. */
export async function firstVisit(browser, url) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const finished = [];
  context.on("requestfinished", (request) => finished.push(request));
  await page.addInitScript(() => {
    const one = (selector) => document.querySelector(selector);
    // An event is selected and its fields and bytes are there: clicks and keys act on them.
    const ready = () =>
      one('[role="treegrid"] [role="row"][aria-selected="true"]') && one('[role="treeitem"]') && one("[data-offset][role=gridcell]");
    const observer = new MutationObserver(() => {
      if (!ready()) return;
      window.readyAfter = performance.now();
      window.readyAt = performance.timeOrigin + performance.now();
      observer.disconnect();
    });
    observer.observe(document, { subtree: true, childList: true, attributes: true });
  });
  await page.goto(url);
  const handle = await page.waitForFunction(() => window.readyAfter, null, { timeout: 30_000 });
  const milliseconds = await handle.jsonValue();
  const readyAt = await page.evaluate(() => window.readyAt);
  await page.waitForLoadState("networkidle");
  const parts = await Promise.all(
    finished.map(async (request) => {
      const [sizes, headers] = [await request.sizes(), await (await request.response()).allHeaders()];
      const path = new URL(request.url()).pathname;
      const encoding = headers["content-encoding"] ?? "identity";
      // What is fetched once the page answers is fetched while the visitor looks at it.
      return { path, bytes: sizes.responseBodySize, encoding, after: request.timing().startTime > readyAt };
    }),
  );
  await context.close();
  return { milliseconds, parts };
}

/** The page, its styles and scripts and both modules, without the texts and samples that it then fetches. */
export const isCode = ({ path }) => path.endsWith("/") || /\.(html|css|js|wasm|svg)$/.test(path);

export const sum = (parts) => parts.reduce((bytes, part) => bytes + part.bytes, 0);
