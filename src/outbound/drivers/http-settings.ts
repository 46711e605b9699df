// The schema of the settings that the rest and scim Drivers share.
import { z } from 'zod';
import { duration, rate, timeout } from './setting-units.ts';

/** Name of an HTTP header (RFC 9110 §5.6.2 token). */
export const headerName = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'is not the name of an HTTP header');

const baseUrl = z
  .string()
  .refine(isBaseUrl, 'must be an http or https address without user, query or fragment, such as https://vms.contoso.com:8443/base')
  .describe('Address of the product. Paths of the connector are appended to it; if the address has a path, the path is kept.');

const auth = z
  .union([
    z.strictObject({
      basic: z
        .strictObject({ user: z.string(), password: z.string() })
        .describe('HTTP Basic authentication. Either user or password may be empty if the product does not use it.'),
    }),
    z.strictObject({ bearer: z.string().min(1).describe('Token, sent as "Authorization: Bearer …".') }),
    z.strictObject({ headers: z.record(headerName, z.string()).describe('Headers that contain the credentials, such as X-Api-Key.') }),
  ])
  .describe('Credentials for the product. Values are secret references. If not set, no credentials are sent.');

const tls = z
  .strictObject({
    ca: z.string().min(1).optional().describe('File with the certificate authorities to trust (PEM), instead of those of the machine.'),
    cert: z.string().min(1).optional().describe('File with the client certificate (PEM); requires key.'),
    key: z.string().min(1).optional().describe('File with the private key of the client certificate (PEM).'),
    passphrase: z.string().optional().describe('Passphrase of the private key: a secret reference.'),
  })
  .refine((given) => (given.cert === undefined) === (given.key === undefined), 'set both cert and key, or neither');

/** Settings that every HTTP Driver has; each Driver adds its own. Parsed durations are in milliseconds, `rate` is per second. */
export const httpSettings = {
  url: baseUrl,
  auth: auth.optional(),
  tls: tls.optional(),
  headers: z.record(headerName, z.string()).default({}).describe('Additional headers for every request, such as Accept-Language.'),
  concurrency: z.int().min(1).max(64).default(4).describe('Max number of parallel calls, 1 to 64.'),
  rate: rate.optional().describe('Max rate of calls, such as 10/s or 300/m. Default: no limit.'),
  timeout: timeout.default(30_000).describe('Max wait for a response; after that, a write is in doubt.'),
  repeatable: z.boolean().default(false).describe('True if repeating a create does not create a second record.'),
  visibleAfter: duration.default(0).describe('Time after a write until a look-up is sure to find the record.'),
  idempotencyHeader: headerName
    .optional()
    .describe('Name of the header that carries a unique key for each write; retries reuse the key. If not set, no key is sent.'),
};

const schema = z.strictObject(httpSettings);

/** The parsed settings that every HTTP Driver has. */
export type HttpSettings = z.output<typeof schema>;

function isBaseUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  const plain = url.username === '' && url.password === '' && !text.includes('?') && !text.includes('#');
  return plain && (url.protocol === 'https:' || url.protocol === 'http:');
}
