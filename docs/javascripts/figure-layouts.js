// Layouts: which channels pair, and how the channels move when one layout is turned into
// another (the rows of a checkpoint's query and key projections move the same way).
(function () {
  "use strict";
  const { register, svg } = ropeFigures;
  const BOX = [480, 250];
  const AREA = { left: 12, right: 468 };
  const ROWS = [66, 176];
  const NAMES = ["interleaved", "half", "half-idle"];

  // For every pair its two channels, as ropespec.reference.layout_channels(config).read.
  function channels(layout, head, rotary) {
    const pairs = Array.from({ length: rotary / 2 }, (_, i) => i);
    if (layout === "interleaved") return pairs.map((i) => [2 * i, 2 * i + 1]);
    const apart = layout === "half" ? rotary / 2 : head / 2;
    return pairs.map((i) => [i, i + apart]);
  }

  // Channel c of the new order holds channel order[c] of the old one; what does not turn keeps
  // its own order.
  function order(from, to, head, rotary) {
    const [read, write] = [channels(from, head, rotary), channels(to, head, rotary)];
    const result = Array(head);
    write.forEach((pair, i) => pair.forEach((place, side) => (result[place] = read[i][side])));
    const rest = [...Array(head).keys()].filter((c) => !read.flat().includes(c));
    for (let c = 0; c < head; c += 1) if (result[c] === undefined) result[c] = rest.shift();
    return result;
  }

  function draw({ from, to, head, rotary }, words) {
    const turning = Math.min(rotary, head);
    const moved = order(from, to, head, turning);
    const x = svg.scale(0, head, AREA.left, AREA.right);
    const width = x(1) - x(0);
    const colour = (layout) => {
      const pair = Array(head).fill(-1);
      channels(layout, head, turning).forEach((both, i) => both.forEach((c) => (pair[c] = i)));
      return pair;
    };
    const row = (layout, top) =>
      colour(layout).map((pair, c) => {
        const fill = pair < 0 ? 'class="figure-idle"' : `fill="hsl(${(pair * 360) / (turning / 2)} 60% 72%)"`;
        const cell = `<rect ${fill} x="${(x(c) + 1).toFixed(1)}" y="${top}" width="${(width - 2).toFixed(1)}" height="30" rx="4"/>`;
        return cell + svg.text(x(c + 0.5), top + 20, pair < 0 ? "·" : pair, 'class="figure-cell" text-anchor="middle"');
      });
    const lines = moved.map((old, place) =>
      svg.line(x(old + 0.5), ROWS[0] + 32, x(place + 0.5), ROWS[1] - 2, "figure-link"),
    );
    const parts = [
      svg.text(AREA.left, ROWS[0] - 12, words.above),
      ...row(from, ROWS[0]),
      ...lines,
      ...row(to, ROWS[1]),
      svg.text(AREA.left, ROWS[1] + 54, words.below),
    ];
    return { svg: parts.join(""), values: { order: `[${moved.join(", ")}]` } };
  }

  register("layouts", {
    box: BOX,
    controls: [
      { name: "from", options: NAMES, start: "interleaved" },
      { name: "to", options: NAMES, start: "half" },
      { name: "head", least: 4, most: 16, step: 4, start: 12, shown: String },
      { name: "rotary", least: 2, most: 16, step: 2, start: 8, shown: String },
    ],
    words: {
      en: {
        from: "From", to: "to", head: "Head width", rotary: "Channels that turn",
        above: "channels before; the number is the pair", below: "channels after",
        said: "New channel c is old channel order[c], with order = {order}.",
        caption: "One colour is one pair. The same permutation on the rows of the query and the key projection turns a checkpoint of one layout into the other.",
      },
      tr: {
        from: "Kaynak", to: "hedef", head: "Kafa genişliği", rotary: "Dönen kanallar",
        above: "önceki kanallar; sayı çiftin numarası", below: "sonraki kanallar",
        said: "Yeni kanal c, eski kanal order[c] olur: order = {order}.",
        caption: "Bir renk bir çifttir. Sorgu ve anahtar izdüşümlerinin satırlarına uygulanan aynı permütasyon bir düzenin ağırlıklarını öbürüne çevirir.",
      },
    },
    draw,
  });
  rope.layoutChannels = channels;
  rope.layoutOrder = order;
})();
