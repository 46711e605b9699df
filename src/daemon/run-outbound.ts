// Runs the outbound half in a worker thread.
import type { Clock } from '../domain/clock.ts';
import type { Logger } from '../domain/logger.ts';
import { openOutboundStore } from '../store/sqlite/open.ts';
import { Heartbeat } from './heartbeat.ts';
import type { ToInbound, ToOutbound, WorkerOptions } from './messages.ts';
import { Outbound } from './outbound.ts';
import type { OutboundReport } from './ports.ts';
import { RemoteInbound } from './remote-inbound.ts';
import { serveOutbound } from './serve-outbound.ts';

/** How often the worker gives a sign of life, and looks whether its report has changed: every second. */
const beatMs = 1_000;

/** The thread that runs the half: its messages, and its end. */
export interface WorkerThread {
  post(message: ToInbound): void;
  /** Calls `take` with each message; it keeps the thread alive until `close`. */
  listen(take: (message: ToOutbound) => void): void;
  close(): void;
}

/** The dependencies of the half in this thread. */
export interface RunOutboundParts {
  readonly thread: WorkerThread;
  readonly options: WorkerOptions;
  readonly clock: Clock;
  readonly log: Logger;
  readonly secrets: Set<string>;
}

/** Opens the outbound store and serves until the main thread says *stop*. An error ends the thread: the main thread starts another. */
export async function runOutbound({ thread, options, clock, log, secrets }: RunOutboundParts): Promise<void> {
  const { folders, config, adminListen, tenantUrl, paused } = options;
  const heartbeat = new Heartbeat(options.heartbeat);
  const beating = setInterval(() => heartbeat.beat(), beatMs);
  const inbound = new RemoteInbound(options.inbound, (message) => thread.post(message));
  const stopped = Promise.withResolvers<void>();
  let changed: (() => void) | undefined;
  thread.listen((message) => {
    inbound.take(message);
    if (message.is === 'changed') changed?.();
    if (message.is === 'stop') stopped.resolve();
  });
  const { outbound: store, reader, close } = openOutboundStore({ folder: folders.dataDir, clock, log });
  try {
    const atWork = (target: string) => heartbeat.workFor(target);
    const outbound = new Outbound({ folders, config, store, reader, inbound, clock, log, secrets, atWork });
    for (const { target, why } of paused) await outbound.pause(target, why);
    const served = await serveOutbound(outbound, { dataDir: folders.dataDir, adminListen, tenantUrl, log });
    changed = () => served.changed();
    const reporting = reportChanges(() => served.report(), thread);
    const { adminListens } = served;
    thread.post({ is: 'ready', ...(adminListens !== undefined && { adminListens }) });
    // What came before `changed` was set.
    served.changed();
    await stopped.promise;
    clearInterval(reporting);
    await served.close();
  } finally {
    await close();
    clearInterval(beating);
    thread.close();
  }
}

/** Posts a report now, and when it has changed. */
function reportChanges(report: () => OutboundReport, thread: WorkerThread): NodeJS.Timeout {
  let last = '';
  const tell = () => {
    const now = report();
    const text = JSON.stringify(now);
    if (text !== last) thread.post({ is: 'report', report: now });
    last = text;
  };
  tell();
  return setInterval(tell, beatMs);
}
