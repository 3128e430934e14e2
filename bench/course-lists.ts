import type { BenchOptions, Figures } from './bench.js';
import { COMMON_WORD, fillCatalogue, RARE_WORD, SELDOM_WORD } from './course-catalogue.js';
import { percentiles, rateOf, rounded } from './support/figures.js';
import { addressOf, type Get, load } from './support/load.js';
import { type Server, tokenOf } from './support/server.js';
import { inWorld, type World } from './support/world.js';

const COURSES = 100_000;
const COURSES_QUICKLY = 20_000;
const CLIENTS = 32;
/** Of the page that everybody reads. */
const POPULAR_PAGE = '/courses/list?sort=rating';

const lists: Record<string, string> = {
  'page 1': '',
  'page 100': 'page=100',
  'page 1000': 'page=1000',
  'a full page': 'limit=100',
  'by price': 'sort=price',
  'by price, falling': 'sort=price_desc',
  'by price, page 1000': 'sort=price&page=1000',
  popular: 'sort=popular',
  'by title': 'sort=title',
  'by title, page 1000': 'sort=title&page=1000',
  'by rating': 'sort=rating',
  'by rating, page 1000': 'sort=rating&page=1000',
  'a large category': 'category=category-0',
  'a small category': 'category=category-23',
  'a small category by title': 'category=category-23&sort=title',
  'one level': 'level=ADVANCED&sort=popular',
  'one teacher': 'instructorId=usr_bench_7',
  'free ones by rating': 'isPremium=false&sort=rating',
  'four stars, popular': 'minRating=4&sort=popular',
  'in EUR': 'currency=EUR',
  'in EUR by price': 'currency=EUR&sort=price',
  'a range of prices': 'minPrice=1000&maxPrice=2000&sort=rating',
  'a small range of prices': 'minPrice=700&maxPrice=700&category=category-20',
  'a common word': `keyword=${COMMON_WORD}`,
  'a common word by relevance': `keyword=${COMMON_WORD}&sort=relevance`,
  'a common word, page 500': `keyword=${COMMON_WORD}&page=500`,
  'a seldom word': `keyword=${SELDOM_WORD}`,
  'a seldom word by relevance': `keyword=${SELDOM_WORD}&sort=relevance`,
  'a rare word': `keyword=${RARE_WORD}`,
  'a rare word by relevance': `keyword=${RARE_WORD}&sort=relevance`,
  'words that begin so': 'keyword=topic39&sort=relevance',
  'a common and a rare word': `keyword=${COMMON_WORD}+${RARE_WORD}`,
  'no word': 'keyword=nowhere',
  'a word and filters': `keyword=${SELDOM_WORD}&level=BEGINNER&minRating=3&sort=rating`,
};

/** Pages of the public lists and details over HTTP, each read anew, and the page that everybody reads. */
export function courseLists({ quick, courses }: BenchOptions): Promise<Record<string, Figures>> {
  return inWorld(async (world) => {
    await fillCatalogue(world, courses ?? (quick ? COURSES_QUICKLY : COURSES));
    const server = await world.serve();
    const rounds = quick ? 20 : 100;
    const figures: Record<string, Figures> = {};
    for (const [name, query] of Object.entries(lists))
      figures[name] = await anew(world, server, `/courses/list?${query}`, rounds);
    figures['a course'] = await anew(
      world,
      server,
      '/courses/crs_000000011_bench',
      rounds,
      await tokenOf('usr_bench_1'),
    );
    figures['the same page for all'] = await together(server, () => POPULAR_PAGE, quick ? 4_000 : 20_000);
    figures['another page for each'] = await together(
      server,
      (turn) => `/courses/list?page=${turn + 1}`,
      quick ? 500 : 2_000,
    );
    return figures;
  });
}

/** One after another, each after a change of the catalogue, so that none is remembered. */
async function anew(world: World, { url }: Server, path: string, rounds: number, token?: string): Promise<Figures> {
  const latencies: number[] = [];
  let rows = 0;
  for (let round = -3; round < rounds; round += 1) {
    await world.sql('UPDATE catalogue_versions SET version = version + 1');
    const headers = { 'x-forwarded-for': addressOf(round + 3), ...(token && { authorization: `Bearer ${token}` }) };
    const begun = performance.now();
    const answer = await fetch(url + path, { headers });
    const body = (await answer.json()) as { data?: unknown[] };
    // The first warm code and caches; not counted.
    if (round >= 0) latencies.push(performance.now() - begun);
    if (!answer.ok) throw new Error(`${path} is answered ${answer.status}`);
    rows = body.data?.length ?? 1;
  }
  return { rows, ...percentiles(latencies) };
}

async function together({ url }: Server, pathOf: (turn: number) => string, count: number): Promise<Figures> {
  const requests = (size: number): Get[] =>
    Array.from({ length: size }, (_, turn) => ({ path: pathOf(turn), from: addressOf(turn) }));
  await load({ url, requests: requests(count / 10), pace: { clients: CLIENTS } });
  const outcome = await load({ url, requests: requests(count), pace: { clients: CLIENTS } });
  const wrong = outcome.latencies.length - (outcome.statuses['200'] ?? 0);
  return { 'answers/s': rounded(rateOf(outcome, '200')), ...percentiles(outcome.latencies), errors: wrong };
}
