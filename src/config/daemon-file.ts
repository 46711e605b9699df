import { z } from 'zod';
import { isNetwork, parseListen } from './address.ts';
import { customAttributes } from './custom-attributes.ts';
import { durationText, nameText } from './quantities.ts';
import { sourceSettings } from './source-settings.ts';

const listen = z
  .string('write for example 127.0.0.1:8080')
  .transform((text, context) => {
    const address = parseListen(text);
    if (address === undefined) context.addIssue({ code: 'custom', message: 'is not an address: write for example 127.0.0.1:8080' });
    return address ?? z.NEVER;
  })
  .describe('HOST:PORT to listen on.');

const scim = z
  .strictObject({
    listen: listen.optional(),
    plainHttp: z
      .literal('behindProxy')
      .optional()
      .describe('behindProxy: a reverse proxy ends TLS in front of us. Needed to listen beyond loopback without tls.'),
    trustedProxies: z
      .array(z.string().refine(isNetwork, 'is not an IP address or network such as 172.18.0.0/16'))
      .default([])
      .describe('Addresses or networks whose X-Forwarded headers are believed; nobody when empty.'),
    allowedOrigins: z
      .array(z.string().refine(isOrigin, 'is not an origin such as https://scimvalidator.microsoft.com'))
      .default(['https://scimvalidator.microsoft.com'])
      .describe("Web pages that may call /scim from a browser, with a token; by default Microsoft's SCIM Validator. None when empty."),
    tls: z
      .strictObject({
        cert: z.string().min(1).describe('File with the certificate chain (PEM).'),
        key: z.string().min(1).describe('File with the private key (PEM).'),
      })
      .optional()
      .describe('Serve HTTPS ourselves.'),
  })
  .describe(
    'The listener for the directory: /scim and the health checks. Only this one is meant for the public name. Default 127.0.0.1:8080. Needs a restart.',
  );

const server = z
  .strictObject({
    publicUrl: z
      .string()
      .refine(isWebAddress, 'is not an address such as https://hosts.contoso.com')
      .refine((url) => !/\/scim\/*$/i.test(url), {
        message: 'ends in /scim, which the Tenant URL adds by itself',
        params: { hint: 'leave /scim out' },
      })
      .transform((url) => url.replace(/\/+$/, ''))
      .optional()
      .describe('How the directory reaches us; the Tenant URL is this and /scim. Used in every link that is printed.'),
    scim: scim.prefault({}),
    admin: z
      .strictObject({ listen: listen.optional() })
      .optional()
      .describe(
        'A TCP listener for the admin API, which only shows. Off by default: commands use the socket in the data folder. Needs a restart.',
      ),
  })
  .describe('Addresses.');

/** Schema of `vestibule.yaml`: the daemon. Everything has a default. */
export const daemonFile = z
  .strictObject({
    server: server.prefault({}),
    sources: z
      .record(nameText, sourceSettings)
      .default({})
      .describe('Connections of identity providers, by name. One that is not here has the defaults. Needs a restart.'),
    attributes: customAttributes
      .default({})
      .describe(
        'Custom attributes of people that the directory sends, by the URN of their schema: typed, filterable, and names in expressions. Needs a restart.',
      ),
    keep: z
      .strictObject({
        journal: durationText.default(90 * 86_400_000).describe('How long the history of deliveries is kept.'),
        files: z.int().min(1).max(10_000).default(20).describe('How many of the last files of each drop are kept.'),
      })
      .prefault({})
      .describe('How much is kept.'),
    delivery: z
      .strictObject({
        settle: durationText
          .default(2_000)
          .describe('How long after a change a Target is planned, so that several changes become one delivery.'),
      })
      .prefault({})
      .describe('Pace of all Targets.'),
  })
  .describe('The daemon of Vestibule.');

/** The daemon's file, parsed. */
export type DaemonFile = z.output<typeof daemonFile>;

/** Scheme, name and perhaps a port, as browsers send it. */
function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text.toLowerCase() && /^https?:/i.test(text);
}

function isWebAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, search, hash, username } = new URL(text);
  return (protocol === 'https:' || protocol === 'http:') && search === '' && hash === '' && username === '';
}
