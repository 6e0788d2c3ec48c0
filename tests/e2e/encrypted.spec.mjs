// Encrypted logs: what is clear shows at once, the rest with the key, and the key goes nowhere.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, folder } from "./machine.mjs";
import { expect, paceFirstPass, test } from "./scope.mjs";

const fixture = (name) => join(ROOT, "tests/fixtures/encrypted", name);
const base64 = (name) => readFileSync(fixture(name)).toString("base64");

/** The secrets of a key file, as they stand in it. */
function secrets(name) {
  return readFileSync(fixture(name), "latin1").match(/[0-9a-fA-F]{32,}/g).map((key) => key.toLowerCase());
}

/** Everything that outlives the page, or that another could read off it. */
async function kept(page) {
  return page.evaluate(async () => {
    const entries = (storage) => Object.entries(storage).flat();
    const root = await navigator.storage.getDirectory();
    const files = [];
    for await (const name of root.keys()) files.push(name);
    return {
      databases: (await indexedDB.databases()).map((database) => database.name),
      caches: await caches.keys(),
      files,
      text: [...entries(localStorage), ...entries(sessionStorage), document.cookie, location.href,
        JSON.stringify(history.state), document.documentElement.outerHTML].join("\n").toLowerCase(),
    };
  });
}

async function expectNoTrace(page, witness, keys) {
  const found = await kept(page);
  expect([found.databases, found.caches, found.files]).toEqual([[], [], []]);
  const sent = witness.requests.join("\n").toLowerCase();
  for (const key of keys) {
    for (const part of [key, key.slice(0, 16), Buffer.from(key, "hex").toString("base64").toLowerCase()]) {
      expect(found.text.includes(part), "the key stands in no storage, address or text").toBe(false);
      expect(sent.includes(part), "the key was not sent").toBe(false);
    }
  }
}

test("a MariaDB log shows its clear part, then with the key everything", async ({ scope, page, witness }) => {
  const name = "mariadb-11.8-aes-128-cbc.binlog";
  await scope.dropBytes(name, base64(name));
  await scope.walked(name);
  await expect(scope.facts).toContainText("encrypted");
  await expect(scope.alert).toContainText(/MariaDB encrypted the events from offset \d+/);
  await scope.showEveryEvent();
  await expect(scope.rowAt("256")).toContainText("START_ENCRYPTION");
  await expect(scope.rowAt("296")).toContainText("Encrypted bytes");

  // A wrong key is told, and costs nothing.
  const choose = async (file) => {
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Open key file…" }).click();
    await (await chooser).setFiles(fixture(file));
  };
  await choose("mariadb-10.11-aes-192-cbc.key");
  await expect(scope.alert).toContainText(/does not decrypt the log/);
  await expect(scope.rowAt("296")).toContainText("Encrypted bytes");

  await choose("mariadb-11.8-aes-128-cbc.key");
  await expect(scope.facts).toContainText("decrypted · aes-128-cbc");
  await scope.walked(name);
  await expect(scope.alert).toHaveCount(0);
  await expect.poll(() => scope.eventStart()).toEqual({ space: "256", offset: 296 });
  await expect(scope.selectedEvent).toContainText("GTID_LIST");

  // The bytes are those that the server itself gives out.
  const clear = readFileSync(fixture("mariadb-11.8-aes-128-cbc.clear"));
  const shown = await scope.byteCells.evaluateAll((cells) => cells.map((cell) => [cell.dataset.offset, cell.textContent]));
  const around = shown.filter(([offset]) => offset >= 296);
  expect(around.length).toBeGreaterThan(100);
  for (const [offset, text] of around) expect(parseInt(text, 16), `byte ${offset}`).toBe(clear[offset]);
  await page.getByRole("tab", { name: "file", exact: true }).click();
  const stored = readFileSync(fixture(name));
  // The file itself is still there: the same event as it is stored.
  const goTo = page.getByRole("textbox", { name: "Go to offset" });
  await goTo.fill("300");
  await goTo.press("Enter");
  await expect.poll(() => scope.eventStart()).toEqual({ space: "0", offset: 296 });
  await expect(scope.fields).toContainText("Encrypted bytes");
  await expect.poll(async () => parseInt(await scope.byte(300).textContent(), 16)).toBe(stored[300]);

  await scope.lastEvent();
  await expect(scope.selectedEvent).toContainText("ROTATE");
  await expect.poll(() => page.url()).toContain("at=256/");
  await expectNoTrace(page, witness, [...secrets("mariadb-11.8-aes-128-cbc.key"), ...secrets("mariadb-10.11-aes-192-cbc.key")]);
});

test("a MySQL log opens with a dropped keyring, and forgets it", async ({ scope, page, witness }) => {
  const name = "mysql-9.7-reencrypted.binlog";
  await scope.dropBytes(name, base64(name));
  // No checksum can be judged yet.
  await expect(scope.facts).toContainText(name);
  await scope.ready();
  await expect(scope.alert).toContainText(/MySQLReplicationKey_\S+_3/);
  // The header is clear, with every field of it.
  await scope.expandFields();
  await expect(scope.fields).toContainText("encrypted_file_password");
  await scope.dropBytes("keyring", base64("mysql-9.7-reencrypted.key"));
  await expect(scope.facts).toContainText("decrypted · aes-256-ctr");
  await scope.walked(name);
  await expect(scope.facts).toContainText("MySQL 9.7");
  await expect.poll(() => scope.eventStart()).toEqual({ space: "512", offset: 4 });
  const plain = page.getByRole("button", { name: "Plain", exact: true });
  await plain.click();
  await expect(scope.rowAt("0")).toContainText("Encryption header");
  await expect(scope.rowAt("512/4")).toContainText("FORMAT_DESCRIPTION");
  await scope.events.focus();
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowUp");
  await expect(scope.selectedEvent).toContainText("TRANSACTION_PAYLOAD");
  await scope.fieldsFollow();
  const payload = await scope.eventStart();
  await page.keyboard.press("ArrowRight");
  await expect(scope.selectedEvent).toHaveAttribute("aria-expanded", "true");
  await page.keyboard.press("ArrowDown");
  await expect.poll(() => scope.eventStart()).toEqual({ space: `512/${payload.offset}`, offset: 0 });
  await expect.poll(() => page.url()).toContain(`at=512/${payload.offset}/0`);
  await expectNoTrace(page, witness, secrets("mysql-9.7-reencrypted.key").filter((key) => !/^0[0-9a-f]0+$/.test(key)));

  // A new page knows no key; the link waits for it, whether the file was walked before it came or not.
  for (const pace of [0, 1000]) {
    await paceFirstPass(page, pace);
    await page.reload();
    await scope.ready();
    await scope.dropBytes(name, base64(name));
    await expect(scope.alert).toContainText(/MySQL encrypted this file/);
    if (pace === 0) await expect(scope.progress).toBeHidden();
    await scope.dropBytes("keyring", base64("mysql-9.7-reencrypted.key"));
    await expect.poll(() => scope.eventStart()).toEqual({ space: `512/${payload.offset}`, offset: 0 });
  }
});

test("a key file that is itself encrypted asks for its password, and forgets it", async ({ scope, page, witness }) => {
  const name = "mariadb-11.8-aes-128-cbc";
  const password = readFileSync(fixture(`${name}.password`), "latin1").trim();
  await scope.dropBytes(`${name}.binlog`, base64(`${name}.binlog`));
  await scope.walked(name);
  await scope.dropBytes("keys.enc", base64(`${name}.key.enc`));
  await expect(scope.alert).toContainText("keys.enc is itself encrypted");
  const box = page.getByLabel("Password", { exact: true });
  await expect(box).toHaveAttribute("type", "password");
  await page.screenshot({ path: join(folder("screens"), "password-1440.png") });

  await box.fill("no such pears");
  await box.press("Enter");
  await expect(scope.alert).toContainText(/does not decrypt the key file/);
  await expect(box).toHaveValue("");
  await expect(scope.facts).not.toContainText("decrypted");

  await box.fill(password);
  await page.getByRole("button", { name: "Decrypt", exact: true }).click();
  await expect(scope.facts).toContainText("decrypted · aes-128-cbc");
  await scope.walked(name);
  await expect(box).toHaveCount(0);
  await expect.poll(() => scope.eventStart()).toEqual({ space: "256", offset: 296 });
  await expectNoTrace(page, witness, secrets(`${name}.key`));
  const found = await kept(page);
  expect((found.text + witness.requests.join("\n")).includes(password)).toBe(false);
});
