import type { BenchOptions } from './options.ts';
import type { ServerName } from './servers.ts';

/** Kinds of load that are measured. */
export const measures = ['create', 'match', 'patch', 'add'] as const;

/** A kind of load that is measured. */
export type Measure = (typeof measures)[number];

/** One measurement of one server in one round. */
export interface Sample {
  readonly server: ServerName;
  readonly round: number;
  readonly measure: Measure;
  readonly perSecond: number;
  readonly cpuMicros: number;
  readonly p50: number;
  readonly p99: number;
}

/** Memory of one server in one round, in MiB. */
export interface MemorySample {
  readonly server: ServerName;
  readonly round: number;
  readonly memoryMib: number;
}

/** Everything that a run measured. */
export interface Measured {
  readonly options: BenchOptions;
  readonly samples: readonly Sample[];
  readonly memory: readonly MemorySample[];
}

/** One line of the result: medians of the rounds, and the ratio to the limit: 1 is as fast as the limit server, 0.5 is half as fast. */
export interface Line {
  readonly measure: Measure;
  readonly perSecond: Readonly<Record<ServerName, number>>;
  readonly cpuMicros: Readonly<Record<ServerName, number>>;
  readonly p99: number;
  /** Median of the rounds' ratios of requests per second, and the ratio of the best rounds. */
  readonly ratio: number;
  readonly bestRatio: number;
  /** Ratio of CPU per request, which does not count other work of the machine. */
  readonly cpuRatio: number;
}

/** Summarizes a run. Pure. */
export function summarize({ samples, options }: Measured): readonly Line[] {
  return measures.map((measure) => {
    const of = (server: ServerName) => samples.filter((sample) => sample.server === server && sample.measure === measure);
    const [limit, ours] = [of('limit'), of('vestibule')];
    const rounds = Array.from({ length: options.rounds }, (_, round) => round);
    const rate = (from: readonly Sample[], round: number) => from.find((sample) => sample.round === round)?.perSecond ?? 0;
    return {
      measure,
      perSecond: { limit: median(limit.map((sample) => sample.perSecond)), vestibule: median(ours.map((sample) => sample.perSecond)) },
      cpuMicros: { limit: median(limit.map((sample) => sample.cpuMicros)), vestibule: median(ours.map((sample) => sample.cpuMicros)) },
      p99: median(ours.map((sample) => sample.p99)),
      ratio: median(rounds.map((round) => rate(ours, round) / rate(limit, round))),
      bestRatio: Math.max(...ours.map((sample) => sample.perSecond)) / Math.max(...limit.map((sample) => sample.perSecond)),
      cpuRatio: median(limit.map((sample) => sample.cpuMicros)) / median(ours.map((sample) => sample.cpuMicros)),
    };
  });
}

/** Writes a run as a table for people. Pure. */
export function formatReport(measured: Measured): string {
  const { people, connections, requests, rounds, members } = measured.options;
  const head = ['', 'limit/s', 'vestibule/s', 'ratio', 'best', 'limit µs', 'vestibule µs', 'CPU ratio', 'p99 ms'];
  const body = summarize(measured).map((line) => [
    line.measure,
    line.perSecond.limit.toFixed(0),
    line.perSecond.vestibule.toFixed(0),
    line.ratio.toFixed(2),
    line.bestRatio.toFixed(2),
    line.cpuMicros.limit.toFixed(0),
    line.cpuMicros.vestibule.toFixed(0),
    line.cpuRatio.toFixed(2),
    line.p99.toFixed(1),
  ]);
  const memory = (['limit', 'vestibule'] as const).map((server) => {
    const mib = Math.max(...measured.memory.filter((sample) => sample.server === server).map((sample) => sample.memoryMib));
    return `${server} ${mib.toFixed(0)} MiB`;
  });
  return [
    `${people} people, ${connections} connections, ${requests} requests of each kind, a group of ${members}, medians of ${rounds} rounds`,
    ...toColumns([head, ...body]),
    `memory at the end: ${memory.join(', ')}`,
  ].join('\n');
}

function toColumns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  '),
  );
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
