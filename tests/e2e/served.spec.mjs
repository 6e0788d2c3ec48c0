// `binlogscope serve FILE…`: the page opens the first file and offers the others.

import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { events } from "./binlog.mjs";
import { samples, startServer } from "./machine.mjs";
import { expect, test as base } from "./scope.mjs";

const FILES = ["mysql-9.7-statement.binlog", "mariadb-10.11-shop.binlog"].map((name) =>
  samples().find((path) => basename(path) === name),
);

const test = base.extend({
  server: [
    async ({}, use) => {
      const server = await startServer(FILES);
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],
});

test("opens the first file, offers the second", async ({ scope, page }) => {
  await scope.walked(basename(FILES[0]));
  await scope.showEveryEvent();
  await scope.lastEvent();
  expect((await scope.eventStart()).offset).toBe(events(readFileSync(FILES[0])).at(-1).start);

  await page.getByRole("button", { name: "Samples" }).click();
  const offered = page.getByRole("list", { name: "Files on the command line" });
  await expect(offered.getByRole("button")).toHaveCount(FILES.length);
  await offered.getByRole("button", { name: basename(FILES[1]) }).click();
  await scope.walked(basename(FILES[1]));
});

test("reload opens the file again, at the same event", async ({ scope, page }) => {
  await scope.walked(basename(FILES[0]));
  const third = events(readFileSync(FILES[0]))[3];
  await scope.goTo(third.start);
  await expect.poll(() => new URL(page.url()).hash).toContain(`at=${third.start}`);
  await page.reload();
  await scope.walked(basename(FILES[0]));
  await expect.poll(async () => (await scope.eventStart()).offset).toBe(third.start);
});
