// Reads the version of this release.
import { readFileSync } from 'node:fs';

/** The version in `package.json`, which is in the parent folder of `src` in a checkout, and of `dist` in a release. */
export function readVersion(): string {
  return (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { readonly version: string }).version;
}
