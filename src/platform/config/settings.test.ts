import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { optionalVariables, readSettings, SettingsError } from './read-settings.js';
import { Settings } from './settings.js';

const DATABASE_URL = 'postgresql://bursar_app:secret@127.0.0.1:5432/bursar';
const read = (environment: Record<string, string | undefined> = {}) => readSettings({ DATABASE_URL, ...environment });

/** What the refusal says, a problem a line. */
function problems(environment: Record<string, string | undefined>): string[] {
  try {
    readSettings(environment);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const lines = error.message.split('\n');
    expect(lines.at(0)).toBe('The configuration is not usable:');
    expect(lines.at(-1)).toBe('See .env.example for every variable.');
    return lines.slice(1, -1);
  }
  return [];
}

describe('the settings', () => {
  it('need a database and nothing else', () => {
    expect(read()).toMatchObject({
      NODE_ENV: 'development',
      PORT: 3001,
      SANDBOX_PORT: 3010,
      ROLE: 'all',
      FRONTEND_URL: 'http://localhost:3000',
      CORS_ORIGINS: [],
      ALLOW_INSECURE_PRODUCTION: false,
      usesSandbox: true,
      runsWorkers: true,
    });
    expect(problems({})).toEqual(['  - DATABASE_URL must be a postgresql:// URL']);
  });

  it('are read as what they are: numbers, lists, flags; blank means not set; strangers are ignored', () => {
    const settings = read({
      PORT: '8080',
      CORS_ORIGINS: ' https://a.example , https://b.example,',
      CURRENCIES: 'USD,KES',
      ALLOW_INSECURE_PRODUCTION: 'true',
      JWT_EXPIRES_IN: '',
      ROLE: 'api',
      PATH: '/bin',
      constructor: 'x',
    });
    expect(settings).toMatchObject({
      PORT: 8080,
      CORS_ORIGINS: ['https://a.example', 'https://b.example'],
      CURRENCIES: ['USD', 'KES'],
      ALLOW_INSECURE_PRODUCTION: true,
      JWT_EXPIRES_IN: 900,
      runsWorkers: false,
    });
    expect(settings).not.toHaveProperty('PATH');
    expect(settings).toBeInstanceOf(Settings);
  });

  it('that are wrong are all named in one message', () => {
    const wrong = {
      NODE_ENV: 'staging',
      PORT: '70000',
      SANDBOX_PORT: 'abc',
      ROLE: 'both',
      LOG_LEVEL: 'loud',
      DATABASE_URL: 'mysql://x',
      DATABASE_OWNER_URL: 'x',
      DATABASE_POOL_SIZE: '1',
      FRONTEND_URL: 'localhost:3000',
      CORS_ORIGINS: 'https://a.example,nowhere',
      JWT_SECRET: 'short',
      JWT_EXPIRES_IN: '1.5',
      REFRESH_TOKEN_DAYS: '0',
      AUTH_JWKS_URL: 'keys',
      STRIPE_SECRET_KEY: 'pk_live_x',
      STRIPE_WEBHOOK_SECRET: 'whsec_x,sk_x',
      STRIPE_API_URL: 'stripe',
      SMTP_URL: 'smtp.example.com',
      MAIL_FROM: 'School',
      MAIL_REPLY_TO: 'help@school.example\r\nBcc: all@school.example',
      CURRENCIES: 'USD,dollars',
      RATE_LIMIT_PER_MINUTE: '0',
      SIGN_IN_LIMIT_PER_MINUTE: '-1',
      VALIDATION_LIMIT_PER_MINUTE: '0',
      TRUSTED_PROXIES: '-1',
      ALLOW_INSECURE_PRODUCTION: 'yes',
    };
    const said = problems(wrong).join('\n');
    expect(Object.keys(wrong).filter((variable) => !said.includes(variable))).toEqual([]);
  });

  it.each([
    ['FRONTEND_URL', 'ftp://school.example'],
    ['CURRENCIES', 'USD,XXZ'],
    ['ALLOW_INSECURE_PRODUCTION', '1'],
    ['PORT', '3001x'],
  ])('refuse %s=%s, which would only be noticed later', (variable, value) => {
    expect(problems({ DATABASE_URL, [variable]: value }).join()).toContain(variable);
  });

  it('never repeat a secret in the message', () => {
    const said = problems({
      DATABASE_URL: 'mysql://user:hunter2@x',
      JWT_SECRET: 'hunter2',
      STRIPE_SECRET_KEY: 'hunter2',
      STRIPE_WEBHOOK_SECRET: 'hunter2',
    });
    expect(said).toHaveLength(4);
    expect(said.join()).not.toContain('hunter2');
  });

  it('take an external issuer whole or not at all', () => {
    const issuer = {
      AUTH_JWKS_URL: 'https://id.example/keys',
      AUTH_ISSUER: 'https://id.example',
      AUTH_AUDIENCE: 'bursar',
    };
    expect(read(issuer)).toMatchObject(issuer);
    for (const variable of Object.keys(issuer)) {
      expect(problems({ DATABASE_URL, ...issuer, [variable]: undefined })).toEqual([
        '  - AUTH_JWKS_URL, AUTH_ISSUER and AUTH_AUDIENCE go together: set all three or none',
      ]);
    }
  });

  it('take a bucket whole or not at all', () => {
    const bucket = {
      S3_ENDPOINT: 'https://s3.example/',
      S3_REGION: 'eu-1',
      S3_BUCKET: 'content',
      S3_ACCESS_KEY_ID: 'id',
      S3_SECRET_ACCESS_KEY: 'secret',
    };
    expect(read().s3).toBeUndefined();
    expect(read({ ...bucket, S3_FORCE_PATH_STYLE: 'true' }).s3).toEqual({
      endpoint: 'https://s3.example',
      region: 'eu-1',
      bucket: 'content',
      accessKeyId: 'id',
      secretAccessKey: 'secret',
      pathStyle: true,
    });
    for (const variable of Object.keys(bucket)) {
      expect(problems({ DATABASE_URL, ...bucket, [variable]: undefined })).toEqual([
        `  - ${Object.keys(bucket).join(', ')} go together: ${variable} missing`,
      ]);
    }
  });

  it('take a Stripe key only with a webhook secret', () => {
    const keys = { STRIPE_SECRET_KEY: 'sk_live_x', STRIPE_WEBHOOK_SECRET: 'whsec_a,whsec_b' };
    expect(read(keys).stripe).toEqual({ secretKey: 'sk_live_x', webhookSecrets: ['whsec_a', 'whsec_b'], isLive: true });
    expect(read(keys).usesSandbox).toBe(false);
    expect(problems({ DATABASE_URL, ...keys, STRIPE_WEBHOOK_SECRET: '' }).join()).toContain('STRIPE_WEBHOOK_SECRET');
  });

  it('has a test clock with a test key only', () => {
    const keys = { STRIPE_SECRET_KEY: 'sk_test_x', STRIPE_WEBHOOK_SECRET: 'whsec_a', STRIPE_TEST_CLOCK: 'clock_1' };
    expect(read(keys).stripe.testClock).toBe('clock_1');
    const live = { ...keys, STRIPE_SECRET_KEY: 'sk_live_x' };
    expect(problems({ DATABASE_URL, ...live }).join()).toContain('STRIPE_TEST_CLOCK');
  });
});

describe('production', () => {
  const safe = {
    NODE_ENV: 'production',
    JWT_SECRET: 'a secret of more than thirty-two characters',
    STRIPE_SECRET_KEY: 'sk_live_x',
    STRIPE_WEBHOOK_SECRET: 'whsec_x',
    FRONTEND_URL: 'https://school.example',
  };

  it('starts on real keys, a secret of its own and a frontend with TLS', () => {
    expect(read(safe)).toMatchObject({ NODE_ENV: 'production', usesSandbox: false });
  });

  it.each([
    [
      'STRIPE_SECRET_KEY',
      'STRIPE_SECRET_KEY, MPESA_CONSUMER_KEY and PAYMOB_SECRET_KEY are missing: payments would go to the sandbox',
    ],
    ['JWT_SECRET', 'JWT_SECRET is the default of development'],
    ['FRONTEND_URL', 'FRONTEND_URL is not https'],
  ])('refuses to start on the default of %s, unless told explicitly', (variable, reason) => {
    const risky = { DATABASE_URL, ...safe, [variable]: undefined };
    expect(problems(risky)).toEqual([
      `  - ${reason} (refused in production; ALLOW_INSECURE_PRODUCTION=true starts anyway)`,
    ]);
    expect(problems({ ...risky, ALLOW_INSECURE_PRODUCTION: 'false' })).toHaveLength(1);
    expect(problems({ ...risky, ALLOW_INSECURE_PRODUCTION: 'true' })).toEqual([]);
  });

  it('sends e-mails under a name of its own, or none', () => {
    const sending = { ...safe, SMTP_URL: 'smtps://mail.example.com' };
    expect(problems({ DATABASE_URL, ...sending })).toEqual([
      '  - MAIL_FROM is missing: e-mails need a sender of a domain of yours',
    ]);
    expect(read({ ...sending, MAIL_FROM: 'School <pay@school.example>' }).MAIL_FROM).toBe(
      'School <pay@school.example>',
    );
  });

  it('names all its risks at once', () => {
    expect(problems({ DATABASE_URL, NODE_ENV: 'production' })).toHaveLength(3);
  });
});

it('.env.example lists exactly the variables that are read', () => {
  const listed = readFileSync(new URL('../../../.env.example', import.meta.url), 'utf8').matchAll(
    /^(?:# ?)?([A-Z][A-Z0-9_]*)=/gm,
  );
  const variables = new Set([...Object.keys(new Settings()), ...optionalVariables]);
  expect([...listed].map(([, name]) => name).toSorted()).toEqual([...variables].toSorted());
});
