// Fields -> text, as the kernel writes them (kernel/audit.c): the counterpart of parseFields().

export type Written =
  | { readonly key: string; readonly kind: 'plain'; readonly value: string }
  /** Chosen by a program. */
  | { readonly key: string; readonly kind: 'untrusted'; readonly value: string };

/** audit_string_contains_control(): a quote, a blank or anything that is not printable ASCII makes it hexadecimal. */
function untrustedText(value: string): string {
  const bytes = Buffer.from(value);
  return bytes.some((byte) => byte === 0x22 || byte < 0x21 || byte > 0x7e) ? bytes.toString('hex').toUpperCase() : `"${value}"`;
}

export function printFields(fields: readonly Written[]): string {
  return fields.map(({ key, kind, value }) => `${key}=${kind === 'plain' ? value : untrustedText(value)}`).join(' ');
}
