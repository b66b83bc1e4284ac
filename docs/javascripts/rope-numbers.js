// Rounding to the formats that implementations compute in, and the cosine integral.
// Held to ropespec.reference and mpmath by `checks/tests/test_docs_figures.py`.
(function (root) {
  "use strict";
  const rope = root.rope || require("./rope.js");

  // To nearest, ties to even: `bits` of significand, exponents from `least` on.
  function rounded(value, bits, least) {
    if (value === 0 || !Number.isFinite(value)) return value;
    const exponent = Math.max(Math.floor(Math.log2(Math.abs(value))), least);
    const unit = Math.pow(2, exponent - bits + 1);
    const steps = value / unit;
    const whole = Math.floor(steps);
    const rest = steps - whole;
    const up = rest > 0.5 || (rest === 0.5 && whole % 2 !== 0);
    return (whole + (up ? 1 : 0)) * unit;
  }

  const FORMATS = {
    float32: Math.fround,
    bfloat16: (value) => rounded(value, 8, -126),
    float16: (value) => {
      const result = rounded(value, 11, -14);
      return Math.abs(result) > 65504 ? Math.sign(result) * Infinity : result;
    },
  };

  // What is off by how much in a phase, in radians, when one step is rounded; at most pi.
  const STEPS = {
    "float32 angle": (p, theta) => Math.fround(Math.fround(p) * Math.fround(theta)),
    "bfloat16 positions": (p, theta) => FORMATS.bfloat16(p) * theta,
    "bfloat16 frequencies": (p, theta) => p * FORMATS.bfloat16(theta),
    "bfloat16 angle": (p, theta) => FORMATS.bfloat16(p * theta),
    "float16 positions": (p, theta) => FORMATS.float16(p) * theta,
    "float16 angle": (p, theta) => FORMATS.float16(p * theta),
  };

  function phaseError(step, position, theta) {
    const off = Math.abs(STEPS[step](position, theta) - position * theta);
    return Number.isFinite(off) ? Math.min(off, Math.PI) : Math.PI;
  }

  // Ci(x) = gamma + ln x + integral of (cos t - 1) / t from 0 to x, for x > 0: the power
  // series near 0, further out the continued fraction of E1(ix) (DLMF 6.6.6 and 6.9.1).
  function cosineIntegral(x) {
    if (x < 8) {
      let [sum, term] = [0.5772156649015329 + Math.log(x), 1];
      for (let k = 2; k < 60; k += 2) {
        term *= (-x * x) / (k * (k - 1));
        sum += term / k;
      }
      return sum;
    }
    // E1(z) = exp(-z) / (z + 1 / (1 + 1 / (z + 2 / (1 + 2 / (z + ...))))), z = ix, from the tail
    const add = ([a, b], [c, d]) => [a + c, b + d];
    const over = (number, [a, b]) => [(number * a) / (a * a + b * b), (-number * b) / (a * a + b * b)];
    let tail = [0, x];
    for (let n = 120; n >= 1; n -= 1) tail = add([0, x], over(n, add([1, 0], over(n, tail))));
    const [real, imaginary] = over(1, tail);
    return -(Math.cos(x) * real + Math.sin(x) * imaginary); // Ci(x) = -Re E1(ix)
  }

  // The mean of cos(n theta_i) over all pairs, and what it tends to for wide heads (D3).
  function meanCosine(n, theta) {
    return theta.reduce((sum, each) => sum + Math.cos(n * each), 0) / theta.length;
  }
  function meanCosineLimit(n, base) {
    return (cosineIntegral(n) - cosineIntegral(n / base)) / Math.log(base);
  }

  const own = { formats: FORMATS, phaseError, steps: Object.keys(STEPS) };
  Object.assign(rope, own, { cosineIntegral, meanCosine, meanCosineLimit });
  if (typeof module === "object") module.exports = rope;
})(globalThis);
