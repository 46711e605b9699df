// Leaves the first token of a new store in a file.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Inbound } from './inbound.ts';

/**
 * Leaves a token to be read once at the very first start, so that Entra can be connected without another command.
 * @returns its file; `undefined` when there are tokens already, several Sources, or a store that cannot be written.
 */
export async function leaveFirstToken(inbound: Inbound, dataDir: string): Promise<{ readonly file: string } | undefined> {
  const { staging, config, auth } = inbound;
  const [source, ...others] = Object.keys(config.sources);
  // With several Sources it is unknown whose the first one would be.
  if (source === undefined || others.length > 0 || staging.readOnly() !== undefined) return undefined;
  if ((await auth.tokens.list()).length > 0) return undefined;
  const { text } = await auth.tokens.create({ label: 'first', source });
  const file = join(dataDir, 'first-token');
  await writeFile(file, `${text}\n`, { mode: 0o600 });
  return { file };
}
