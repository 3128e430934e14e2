import { expect, it } from '@jest/globals';
import { newSerial, readSerial } from './serials.js';

it('serials are written in groups, with a character that the others result in, and none is twice', () => {
  const serials = Array.from({ length: 1000 }, newSerial);
  for (const serial of serials) {
    expect(serial).toMatch(/^BUR(-[0-9A-HJKMNP-TW-Z]{4}){3}-[0-9A-HJKMNP-TW-Z]$/);
    expect(readSerial(serial)).toBe(serial);
  }
  expect(new Set(serials).size).toBe(1000);
});

it('are read as people write them', () => {
  const serial = newSerial();
  for (const typed of [serial.toLowerCase(), serial.replaceAll('-', ''), ` ${serial.replaceAll('-', ' ')} `])
    expect(readSerial(typed)).toBe(serial);
  const zeros = 'BUR-0010-0000-0000-4';
  expect(readSerial(zeros)).toBe(zeros);
  for (const typed of ['bur-oolo-oooo-oooo-4', 'BUR-00I0-0000-0000-4']) expect(readSerial(typed)).toBe(zeros);
});

it('with one wrong character, or two that changed places, are none', () => {
  const serial = newSerial();
  const places = [...serial].flatMap((one, index) => (index < 4 || one === '-' ? [] : [index]));
  const put = (...changes: [at: number, what: string][]) => {
    const characters = [...serial];
    for (const [at, what] of changes) characters[at] = what;
    return characters.join('');
  };
  for (const [index, at] of places.entries()) {
    for (const other of '0123456789ABCDEFGHJKMNPQRSTWXYZ')
      if (other !== serial[at]) expect([other, at, readSerial(put([at, other]))]).toEqual([other, at, undefined]);
    for (const to of places.slice(index + 1, -1))
      if (serial[at] !== serial[to]) expect(readSerial(put([at, serial[to]!], [to, serial[at]!]))).toBeUndefined();
  }
});

it.each([
  '',
  'BUR',
  'BUR-0010-0000-0000',
  'BUR-0010-0000-0000-44',
  'XYZ-0010-0000-0000-4',
  'BUR-00U0-0000-0000-4',
  '../..',
])('%j is none', (typed) => {
  expect(readSerial(typed)).toBeUndefined();
});
