// Draws every [data-chart] from the JSON script of that id:
//   {kind, axis, unit, max, labels: [...], series: [{name, values: [...]}], own: {name, values}}
// Legend above, the axis name below it, then the grid: nothing lies on anything at any width.
// kind "line": one line a series. kind "bar": one bar a series beside the others.
// kind "range": series P10, P25, P50, P75, P90 as a bar of four shades, light to dark, and a mark at the median;
//   `own` adds the viewer's own values. kind "heat": labels across, series down, values 0–100.
// Everything differs by shape or dash as well as by colour, so that it survives a grey printer.
(() => {
  "use strict";
  const muted = "#55606e", line = "#dfe4ea";
  const palette = ["#0054a6", "#8a5a00", "#1c7a34", "#7a3b9c", "#55606e"];
  const symbols = ["circle", "triangle", "rect", "diamond", "pin"];
  const dashes = ["solid", "dashed", "dotted", [10, 4, 2, 4], "solid"];
  const figure = new Intl.NumberFormat("zh-CN", { maximumFractionDigits: 2 });
  const written = (unit) => (value) => (value === null || value === undefined || Number.isNaN(value) ? "—" : `${figure.format(value)}${unit ? ` ${unit}` : ""}`);

  const GAP = 12, MARK = 25, LINE = 18, NAME = 28, NARROW = 640;  // pixels of a legend, of an axis name, of a phone
  const MANY = 8;  // labels that stand upright beside each other

  // Where the grid begins below the rows that the legend takes at this width.
  const below = (names, unit, width) => {
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = `13px ${getComputedStyle(document.body).fontFamily}`;
    let rows = names.length ? 1 : 0, used = 0;
    for (const name of names) {
      const size = MARK + 5 + pen.measureText(name).width + GAP;
      if (used && used + size > width - 10) { rows += 1; used = 0; }
      used += size;
    }
    return rows * (LINE + GAP) + (unit ? NAME : 8);
  };
  const named = (all) => (all.legend.data || all.series.map((each) => each.name)).filter(Boolean);
  // What depends on the width: the grid's head; labels of ranges and bars stand aslant on a phone and where there are many;
  // on a phone the marks of medians are short.
  const fitted = (data, all, width) => {
    if (data.kind === "heat") return {};
    const grid = { top: below(named(all), data.unit, width) };
    if (data.kind !== "range" && data.kind !== "bar") return { grid };
    const narrow = width < NARROW, aslant = narrow || data.labels.length > MANY;
    const xAxis = { axisLabel: { rotate: aslant ? 40 : 0, interval: aslant ? 0 : "auto", hideOverlap: !aslant } };
    if (data.kind === "bar") return { grid, xAxis };
    return {
      grid, xAxis,
      series: [{ name: MEDIAN, symbolSize: [narrow ? 24 : 44, 5] }],
    };
  };

  const base = (data, font) => ({
    aria: { enabled: true, decal: { show: data.kind === "bar" && data.series.length > 1 } },
    animation: false, color: palette, textStyle: { fontFamily: font, fontSize: 13 },
    grid: { left: 8, right: 16, top: 48, bottom: 8, containLabel: true },
    legend: { top: 0, left: 0, itemGap: GAP, itemWidth: MARK, textStyle: { color: muted, lineHeight: LINE } },
    tooltip: { trigger: "axis", confine: true, valueFormatter: written(data.unit) },
    xAxis: { type: "category", data: data.labels, axisLabel: { color: muted, hideOverlap: true }, axisLine: { lineStyle: { color: "#8290a0" } }, axisTick: { show: false } },
    yAxis: {
      type: "value", name: data.unit, max: data.max, nameGap: 10, nameTextStyle: { color: muted, align: "left", padding: [0, 0, 0, -28] },
      axisLabel: { color: muted, formatter: (value) => figure.format(value) }, splitLine: { lineStyle: { color: line } },
    },
  });

  const lines = (data) => data.series.map((each, at) => ({
    type: "line", name: each.name, data: each.values, symbol: symbols[at % 5], symbolSize: 8,
    lineStyle: { width: 2, type: dashes[at % 5] }, connectNulls: false,
  }));

  const bars = (data) => data.series.map((each) => ({ type: "bar", name: each.name, data: each.values, barMaxWidth: 40 }));

  const MEDIAN = "中位数（P50）";
  const BANDS = [
    { name: "P10–P25", color: "#cfe0f0" }, { name: "P25–P50", color: "#9abfe2" },
    { name: "P50–P75", color: "#5f95cb" }, { name: "P75–P90", color: "#2c6199" },
  ];
  const minus = (a, b) => a.map((value, at) => (value === null || b[at] === null ? null : value - b[at]));
  const band = (name, values, color, decal) => ({
    type: "bar", stack: "range", name, data: values, barMaxWidth: 44, tooltip: { show: false }, silent: true,
    itemStyle: { color, decal: decal || { symbol: "none" } },
  });
  const marks = (name, values, symbol, color, size) => ({
    type: "scatter", name, data: values, symbol, symbolSize: size, z: 5, itemStyle: { color, borderColor: "#fff", borderWidth: 1 },
  });
  const ranges = (data) => {
    const [p10, , p50] = data.series.map((each) => each.values);
    const parts = [
      band("", p10, "transparent"), ...BANDS.map(({ name, color }, at) => band(name, minus(data.series[at + 1].values, data.series[at].values), color)),
      marks(MEDIAN, p50, "rect", "#b34700", [44, 5]),
    ];
    if (data.own) parts.push(marks(data.own.name, data.own.values, "diamond", "#b42323", 14));
    return parts;
  };
  const rangeTip = (data) => (points) => {
    const at = points[0].dataIndex;
    const rows = [...data.series, ...(data.own ? [data.own] : [])];
    const text = document.createElement("div");
    text.append(data.labels[at]);
    for (const each of rows) {
      const row = document.createElement("div");
      row.textContent = `${each.name}：${written(data.unit)(each.values[at])}`;
      text.append(row);
    }
    return text;
  };
  const rangeLegend = (data) => ({ data: [...BANDS.map((each) => each.name), MEDIAN, ...(data.own ? [data.own.name] : [])] });

  const heat = (data, font) => ({
    ...base(data, font), legend: { show: false }, tooltip: { confine: true },
    grid: { left: 8, right: 16, top: 8, bottom: 48, containLabel: true },
    yAxis: { type: "category", inverse: true, data: data.series.map((each) => each.name), axisLabel: { color: muted } },
    visualMap: { min: 0, max: data.max || 100, orient: "horizontal", left: "center", bottom: 0, inRange: { color: ["#fbe3d6", "#f7f0d2", "#cfe8d6"] } },
    series: [{
      type: "heatmap", label: { show: true, color: "#182433", formatter: (cell) => written(data.unit)(cell.value[2]) },
      data: data.series.flatMap((each, row) => each.values.map((value, column) => [column, row, value === null ? "-" : value])),
      itemStyle: { borderColor: "#fff", borderWidth: 2 },
    }],
  });

  const option = (data, font) => {
    const common = base(data, font);
    if (data.kind === "heat") return heat(data, font);
    if (data.kind === "bar") return { ...common, series: bars(data) };
    if (data.kind !== "range") return { ...common, series: lines(data) };
    return {
      ...common, series: ranges(data), legend: { ...common.legend, ...rangeLegend(data) },
      tooltip: { trigger: "axis", confine: true, formatter: rangeTip(data) },
    };
  };

  const draw = (root) => {
    for (const holder of root.querySelectorAll("[data-chart]:not([data-drawn])")) {
      const data = JSON.parse(document.getElementById(holder.dataset.chart).textContent);
      const chart = window.echarts.init(holder, null, { renderer: "svg" });
      const all = option(data, getComputedStyle(document.body).fontFamily);
      chart.setOption(all);
      chart.setOption(fitted(data, all, holder.clientWidth));
      holder.dataset.drawn = "";
      new ResizeObserver(() => {
        chart.resize();
        chart.setOption(fitted(data, all, holder.clientWidth));
      }).observe(holder);
    }
  };
  document.addEventListener("DOMContentLoaded", () => draw(document));
  document.addEventListener("htmx:after:swap", () => draw(document));
})();
