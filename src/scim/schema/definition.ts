// Types and helpers to define a SCIM schema.
/** The data types of RFC 7643 §2.3. */
export type AttributeType = 'string' | 'boolean' | 'decimal' | 'integer' | 'dateTime' | 'binary' | 'reference' | 'complex';

/** One attribute with all characteristics of RFC 7643 §7, in the spelling that `/Schemas` shows. */
export interface AttributeDefinition {
  readonly name: string;
  readonly type: AttributeType;
  readonly multiValued: boolean;
  readonly description: string;
  readonly required: boolean;
  readonly caseExact: boolean;
  readonly mutability: 'readOnly' | 'readWrite' | 'immutable' | 'writeOnly';
  readonly returned: 'always' | 'never' | 'default' | 'request';
  readonly uniqueness: 'none' | 'server' | 'global';
  /** Suggestions, not limits: other values are stored as well, unless the list is `closed`. */
  readonly canonicalValues?: readonly string[];
  /** Other values are rejected (RFC 7643 §7 leaves that to the service provider). Not a keyword of `/Schemas`. */
  readonly closed?: boolean;
  /** Only with type `reference`. */
  readonly referenceTypes?: readonly string[];
  /** Only with type `complex`; a sub-attribute is never complex itself (RFC 7643 §2.3.8). */
  readonly subAttributes?: readonly AttributeDefinition[];
}

/** A schema of RFC 7643 §7: a URN and the attributes that it defines. */
export interface SchemaDefinition {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly attributes: readonly AttributeDefinition[];
}

/** A schema extension of one resource type. Its attributes are in a separate object, with the schema's URN as the key. */
export interface SchemaExtension {
  readonly resourceType: 'User' | 'Group';
  readonly schema: SchemaDefinition;
}

type Differing = Partial<Omit<AttributeDefinition, 'name' | 'description'>>;

/** Defines an attribute with the defaults of RFC 7643 §2.2, overridden by `differing`. */
export function defineAttribute(name: string, description: string, differing: Differing = {}): AttributeDefinition {
  return {
    name,
    type: 'string',
    multiValued: false,
    description,
    required: false,
    caseExact: false,
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
    ...differing,
  };
}

/** Defines a complex attribute with the given sub-attributes. */
export function defineComplex(
  name: string,
  description: string,
  subAttributes: readonly AttributeDefinition[],
  differing: Differing = {},
): AttributeDefinition {
  return defineAttribute(name, description, { type: 'complex', subAttributes, ...differing });
}

/** Defines a multi-valued attribute with the default sub-attributes of RFC 7643 §2.4. `value` overrides characteristics of its `value`. */
export function defineMultiValued(
  name: string,
  description: string,
  canonicalValues: readonly string[],
  value: Differing = {},
): AttributeDefinition {
  const parts = [
    defineAttribute('value', `The value of an element of ${name}.`, value),
    defineAttribute('display', 'The display name of the element.'),
    defineAttribute('type', 'The purpose of the element.', canonicalValues.length > 0 ? { canonicalValues } : {}),
    defineAttribute('primary', 'Whether this is the preferred element; true for at most one element.', { type: 'boolean' }),
  ];
  return defineComplex(name, description, parts, { multiValued: true });
}
