// Lint of the site's scripts and style sheets, of the server's script, and of the scripts that tests run in node.
const js = require("@eslint/js");
const css = require("@eslint/css").default;
const globals = require("globals");

module.exports = [
  // Templates of scripts and style sheets are no JavaScript or CSS yet; the modules that they join are.
  { ignores: ["themes/*/templates/*.css", "themes/*/templates/scripts/*.js"] },
  { ignores: ["node_modules/", "output/", "output-manual/", ".manual/", ".venv/", ".storage/", ".almanac/"] },
  { files: ["**/*.{js,mjs}"], ...js.configs.recommended, languageOptions: { globals: globals.browser } },
  { files: ["themes/*/templates/scripts/workers/*.js"], languageOptions: { globals: globals.serviceworker } },
  { files: ["eslint.config.js"], languageOptions: { sourceType: "commonjs", globals: globals.node } },
  { files: ["tests/**/*.mjs"], languageOptions: { globals: globals.node } },
  {
    files: ["**/*.css"],
    plugins: { css },
    language: "css/css",
    rules: {
      ...css.configs.recommended.rules,
      // The rule allows features that all browsers have had for 30 months; the sheet works where a newer one is missing.
      "css/use-baseline": "off",
    },
  },
  {
    // These sheets stand beside that of all pages, which has the colours.
    files: ["**/{screen,figures,pages}.css"],
    rules: { "css/no-invalid-properties": ["error", { allowUnknownVariables: true }] },
  },
];
