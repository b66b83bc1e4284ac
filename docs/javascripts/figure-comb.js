// Wavelengths: how many positions each pair takes for one turn, against the context length.
(function () {
  "use strict";
  const { register, svg } = ropeFigures;
  const BOX = [480, 300];
  const AREA = { left: 52, right: 470, top: 14, bottom: 254 };
  const TOP = 10; // decades shown: the slowest pair of base 10^9 takes 6e9 positions

  function draw({ dim, base, context }, words) {
    const waves = rope.frequencies(dim, base).map((theta) => (2 * Math.PI) / theta);
    const x = svg.scale(0, waves.length, AREA.left, AREA.right);
    const y = svg.scale(0, TOP, AREA.bottom, AREA.top);
    const still = waves.filter((wave) => wave > context).length;
    const bars = waves.map((wave, i) => {
      const kind = wave > context ? "figure-slow" : "figure-fast";
      const [from, to, high] = [x(i + 0.12), x(i + 0.88), y(Math.log10(wave))];
      const height = AREA.bottom - high;
      return `<rect class="${kind}" x="${from.toFixed(1)}" y="${high.toFixed(1)}" width="${(to - from).toFixed(1)}" height="${height.toFixed(1)}"/>`;
    });
    const ticks = [0, 2, 4, 6, 8, 10].map(
      (decade) =>
        svg.line(AREA.left - 5, y(decade), AREA.left, y(decade), "figure-axis") +
        svg.text(AREA.left - 9, y(decade) + 5, svg.power(decade), 'text-anchor="end"'),
    );
    const level = y(Math.log10(context));
    const parts = [
      ...bars,
      svg.line(AREA.left, AREA.bottom, AREA.right, AREA.bottom, "figure-axis"),
      svg.line(AREA.left, AREA.top, AREA.left, AREA.bottom, "figure-axis"),
      ...ticks,
      svg.line(AREA.left, level, AREA.right, level, "figure-mark"),
      svg.text(AREA.left + 6, level - 6, words.context),
      svg.text((AREA.left + AREA.right) / 2, 284, words.axis, 'text-anchor="middle"'),
    ];
    const values = { still, pairs: waves.length, context: svg.grouped(context) };
    return { svg: parts.join(""), values: { ...values, slowest: svg.grouped(waves.at(-1)) } };
  }

  register("comb", {
    box: BOX,
    controls: [
      { name: "dim", least: 16, most: 256, step: 16, start: 128, shown: String },
      {
        name: "base", least: 2, most: 9, step: 0.05, start: 4,
        value_of: (power) => Number(Math.pow(10, power).toPrecision(3)), shown: svg.grouped,
      },
      {
        name: "context", least: 10, most: 21, step: 1, start: 12,
        value_of: (power) => Math.pow(2, power), shown: svg.grouped,
      },
    ],
    words: {
      en: {
        dim: "Head width d", base: "Base b", context: "Context length",
        axis: "pair i; height: positions for one turn",
        said: "{still} of {pairs} pairs never complete a turn within {context} tokens; the slowest takes {slowest} positions.",
        caption: "Pairs turn at speeds from 1 radian per position down to nearly 1/b. A larger base slows the slow ones; the fastest stays.",
      },
      tr: {
        dim: "Kafa genişliği d", base: "Taban b", context: "Bağlam uzunluğu",
        axis: "çift i; yükseklik: bir tur için konum sayısı",
        said: "{pairs} çiftten {still} tanesi {context} belirteç içinde bir turu tamamlamaz; en yavaşı {slowest} konumda döner.",
        caption: "Çiftler konum başına 1 radyandan 1/b dolayına kadar farklı hızlarda döner. Büyük taban yavaşları daha da yavaşlatır; en hızlı aynı kalır.",
      },
    },
    draw,
  });
})();
