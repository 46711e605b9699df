// Starts the outbound half in a worker thread.
import { SHARE_ENV, Worker } from 'node:worker_threads';
import type { Clock } from '../domain/clock.ts';
import type { Logger } from '../domain/logger.ts';
import type { SiteFolders } from './folders.ts';
import type { Inbound } from './inbound.ts';
import { OutboundThread, type ThreadTiming } from './outbound-thread.ts';
import type { ServeOutboundOptions } from './serve-outbound.ts';
import { standInFor } from './stand-in.ts';

/** Max heap of the worker in MiB. If it is exceeded, the worker ends and the main thread continues. */
const defaultMaxHeapMib = 1_024;

/**
 * Max young generation of the worker in MiB. With V8's default, 3 of 6 workers that ran out of memory while they parsed large JSON aborted
 * the whole process; with 8 or 32, none of 12 (Node 24).
 */
const maxYoungGenerationSizeMb = 32;

/** The parameters for starting the thread. */
export interface StartThreadOptions extends Pick<ServeOutboundOptions, 'tenantUrl' | 'adminListen'> {
  readonly folders: SiteFolders;
  /** The file that the worker runs. */
  readonly entry: URL;
  readonly clock: Clock;
  readonly log: Logger;
  readonly timing?: Partial<ThreadTiming>;
  /** Memory for objects of the worker, in MiB; 1,024 when missing. */
  readonly maxHeapMib?: number;
}

/** Starts the worker, and returns when it serves or has failed. */
export async function startOutboundThread(inbound: Inbound, options: StartThreadOptions): Promise<OutboundThread> {
  const { folders, entry, clock, log, tenantUrl, adminListen, timing, maxHeapMib = defaultMaxHeapMib } = options;
  const thread = new OutboundThread({
    startWorker: (workerData) =>
      new Worker(entry, { workerData, env: SHARE_ENV, resourceLimits: { maxOldGenerationSizeMb: maxHeapMib, maxYoungGenerationSizeMb } }),
    options: { folders, config: inbound.config, tenantUrl, ...(adminListen !== undefined && { adminListen }) },
    inbound: inbound.port,
    inboundReport: () => inbound.report(),
    standIn: (describe) => standInFor(folders.dataDir, describe),
    clock,
    log,
    ...(timing !== undefined && { timing }),
  });
  await thread.start();
  return thread;
}
