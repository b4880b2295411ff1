// Draws every [data-chart] from the JSON script of that id: {kind, axis, unit, labels, series: [{name, values}], rows}.
// kind "line": one line a series. kind "range": series P10, P25, P50, P75, P90 as bars with a band and a median mark.
(() => {
  "use strict";
  const grey = "#5b6675", blue = "#0054a6";
  const base = (data) => ({
    aria: { enabled: true }, animation: false, textStyle: { fontFamily: "inherit" },
    grid: { left: 64, right: 24, top: 40, bottom: 40 }, tooltip: { trigger: "axis" }, legend: { top: 0 },
    xAxis: { type: "category", data: data.labels, axisLabel: { color: grey } },
    yAxis: { type: "value", name: data.unit, max: data.max, axisLabel: { color: grey } },
  });
  const line = (data) => ({
    ...base(data),
    series: data.series.map((each, at) => ({
      type: "line", name: each.name, data: each.values, symbol: at ? "triangle" : "circle", symbolSize: 7,
      lineStyle: { type: at ? "dashed" : "solid" },
    })),
  });
  const range = (data) => {
    const [p10, p25, p50, p75, p90] = data.series.map((each) => each.values);
    const less = (a, b) => a.map((value, at) => (value === null || b[at] === null ? null : value - b[at]));
    const band = (name, values, color) => ({ type: "bar", stack: "range", name, data: values, itemStyle: { color }, barWidth: 36 });
    return {
      ...base(data), tooltip: {},
      series: [
        band("", p10, "transparent"), band("P10–P25", less(p25, p10), "#dbe7f3"), band("P25–P50", less(p50, p25), "#9dbfe0"),
        band("P50–P75", less(p75, p50), "#6f9fce"), band("P75–P90", less(p90, p75), "#dbe7f3"),
        { type: "scatter", name: "中位数", data: p50, symbol: "diamond", symbolSize: 12, itemStyle: { color: blue } },
      ],
    };
  };
  const draw = (root) => {
    for (const holder of root.querySelectorAll("[data-chart]")) {
      const data = JSON.parse(document.getElementById(holder.dataset.chart).textContent);
      const chart = window.echarts.init(holder, null, { renderer: "svg" });
      chart.setOption(data.kind === "range" ? range(data) : line(data));
      window.addEventListener("resize", () => chart.resize());
    }
  };
  document.addEventListener("DOMContentLoaded", () => draw(document));
})();
