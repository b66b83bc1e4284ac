// Print every figure in every language as JSON: {"NAME.LANGUAGE.html": html}.
const path = require("path");
const FOLDER = path.join(__dirname, "..", "javascripts");
const FILES = ["rope", "rope-laws", "rope-numbers", "models", "figures"];
const FIGURES = ["comb", "layouts", "scaling", "decay", "phases"];
for (const name of [...FILES, ...FIGURES.map((each) => `figure-${each}`)]) {
  require(path.join(FOLDER, `${name}.js`));
}
const pages = {};
for (const name of ropeFigures.names()) {
  for (const language of ropeFigures.languages(name)) {
    pages[`${name}.${language}.html`] = ropeFigures.html(name, language);
  }
}
process.stdout.write(JSON.stringify(pages));
