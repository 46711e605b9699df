import type { Answer, Sent } from './exchange.ts';
import type { ScimServer } from './scim-server.ts';

/** One identity-provider connection to a server, with its own token. */
export interface SourceClient {
  readonly server: ScimServer;
  readonly token: string;
  /** Like {@link ScimServer.request}; an empty `authorization` is not sent. */
  request(method: string, path: string, sent?: Sent): Promise<Answer>;
  /** Creates a User or Group, which must succeed. @returns its id. */
  create(collection: 'Users' | 'Groups', body: object): Promise<string>;
}

/** Connects a new Source with its own token to the server. */
export async function connectSource(server: ScimServer, source: string): Promise<SourceClient> {
  const { text: token } = await server.tokens.create({ source, label: `token of ${source}` });
  const request = (method: string, path: string, sent: Sent = {}) =>
    server.request(method, path, { ...sent, headers: { authorization: `Bearer ${token}`, ...sent.headers } });
  return {
    server,
    token,
    request,
    async create(collection, body) {
      const answer = await request('POST', `/${collection}`, { body });
      if (answer.status !== 201) throw new Error(`${collection} answered ${answer.status} ${answer.text}`);
      return (answer.body as { id: string }).id;
    },
  };
}
