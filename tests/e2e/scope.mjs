// The page as a person meets it: by the names and states that assistive technology gets.

import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { test as base, expect } from "@playwright/test";
import { startServer } from "./machine.mjs";

export { expect };

/** What a page did that it must not do. */
export class Witness {
  constructor(page, origin) {
    this.requests = [];
    this.complaints = [];
    this.origin = origin;
    const context = page.context();
    context.on("request", (request) => this.requests.push(request.url()));
    context.on("websocket", (socket) => this.requests.push(socket.url()));
    context.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) this.complaints.push(`console: ${message.text()}`);
    });
    context.on("weberror", (error) => this.complaints.push(`uncaught: ${error.error()}`));
    context.on("requestfailed", (request) => {
      const why = request.failure()?.errorText;
      // Going elsewhere ends what is still loading.
      if (why !== "net::ERR_ABORTED") this.complaints.push(`failed: ${request.url()} ${why}`);
    });
  }

  async watchPolicy(page) {
    await page.exposeFunction("tellPolicyViolation", (text) => this.complaints.push(`policy: ${text}`));
    await page.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) =>
        window.tellPolicyViolation(`${event.violatedDirective} ${event.blockedURI}`),
      );
    });
  }

  /** Requests to anywhere but the server that the page came from. */
  elsewhere() {
    // The bridge's socket is at the same server.
    const own = (url) => url.replace(/^ws/, "http").startsWith(this.origin);
    return this.requests.filter((url) => !own(url) && !/^(blob|data):/.test(url));
  }

  expectNothing() {
    expect(this.requests.length, "requests are being recorded").toBeGreaterThan(0);
    expect(this.elsewhere(), "requests to other places").toEqual([]);
    expect(this.complaints, "console errors and policy violations").toEqual([]);
  }
}

export const test = base.extend({
  server: [
    async ({}, use) => {
      const server = await startServer();
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],
  baseURL: async ({ server }, use) => use(server.url),
  page: async ({ page }, use) => {
    // File choosers are caught from the start: catching begins in the browser's own time, and a key
    // pressed at once after asking for it may open a chooser that nobody sees.
    page.on("filechooser", () => {});
    await use(page);
  },
  witness: async ({ page, baseURL }, use) => {
    const witness = new Witness(page, baseURL);
    await witness.watchPolicy(page);
    await use(witness);
    witness.expectNothing();
  },
  /** The page, open on its own sample, watched until the test ends. */
  scope: async ({ page, witness }, use) => {
    const scope = new Scope(page);
    await scope.visit();
    await use(scope);
  },
});

export class Scope {
  constructor(page) {
    this.page = page;
    this.events = page.getByRole("treegrid", { name: "Events" });
    this.fields = page.getByRole("tree", { name: "Fields" });
    this.bytes = page.getByRole("grid", { name: "Bytes" });
    this.facts = page.getByRole("list", { name: "About this file" });
    // The region is there before anything is said in it, as readers of screens need it.
    this.alert = page.getByRole("alert").filter({ hasText: /\S/ });
    this.status = page.getByRole("status").first();
    this.progress = page.getByRole("progressbar", { name: "Indexing" });
    this.selectedEvent = this.events.locator('[role="row"][aria-selected="true"]');
    this.selectedField = this.fields.locator('[role="treeitem"][aria-selected="true"]');
    this.byteCells = this.bytes.locator("[data-offset]");
  }

  async visit(url = "") {
    await this.page.goto(url);
    await this.ready();
  }

  /** An event is shown with its fields and bytes. */
  async ready() {
    await expect(this.selectedEvent).toHaveCount(1);
    await expect(this.fields.getByRole("treeitem").first()).toBeVisible();
    await expect(this.byteCells.first()).toBeVisible();
  }

  /** By the button, as most people do; large files go by path and are not copied. */
  async open(path) {
    const chooser = this.page.waitForEvent("filechooser");
    await this.page.getByRole("button", { name: "Open file" }).click();
    await (await chooser).setFiles(path);
  }

  /** Drops a file somewhere on the page, with the events that a browser sends. */
  async drop(path) {
    const bytes = readFileSync(path).toString("base64");
    await this.dropBytes(basename(path), bytes);
  }

  async dropBytes(name, base64) {
    await this.page.evaluate(
      ([name, base64]) => {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([bytes], name));
        const target = document.body.querySelector("main") ?? document.body;
        for (const type of ["dragenter", "dragover", "drop"]) {
          target.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
        }
      },
      [name, base64],
    );
  }

  /** Waits until the page shows this file and has walked it to the end. */
  async walked(name) {
    // What was open before may have the same name.
    await expect(this.page.getByRole("main")).not.toHaveAttribute("aria-busy", "true");
    await expect(this.facts).toContainText(name);
    await this.idle();
    await this.ready();
  }

  /** The first pass is over: that every checksum holds, or how many do not, is known then. */
  async idle() {
    await expect(this.facts).toContainText(/CRC32 ✓|does not match|do not match/);
    await expect(this.progress).toBeHidden();
  }

  /** The selected field as `{space, start, end}`. */
  async field() {
    return rangeOf(this.selectedField);
  }

  /**
   * Offsets of the byte cells on the screen, and which of them are lit. Read in one go, so that
   * they are one moment's.
   */
  async shownBytes() {
    return this.byteCells.evaluateAll((cells) => {
      const lit = (cell) => cell.getAttribute("aria-selected") === "true";
      const offset = (cell) => Number(cell.dataset.offset);
      return { shown: cells.map(offset), lit: cells.filter(lit).map(offset) };
    });
  }

  /** The bytes of the range are lit as far as they are on the screen, and no others are. */
  async expectLit({ start, end }) {
    await expect
      .poll(async () => {
        const { shown, lit } = await this.shownBytes();
        const wanted = shown.filter((offset) => offset >= start && offset < end);
        const same = lit.length === wanted.length && wanted.every((offset, at) => lit[at] === offset);
        return same && wanted.length > 0 ? "lit" : `lit ${lit} of ${shown.at(0)}..${shown.at(-1)}, wanted ${start}..${end}`;
      })
      .toBe("lit");
  }

  byte(offset) {
    return this.bytes.locator(`[data-offset="${offset}"]`).first();
  }

  /** Opens everything that is closed on the screen, from the top, until nothing is. */
  async expandFields() {
    const closed = this.fields.locator('[role="treeitem"][aria-expanded="false"]');
    for (let left = 60; left > 0 && (await closed.count()) > 0; left--) {
      await closed.first().click();
      await this.page.keyboard.press("ArrowRight");
    }
  }

  /** Every event as a row of its own, instead of transactions that hide them. */
  async showEveryEvent() {
    const button = this.page.getByRole("button", { name: "Plain", exact: true });
    await button.click();
    await expect(button).toHaveAttribute("aria-pressed", "true");
    await expect(this.events.locator('[role="row"][data-offset="4"]')).toHaveCount(1);
  }

  rowAt(address) {
    return this.events.locator(`[role="row"][data-offset="${address}"]`).last();
  }

  /** Where the selected event starts, by the first line of its fields. */
  async eventStart() {
    const { space, start } = await rangeOf(this.fields.getByRole("treeitem").first());
    return { space, offset: start };
  }

  /** The fields are those of the event that is selected. */
  async fieldsFollow() {
    const address = await this.selectedEvent.getAttribute("data-offset");
    const shown = async () => {
      const { space, offset } = await this.eventStart();
      return space === "0" ? String(offset) : `${space}/${offset}`;
    };
    await expect.poll(shown, "the address of the event whose fields are shown").toBe(address);
  }

  /** Goes to an address by the URL, as a link does. */
  async goTo(address) {
    await expect.poll(() => this.page.url(), "the URL names the file").toContain("#file=");
    await this.page.evaluate((address) => {
      const place = new URLSearchParams(location.hash.slice(1));
      location.hash = `#file=${encodeURIComponent(place.get("file"))}&at=${address}`;
    }, String(address));
    await expect.poll(async () => (await this.eventStart()).offset).toBe(Number(String(address).split("/").at(-1)));
    await this.ready();
    // The keyboard is where the eye is.
    await this.events.focus();
  }

  /** Addresses of all rows, read from top to bottom as one scrolls. */
  async listedStarts() {
    await this.events.focus();
    await this.page.keyboard.press("Home");
    await expect(this.events.locator('[role="row"][aria-rowindex="1"]')).toBeVisible();
    const count = await this.events.getAttribute("aria-rowcount");
    const found = new Map();
    for (let last = ""; last !== count; ) {
      // Rows come from the worker: the next page is here when its selected row is.
      await expect(this.selectedEvent).not.toHaveAttribute("aria-rowindex", last);
      last = await this.selectedEvent.getAttribute("aria-rowindex");
      const rows = await this.events.locator('[role="row"][data-offset]').evaluateAll((rows) =>
        rows.map((row) => [row.getAttribute("aria-rowindex"), row.dataset.offset]),
      );
      for (const [index, address] of rows) found.set(index, address);
      await this.page.keyboard.press("PageDown");
    }
    expect(found.size, "every row was seen once").toBe(Number(count));
    return [...found.values()].map(Number);
  }

  /** Where the last line of the fields ends: the end of the event. */
  async shownFieldsEnd() {
    const items = this.fields.getByRole("treeitem");
    return items.evaluateAll((items) => Math.max(...items.map((item) => Number(item.dataset.end))));
  }

  /** From a payload event to the first event inside it. */
  async enterPayload() {
    await this.showEveryEvent();
    await this.events.focus();
    await expect(this.selectedEvent).toHaveAttribute("aria-expanded", /.*/);
    if ((await this.selectedEvent.getAttribute("aria-expanded")) === "false") {
      await this.page.keyboard.press("ArrowRight");
      await expect(this.selectedEvent).toHaveAttribute("aria-expanded", "true");
    }
    await this.page.keyboard.press("ArrowDown");
    await expect.poll(async () => (await this.eventStart()).space).not.toBe("0");
    await this.ready();
  }

  async chooseSample(words) {
    await this.page.getByRole("button", { name: "Samples" }).click();
    await this.page.getByRole("list", { name: "Samples" }).getByRole("button", { name: words }).click();
  }

  async chooseLanguage(tag) {
    await this.page.getByRole("combobox", { name: /language/i }).selectOption(tag);
  }

  /** To the last row of the list. */
  async lastEvent() {
    await this.events.focus();
    await this.page.keyboard.press("End");
    // The list that was asked for may be on its way: its end is meant.
    const behind = async () => {
      const count = await this.events.getAttribute("aria-rowcount");
      const at = await this.selectedEvent.evaluateAll((rows) => rows.map((row) => row.getAttribute("aria-rowindex")));
      return at.length === 1 ? Number(count) - Number(at[0]) : null;
    };
    await expect.poll(behind, "rows behind the selected one").toBe(0);
    await expect(this.selectedEvent).toBeInViewport();
    if ((await this.selectedEvent.getAttribute("aria-expanded")) === "false") {
      await this.page.keyboard.press("ArrowRight");
      await expect(this.selectedEvent).toHaveAttribute("aria-expanded", "true");
      await this.lastEvent();
    } else {
      await this.fieldsFollow();
    }
  }
}

/**
 * From the page's next load on a file has its bytes ready as soon as the first pass asks for them, 64 KiB at a time,
 * each after so many milliseconds: the pass takes its time whatever the machine. Gives what changes the pace.
 */
export async function paceFirstPass(page, milliseconds) {
  const boot = `
    self.pace = ${milliseconds};
    new BroadcastChannel("pace").onmessage = ({ data }) => { self.pace = data; };
    Blob.prototype.stream = function () {
      let at = 0;
      return new ReadableStream({
        pull: (controller) => {
          const until = performance.now() + self.pace;
          while (performance.now() < until);
          if (at >= this.size) return controller.close();
          const bytes = new FileReaderSync().readAsArrayBuffer(this.slice(at, at + 65536));
          at += 65536;
          controller.enqueue(new Uint8Array(bytes));
        },
      });
    };`;
  await page.route("**/worker_boot.js", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.text()).replace("try {", `${boot}\ntry {`) });
  });
  return (pace) => page.evaluate((pace) => new BroadcastChannel("pace").postMessage(pace), pace);
}

/** Whether a select box shows all of its choice, or a text box all of its placeholder. */
export async function showsItsText(control) {
  return control.evaluate((control) => {
    const { font, paddingLeft, paddingRight } = getComputedStyle(control);
    const text = document.createElement("span");
    text.style.font = font;
    text.style.whiteSpace = "nowrap";
    text.style.position = "absolute";
    text.textContent = control.selectedOptions?.[0].text ?? control.placeholder;
    control.after(text);
    const { width } = text.getBoundingClientRect();
    text.remove();
    // The arrow of a select box stands inside of it.
    const arrow = control.selectedOptions ? 16 : 0;
    return width + parseFloat(paddingLeft) + parseFloat(paddingRight) + arrow <= control.clientWidth;
  });
}

/** `data-start`, `data-end` and `data-space` of a tree item. */
export async function rangeOf(item) {
  return item.evaluate((item) => ({
    space: item.dataset.space,
    start: Number(item.dataset.start),
    end: Number(item.dataset.end),
  }));
}
