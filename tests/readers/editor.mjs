// Asks the YAML language server, which the YAML extension of VS Code runs, what it offers at a place of a file. Standard
// input: JSON, a list of {schema, text, line, character}, from 0. Standard output: JSON, a list of {offered, shown, wrong}:
// the labels that complete what is typed there with their documentation, the text on hovering, the messages of diagnostics.
import { readFileSync } from "node:fs";
import server from "yaml-language-server";
import { TextDocument } from "vscode-languageserver-textdocument";

const ADDRESS = "file:///site/config.yaml";

const textOf = (contents) => (typeof contents === "string" ? contents : (contents?.value ?? ""));

async function answer({ schema, text, line, character }, version) {
  const service = server.getLanguageService({
    schemaRequestService: () => Promise.reject(new Error("nothing is fetched")),
    workspaceContext: { resolveRelativePath: (relative) => relative },
    yamlSettings: new Map(),
    clientCapabilities: {},
  });
  service.configure({
    completion: true,
    hover: true,
    validate: true,
    schemas: [{ fileMatch: ["*"], uri: "file:///site/schema.json", schema }],
  });
  // The server remembers a file by its version.
  const file = TextDocument.create(ADDRESS, "yaml", version, text);
  const place = { line, character };
  const { items } = await service.doComplete(file, place, false);
  const hover = await service.doHover(file, place);
  const wrong = await service.doValidation(file, false);
  return {
    offered: Object.fromEntries(items.map((item) => [item.label, textOf(item.documentation)])),
    shown: textOf(hover?.contents),
    wrong: wrong.map((one) => one.message),
  };
}

const questions = JSON.parse(readFileSync(0, "utf8"));
const answers = [];
for (const [version, question] of questions.entries()) answers.push(await answer(question, version));
process.stdout.write(JSON.stringify(answers));
