// RoPE in JavaScript behind the pipe of ropespec: rotate() is the RoPE, the rest carries arrays.
//
//   ropespec check --exec 'node rope.mjs' --layout half --head-dim 128

import { createInterface } from "node:readline";

const TYPES = { float64: Float64Array, float32: Float32Array, int64: BigInt64Array };

// Rotates every pair of one head by position * base^(-2i / rotary_dim).
function rotate(x, position, config) {
  const { head_dim, rotary_dim, rotary_end, layout, base, sign } = config;
  const pairs = rotary_dim / 2;
  const start = rotary_end === "last" ? head_dim - rotary_dim : 0;
  for (let i = 0; i < pairs; i++) {
    const angle = sign * position * base ** ((-2 * i) / rotary_dim);
    const a = start + (layout === "half" ? i : 2 * i);
    const b = start + (layout === "half" ? i + pairs : 2 * i + 1);
    const [x0, x1] = [x[a], x[b]];
    x[a] = x0 * Math.cos(angle) - x1 * Math.sin(angle);
    x[b] = x0 * Math.sin(angle) + x1 * Math.cos(angle);
  }
}

// Rotates values (batch, heads, seq, head_dim) by positions (batch, seq).
function apply(x, positions, config) {
  const [, heads, seq, width] = x.shape;
  for (let start = 0, token = 0; start < x.values.length; start += width, token++) {
    const batch = Math.floor(token / (heads * seq));
    const position = Number(positions.values[batch * seq + (token % seq)]);
    rotate(x.values.subarray(start, start + width), position, config);
  }
  return x;
}

function decode({ name, dtype, shape, data }) {
  const bytes = new Uint8Array(Buffer.from(data, "base64")); // a copy that starts at 0
  return { name, dtype, shape, values: new TYPES[dtype](bytes.buffer) };
}

function encode({ name, dtype, shape, values }) {
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return { name, dtype, shape, data: bytes.toString("base64") };
}

// Returns why a configuration is not supported, or undefined.
function unsupported(config) {
  if (!["half", "interleaved"].includes(config.layout)) return "layout";
  return ["scaling", "attention_factor"].find((key) => config[key] !== null);
}

let config;

function answer({ op, config: asked, arrays = [] }) {
  if (op === "hello") {
    const missing = unsupported(asked);
    if (missing) return { error: `this ${missing} is not supported` };
    config = asked;
    const dtypes = ["float64", "float32"];
    return { ropespec: 1, name: "rope.mjs", signature: "qk", dtypes };
  }
  if (op === "echo") return { arrays };
  if (op === "rotate") {
    const positions = decode(arrays.at(-1));
    const rotated = arrays.slice(0, -1).map((x) => apply(decode(x), positions, config));
    return { arrays: rotated.map(encode) };
  }
  return { error: `there is no operation ${op}` };
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  process.stdout.write(JSON.stringify({ id: request.id, ...answer(request) }) + "\n");
}
