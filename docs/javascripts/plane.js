// The picture on the home page: one plane, q at position m, k at position n.
// The page holds a still of it; this makes it move. Texts come from data- attributes.
(function () {
  "use strict";
  const THETA = [rope.frequencies(8, 10000)[1]]; // 0.1 radian per position
  const Q = [0.9, 0.3];
  const K = [0.7, 0.4];
  const LAST = 32; // the largest position on the line
  const CENTRE = [200, 160];
  const UNIT = 130; // pixels for length 1
  const LINE = { left: 36, step: 10.25 }; // x of position 0, pixels per position

  const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
  const onPlane = ([x, y]) => [CENTRE[0] + UNIT * x, CENTRE[1] - UNIT * y];
  const onLine = (position) => LINE.left + LINE.step * position;
  const signed = (value, plus, digits) =>
    (value < 0 ? "−" : plus) + Math.abs(value).toFixed(digits);
  const angle = ([x, y]) => Math.atan2(y, x);
  const point = ([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`;
  const polar = (radius, phi) => onPlane([radius * Math.cos(phi), radius * Math.sin(phi)]);

  // Everything that the picture shows for two positions.
  function view(m, n) {
    const q = rope.rotate(Q, m, THETA);
    const k = rope.rotate(K, n, THETA);
    return { m, n, q, k, score: rope.score(Q, K, m, n, THETA) };
  }

  // Move handle "m", "n" or "both" to by whole positions; the line's ends stop it.
  function moved(state, handle, by) {
    const low = { m: state.m, n: state.n, both: Math.min(state.m, state.n) }[handle];
    const high = { m: state.m, n: state.n, both: Math.max(state.m, state.n) }[handle];
    const step = clamp(Math.round(by), -low, LAST - high);
    return {
      m: state.m + (handle === "n" ? 0 : step),
      n: state.n + (handle === "m" ? 0 : step),
    };
  }

  function drawArrow(figure, name, vector, position) {
    const group = figure.querySelector(`.plane-${name}`);
    const phi = angle(vector);
    const tip = onPlane(vector);
    const length = Math.hypot(...vector);
    const back = (turn) => polar(length - 0.1, phi + turn / (length * 12));
    group.querySelector("line").setAttribute("x2", tip[0].toFixed(1));
    group.querySelector("line").setAttribute("y2", tip[1].toFixed(1));
    group
      .querySelector(".plane-tip")
      .setAttribute("d", `M${point(tip)}L${point(back(0.6))}L${point(back(-0.6))}Z`);
    group.querySelector(".plane-grip").setAttribute("cx", tip[0].toFixed(1));
    group.querySelector(".plane-grip").setAttribute("cy", tip[1].toFixed(1));
    const label = group.querySelector("text");
    const [x, y] = polar(length + 0.17, phi);
    label.setAttribute("x", x.toFixed(1));
    label.setAttribute("y", (y + 6).toFixed(1));
    label.querySelector("tspan").textContent = position;
  }

  function drawHandle(figure, name, x, value) {
    const handle = figure.querySelector(`.plane-handle-${name}`);
    handle.setAttribute("transform", `translate(${x.toFixed(1)} 0)`);
    handle.setAttribute("aria-valuenow", value);
  }

  function draw(figure, shown) {
    drawArrow(figure, "q", shown.q, shown.m);
    drawArrow(figure, "k", shown.k, shown.n);
    const [from, to] = [angle(shown.q), angle(shown.k)];
    const sweep = Math.atan2(Math.sin(to - from), Math.cos(to - from));
    const arc = `M${point(polar(0.35, from))}A45.5 45.5 0 0 ${sweep > 0 ? 0 : 1} `;
    figure.querySelector(".plane-arc").setAttribute("d", arc + point(polar(0.35, to)));
    const middle = (onLine(shown.m) + onLine(shown.n)) / 2;
    drawHandle(figure, "m", onLine(shown.m), shown.m);
    drawHandle(figure, "n", onLine(shown.n), shown.n);
    drawHandle(figure, "both", clamp(middle, 60, 340), Math.min(shown.m, shown.n));
    const span = figure.querySelector(".plane-span");
    span.setAttribute("x1", onLine(shown.m).toFixed(1));
    span.setAttribute("x2", onLine(shown.n).toFixed(1));
    figure.querySelector(".plane-distance").textContent = signed(shown.n - shown.m, "", 0);
    figure.querySelector(".plane-score").textContent = signed(shown.score, "", 4);
  }

  // Say in words what the last move did to the score.
  function tell(figure, before, after, handle) {
    const by = after.m - before.m || after.n - before.n;
    if (!by) return;
    const words = {
      by: signed(by, "+", 0),
      old: signed(before.score, "", 4),
      score: signed(after.score, "", 4),
    };
    figure.querySelector(".plane-said").textContent = figure.dataset[handle].replace(
      /\{(\w+)\}/g,
      (_, name) => words[name],
    );
  }

  function start(figure) {
    const svg = figure.querySelector("svg");
    let state = view(+figure.dataset.start.split(" ")[0], +figure.dataset.start.split(" ")[1]);

    const move = (handle, by, origin) => {
      const next = moved(origin, handle, by);
      state = view(next.m, next.n);
      draw(figure, state);
      tell(figure, origin, state, handle);
    };
    const pointer = (event) => {
      const place = new DOMPoint(event.clientX, event.clientY);
      return place.matrixTransform(svg.getScreenCTM().inverse());
    };
    // A pointer's way in positions: along the line, or as an angle around the centre.
    const travelled = (grip, from, to) => {
      if (grip.classList.contains("plane-handle")) return (to.x - from.x) / LINE.step;
      const turn = ({ x, y }) => angle([x - CENTRE[0], CENTRE[1] - y]);
      const phi = turn(to) - turn(from);
      return Math.atan2(Math.sin(phi), Math.cos(phi)) / THETA[0];
    };

    const keys = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };
    Object.assign(keys, { PageUp: 8, PageDown: -8, Home: -LAST, End: LAST });
    for (const grip of figure.querySelectorAll("[data-handle]")) {
      const handle = grip.dataset.handle;
      grip.addEventListener("pointerdown", (down) => {
        down.preventDefault();
        grip.focus({ preventScroll: true });
        grip.setPointerCapture(down.pointerId);
        figure.classList.add("plane-used");
        const before = state;
        let last = pointer(down);
        let way = 0;
        const drag = (event) => {
          const now = pointer(event);
          way += travelled(grip, last, now);
          last = now;
          move(handle, way, before);
        };
        grip.addEventListener("pointermove", drag);
        grip.addEventListener(
          "lostpointercapture",
          () => grip.removeEventListener("pointermove", drag),
          { once: true },
        );
      });
      grip.addEventListener("keydown", (event) => {
        if (!(event.key in keys)) return;
        event.preventDefault();
        figure.classList.add("plane-used");
        move(handle, keys[event.key], state);
      });
    }
    for (const handle of figure.querySelectorAll(".plane-handle")) {
      const label = figure.dataset[`label${handle.dataset.handle}`];
      const slider = { role: "slider", tabindex: 0, "aria-label": label };
      Object.assign(slider, { "aria-valuemin": 0, "aria-valuemax": LAST });
      for (const [name, value] of Object.entries(slider)) handle.setAttribute(name, value);
    }
    draw(figure, state);
    figure.classList.add("plane-live");
  }

  document.querySelectorAll(".plane").forEach(start);
})();
