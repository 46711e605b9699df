// Reads a site and checks it with all Drivers.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CheckReport } from '../admin/reports/check-report.ts';
import { checkSite } from '../config/checks/check-site.ts';
import type { DaemonConfig } from '../config/daemon-config.ts';
import { thisMachine, type Machine } from '../config/machine.ts';
import { toDestination } from '../config/destination.ts';
import { readSite, type Site } from '../config/site.ts';
import type { Problem } from '../domain/errors.ts';
import { drivers } from '../outbound/drivers/registry.ts';

/** The shipped Connectors are next to `src` in a checkout, and next to `dist` in a release. */
const shippedConnectors = fileURLToPath(new URL('../../connectors', import.meta.url));

/** Reads a site's files and checks them against the drivers. `fallback` is used in place of a `vestibule.yaml` with problems. */
export function readCheckedSite(configDir: string, fallback?: DaemonConfig, machine: Machine = thisMachine()): Site {
  return checkSite(readSite(configDir, shippedConnectors, { machine, ...(fallback !== undefined && { fallback }) }), drivers, machine);
}

/** The report of `check`. A missing folder is a problem here, although the daemon starts without one. */
export function toCheckReport({ problems, read, fileDefinitions }: Site, by: CheckReport['read']['by']): CheckReport {
  if (existsSync(read.folder)) return { problems, read: { ...read, by }, destinations: [...fileDefinitions.values()].map(toDestination) };
  const missing: Problem = {
    file: read.folder,
    path: '',
    message: 'folder does not exist',
    hint: 'create it, or set the configuration folder with --config DIR (or VESTIBULE_CONFIG)',
    level: 'problem',
  };
  return { problems: [missing], read: { ...read, by }, destinations: [] };
}
