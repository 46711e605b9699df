import type { NewToken, TokenWish } from '../../../admin/api.ts';
import { CommandRefused } from '../../../domain/errors.ts';
import type { SourceId } from '../../../domain/ids.ts';
import type { HandlerDeps } from './deps.ts';

/**
 * Makes a token. It must be clear whose: where there are several Sources the wish names one.
 * @throws {CommandRefused} otherwise.
 */
export async function createToken(deps: HandlerDeps, wish: TokenWish): Promise<NewToken> {
  const known = await knownSources(deps);
  const source = wish.source ?? theOnly(known);
  const { token, text } = await deps.tokens.create({ ...wish, source });
  return { token, text, tenantUrl: deps.tenantUrl, newSource: !known.includes(source) };
}

/** Sources that have tokens or people and stand in no file: they go on with defaults, which may not be meant. */
export async function noteUnnamedSources(deps: HandlerDeps): Promise<readonly string[]> {
  const sources = await deps.engineDeps.store.sources.list();
  return sources
    .filter(({ id }) => !deps.sourceNames.includes(id))
    .map(({ id }) => `source ${id} is not in vestibule.yaml: it has the defaults`);
}

async function knownSources(deps: HandlerDeps): Promise<readonly SourceId[]> {
  const stored = await deps.engineDeps.store.sources.list();
  return [...new Set([...deps.sourceNames, ...stored.map(({ id }) => id)])];
}

function theOnly(sources: readonly SourceId[]): SourceId {
  const [only, ...others] = sources;
  if (only !== undefined && others.length === 0) return only;
  throw new CommandRefused(`there are several sources: ${sources.join(', ')}`, { hint: 'say whose token it is: --source NAME' });
}
