import { readdirSync, readFileSync } from 'node:fs';

/** The cost of a process and its children so far. */
export interface ProcessCost {
  readonly cpuMicros: number;
  /** Proportional share of memory, in MiB. */
  readonly memoryMib: number;
}

/** Reads the CPU time of all threads, in nanoseconds of the scheduler, and the memory. Linux only. */
export function readCost(pid: number): ProcessCost {
  const pids = [pid, ...descendantsOf(pid)];
  return {
    cpuMicros: sum(pids.flatMap(threadMicros)),
    memoryMib: sum(pids.map(readPss)) / 1024,
  };
}

function threadMicros(pid: number): readonly number[] {
  return readdirSync(`/proc/${pid}/task`).map((thread) => {
    const [nanos = '0'] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ');
    return Number(nanos) / 1000;
  });
}

function readPss(pid: number): number {
  return Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
}

function descendantsOf(pid: number): readonly number[] {
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && parentOf(name) === pid);
  return children.flatMap((child) => [Number(child), ...descendantsOf(Number(child))]);
}

function parentOf(pid: string): number | undefined {
  try {
    // The name in brackets may contain blanks; the parent is the second field after it.
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1]);
  } catch {
    return undefined;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
