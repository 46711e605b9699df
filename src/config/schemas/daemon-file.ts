// The Zod schema of `vestibule.yaml`.
import { z } from 'zod';
import { parseNetwork } from '../../domain/ip-address.ts';
import { parseListen } from '../address.ts';
import { customAttributes } from './custom-attributes.ts';
import { durationText, nameText } from './setting-quantities.ts';
import { sourceSettings } from './source-settings.ts';

const listen = z
  .string('Write an address such as 127.0.0.1:8080.')
  .meta({ title: 'HOST:PORT' })
  .transform((text, context) => {
    const address = parseListen(text);
    if (address === undefined)
      context.addIssue({ code: 'custom', message: 'is not a valid address. Write an address such as 127.0.0.1:8080.' });
    return address ?? z.NEVER;
  })
  .describe('Address and port to listen on.');

const scim = z
  .strictObject({
    listen: listen.optional().describe('Address and port for /scim and the health checks. Default: 127.0.0.1:8080.'),
    plainHttp: z
      .literal('behindProxy')
      .optional()
      .describe(
        'Set this to behindProxy if a reverse proxy handles TLS. Required to listen without tls on an address other than loopback.',
      ),
    trustedProxies: z
      .array(
        z
          .string()
          .refine(
            (text) => parseNetwork(text) !== undefined,
            'is not an IP address or network. Write an address or network such as 172.18.0.0/16.',
          ),
      )
      .default([])
      .describe(
        'IP addresses or networks of trusted proxies. Only the X-Forwarded headers of these proxies are used, for the address of the client and the scheme and host of the request.',
      ),
    allowedOrigins: z
      .array(z.string().refine(isOrigin, 'is not an origin. Write an origin such as https://scimvalidator.microsoft.com.'))
      .default(['https://scimvalidator.microsoft.com'])
      .describe(
        "Origins of web pages that may call /scim from a browser, with a token. The default is Microsoft's SCIM Validator. An empty list allows no origin.",
      ),
    tls: z
      .strictObject({
        cert: z.string().min(1).describe('File with the certificate chain, in PEM format.'),
        key: z.string().min(1).describe('File with the private key, in PEM format.'),
      })
      .optional()
      .describe('Certificate for serving HTTPS without a proxy.'),
  })
  .describe('Listener for the identity provider: /scim and the health checks. Publish only /scim.');

const server = z
  .strictObject({
    publicUrl: z
      .string()
      .refine(isWebAddress, 'is not a web address. Write an address such as https://hosts.contoso.com.')
      .refine((url) => !/\/scim\/*$/i.test(url), {
        message: 'must not end in /scim: /scim is appended automatically',
        params: { hint: 'Remove /scim.' },
      })
      .transform((url) => url.replace(/\/+$/, ''))
      .optional()
      .describe(
        'Public address without /scim. The Tenant URL is this address followed by /scim. If not set, the address of the listener is used.',
      ),
    scim: scim.prefault({}),
    admin: z
      .strictObject({ listen: listen.optional().describe('Address and port for the admin API. Default: no TCP listener.') })
      .optional()
      .describe('TCP listener for the read-only admin API. Commands do not need it: they use the socket in the data folder.'),
  })
  .describe('Addresses of the daemon.');

/** Schema of `vestibule.yaml`, the daemon's settings. Every setting has a default. */
export const daemonFile = z
  .strictObject({
    server: server.prefault({}),
    sources: z
      .record(nameText, sourceSettings)
      .default({})
      .describe(
        'Settings for each source (one connection from an identity provider). The keys are the names of the sources. A source that is not listed uses the defaults.',
      ),
    attributes: customAttributes
      .default({})
      .describe('Custom attributes of people, by schema URN and name. Expressions and filters can use them.'),
    keep: z
      .strictObject({
        journal: durationText.prefault('90d').describe('How long the history of deliveries is kept.'),
        files: z.int().min(1).max(10_000).default(20).describe('How many recent CSV files are kept per target.'),
      })
      .prefault({})
      .describe('Retention of history and files.'),
    delivery: z
      .strictObject({
        settle: durationText
          .prefault('2s')
          .describe('How long to wait after a change before planning, so that several changes to a person become one delivery.'),
      })
      .prefault({})
      .describe('Delivery to all targets.'),
  })
  .describe('Settings of the Vestibule daemon.');

/** The daemon's file, parsed. */
export type DaemonFile = z.output<typeof daemonFile>;

/** True for a scheme, host name and optional port, in the form that browsers send. */
function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text.toLowerCase() && /^https?:/i.test(text);
}

function isWebAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, search, hash, username } = new URL(text);
  return (protocol === 'https:' || protocol === 'http:') && search === '' && hash === '' && username === '';
}
