// Opens both halves in one process: for commands without a daemon, and for tests.
import { Outbound } from './outbound.ts';
import type { Inbound } from './inbound.ts';
import { openInbound, type HalfContext } from './open-inbound.ts';

/** What both halves are opened with. */
export interface HalvesContext extends HalfContext {
  /** Takes the secrets that are resolved, so that the log hides them. */
  readonly secrets: Set<string>;
}

/** Both halves in this process. */
export interface Halves {
  readonly inbound: Inbound;
  readonly outbound: Outbound;
  /** Ends the work for all Targets and closes the stores. */
  readonly close: () => Promise<void>;
}

/** Opens both stores and everything but the listeners. @throws as `openInbound`. */
export async function openHalves(context: HalvesContext, access: 'read' | 'write'): Promise<Halves> {
  const { folders, clock, log, secrets } = context;
  const { inbound, openOutbound, close } = await openInbound(context, access);
  try {
    const { outbound: store, reader, close: closeOutbound } = openOutbound();
    const outbound = new Outbound({ folders, config: inbound.config, store, reader, inbound: inbound.port, clock, log, secrets });
    return {
      inbound,
      outbound,
      async close() {
        inbound.letGo();
        await outbound.close();
        await closeOutbound();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
