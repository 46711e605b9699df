// Reads the certificate files of a Target for TLS.
import { readFile } from 'node:fs/promises';
import type { SecureContextOptions } from 'node:tls';
import { TargetUnavailable } from '../../domain/errors.ts';
import type { HttpSettings } from './http-settings.ts';

/**
 * TLS options for a connection to a Target. Reads the certificate files now; empty if `tls` is not set.
 * @throws {TargetUnavailable} naming the file that cannot be read.
 */
export async function readTlsOptions({ tls }: Pick<HttpSettings, 'tls'>): Promise<SecureContextOptions> {
  const { ca, cert, key, passphrase } = tls ?? {};
  const files = { ca, cert, key };
  const read = await Promise.all(
    Object.entries(files).map(async ([name, path]) => [name, path === undefined ? undefined : await readPem(path)] as const),
  );
  const given = Object.fromEntries(read.filter(([, content]) => content !== undefined));
  return { ...given, ...(passphrase !== undefined && { passphrase }) };
}

async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new TargetUnavailable(`the file ${path} cannot be read`, { cause: error, hint: 'Check tls in the settings of the target.' });
  }
}
