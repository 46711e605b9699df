// The in-memory records of a simulated visitor system.
/** A record of the visitor system: the fields that it received, and the `id` that it assigned. */
export type VisitorRecord = Readonly<Record<string, unknown>> & { readonly id: number };

/** Fields of a record as received. */
export type VisitorFields = Readonly<Record<string, unknown>>;

/** The conditions of a search, ignoring case: `q` matches strings that contain it, other conditions match equal fields. */
export interface VisitorQuery {
  readonly q?: string;
  readonly equal: Readonly<Record<string, string>>;
}

/** The records of a visitor system. Ids are consecutive and never reused. */
export class VisitorRecords {
  readonly #held = new Map<number, VisitorRecord>();
  #nextId = 4711;

  /** All records, in the order of creation. */
  all(): readonly VisitorRecord[] {
    return [...this.#held.values()];
  }

  find({ q, equal }: VisitorQuery): readonly VisitorRecord[] {
    const wanted = q?.toLowerCase();
    return this.all().filter((record) => {
      const { id: _, ...fields } = record;
      const contains = wanted === undefined || Object.values(fields).some((value) => toText(value).includes(wanted));
      return contains && Object.entries(equal).every(([name, text]) => toText(record[name]) === text.toLowerCase());
    });
  }

  create(fields: VisitorFields): VisitorRecord {
    const record = { ...fields, id: this.#nextId++ };
    this.#held.set(record.id, record);
    return record;
  }

  /** Replaces all fields; returns `undefined` if the record does not exist. */
  replace(id: number, fields: VisitorFields): VisitorRecord | undefined {
    if (!this.#held.has(id)) return undefined;
    const record = { ...fields, id };
    this.#held.set(id, record);
    return record;
  }

  /** Removes a record; returns false if it does not exist. */
  remove(id: number): boolean {
    return this.#held.delete(id);
  }

  /** The record other than `but` that already has this value in this field. An empty value has no duplicates. */
  findSame(field: string, value: unknown, but?: number): VisitorRecord | undefined {
    const text = toText(value);
    return text === '' ? undefined : this.all().find((record) => record.id !== but && toText(record[field]) === text);
  }

  /** Values of a field that more than one record has, in lower case, sorted. Empty values are ignored. */
  repeated(field: string): readonly string[] {
    const byValue = Map.groupBy(this.all(), (record) => toText(record[field]));
    return [...byValue].flatMap(([value, records]) => (value !== '' && records.length > 1 ? [value] : [])).sort();
  }
}

function toText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value).toLowerCase() : '';
}
