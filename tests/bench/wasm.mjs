// Runs the kernels in wasm: `node wasm.mjs MODULE FILE`, then a kernel's name a line on standard
// input; answers each with its result and the seconds it took.
import { readFileSync, openSync, readSync, fstatSync } from 'node:fs'
import { createInterface } from 'node:readline'

const [module, path] = process.argv.slice(2)
const { instance } = await WebAssembly.instantiate(readFileSync(module), {})
const kernels = instance.exports
const file = openSync(path, 'r')
const size = fstatSync(file).size
const start = kernels.room(size) >>> 0
const memory = new Uint8Array(kernels.memory.buffer, start, size)
for (let at = 0; at < size;) at += readSync(file, memory, at, Math.min(size - at, 1 << 26), at)

for await (const name of createInterface({ input: process.stdin })) {
  const before = performance.now()
  const result = kernels[name](start, size)
  console.log(`${result} ${(performance.now() - before) / 1000}`)
}
