// The numbers behind the figures: RoPE in the interleaved layout, in doubles.
// `checks/tests/test_docs_figures.py` holds them to ropespec.reference.
(function (root) {
  "use strict";

  // theta_i = base^(-2i/dim), i = 0 … dim/2 - 1, in radians per position.
  function frequencies(dim, base) {
    return Array.from({ length: dim / 2 }, (_, i) => Math.pow(base, (-2 * i) / dim));
  }

  // R_m x: the pair (x[2i], x[2i+1]) turned by position * theta[i], anticlockwise.
  function rotate(x, position, theta) {
    return theta.flatMap((frequency, i) => {
      const cos = Math.cos(position * frequency);
      const sin = Math.sin(position * frequency);
      const [a, b] = [x[2 * i], x[2 * i + 1]];
      return [a * cos - b * sin, a * sin + b * cos];
    });
  }

  // (R_m q) · (R_n k), the attention score before scaling.
  function score(q, k, m, n, theta) {
    const key = rotate(k, n, theta);
    return rotate(q, m, theta).reduce((sum, value, i) => sum + value * key[i], 0);
  }

  const rope = { frequencies, rotate, score };
  root.rope = rope;
  if (typeof module === "object") module.exports = rope;
})(globalThis);
