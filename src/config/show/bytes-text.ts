// Sizes of the console's buffer and log as they take effect: `auto` is 128 KiB, less than a page is a page, anything else the
// next power of two (lxc.container.conf(5)).

/** The page of x86-64 and of most arm64 kernels. */
const PAGE = 4096;
const AUTO = 131_072;
const UNITS: Readonly<Record<string, number>> = { '': 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };

/** In bytes; a text that is no size is left as it is. */
export function bytesText(text: string): string {
  if (text === 'auto') return String(AUTO);
  const [, digits, unit = ''] = /^(\d+)\s*([KMG]B)?$/i.exec(text) ?? [];
  const scale = UNITS[unit.toUpperCase()];
  if (digits === undefined || scale === undefined) return text;
  const size = Math.max(PAGE, Number(digits) * scale);
  return String(2 ** Math.ceil(Math.log2(size)));
}
