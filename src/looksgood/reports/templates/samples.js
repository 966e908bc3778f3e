"use strict";
// Shows kept responses side by side: rows are prompts, columns are levels of KL. What models wrote
// is set as text, never as markup.
(() => {
  const { data, element, number, colorOf, darkness } = window.looksgood;
  const { prompts, levels, rows, channels } = data.samples;
  const form = document.querySelector("[data-filters]");
  const place = document.querySelector("[data-samples]");
  const status = document.querySelector("[data-status]");
  if (!form || !rows.length) return;

  const cells = new Map(); // "level prompt" -> responses
  for (const row of rows) {
    const at = `${row[0]} ${row[1]}`;
    if (!cells.has(at)) cells.set(at, []);
    cells.get(at).push(row);
  }
  const all = { arm: null, seed: null, by: null, family: "", level: "" };
  const state = { ...all, arm: levels[0].arm, seed: String(levels[0].seed) };
  const unique = (values) => [...new Set(values)];
  const trained = levels.find((level) => !["base", "best_of_n"].includes(level.optimizer));
  state.by = trained ? trained.by : "";

  function select(name, title, options) {
    const menu = element("select", { name });
    for (const [value, text] of options) {
      const option = element("option", { value }, text);
      option.selected = value === state[name];
      menu.append(option);
    }
    menu.addEventListener("change", () => {
      state[name] = menu.value;
      if (name !== "family" && name !== "level") state.level = "";
      show();
    });
    return element("label", {}, title, menu);
  }

  function ownLevels() {
    const own = levels
      .map((level, at) => ({ ...level, at }))
      .filter((level) => level.arm === state.arm && String(level.seed) === state.seed);
    const isBase = (level) => level.optimizer === "base";
    if (!own.some(isBase)) {
      const at = levels.findIndex(isBase); // a base that another arm measured is the same base
      if (at >= 0) own.unshift({ ...levels[at], at });
    }
    return own.filter((level) => isBase(level) || !state.by || level.by === state.by);
  }

  function filters() {
    const arms = unique(levels.map((level) => level.arm));
    const seeds = unique(levels.filter((l) => l.arm === state.arm).map((l) => String(l.seed)));
    if (!seeds.includes(state.seed)) state.seed = seeds[0];
    const means = unique(
      levels.filter((l) => l.arm === state.arm && l.optimizer !== "base").map((l) => l.by),
    );
    if (!means.includes(state.by)) state.by = "";
    const families = unique(prompts.map((prompt) => prompt.family));
    const parts = [
      select("arm", "Arm", arms.map((arm) => [arm, arm])),
      select("seed", "Seed", seeds.map((seed) => [seed, seed])),
    ];
    if (means.length > 1) parts.push(select("by", "Optimizer", [["", "all"], ...means.map((by) => [by, by])]));
    if (families.length > 1) parts.push(select("family", "Prompt family", [["", "all"], ...families.map((f) => [f, f || "other"])]));
    const own = ownLevels().filter((level) => level.optimizer !== "base");
    parts.push(select("level", "Level of KL", [["", "all, from the base on"], ...own.map((level) => [String(level.at), title(level)])]));
    form.replaceChildren(...parts);
    return own;
  }

  function title(level) {
    if (level.optimizer === "base") return "base";
    return level.kl === null ? `${level.label} (KL unknown)` : `${level.label} (KL ${number(level.kl)})`;
  }

  function response([, , text, proxy, rater, gold, traits]) {
    const marks = element("p", { class: "marks" });
    for (const [name, value] of Object.entries({ proxy, rater, gold })) {
      const mark = element("span", {}, `${name} ${number(value)}`);
      mark.style.borderColor = colorOf(data.scores[name]);
      marks.append(mark);
    }
    const parts = [element("p", { class: "text" }, text || "(empty)"), marks];
    if (traits.length) {
      const named = traits.map(([at, value]) => `${channels[at]} ${number(value)}`);
      parts.push(element("p", { class: "traits" }, named.join(" · ")));
    }
    return element("div", { class: "response" }, ...parts);
  }

  function show() {
    filters();
    const own = ownLevels();
    const shown = own.filter(
      (level) => !state.level || level.optimizer === "base" || String(level.at) === state.level,
    );
    const head = element("tr", {}, element("th", { scope: "col" }, "Prompt"));
    for (const level of shown) head.append(element("th", { scope: "col" }, title(level)));
    const body = element("tbody");
    for (const [at, prompt] of prompts.entries()) {
      if (state.family && prompt.family !== state.family) continue;
      const line = element("tr", {}, element("th", { scope: "row" }, element("p", { class: "text" }, prompt.text)));
      for (const level of shown) {
        const found = cells.get(`${level.at} ${at}`) ?? [];
        const chosen = String(level.at) === state.level ? { class: "chosen" } : {};
        line.append(element("td", chosen, ...(found.length ? found.map(response) : ["not kept"])));
      }
      body.append(line);
    }
    const caption = `Arm ${state.arm}, seed ${state.seed}: responses from the base to the strongest optimisation`;
    const table = element("table", {}, element("caption", {}, caption), element("thead", {}, head), body);
    place.replaceChildren(table);
    status.textContent = `${body.children.length} prompts at ${shown.length} levels.`;
  }

  const same = (level, point) =>
    ["arm", "optimizer", "beta", "n", "step"].every((name) => level[name] === point[name]);
  document.addEventListener("level", ({ detail: point }) => {
    state.arm = point.arm;
    const fits = levels.filter((level) => same(level, point));
    const found = fits.find((level) => String(level.seed) === state.seed) ?? fits[0];
    if (found) {
      state.seed = String(found.seed);
      state.by = found.optimizer === "base" ? state.by : found.by;
      state.level = found.optimizer === "base" ? "" : String(levels.indexOf(found));
    } else {
      state.level = "";
    }
    show();
    if (!found) status.textContent = `No responses were kept at ${point.label}; all levels of the arm are shown.`;
    document.getElementById("samples").scrollIntoView();
  });
  darkness.addEventListener("change", show);
  show();
})();
