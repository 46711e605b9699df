// The error of a listener that cannot be opened.
import { showListen, type ListenAddress } from '../config/address.ts';
import { DaemonError, messageOf } from '../domain/errors.ts';
import { toOwnCommand } from '../domain/own-command.ts';

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process uses this port',
  EADDRNOTAVAIL: 'this machine does not have this address',
  EACCES: 'permission denied (ports below 1024 need more rights)',
};

/** The error, with its cause in words and another address to try, by the option and the setting that name it. */
export function refuseToListen(where: ListenAddress, cause: unknown, [option, setting]: readonly [string, string]): DaemonError {
  const { code = '' } = cause as NodeJS.ErrnoException;
  const other = showListen({ host: code === 'EADDRNOTAVAIL' ? '127.0.0.1' : where.host, port: where.port === 8090 ? 8091 : 8090 });
  const stop = code === 'EADDRINUSE' ? 'Stop that process, or use' : 'Use';
  return new DaemonError('listen', `cannot listen on ${showListen(where)}: ${reasons[code] ?? messageOf(cause)}`, {
    hint: `${stop} another address: ${toOwnCommand('start', option, other)} (or set ${setting} in vestibule.yaml)`,
    cause,
  });
}
