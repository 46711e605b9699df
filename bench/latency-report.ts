import type { LoopReport } from './daemon-probe.ts';
import type { MixKind } from './entra-mix.ts';
import type { Timed } from './open-loop.ts';

/** A stretch of the run. Times are wall clock milliseconds. */
export interface Phase {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly loop: LoopReport;
  /** Processor time of the daemon, as a share of one processor. */
  readonly cpuShare: number;
  /** Writes that each Target accepted, by name; rows of full files for the Target of csv. */
  readonly delivered: Readonly<Record<string, number>>;
  /** Share of the seconds of the phase in which each Target got something or, for whole files, one was being made. */
  readonly busy: Readonly<Record<string, number>>;
}

/** Everything that a run measured. */
export interface LatencyMeasured {
  readonly people: number;
  readonly groups: number;
  readonly perSecond: number;
  readonly phases: readonly Phase[];
  readonly timed: readonly Timed[];
  readonly failures: readonly string[];
}

/** At most one request of a hundred may take longer, in milliseconds. */
export const limitMs = 25;

/** Percentiles of one set of latencies, in milliseconds; `within`: share under the limit. */
export interface Percentiles {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
  readonly within: number;
}

/** Summarizes latencies. Pure. */
export function toPercentiles(times: readonly number[]): Percentiles {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
  const within = sorted.filter((ms) => ms < limitMs).length / sorted.length;
  return { count: sorted.length, p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1), within };
}

/** Latencies of the requests that should have left within a phase. Pure. */
export function timesOf(timed: readonly Timed[], { from, to }: Pick<Phase, 'from' | 'to'>): readonly Timed[] {
  return timed.filter((one) => one.at >= from && one.at < to);
}

/** Writes a run as tables for people. Pure. */
export function formatLatency({ people, groups, perSecond, phases, timed, failures }: LatencyMeasured): string {
  const head = [
    '',
    's',
    'requests',
    'p50',
    'p90',
    'p99',
    'max',
    `< ${limitMs} ms`,
    'load late p99',
    'loop p99',
    'max',
    'turn CPU p99',
    'max',
    'GC max',
    'CPU',
  ];
  const rows = phases.map((phase) => {
    const mine = timesOf(timed, phase);
    const late = toPercentiles(mine.map((one) => one.lateMs));
    return [
      phase.name,
      ((phase.to - phase.from) / 1_000).toFixed(0),
      ...toCells(toPercentiles(mine.map((one) => one.ms))),
      late.p99.toFixed(1),
      phase.loop.p99.toFixed(1),
      phase.loop.max.toFixed(1),
      phase.loop.cpuP99.toFixed(1),
      phase.loop.cpuMax.toFixed(1),
      phase.loop.gcMax.toFixed(1),
      `${(phase.cpuShare * 100).toFixed(0)} %`,
    ];
  });
  const names = Object.keys(phases[0]?.delivered ?? {});
  const got = phases.map((phase) => [
    phase.name,
    ...names.map((name) => `${phase.delivered[name] ?? 0} (${((phase.busy[name] ?? 0) * 100).toFixed(0)} %)`),
  ]);
  const [reference, ...rest] = phases;
  const busy = rest.flatMap((phase) => timesOf(timed, phase));
  const kinds = [...new Set(timed.map((one) => one.kind))].sort();
  const byKind = kinds.map((kind) => [kind, ...toCells(toPercentiles(ofKind(busy, kind)))]);
  return [
    `${people} people, ${groups} groups, ${perSecond} requests/s at times fixed beforehand; latencies in ms from the time a request should have left`,
    ...toColumns([head, ...rows]),
    '',
    'What the targets got meanwhile (and in which share of the seconds they got something):',
    ...toColumns([['', ...names], ...got]),
    '',
    `By kind, in all phases after ${reference?.name ?? ''}:`,
    ...toColumns([['', 'requests', 'p50', 'p90', 'p99', 'max', `< ${limitMs} ms`], ...byKind]),
    '',
    ...failures.map((failure) => `FAILED: ${failure}`),
    judge(busy),
  ].join('\n');
}

function judge(busy: readonly Timed[]): string {
  const { within } = toPercentiles(busy.map((one) => one.ms));
  return `${within >= 0.99 ? 'met' : 'NOT MET'}: ${(within * 100).toFixed(2)} of 100 requests under ${limitMs} ms while the targets were at work`;
}

function ofKind(timed: readonly Timed[], kind: MixKind): readonly number[] {
  return timed.filter((one) => one.kind === kind).map((one) => one.ms);
}

function toCells({ count, p50, p90, p99, max, within }: Percentiles): readonly string[] {
  return [String(count), ...[p50, p90, p99, max].map((ms) => ms.toFixed(1)), `${(within * 100).toFixed(2)} %`];
}

function toColumns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  '),
  );
}
