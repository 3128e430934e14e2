import { inLines, type Parsed, saidTwice } from '../../platform/config/index.js';
import { inspect } from '../../platform/http/index.js';
import { Money } from '../../platform/money/index.js';
import { type PlanFields, PlansFields } from './plans-file.dto.js';
import { type Plan, Plans } from './plans.js';

/** @returns the plans, or all that is wrong with them */
export async function parsePlans(content: object): Promise<Parsed<Plans>> {
  const { value, flaws } = await inspect(PlansFields, content);
  if (flaws.length > 0) return { problems: inLines(flaws) };
  const problems = contradictions(value.plans);
  const [free, ...paid] = value.plans.map(toPlan);
  return free && problems.length === 0 ? { value: new Plans(free, paid), problems } : { problems };
}

function contradictions(plans: readonly PlanFields[]): string[] {
  const [free, ...paid] = plans;
  if (!free) return ['plans: there must be at least one, which is free'];
  const problems = plans.flatMap((plan, index) => [...repeated(plans, plan, index), ...repeatedPrices(plan)]);
  if (free.prices?.length) problems.push(`${free.id}: the first plan is free and has no prices`);
  if (free.trialDays) problems.push(`${free.id}: the first plan is free and has no trial`);
  // What it gave would have to be taken from nobody, ever.
  if (free.courses.length > 0) problems.push(`${free.id}: a course that everybody has is no premium course`);
  for (const { id, prices } of paid) if (!prices?.length) problems.push(`${id}: it must have a price`);
  return problems;
}

function repeated(plans: readonly PlanFields[], { id }: PlanFields, index: number): string[] {
  return plans.findIndex((other) => other.id === id) < index ? [`${id}: there is a plan with this id already`] : [];
}

function repeatedPrices({ id, prices = [] }: PlanFields): string[] {
  const names = prices.map(({ period, currency }) => `${period} in ${currency}`);
  return saidTwice(names).map((name) => `${id}: it has two prices for a ${name}`);
}

function toPlan({ trialDays = 0, prices = [], ...plan }: PlanFields): Plan {
  return {
    ...plan,
    trialDays,
    prices: prices.map(({ period, amount, currency }) => ({ period, price: Money.of(amount, currency) })),
  };
}
