export { SignatureKey } from './signature-key.js';
