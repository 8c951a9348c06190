// What of a value a JSON schema (draft 4) does not allow: the words of it that the schemas in schemas/ use.

export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly uniqueItems?: boolean;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly definitions?: Readonly<Record<string, Schema>>;
}

const UNDERSTOOD = new Set(
  '$ref type enum pattern format minimum maximum minItems uniqueItems items properties required additionalProperties anyOf oneOf definitions $schema id'.split(
    ' ',
  ),
);

/** `path: what is wrong`, one for each fault. A word of the schema that is not understood is an error, never passed over. */
export function faults(value: unknown, schema: Schema, root: Schema = schema, path = '$'): readonly string[] {
  for (const word of Object.keys(schema)) if (!UNDERSTOOD.has(word)) throw new Error(`the schema has '${word}', which this validator lacks`);
  if (schema.$ref !== undefined) {
    const target = root.definitions?.[schema.$ref.replace('#/definitions/', '')];
    if (target === undefined) throw new Error(`no definition ${schema.$ref}`);
    return faults(value, target, root, path);
  }
  const inner = (part: unknown, one: Schema, step: string) => faults(part, one, root, path + step);
  const found: string[] = [];
  const say = (wrong: boolean, what: string) => void (wrong && found.push(`${path}: ${what}`));
  say(schema.type !== undefined && !hasType(value, schema.type), `is no ${schema.type}`);
  say(schema.enum !== undefined && !schema.enum.includes(value), `is none of ${schema.enum?.join(', ')}`);
  if (schema.anyOf) say(!schema.anyOf.some((one) => inner(value, one, '').length === 0), 'fits none of anyOf');
  if (schema.oneOf) say(schema.oneOf.filter((one) => inner(value, one, '').length === 0).length !== 1, 'fits not exactly one of oneOf');
  if (typeof value === 'string') {
    say(schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(value), `does not match ${schema.pattern}`);
    say(schema.format === 'uri' && !URL.canParse(value), `'${value}' is no absolute URI`);
    say(schema.format === 'uri-reference' && !URL.canParse(value, 'file:///'), `'${value}' is no URI reference`);
  }
  if (typeof value === 'number') say(value < (schema.minimum ?? -Infinity) || value > (schema.maximum ?? Infinity), `${value} is out of range`);
  if (Array.isArray(value)) {
    say(value.length < (schema.minItems ?? 0), 'has too few items');
    say(schema.uniqueItems === true && new Set(value.map((item) => JSON.stringify(item))).size !== value.length, 'has the same item twice');
    if (schema.items) found.push(...value.flatMap((item, index) => inner(item, schema.items ?? {}, `[${index}]`)));
  } else if (typeof value === 'object' && value !== null) {
    for (const name of schema.required ?? []) say(!(name in value), `lacks ${name}`);
    for (const [name, part] of Object.entries(value)) {
      const known = schema.properties?.[name] ?? schema.additionalProperties ?? true;
      say(known === false, `may not have ${name}`);
      if (typeof known === 'object') found.push(...inner(part, known, `.${name}`));
    }
  }
  return found;
}

function hasType(value: unknown, type: string): boolean {
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}
