// Answers the requests of the outbound process to the inbound half.
import { toErrorBody } from '../admin/error-body.ts';
import type { Logger } from '../domain/logger.ts';
import type { ToInbound, ToOutbound } from './messages.ts';
import type { InboundPort } from './ports.ts';

type Request = Extract<ToInbound, { is: 'request' }>;

/** Carries a request out. Never rejects: what fails is a refusal, and a bug is logged. */
export async function answerRequest(inbound: InboundPort, request: Request, log: Logger): Promise<ToOutbound> {
  const { id } = request;
  try {
    return { is: 'answer', id, value: await carryOut(inbound, request) };
  } catch (error) {
    const body = toErrorBody(error);
    if (body.error.code === 'internal') log.error({ error, request: request.name }, 'request of the outbound process failed');
    return { is: 'refusal', id, error: body };
  }
}

/** The arguments are those of `RemoteInbound`, of the same release. */
function carryOut({ tokens, ...inbound }: InboundPort, { name, args }: Request): Promise<unknown> {
  switch (name) {
    case 'pruneChanges':
      return inbound.pruneChanges(...(args as Parameters<InboundPort['pruneChanges']>));
    case 'pairMark':
      return inbound.pairMark();
    case 'setPairMark':
      return inbound.setPairMark(...(args as Parameters<InboundPort['setPairMark']>));
    case 'createToken':
      return tokens.create(...(args as Parameters<typeof tokens.create>));
    case 'listTokens':
      return tokens.list();
    case 'extendToken':
      return tokens.extend(...(args as Parameters<typeof tokens.extend>));
    case 'revokeToken':
      return tokens.revoke(...(args as Parameters<typeof tokens.revoke>));
  }
}
