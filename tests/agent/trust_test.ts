import assert from "node:assert/strict";
import { UsageError } from "../../agent/config.ts";
import { CA_BUNDLES } from "../../agent/permissions.ts";
import { bundles, trusting } from "../../agent/trust.ts";
import { fakeWorld } from "./fakes.ts";

const PEM = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n";

/** A world with these files, that notes which certificates its fetch is made with. */
function world(files: Readonly<Record<string, string>>) {
  const trusted: (readonly string[])[] = [];
  const made = fakeWorld({
    ca_bundles: CA_BUNDLES,
    read: (path) =>
      path in files ? Promise.resolve(files[path]) : Promise.reject(new Deno.errors.NotFound("none")),
    fetchTrusting: (certificates) => {
      if (certificates.some((text) => text.includes("bad"))) throw new Error("no certificate in it");
      trusted.push(certificates);
      return fetch;
    },
  });
  return { made, trusted };
}

Deno.test("trusting() adds the host's certificates and those of ca_file", async () => {
  const { made, trusted } = world({ "/ours.pem": PEM + "1", "/etc/pki/tls/certs/ca-bundle.crt": PEM + "2" });
  await trusting(made, { ca_file: "/ours.pem" });
  assert.deepEqual(trusted.at(-1), [PEM + "1", PEM + "2"]);
});

Deno.test("trusting() takes the file of SSL_CERT_FILE, and the host's where that cannot be read", async () => {
  assert.deepEqual([bundles(undefined), bundles("")], [CA_BUNDLES, CA_BUNDLES]);
  const files = { "/own.pem": PEM + "own", "/etc/ssl/cert.pem": PEM + "host" };
  for (const [path, expected] of [["/own.pem", "own"], ["/secret.pem", "host"]]) {
    const { made, trusted } = world(files);
    await trusting({ ...made, ca_bundles: bundles(path) }, { ca_file: null });
    assert.deepEqual(trusted.at(-1), [PEM + expected]);
  }
});

Deno.test("trusting() does without a host's certificates that are missing or broken", async () => {
  const { made } = world({ "/etc/ssl/cert.pem": PEM + "bad" });
  assert.equal(await trusting(made, { ca_file: null }), made);
});

Deno.test("trusting() says what is wrong with ca_file", async () => {
  const broken: readonly Readonly<Record<string, string>>[] = [{}, { "/ours.pem": "a key" }, {
    "/ours.pem": PEM + "bad",
  }];
  for (const files of broken) {
    await assert.rejects(trusting(world(files).made, { ca_file: "/ours.pem" }), (error) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.problems[0], /^Cannot use the certificates in ca_file \/ours\.pem: /);
      return true;
    });
  }
});
