// Runs the outbound half in its own process.
import type { Clock } from '../domain/clock.ts';
import type { Logger } from '../domain/logger.ts';
import { openOutboundStore } from '../store/sqlite/open.ts';
import type { OutboundOptions } from './messages.ts';
import { Outbound } from './outbound.ts';
import type { ParentProcess } from './parent-process.ts';
import type { OutboundReport } from './ports.ts';
import { RemoteInbound } from './remote-inbound.ts';
import { serveOutbound } from './serve-outbound.ts';

/** How often the process sends its heartbeat, and its report if that has changed, in milliseconds. */
const beatMs = 1_000;

/** The dependencies of the half in this process. */
export interface RunOutboundParts {
  readonly parent: Pick<ParentProcess, 'post' | 'listen'>;
  readonly options: OutboundOptions;
  readonly clock: Clock;
  readonly log: Logger;
  readonly secrets: Set<string>;
}

/** Opens the outbound store and serves until the main process sends *stop*. @throws whatever prevents that, such as a store in use. */
export async function runOutbound({ parent, options, clock, log, secrets }: RunOutboundParts): Promise<void> {
  const { folders, config, adminListen, tenantUrl, paused } = options;
  const beating = setInterval(() => parent.post({ is: 'alive' }), beatMs);
  const inbound = new RemoteInbound(options.inbound, (message) => parent.post(message));
  const stopped = Promise.withResolvers<void>();
  let changed: (() => void) | undefined;
  parent.listen((message) => {
    inbound.take(message);
    if (message.is === 'changed') changed?.();
    if (message.is === 'stop') stopped.resolve();
  });
  const { outbound: store, reader, close } = openOutboundStore({ folder: folders.dataDir, clock, log });
  try {
    const atWork = (target: string) => parent.post({ is: 'works', target });
    const outbound = new Outbound({ folders, config, store, reader, inbound, clock, log, secrets, atWork });
    for (const { target, why } of paused) await outbound.pause(target, why);
    const served = await serveOutbound(outbound, { dataDir: folders.dataDir, adminListen, tenantUrl, log });
    changed = () => served.changed();
    const reporting = reportChanges(() => served.report(), parent);
    const { adminListens } = served;
    parent.post({ is: 'ready', ...(adminListens !== undefined && { adminListens }) });
    // For messages that arrived before `changed` was set.
    served.changed();
    await stopped.promise;
    clearInterval(reporting);
    await served.close();
  } finally {
    await close();
    clearInterval(beating);
  }
}

/** Posts a report now, and when it has changed. */
function reportChanges(report: () => OutboundReport, parent: Pick<ParentProcess, 'post'>): NodeJS.Timeout {
  let last = '';
  const tell = () => {
    const now = report();
    const text = JSON.stringify(now);
    if (text !== last) parent.post({ is: 'report', report: now });
    last = text;
  };
  tell();
  return setInterval(tell, beatMs);
}
