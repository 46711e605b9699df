// An error that becomes an HTTP response with its own headers.
import { ScimError, type ScimType } from '../scim/errors.ts';

/** A refusal by HTTP rather than by SCIM: it comes with headers of its own. */
export class HttpRefusal extends ScimError {
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, detail: string, headers: Readonly<Record<string, string>> = {}, scimType?: ScimType) {
    super(status, scimType, detail);
    this.headers = headers;
  }
}
