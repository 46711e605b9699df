import { generateKeyPairSync, sign } from 'node:crypto';

/** A self-signed certificate with its key, both as PEM texts. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** The content of a certificate, with times in the format of RFC 5280 §4.1.2.5.1. */
export interface CertificateWish {
  readonly name?: string;
  readonly from?: string;
  readonly until?: string;
}

/**
 * Creates a certificate with a new key: by default for `localhost`, valid from 2020 to 2049. Encodes the DER itself (RFC 5280 §4.1),
 * because Node can parse certificates but not create them.
 */
export function makeCertificate({
  name: named = 'localhost',
  from = '200101000000Z',
  until = '491231235959Z',
}: CertificateWish = {}): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(set(sequence(commonName, der(0x0c, Buffer.from(named)))));
  const signed = sequence(
    der(0x02, Buffer.from([1])),
    ecdsaWithSha256,
    name,
    sequence(utcTime(from), utcTime(until)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = sign('sha256', signed, privateKey);
  const certificate = sequence(signed, ecdsaWithSha256, der(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

const ecdsaWithSha256 = sequence(Buffer.from('06082a8648ce3d040302', 'hex'));
const commonName = Buffer.from('0603550403', 'hex');

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function set(...parts: readonly Buffer[]): Buffer {
  return der(0x31, Buffer.concat(parts));
}

function utcTime(text: string): Buffer {
  return der(0x17, Buffer.from(text));
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
