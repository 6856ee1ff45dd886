// Validates HTML files with html-validate: the file names come as lines on standard input. Prints what is wrong, one problem a line.
import { readFileSync } from "node:fs";
import { HtmlValidate } from "html-validate";

const config = JSON.parse(readFileSync(new URL("../../.htmlvalidate.json", import.meta.url), "utf8"));
const checker = new HtmlValidate({ root: true, ...config });
for (const file of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  const report = await checker.validateFile(file);
  for (const result of report.results) for (const one of result.messages) console.log(`${file}:${one.line}: ${one.ruleId}: ${one.message}`);
}
