// Starts the outbound half in a child process.
import { fork, type ChildProcess } from 'node:child_process';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../domain/clock.ts';
import { messageOf } from '../domain/errors.ts';
import type { Logger } from '../domain/logger.ts';
import type { SiteFolders } from './folders.ts';
import type { Inbound } from './inbound.ts';
import { OutboundSupervisor, type SupervisorTiming } from './outbound-supervisor.ts';
import type { ServeOutboundOptions } from './serve-outbound.ts';
import { standInFor } from './stand-in.ts';

/** Max heap of the process in MiB. If it is exceeded, the process ends and the main process continues. */
const defaultMaxHeapMib = 1_024;

/** Half of the young generation in MiB; package.json, the Dockerfile and ./vestibule set the same for the main process. */
const semiSpaceMib = 16;

/** Threads for file operations: 64 in place of 4, because each drop folder that does not respond occupies one. */
const threadPoolSize = '64';

/** Priority of the process: 0 is normal, 19 the lowest. With 10, it gets about a tenth of a processor that another process needs. */
const niceness = 10;

/** The parameters for starting the process. */
export interface StartProcessOptions extends Pick<ServeOutboundOptions, 'tenantUrl' | 'adminListen'> {
  readonly folders: SiteFolders;
  /** The program of the process. */
  readonly entry: URL;
  /** Its arguments; none when missing. */
  readonly argv?: readonly string[];
  readonly clock: Clock;
  readonly log: Logger;
  readonly timing?: Partial<SupervisorTiming>;
  /** Max heap in MiB; 1,024 when missing. */
  readonly maxHeapMib?: number;
}

/** Starts the process, and returns when it serves or has failed. */
export async function startOutboundProcess(inbound: Inbound, options: StartProcessOptions): Promise<OutboundSupervisor> {
  const { folders, entry, argv = [], clock, log, tenantUrl, adminListen, timing, maxHeapMib = defaultMaxHeapMib } = options;
  const supervisor = new OutboundSupervisor({
    fork: () => {
      const child = fork(fileURLToPath(entry), argv, {
        serialization: 'advanced',
        stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
        execArgv: [`--max-old-space-size=${maxHeapMib}`, `--max-semi-space-size=${semiSpaceMib}`],
        env: { UV_THREADPOOL_SIZE: threadPoolSize, ...process.env },
        windowsHide: true,
      });
      lowerPriority(child, log);
      return child;
    },
    options: { folders, config: inbound.config, tenantUrl, ...(adminListen !== undefined && { adminListen }) },
    inbound: inbound.port,
    inboundReport: () => inbound.report(),
    standIn: (describe) => standInFor(folders.dataDir, describe),
    clock,
    log,
    ...(timing !== undefined && { timing }),
  });
  await supervisor.start();
  return supervisor;
}

/** The responses to the identity provider come first when the processors are busy; the process and its scripts use the rest. */
function lowerPriority({ pid }: ChildProcess, log: Logger): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, niceness);
  } catch (error) {
    log.warn({ reason: messageOf(error) }, 'the priority of the outbound process could not be lowered');
  }
}
