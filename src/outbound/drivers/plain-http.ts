// Warns about credentials over plain HTTP to another machine.
import { isLoopback } from '../../domain/ip-address.ts';
import type { SettingsProblem } from './driver.ts';
import type { HttpSettings } from './http-settings.ts';

/** Warns about credentials that are sent unencrypted to another machine. The message omits the address, which may be a secret. */
export function checkPlainHttp({ url, auth }: Pick<HttpSettings, 'url' | 'auth'>): readonly SettingsProblem[] {
  if (auth === undefined) return [];
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'http:' || isLoopback(hostname)) return [];
  const what = 'basic' in auth ? 'user and password are' : 'the credentials are';
  return [
    {
      path: 'url',
      message: `${what} sent unencrypted to another machine, because the address begins with http://`,
      hint: 'Use https:// if the product supports it.',
      level: 'warning',
    },
  ];
}
