"use strict";
// The figures of a sweep over penalties.
(() => {
  const { data, layout, range, panel, traces, scoresByArm, byArm, start } = window.looksgood;
  const SD = "score, base sd";
  const ROOT_KL = "√KL, √nats";

  start({
    curves: (place) => scoresByArm(place, data.sweeps, "d", ROOT_KL, SD),
    path: (place) => scoresByArm(place, data.paths, "step", "step of training", SD),
    gaps(place) {
      for (const [gap, title] of Object.entries(data.gaps)) {
        panel(place, title, `${title} against ${ROOT_KL}, by arm`, () => ({
          traces: byArm(data.sweeps, gap, "arms", { x: "d", seeds: true, name: title }),
          layout: layout(ROOT_KL, "gap, base sd", { yaxis: { range: range(data.sweeps, [gap]) } }),
        }));
      }
    },
    channels(place) {
      const ticks = { tickvals: data.ticks.map(Math.sqrt), ticktext: data.ticks.map(String) };
      for (const name of data.channels) {
        const title = name.replace("channel.", "");
        panel(place, title, `Mean of ${title} against KL, by arm`, () => ({
          traces: byArm(data.sweeps, name, "compared", { x: "d", name: title, small: true }),
          layout: layout("KL, nats", "", {
            xaxis: ticks,
            yaxis: { range: range(data.sweeps, [name]) },
          }),
        }));
      }
    },
    trajectories(place) {
      for (const score of data.ways) {
        const { label } = data.scores[score];
        for (const arm of new Set(data.trajectories.map((line) => line.arm))) {
          const own = data.trajectories.filter((line) => line.arm === arm);
          const draw = (line) => traces(line, "d", score, data.strengths[line.strength], { name: label });
          panel(place, `${label}, ${arm}`, `${label} against ${ROOT_KL}, by penalty, arm ${arm}`, () => ({
            traces: own.flatMap(draw),
            layout: layout(ROOT_KL, SD, { yaxis: { range: range(data.trajectories, [score]) } }),
          }));
        }
      }
    },
    penalty(place) {
      panel(place, "", "Final KL against the penalty, by arm", () => {
        const trained = data.penalties.filter((line) => line.optimizer !== "frontier");
        const betas = new Set(trained.flatMap((line) => line.rows.map((row) => row.beta)));
        const ticks = [...betas].sort((a, b) => a - b);
        const xaxis = {
          type: "log",
          tickvals: ticks.map((beta) => beta || data.no_penalty_at),
          ticktext: ticks.map((beta) => (beta ? String(beta) : "none")),
        };
        return {
          traces: byArm(data.penalties, "kl", "arms", { x: "beta", name: "KL" }),
          layout: layout("penalty β, base sd per nat", "final KL, nats", { xaxis, yaxis: { type: "log", dtick: "D2" } }),
        };
      });
    },
  });
})();
