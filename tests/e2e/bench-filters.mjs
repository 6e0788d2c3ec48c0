// How fast a filter is through a large file that is indexed.

/** Applies a filter as a person does, and watches: until the first hit is listed, and until all is searched. */
export async function filterAndWatch(page, text) {
  return page.evaluate(async (text) => {
    const field = document.querySelector("#filter");
    const found = () => document.querySelector(".found");
    const hits = () => Number(/[\d,]+/.exec(found()?.textContent ?? "")?.[0].replaceAll(",", "") ?? 0);
    const rows = () => document.querySelectorAll('[role="treegrid"] [role="row"][data-offset]').length;
    const done = () => found()?.getAttribute("aria-busy") === "false";
    const until = (what, limit) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!what()) return false;
          observer.disconnect();
          clearTimeout(late);
          resolve();
          return true;
        };
        const observer = new MutationObserver(look);
        const late = setTimeout(() => reject(new Error(`not within ${limit} ms: ${what}`)), limit);
        if (!look()) observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
      });
    const type = (value) => {
      const setter = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
      setter.call(field, value);
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    };
    const enter = () => field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
    field.focus();
    type(text);
    // The list of completions is closed first: Enter would take one of them.
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true, cancelable: true }));
    const begun = performance.now();
    enter();
    await until(() => hits() > 0 && rows() > 0, 60_000);
    const first = performance.now() - begun;
    await until(done, 600_000);
    const all = performance.now() - begun;
    const count = hits();
    type("");
    enter();
    await until(() => !found(), 20_000);
    return { first, all, count };
  }, text);
}
