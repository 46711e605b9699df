// The step of the command `test` that resolves the host name, connects, and checks the TLS certificate.
import { lookup } from 'node:dns/promises';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext, TLSSocket, type PeerCertificate, type SecureContextOptions } from 'node:tls';
import { TargetUnavailable } from '../../domain/errors.ts';
import { bracketAddress, toUsualAddress } from '../../domain/ip-address.ts';
import { findProxyVariable } from './proxy-variable.ts';
import type { DriverDeps, Examined, ExaminationStep } from './driver.ts';
import type { HttpSettings } from './http-settings.ts';
import { readTlsOptions } from './tls-options.ts';

/**
 * Connects to the address of an HTTP Target without sending a request: resolves the name, opens a TCP connection, and for https makes the
 * TLS handshake with the configured certificates. Each of these can fail with its own message.
 */
export function connectStep(settings: HttpSettings, { clock, env = (name) => process.env[name] }: DriverDeps): ExaminationStep {
  const url = new URL(settings.url);
  return {
    step: 'connect',
    needed: true,
    run: async (signal) => {
      const proxy = findProxyVariable(url, env);
      if (proxy !== undefined) return viaProxy(proxy);
      const place = toPlace(url);
      const address = await resolve(place.name);
      const options = url.protocol === 'https:' ? await readSecureOptions(settings) : undefined;
      const socket = await open(place, address, options, signal);
      try {
        const at = `Connected to ${place.name}:${place.port}${address === place.name ? '' : ` (${address})`}`;
        if (!(socket instanceof TLSSocket)) return { message: at };
        const fault = findFault(socket, place.name, clock.now());
        if (fault !== undefined) throw fault;
        return { message: `${at}; ${socket.getProtocol()}, certificate valid until ${toDay(socket.getPeerCertificate().valid_to)}` };
      } finally {
        socket.destroy();
      }
    },
  };
}

interface Place {
  readonly name: string;
  readonly port: number;
}

function toPlace(url: URL): Place {
  const name = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return { name, port: url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port) };
}

function viaProxy(variable: string): Examined {
  return { message: `Not tested directly: requests go through the proxy in ${variable}`, notAvailable: true };
}

async function resolve(name: string): Promise<string> {
  try {
    return (await lookup(name)).address;
  } catch (cause) {
    throw new TargetUnavailable(`The name ${name} cannot be resolved`, {
      cause,
      hint: 'Check the name in settings.url, and the DNS of this machine.',
    });
  }
}

async function readSecureOptions(settings: HttpSettings): Promise<SecureContextOptions> {
  const options = await readTlsOptions(settings);
  try {
    createSecureContext(options);
    return options;
  } catch (cause) {
    throw new TargetUnavailable(`The files under settings.tls cannot be used (${toCode(cause)})`, {
      cause,
      hint: 'ca, cert and key must be PEM files; key must belong to cert, and passphrase to key.',
    });
  }
}

/** Resolves when the connection is established. With `options` it uses TLS, and resolves even if the certificate is invalid. */
function open(place: Place, address: string, options: SecureContextOptions | undefined, signal: AbortSignal): Promise<Socket> {
  const { name, port } = place;
  const servername = toUsualAddress(name) === undefined ? { servername: name } : {};
  const socket =
    options === undefined
      ? connectTcp({ host: address, port })
      : // `findFault` checks the certificate afterwards, and no request is sent over this connection.
        connectTls({ ...options, ...servername, host: address, port, rejectUnauthorized: false });
  let reached = false;
  return new Promise((resolved, reject) => {
    socket.once('connect', () => (reached = true));
    socket.once(options === undefined ? 'connect' : 'secureConnect', () => resolved(socket));
    socket.once('error', (error) =>
      reject(reached ? toTlsFailure(error, place) : toTcpFailure(error, `${bracketAddress(address)}:${port}`)),
    );
    socket.once('close', () => reject(new TargetUnavailable(`${name}:${port} closed the connection during the TLS handshake`, tlsHint)));
    signal.addEventListener('abort', () => socket.destroy(), { once: true });
  });
}

function toTcpFailure(cause: Error, at: string): TargetUnavailable {
  const code = toCode(cause);
  switch (code) {
    case 'ECONNREFUSED':
      return new TargetUnavailable(`Connection refused by ${at}`, {
        cause,
        hint: 'Check that the system is running and that the port is correct.',
      });
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ENETDOWN':
      return new TargetUnavailable(`No network route to ${at}`, { cause, hint: 'Check the address, and the network of this machine.' });
    case 'ETIMEDOUT':
      return new TargetUnavailable(`No answer from ${at}`, { cause, hint: 'Check the address, and the firewalls in between.' });
    default:
      return new TargetUnavailable(`Cannot connect to ${at} (${code})`, { cause, hint: 'Check the address in settings.url.' });
  }
}

const tlsHint = {
  hint: 'Check http or https in settings.url and the port. If the system asks for a client certificate, set tls.cert and tls.key.',
};

function toTlsFailure(cause: Error, { name, port }: Place): TargetUnavailable {
  const code = toCode(cause);
  const plain = code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG' || code === 'EPROTO';
  const fact = plain ? 'does not answer with TLS' : 'ended the TLS handshake';
  return new TargetUnavailable(`${name}:${port} ${fact} (${code})`, { cause, ...tlsHint });
}

/** The fault of the certificate, or `undefined`. Checks the dates before the trust, because an expired certificate is also not trusted. */
function findFault(socket: TLSSocket, name: string, now: Date): TargetUnavailable | undefined {
  if (socket.authorized) return undefined;
  const certificate = socket.getPeerCertificate();
  const code = toCode(socket.authorizationError);
  if (Date.parse(certificate.valid_to) < now.getTime()) {
    return new TargetUnavailable(`The certificate of ${name} expired on ${toDay(certificate.valid_to)}`, {
      hint: 'Renew the certificate on the system.',
    });
  }
  if (Date.parse(certificate.valid_from) > now.getTime()) {
    return new TargetUnavailable(`The certificate of ${name} is not valid before ${toDay(certificate.valid_from)}`, {
      hint: 'Check the clock of this machine.',
    });
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return new TargetUnavailable(`The certificate is for another name: ${namesOf(certificate)}, not ${name}`, {
      hint: 'In settings.url, use a host name for which the certificate is valid.',
    });
  }
  if (code === 'DEPTH_ZERO_SELF_SIGNED_CERT') {
    return new TargetUnavailable(`The certificate of ${name} is self-signed and not trusted`, {
      hint: 'Save the certificate as a PEM file, and set tls.ca to the path of the file.',
    });
  }
  return new TargetUnavailable(`The certificate of ${name} is not trusted: its issuer ${issuerOf(certificate)} is unknown (${code})`, {
    hint: 'Save the certificate of that authority as a PEM file, and set tls.ca to the path of the file.',
  });
}

function namesOf({ subject, subjectaltname }: PeerCertificate): string {
  const names = subjectaltname?.split(', ').map((entry) => entry.replace(/^(DNS|IP Address):/, ''));
  return names?.join(', ') ?? String(subject.CN);
}

function issuerOf({ issuer }: PeerCertificate): string {
  return String(issuer.CN ?? issuer.O ?? '(no name)');
}

function toDay(text: string): string {
  return new Date(text).toISOString().slice(0, 10);
}

function toCode(error: unknown): string {
  if (typeof error === 'string') return error;
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
}
