import { expect, test } from 'vitest';
import { featuresText, readFeatures } from './apparmor.ts';
import { fixtureMachine } from './fixture.ts';

const FOLDER = '/sys/kernel/security/apparmor/features';

test('features are one text as the parser takes it: /etc/apparmor.d/abi/3.0 begins so', () => {
  const machine = fixtureMachine({
    files: {
      [`${FOLDER}/query/label/data`]: 'yes\n',
      [`${FOLDER}/query/label/multi_transaction`]: 'yes\n',
      [`${FOLDER}/capability`]: '0xffffff\n',
      [`${FOLDER}/caps/mask`]: 'chown fowner\n',
    },
  });
  expect(featuresText(readFeatures(machine))).toBe(
    'capability {0xffffff\n}\ncaps {mask {chown fowner\n}\n\n}\nquery {label {data {yes\n}\nmulti_transaction {yes\n}\n\n}\n\n}\n',
  );
});
