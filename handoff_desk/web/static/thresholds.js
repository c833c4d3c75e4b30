// Moves through the prices live: the server has reckoned every one of them, and written its words.
// Without this script the same slider is a form. Needs Chart.js.
"use strict";

{
  const plan = JSON.parse(document.getElementById("plan").textContent);
  const slider = document.getElementById("step");
  const all = (selector) => document.querySelectorAll(selector);
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const charts = [];

  function show(step) {
    const stop = plan.stops[step];
    slider.setAttribute("aria-valuetext", stop.price);
    document.getElementById("price").textContent = stop.price;
    document.getElementById("verdict").textContent = stop.verdict;
    const doubt = document.getElementById("doubt");
    doubt.textContent = stop.doubt;
    doubt.hidden = !stop.doubt;
    for (const one of all("[data-price]")) one.textContent = stop.price;
    for (const one of all("[data-cell]")) one.textContent = stop.cells[one.dataset.cell];
    for (const one of all("[data-difference]")) one.textContent = stop.differences[one.dataset.difference];
    for (const one of all("[data-sure]")) one.textContent = stop[`sure_${one.dataset.sure}`];
    const form = document.getElementById("save");
    for (const [name, value] of Object.entries(stop.form)) form.elements[name].value = value;
    const address = new URL(location.href);
    address.searchParams.set("step", step);
    address.searchParams.delete("saved");
    history.replaceState(null, "", address);
    form.setAttribute("action", address.pathname + address.search);
    mark(step);
  }

  function mark(step) {
    const [prices, costs] = charts;
    if (!prices) return;
    const price = plan.prices[step];
    prices.data.datasets.forEach((set) => { set.pointRadius = plan.prices.map((_, at) => (at === step && !set.borderDash ? 6 : 0)); });
    prices.update();
    costs.data.datasets[0].data = plan.cuts.map(([x, missed, wrong]) => ({ x: x * 100, y: price * missed + wrong }));
    const at = plan.frustrasi[step] * 100;
    costs.data.datasets[1].data = [{ x: at, y: height(costs.data.datasets[0].data, at) }];
    costs.update();
  }

  /** The curve's height at x, between two of its points. */
  function height(points, x) {
    const right = points.findIndex((one) => one.x >= x);
    if (right <= 0) return points.at(right).y;
    const [low, high] = [points[right - 1], points[right]];
    return low.y + ((x - low.x) / (high.x - low.x)) * (high.y - low.y);
  }

  function line(label, name, data, more = {}) {
    return { label, data, borderColor: colour(name), backgroundColor: colour(name), borderWidth: 2, pointRadius: 0, tension: 0.2, ...more };
  }

  function axis(text, more = {}) {
    return { title: { display: true, text, color: colour("--ink-soft") }, ticks: { color: colour("--ink-soft") }, grid: { color: colour("--line") }, ...more };
  }

  function draw() {
    document.getElementById("charts").hidden = false; // before: a chart needs its place
    charts.splice(0).forEach((one) => one.destroy());
    const options = (x, y) => ({
      locale: "id-ID",
      maintainAspectRatio: false,
      animation: still ? false : { duration: 200 },
      interaction: { mode: "nearest", axis: "x", intersect: false },
      plugins: { legend: { labels: { color: colour("--ink"), usePointStyle: true, boxHeight: 7 } } },
      scales: { x, y },
    });
    charts.push(new Chart(document.getElementById("by-price"), {
      type: "line",
      data: {
        labels: plan.stops.map((one) => one.price),
        datasets: [
          line("Diteruskan", "--accent", plan.lines.handed_over),
          line("Diteruskan sekarang", "--ink-soft", plan.prices.map(() => plan.now), { borderDash: [6, 4], borderWidth: 1.5 }),
          line("Tepat", "--senang", plan.lines.right),
          line("Keliru", "--frustrasi", plan.lines.false),
          line("Terlewat", "--marah", plan.lines.missed),
        ],
      },
      options: options(axis("Harga yang terlewat : yang keliru"), axis("Percakapan", { beginAtZero: true })),
    }));
    charts.push(new Chart(document.getElementById("costs"), {
      type: "line",
      data: {
        datasets: [
          line("Biaya", "--accent", []),
          line("Ambang yang dipilih", "--marah", [], { showLine: false, pointRadius: 7 }),
        ],
      },
      options: options(axis("Ambang (%)", { type: "linear", min: 0, max: 100 }), axis("Biaya (1 = satu yang keliru)", { beginAtZero: true })),
    }));
    mark(Number(slider.value));
  }

  slider.addEventListener("input", () => show(Number(slider.value)));
  document.getElementById("wanted").addEventListener("submit", (event) => {
    // Only what was filled in stands in the address.
    for (const one of event.target.querySelectorAll("input[placeholder]")) one.disabled = !one.value;
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  draw();
  if (Number(slider.value) !== plan.stops.findIndex((one) => one.price === document.getElementById("price").textContent)) show(Number(slider.value));
}
