// Types of the state that middleware passes to SCIM handlers.
import type { RouterContext } from '@koa/router';
import type { SourceId } from '../../domain/ids.ts';

/** The request state that middleware sets for the handlers. */
export interface ScimState {
  /** Id of this request, for the log, the Change and the Story. */
  request: string;
  /** The authenticated Source. Set by the token check. */
  source: SourceId;
}

/** The context of a SCIM handler. */
export type ScimContext = RouterContext<ScimState>;
