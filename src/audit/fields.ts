// `type=1400 comm="sh" name=2F612062` -> fields. A program chooses some of the values (its name, the names of files): the kernel puts
// those between quotes when they are printable and have no quote or blank in them, and writes their bytes in hexadecimal otherwise
// (kernel/audit.c, audit_log_n_untrustedstring), so that no value can pass for another field.

export interface Field {
  readonly key: string;
  /** As it stands there, without quotes. */
  readonly text: string;
  readonly quoted: boolean;
}

/** Behind this character auditd adds fields of its own, with names of users and calls (auditd.conf(5), log_format = ENRICHED). */
const ENRICHED = '\u001d';
const FIELD = /(?:^|[\s({])([A-Za-z_][\w.-]*)=(?:"([^"]*)"|'([^']*)'|([^\s'"]\S*)?)/y;

/** All fields in their order; words that are none are passed over. Never throws. */
export function parseFields(text: string): readonly Field[] {
  const [own = ''] = text.split(ENRICHED, 1);
  const fields: Field[] = [];
  for (let at = 0; at < own.length; ) {
    FIELD.lastIndex = at;
    const found = FIELD.exec(own);
    if (found === null) {
      at += 1;
      continue;
    }
    const [whole, key = '', double, single, bare] = found;
    fields.push({ key, text: double ?? single ?? bare ?? '', quoted: double !== undefined || single !== undefined });
    at += whole.length;
  }
  return fields;
}

/** A field that a program cannot choose. The first of that name counts; undefined: there is none, or it says so (`(null)`, `?`). */
export function plain(fields: readonly Field[], key: string): string | undefined {
  const found = fields.find((field) => field.key === key);
  return found === undefined || isNothing(found) ? undefined : found.text;
}

/** A field that a program may have chosen: what is not quoted is hexadecimal. */
export function untrusted(fields: readonly Field[], key: string): string | undefined {
  const found = fields.find((field) => field.key === key);
  if (found === undefined || isNothing(found)) return undefined;
  return found.quoted ? found.text : (fromHex(found.text) ?? found.text);
}

/** A whole number from 0 on, decimal or 0x; undefined for anything else. */
export function whole(fields: readonly Field[], key: string): number | undefined {
  const text = plain(fields, key);
  return text !== undefined && /^(\d{1,15}|0x[0-9a-f]{1,12})$/i.test(text) ? Number(text) : undefined;
}

const isNothing = ({ text, quoted }: Field): boolean => !quoted && (text === '(null)' || text === '?' || text === '');

function fromHex(text: string): string | null {
  return /^(?:[0-9A-F]{2})+$/i.test(text) ? Buffer.from(text, 'hex').toString('utf8') : null;
}
