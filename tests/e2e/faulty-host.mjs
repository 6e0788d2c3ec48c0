// A host of one file on another origin, with the faults that hosts have.

import { createServer } from "node:http";

/**
 * Serves `bytes` at any path. `faults` may be changed while it runs:
 * `ranges` (true), `cors` (true), `dropAfter` (bytes of a body before the connection breaks, once for each of `drops`),
 * `holdAfter` (bytes of one body before it stands still until `release()`), `etag`, `exposed` (true: Content-Range and ETag are shown to other origins), `status`, `short` (a range lacks its last byte).
 */
export async function hostBytes(bytes, faults = {}) {
  const host = { bytes, requests: [], ranges: true, cors: true, drops: 0, exposed: true, ...faults };
  const server = createServer((request, response) => {
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
    host.requests.push({ method: request.method, range: request.headers.range, headers: request.headers });
    const headers = { "Content-Type": "application/octet-stream" };
    if (host.cors) headers["Access-Control-Allow-Origin"] = "*";
    if (host.cors && host.exposed) headers["Access-Control-Expose-Headers"] = "Content-Range, ETag, Accept-Ranges";
    if (host.etag) headers.ETag = host.etag;
    if (host.status) {
      response.writeHead(host.status, headers);
      return response.end("no");
    }
    let [status, start, end] = [200, 0, host.bytes.length];
    if (range && host.ranges) {
      start = Number(range[1]);
      if (start >= host.bytes.length) {
        response.writeHead(416, headers);
        return response.end();
      }
      if (range[2]) end = Math.min(end, Number(range[2]) + 1);
      status = 206;
      headers["Content-Range"] = `bytes ${start}-${end - 1}/${host.bytes.length}`;
    }
    if (host.short && range?.[2]) end -= 1;
    headers["Content-Length"] = end - start;
    response.writeHead(status, headers);
    if (request.method === "HEAD") return response.end();
    const body = host.bytes.subarray(start, end);
    if (host.holdAfter && body.length > host.holdAfter) {
      const rest = body.subarray(host.holdAfter);
      response.write(body.subarray(0, host.holdAfter));
      host.holdAfter = 0;
      host.release = () => response.end(rest);
      return undefined;
    }
    if (host.drops > 0 && body.length > host.dropAfter) {
      host.drops -= 1;
      response.write(body.subarray(0, host.dropAfter), () => setTimeout(() => response.destroy(), 50));
      return undefined;
    }
    return response.end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  host.url = `http://127.0.0.1:${server.address().port}/logs/binlog.000042?token=1`;
  host.stop = () => new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
  return host;
}
