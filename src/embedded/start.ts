import '../platform/runtime/require-node.js';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { createApp } from '../create-app.js';
import { loadEnvFile, readSettings, type Settings, SettingsError } from '../platform/config/index.js';
import { migrate } from '../platform/database/migrate/index.js';
import { type Sandbox, startSandbox } from '../sandbox/index.js';
import { claimPort } from './cluster/free-port.js';
import { loadDemoData } from './demo-data.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './postgres.js';
import { welcome } from './welcome.js';

/*
 * `npm start`: everything that a newcomer needs in one process and one PostgreSQL beside it. Reachable from this machine only.
 */
const HOST = '127.0.0.1';
const dataDir = join(import.meta.dirname, '../../.data');

class Embedded {
  private postgres?: EmbeddedPostgres;
  private sandbox?: Sandbox;
  private app?: NestExpressApplication;
  private stopping?: Promise<void>;

  async start(): Promise<void> {
    // Before the database: a busy port should cost nobody a wait.
    const wanted = this.settings('postgresql://not-yet-known/');
    await assertFree('PORT', wanted.PORT);
    if (wanted.usesSandbox) {
      if (wanted.SANDBOX_PORT === wanted.PORT) throw new Error('PORT and SANDBOX_PORT are the same: choose two');
      await assertFree('SANDBOX_PORT', wanted.SANDBOX_PORT);
    }

    mkdirSync(dataDir, { recursive: true });
    const { ownerUrl, appUrl } = (this.postgres = await startEmbeddedPostgres({ dataDir }));
    await migrate({ ownerUrl, appUrl });

    const settings = this.settings(appUrl);
    if (settings.usesSandbox) this.sandbox = await startProviders(settings);
    const mailbox = this.sandbox && !settings.SMTP_URL ? this.sandbox.mail.url : undefined;
    if (mailbox) process.env.SMTP_URL = mailbox;
    this.app = await createApp();
    await this.app.listen(settings.PORT, HOST);
    const url = `http://${HOST}:${settings.PORT}`;
    const logins = await loadDemoData(this.app, url, dataDir);
    const sandboxUrl = this.sandbox?.url;
    console.log(welcome({ url, sandboxUrl, mailboxUrl: mailbox && `${sandboxUrl}/mail`, logins }));
  }

  /** From the top down, so that nothing loses what it stands on. Once, however often it is asked for. */
  stop(): Promise<void> {
    this.stopping ??= (async () => {
      await this.app?.close();
      await this.sandbox?.close();
      await this.postgres?.stop();
    })();
    return this.stopping;
  }

  /** The environment as the application will find it; what is set by hand or in `.env` stands. */
  private settings(databaseUrl: string): Settings {
    process.env.DATABASE_URL = databaseUrl;
    process.env.NODE_ENV ??= 'development';
    process.env.LOG_LEVEL ??= 'warn';
    // Where most frontends are developed; further ones go into CORS_ORIGINS.
    process.env.CORS_ORIGINS ??= 'http://localhost:3000,http://localhost:5173';
    if (!process.env.FRONTEND_URL) process.env.FRONTEND_URL = `http://${HOST}:${process.env.SANDBOX_PORT ?? 3010}/shop`;
    return readSettings(process.env);
  }
}

async function assertFree(variable: string, port: number): Promise<void> {
  if ((await claimPort(port)) !== undefined) return;
  throw new Error(
    `Port ${port} is taken, perhaps by another Bursar. Stop what listens there, or take another port: ${variable}=${port + 1} npm start`,
  );
}

function startProviders(settings: Settings): Promise<Sandbox> {
  const { secretKey, webhookSecrets } = settings.stripe;
  const {
    integrationIds,
    currency,
    hmacSecrets: [hmacSecret],
    ...paymob
  } = settings.paymob;
  const { consumerKey, consumerSecret, shortcode, passkey, initiatorName, securityCredential } = settings.mpesa;
  const url = `http://${HOST}:${settings.PORT}/api/webhooks/stripe`;
  // What happens to instructors' own accounts is told apart.
  const webhooks = webhookSecrets.flatMap((secret) => [
    { url, secret },
    { url, secret, connect: true },
  ]);
  return startSandbox({
    port: settings.SANDBOX_PORT,
    host: HOST,
    stateFile: join(dataDir, 'sandbox.json'),
    // Unless e-mails are to go somewhere.
    mail: settings.SMTP_URL ? undefined : { port: 0 },
    stripe: { secretKey, webhooks },
    mpesa: { consumerKey, consumerSecret, shortcode, passkey, initiatorName, securityCredential },
    paymob: {
      secretKey: paymob.secretKey,
      publicKey: paymob.publicKey,
      apiKey: paymob.apiKey,
      hmacSecret,
      integrationIds,
      currency,
    },
  });
}

loadEnvFile();

const embedded = new Embedded();

// Whoever started this may be killed without a word to us; then nobody would stop it any more.
const launcher = process.ppid;
setInterval(() => {
  if (process.ppid !== launcher) process.kill(process.pid, 'SIGTERM');
}, 1_000).unref();

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    console.log('\nStopping …');
    void embedded.stop().then(() => process.exit(0));
  });
}

try {
  await embedded.start();
} catch (error) {
  // A plain Error here says in its message what to do; a stack would only hide that.
  console.error(
    error instanceof SettingsError || (error instanceof Error && error.constructor === Error) ? error.message : error,
  );
  await embedded.stop();
  process.exit(1);
}
