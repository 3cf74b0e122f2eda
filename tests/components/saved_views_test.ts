import assert from "node:assert/strict";
import { readViews, withoutView, withView, writeViews } from "../../components/saved_views.ts";

/** Runs a test with a storage of its own, or with none that works. */
function withStorage(storage: Pick<Storage, "getItem" | "setItem">, test: () => void): void {
  const before = Object.getOwnPropertyDescriptor(globalThis, "localStorage");
  Object.defineProperty(globalThis, "localStorage", { value: storage, configurable: true });
  try {
    test();
  } finally {
    if (before !== undefined) Object.defineProperty(globalThis, "localStorage", before);
  }
}

function memory(text: string | null = null) {
  return {
    getItem: () => text,
    setItem: (_: string, value: string) => {
      text = value;
    },
  };
}

Deno.test("withView() adds by name, replaces one of the same name, and sorts", () => {
  const two = withView(withView([], { name: "b", href: "/b" }), { name: "a", href: "/a" });
  assert.deepEqual(two.map(({ name }) => name), ["a", "b"]);
  assert.deepEqual(withView(two, { name: "b", href: "/new" })[1], { name: "b", href: "/new" });
  assert.deepEqual(withoutView(two, "a").map(({ name }) => name), ["b"]);
});

Deno.test("readViews() gives what writeViews() kept", () => {
  withStorage(memory(), () => {
    assert.deepEqual(readViews(), []);
    writeViews([{ name: "a", href: "/usage?account=x" }]);
    assert.deepEqual(readViews(), [{ name: "a", href: "/usage?account=x" }]);
  });
});

Deno.test("readViews() leaves out what is no view of this site", () => {
  const kept = [{ name: "a", href: "//other.example" }, { name: "b", href: "javascript:1" }, 7, null, {
    name: "c",
    href: "/c",
  }, { name: "d", href: "/\\other.example" }];
  withStorage(memory(JSON.stringify(kept)), () => {
    assert.deepEqual(readViews(), [{ name: "c", href: "/c" }]);
  });
  for (const text of ["{", '"x"', "{}"]) withStorage(memory(text), () => assert.deepEqual(readViews(), []));
});

Deno.test("readViews() and writeViews() go without a storage that is closed", () => {
  const closed = () => {
    throw new DOMException("closed", "SecurityError");
  };
  withStorage({ getItem: closed, setItem: closed }, () => {
    writeViews([{ name: "a", href: "/a" }]);
    assert.deepEqual(readViews(), []);
  });
});
