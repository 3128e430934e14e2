import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Controller, Get, Post } from '@nestjs/common';
import { startTestApp, type TestApp } from '../../../test/support/app.js';
import { type Person, person } from '../../../test/support/people.js';
import { Endpoint, RequiresFeature } from '../http/index.js';
import { CurrentPrincipal } from './principal.js';
import { FeatureAccess } from './feature-access.js';
import type { Principal } from './principal.js';

@Controller('probe')
class Probe {
  constructor(private readonly features: FeatureAccess) {}

  @Get('above')
  @RequiresFeature('reports')
  @Endpoint({ access: ['STUDENT'], summary: 'Reports' })
  above(): string[] {
    return ['above'];
  }

  @Get('below')
  @Endpoint({ access: 'signed-in', summary: 'Reports' })
  @RequiresFeature('reports')
  below(): string[] {
    return ['below'];
  }

  @Get('for-all')
  @RequiresFeature('reports')
  @Endpoint({ access: 'public', summary: 'Reports' })
  forAll(): string[] {
    return ['for all'];
  }

  @Post('within')
  @Endpoint({ access: 'signed-in', summary: 'Asks itself' })
  async within(@CurrentPrincipal() { userId }: Principal): Promise<string[]> {
    await this.features.require(userId, 'reports');
    return ['within'];
  }
}

let app: TestApp;
let ada: Person;
let eve: Person;
const plan = new Set<string>();
const licence = new Set<string>();

beforeAll(async () => {
  app = await startTestApp({}, [], [Probe]);
  [ada, eve] = await Promise.all([person(app), person(app)]);
  const source = (people: Set<string>, offers: string[]) => ({
    gives: async (userId: string, feature: string) => feature === 'reports' && people.has(userId),
    offering: (feature: string) => (feature === 'reports' ? offers : []),
  });
  app.app.get(FeatureAccess).register(source(plan, ['the plan Gold']));
  app.app.get(FeatureAccess).register(source(licence, ['the licence School']));
});
afterAll(() => app.close());

const ask = (path: string, { token }: Person) =>
  app.request<{ code?: string; detail?: string }>(path === 'within' ? 'POST' : 'GET', `/probe/${path}`, { token });

it.each(['above', 'below', 'within'])('a feature is needed, and any source of it suffices: %s', async (path) => {
  plan.clear();
  licence.clear();
  const refused = await ask(path, ada);
  expect([refused.status, refused.body.code]).toEqual([403, 'FEATURE_REQUIRED']);
  expect(refused.body.detail).toMatch(/“reports”: it comes with .*the plan Gold, the licence School$/);
  plan.add(ada.id);
  licence.add(eve.id);
  for (const who of [ada, eve]) expect((await ask(path, who)).status).toBe(200);
});

it('nobody who is not known has any', async () => {
  expect((await app.get('/probe/for-all')).status).toBe(401);
  expect((await app.get('/probe/above')).status).toBe(401);
});

it('and what nothing offers is said to be so', async () => {
  const features = app.app.get(FeatureAccess);
  await expect(features.require(ada.id, 'time travel')).rejects.toThrow('nothing that is offered has it');
});

it('the documentation says so beside the other refusals', async () => {
  const response = await fetch(`${app.url}/api/docs-json`);
  type Route = { get: { responses: Record<string, { description: string }>; 'x-feature': string } };
  const { paths } = (await response.json()) as { paths: Record<string, Route> };
  const refusal = (path: string) => paths[path]?.get.responses['403']?.description.split('\n\n').toSorted();
  const feature = '`FEATURE_REQUIRED`: Your plan does not have this';
  expect(refusal('/api/probe/above')).toEqual([feature, '`FORBIDDEN`: Your role does not allow this']);
  expect(refusal('/api/probe/below')).toEqual([feature]);
  expect(paths['/api/probe/below']?.get['x-feature']).toBe('reports');
});
