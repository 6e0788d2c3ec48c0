// Watching the page from inside it, where the time between two things can be told exactly.

/** Gives the page a file that it has not opened: a real one of the browser, which is not copied. */
export async function holdFile(page, path) {
  await page.evaluate(() => {
    const input = document.createElement("input");
    input.type = "file";
    input.id = "file-of-the-test";
    input.hidden = true;
    document.body.append(input);
  });
  await page.locator("#file-of-the-test").setInputFiles(path);
}

/** Drops the file and watches, inside the page, what appears when. Times are milliseconds. */
export async function dropAndWatch(page, name, cancel) {
  return page.evaluate(
    async ([name, cancel]) => {
      const progress = () => document.querySelector('[role="progressbar"][aria-label="Indexing"]');
      const shown = (element) => element?.checkVisibility() ?? false;
      const facts = () => document.querySelector('[aria-label="About this file"]')?.textContent ?? "";
      const walked = () => facts().includes(name) && facts().includes("CRC32 ✓");
      const rows = () => [...document.querySelectorAll('[role="treegrid"] [role="row"][data-offset]')];
      const listed = () => rows().map((row) => row.textContent).join();
      const before = listed();
      // The name may come first, over rows that are still the last file's.
      const rowsOfFile = () => facts().includes(name) && rows().length > 3 && listed() !== before;
      const until = (what, limit) =>
        new Promise((resolve, reject) => {
          const look = () => {
            const found = what();
            if (!found) return false;
            observer.disconnect();
            clearTimeout(late);
            resolve(found);
            return true;
          };
          const observer = new MutationObserver(look);
          const late = setTimeout(() => reject(new Error(`not within ${limit} ms: ${what}`)), limit);
          if (!look()) observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
        });

      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(document.querySelector("#file-of-the-test").files[0]);
      const target = document.querySelector("main") ?? document.body;
      const dropped = performance.now();
      target.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
      await until(rowsOfFile, 20_000);
      const times = { rows: performance.now() - dropped, walkedAtRows: walked() };
      if (cancel) {
        const button = await until(() => {
          const buttons = [...document.querySelectorAll("button")];
          return buttons.find((button) => shown(button) && button.textContent.trim() === "Cancel");
        }, 20_000);
        times.walkingAtCancel = shown(progress());
        const clicked = performance.now();
        button.click();
        await until(() => !shown(progress()), 20_000);
        times.cancel = performance.now() - clicked;
      } else {
        await until(walked, 120_000);
        times.walk = performance.now() - dropped;
      }
      return times;
    },
    [name, cancel],
  );
}
