export { newId, idPrefixes, type EntityName } from './ids.js';
