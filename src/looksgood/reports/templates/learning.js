"use strict";
// The figures of policies that learn from scratch, and a button that plays films together.
(() => {
  const { data, element, ink, layout, range, panel, scoresByArm, byArm, start } = window.looksgood;
  const { column, title: progress } = data.progress;
  const xaxis = column === "step" ? {} : { tickformat: "~s", nticks: 5 };
  const SHARE = { range: [-0.04, 1.04] };

  function panelByArm(place, name, title, { yTitle = "", yaxis, from, small = false, shapes = () => [] }) {
    panel(place, title, `${title || yTitle} against ${progress}, by arm`, () => ({
      traces: byArm(data.lines, name, "arms", { x: column, name: title || yTitle, seeds: true, band: true, small }),
      layout: {
        ...layout(progress, yTitle, { xaxis, yaxis: yaxis ?? { range: range(data.lines, [name], from) } }),
        shapes: shapes(),
      },
    }));
  }

  const coin = () => {
    const line = { color: ink("--soft"), width: 1, dash: "dot" };
    return [{ type: "line", xref: "paper", x0: 0, x1: 1, y0: data.coin, y1: data.coin, line }];
  };
  const aboutReward = {
    "channel.held_out_accuracy": ["Held-out accuracy of r̂", { yTitle: "share of answers", from: [data.coin, 1], shapes: coin }],
    "channel.labels": ["Comparisons answered", { yTitle: "comparisons" }],
  };

  start({
    learning(place) {
      const more = data.outcome.shares ? { yaxis: SHARE } : {};
      scoresByArm(place, data.lines, column, progress, data.outcome.title, { band: true, xaxis, ...more });
    },
    false_approval(place) {
      panelByArm(place, "channel.false_approval", "", { yTitle: "false approval, share of episodes", yaxis: SHARE });
    },
    reward_model(place) {
      for (const name of data.reward_model) panelByArm(place, name, ...aboutReward[name]);
    },
    channels(place) {
      for (const name of data.channels) panelByArm(place, name, name.replace("channel.", ""), { small: true });
    },
  });

  // Controls darken a picture, so with scripts they are there only while a film is pointed at.
  for (const film of document.querySelectorAll("[data-films] video")) {
    film.controls = false;
    film.tabIndex = 0;
    for (const event of ["pointerenter", "focus"]) film.addEventListener(event, () => (film.controls = true));
    for (const event of ["pointerleave", "blur"]) film.addEventListener(event, () => (film.controls = false));
  }

  for (const block of document.querySelectorAll("[data-films]")) {
    const films = [...block.querySelectorAll("video")];
    const button = element("button", { type: "button" }, "Play all");
    const isPlaying = () => films.some((film) => !film.paused);
    const say = () => button.replaceChildren(isPlaying() ? "Stop all" : "Play all");
    button.addEventListener("click", () => {
      const stop = isPlaying();
      for (const film of films) {
        if (stop) film.pause();
        else {
          if (film.readyState) film.currentTime = 0; // so that all begin at once
          film.play().catch(say);
        }
      }
    });
    for (const film of films) for (const event of ["play", "pause"]) film.addEventListener(event, say);
    block.prepend(button);
  }
})();
