// Scaling laws: by how much each pair is slowed down, for published models and other laws.
(function () {
  "use strict";
  const { register, svg } = ropeFigures;
  const BOX = [480, 300];
  const AREA = { left: 52, right: 470, top: 14, bottom: 254 };
  const PUBLISHED = "as published";
  const SEARCHED = rope.models["Phi-3 128k"].law.long_factor;

  // A list of divisors for another number of pairs: straight lines between its logarithms.
  function stretched(list, pairs) {
    return Array.from({ length: pairs }, (_, i) => {
      const place = (i * (list.length - 1)) / (pairs - 1);
      const [below, above] = [Math.floor(place), Math.ceil(place)];
      const [low, high] = [Math.log(list[below]), Math.log(list[above])];
      return Math.exp(low + (place - below) * (high - low));
    });
  }

  // The law that is drawn: the model's own, or another with the factor of the slider.
  function chosen(model, law, factor) {
    if (law === PUBLISHED) return model.law;
    const trained = model.law.original_max_position_embeddings;
    const bands = { low_freq_factor: 1, high_freq_factor: 4 };
    const long_factor = stretched(SEARCHED, model.dim / 2);
    const keys = { original_max_position_embeddings: trained, ...bands, long_factor };
    return { rope_type: law, factor, ...keys };
  }

  function draw({ model, law, factor }, words) {
    const one = rope.models[model];
    const used = chosen(one, law, factor);
    const { plain, inUse } = rope.scaled(one.dim, one.base, used);
    const slower = plain.map((theta, i) => theta / inUse[i]);
    const most = Math.max(64, ...slower);
    const x = svg.scale(0, plain.length - 1, AREA.left + 6, AREA.right - 6);
    const y = svg.scale(0, Math.log2(most), AREA.bottom, AREA.top);
    const trained = used.original_max_position_embeddings;
    const turned = plain.filter((theta) => (trained * theta) / (2 * Math.PI) >= 1).length;
    const ticks = [1, 4, 16, 64].map(
      (times) =>
        svg.line(AREA.left - 5, y(Math.log2(times)), AREA.left, y(Math.log2(times)), "figure-axis") +
        svg.text(AREA.left - 9, y(Math.log2(times)) + 5, `${times}×`, 'text-anchor="end"'),
    );
    const dots = slower.map((times, i) => {
      const kind = i < turned ? "figure-fast" : "figure-slow";
      return `<circle class="${kind}" cx="${x(i).toFixed(1)}" cy="${y(Math.log2(times)).toFixed(1)}" r="3.4"/>`;
    });
    const edge = x(turned - 0.5);
    const parts = [
      svg.line(AREA.left, AREA.bottom, AREA.right, AREA.bottom, "figure-axis"),
      svg.line(AREA.left, AREA.top, AREA.left, AREA.bottom, "figure-axis"),
      ...ticks,
      svg.line(edge, AREA.top, edge, AREA.bottom, "figure-mark"),
      ...dots,
      svg.text((AREA.left + AREA.right) / 2, 284, words.axis, 'text-anchor="middle"'),
    ];
    const kept = slower.filter((times) => times < 1.001).length;
    const values = {
      kept, pairs: plain.length, most: Number(Math.max(...slower).toPrecision(3)),
      turned, trained: svg.grouped(trained),
    };
    return { svg: parts.join(""), values };
  }

  register("scaling", {
    box: BOX,
    controls: [
      { name: "model", options: Object.keys(rope.models), start: "Llama 3.1 8B" },
      {
        name: "law", options: [PUBLISHED, "default", "linear", "ntk", "yarn", "llama3", "longrope"],
        start: PUBLISHED,
      },
      { name: "factor", least: 1, most: 64, step: 1, start: 8, shown: (value) => `${value}×` },
    ],
    words: {
      en: {
        model: "Model", law: "Law", factor: "Factor (other laws)",
        default: "none", ntk: "NTK-aware", yarn: "YaRN", llama3: "Llama 3",
        longrope: "LongRoPE (Phi-3's list)",
        axis: "pair i; height: how many times slower",
        said: "{kept} of {pairs} pairs keep their speed, the slowest gets {most} times slower. {turned} pairs complete a turn within the trained {trained} tokens.",
        caption: "Left of the line stand the pairs that turned fully in training: the model has seen all their angles. Linear scaling slows all alike; the later laws leave the fast pairs alone. LongRoPE's divisors were searched for one model, here Phi-3; for another number of pairs its list is stretched, and the factor changes nothing.",
      },
      tr: {
        model: "Model", law: "Yasa", factor: "Çarpan (öbür yasalar)",
        [PUBLISHED]: "yayımlandığı gibi", default: "yok", linear: "doğrusal",
        ntk: "NTK", yarn: "YaRN", llama3: "Llama 3", longrope: "LongRoPE (Phi-3'ün listesi)",
        axis: "çift i; yükseklik: kaç kat yavaş",
        said: "{pairs} çiftten {kept} tanesi hızını korur, en yavaşı {most} kat yavaşlar. {turned} çift eğitim uzunluğu {trained} belirteç içinde tam tur atar.",
        caption: "Çizginin solundaki çiftler eğitimde tam tur attı: model bütün açılarını gördü. Doğrusal ölçekleme hepsini aynı ölçüde yavaşlatır; sonraki yasalar hızlılara dokunmaz. LongRoPE'un bölenleri tek bir model için aranmıştır, burada Phi-3; başka çift sayısında listesi gerilir ve çarpan bir şey değiştirmez.",
      },
    },
    draw,
  });
  rope.stretched = stretched;
})();
