// Pictures of what is shared, for people to look at: the dialog, what the link shows to a colleague, the embedded page.

import { readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { basename, join } from "node:path";
import { events } from "./binlog.mjs";
import { SCREENS, folder, samples } from "./machine.mjs";
import { expect, test } from "./scope.mjs";

const SHOP = samples().find((path) => basename(path) === "mysql-9.7-shop.binlog");
const WRITE_ROWS = 30;
const ROWS = events(readFileSync(SHOP)).find(({ type }) => type === WRITE_ROWS);
const PLACE = `#file=${basename(SHOP)}&at=${ROWS.start}&field=rows[0].after[2].value`;

folder("screens");

async function picture(page, name) {
  const path = join(SCREENS, `${name}.png`);
  await page.screenshot({ path });
  expect(statSync(path).size, "a page with something on it").toBeGreaterThan(20_000);
}

for (const [name, options] of [
  ["light-1440", { colorScheme: "light", viewport: { width: 1440, height: 900 } }],
  ["dark-1024", { colorScheme: "dark", viewport: { width: 1024, height: 768 } }],
  ["chinese-1440", { locale: "zh-CN", viewport: { width: 1440, height: 900 } }],
  ["narrow-480", { viewport: { width: 480, height: 900 } }],
]) {
  test.describe(name, () => {
    test.use(options);
    const chinese = name.startsWith("chinese");

    test("the dialog, and what its link shows", async ({ page, witness }) => {
      await page.goto(PLACE);
      // On a narrow screen the list comes first.
      await expect(page.locator(name.startsWith("narrow") ? ".panes" : '[role="treeitem"][aria-selected="true"]')).toBeVisible();
      await page.getByRole("button", { name: chinese ? "分享" : "Share", exact: true }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("radio", { name: chinese ? "其事务" : "Its transaction" }).check();
      const link = dialog.getByRole("textbox", { name: chinese ? "链接" : "Link", exact: true });
      await expect(link).toHaveValue(/#s=1\./);
      await expect(dialog.getByRole("table")).toContainText("ada@example.com");
      await picture(page, `share-${name}`);
      const address = await link.inputValue();
      await page.goto("about:blank");
      await page.goto(address);
      await expect(page.getByText(chinese ? "[已遮蔽]" : "[masked]", { exact: true }).first()).toBeVisible();
      await picture(page, `masked-${name}`);
      witness.expectNothing();
    });

    test("inside of another page", async ({ page, baseURL }) => {
      const theme = options.colorScheme === "dark" ? "dark" : "light";
      const lang = chinese ? "zh-CN" : "en";
      const body = `<!doctype html><meta charset="utf-8"><title>host</title><style>body { font: 16px serif; margin: 3em }
        iframe { width: 100%; height: 60vh; border: 1px solid #999 }</style><h1>How a row is written</h1>
        <iframe src="${baseURL}?embed&theme=${theme}&lang=${lang}${PLACE}" title="log"></iframe><p>The bytes of one row.</p>`;
      const host = createServer((_, response) => response.writeHead(200, { "Content-Type": "text/html" }).end(body));
      await new Promise((resolve) => host.listen(0, "127.0.0.1", resolve));
      await page.goto(`http://localhost:${host.address().port}/`);
      await expect(page.frameLocator("iframe").locator('[role="row"][aria-selected="true"]').first()).toBeVisible();
      await picture(page, `embed-${name}`);
      host.closeAllConnections();
      await new Promise((resolve) => host.close(resolve));
    });
  });
}
