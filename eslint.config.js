// Lint of the scripts that the site and its server carry, of the scripts that the tests run in node, and of the style sheets.
const js = require("@eslint/js");
const css = require("@eslint/css").default;
const globals = require("globals");

module.exports = [
  { ignores: ["node_modules/", "output/", ".venv/", ".almanac/", "themes/*/templates/*.css", "themes/*/templates/scripts/*.js"] },
  { files: ["**/*.{js,mjs}"], ...js.configs.recommended, languageOptions: { globals: globals.browser } },
  { files: ["eslint.config.js"], languageOptions: { sourceType: "commonjs", globals: globals.node } },
  { files: ["tests/**/*.mjs"], languageOptions: { globals: globals.node } },
  {
    files: ["**/*.css"],
    plugins: { css },
    language: "css/css",
    rules: {
      ...css.configs.recommended.rules,
      // Asks for features that all browsers have had for 30 months; the sheet falls back by itself where one is missing.
      "css/use-baseline": "off",
    },
  },
];
