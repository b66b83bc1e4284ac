// What scrolls sideways can be reached by the keyboard: wide formulas, tables and pictures.
(function () {
  "use strict";
  const SCROLLING = ".md-typeset div.arithmatex, .md-typeset__scrollwrap, .leans, p:has(> img)";
  function reachable() {
    for (const each of document.querySelectorAll(SCROLLING)) {
      if (each.scrollWidth > each.clientWidth) each.setAttribute("tabindex", "0");
      else each.removeAttribute("tabindex");
    }
  }
  addEventListener("load", () => setTimeout(reachable, 0));
  addEventListener("resize", reachable);
})();
