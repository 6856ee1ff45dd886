// `make audit`: Lighthouse on the built site as a phone sees it. Prints a line for each page; ends with 1 if any figure is missed.
// Takes the address of the site, then the paths of its pages.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import lighthouse from "lighthouse";

const [address, chromium, ...paths] = process.argv.slice(2);
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
const LONGEST_PAINT = 1200; // milliseconds, on Lighthouse's simulated phone
const FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** Starts Chromium; gives the port on which it listens, and how to end it. */
const start = () => {
  const profile = mkdtempSync(join(tmpdir(), "audit-"));
  const process = spawn(chromium, [...FLAGS, `--user-data-dir=${profile}`, "--remote-debugging-port=0", "about:blank"], { stdio: ["ignore", "ignore", "pipe"] });
  const end = () => {
    process.once("exit", () => rmSync(profile, { recursive: true, force: true }));
    process.kill();
  };
  return new Promise((resolve, reject) => {
    process.once("error", reject);
    process.stderr.on("data", (chunk) => {
      const found = /ws:\/\/127\.0\.0\.1:(\d+)\//.exec(String(chunk));
      if (found) resolve({ port: Number(found[1]), end });
    });
  });
};

const { port, end } = await start();
let missed = 0;
for (const path of paths) {
  const { lhr } = await lighthouse(address + path, { port, logLevel: "error", onlyCategories: CATEGORIES });
  const scores = CATEGORIES.map((category) => Math.round(lhr.categories[category].score * 100));
  const paint = Math.round(lhr.audits["largest-contentful-paint"].numericValue);
  const shift = lhr.audits["cumulative-layout-shift"].numericValue;
  const good = scores.every((score) => score === 100) && paint <= LONGEST_PAINT && shift === 0;
  console.log(`${good ? "ok    " : "MISSED"} ${scores.join(" / ")}  LCP ${paint} ms  CLS ${shift.toFixed(3)}  ${path}`);
  if (!good) {
    missed += 1;
    const faults = Object.values(lhr.audits).filter(({ score, scoreDisplayMode }) => score !== null && score < 1 && scoreDisplayMode !== "informative");
    const largest = lhr.audits["lcp-breakdown-insight"]?.details?.items?.find(({ type }) => type === "node");
    if (largest) console.log(`         largest: ${largest.snippet}`);
    for (const { id, title, displayValue } of faults) console.log(`         ${id}: ${title} ${displayValue ?? ""}`);
  }
}
end();
process.exitCode = missed ? 1 : 0;
