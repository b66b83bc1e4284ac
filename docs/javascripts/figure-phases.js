// What rounding one step to a smaller format does to the angle: error by position and pair.
(function () {
  "use strict";
  const { register, svg } = ropeFigures;
  const BOX = [480, 320];
  const AREA = { left: 62, right: 470, top: 14, bottom: 244 };
  const POSITIONS = Array.from({ length: 20 }, (_, k) => Math.pow(2, k + 1) - 1);
  const BANDS = [1e-6, 1e-4, 1e-2, 1e-1]; // radians: the limits between the five shades

  function draw({ step, dim, base }, words) {
    const theta = rope.frequencies(dim, base);
    const x = svg.scale(0, theta.length, AREA.left, AREA.right);
    const y = svg.scale(0, POSITIONS.length, AREA.bottom, AREA.top);
    const height = y(0) - y(1) + 0.3;
    let first = null;
    const cells = [];
    POSITIONS.forEach((position, row) => {
      const shades = theta.map((frequency) => {
        const off = rope.phaseError(step, position, frequency);
        if (off > BANDS[2] && first === null) first = position;
        return BANDS.filter((limit) => off > limit).length;
      });
      for (let from = 0, to; from < shades.length; from = to) {
        for (to = from + 1; shades[to] === shades[from]; to += 1);
        const place = `x="${x(from).toFixed(1)}" y="${y(row + 1).toFixed(1)}"`;
        const size = `width="${(x(to) - x(from) + 0.3).toFixed(1)}" height="${height.toFixed(1)}"`;
        cells.push(`<rect class="figure-shade${shades[from]}" ${place} ${size}/>`);
      }
    });
    const ticks = [0, 5, 10, 15, 19].map((row) =>
      svg.text(AREA.left - 8, y(row + 0.5) + 5, svg.grouped(POSITIONS[row]), 'text-anchor="end" class="figure-small"'),
    );
    const legend = ["< 10⁻⁶", "< 10⁻⁴", "< 0.01", "< 0.1", "≥ 0.1"].map((words_, shade) => {
      const left = AREA.left + shade * 82;
      return (
        `<rect class="figure-shade${shade}" x="${left}" y="292" width="16" height="16"/>` +
        svg.text(left + 21, 305, words_, 'class="figure-small"')
      );
    });
    const parts = [
      ...cells, ...ticks, ...legend,
      svg.text((AREA.left + AREA.right) / 2, 272, words.axis, 'text-anchor="middle"'),
    ];
    return { svg: parts.join(""), values: { first: first === null ? words.none : svg.grouped(first) } };
  }

  register("phases", {
    box: BOX,
    controls: [
      { name: "step", options: rope.steps, start: "bfloat16 positions" },
      { name: "dim", least: 16, most: 128, step: 16, start: 64, shown: String },
      {
        name: "base", least: 3, most: 7, step: 0.1, start: 4,
        value_of: (power) => Number(Math.pow(10, power).toPrecision(3)), shown: svg.grouped,
      },
    ],
    words: {
      en: {
        step: "Rounded", dim: "Head width d", base: "Base b",
        axis: "pair i; upwards: position; shade: error in radians", none: "none",
        said: "First position shown where the angle is off by more than 0.01 radian: {first}.",
        caption: "Positions below 256 hide bfloat16: it holds every whole number up to there. float32 angles are fine at 4 thousand tokens and off by hundredths at a million.",
      },
      tr: {
        step: "Yuvarlanan", dim: "Kafa genişliği d", base: "Taban b",
        "float32 angle": "float32 açı", "bfloat16 positions": "bfloat16 konumlar",
        "bfloat16 frequencies": "bfloat16 frekanslar", "bfloat16 angle": "bfloat16 açı",
        "float16 positions": "float16 konumlar", "float16 angle": "float16 açı",
        axis: "çift i; yukarı: konum; koyuluk: radyan cinsinden hata", none: "yok",
        said: "Gösterilen konumlardan açının 0,01 radyandan çok saptığı ilki: {first}.",
        caption: "256'nın altındaki konumlar bfloat16 hatasını gizler: oraya kadar her tam sayıyı tutar. float32 açılar 4 bin belirteçte iyidir, bir milyonda yüzde birlerle sapar.",
      },
    },
    draw,
  });
})();
