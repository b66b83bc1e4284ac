// Published configurations, in Hugging Face's words: head width (of the turning part), base,
// and the law. Held to the readers' fixtures by `checks/tests/test_docs_figures.py`.
(function (root) {
  "use strict";
  const rope = root.rope || require("./rope.js");
  rope.models = {
    "Llama 3.1 8B": {
      fixture: "llama-3.1-8b", dim: 128, base: 500000, context: 131072,
      law: {
        rope_type: "llama3", factor: 8, low_freq_factor: 1, high_freq_factor: 4,
        original_max_position_embeddings: 8192,
      },
    },
    "Qwen2.5 7B + YaRN": {
      fixture: "qwen2.5-7b-yarn4", dim: 128, base: 1000000, context: 131072,
      law: { rope_type: "yarn", factor: 4, original_max_position_embeddings: 32768 },
    },
    "gpt-oss 20B": {
      fixture: "gpt-oss-20b", dim: 64, base: 150000, context: 131072,
      law: {
        rope_type: "yarn", factor: 32, truncate: false,
        original_max_position_embeddings: 4096,
      },
    },
    "DeepSeek-V3": {
      fixture: "deepseek-v3", dim: 64, base: 10000, context: 163840,
      law: { rope_type: "yarn", factor: 40, original_max_position_embeddings: 4096 },
    },
    "Gemma 3 12B, global layers": {
      fixture: "gemma-3-12b/global", dim: 256, base: 1000000, context: 131072,
      law: { rope_type: "linear", factor: 8, original_max_position_embeddings: 16384 },
    },
    "Phi-3 128k": {
      fixture: "phi-3-128k-longrope", dim: 96, base: 10000, context: 131072,
      law: {
        rope_type: "longrope", factor: 32, original_max_position_embeddings: 4096,
        // the published list, to six digits
        long_factor: [
          1.03, 1.05, 1.05, 1.08, 1.23, 1.23, 1.3, 1.45, 1.6, 1.65, 1.9, 2.86, 3.69, 5.42,
          5.49, 5.49, 9.09, 11.58, 15.66, 15.77, 15.79, 18.36, 21.99, 23.08, 30.01, 32.35,
          32.59, 35.56, 39.95, 53.84, 56.2, 57.95, 59.29, 59.77, 59.92, 61.19, 61.96, 62.5,
          63.37, 63.48, 63.48, 63.66, 63.85, 64.08, 64.76, 64.8, 64.81, 64.81,
        ],
      },
    },
  };
  if (typeof module === "object") module.exports = rope;
})(globalThis);
