// Runs the demo.
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { EntraClient } from './entra-client.ts';
import type { EntraDirectory } from './entra-directory.ts';
import { inventDirectory } from './entra-people.ts';
import { personAt } from './demo/changes.ts';
import type { DemoAdmin, DemoDaemon, DemoFolders, DemoScreen } from './demo/ports.ts';
import { makeFolders, writeSite } from './demo/site.ts';
import { DemoStory } from './demo/demo-scenes.ts';
import { openSystems, type DemoSystems } from './demo/systems.ts';

/** How a demo runs. `rehearsal` knows neither the daemon nor its admin API: the caller passes both. */
export interface DemoOptions {
  /** End after the story instead of staying up. */
  readonly once: boolean;
  /** Parent of the demo's folder. */
  readonly parent: string;
  readonly screen: DemoScreen;
  /** A person wants it to end (Ctrl-C). */
  readonly signal: AbortSignal;
  /** Starts a daemon over these folders; resolves when it serves SCIM. */
  startDaemon(folders: DemoFolders): Promise<DemoDaemon>;
  /** The admin API of the daemon that runs over this data folder. */
  openAdmin(dataDir: string): Promise<DemoAdmin>;
  /** How a reader would write a command for this daemon, such as `status`. */
  toCommand(words: readonly string[], folders: DemoFolders): string;
}

const people = 250;

/** Place in the directory of a person with a story worth reading: disabled, and not restored. */
const someoneToAskFor = 51;

/**
 * Plays the whole story in front of the reader: a real daemon, an Entra-shaped client with 250 people and 12 groups, three visitor
 * systems; then changes, and a count of everything at the three systems themselves. Stays up until `signal` aborts, unless `once`.
 * @returns 0 only if every count is as it should be, 1 if not, 130 when it was ended before it knew. Its folder is removed after a good
 * `once`, and kept otherwise. What is not part of the story (no free port, a full disk) is thrown.
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
    const story = new DemoStory({ screen, signal, systems: systems.all, admin, entra, directory });
    const good = await story.tell().finally(() => entra.close());
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

/** The systems go on working meanwhile: what the reader changes in the files, or asks, happens for real. */
async function stayUp(options: DemoOptions, folders: DemoFolders, directory: EntraDirectory): Promise<void> {
  const { screen, signal } = options;
  screen.line('\nThe demo runs until you press Ctrl-C. Try these commands in another terminal:\n');
  const { userPrincipalName } = personAt(directory, someoneToAskFor);
  for (const words of [['status'], ['why', userPrincipalName], ['plan', 'front-desk'], ['pause', 'old-vms']])
    screen.line(`  ${options.toCommand(words, folders)}`);
  screen.line(`\nOr change a file in ${folders.config}, then run the plan command again.`);
  if (!signal.aborted) await once(signal, 'abort');
}
