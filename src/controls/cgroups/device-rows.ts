// Files with a row for each block device: what they show after values were written to them (blk-throttle.c, blk-iolatency.c,
// bfq-cgroup.c). A device without a limit has no row.

/** The limits of io.max in the order in which a row shows them (block/blk-throttle.c, tg_prfill_limit). */
const LIMITS = ['rbps', 'wbps', 'riops', 'wiops'] as const;

/** The rows, null for a file without such rows. Their order is the kernel's affair; `default` comes first. */
export function deviceRows(file: string, texts: readonly string[]): readonly string[] | null {
  if (file === 'io.max') return [...merged(texts)].flatMap(([device, limits]) => limitsRow(device, limits));
  if (file.startsWith('blkio.throttle.')) return [...lastOf(texts)].flatMap(([device, rest]) => (rest === '0' ? [] : [`${device} ${rest}`]));
  if (file === 'io.latency') return [...lastOf(texts)].map(([device, rest]) => `${device} ${rest}`);
  return file === 'io.weight' || file === 'io.bfq.weight' ? weights(texts) : null;
}

/** The last value for each device; a text without one is `default`'s. */
function lastOf(texts: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    texts.map((text) => {
      const [first = '', ...rest] = text.split(' ');
      return rest.length === 0 ? ['default', first] : [first, rest.join(' ')];
    }),
  );
}

function merged(texts: readonly string[]): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const devices = new Map<string, Map<string, string>>();
  for (const text of texts) {
    const [device = '', ...pairs] = text.split(' ');
    const limits = devices.get(device) ?? new Map<string, string>();
    for (const pair of pairs) {
      const [name = '', value = ''] = pair.split('=');
      limits.set(name, value);
    }
    devices.set(device, limits);
  }
  return devices;
}

function limitsRow(device: string, limits: ReadonlyMap<string, string>): readonly string[] {
  const values = LIMITS.map((name) => [name, limits.get(name) ?? 'max'] as const);
  return values.every(([, value]) => value === 'max') ? [] : [`${device} ${values.map(([name, value]) => `${name}=${value}`).join(' ')}`];
}

const DEFAULT_WEIGHT = '100';

function weights(texts: readonly string[]): readonly string[] {
  const last = lastOf(texts);
  const devices = [...last].filter(([device, weight]) => device !== 'default' && weight !== 'default');
  return [`default ${last.get('default') ?? DEFAULT_WEIGHT}`, ...devices.map(([device, weight]) => `${device} ${weight}`)];
}
