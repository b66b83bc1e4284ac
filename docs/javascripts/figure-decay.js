// The score of two all-ones vectors against their distance: the sum, and its limit for wide
// heads by the cosine integral (theorem D3).
(function () {
  "use strict";
  const { register, svg } = ropeFigures;
  const BOX = [480, 300];
  const AREA = { left: 52, right: 470, top: 14, bottom: 254 };

  function draw({ dim, base, length }, words) {
    const theta = rope.frequencies(dim, base);
    const x = svg.scale(0, Math.log10(length), AREA.left, AREA.right);
    const y = svg.scale(-0.3, 1, AREA.bottom, AREA.top);
    const distances = Array.from({ length: 320 }, (_, i) => Math.pow(length, i / 319));
    const points = (value) => distances.map((n) => [x(Math.log10(n)), y(value(n))]);
    const decades = Array.from({ length: Math.floor(Math.log10(length)) + 1 }, (_, k) => k);
    const parts = [
      svg.line(AREA.left, y(0), AREA.right, y(0), "figure-axis"),
      svg.line(AREA.left, AREA.top, AREA.left, AREA.bottom, "figure-axis"),
      ...[0, 0.5, 1].map((value) => svg.text(AREA.left - 9, y(value) + 5, value, 'text-anchor="end"')),
      ...decades.map((k) => svg.text(x(k), AREA.bottom + 16, svg.power(k), 'text-anchor="middle"')),
      svg.curve(points((n) => rope.meanCosine(n, theta)), "figure-curve"),
      svg.curve(points((n) => rope.meanCosineLimit(n, base)), "figure-limit"),
      svg.text((AREA.left + AREA.right) / 2, 292, words.axis, 'text-anchor="middle"'),
    ];
    const half = distances.find((n) => rope.meanCosine(n, theta) < 0.5);
    const far = rope.meanCosine(Math.round(length), theta).toFixed(2).replace("-", "−");
    const values = { half: half ? Math.round(half) : "–", far, length: svg.grouped(length) };
    return { svg: parts.join(""), values };
  }

  register("decay", {
    box: BOX,
    controls: [
      { name: "dim", least: 8, most: 256, step: 8, start: 128, shown: String },
      {
        name: "base", least: 2, most: 7, step: 0.05, start: 4,
        value_of: (power) => Number(Math.pow(10, power).toPrecision(3)), shown: svg.grouped,
      },
      {
        name: "length", least: 2, most: 6, step: 0.5, start: 4,
        value_of: (power) => Math.round(Math.pow(10, power)), shown: svg.grouped,
      },
    ],
    words: {
      en: {
        dim: "Head width d", base: "Base b", length: "Largest distance",
        axis: "distance n; line: mean of cos(nθᵢ), dashed: its limit",
        said: "The mean falls below 0.5 near distance {half}; at distance {length} it is {far}.",
        caption: "This is the score of two vectors of ones, divided by d. It falls and swings. Other vectors do other things: for every distance there are q and k that score best there.",
      },
      tr: {
        dim: "Kafa genişliği d", base: "Taban b", length: "En büyük uzaklık",
        axis: "uzaklık n; çizgi: cos(nθᵢ) ortalaması, kesikli: limiti",
        said: "Ortalama {half} uzaklığı dolayında 0,5'in altına iner; {length} uzaklığında {far} olur.",
        caption: "Bu, birlerden oluşan iki vektörün d'ye bölünmüş skorudur. Düşer ve salınır. Başka vektörler başka davranır: her uzaklık için en yüksek skoru orada veren q ve k vardır.",
      },
    },
    draw,
  });
})();
