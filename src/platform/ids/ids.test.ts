import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { type EntityName, idPrefixes, newId } from './ids.js';

const entities = Object.keys(idPrefixes) as EntityName[];

it.each(entities)('the id of a %s says what it is of', (entity) => {
  expect(newId(entity)).toMatch(new RegExp(`^${idPrefixes[entity]}_[0-7][0-9a-hjkmnp-tv-z]{25}$`));
});

it('no two kinds of entity share a prefix', () => {
  expect(new Set(Object.values(idPrefixes)).size).toBe(entities.length);
});

it('no two ids are equal', () => {
  expect(new Set(Array.from({ length: 10_000 }, () => newId('course'))).size).toBe(10_000);
});

it('ids sort by the time of their making', async () => {
  const made: string[] = [];
  for (let turn = 0; turn < 20; turn += 1) {
    made.push(newId('payment'));
    await sleep(2);
  }
  expect(made.toSorted()).toEqual(made);
});
