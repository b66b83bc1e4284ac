// The figures of the Learn pages. A figure is registered with its controls, its words in each
// language, and a pure function that draws a state as SVG. The same function draws the still
// that the page holds (docs/generators/figures.py runs it) and every later state.
(function (root) {
  "use strict";
  const FIGURES = {};

  function register(name, figure) {
    FIGURES[name] = figure;
  }

  const escape = (text) =>
    String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/"/g, "&quot;");
  const filled = (template, values) => template.replace(/\{(\w+)\}/g, (_, key) => values[key]);

  // The value of a control as the figure wants it: a range may count on a scale of its own.
  const meant = (control, raw) =>
    control.options ? raw : control.value_of ? control.value_of(+raw) : +raw;

  function initial(figure) {
    const entries = figure.controls.map((each) => [each.name, meant(each, each.start)]);
    return Object.fromEntries(entries);
  }

  function picture(figure, state, words) {
    const { svg, values } = figure.draw(state, words);
    const said = filled(words.said, values);
    const box = figure.box.join(" ");
    return {
      said,
      svg: `<svg viewBox="0 0 ${box}" role="img" aria-label="${escape(said)}">${svg}</svg>`,
    };
  }

  function control(each, words) {
    const label = escape(words[each.name]);
    if (each.options) {
      const options = each.options.map((value) => {
        const chosen = value === each.start ? " selected" : "";
        return `<option value="${escape(value)}"${chosen}>${escape(words[value] || value)}</option>`;
      });
      return `<label>${label} <select name="${each.name}">${options.join("")}</select></label>`;
    }
    const range = `type="range" min="${each.least}" max="${each.most}" step="${each.step}"`;
    const shown = escape(each.shown(meant(each, each.start)));
    return (
      `<label>${label} <output name="shown-${each.name}">${shown}</output>` +
      `<input name="${each.name}" ${range} value="${each.start}"></label>`
    );
  }

  // The whole figure as HTML: what a page holds, complete without JavaScript.
  function html(name, language) {
    const figure = FIGURES[name];
    const words = figure.words[language];
    const { svg, said } = picture(figure, initial(figure), words);
    const controls = figure.controls.map((each) => control(each, words)).join("\n");
    return (
      `<figure class="figure" data-figure="${name}" data-language="${language}">\n` +
      `<div class="figure-picture">${svg}</div>\n` +
      `<form class="figure-controls">\n${controls}\n</form>\n` +
      `<p class="figure-said" role="status">${escape(said)}</p>\n` +
      `<figcaption>${escape(words.caption)}</figcaption>\n</figure>\n`
    );
  }

  function start(element) {
    const figure = FIGURES[element.dataset.figure];
    const words = figure.words[element.dataset.language];
    const form = element.querySelector("form");
    const redraw = () => {
      const state = {};
      for (const each of figure.controls) {
        const input = (name) => form.elements.namedItem(name); // elements.length is no control
        state[each.name] = meant(each, input(each.name).value);
        const shown = input(`shown-${each.name}`);
        if (shown) shown.value = each.shown(state[each.name]);
      }
      const { svg, said } = picture(figure, state, words);
      element.querySelector(".figure-picture").innerHTML = svg;
      element.querySelector(".figure-said").textContent = said;
    };
    form.addEventListener("input", redraw);
    form.addEventListener("submit", (event) => event.preventDefault());
    element.classList.add("figure-live");
    redraw();
  }

  // What drawings share: texts, lines, and a scale from values to places.
  const text = (x, y, words, more = "") =>
    `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${more}>${escape(words)}</text>`;
  const line = (x1, y1, x2, y2, kind) =>
    `<path class="${kind}" d="M${x1.toFixed(1)} ${y1.toFixed(1)}L${x2.toFixed(1)} ${y2.toFixed(1)}"/>`;
  const curve = (points, kind) =>
    `<path class="${kind}" d="M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}"/>`;
  const scale = (from, to, low, high) => (value) =>
    low + ((value - from) / (to - from)) * (high - low);
  const power = (exponent) => "10" + [...String(exponent)].map((c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]).join("");
  const grouped = (value) => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, "\u202f");

  const own = { register, html, initial, draw: (name, state, language) => FIGURES[name].draw(state, FIGURES[name].words[language]), names: () => Object.keys(FIGURES), languages: (name) => Object.keys(FIGURES[name].words) };
  root.ropeFigures = { ...own, svg: { text, line, curve, scale, power, grouped } };
  if (typeof module === "object") module.exports = root.ropeFigures;
  if (typeof document === "object") {
    document.addEventListener("DOMContentLoaded", () =>
      document.querySelectorAll("figure[data-figure]").forEach(start),
    );
  }
})(globalThis);
