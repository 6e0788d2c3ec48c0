import { defineConfig } from "@playwright/test";
import { BROWSER_FLAGS, browserPath } from "./machine.mjs";

const results = process.env.BINLOGSCOPE_RESULTS;

export default defineConfig({
  testDir: ".",
  testMatch: "*.spec.mjs",
  outputDir: "../../target/browser-tests",
  // Times are measured inside some tests, so nothing else may run beside them.
  workers: 1,
  // A test that fails now and then is a bug: in the page or in the test.
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: results ? [["list"], ["json", { outputFile: results }]] : [["list"]],
  use: {
    viewport: { width: 1440, height: 900 },
    locale: "en-US",
    timezoneId: "UTC",
    colorScheme: "light",
    reducedMotion: "reduce",
    screenshot: "only-on-failure",
    launchOptions: { executablePath: browserPath(), args: BROWSER_FLAGS },
  },
});
