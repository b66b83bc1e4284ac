// Holds a RoPE in JavaScript to test vectors. rotate() is the RoPE: put your own there.
//
//   node check_vectors.mjs vectors/halves.json
//
// Exits with 0 when every vector is met, 1 when one is not, 2 when the file is none.

import { readFileSync } from "node:fs";

// Rotates one head in place; at has a position for each axis.
function rotate(x, at, { channels, inv_freq, attention_factor, config }) {
  const { read, write, axis } = channels;
  const before = [...x];
  inv_freq.forEach((theta, i) => {
    const angle = config.sign * at[axis.length ? axis[i] : 0] * theta;
    const [c, s] = [attention_factor * Math.cos(angle), attention_factor * Math.sin(angle)];
    const [x0, x1] = read[i].map((channel) => before[channel]);
    x[write[i][0]] = x0 * c - x1 * s;
    x[write[i][1]] = x0 * s + x1 * c;
  });
}

// A hexadecimal float, as C's strtod reads it.
function number(text) {
  const [, sign, whole, fraction, exponent] = /^(-?)0x(\d)\.?([0-9a-f]*)p([+-]\d+)$/.exec(text);
  const significand = parseInt(whole + fraction, 16); // at most 14 digits: exact
  return (sign ? -1 : 1) * significand * 2 ** (Number(exponent) - 4 * fraction.length);
}

// Returns where a vector is not met, or undefined.
function miss(vector, set) {
  const [, heads, seq, width] = vector.shape;
  const [x, expected, budget] = [vector.x, vector.expected, vector.budget].map((each) =>
    each.map(number),
  );
  for (let token = 0; token * width < x.length; token++) {
    const at = [vector.positions[Math.floor(token / (heads * seq))][token % seq]].flat();
    const got = x.slice(token * width, (token + 1) * width);
    rotate(got, at, set);
    for (let c = 0; c < width; c++) {
      const wanted = expected[token * width + c];
      if (!(Math.abs(got[c] - wanted) <= budget[token * width + c]))
        return `position ${at}, channel ${c}: got ${got[c]}, expected ${wanted}`;
    }
  }
}

let set;
try {
  set = JSON.parse(readFileSync(process.argv[2], "utf8"));
  if (set.ropespec_vectors !== 1) throw new Error("no file of `ropespec vectors`, version 1");
} catch (error) {
  console.error(`check_vectors: ${error.message}; name one file, as vectors/halves.json`);
  process.exit(2);
}
set.inv_freq = set.inv_freq.map(number);
set.attention_factor = number(set.attention_factor);
let met = 0;
for (const vector of set.vectors) {
  const wrong = miss(vector, set);
  if (wrong) console.log(`FAIL ${vector.id}: ${wrong}`);
  else met++;
}
console.log(`${met} of ${set.vectors.length} vectors met`);
process.exit(met === set.vectors.length && met > 0 ? 0 : 1);
