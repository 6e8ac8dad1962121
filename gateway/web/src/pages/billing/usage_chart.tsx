import { BarChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { type EChartsCoreOption, init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import { quantity } from "../../format/figures";
import { useColorMode } from "../../theme";

use([BarChart, GridComponent, LegendComponent, TooltipComponent, AriaComponent, CanvasRenderer]);

/** Told apart in light and dark, and by who sees no red; by turns where there are more countries than colours. */
const COLORS = ["#2f6bed", "#12a594", "#e0a537", "#9a6bde", "#d9485f", "#9aa4b5"];
const BAR_PX = 44;
const FRAME_PX = 76;

interface UsageChartProps {
  categories: string[];
  series: { name: string; values: number[] }[];
  label: string;
}

/** Quantities as lying bars, one a category, parted by series. The figures themselves stand in the table beside it. */
export function UsageChart({ categories, series, label }: UsageChartProps) {
  const frame = useRef<HTMLDivElement>(null);
  const { isDark } = useColorMode();
  useEffect(() => {
    if (frame.current === null) {
      return;
    }
    const chart = init(frame.current);
    chart.setOption(optionOf(categories, series, isDark));
    const observer = new ResizeObserver(() => chart.resize());
    observer.observe(frame.current);
    return () => {
      observer.disconnect();
      chart.dispose();
    };
  }, [categories, series, isDark]);
  return (
    <div
      ref={frame}
      className="usage-chart"
      role="img"
      aria-label={label}
      style={{ height: FRAME_PX + categories.length * BAR_PX }}
    />
  );
}

function optionOf(categories: string[], series: UsageChartProps["series"], isDark: boolean): EChartsCoreOption {
  const quiet = isDark ? "#9aa4b5" : "#5b6473";
  const line = isDark ? "#232936" : "#e7eaef";
  return {
    color: COLORS,
    animation: false,
    textStyle: { fontFamily: "inherit" },
    grid: { left: 8, right: 24, top: 36, bottom: 8 },
    legend: { top: 0, left: 0, textStyle: { color: quiet, fontSize: 13 } },
    // No HTML: the page's content security policy allows no inline style.
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      axisPointer: { type: "shadow" },
      valueFormatter: (value: number) => quantity(value),
    },
    xAxis: {
      type: "value",
      axisLabel: { color: quiet, fontSize: 13, formatter: (value: number) => quantity(value), hideOverlap: true },
      splitLine: { lineStyle: { color: line } },
    },
    yAxis: {
      type: "category",
      data: categories,
      inverse: true,
      axisLabel: { color: quiet, fontSize: 13, width: 140, overflow: "truncate" },
      axisLine: { lineStyle: { color: line } },
      axisTick: { show: false },
    },
    series: series.map(({ name, values }) => ({ type: "bar", name, stack: "all", barMaxWidth: 22, data: values })),
  };
}
