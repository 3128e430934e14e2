/** A run that never gets here (killed, or crashed) is cleaned up by the server's watchdog. */
export default async function tearDown(): Promise<void> {
  await (globalThis as { stopTestServer?: () => Promise<void> }).stopTestServer?.();
}
