import { CreateAdmin } from '../../src/identity/index.js';
import type { SignedInDto } from '../../src/identity/identity.dto.js';
import type { Answer, TestApp } from './app.js';

export const PASSWORD = 'correct horse battery';

/** A request as any client makes it: `PATCH /users/me`. */
export function call<Body = unknown>(
  app: TestApp,
  route: string,
  options: { body?: unknown; token?: string } = {},
): Promise<Answer<Body>> {
  const [method = '', path = ''] = route.split(' ');
  return app.request<Body>(method, path, options);
}

let people = 0;

export function someone(): { name: string; email: string; password: string } {
  people += 1;
  return { name: `Person ${people}`, email: `person-${people}@example.com`, password: PASSWORD };
}

/** Registers somebody new. */
export async function register(app: TestApp, details: Record<string, unknown> = {}): Promise<SignedInDto> {
  const { status, body } = await call<SignedInDto>(app, 'POST /auth/register', { body: { ...someone(), ...details } });
  if (status !== 201) throw new Error(`Registration answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

/** Creates an admin as the command does, and signs them in. */
export async function createAdmin(app: TestApp): Promise<SignedInDto> {
  const { email, ...rest } = someone();
  await app.app.get(CreateAdmin).execute({ email, ...rest });
  const { body } = await call<SignedInDto>(app, 'POST /auth/login', { body: { email, password: PASSWORD } });
  return body;
}
