// What the product promises, as numbers. A benchmark says met or missed; it never fails anything, because a machine can be busy.

const times = (value) => `${value.toFixed(2)} x`;

/**
 * Each: what is promised, the value measured (undefined: not measured), whether less or more is better, and the limit. `floor`: what
 * the bare kernel calls reach by the same measure, where the machine rather than the product may be what misses.
 */
const targets = [
  { what: 'built launcher against the floor', limit: 1.15, better: 'less', show: times, value: (m) => ratio(m, 'holdfast launcher', 'floor') },
  {
    what: 'built launcher against the floor, ids mapped',
    limit: 1.3,
    better: 'less',
    show: times,
    value: (m) => ratio(m, 'holdfast launcher mapped', 'floor mapped'),
  },
  {
    what: 'lxc-start -F against the built launcher',
    limit: 6,
    better: 'more',
    show: times,
    value: (m) => ratio(m, 'lxc-start -F', 'holdfast launcher'),
    floor: (m) => ratio(m, 'lxc-start -F', 'floor'),
  },
  { what: 'bwrap against the built launcher', limit: 2.5, better: 'more', show: times, value: (m) => ratio(m, 'bwrap', 'holdfast launcher') },
  {
    what: 'waiting monitor, page tables included',
    limit: 64,
    better: 'less',
    show: (value) => `${value} KiB`,
    value: (m) => m.monitors.find(({ name }) => name === 'holdfast start')?.total,
  },
  { what: 'launcher file', limit: 32, better: 'less', show: (value) => `${value.toFixed(1)} KiB`, value: (m) => m.launcherBytes && m.launcherBytes / 1024 },
  { what: 'configuration file to ELF, warm', limit: 5, better: 'less', show: (value) => `${value.toFixed(2)} ms`, value: (m) => m.compile.median },
  { what: 'holdfast --version against node -e 0', limit: 1.3, better: 'less', show: times, value: (m) => ratio(m, 'holdfast --version', 'node -e 0') },
];

/** Rows: promise, limit, measured, verdict. Ratios are of medians, of the burst. */
export function judge(measured) {
  return targets.map(({ what, limit, better, show, value, floor }) => {
    const found = value(measured);
    const bound = `${better === 'less' ? '≤' : '≥'} ${show(limit)}`;
    if (found === undefined) return [what, bound, '-', 'not measured'];
    const reaches = (measure) => (better === 'less' ? measure <= limit : measure >= limit);
    if (reaches(found)) return [what, bound, show(found), 'met'];
    const best = floor?.(measured);
    return [what, bound, show(found), best === undefined || reaches(best) ? 'MISSED' : `MISSED; so does the floor, with ${show(best)}`];
  });
}

function ratio({ races }, name, base) {
  const [burst] = races;
  const [a, b] = [burst?.results.get(name), burst?.results.get(base)];
  return a === undefined || b === undefined ? undefined : a.median / b.median;
}
