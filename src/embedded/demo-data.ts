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
  staff: { role: 'staff', email: 'zawadi@demo.example', password: PASSWORD },
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
      { currency: 'EGP', amount: 240_000 },
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

/** People, courses and a branch to try things with, once per data directory. All but the first admin come in by the API, as anyone's would. */
export async function loadDemoData(app: NestExpressApplication, url: string, dataDir: string): Promise<Login[]> {
  const marker = join(dataDir, 'demo-loaded');
  if (!existsSync(marker)) {
    await app.get(CreateAdmin).execute({ ...logins.admin, name: 'Ada Admin' });
    const admin = await logIn(url, logins.admin);
    const instructor = await register(url, logins.instructor, 'Amina Wanjiru');
    await give(url, instructor, 'INSTRUCTOR', admin);
    const staff = await register(url, logins.staff, 'Zawadi Njeri');
    await give(url, staff, 'STAFF', admin);
    await register(url, logins.student, 'Juma Otieno');
    await openBranch(url, admin, { staff, teacher: instructor });
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

function give(url: string, { user }: SignedIn, role: string, admin: SignedIn): Promise<unknown> {
  return call(url, `PATCH /users/${user.id}/roles`, { roles: ['STUDENT', role] }, admin.accessToken);
}

/** A branch with somebody at its desk, a class that meets there every week from tomorrow on, and a package of its seats. */
async function openBranch(
  url: string,
  { accessToken: token }: SignedIn,
  { staff, teacher }: Record<'staff' | 'teacher', SignedIn>,
): Promise<void> {
  const { id: centerId } = await call<{ id: string }>(url, 'POST /centers', { name: 'Bursar School' }, token);
  const place = { name: 'Westlands', address: 'Westlands Road', country: 'KE', timeZone: 'Africa/Nairobi' };
  const { id: branchId } = await call<{ id: string }>(url, 'POST /branches', { centerId, ...place }, token);
  await call(url, `PUT /branches/${branchId}/staff/${staff.user.id}`, {}, token);
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  const { id: classId } = await call<{ id: string }>(
    url,
    'POST /classes',
    {
      ...{ branchId, name: 'Algebra, evenings', subject: 'mathematics', teacherId: teacher.user.id },
      ...{ price: 150_000, currency: 'KES', capacity: 12, durationMinutes: 90 },
      ...{ recurrenceRule: 'FREQ=WEEKLY', startsAt: `${tomorrow}T17:00` },
    },
    token,
  );
  await call(url, 'POST /packages', { classId, name: 'Ten evenings', sessionCount: 10, price: 1_200_000 }, token);
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
