// Every visible word comes from the locale files.

import { samples } from "./machine.mjs";
import { expect, test } from "./scope.mjs";

/** Visible text, accessible names and tooltips that are neither data of the file nor a message. */
async function strays(page) {
  return page.evaluate(() => {
    const found = new Set();
    const outside = (text) => {
      let rest = text;
      while (rest.includes("⟦")) {
        const shorter = rest.replace(/⟦[^⟦⟧]*⟧/g, "");
        if (shorter === rest) break;
        rest = shorter;
      }
      return rest.match(/\p{L}{2,}/u) ? rest.trim() : "";
    };
    const data = (element) => element.closest('[translate="no"], script, style, noscript');
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      if (!element?.checkVisibility() || data(element)) continue;
      const stray = outside(node.textContent);
      if (stray) found.add(`text: ${stray}`);
    }
    for (const name of ["aria-label", "title", "placeholder", "alt"]) {
      for (const element of document.querySelectorAll(`[${name}]`)) {
        if (data(element)) continue;
        const stray = outside(element.getAttribute(name));
        if (stray) found.add(`${name}: ${stray}`);
      }
    }
    if (outside(document.title.replace("Binlogscope", ""))) found.add(`title of the page: ${document.title}`);
    return [...found];
  });
}

test.describe("pseudo-locale", () => {
  const ready = async (page) => {
    await expect(page.getByRole("treegrid")).toBeVisible();
    await expect(page.locator('[role="treegrid"] [role="row"][aria-selected="true"]')).toHaveCount(1);
    await expect(page.locator('[role="treeitem"]').first()).toBeVisible();
  };

  test("the page with a sample", async ({ page, witness }) => {
    await page.goto("?lang=x-pseudo");
    await ready(page);
    await expect(page.getByRole("treegrid")).toHaveAttribute("aria-label", /⟦.*⟧/);
    await page.locator('[role="treeitem"]').nth(2).click();
    expect(await strays(page)).toEqual([]);
    expect(witness.requests.length).toBeGreaterThan(0);
  });

  test("errors and dialogs", async ({ page, witness }) => {
    await page.goto("?lang=x-pseudo");
    await ready(page);
    await page.getByRole("button", { name: /Paste/ }).click();
    await expect(page.getByRole("dialog")).toBeVisible();
    expect(await strays(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.evaluate(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([new Uint8Array(64).fill(255)], "ff.bin"));
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
    });
    await expect(page.getByRole("alert")).toHaveCount(1);
    expect(await strays(page)).toEqual([]);
    expect(witness.requests.length).toBeGreaterThan(0);
  });

  test("it would find a stray word", async ({ page, witness }) => {
    await page.goto("?lang=x-pseudo");
    await ready(page);
    await page.evaluate(() => document.body.append("stray words"));
    expect(await strays(page)).toEqual(["text: stray words"]);
    expect(witness.requests.length).toBeGreaterThan(0);
  });
});

test.describe("Chinese", () => {
  test.use({ locale: "zh-CN" });

  test("follows the browser, and says so to assistive technology", async ({ page, witness }) => {
    await page.goto("");
    await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
    await expect(page.getByRole("treegrid")).toHaveAttribute("aria-label", /\p{Script=Han}/u);
    await expect(page.locator('[role="treegrid"] [role="row"][aria-selected="true"]')).toHaveCount(1);
    expect(witness.requests.length).toBeGreaterThan(0);
  });
});

test("the language can be changed on the page and stays", async ({ scope, page }) => {
  await scope.drop(samples()[0]);
  await scope.ready();
  await scope.chooseLanguage("zh-CN");
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
});
