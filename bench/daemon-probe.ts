import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';

/** What the daemon's event loop did since it was asked last, in milliseconds. */
export interface LoopReport {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Longest pause for the garbage collector, and all of them together. */
  readonly gcMax: number;
  readonly gcSum: number;
}

/** Loaded before the daemon by `node --import`: answers any message of the parent process with a report. Changes nothing else. */
function answerParent(): void {
  const loop = monitorEventLoopDelay({ resolution: 1 });
  loop.enable();
  let pauses: number[] = [];
  new PerformanceObserver((list) => pauses.push(...list.getEntries().map((entry) => entry.duration))).observe({ entryTypes: ['gc'] });
  process.on('message', () => {
    const ms = (nanos: number) => nanos / 1e6;
    process.send?.({
      p50: ms(loop.percentile(50)),
      p99: ms(loop.percentile(99)),
      max: ms(loop.max),
      gcMax: Math.max(0, ...pauses),
      gcSum: pauses.reduce((sum, pause) => sum + pause, 0),
    } satisfies LoopReport);
    loop.reset();
    pauses = [];
  });
  // A benchmark that was ended leaves no daemon behind; a daemon that is done ends, whoever listens.
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel?.unref();
}

// Imported for its effect, by the measured process alone.
if (process.send !== undefined) answerParent();
