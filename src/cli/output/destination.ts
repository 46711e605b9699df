// Renders where the records of a Target go, as a sentence.
import type { Destination } from '../../domain/destination.ts';
import { toSentence } from '../../domain/wording.ts';

/** Where records go and with which secrets, as a sentence: `Sends to https://vms.contoso.com, with ${env:VMS_TOKEN}.` */
export function showDestination({ does, runsCode, secrets }: Destination): string {
  const withSecrets = secrets.length === 0 ? '' : `, with ${secrets.join(' and ')}`;
  const code = runsCode ? ' This target runs code with the permissions of the daemon.' : '';
  return `${toSentence(`${does}${withSecrets}`)}${code}`;
}
