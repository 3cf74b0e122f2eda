import type { WireParts } from "../../lib/job/inventory.ts";
import type { Run } from "../run.ts";
import { clusterName } from "../slurm/cluster_name.ts";
import type { World } from "../world.ts";
import {
  ACCOUNT_FORMAT,
  ASSOCIATION_FORMAT,
  fullNames,
  parseAccounts,
  parseAssociations,
  type WireUser,
} from "./accounts.ts";
import { ask } from "./ask.ts";
import { leftOut, type Notes, unreadWords } from "./notes.ts";

const PASSWD = "/etc/passwd";

/** The tree of accounts with its descriptions, and its users. */
export async function gatherAccounts(
  { world, config, cluster }: Run,
  notes: Notes,
): Promise<Pick<WireParts, "accounts" | "users">> {
  const { start, user } = world;
  const described = await ask(start, "sacctmgr", ["-nP", "show", "account", `format=${ACCOUNT_FORMAT}`]);
  if ("refused" in described) return leftOut("Accounts and users", described.refused, { user, notes });
  const said = await ask(start, "sacctmgr", ["-nP", "show", "association", `format=${ASSOCIATION_FORMAT}`]);
  if ("refused" in said) return leftOut("Accounts and users", said.refused, { user, notes });
  const { accounts, users, unread } = parseAssociations(said.stdout, await slurmName(start, cluster));
  if (unread.length > 0) {
    notes.notices.push(unreadWords("accounts", unread));
    notes.partial.push("accounts", "users");
  }
  const about = parseAccounts(described.stdout);
  const found = { accounts: accounts.map((account) => ({ ...account, ...about.get(account.account) })) };
  const hidden = users.every((one) => one.user === user) && await hidesUsers(start);
  if (config.pseudonymise_users !== "off") {
    // Which accounts are named after users is known from the users only.
    if (hidden) return leftOut("Accounts", "permission denied by PrivateData", { user, notes });
    return { ...found, users };
  }
  if (hidden) {
    leftOut("Users", "permission denied by PrivateData", { user, notes });
    return found;
  }
  return { ...found, users: config.send_full_names ? await named(users, world, notes) : users };
}

/** The cluster's name as Slurm's own database has it: that of the configuration may be another. */
async function slurmName(start: World["start"], cluster: string): Promise<string> {
  try {
    return await clusterName(start);
  } catch {
    return cluster;
  }
}

/** Whether slurmdbd gives everybody only what is their own, without a word (seen in 22.05). */
async function hidesUsers(start: World["start"]): Promise<boolean> {
  const said = await ask(start, "sacctmgr", ["-nP", "show", "configuration"]);
  return "stdout" in said && /^PrivateData\s*=.*\b(?:accounts|users)\b/mi.test(said.stdout);
}

/** Users with their full names. Slurm knows none, so those of this host are taken. */
async function named(
  users: readonly WireUser[],
  { read }: World,
  { notices }: Notes,
): Promise<readonly WireUser[]> {
  try {
    const names = fullNames(await read(PASSWD));
    return users.map((one) => ({ ...one, full_name: names.get(one.user) ?? null }));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    notices.push(`Full names are left out of the inventory: ${PASSWD} cannot be read: ${reason}`);
    return users;
  }
}
