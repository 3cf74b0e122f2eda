import assert from "node:assert/strict";
import { renderToString } from "preact-render-to-string";
import { Notice, type NoticeProps } from "../../components/Notice.tsx";

const HOSTILE = `"><script>alert(1)</script>`;

Deno.test("Notice() has words and a way out for every state", () => {
  const notices: readonly (readonly [NoticeProps, RegExp])[] = [
    [
      { state: "no-cluster", command: "sh install.sh", key_path: "/etc/key", help_href: "/help#agent" },
      /\/etc\/key.*\/help#agent/,
    ],
    [
      { state: "no-data", cluster: "alpha", days: "3 – 9 Mar 2024", href: "?x" },
      /alpha has data for 3 – 9 Mar 2024.*\?x/,
    ],
    [{ state: "filtered-out", filter: "user bob", href: "?y" }, /user bob.*\?y/],
    [
      { state: "stale", cluster: "alpha", age: "26 h", since: "21 Nov 02:00" },
      /role="status".*26 h ago; figures after 21 Nov/,
    ],
    [{ state: "truncated", shown: 7, of: 212, what: "accounts", href: "?z" }, /Top 7 of 212 accounts.*\?z/],
    [
      { state: "error", what: "The ranking failed", request_id: "r1", href: "?r" },
      /The ranking failed.*\?r.*r1/,
    ],
    [{ state: "chart-failed" }, /did not load/],
    [{ state: "note", text: HOSTILE }, /&lt;script/],
  ];
  for (const [props, expected] of notices) assert.match(renderToString(<Notice {...props} />), expected);
});
