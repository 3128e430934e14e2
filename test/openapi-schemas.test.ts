import { afterEach, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { startTestApp } from './support/app.js';

afterEach(() => {
  jest.restoreAllMocks();
});

it('have a name each: of two with the same one the document would show the later in the place of both', async () => {
  const app = await startTestApp();
  try {
    const warned = jest.spyOn(Logger, 'warn').mockReturnValue(undefined);
    await app.get('/docs-json');
    expect(warned.mock.calls.map(([message]) => String(message))).toEqual([]);
  } finally {
    await app.close();
  }
});
