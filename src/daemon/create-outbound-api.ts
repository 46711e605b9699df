// Connects the admin API to engine, files and stores.
import type { AdminApi } from '../admin/api.ts';
import { findCollisions } from '../config/checks/collisions.ts';
import { compareDefinitions } from '../config/compare-definitions.ts';
import type { ProbedMachine } from '../config/probed-machine.ts';
import { createAdminApi } from '../outbound/admin/handlers/create-admin-api.ts';
import type { HandlerDeps } from '../outbound/admin/handlers/handler-deps.ts';
import { drivers } from '../outbound/drivers/registry.ts';
import { checkFiles } from './check-files.ts';
import type { OutboundParts } from './outbound-parts.ts';
import type { SiteInForce } from './site-in-force.ts';
import { readVersion } from './version.ts';

/** The parts of an `Outbound` that its admin API uses. */
export interface OutboundInternals
  extends Pick<OutboundParts, 'folders' | 'config' | 'inbound'>, Pick<HandlerDeps, 'engineDeps' | 'engine' | 'commands' | 'examine'> {
  readonly files: SiteInForce;
  readonly machine: ProbedMachine;
  /** Aborts when the process stops. */
  readonly stopping: AbortSignal;
}

/** Creates the admin API; `running`: in a daemon. */
export function createOutboundApi(
  { files, machine, ...internals }: OutboundInternals,
  { tenantUrl, running }: Pick<HandlerDeps, 'tenantUrl' | 'running'>,
): AdminApi {
  const { config, inbound, engineDeps, engine, commands, examine, stopping } = internals;
  return createAdminApi({
    engineDeps,
    engine,
    commands,
    tokens: inbound.tokens,
    troubles: () => inbound.troubles(),
    sourceNames: Object.keys(config.sources),
    readFiles: () => files.read(),
    syncDefinitions: (gone = []) => files.sync(gone),
    examine,
    stopping,
    compare: (applied, fileDefinition) => {
      const { waiting, sameSystem } = compareDefinitions(applied, fileDefinition);
      return { waiting, otherSystem: !sameSystem };
    },
    check: () => checkFiles({ ...internals, machine }, running ? 'daemon' : 'this process'),
    findCollision: (fileDefinition, inForce) =>
      machine.settled(() => findCollisions([fileDefinition], inForce, drivers, machine).find(({ level }) => level === 'problem')),
    tenantUrl,
    version: readVersion(),
    running,
  });
}
