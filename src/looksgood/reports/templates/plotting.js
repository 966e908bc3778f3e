"use strict";
// How every page draws a figure from the JSON in it. Names come from data: they are set as text only.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const darkness = matchMedia("(prefers-color-scheme: dark)");
  const touch = matchMedia("(pointer: coarse)").matches;
  const hidden = { arms: new Set(), compared: new Set() };
  for (const arm of Object.keys(data.arms)) {
    if (!data.compared.includes(arm)) hidden.compared.add(arm);
  }

  const DASHES = { best_of_n: "dash", frontier: "dot", tilt: "dot" }; // whatever trains is solid

  const colorOf = (style) => (darkness.matches ? style.dark : style.light);
  const ink = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  // Plotly reads a little markup in its labels; a name from data must not become any.
  const label = (text) =>
    String(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

  function element(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children); // strings become text nodes
    return made;
  }

  function number(value) {
    if (value === null || value === undefined) return "unknown";
    const size = Math.abs(value);
    let text = value.toPrecision(3);
    if (size >= 1000) text = Math.round(value).toLocaleString("en-US");
    else if (size && size < 0.001) text = value.toExponential(1);
    else text = String(Number(text));
    return text.replace("-", "−");
  }

  function interval(row, name) {
    const [low, high] = [row[name + "_low"], row[name + "_high"]];
    return low === null || low === undefined ? "" : ` [${number(low)}, ${number(high)}]`;
  }

  // Where a row lies on the way: along training from scratch, or from the base.
  function howFar(row) {
    if (data.progress) return `${number(row[data.progress.column])} ${data.progress.title}`;
    return `KL ${number(row.kl)} nats, step ${number(row.step)}`;
  }

  // an interval of two seeds is so long that nothing else would show; the tables have it
  function sure(row, y) {
    return row[y + "_low"] !== null && row.seeds > 2;
  }

  // One line: the mean over seeds with intervals and, thin, each seed alone.
  function traces(line, x, y, style, options = {}) {
    const color = colorOf(style);
    const dash = DASHES[line.optimizer] ?? "solid";
    const known = line.rows.filter((row) => row[x] !== null && row[y] !== null);
    const name = options.name ?? y;
    const mean = {
      x: known.map((row) => (x === "beta" ? row.beta || data.no_penalty_at : row[x])),
      y: known.map((row) => row[y]),
      mode: "lines+markers",
      line: { color, width: 2, dash },
      marker: { color, size: options.small ? 5 : 7, symbol: style.symbol + (dash === "solid" ? "" : "-open") },
      error_y: {
        type: "data",
        symmetric: false,
        array: known.map((row) => (sure(row, y) ? row[y + "_high"] - row[y] : 0)),
        arrayminus: known.map((row) => (sure(row, y) ? row[y] - row[y + "_low"] : 0)),
        visible: !options.band && known.some((row) => sure(row, y)),
        color,
        thickness: 1,
        width: 3,
      },
      hoverinfo: "text",
      hovertext: known.map(
        (row) =>
          `${label(line.arm)}, ${label(row.label)}<br>${label(howFar(row))}` +
          `<br>${label(name)} ${number(row[y])}${interval(row, y)}` +
          `<br>${row.seeds} seed${row.seeds === 1 ? "" : "s"}`,
      ),
      customdata: known.map((row) => ({ arm: line.arm, ...row })),
    };
    const seeds = options.seeds ? seedTraces(line, x, y, color) : [];
    return options.band ? [band(known, x, y, color), ...seeds, mean] : [...seeds, mean];
  }

  // Intervals as an area: bars of many lines at the same places would hide each other.
  function band(rows, x, y, color) {
    const there = rows.filter((row) => sure(row, y));
    const back = [...there].reverse();
    return {
      x: [...there, ...back].map((row) => row[x]),
      y: [...there.map((row) => row[y + "_high"]), ...back.map((row) => row[y + "_low"])],
      mode: "lines",
      line: { width: 0 },
      fill: "toself",
      fillcolor: color + "1f", // 12% opaque
      hoverinfo: "skip",
    };
  }

  function seedTraces(line, x, y, color) {
    const bySeed = new Map();
    for (const row of line.rows) {
      for (const own of row.by_seed) {
        const place = [own[x] === undefined ? row[x] : own[x], own[y]];
        if (place.includes(null)) continue;
        if (!bySeed.has(own.seed)) bySeed.set(own.seed, []);
        bySeed.get(own.seed).push(place);
      }
    }
    if (bySeed.size < 2) return [];
    return [...bySeed.values()].map((places) => {
      places.sort((a, b) => a[0] - b[0]);
      return {
        x: places.map((place) => place[0]),
        y: places.map((place) => place[1]),
        mode: "lines",
        line: { color, width: 1 },
        opacity: 0.3,
        hoverinfo: "skip",
      };
    });
  }

  function layout(xTitle, yTitle, more = {}) {
    const axis = {
      gridcolor: ink("--line"),
      zerolinecolor: ink("--soft"),
      linecolor: ink("--line"),
      automargin: true,
    };
    return {
      showlegend: false,
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font: { family: getComputedStyle(document.body).fontFamily, size: 12, color: ink("--ink") },
      margin: { l: 44, r: 8, t: 6, b: 40 },
      hovermode: "closest",
      hoverlabel: { bgcolor: ink("--panel"), font: { color: ink("--ink") }, align: "left" },
      dragmode: touch ? false : "zoom",
      xaxis: { ...axis, zeroline: false, title: { text: xTitle, standoff: 6 }, ...more.xaxis },
      yaxis: { ...axis, title: { text: yTitle, standoff: 4 }, ...more.yaxis },
    };
  }

  // Every panel is drawn when it comes near the window, and again when colours or arms change.
  const drawings = new Map();
  const drawn = new Set();
  function draw(plot) {
    drawn.add(plot);
    const { traces: lines, layout: how } = drawings.get(plot)();
    Plotly.react(plot, lines, how, { displayModeBar: false }).then(() => {
      if (plot.dataset.listens) return;
      plot.dataset.listens = "yes";
      resized.observe(plot);
      plot.on("plotly_click", (event) => {
        const chosen = event.points.find((point) => point.customdata);
        if (chosen) document.dispatchEvent(new CustomEvent("level", { detail: chosen.customdata }));
      });
    });
  }
  const near = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (entry.isIntersecting && !drawn.has(entry.target)) draw(entry.target);
      }
    },
    { rootMargin: "400px" },
  );
  const resized = new ResizeObserver((entries) => {
    for (const { target } of entries) if (target.clientWidth) Plotly.Plots.resize(target);
  });
  const redraw = () => drawn.forEach(draw);

  function panel(place, title, heading, drawing) {
    const plot = element("div", { class: "plot", role: "img", "aria-label": heading });
    const parts = title ? [element("h3", {}, title), plot] : [plot];
    place.append(element("div", { class: "panel" }, ...parts));
    drawings.set(plot, drawing);
    near.observe(plot);
  }

  // by means and seeds: whiskers of two seeds are so long that nothing else would show
  function range(lines, names, [low, high] = [0, 0]) {
    for (const row of lines.flatMap((line) => line.rows)) {
      for (const name of names) {
        for (const value of [row[name], ...row.by_seed.map((own) => own[name])]) {
          if (value === null || value === undefined) continue;
          low = Math.min(low, value);
          high = Math.max(high, value);
        }
      }
    }
    const room = (high - low) * 0.15 || 1;
    return [low - room, high + room];
  }

  function scoresByArm(place, lines, x, xTitle, yTitle, { band = false, ...more } = {}) {
    const names = Object.keys(data.scores);
    const heading = names.map((name) => data.scores[name].label).join(", ");
    for (const arm of Object.keys(data.arms)) {
      const own = lines.filter((line) => line.arm === arm);
      if (!own.length) continue;
      panel(place, arm, `${heading} against ${xTitle}, arm ${arm}`, () => ({
        traces: own.flatMap((line) =>
          names.flatMap((name) =>
            traces(line, x, name, data.scores[name], { seeds: true, band, name: data.scores[name].label }),
          ),
        ),
        layout: layout(xTitle, yTitle, { yaxis: { range: range(own, names) }, ...more }),
      }));
    }
  }

  function byArm(lines, y, which, options) {
    return lines
      .filter((line) => !hidden[which].has(line.arm))
      .flatMap((line) => traces(line, options.x, y, data.arms[line.arm], options));
  }

  const SHAPES = {
    circle: "M10 5.5a4.5 4.5 0 1 0 .01 0z",
    square: "M6 6h8v8h-8z",
    diamond: "M10 4.5l5.5 5.5-5.5 5.5-5.5-5.5z",
    "triangle-up": "M10 4.5l5.5 9.5h-11z",
    "triangle-down": "M10 15.5l5.5-9.5h-11z",
    cross: "M8 5h4v3h3v4h-3v3h-4v-3h-3v-4h3z",
  };
  function key(text, color, symbol, dash) {
    const svg = "http://www.w3.org/2000/svg";
    const sign = document.createElementNS(svg, "svg");
    const parts = [
      ["path", { d: "M0 10h34", stroke: color, "stroke-width": 2, "stroke-dasharray": { dash: "6 3", dot: "2 3", solid: "none" }[dash] }],
      ["path", { d: SHAPES[symbol], transform: "translate(7 0)", stroke: color, "stroke-width": 1.5, fill: dash === "solid" ? color : ink("--paper") }],
    ];
    for (const [name, value] of Object.entries({ width: 34, height: 20, "aria-hidden": "true" })) sign.setAttribute(name, value);
    for (const [tag, attributes] of parts) {
      const part = document.createElementNS(svg, tag);
      for (const [name, value] of Object.entries(attributes)) part.setAttribute(name, value);
      sign.append(part);
    }
    return element("li", {}, sign, text);
  }

  function legends() {
    for (const place of document.querySelectorAll("[data-legend]")) {
      const of = place.dataset.legend;
      const styles = { scores: data.scores, strengths: data.strengths, judges: data.judges }[of] ?? data.arms;
      const shown = Object.entries(styles).filter(([name]) => !hidden[of]?.has(name));
      const keys = shown.map(([name, style]) => key(style.label ?? name, colorOf(style), style.symbol, "solid"));
      const lines = data[place.dataset.lines] ?? []; // without lines to tell apart: colours alone
      for (const name of new Set(lines.map((line) => line.optimizer))) {
        keys.push(key(data.optimizers[name], ink("--soft"), "circle", DASHES[name] ?? "solid"));
      }
      place.replaceChildren(...keys);
    }
  }

  function armBoxes() {
    for (const place of document.querySelectorAll("[data-arms]")) {
      const which = place.dataset.arms || "arms";
      place.append(element("legend", {}, "Arms shown:"));
      for (const arm of Object.keys(data.arms)) {
        const box = element("input", { type: "checkbox" });
        box.checked = !hidden[which].has(arm);
        box.addEventListener("change", () => {
          hidden[which][box.checked ? "delete" : "add"](arm);
          legends();
          redraw();
        });
        place.append(element("label", {}, box, " " + arm));
      }
    }
  }

  // `figures` says how each [data-figure] of the page is filled.
  function start(figures) {
    armBoxes();
    legends();
    for (const place of document.querySelectorAll("[data-figure]")) figures[place.dataset.figure](place);
    darkness.addEventListener("change", () => {
      legends();
      redraw();
    });
    addEventListener("beforeprint", () => [...drawings.keys()].forEach(draw));
  }

  // What the page's other scripts share with this one.
  window.looksgood = { data, element, number, colorOf, darkness, ink, layout, range, panel, traces, scoresByArm, byArm, start };
})();
