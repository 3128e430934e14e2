import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { OpenAPIObject } from '@nestjs/swagger';
import { ACCESS } from '../src/platform/auth/index.js';
import { ENDPOINT } from '../src/platform/http/index.js';
import { startTestApp, type TestApp } from './support/app.js';

type Operation = {
  summary?: string;
  security?: object[];
  responses: Record<string, { content?: Record<string, { schema?: object }>; description: string }>;
} & Record<'x-access', unknown>;

let app: TestApp;
let api: OpenAPIObject;
let operations: [string, Operation][];

beforeAll(async () => {
  app = await startTestApp();
  api = (await app.get<OpenAPIObject>('/docs-json')).body;
  operations = Object.entries(api.paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, Operation>).map(([method, operation]): [string, Operation] => [
      `${method.toUpperCase()} ${path}`,
      operation,
    ]),
  );
  if (process.env.OPENAPI_OUT)
    (await import('node:fs')).writeFileSync(process.env.OPENAPI_OUT, JSON.stringify(api, null, 2));
});
afterAll(() => app.close());

describe('the contract', () => {
  it('is OpenAPI 3.1 and can be browsed', async () => {
    expect(api.openapi).toBe('3.1.0');
    const page = await fetch(`${app.url}/api/docs`);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('swagger-ui');
  });

  it('says of every operation what it is, who may call it, what it answers and how it refuses', () => {
    expect(operations.length).toBeGreaterThan(30);
    const thin = operations.filter(([, operation]) => {
      const codes = Object.keys(operation.responses);
      return (
        !operation.summary ||
        operation['x-access'] === undefined ||
        !codes.some((code) => code.startsWith('2')) ||
        !codes.some((code) => code >= '400')
      );
    });
    expect(thin.map(([name]) => name)).toEqual([]);
  });

  it('names a stable code in every refusal, as problem+json', () => {
    for (const [name, operation] of operations) {
      for (const [status, answer] of Object.entries(operation.responses)) {
        if (status < '400') continue;
        expect([name, status, Object.keys(answer.content ?? {})]).toEqual([name, status, ['application/problem+json']]);
        expect(answer.description).toMatch(/`[A-Z_]+`/);
      }
    }
  });

  it('documents every field of every object', () => {
    const bare = Object.entries(api.components?.schemas ?? {}).flatMap(([name, schema]) =>
      Object.entries(('properties' in schema && schema.properties) || {})
        .filter(([, property]) => !('description' in property) && !('allOf' in property) && !('$ref' in property))
        .map(([field]) => `${name}.${field}`),
    );
    expect(bare).toEqual([]);
  });
});

describe('the operations', () => {
  const responses = (name: string) => operations.find(([one]) => one === name)![1].responses;
  const codes = (name: string) =>
    Object.values(responses(name)).flatMap(({ description }) =>
      [...description.matchAll(/`([A-Z_]+)`/g)].map(([, code]) => code),
    );

  it.each([
    'POST /api/payments/sessions',
    'POST /api/payments/process',
    'POST /api/student-packages/purchase',
    'POST /api/finance/actions/wallet-topup',
  ])('%s: says for what every payment session may be refused', (name) => {
    expect(codes(name)).toEqual(
      expect.arrayContaining([
        ...['AMOUNT_TOO_SMALL', 'AMOUNT_TOO_LARGE', 'CURRENCY_NOT_TAKEN'],
        ...['RETURN_URL_NOT_ALLOWED', 'PAYMENT_GATEWAY_ERROR'],
      ]),
    );
  });

  it.each([
    ['POST /api/finance/wallets/transfer', 'WALLET_OWES'],
    ['POST /api/payments/coupons/validate', 'NOT_ON_SALE'],
  ])('%s: may be refused with %s', (name, code) => {
    expect(codes(name)).toContain(code);
  });

  it('say what they answer other than JSON, and when nothing has changed', () => {
    expect(Object.keys(responses('GET /api/finance/ledger/export')['200']!.content!)).toEqual([
      'text/csv',
      'text/plain',
    ]);
    expect(Object.keys(responses('GET /api/courses/public'))).toContain('304');
  });

  it('answer a reason or a note as long as one is taken', () => {
    const lengths = Object.entries(api.components?.schemas ?? {}).flatMap(([name, schema]) =>
      Object.entries(('properties' in schema && schema.properties) || {})
        // A bank's reason is a word of its own, and so are those of a list.
        .filter(([field]) => (field === 'reason' || field === 'note') && name !== 'DisputeDto')
        .filter(([, property]) => !('enum' in property))
        .map(([field, property]) => [`${name}.${field}`, 'maxLength' in property && property.maxLength]),
    );
    expect(lengths.length).toBeGreaterThan(5);
    expect(lengths).toEqual(lengths.map(([field]) => [field, 500]));
  });
});

describe('the door', () => {
  it('is closed unless a route says who may call it: every handler does, through Endpoint', () => {
    const scanner = new MetadataScanner();
    const silent = app.app
      .get(DiscoveryService, { strict: false })
      .getControllers()
      .flatMap(({ instance }) => {
        const prototype = Object.getPrototypeOf(instance) as Record<string, object>;
        return scanner
          .getAllMethodNames(prototype)
          .filter((name) => Reflect.hasMetadata('path', prototype[name]!))
          .filter(
            (name) =>
              !Reflect.hasMetadata(ACCESS, prototype[name]!) || !Reflect.hasMetadata(ENDPOINT, prototype[name]!),
          )
          .map((name) => `${prototype.constructor.name}.${name}`);
      });
    expect(silent).toEqual([]);
  });

  it('answers 401 without a token wherever access is not public or optional', async () => {
    for (const [name, operation] of operations) {
      const access = operation['x-access'];
      if (access === 'public' || access === 'optional') continue;
      const [method, path] = name.split(' ') as [string, string];
      const answer = await app.request<{ code: string }>(
        method,
        path.replace('/api', '').replaceAll(/\{\w+\}/g, 'none'),
        {
          body: method === 'GET' || method === 'DELETE' ? undefined : {},
        },
      );
      expect([name, answer.status, answer.body.code]).toEqual([name, 401, 'UNAUTHENTICATED']);
    }
  });
});
