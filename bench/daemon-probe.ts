import { createHistogram, monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';

/** Delays of the daemon's event loop since the last request for this report, in milliseconds. */
export interface LoopReport {
  /** How late a timer of 1 ms fired. */
  readonly p99: number;
  readonly max: number;
  /** Processor time of the main thread between two turns of the loop, which does not count other work of the machine. */
  readonly cpuP99: number;
  readonly cpuMax: number;
  /** Longest pause for the garbage collector. */
  readonly gcMax: number;
}

/** Loaded before the daemon by `node --import`: answers any message of the parent process with a report. Changes nothing else. */
function answerParent(): void {
  const loop = monitorEventLoopDelay({ resolution: 1 });
  loop.enable();
  const cpu = createHistogram();
  watchTurns((micros) => cpu.record(Math.max(1, micros)));
  let gcMax = 0;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) gcMax = Math.max(gcMax, duration);
  }).observe({ entryTypes: ['gc'] });
  process.on('message', () => {
    const report: LoopReport = {
      p99: loop.percentile(99) / 1e6,
      max: loop.max / 1e6,
      cpuP99: cpu.percentile(99) / 1e3,
      cpuMax: cpu.max / 1e3,
      gcMax,
    };
    process.send?.(report);
    loop.reset();
    cpu.reset();
    gcMax = 0;
  });
  // A stopped benchmark leaves no daemon behind; a daemon that has finished ends without a listener too.
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel?.unref();
}

/** Reports the main thread's processor time, in microseconds, from one turn of the loop to the first one that is a millisecond later. */
function watchTurns(tell: (micros: number) => void): void {
  const total = () => {
    const { user, system } = process.threadCpuUsage();
    return user + system;
  };
  let before = total();
  setInterval(() => {
    const now = total();
    tell(now - before);
    before = now;
  }, 1).unref();
}

// Imported for its effect, by the measured process alone.
if (process.send !== undefined) answerParent();
