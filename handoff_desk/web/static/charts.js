// Draws the charts of a report from the figures that stand in the page as JSON. Without this script,
// or without Chart.js, the same figures stand in the tables.
"use strict";

(() => {
  const data = document.getElementById("charts");
  if (!data || typeof Chart === "undefined") return;

  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const POINTS = ["circle", "rect", "triangle", "rectRot", "star"];
  const DASHES = [[], [6, 4], [2, 3], [10, 4, 2, 4], []];
  const PERCENT = new Intl.NumberFormat("id-ID", { style: "percent", maximumFractionDigits: 1 });
  const NUMBER = new Intl.NumberFormat("id-ID", { maximumFractionDigits: 2 });
  const LONGEST_LABEL = 20;
  const ROW_HEIGHT = 26;

  const written = (value, unit) =>
    unit === "share" ? PERCENT.format(value) : `${NUMBER.format(value)}${unit === "minutes" ? " mnt" : ""}`;
  const short = (label) => (label.length > LONGEST_LABEL ? `${label.slice(0, LONGEST_LABEL - 1)}…` : label);
  const colour = (tone) => css(`--chart-${tone}`);

  /** A value that is marked across all rows. */
  const mark = {
    id: "mark",
    afterDatasetsDraw(chart, _, options) {
      if (options.value === undefined || options.value === null) return;
      const { ctx, chartArea: area, scales } = chart;
      const x = scales.x.getPixelForValue(options.value);
      ctx.save();
      ctx.strokeStyle = css("--ink");
      ctx.setLineDash([5, 4]);
      ctx.beginPath();
      ctx.moveTo(x, area.top);
      ctx.lineTo(x, area.bottom);
      ctx.stroke();
      ctx.restore();
    },
  };

  /** Whiskers from the lower to the upper bound of each bar. */
  const whiskers = {
    id: "whiskers",
    afterDatasetsDraw(chart) {
      const { ctx, scales } = chart;
      ctx.save();
      ctx.strokeStyle = css("--ink");
      ctx.lineWidth = 1.5;
      chart.data.datasets.forEach((dataset, number) => {
        if (!dataset.low || !chart.isDatasetVisible(number)) return;
        chart.getDatasetMeta(number).data.forEach((bar, at) => {
          if (dataset.low[at] === null) return;
          const [from, to] = [dataset.low[at], dataset.high[at]].map((one) => scales.x.getPixelForValue(one));
          ctx.beginPath();
          ctx.moveTo(from, bar.y);
          ctx.lineTo(to, bar.y);
          for (const x of [from, to]) {
            ctx.moveTo(x, bar.y - 4);
            ctx.lineTo(x, bar.y + 4);
          }
          ctx.stroke();
        });
      });
      ctx.restore();
    },
  };

  function dataset(one, number, chart) {
    const tone = colour(one.tone);
    const base = { label: one.label, data: one.values, low: one.low, high: one.high, hidden: one.hidden };
    if (chart.shape === "lines") {
      return {
        ...base,
        borderColor: tone,
        backgroundColor: tone,
        borderWidth: 2,
        borderDash: DASHES[number % DASHES.length],
        pointStyle: POINTS[number % POINTS.length],
        pointRadius: chart.labels.length > 40 ? 2 : 4,
      };
    }
    if (one.dots) {
      return {
        ...base,
        type: "line",
        showLine: false,
        borderColor: tone,
        backgroundColor: tone,
        pointStyle: "rectRot",
        pointRadius: 6,
      };
    }
    return { ...base, backgroundColor: tone, maxBarThickness: 28 };
  }

  function draw(canvas, chart) {
    const across = chart.shape === "rows" || chart.shape === "stacked-rows";
    const stacked = chart.shape.startsWith("stacked");
    if (across) canvas.parentElement.style.height = `${chart.labels.length * ROW_HEIGHT + 90}px`;
    const values = {
      beginAtZero: true,
      stacked,
      max: stacked || chart.unit === "score" ? 1 : undefined,
      suggestedMax: Math.max(0, ...chart.series.flatMap((one) => one.high)),
      grid: { color: css("--line") },
      ticks: { color: css("--ink-soft"), callback: (value) => written(value, chart.unit), maxTicksLimit: 6 },
    };
    const names = {
      stacked,
      grid: { display: false },
      ticks: {
        color: css("--ink-soft"),
        autoSkip: !across,
        maxRotation: 0,
        callback(value) {
          return short(this.getLabelForValue(value));
        },
      },
    };
    return new Chart(canvas, {
      type: chart.shape === "lines" ? "line" : "bar",
      data: { labels: chart.labels, datasets: chart.series.map((one, number) => dataset(one, number, chart)) },
      options: {
        animation: false,
        responsive: true,
        maintainAspectRatio: false,
        indexAxis: across ? "y" : "x",
        interaction: { mode: "index", axis: across ? "y" : "x", intersect: false },
        spanGaps: false,
        scales: across ? { x: values, y: names } : { x: names, y: values },
        plugins: {
          mark: { value: chart.line },
          legend: {
            position: "bottom",
            labels: { color: css("--ink"), usePointStyle: true, boxHeight: 8, padding: 12 },
          },
          tooltip: {
            callbacks: {
              title: (items) => chart.labels[items[0].dataIndex],
              label: ({ dataset: { label, low, high }, dataIndex: at, raw }) => {
                // A bar of nothing has its place under the pointer, too; a point has none.
                if (raw === null) return `${label}: –`;
                const interval = low?.length
                  ? ` (${written(low[at], chart.unit)} sampai ${written(high[at], chart.unit)})`
                  : "";
                return `${label}: ${written(raw, chart.unit)}${interval}`;
              },
            },
          },
        },
      },
      plugins: [mark, whiskers],
    });
  }

  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  const charts = JSON.parse(data.textContent);
  let drawn = [];

  function drawAll() {
    for (const one of drawn) one.destroy();
    drawn = Object.entries(charts).map(([name, chart]) => {
      const canvas = document.getElementById(`chart-${name}`);
      canvas.parentElement.hidden = false;
      return draw(canvas, chart);
    });
    document.documentElement.dataset.drawn = String(drawn.length);
  }

  drawAll();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  addEventListener("beforeprint", () => drawn.forEach((one) => one.resize()));
})();
