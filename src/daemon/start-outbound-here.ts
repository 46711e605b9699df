// Starts the outbound half in the process of the inbound half.
import type { HalvesContext } from './open-halves.ts';
import type { OpenedInbound } from './open-inbound.ts';
import { Outbound } from './outbound.ts';
import type { OutboundPort } from './ports.ts';
import { serveOutbound, type ServeOutboundOptions } from './serve-outbound.ts';

/** The parameters for starting the outbound half. */
export type StartOutboundOptions = HalvesContext & Pick<ServeOutboundOptions, 'tenantUrl' | 'adminListen'>;

/** Opens the outbound store, serves commands and begins the work for all Targets. */
export async function startOutboundHere({ inbound, openOutbound }: OpenedInbound, options: StartOutboundOptions): Promise<OutboundPort> {
  const { folders, clock, log, secrets } = options;
  const { outbound: store, reader, close } = openOutbound();
  try {
    const outbound = new Outbound({ folders, config: inbound.config, store, reader, inbound: inbound.port, clock, log, secrets });
    const served = await serveOutbound(outbound, { ...options, dataDir: folders.dataDir });
    return {
      ...served,
      async close() {
        await served.close();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
