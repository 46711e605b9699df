// SCIM error classes, and functions that create the usual errors.
/** The error keywords of RFC 7644 §3.12, table 9, and of RFC 9865 §2.1, table 3. */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'
  | 'invalidVers'
  | 'sensitive'
  | 'invalidCursor'
  | 'expiredCursor'
  | 'invalidCount';

/**
 * An error response to the Source. `message` is the `detail` of the SCIM error body. Entra shows it in its provisioning log
 * (docs/entra-facts.md#expected-answers), so it names the attribute and a fix, but no internals. `cause` is only logged.
 */
export class ScimError extends Error {
  /** HTTP status, 400 to 599. */
  readonly status: number;
  /** Absent where table 9 of RFC 7644 §3.12 has no keyword for the case, such as 404. */
  readonly scimType: ScimType | undefined;
  /** The invalid attribute or parameter in the schema's spelling. It can be logged, because it contains no text from the client. */
  readonly attribute: string | undefined;

  constructor(status: number, scimType: ScimType | undefined, detail: string, options: ScimErrorOptions = {}) {
    const { attribute, ...others } = options;
    super(detail, others);
    this.name = new.target.name;
    this.status = status;
    this.scimType = scimType;
    this.attribute = attribute;
  }
}

/** Options of a {@link ScimError}. */
export interface ScimErrorOptions extends ErrorOptions {
  readonly attribute?: string;
}

/** Another resource of this Source already has this value; `attribute` is its SCIM name, such as `userName`. */
export class UniquenessConflict extends ScimError {
  constructor(attribute: string) {
    super(409, 'uniqueness', `${attribute} is already in use by another resource.`, { attribute });
  }
}

/** The resource is not at the version that `If-Match` names (RFC 7644 §3.14). */
export class VersionConflict extends ScimError {
  constructor() {
    super(412, undefined, 'The resource has changed since that version. Read it again and retry with the new version.');
  }
}

/** One of several resources that are created together was rejected, so none was created. Never sent to a client in this form. */
export class CreationRefused extends Error {
  /** Index of the rejected resource, from 0. */
  readonly at: number;
  override readonly cause: ScimError;

  constructor(at: number, cause: ScimError) {
    super(`creation ${at} was refused`, { cause });
    this.at = at;
    this.cause = cause;
  }
}

/** 404: a resource with this id does not exist, or no longer exists. */
export function notFound(resourceType: string, id: string): ScimError {
  return new ScimError(404, undefined, `${resourceType} ${quote(id)} does not exist.`);
}

/** 400 for a request body or parameter with an invalid structure. */
export function invalidSyntax(detail: string, options?: ErrorOptions): ScimError {
  return new ScimError(400, 'invalidSyntax', detail, options);
}

/**
 * 400 for a value of the wrong type, or a required one that is missing. `attribute` is its path in the schema's spelling, or the name of a
 * parameter.
 */
export function invalidValue(attribute: string, problem: string): ScimError {
  return new ScimError(400, 'invalidValue', `${attribute} ${problem}.`, { attribute });
}

/** 400 for a filter with a syntax error or an invalid comparison. */
export function invalidFilter(detail: string): ScimError {
  return new ScimError(400, 'invalidFilter', detail);
}

/** 400 for an invalid PATCH path. */
export function invalidPath(path: string, problem: string): ScimError {
  return new ScimError(400, 'invalidPath', `Path ${quote(path)} ${problem}.`);
}

/** 400 for a PATCH with a path that selects nothing that can be changed or created. */
export function noTarget(detail: string): ScimError {
  return new ScimError(400, 'noTarget', detail);
}

/**
 * 400 for an attempt to change a read-only or immutable attribute, or to remove a required attribute. `attribute`: see {@link
 * invalidValue}.
 */
export function notMutable(attribute: string, problem: string): ScimError {
  return new ScimError(400, 'mutability', `${attribute} ${problem}.`, { attribute });
}

/** Quotes client text for an error detail, truncated so that an error cannot echo a whole request. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text);
}
