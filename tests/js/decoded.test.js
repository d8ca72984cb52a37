// Files of prepared turns are read whatever wrote them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { decoded } from "../../static/js/desk/lib/decoded.js";

const TEXT = "主持人：河";
const UTF_8 = new TextEncoder().encode(TEXT);
const GB18030 = [0xd6, 0xf7, 0xb3, 0xd6, 0xc8, 0xcb, 0xa3, 0xba, 0xba, 0xd3];

for (const [name, bytes] of Object.entries({
  "UTF-8": UTF_8,
  "UTF-8 with a byte order mark": Uint8Array.of(0xef, 0xbb, 0xbf, ...UTF_8),
  GB18030: Uint8Array.from(GB18030),
})) {
  test(`a file in ${name}`, () => assert.equal(decoded(bytes), TEXT));
}
