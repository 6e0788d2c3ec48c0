// How fast the worker answers and the page paints, with a large file open.

/**
 * Asks a worker of its own for random events and their trees: what a request takes, there and back. While the second
 * pass counts in the background, or once it is done.
 */
export async function fetchEvents(page, count, settled) {
  return page.evaluate(async ([count, settled]) => {
    const worker = new Worker(new URL("worker_boot.js", document.baseURI), { type: "module" });
    const waiting = new Map();
    let ready, done, counted;
    const isReady = new Promise((resolve) => (ready = resolve));
    const isDone = new Promise((resolve) => (done = resolve));
    const isCounted = new Promise((resolve) => (counted = resolve));
    worker.onmessage = ({ data }) => {
      const { id, response } = data.body;
      if (response.Event === "Ready") ready();
      else if (response.Event?.Progress?.progress.done) done(response.Event.Progress.progress);
      else if (response.Event?.Gathered?.done) counted();
      waiting.get(id)?.(response);
      waiting.delete(id);
    };
    let next = 1;
    const ask = (request, beside = {}) =>
      new Promise((resolve) => {
        waiting.set(next, resolve);
        worker.postMessage({ body: { id: next++, generation: 1, request }, ...beside });
      });
    await isReady;
    await ask("OpenFile", { file: document.querySelector("#file-of-the-test").files[0] });
    const { total } = await isDone;
    if (settled) await isCounted;
    // The same places in every run.
    let seed = 1n;
    const random = () => {
      seed = (seed * 6364136223846793005n + 1442695040888963407n) & ((1n << 64n) - 1n);
      return seed >> 11n;
    };
    const starts = [];
    for (let i = 0; i < count; i++) {
      const located = await ask({ Locate: { address: { space: "0", offset: random() % BigInt(total) } } });
      starts.push(located.Answer.Address);
    }
    // None is in a block that was read lately: each has to be read anew.
    const times = [];
    for (const address of starts) {
      const asked = performance.now();
      const answer = await ask({ Event: { address } });
      times.push(performance.now() - asked);
      if (!answer.Answer?.Event) throw new Error(`no event at ${address.offset}`);
    }
    worker.terminate();
    return times;
  }, [count, settled]);
}

/** Steps from event to event by key, from random places: until tree and bytes of the new one are painted. */
export async function paintEvents(page, count) {
  return page.evaluate(async (count) => {
    const grid = document.querySelector('[role="treegrid"][aria-label="Events"]');
    const start = () => document.querySelector('[role="tree"] [role="treeitem"]')?.dataset.start;
    const painted = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    const until = async (what, limit = 5000) => {
      const begun = performance.now();
      while (!what()) {
        if (performance.now() - begun > limit) throw new Error(`not within ${limit} ms: ${what}`);
        await new Promise((resolve) => setTimeout(resolve));
      }
    };
    const press = (key) => grid.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    const lit = (offset) => document.querySelector(`[role="grid"][aria-label="Bytes"] [data-offset="${offset}"][aria-selected="true"]`);
    const times = [];
    grid.focus();
    for (let i = 0; i < count; i++) {
      const before = start();
      const asked = performance.now();
      press(i % 40 === 39 ? "]" : ".");
      await until(() => start() !== before && lit(start()));
      await painted();
      times.push(performance.now() - asked);
    }
    return times;
  }, count);
}

/** Turns the wheel over list and bytes for some seconds: tasks of more than 50 ms, in milliseconds. */
export async function scrollPanes(page, seconds) {
  return page.evaluate(async (seconds) => {
    const long = [];
    const observer = new PerformanceObserver((list) => long.push(...list.getEntries().map((entry) => entry.duration)));
    observer.observe({ type: "longtask" });
    const panes = ['[role="treegrid"][aria-label="Events"] .clip', '[role="grid"][aria-label="Bytes"]'];
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    let frames = 0;
    for (const pane of panes) {
      const element = document.querySelector(pane);
      const begun = performance.now();
      while (performance.now() - begun < (seconds * 1000) / panes.length) {
        element.dispatchEvent(new WheelEvent("wheel", { deltaY: 240, bubbles: true, cancelable: true }));
        await frame();
        frames++;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
    observer.disconnect();
    return { long, frames };
  }, seconds);
}

/** The value below which so much of the values lies. */
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}
