// Frequency laws for longer contexts, in doubles, in Hugging Face's words. A law is a dict
// with rope_type; `frequencies` knows the plain ones. Held to ropespec.reference by
// `checks/tests/test_docs_figures.py`.
(function (root) {
  "use strict";
  const rope = root.rope || require("./rope.js");

  const clamp = (value) => Math.min(1, Math.max(0, value));
  const blend = (share, one, other) => (1 - share) * one + share * other;

  // The index at which a pair turns that many times within the trained length.
  function correction(turns, dim, base, length) {
    return (dim * Math.log(length / (2 * Math.PI * turns))) / (2 * Math.log(base));
  }

  // The ramp's ends: whole indices unless truncate is false, within the head.
  function range(dim, base, law) {
    const length = law.original_max_position_embeddings;
    const ends = [law.beta_fast || 32, law.beta_slow || 1].map((turns, side) => {
      const index = correction(turns, dim, base, length);
      if (law.truncate === false) return index;
      return side ? Math.ceil(index) : Math.floor(index);
    });
    const [low, high] = [Math.max(ends[0], 0), Math.min(ends[1], dim - 1)];
    return [low, low === high ? high + 0.001 : high];
  }

  const LAWS = {
    default: (plain) => plain,
    linear: (plain, dim, base, { factor }) => plain.map((theta) => theta / factor),
    ntk: (plain, dim, base, { factor }) =>
      rope.frequencies(dim, base * Math.pow(factor, dim / (dim - 2))),
    yarn: (plain, dim, base, law) => {
      const [low, high] = range(dim, base, law);
      return plain.map((theta, i) =>
        blend(clamp((i - low) / (high - low)), theta, theta / law.factor),
      );
    },
    llama3: (plain, dim, base, law) => {
      const { factor, low_freq_factor: low, high_freq_factor: high } = law;
      return plain.map((theta) => {
        const turns = (law.original_max_position_embeddings * theta) / (2 * Math.PI);
        return blend(clamp((turns - low) / (high - low)), theta / factor, theta);
      });
    },
    longrope: (plain, dim, base, { long_factor }) =>
      plain.map((theta, i) => theta / long_factor[i]),
  };

  // The frequencies in use, and those of the base alone.
  function scaled(dim, base, law) {
    const plain = rope.frequencies(dim, base);
    return { plain, inUse: LAWS[law.rope_type](plain, dim, base, law) };
  }

  Object.assign(rope, { scaled, laws: Object.keys(LAWS) });
  if (typeof module === "object") module.exports = rope;
})(globalThis);
