import type { WireEntry } from "../../lib/job/inventory.ts";
import { joined, readEach, type Readings } from "./record.ts";

export type WireAccount = WireEntry<"accounts">;
export type WireUser = WireEntry<"users">;

/** Columns asked of `sacctmgr show association`. */
export const ASSOCIATION_FORMAT = "Cluster,User,Account,ParentName";
/** Columns asked of `sacctmgr show account`, free text last. */
export const ACCOUNT_FORMAT = "Account,Organization,Description";

/** The tree of accounts of a cluster, and who may use which. */
export interface Associations {
  readonly accounts: readonly WireAccount[];
  readonly users: readonly WireUser[];
  readonly unread: readonly string[];
}

/** Reads the rows of one cluster in the output of `sacctmgr -nP show association` with {@link ASSOCIATION_FORMAT}. */
export function parseAssociations(stdout: string, cluster: string): Associations {
  const parents = new Map<string, string | null>();
  const users = new Map<string, Set<string>>();
  const rows = readEach(joined(stdout.split("\n"), /^[^|]*\|[^|]*\|[^|]*\|/), (record) => {
    const fields = record.split("|");
    return fields.length === 4 && fields[2].trim() !== "" ? fields.map((field) => field.trim()) : null;
  });
  for (const [of, user, account, parent] of rows.read) {
    if (of.toLowerCase() !== cluster.toLowerCase()) continue;
    if (user === "") parents.set(account, parent === "" ? null : parent);
    else users.set(user, (users.get(user) ?? new Set()).add(account));
  }
  return {
    accounts: [...parents].map(([account, parent]) => ({ account, parent })),
    users: [...users].map(([user, accounts]) => ({ user, accounts: [...accounts].toSorted() })),
    unread: rows.unread,
  };
}

/** What `sacctmgr -nP show account` says of each account, with {@link ACCOUNT_FORMAT}. */
export function parseAccounts(stdout: string): ReadonlyMap<string, Readonly<Partial<WireAccount>>> {
  const { read }: Readings<readonly [string, Partial<WireAccount>]> = readEach(
    joined(stdout.split("\n"), /^[^|]+\|[^|]*\|/),
    (record) => {
      const [account, organization, ...description] = record.split("|");
      if (organization === undefined) return null;
      return [account.trim(), {
        organization: organization.trim() || null,
        description: description.join("|").trim() || null,
      }];
    },
  );
  return new Map(read);
}

/** Full names of users in the text of a passwd file (passwd(5)): the first item of the comment field. */
export function fullNames(passwd: string): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const line of passwd.split("\n")) {
    const [user, , , , comment = ""] = line.split(":");
    // An ampersand stands for the name of the user, with a capital.
    const name = comment.split(",")[0].replaceAll("&", user.charAt(0).toUpperCase() + user.slice(1)).trim();
    if (user !== "" && name !== "") names.set(user, name);
  }
  return names;
}
