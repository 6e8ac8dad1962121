import { type PointerEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { money } from "../../format/figures";
import { daysNamed, pathThrough, type Scale, scaleOf } from "./chart_scale";
import type { Curves, Measure } from "./profit_series";

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

const TOP = 12;
const FOOT = 24;
const GAP = 8;
const RIGHT = 8;
const LABEL_PX = 26;
const CHARACTER_PX = 7;

/**
 * This month's curve against last month's: lines to date, or bars by day.
 *
 * Drawn by hand: a chart library weighs as much as all else that the first page loads.
 */
export function ProfitChart(props: ProfitChartProps) {
  const { curves, measure, isByDay, label } = props;
  const place = useRef<HTMLDivElement>(null);
  const [{ width, height }, setSize] = useState({ width: 0, height: 0 });
  const [pointed, setPointed] = useState<number>();

  useEffect(() => {
    if (place.current === null) {
      return;
    }
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) {
        setSize({ width: entry.contentRect.width, height: entry.contentRect.height });
      }
    });
    observer.observe(place.current);
    return () => observer.disconnect();
  }, []);

  const now = useMemo(() => curves.now.map(numberOf), [curves]);
  const before = useMemo(() => curves.before.map(numberOf), [curves]);
  const bottom = Math.max(TOP + 1, height - FOOT);
  const scale = useMemo(
    () =>
      scaleOf(
        [...now, ...before].map((each) => each ?? 0),
        TOP,
        bottom,
      ),
    [now, before, bottom],
  );
  const left = Math.max(...scale.ticks.map((tick) => tickWords(tick).length)) * CHARACTER_PX + GAP;
  const band = Math.max(1, (width - left - RIGHT) / curves.days.length);
  const xOf = (index: number) => left + band * (index + 0.5);
  const drawing: Drawing = { now, before, scale, xOf, band, bottom, left, width, measure };

  const point = (event: PointerEvent<SVGSVGElement>) => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
    const index = Math.floor((x - left) / band);
    setPointed(index >= 0 && index < curves.days.length ? index : undefined);
  };

  return (
    <div ref={place} className="profit-chart" data-of={measure}>
      {width > 0 && (
        <svg
          width={width}
          height={height}
          role="img"
          aria-label={label}
          onPointerMove={point}
          onPointerDown={point}
          onPointerLeave={() => setPointed(undefined)}
        >
          <Axes drawing={drawing} days={curves.days} />
          {pointed !== undefined && (
            <line className="profit-chart-pointed" x1={xOf(pointed)} x2={xOf(pointed)} y1={TOP} y2={bottom} />
          )}
          {isByDay ? <Bars drawing={drawing} /> : <Lines drawing={drawing} />}
        </svg>
      )}
      {pointed !== undefined && (
        <Pointed {...props} index={pointed} x={xOf(pointed)} isLeft={xOf(pointed) > width / 2} />
      )}
    </div>
  );
}

interface Drawing {
  now: (number | null)[];
  before: (number | null)[];
  scale: Scale;
  xOf: (index: number) => number;
  /** The width that a day has. */
  band: number;
  bottom: number;
  left: number;
  width: number;
  measure: Measure;
}

const numberOf = (amount: string | null) => (amount === null ? null : Number(amount));
const tickWords = (tick: number) => tick.toLocaleString("en-US");

function Axes({ drawing: { scale, left, width, bottom, xOf }, days }: { drawing: Drawing; days: number[] }) {
  const named = new Set(daysNamed(days, width - left, LABEL_PX));
  return (
    <g className="profit-chart-axes">
      {scale.ticks.map((tick) => (
        <g key={tick}>
          <line x1={left} x2={width} y1={scale.yOf(tick)} y2={scale.yOf(tick)} />
          <text x={left - GAP} y={scale.yOf(tick) + 4} textAnchor="end">
            {tickWords(tick)}
          </text>
        </g>
      ))}
      {days.map(
        (day, index) =>
          named.has(day) && (
            <text key={day} x={xOf(index)} y={bottom + 18} textAnchor="middle">
              {day}
            </text>
          ),
      )}
    </g>
  );
}

function Lines({ drawing: { now, before, scale, xOf } }: { drawing: Drawing }) {
  const shade = useId();
  const pointsOf = (amounts: (number | null)[]) =>
    amounts.map((amount, index) => (amount === null ? null : ([xOf(index), scale.yOf(amount)] as const)));
  const points = pointsOf(now);
  const last = points.findLast((each) => each !== null);
  const line = pathThrough(points);
  const ground = scale.yOf(0);
  return (
    <>
      <defs>
        <linearGradient id={shade} x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" className="profit-chart-shade" stopOpacity="0.28" />
          <stop offset="1" className="profit-chart-shade" stopOpacity="0" />
        </linearGradient>
      </defs>
      <path className="profit-chart-before" d={pathThrough(pointsOf(before))} />
      {last && (
        <>
          <path d={`${line}L${last[0]} ${ground}L${xOf(0)} ${ground}Z`} fill={`url(#${shade})`} />
          <path className="profit-chart-now" pathLength={1} d={line} />
          <circle className="profit-chart-last" cx={last[0]} cy={last[1]} r={4.5} />
        </>
      )}
    </>
  );
}

function Bars({ drawing: { now, before, scale, xOf, band } }: { drawing: Drawing }) {
  const thick = Math.min(12, band * 0.38);
  const barsOf = (amounts: (number | null)[], name: string, shift: number) =>
    amounts.map((amount, index) => {
      if (amount === null || amount === 0) {
        return null;
      }
      const ends = [scale.yOf(amount), scale.yOf(0)];
      const x = xOf(index) + shift;
      return (
        <rect
          key={x}
          className={name}
          x={x}
          y={Math.min(...ends)}
          width={thick}
          height={Math.abs((ends[0] ?? 0) - (ends[1] ?? 0))}
          rx={2}
        />
      );
    });
  return (
    <>
      {barsOf(before, "profit-chart-bar-before", -thick - 0.5)}
      {barsOf(now, "profit-chart-bar", 0.5)}
    </>
  );
}

/** What the day that is pointed at has brought. */
function Pointed(props: ProfitChartProps & { index: number; x: number; isLeft: boolean }) {
  const { curves, dayWords, nowWords, beforeWords, index, x, isLeft } = props;
  const lines: [string, string | null | undefined][] = [
    [nowWords, curves.now[index]],
    [beforeWords, curves.before[index]],
  ];
  return (
    <div className="profit-chart-words" data-left={isLeft} style={{ insetInlineStart: x }} aria-hidden="true">
      <strong>{dayWords(index + 1)}</strong>
      {lines.map(
        ([words, amount]) =>
          amount != null && (
            <span key={words}>
              <span className="quiet">{words}</span> <span className="figure">{money(amount)}</span>
            </span>
          ),
      )}
    </div>
  );
}
