export { Degradations } from './degradations.js';
export { HealthController } from './health.controller.js';
