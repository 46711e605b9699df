// The Zod schema of `sources` in `vestibule.yaml`.
import { z } from 'zod';
import type { SourceId } from '../../domain/ids.ts';
import { isLoopback } from '../../domain/ip-address.ts';
import type { EntraTrust, FederationTrust } from '../../domain/source.ts';
import type { Finding } from '../checks/finding.ts';
import { durationText } from './setting-quantities.ts';

/** The settings of one Source: its time limits, and the tokens from Entra that it accepts. */
export interface SourceConfig {
  /** The first cycle is over after this time without a write. */
  readonly quietMs: number;
  /** Delayed leaver steps wait if the Source has sent no request for this time. */
  readonly silentMs: number;
  readonly entra?: EntraTrust;
  readonly federation?: FederationTrust;
}

const id = z
  .string()
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'is not a valid id. Write an id such as 11111111-2222-3333-4444-555555555555.')
  .meta({ title: 'id' })
  .transform((text) => text.toLowerCase());

const tenant = id.describe('Tenant ID, from the overview page of the Entra admin center.');

const authority = z
  .string()
  .refine(isAuthority, {
    message: 'is not an https address without a path',
    params: { hint: 'Write an address such as https://login.microsoftonline.com. The tenant belongs under tenant.' },
  })
  .transform((url) => url.replace(/\/+$/, ''))
  .prefault('https://login.microsoftonline.com')
  .describe('Sign-in address of the tenant. Sovereign clouds have a different address, such as https://login.microsoftonline.us.');

const entra = z
  .strictObject({
    tenant,
    audiences: z
      .array(z.string().min(1))
      .min(1)
      .default(['8adf8e6e-67b2-4cf2-a259-e3dc5476c621'])
      .describe('Accepted audiences of the tokens. The default is the audience for applications that are not from the gallery.'),
    apps: z
      .array(id)
      .min(1)
      .prefault(['00000014-0000-0000-c000-000000000000'])
      .describe('Accepted calling applications. The default is the provisioning service (Microsoft.Azure.SyncFabric).'),
    authority,
  })
  .describe('Accepts the tokens that Entra issues when the Secret Token in the portal is empty.');

const federation = z
  .strictObject({
    tenant,
    subject: id.describe('Object ID of the service principal that signs in.'),
    audience: z.string().min(1).describe('Accepted audience of the assertions, such as api://11111111-2222-3333-4444-555555555555.'),
    authority,
  })
  .describe('Accepts an assertion from Entra instead of a client secret (workload identity federation).');

/** Schema of one entry of `sources`. */
export const sourceSettings = z.strictObject(
  {
    quiet: durationText
      .prefault('20m')
      .describe('The first provisioning cycle counts as complete when there has been no write for this long.'),
    silent: durationText.prefault('72h').describe('Delayed leaver steps are suspended if the source has not sent a request for this long.'),
    entra: entra.optional(),
    federation: federation.optional(),
  },
  'Write the name of the source first, for example: sources: { default: { quiet: 20m } }',
);

/** The settings of a Source that is not in the file. */
export const defaultSource: SourceConfig = toSourceConfig(sourceSettings.parse({}));

/** One entry of `sources`, parsed. */
export function toSourceConfig({
  quiet,
  silent,
  entra: entraTrust,
  federation: federationTrust,
}: z.output<typeof sourceSettings>): SourceConfig {
  return {
    quietMs: quiet,
    silentMs: silent,
    ...(entraTrust !== undefined && { entra: entraTrust }),
    ...(federationTrust !== undefined && { federation: federationTrust }),
  };
}

/** Reports Sources that accept the same tokens: the token of a request must identify its Source. */
export function checkTrusts(sources: Readonly<Record<SourceId, SourceConfig>>): readonly Finding[] {
  const entries = Object.entries(sources);
  return entries.flatMap(([name, { entra: mine, federation: myFederation }], index) => {
    const before = entries.slice(0, index);
    const twin = before.find(([, other]) => mine !== undefined && other.entra !== undefined && takesSame(mine, other.entra));
    const double = before.find(
      ([, other]) =>
        myFederation !== undefined && other.federation !== undefined && speaksFor(myFederation) === speaksFor(other.federation),
    );
    return [
      ...(twin === undefined
        ? []
        : [collision(name, 'entra', twin[0], 'Give each source its own audience, or use a Secret Token for one of them.')]),
      ...(double === undefined
        ? []
        : [collision(name, 'federation', double[0], 'Give each source its own service principal or audience.')]),
    ];
  });
}

function takesSame(one: EntraTrust, other: EntraTrust): boolean {
  return one.tenant === other.tenant && one.audiences.some((audience) => other.audiences.includes(audience));
}

function speaksFor({ tenant: of, subject, audience }: FederationTrust): string {
  return JSON.stringify([of, subject, audience.replace(/\/\.default$/, '')]);
}

function collision(source: SourceId, key: string, other: SourceId, hint: string): Finding {
  return { path: ['sources', source, key], message: `accepts the same tokens as the source ${other}`, hint, level: 'problem' };
}

/** True for the origin of a sign-in service, with HTTPS or on loopback: keys received over plain HTTP can be forged on the network. */
function isAuthority(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, pathname, search, hash, username } = new URL(text);
  const encrypted = protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
  return encrypted && pathname === '/' && search === '' && hash === '' && username === '';
}
