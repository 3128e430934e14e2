import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { CreateAdmin } from '../identity/index.js';

export interface Login {
  readonly role: string;
  readonly email: string;
  readonly password: string;
}

const PASSWORD = 'bursar-demo-2026';

const logins = {
  admin: { role: 'admin', email: 'admin@demo.example', password: PASSWORD },
  instructor: { role: 'instructor', email: 'amina@demo.example', password: PASSWORD },
  student: { role: 'student', email: 'juma@demo.example', password: PASSWORD },
} satisfies Record<string, Login>;

const courses = [
  {
    title: 'Swahili for beginners',
    description: 'From greetings to a conversation at the market, in twelve short lessons.',
    shortDescription: 'Your first conversations.',
    category: 'languages',
    level: 'BEGINNER',
    duration: 540,
    isPremium: true,
    price: 4999,
    currency: 'USD',
    prices: [
      { currency: 'KES', amount: 649_000 },
      { currency: 'JPY', amount: 7500 },
    ],
    lectures: ['Habari: greetings', 'Numbers and prices', 'At the market'],
  },
  {
    title: 'Double-entry bookkeeping',
    description: 'Why every movement of money has two sides, and how to read a ledger.',
    shortDescription: 'Read any ledger.',
    category: 'business',
    level: 'ALL_LEVELS',
    duration: 300,
    isPremium: true,
    price: 12_900,
    currency: 'EUR',
    lectures: ['Debits and credits', 'The trial balance'],
  },
  {
    title: 'How to learn',
    description: 'Spaced repetition, active recall and rest: what the evidence says.',
    shortDescription: 'Free, and worth it.',
    category: 'study skills',
    level: 'ALL_LEVELS',
    duration: 45,
    isPremium: false,
    price: 0,
    currency: 'USD',
    lectures: ['Spaced repetition'],
  },
];

/** People and courses to try things with, once per data directory. All but the first admin come in by the API, as anyone's would. */
export async function loadDemoData(app: NestExpressApplication, url: string, dataDir: string): Promise<Login[]> {
  const marker = join(dataDir, 'demo-loaded');
  if (!existsSync(marker)) {
    await app.get(CreateAdmin).execute({ ...logins.admin, name: 'Ada Admin' });
    const admin = await logIn(url, logins.admin);
    const instructor = await register(url, logins.instructor, 'Amina Wanjiru');
    await call(
      url,
      `PATCH /users/${instructor.user.id}/roles`,
      { roles: ['STUDENT', 'INSTRUCTOR'] },
      admin.accessToken,
    );
    await register(url, logins.student, 'Juma Otieno');
    for (const course of courses) await publish(url, course, instructor.accessToken);
    writeFileSync(marker, `${new Date().toISOString()}\n`);
  }
  return Object.values(logins);
}

interface SignedIn {
  accessToken: string;
  user: { id: string };
}

function logIn(url: string, { email, password }: Login): Promise<SignedIn> {
  return call<SignedIn>(url, 'POST /auth/login', { email, password });
}

/** Whoever is there from a start that was interrupted just logs in. */
async function register(url: string, login: Login, name: string): Promise<SignedIn> {
  const { email, password } = login;
  return call<SignedIn>(url, 'POST /auth/register', { email, password, name }).catch(() => logIn(url, login));
}

async function publish(url: string, { lectures, ...course }: (typeof courses)[number], token: string): Promise<void> {
  const { id } = await call<{ id: string }>(url, 'POST /courses', course, token);
  const { modules } = await call<{ modules: { id: string }[] }>(
    url,
    `POST /courses/${id}/modules`,
    { title: 'Lessons' },
    token,
  );
  for (const title of lectures)
    await call(url, `POST /courses/${id}/modules/${modules[0]?.id}/lectures`, { title }, token);
  await call(url, `POST /courses/${id}/publish`, {}, token);
}

async function call<T>(url: string, route: string, body: object, token?: string): Promise<T> {
  const [method, path] = route.split(' ');
  const response = await fetch(`${url}/api${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
  if (!response.ok)
    throw new Error(
      `The demo data could not be loaded: ${route} was answered ${response.status}: ${await response.text()}`,
    );
  return (await response.json()) as T;
}
