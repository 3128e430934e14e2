export const EMAILS_SWEEP = 'notifications.emails';
