// Runs the demo: a real daemon, a simulated Entra and three simulated visitor systems.
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { EntraClient } from './entra-client.ts';
import type { EntraDirectory } from './entra-directory.ts';
import { inventDirectory } from './invent-directory.ts';
import { personAt } from './demo/directory-changes.ts';
import type { DemoAdmin, DemoDaemon, DemoFolders, DemoScreen } from './demo/demo-interfaces.ts';
import { makeFolders, writeSite } from './demo/write-site.ts';
import { DemoSteps } from './demo/demo-steps.ts';
import { openSystems, type DemoSystems } from './demo/systems.ts';

/** Options of a demo. `rehearsal` cannot import the daemon or its admin API, so the caller passes both. */
export interface DemoOptions {
  /** True to end after the last step instead of running on. */
  readonly once: boolean;
  /** Parent of the demo's folder. */
  readonly parent: string;
  readonly screen: DemoScreen;
  /** Aborts if the person ends the demo (Ctrl-C). */
  readonly signal: AbortSignal;
  /** Starts a daemon with these folders; resolves when it serves SCIM. */
  startDaemon(folders: DemoFolders): Promise<DemoDaemon>;
  /** Opens the admin API of the daemon with this data folder. */
  openAdmin(dataDir: string): Promise<DemoAdmin>;
  /** The command line of a command for this daemon, such as `status`. */
  toCommand(words: readonly string[], folders: DemoFolders): string;
}

const people = 250;

/** Index in the directory of the person for whom the demo proposes `why`: disabled, and not restored. */
const someoneToAskFor = 51;

/**
 * Runs all steps of the demo on the screen, with a real daemon, a client that sends the requests of Entra for 250 people and 12 groups, and
 * three visitor systems. Then changes the directory, and counts the records in the three systems. Runs until `signal` aborts, unless
 * `once`.
 * @returns 0 only if every count is correct, 1 if not, 130 if it was ended before the count. Its folder is removed after a successful
 * `once`, and kept otherwise. Throws errors that are not part of the demo (no free port, a full disk).
 */
export async function runDemo(options: DemoOptions): Promise<number> {
  const { screen, signal } = options;
  const folders = await makeFolders(options.parent);
  const exitCode = await playIn(folders, options).catch((error: unknown) => {
    if (signal.aborted) return 130;
    throw error;
  });
  if (options.once && exitCode === 0) await rm(folders.root, { recursive: true, force: true });
  else screen.line(`\nThe files of the demo are kept in ${folders.root}`);
  return exitCode;
}

async function playIn(folders: DemoFolders, options: DemoOptions): Promise<number> {
  const { screen, signal } = options;
  await using systems = await openSystems(folders, Math.random);
  await writeSite(folders, systems.site);
  const daemon = await options.startDaemon(folders);
  try {
    introduce(screen, folders, systems, daemon);
    const admin = await options.openAdmin(folders.data);
    const { text: token } = await admin.createToken({ label: 'demo' });
    const entra = new EntraClient({ tenantUrl: daemon.tenantUrl, token, connections: 8 });
    const directory = inventDirectory({ people });
    const steps = new DemoSteps({ screen, signal, systems: systems.all, admin, entra, directory });
    const good = await steps.run().finally(() => entra.close());
    screen.line(good ? '\nAll systems are correct.' : '\nThe demo FAILED: see the lines marked with "!".');
    if (!options.once && !signal.aborted) await stayUp(options, folders, directory);
    return good ? 0 : 1;
  } finally {
    await daemon.stop();
  }
}

function introduce(screen: DemoScreen, folders: DemoFolders, systems: DemoSystems, daemon: DemoDaemon): void {
  screen.line(`A daemon, a simulated Entra with ${people} people and 12 groups, and three visitor systems:\n`);
  for (const system of systems.all) screen.line(`  ${system.target.padEnd(12)} ${system.title}: ${system.where}`);
  screen.line('');
  screen.line(`  Tenant URL   ${daemon.tenantUrl}`);
  screen.line(`  Files        ${folders.root}`);
  screen.line(`  Log          ${daemon.logFile}\n`);
}

/** Keeps everything running until the person ends the demo, so that changed files and commands take effect. */
async function stayUp(options: DemoOptions, folders: DemoFolders, directory: EntraDirectory): Promise<void> {
  const { screen, signal } = options;
  screen.line('\nThe demo runs until you press Ctrl-C. Try these commands in another terminal:\n');
  const { userPrincipalName } = personAt(directory, someoneToAskFor);
  for (const words of [['status'], ['why', userPrincipalName], ['plan', 'front-desk'], ['pause', 'old-vms']])
    screen.line(`  ${options.toCommand(words, folders)}`);
  screen.line(`\nOr change a file in ${folders.config}, then run the plan command again.`);
  if (!signal.aborted) await once(signal, 'abort');
}
