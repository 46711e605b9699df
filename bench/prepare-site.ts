import { existsSync, readFileSync } from 'node:fs';
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { StagedSite } from './entra-mix.ts';
import { startBenchDaemon, vestibule, type DaemonFolders } from './latency-daemon.ts';
import { stageSite, type StageSize } from './latency-stage.ts';

/**
 * Makes a data folder with everyone in it, staged through SCIM now, or by an earlier run of the same size that left it in the folder
 * `prepared` (empty: nothing is kept).
 */
export async function prepareSite(folders: DaemonFolders, size: StageSize, prepared: string): Promise<void> {
  const kept = prepared === '' ? '' : join(prepared, `${size.people}-${size.groups}`);
  if (kept !== '' && existsSync(kept)) return cp(kept, folders.data, { recursive: true });
  process.stderr.write(`staging ${size.people} people …\n`);
  await writeFile(join(folders.config, 'vestibule.yaml'), 'sources: { default: { quiet: 1s } }\n');
  const printed = await vestibule(folders, 'token', 'create', '--label', 'bench', '--print');
  const token = printed.trimEnd().split('\n').at(-1) ?? '';
  const daemon = await startBenchDaemon(folders, false);
  try {
    const site = await stageSite(daemon.baseUrl, { authorization: `Bearer ${token}` }, size);
    await writeFile(siteFile(folders), JSON.stringify(site));
    await writeFile(tokenFile(folders), token);
  } finally {
    await daemon.stop();
  }
  // A start after the quiet time stores that the first cycle has finished.
  await wait(1_500);
  await (await startBenchDaemon(folders, false)).stop();
  if (kept !== '') await cp(folders.data, kept, { recursive: true });
}

/** The file with the ids of all staged people, as a `StagedSite`. */
export function siteFile({ data }: DaemonFolders): string {
  return join(data, 'bench-site.json');
}

/** All staged people. */
export function readSite(folders: DaemonFolders): StagedSite {
  return JSON.parse(readFileSync(siteFile(folders), 'utf8')) as StagedSite;
}

/** The token of the staged site. */
export function readToken(folders: DaemonFolders): string {
  return readFileSync(tokenFile(folders), 'utf8');
}

function tokenFile({ data }: DaemonFolders): string {
  return join(data, 'bench-token');
}
