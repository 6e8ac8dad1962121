import { theme } from "antd";
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import { money } from "../../format/figures";
import { SERIES } from "../../theme";
import type { Curves, Measure } from "./profit_series";

echarts.use([LineChart, BarChart, GridComponent, TooltipComponent, CanvasRenderer]);

interface ProfitChartProps {
  curves: Curves;
  measure: Measure;
  isByDay: boolean;
  /** What the two months are called. */
  nowWords: string;
  beforeWords: string;
  dayWords: (day: number) => string;
  /** What the picture says, for whoever does not see it. */
  label: string;
}

/** This month's curve against last month's. */
export function ProfitChart({ curves, measure, isByDay, nowWords, beforeWords, dayWords, label }: ProfitChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<echarts.ECharts>(null);
  const { token } = theme.useToken();

  useEffect(() => {
    if (place.current === null) {
      return;
    }
    const made = echarts.init(place.current);
    chart.current = made;
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(place.current);
    return () => {
      observer.disconnect();
      made.dispose();
    };
  }, []);

  useEffect(() => {
    const color = SERIES[measure];
    const shape = isByDay
      ? { type: "bar" as const, barMaxWidth: 14, itemStyle: { borderRadius: [3, 3, 0, 0] } }
      : { type: "line" as const, showSymbol: false, smooth: 0.15 };
    chart.current?.setOption(
      {
        animationDuration: 500,
        grid: { top: 12, right: 16, bottom: 4, left: 4 },
        tooltip: {
          trigger: "axis",
          renderMode: "richText",
          confine: true,
          backgroundColor: token.colorBgElevated,
          borderColor: token.colorBorderSecondary,
          textStyle: { color: token.colorText, fontSize: 12 },
          formatter: (points: { dataIndex: number }[]) => tooltipOf(points[0]?.dataIndex ?? 0),
        },
        xAxis: {
          type: "category",
          data: curves.days,
          boundaryGap: isByDay,
          axisTick: { show: false },
          axisLine: { lineStyle: { color: token.colorBorderSecondary } },
          axisLabel: { color: token.colorTextSecondary },
        },
        yAxis: {
          type: "value",
          axisLabel: { color: token.colorTextSecondary, formatter: (value: number) => value.toLocaleString("en-US") },
          splitLine: { lineStyle: { color: token.colorBorderSecondary } },
        },
        series: [
          {
            ...shape,
            name: beforeWords,
            data: curves.before,
            color: SERIES.before,
            lineStyle: { width: 2, type: "dashed" },
          },
          {
            ...shape,
            name: nowWords,
            data: curves.now,
            color,
            lineStyle: { width: 3 },
            areaStyle: isByDay
              ? undefined
              : {
                  color: {
                    type: "linear",
                    x: 0,
                    y: 0,
                    x2: 0,
                    y2: 1,
                    colorStops: [
                      { offset: 0, color: `${color}55` },
                      { offset: 1, color: `${color}00` },
                    ],
                  },
                },
          },
        ],
      },
      { notMerge: true },
    );

    function tooltipOf(index: number): string {
      const lines = [dayWords(index + 1)];
      for (const [words, values] of [
        [nowWords, curves.now],
        [beforeWords, curves.before],
      ] as const) {
        const value = values[index];
        if (value !== null && value !== undefined) {
          lines.push(`${words}  ${money(value)}`);
        }
      }
      return lines.join("\n");
    }
  }, [curves, measure, isByDay, nowWords, beforeWords, dayWords, token]);

  return <div ref={place} className="profit-chart" role="img" aria-label={label} />;
}
