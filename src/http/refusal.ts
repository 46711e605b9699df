// An error that becomes an HTTP response with its own headers.
import { ScimError, type ScimType } from '../scim/errors.ts';

/** A refusal at the level of HTTP, with additional headers. */
export class HttpRefusal extends ScimError {
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, detail: string, headers: Readonly<Record<string, string>> = {}, scimType?: ScimType) {
    super(status, scimType, detail);
    this.headers = headers;
  }
}
