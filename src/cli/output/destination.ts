// Renders the destination of a Target's records as a sentence.
import type { Destination } from '../../domain/destination.ts';
import { toSentence } from '../../domain/wording.ts';

/** A sentence with the destination and the secrets: `Sends to https://vms.contoso.com, with ${env:VMS_TOKEN}.` */
export function showDestination({ does, runsCode, secrets }: Destination): string {
  const withSecrets = secrets.length === 0 ? '' : `, with ${secrets.join(' and ')}`;
  const code = runsCode ? ' This target runs code with the permissions of the daemon.' : '';
  return `${toSentence(`${does}${withSecrets}`)}${code}`;
}
