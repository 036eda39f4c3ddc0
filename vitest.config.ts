/** Two suites: what needs only Node, and what needs a browser and (some of it) the built book. */
import { defineConfig } from "vitest/config";

const BROWSER = "tests/browser/**/*.test.ts";

// Slow machines are slow, not wrong: no test is about time.
const timeouts = { testTimeout: 120_000, hookTimeout: 120_000 };

export default defineConfig({
  test: {
    // Two cores are two workers; by itself Vitest leaves one to somebody else.
    maxWorkers: "100%",
    projects: [
      { test: { name: "suite", include: ["tests/**/*.test.ts"], exclude: [BROWSER], ...timeouts } },
      { test: { name: "browser", include: [BROWSER], fileParallelism: false, ...timeouts } },
    ],
  },
});
