"use strict";
// The figure of a study of audits: how often each judge notices a fall, against labels.
(() => {
  const { data, ink, layout, panel, traces, start } = window.looksgood;
  const ENOUGH = 0.8; // what audits are commonly planned for

  start({
    power(place) {
      for (const line of data.lines) {
        panel(place, line.title, `Share of audits that notice against labels: ${line.title}`, () => ({
          traces: Object.entries(data.judges).flatMap(([name, style]) =>
            traces(line, data.progress.column, name, style, { seeds: true, band: true, name: style.label }),
          ),
          layout: {
            ...layout("labels", "share of audits", { xaxis: { type: "log", dtick: 1 }, yaxis: { range: [-0.04, 1.04] } }),
            shapes: [
              { type: "line", xref: "paper", x0: 0, x1: 1, y0: ENOUGH, y1: ENOUGH, line: { color: ink("--soft"), width: 1, dash: "dot" } },
            ],
          },
        }));
      }
    },
  });
})();
