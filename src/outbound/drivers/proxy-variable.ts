// Finds the environment variable that sets the proxy for an address.
/**
 * The name of the environment variable that defines the proxy for this address; `undefined` if requests are sent directly. Follows the
 * rules of the HTTP library: `http_proxy`, `https_proxy` or `all_proxy`, unless `no_proxy` lists the name, in lower or upper case.
 */
export function findProxyVariable(url: URL, env: (name: string) => string | undefined): string | undefined {
  const named = (name: string) => [name, name.toUpperCase()].find((one) => (env(one) ?? '') !== '');
  const exempt = named('no_proxy');
  if (exempt !== undefined && isExempt(url, env(exempt) ?? '')) return undefined;
  return named(`${url.protocol.slice(0, -1)}_proxy`) ?? named('all_proxy');
}

function isExempt({ hostname, port, protocol }: URL, list: string): boolean {
  const asked = port === '' ? (protocol === 'https:' ? '443' : '80') : port;
  return list
    .toLowerCase()
    .split(/[,\s]/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      const [, name = entry, only = asked] = /^(.+):(\d+)$/.exec(entry) ?? [];
      if (only !== asked) return false;
      return /^[.*]/.test(name) ? hostname.endsWith(name.replace(/^\*/, '')) : hostname === name;
    });
}
