// Node's `ws`, as its documentation broadcasts: node ws.mjs PORT
import { createServer } from "node:http";
import { createRequire } from "node:module";

const { WebSocketServer } = createRequire(`${process.cwd()}/`)("ws");

const server = createServer((request, response) => {
  const parts = [];
  request.on("data", part => parts.push(part));
  request.on("end", () => {
    const text = Buffer.concat(parts);
    for (const reader of readers.clients) if (reader.readyState === 1) reader.send(text, { binary: false });
    response.writeHead(201).end();
  });
});
const readers = new WebSocketServer({ server, path: "/read", perMessageDeflate: false });
server.listen({ host: "127.0.0.1", port: Number(process.argv[2]), backlog: 4096 }, () => console.log("ready"));

// As its README finds broken connections.
readers.on("connection", reader => {
  reader.alive = true;
  reader.on("pong", () => (reader.alive = true));
});
setInterval(() => {
  for (const reader of readers.clients) {
    if (!reader.alive) reader.terminate();
    reader.alive = false;
    reader.ping();
  }
}, 25_000);
