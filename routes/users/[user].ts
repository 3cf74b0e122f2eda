import { userAddress } from "../../lib/pages/paths.ts";
import { define } from "../../state.ts";

/** Leads to the page of a user, with what else the address chooses. */
export const handler = define.handlers({
  GET: (ctx) => ctx.redirect(userAddress(ctx.url.pathname, ctx.url.searchParams)),
});
