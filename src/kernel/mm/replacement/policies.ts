/** The replacement policies by name. The optimum is not among them: it must be told the future. */
import { Clock } from "./clock.js";
import { EnhancedSecondChance } from "./enhanced-second-chance.js";
import { Fifo } from "./fifo.js";
import { Lru } from "./lru.js";
import type { ReplacementPolicy } from "./policy.js";
import { SecondChance } from "./second-chance.js";

const POLICIES = {
  fifo: Fifo,
  lru: Lru,
  clock: Clock,
  "second-chance": SecondChance,
  "enhanced-second-chance": EnhancedSecondChance,
} as const;

export type ReplacementPolicyName = keyof typeof POLICIES;
export const REPLACEMENT_POLICY_NAMES = Object.keys(POLICIES) as readonly ReplacementPolicyName[];

/** A new policy that keeps nothing; an object is taken as it is. */
export function makeReplacementPolicy(policy: ReplacementPolicyName | ReplacementPolicy): ReplacementPolicy {
  return typeof policy === "string" ? new POLICIES[policy]() : policy;
}
