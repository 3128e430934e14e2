import { CheckBundle } from './check-bundle.js';
import { FindBundleOnSale } from './find-bundle.js';
import { GiveBundle } from './give-bundle.js';
import { ReadBundles } from './read-bundles.js';
import { SellBundle } from './sell-bundle.js';
import { WriteBundle } from './write-bundle.js';

/** Several courses sold as one thing. */
export const bundles = [ReadBundles, WriteBundle, CheckBundle, FindBundleOnSale, SellBundle, GiveBundle];
