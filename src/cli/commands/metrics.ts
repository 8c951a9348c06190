// holdfast metrics: what all containers use, for Prometheus and its like.

import { lstatSync } from 'node:fs';
import { HoldfastError } from '../../model/error.ts';
import { containerFamilies } from '../../report/openmetrics/families.ts';
import { CONTENT_TYPE, openMetrics } from '../../report/openmetrics/format.ts';
import { listenAddress } from '../../runtime/metrics/address.ts';
import { listenForMetrics, untilAsked } from '../../runtime/metrics/listen.ts';
import { measurer } from '../../runtime/metrics/measure.ts';
import { writeWhole } from '../../runtime/write-whole.ts';
import { type Context, err, out } from '../context.ts';

export interface MetricsFlags {
  readonly output?: string;
  readonly listen?: string;
}

/** Read by node_exporter, which is another user. */
const MODE = 0o644;

export async function metrics(this: Context, { output, listen }: MetricsFlags): Promise<void> {
  if (output !== undefined && listen !== undefined) throw new HoldfastError('--output writes once, --listen answers for ever: one of them', { code: 'usage' });
  const address = listen === undefined ? null : listenAddress(listen);
  const measure = measurer();
  const text = () => openMetrics(containerFamilies(measure().containers));
  if (address !== null) {
    const asked = untilAsked();
    const listener = await listenForMetrics(address, { contentType: CONTENT_TYPE, text });
    err(this, `metrics are at ${listener.url}\n`);
    await asked;
    await listener.close();
    return;
  }
  if (output === undefined) {
    out(this, text());
    return;
  }
  // A rename would put a file in the place of a device or of what a link leads to.
  if (lstatSync(output, { throwIfNoEntry: false })?.isFile() === false) {
    throw new HoldfastError(`'${output}' is there, and no ordinary file: it is not replaced`, { code: 'cannot-write', path: output });
  }
  writeWhole(output, text(), MODE);
}
