import { AdoptMethod } from './adopt-method.js';
import { ApplyMethodReport } from './apply-method-report.js';
import { BeginSetup } from './begin-setup.js';
import { KeepMethod } from './keep-method.js';
import { MakeDefault } from './make-default.js';
import { OwnMethods } from './own-methods.js';
import { ReadMethods } from './read-methods.js';
import { RemoveMethod } from './remove-method.js';
import { ResolveSetups } from './resolve-setups.js';

/** Ways to pay that are kept. */
export const methods = [
  OwnMethods,
  BeginSetup,
  AdoptMethod,
  KeepMethod,
  ReadMethods,
  RemoveMethod,
  MakeDefault,
  ResolveSetups,
  ApplyMethodReport,
];
