// Handles `token create` and `token extend`, and finds Sources that `vestibule.yaml` does not list.
import { toOwnCommand } from '../../../domain/own-command.ts';
import type { NewToken, TokenRequest } from '../../../admin/reports/token-report.ts';
import { CommandRefused } from '../../../domain/errors.ts';
import type { SourceId } from '../../../domain/ids.ts';
import type { Source, Token } from '../../../domain/source.ts';
import { findNearest } from '../../../mapping/nearest-word.ts';
import type { HandlerDeps } from './handler-deps.ts';

/**
 * Creates a token. If there are several Sources, the request must name one.
 * @throws {CommandRefused} if it does not.
 */
export async function createToken(deps: HandlerDeps, request: TokenRequest): Promise<NewToken> {
  const known = await knownSources(deps);
  const source = request.source ?? theOnly(known);
  const { token, text } = await deps.tokens.create({ ...request, source });
  return { token, text, tenantUrl: deps.tenantUrl, newSource: !known.includes(source) };
}

/**
 * Changes when a token expires: `expiresInMs` from now, or never if not set.
 * @throws {CommandRefused} if the token was revoked, because a revocation is permanent.
 */
export async function extendToken({ tokens }: HandlerDeps, id: number, expiresInMs: number | undefined): Promise<Token> {
  const token = (await tokens.list()).find((one) => one.id === id);
  if (token?.revokedAt === undefined) return tokens.extend(id, expiresInMs);
  throw new CommandRefused(`token ${id} (${token.label}) was revoked permanently`, {
    hint: `create a new one: ${toOwnCommand('token', 'create', '--label', 'TEXT', '--source', token.source, ...(token.use === 'client' ? ['--oauth'] : []))}`,
  });
}

/**
 * The Sources in use. Omits a Source created by mistake: one without people, groups, contact or valid tokens that is not listed in
 * `vestibule.yaml`.
 */
export async function realSources(deps: HandlerDeps): Promise<readonly Source[]> {
  const [sources, used] = await Promise.all([deps.engineDeps.staging.sources.list(), readUsedSources(deps)]);
  return sources.filter(({ id }) => used.has(id) || deps.sourceNames.includes(id));
}

/** Ids of Sources that have people, groups or tokens that are not revoked, or were in contact. */
async function readUsedSources({ engineDeps, tokens }: Pick<HandlerDeps, 'engineDeps' | 'tokens'>): Promise<ReadonlySet<SourceId>> {
  const [sources, all] = await Promise.all([engineDeps.staging.sources.list(), tokens.list()]);
  const withToken = new Set(all.filter(({ revokedAt }) => revokedAt === undefined).map(({ source }) => source));
  const used = sources.filter(
    ({ id, people, groups, contact, lastWrite }) =>
      people > 0 || groups > 0 || contact !== undefined || lastWrite !== undefined || withToken.has(id),
  );
  return new Set(used.map(({ id }) => id));
}

/** A Source in use that `vestibule.yaml` does not list. `message` has no full stop; `hint` says what to write in the file. */
export interface UnlistedSource {
  readonly message: string;
  readonly hint: string;
}

/** Sources in use that are not in `listed`. They use default settings, which may be unintended. */
export async function findUnlistedSources(
  deps: Pick<HandlerDeps, 'engineDeps' | 'tokens'>,
  listed: readonly SourceId[],
): Promise<readonly UnlistedSource[]> {
  const used = await readUsedSources(deps);
  const unused = listed.filter((id) => !used.has(id));
  return [...used]
    .filter((id) => !listed.includes(id))
    .map((id) => {
      const similar = findNearest(id, unused);
      const sameSource = `${similar} in vestibule.yaml is not in use: if both are the same source, use one name for both. Otherwise add`;
      return {
        message: `source ${id} is not in vestibule.yaml and uses the defaults`,
        hint: `${similar === undefined ? 'Add' : sameSource} under sources in vestibule.yaml: ${id}: {}`,
      };
    });
}

/** Sentences about the Sources in use that `vestibule.yaml` did not list when it was last read. */
export async function noteUnnamedSources(deps: HandlerDeps): Promise<readonly string[]> {
  return (await findUnlistedSources(deps, deps.sourceNames)).map(({ message, hint }) => `${message}. ${hint}`);
}

async function knownSources(deps: HandlerDeps): Promise<readonly SourceId[]> {
  const stored = await realSources(deps);
  return [...new Set([...deps.sourceNames, ...stored.map(({ id }) => id)])];
}

function theOnly(sources: readonly SourceId[]): SourceId {
  const [only, ...others] = sources;
  if (only !== undefined && others.length === 0) return only;
  throw new CommandRefused(`there are several sources: ${sources.join(', ')}`, { hint: 'choose one with --source NAME' });
}
