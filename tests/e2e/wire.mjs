// A wire to a server that holds what the server says, when it is told to.

import { connect, createServer } from "node:net";

/** Its port; `hold(bytes)`: so many more bytes from the server pass, over all connections, until `release()`. */
export async function startWire(target) {
  let left = Infinity;
  let waiting = [];
  const ends = new Set();
  const wire = createServer((client) => {
    const server = connect(target, "127.0.0.1");
    const pass = (bytes) => {
      const now = bytes.subarray(0, Math.min(bytes.length, left));
      left -= now.length;
      if (now.length > 0) client.write(now);
      return bytes.subarray(now.length);
    };
    server.on("data", (bytes) => {
      const rest = pass(bytes);
      if (rest.length === 0) return;
      server.pause();
      waiting.push(() => {
        pass(rest);
        server.resume();
      });
    });
    client.pipe(server);
    const end = () => {
      ends.delete(end);
      client.destroy();
      server.destroy();
    };
    ends.add(end);
    for (const socket of [client, server]) socket.on("error", end).on("close", end);
  });
  await new Promise((resolve) => wire.listen(0, "127.0.0.1", resolve));
  return {
    port: wire.address().port,
    hold(bytes) {
      left = bytes;
    },
    release() {
      left = Infinity;
      const resumed = waiting;
      waiting = [];
      for (const resume of resumed) resume();
    },
    /** Cuts what is there now, as a server does that is gone. */
    cut() {
      waiting = [];
      left = Infinity;
      for (const end of [...ends]) end();
    },
    stop() {
      this.cut();
      wire.close();
    },
  };
}
